//! Defines [`Crossing`]: two requests at the same time get each other's replies.

use super::message::MockResponse;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// How long a reply waits for another one.
const MEETING: Duration = Duration::from_millis(2);

type Waiting = Option<(MockResponse, oneshot::Sender<MockResponse>)>;

/// Where replies meet.
#[derive(Debug, Default)]
pub(super) struct Crossing(Mutex<Waiting>);

impl Crossing {
    /// The reply of the request that came at the same time; `own` where none did.
    pub(super) async fn swapped(&self, own: MockResponse) -> MockResponse {
        // Bound first: the lock must not be held while waiting.
        let other = self.waiting().take();
        if let Some((theirs, tell)) = other {
            return match tell.send(own) {
                Ok(()) => theirs,
                // It waits no more.
                Err(own) => own,
            };
        }
        let (tell, told) = oneshot::channel();
        *self.waiting() = Some((own.clone(), tell));
        let came = tokio::time::timeout(MEETING, told).await;
        came.ok().and_then(Result::ok).unwrap_or(own)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
