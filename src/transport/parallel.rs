//! Decides how many requests are under way at once: one with a fast target, several with
//! a slow one that serves connections side by side.

use super::cause::is_throttled;
use super::way::Transport;
use crate::exchange::{Outcome, Request};
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

/// Exchanges that take longer than this are worth waiting for in parallel.
const SLOW: Duration = Duration::from_millis(10);
/// Requests under way at once with a slow target.
pub(super) const MAX_AT_ONCE: usize = 8;
/// Exchanges that are measured before the first decision.
const FIRST_SAMPLES: usize = 2;
/// After so many exchanges the decision is looked at again.
const LATER_SAMPLES: [u32; 3] = [8, 32, 128];
/// How much longer than the slowest exchange two side by side may take.
const LEEWAY: Duration = Duration::from_millis(5);

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

    /// Whether the mean exchange is worth waiting for in parallel.
    pub(super) fn is_slow(&self) -> bool {
        self.sum >= SLOW * self.count.max(1)
    }
}

impl Transport {
    /// Whether the target decides how many requests are under way, and not a person.
    pub(super) fn is_adaptive(&self) -> bool {
        self.settings.concurrency.is_none()
    }

    pub(super) fn latency(&self) -> MutexGuard<'_, Latency> {
        self.latency.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the first decision. `took` is the time of an ordinary exchange, which paid for
    /// the connection as well; `request` is sent again.
    pub async fn adapt(&self, request: &Arc<Request>, took: Duration) {
        if took < SLOW {
            return;
        }
        for _ in 0..FIRST_SAMPLES {
            match self.send(request).await {
                Ok(exchange) if exchange.is_whole() => {}
                _ => return,
            }
        }
        if let Ok(_permit) = self.permits.acquire().await {
            self.consider(request).await;
        }
    }

    /// Lets several requests be under way where the target is slow and serves two
    /// connections side by side. The caller holds the only permit.
    ///
    /// A server that serves one connection until its end answers on the second one only
    /// once the first is closed, so the first is kept open. One that serves requests in
    /// turn takes twice as long for two.
    pub(super) async fn consider(&self, request: &Arc<Request>) {
        let longest = {
            let latency = self.latency();
            if !self.is_adaptive() || !latency.is_slow() {
                return;
            }
            latency.longest
        };
        if self.concurrency() > 1 {
            return;
        }
        for _ in 0..2 {
            self.wait_for_turn().await;
        }
        let mut apart = Request::clone(request);
        apart.fresh_connection = true;
        // More than one: a connection of its own does not close the kept one.
        self.concurrency.store(2, Ordering::Relaxed);
        let began = Instant::now();
        let both = async {
            tokio::join!(
                self.attempt_watched(request, false),
                self.attempt_watched(&apart, true)
            )
        };
        let patience = longest * 4 + Duration::from_millis(200);
        let came = tokio::time::timeout(patience, both).await;
        let were_served = matches!(&came, Ok(((Ok(kept), _), (Ok(apart), _))) if is_served(kept) && is_served(apart));
        if were_served && began.elapsed() < longest + longest / 2 + LEEWAY {
            self.concurrency.store(MAX_AT_ONCE, Ordering::Relaxed);
            self.permits.add_permits(MAX_AT_ONCE - 1);
        } else {
            self.concurrency.store(1, Ordering::Relaxed);
            self.kept().clear();
        }
    }

    /// Takes what closes the connections of event loops that nothing drives.
    pub fn on_fall_back(&self, close: impl Fn() + Send + Sync + 'static) {
        // It is the same in every round of a run.
        let _ = self.on_fall_back.set(Box::new(close));
    }

    /// Goes back to one request at a time for the rest of the run: the target serves fewer
    /// connections than were open. What is under way ends first, and nothing waits for it.
    pub(super) fn fall_back(&self) {
        let before = self.concurrency.swap(1, Ordering::Relaxed);
        if before > 1 {
            let gone = self.permits.forget_permits(before - 1);
            self.excess.fetch_add(before - 1 - gone, Ordering::Relaxed);
            // It is not looked at again.
            self.latency().count = u32::MAX;
            self.kept().clear();
            if let Some(close) = self.on_fall_back.get() {
                close();
            }
        }
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
}

fn is_served(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Reply(response) if !is_throttled(response))
}
