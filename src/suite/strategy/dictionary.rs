//! Defines [`Dictionary`]: the values of subjects that are in use, each made once.

use super::subject::{Subject, Values};
use crate::suite::Suite;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The values of an operation's subjects, as long as some generator holds them: several
/// properties break the same clause, and what all of them would send is a megabyte.
#[derive(Debug, Default)]
pub struct Dictionary(Mutex<BTreeMap<Subject, Weak<Values>>>);

impl Dictionary {
    /// The values of a subject.
    ///
    /// # Errors
    /// A sentence that says why there are none.
    pub(super) fn values(&self, suite: &Suite, subject: &Subject) -> Result<Arc<Values>, String> {
        // Two threads may make the same values; neither waits for the other.
        let known = self.known().get(subject).and_then(Weak::upgrade);
        if let Some(values) = known {
            return Ok(values);
        }
        let values = Arc::new(subject.values(suite)?);
        self.known()
            .insert(subject.clone(), Arc::downgrade(&values));
        Ok(values)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<Subject, Weak<Values>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
