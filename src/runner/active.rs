//! Defines [`Active`]: the items that are under way.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many items are under way.
#[derive(Debug, Default)]
pub(super) struct Active(AtomicUsize);

impl Active {
    /// Counts an item as under way until it ends, by a panic too.
    pub(super) fn begin(&self) -> UnderWay<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        UnderWay(&self.0)
    }

    /// Requests that one item may have under way: those that are `at_once`, shared by the
    /// items that are. Else items would wait for each other's turns.
    pub(super) fn share(&self, at_once: usize) -> usize {
        at_once.div_ceil(self.0.load(Ordering::Relaxed).max(1))
    }
}

/// An item that is under way.
pub(super) struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
