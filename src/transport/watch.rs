//! Defines [`Watched`]: a connector that tells a request that it had to connect, so
//! that a deadline can be told from an address where nobody answers.

use crate::exchange::{HeaderNames, Request};
use std::cell::Cell;
use std::task::{Context, Poll};

tokio::task_local! {
    /// Whether the request of this task had to make a connection.
    pub(super) static CONNECTED: Cell<bool>;
}

/// A connector that tells the task of a request that it had to connect.
#[derive(Clone)]
pub(super) struct Watched<S>(pub(super) S);

impl<S, R> tower::Service<R> for Watched<S>
where
    S: tower::Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.0.call(request);
        Box::pin(async move {
            let connection = connecting.await;
            if connection.is_ok() {
                // Outside a request (a spawned connect) there is nobody to tell.
                let _ = CONNECTED.try_with(|connected| connected.set(true));
            }
            connection
        })
    }
}

/// Whether a request that timed out had a connection: made for it, or kept from before.
pub(super) fn has_connected(request: &Request, fresh: bool) -> bool {
    let made = CONNECTED.try_with(Cell::get).unwrap_or(false);
    let travel = &request.travel;
    let may_reuse =
        !fresh && !travel.fresh_connection && travel.header_names == HeaderNames::Documented;
    made || may_reuse
}
