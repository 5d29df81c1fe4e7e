//! Holds the projects and resources that a person gave against the rows of the page,
//! before anything is sent: what the page refuses would only look like a fault of the
//! target.

use super::resolved::Target;
use crate::contract::Parameter;
use crate::error::{Error, Result};
use crate::suite::Suite;
use crate::suite::strategy::broken_aspects;

impl Target {
    /// Checks the ids that are known by now.
    ///
    /// # Errors
    /// [`Error::Input`] that names who gave it, its length, and table and row.
    pub fn check_ids(&self, suite: &Suite) -> Result<()> {
        if let Some(id) = &self.project_id {
            self.check_project(suite, id, &self.origins.project_id)?;
        }
        if let (Some(row), Some(id)) = (suite.contract.project(), &self.foreign_project_id) {
            check(suite, row, id, &self.origins.foreign_project_id)?;
        }
        for row in suite.contract.resources() {
            if let Some(value) = self.values.get(&row.field.name) {
                let place = format!("--value {0} or values.{0}", row.field.name);
                check(suite, row, value, &place)?;
            }
        }
        Ok(())
    }

    /// Checks the project that the credentials may use, which `origin` gave.
    ///
    /// # Errors
    /// As for [`check_ids`](Self::check_ids), and where it is the other tenant's as well.
    pub fn check_project(&self, suite: &Suite, id: &str, origin: &str) -> Result<()> {
        let Some(row) = suite.contract.project() else {
            return Ok(());
        };
        check(suite, row, id, origin)?;
        let Some(foreign) = &self.foreign_project_id else {
            return Ok(());
        };
        // Services may compare ids without case: such a project proves nothing.
        if !foreign.eq_ignore_ascii_case(id) {
            return Ok(());
        }
        let how = if foreign == id {
            "it is the project that the token may use"
        } else {
            "it differs from the project that the token may use in upper and lower case alone"
        };
        Err(Error::input(
            self.origins.foreign_project_id.as_str(),
            format!("{how} (given by {origin})"),
            format!(
                "give a project of another tenant, or leave it out: the {} cases are skipped then",
                suite.contract.profile.status.tenant
            ),
        ))
    }
}

fn check(suite: &Suite, row: &Parameter, value: &str, origin: &str) -> Result<()> {
    let count = value.chars().count();
    if !row.location.carries(value) {
        return Err(Error::input(
            origin,
            format!("{count} characters that no segment of a path can be"),
            "give the id alone: not empty, no dots alone, no '/', '\\' or ';'",
        ));
    }
    let Some(aspect) = broken_aspects(&suite.request, row, value).first().copied() else {
        return Ok(());
    };
    let clause = suite.clauses.get(&row.stem().with(aspect));
    let documented = clause.map_or_else(
        || row.field.source.to_string(),
        |clause| format!("{} documents: {}", clause.source, clause.statement),
    );
    Err(Error::input(
        origin,
        format!("{count} characters, but {documented}"),
        "give an id as the page documents it",
    ))
}
