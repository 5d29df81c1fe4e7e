//! Defines [`Shrinking`]: a value on its way to a smaller one, where the smaller ones of a
//! value are known. Whether what is left still fits the property is for the caller to ask.

use proptest::strategy::ValueTree;
use std::fmt::Debug;

/// A value on its way to a smaller one.
#[derive(Clone, Debug)]
pub(super) struct Shrinking<T> {
    now: T,
    /// What the last step changed, in order to take it back.
    before: Option<T>,
    /// What else is smaller than what was kept last; `None` until that is asked.
    smaller: Option<std::vec::IntoIter<T>>,
    /// Every value that is one step smaller; what takes most away comes first.
    make: fn(&T) -> Vec<T>,
}

impl<T> Shrinking<T> {
    /// A value, and how smaller ones are made.
    pub(super) fn new(now: T, make: fn(&T) -> Vec<T>) -> Self {
        Self {
            now,
            before: None,
            smaller: None,
            make,
        }
    }

    fn step(&mut self) -> bool {
        let (now, make) = (&self.now, self.make);
        let smaller = self.smaller.get_or_insert_with(|| make(now).into_iter());
        let Some(next) = smaller.next() else {
            self.before = None;
            return false;
        };
        self.before = Some(std::mem::replace(&mut self.now, next));
        true
    }
}

impl<T: Clone + Debug> ValueTree for Shrinking<T> {
    type Value = T;

    fn current(&self) -> T {
        self.now.clone()
    }

    fn simplify(&mut self) -> bool {
        if self.before.take().is_some() {
            // The last step is kept: what is smaller than that comes next.
            self.smaller = None;
        }
        self.step()
    }

    fn complicate(&mut self) -> bool {
        let Some(before) = self.before.take() else {
            return false;
        };
        self.now = before;
        // What is restored is known: each step is a request, so the next one comes at once.
        self.step();
        true
    }
}
