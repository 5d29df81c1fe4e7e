//! Defines [`Dictionary`]: the values of an operation's subjects, each made once.

use super::subject::{Subject, Values};
use crate::suite::Suite;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The values of subjects that were asked for: several properties break the same clause, and
/// what breaks it takes time to make. All values of one operation may be a megabyte.
#[derive(Default)]
pub struct Dictionary(BTreeMap<Subject, Arc<Values>>);

impl Dictionary {
    /// The values of a subject of the suite that this dictionary is for.
    ///
    /// # Errors
    /// A sentence that says why there are none.
    pub(super) fn values(
        &mut self,
        suite: &Suite,
        subject: &Subject,
    ) -> Result<Arc<Values>, String> {
        if let Some(values) = self.0.get(subject) {
            return Ok(Arc::clone(values));
        }
        let values = Arc::new(subject.values(suite)?);
        self.0.insert(subject.clone(), Arc::clone(&values));
        Ok(values)
    }
}
