//! Defines [`Lanes`]: where items run. Each lane is an event loop of one thread with
//! connections of its own.
//!
//! A reply wakes whoever waits for it. Where both are on one thread, that costs
//! nothing; across threads it costs more than the exchange itself. So an item and its
//! connections share a lane, and lanes share nothing.

use std::io;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio::runtime::{Builder, Runtime};

/// Lanes that are not in use: as many as items ever ran side by side.
#[derive(Debug, Default)]
pub struct Lanes {
    idle: Mutex<Vec<Runtime>>,
    /// Whether a lane ends with its work.
    are_short: AtomicBool,
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
            None => made()?,
        };
        let output = lane.block_on(work);
        if self.are_short.load(Ordering::Relaxed) {
            lane.shutdown_background();
        } else {
            self.lock().push(lane);
        }
        Ok(output)
    }

    /// Ends idle lanes, now and from here on: nothing drives their connections, so these
    /// stay open, and a target that serves few would wait for them.
    pub fn end_when_idle(&self) {
        self.are_short.store(true, Ordering::Relaxed);
        for lane in self.lock().drain(..) {
            lane.shutdown_background();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Runtime>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn made() -> io::Result<Runtime> {
    // The library tells some of what a machine lacks by a panic.
    catch_unwind(|| Builder::new_current_thread().enable_all().build())
        .unwrap_or_else(|_| Err(io::Error::other("no timers or polling")))
}

impl Drop for Lanes {
    fn drop(&mut self) {
        for lane in self.lock().drain(..) {
            // A name that is still being looked up must not hold the end of a run up.
            lane.shutdown_background();
        }
    }
}
