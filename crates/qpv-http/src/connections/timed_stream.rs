//! The bytes of a connection, which is cut when its client sends a head or reads an answer too slowly.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::activity::Activity;
use super::patience::Patience;
use crate::limits::Limits;

/// A connection that is cut when its client sends a head or reads an answer too slowly. Bodies have their own time:
/// [`TimedBody`](super::timed_body::TimedBody).
#[derive(Debug)]
pub(super) struct TimedStream {
    stream: TcpStream,
    activity: Arc<Activity>,
    /// Longest time for a head, from its first byte.
    head: Duration,
    /// Longest time without any request.
    idle: Duration,
    /// Requests begun when bytes were last read.
    requests: u64,
    /// The first bytes of a head have come.
    is_in_head: bool,
    /// The end of the current wait; made once, and set anew.
    end: Option<Pin<Box<Sleep>>>,
    /// The wait that the end was set for.
    wait: Option<Wait>,
    reader: Patience,
}

/// The reason of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// The rest of a head.
    Head,
    /// Any request.
    Request,
}

impl TimedStream {
    pub(super) fn new(stream: TcpStream, activity: Arc<Activity>, limits: &Limits) -> Self {
        Self {
            stream,
            activity,
            head: limits.head,
            idle: limits.idle,
            requests: 0,
            is_in_head: false,
            end: None,
            wait: None,
            reader: Patience::new(limits),
        }
    }

    /// Notes that the bytes before a first head, those of a handshake, have come.
    pub(super) fn end_handshake(&mut self) {
        self.is_in_head = false;
        self.wait = None;
    }

    /// Notes that bytes were read.
    fn note_read(&mut self) {
        self.forget_earlier_head();
        // Those of a body begin no head.
        if !self.is_in_head && !self.activity.is_busy() {
            self.is_in_head = true;
        }
    }

    /// Forgets a head that has become a request.
    fn forget_earlier_head(&mut self) {
        let requests = self.activity.requests();
        if requests != self.requests {
            self.requests = requests;
            self.is_in_head = false;
            // The next head has a time of its own.
            self.wait = self.wait.filter(|wait| *wait != Wait::Head);
        }
    }

    /// Waits with the task for a head. Ready once it has taken too long.
    fn poll_wait(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.forget_earlier_head();
        let (wait, time) = if self.is_in_head {
            (Wait::Head, self.head)
        } else {
            (Wait::Request, self.idle)
        };
        let end = self
            .end
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
        // Set once: another byte of a head gains no time, and a request costs no timer.
        if self.wait != Some(wait) {
            self.wait = Some(wait);
            end.as_mut().reset(Instant::now() + time);
        }
        loop {
            ready!(end.as_mut().poll(context));
            // It was set before the last request, or during one: nothing else would wake the task after it.
            let idle = self.activity.idle_for();
            match (wait, idle) {
                (Wait::Head, Some(_)) => return Poll::Ready(()),
                (_, Some(idle)) if idle >= self.idle => return Poll::Ready(()),
                _ => {
                    let rest = self.idle.saturating_sub(idle.unwrap_or_default());
                    end.as_mut().reset(Instant::now() + rest);
                }
            }
        }
    }

    /// Takes the result of writing: a client that does not read its answer is cut.
    fn after_write(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(written) => {
                if self.reader.is_waiting() {
                    self.activity.client_came();
                }
                self.activity.set_writing(false);
                self.reader.earn(written.as_ref().copied().unwrap_or(0));
                Poll::Ready(written)
            }
            Poll::Pending => {
                self.activity.set_writing(true);
                if !self.reader.is_waiting() {
                    self.activity.wait_for_client(self.reader.used());
                }
                self.reader
                    .poll_wait(context)
                    .map(|()| Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl AsyncRead for TimedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(read) => {
                self.note_read();
                Poll::Ready(read)
            }
            Poll::Pending => {
                ready!(self.poll_wait(context));
                // The end of the stream where a request was not begun, as if the client had closed it.
                Poll::Ready(if self.is_in_head {
                    Err(io::ErrorKind::TimedOut.into())
                } else {
                    Ok(())
                })
            }
        }
    }
}

impl AsyncWrite for TimedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.after_write(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.after_write(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
