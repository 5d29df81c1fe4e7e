//! Defines [`Finished`]: tells when the last trial of an operation has ended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// The trials of one operation that are still to end.
pub(super) struct Finished {
    /// Position of the operation in the plan.
    at: usize,
    left: AtomicUsize,
    began: OnceLock<Instant>,
    ended: Sender<(usize, Duration)>,
}

impl Finished {
    /// Of the operation at this position, without a trial so far.
    pub(super) fn new(at: usize, ended: Sender<(usize, Duration)>) -> Self {
        Self {
            at,
            left: AtomicUsize::new(0),
            began: OnceLock::new(),
            ended,
        }
    }

    /// Counts one trial more. All must be counted before the first begins.
    pub(super) fn one_more(self: &Arc<Self>) -> Arc<Self> {
        self.left.fetch_add(1, Ordering::Relaxed);
        Arc::clone(self)
    }

    /// Begins a trial; it has ended once what this gives is dropped, by a panic too.
    pub(super) fn begin(&self) -> Running<'_> {
        self.began.get_or_init(Instant::now);
        Running(self)
    }
}

/// A trial that is under way.
pub(super) struct Running<'a>(&'a Finished);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let Finished {
            at,
            left,
            began,
            ended,
        } = self.0;
        if left.fetch_sub(1, Ordering::AcqRel) == 1 {
            let elapsed = began.get().map(Instant::elapsed).unwrap_or_default();
            // Who has gone away does not want to know.
            let _ = ended.send((*at, elapsed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Finished;
    use std::sync::{Arc, mpsc};

    #[test]
    fn an_operation_has_ended_with_its_last_trial() {
        let (ended, told) = mpsc::channel();
        let finished = Arc::new(Finished::new(7, ended));
        let (one, other) = (finished.one_more(), finished.one_more());
        let panicked = std::thread::spawn(move || {
            let _running = one.begin();
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(panicked.join().is_err());
        assert!(told.try_recv().is_err());
        drop(other.begin());
        assert_eq!(told.try_recv().unwrap().0, 7);
    }
}
