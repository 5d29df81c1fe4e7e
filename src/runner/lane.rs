//! Defines [`Lanes`]: where items run. Each lane is an event loop of one thread with
//! connections of its own.
//!
//! A reply wakes whoever waits for it. Where both are on one thread, that costs
//! nothing; across threads it costs more than the exchange itself. So an item and its
//! connections share a lane, and lanes share nothing.

use std::io;
use std::sync::{Mutex, PoisonError};
use tokio::runtime::{Builder, Runtime};

/// Lanes that are not in use: as many as items ever ran side by side.
#[derive(Debug, Default)]
pub struct Lanes {
    idle: Mutex<Vec<Runtime>>,
}

impl Lanes {
    /// Runs `work` to its end on this thread, in a lane of its own. The lane that was
    /// used last comes first: it holds connections.
    ///
    /// # Errors
    /// Where the system lets no further lane be made.
    pub fn run<F: Future>(&self, work: F) -> io::Result<F::Output> {
        let idle = self.lock().pop();
        let lane = match idle {
            Some(lane) => lane,
            None => Builder::new_current_thread().enable_all().build()?,
        };
        let output = lane.block_on(work);
        self.lock().push(lane);
        Ok(output)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Runtime>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        for lane in self.lock().drain(..) {
            // A name that is still being looked up must not hold the end of a run up.
            lane.shutdown_background();
        }
    }
}
