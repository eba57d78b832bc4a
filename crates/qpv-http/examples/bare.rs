//! What `tests/python/bench_http.py` compares `GET /api/v1/zones` with: one axum handler, one constant body.
//!
//! Usage: `bare BYTES`. Listens on a free port of 127.0.0.1, on the same kind of runtime as `qpv serve`, and prints its
//! address.

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;
use tokio::net::TcpListener;

#[expect(clippy::print_stdout, reason = "the bench reads the address there")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bytes: usize = std::env::args()
        .nth(1)
        .ok_or("usage: bare BYTES")?
        .parse()?;
    let body = Bytes::from("x".repeat(bytes));
    let answer = async move || ([(header::CONTENT_TYPE, "application/json")], body.clone());
    let router = Router::new().route("/api/v1/zones", get(answer.clone()).post(answer));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}", listener.local_addr()?);
        axum::serve(listener, router).await?;
        Ok(())
    })
}
