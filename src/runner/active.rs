//! Defines [`Active`]: an item that is under way, and how many requests it may have
//! under way beside the others.

use super::session::Session;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts an item as under way until it ends, by a panic too.
pub(super) struct Active<'a>(&'a AtomicUsize);

impl<'a> Active<'a> {
    pub(super) fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Active<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Session {
    /// Requests that one item may have under way: those that are under way at once,
    /// shared by the items that are. Else items would wait for each other's turns.
    pub(super) fn share(&self) -> usize {
        let active = self.active.load(Ordering::Relaxed).max(1);
        self.transport.concurrency().div_ceil(active)
    }
}
