//! Bodies of requests that are cut when they come too slowly.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::activity::Activity;
use super::patience::Patience;

/// The body came too slowly and was cut.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly: send it again over a better line, or split it")]
pub(crate) struct SlowBody;

impl SlowBody {
    /// Returns whether an error has this one among its causes.
    pub(crate) fn caused(error: &(dyn std::error::Error + 'static)) -> bool {
        let mut causes = std::iter::successors(Some(error), |error| error.source());
        causes.any(<dyn std::error::Error>::is::<Self>)
    }
}

/// A body that fails with [`SlowBody`] when its client takes too long.
#[derive(Debug)]
pub(super) struct TimedBody {
    body: Incoming,
    patience: Patience,
    activity: Arc<Activity>,
}

impl TimedBody {
    pub(super) fn new(body: Incoming, patience: Patience, activity: Arc<Activity>) -> Self {
        Self {
            body,
            patience,
            activity,
        }
    }
}

impl Drop for TimedBody {
    /// The body is there, or nobody reads it: what follows is the work of the server.
    fn drop(&mut self) {
        self.activity.client_came();
    }
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(frame) => {
                let bytes = frame
                    .as_ref()
                    .and_then(|frame| frame.as_ref().ok()?.data_ref());
                self.patience.earn(bytes.map_or(0, Bytes::len));
                self.activity.client_came();
                Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)))
            }
            Poll::Pending => {
                if !self.patience.is_waiting() {
                    self.activity.wait_for_client(self.patience.used());
                }
                self.patience
                    .poll_wait(context)
                    .map(|()| Some(Err(SlowBody.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
