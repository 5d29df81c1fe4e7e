//! Defines [`Parallel`]: how many requests are under way at once, one with a fast target,
//! several with a slow one that serves connections side by side.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Exchanges that take longer than this are worth waiting for in parallel.
pub(super) const SLOW: Duration = Duration::from_millis(10);
/// Requests under way at once with a slow target.
pub(super) const MAX_AT_ONCE: usize = 8;
/// After so many exchanges the decision is looked at again.
const LATER_SAMPLES: [u32; 3] = [8, 32, 128];

/// How long exchanges took that were sent one at a time.
#[derive(Debug, Default)]
pub(super) struct Latency {
    count: u32,
    sum: Duration,
    longest: Duration,
}

impl Latency {
    /// Takes one exchange in; whether the decision is due to be looked at again.
    pub(super) fn note(&mut self, took: Duration) -> bool {
        self.count = self.count.saturating_add(1);
        self.sum = self.sum.saturating_add(took);
        self.longest = self.longest.max(took);
        LATER_SAMPLES.contains(&self.count) && self.is_slow()
    }

    /// The longest one.
    pub(super) fn longest(&self) -> Duration {
        self.longest
    }

    /// Whether the mean exchange is worth waiting for in parallel.
    pub(super) fn is_slow(&self) -> bool {
        self.sum >= SLOW * self.count.max(1)
    }
}

/// How many requests are under way at once.
pub(super) struct Parallel {
    /// Whether the target decides it, and not a person.
    is_adaptive: bool,
    permits: Semaphore,
    count: AtomicUsize,
    latency: Mutex<Latency>,
    /// Permits that are not given back, since fewer requests may be under way by now.
    excess: AtomicUsize,
}

impl Parallel {
    /// As a person says it; one at a time at first, where nobody does.
    pub(super) fn new(asked: Option<usize>) -> Self {
        let count = asked.unwrap_or(1).max(1);
        Self {
            is_adaptive: asked.is_none(),
            permits: Semaphore::new(count),
            count: AtomicUsize::new(count),
            latency: Mutex::default(),
            excess: AtomicUsize::new(0),
        }
    }

    /// Whether the target decides how many requests are under way.
    pub(super) fn is_adaptive(&self) -> bool {
        self.is_adaptive
    }

    /// Requests under way at once.
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Sets how many are under way while a decision is made; permits stay as they are.
    pub(super) fn try_out(&self, count: usize) {
        self.count.store(count, Ordering::Relaxed);
    }

    pub(super) fn latency(&self) -> MutexGuard<'_, Latency> {
        self.latency.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until one more request may be under way.
    pub(super) async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        self.permits.acquire().await.ok()
    }

    /// Gives a permit back, unless there are too many of them.
    pub(super) fn give_back(&self, permit: SemaphorePermit<'_>) {
        let one_less = |excess: usize| excess.checked_sub(1);
        let taken = self
            .excess
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        if taken.is_ok() {
            permit.forget();
        }
    }

    /// Lets several requests be under way from here on. The caller holds the only permit.
    pub(super) fn widen(&self) {
        self.count.store(MAX_AT_ONCE, Ordering::Relaxed);
        self.permits.add_permits(MAX_AT_ONCE - 1);
    }

    /// Goes back to one request at a time for the rest of the run: what is under way ends
    /// first, and nothing waits for it. Whether there were more.
    pub(super) fn fall_back(&self) -> bool {
        let before = self.count.swap(1, Ordering::Relaxed);
        if before <= 1 {
            return false;
        }
        let gone = self.permits.forget_permits(before - 1);
        self.excess.fetch_add(before - 1 - gone, Ordering::Relaxed);
        // It is not looked at again.
        self.latency().count = u32::MAX;
        true
    }
}
