//! Defines the two views of coverage that reports for people share: [`Group`]s of
//! clauses with counts, and the [`Grid`] of clauses and statuses.
//!
//! A cell is never greener than the clauses that it stands for.

use super::{CaseReport, ClauseReport, ClauseVerdict, OperationReport};
use crate::contract::{ClauseId, Subject};
use crate::judge::Severity;

/// The clauses of the request, of the status list, or of the body of one status.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    /// `request`, `status`, `response 200`
    pub name: String,
    /// Put to the test and never broken.
    pub verified: usize,
    /// Broken at least once.
    pub violated: usize,
    /// Never put to the test.
    pub not_exercised: usize,
}

/// The groups of a report in page order.
pub fn groups(report: &OperationReport) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for clause in &report.clauses {
        let name = clause.id.group();
        let at = groups
            .iter()
            .position(|group| group.name == name)
            .unwrap_or_else(|| {
                groups.push(Group {
                    name,
                    verified: 0,
                    violated: 0,
                    not_exercised: 0,
                });
                groups.len() - 1
            });
        let group = &mut groups[at];
        match clause.verdict {
            ClauseVerdict::Verified => group.verified += 1,
            ClauseVerdict::Violated => group.violated += 1,
            ClauseVerdict::NotExercised => group.not_exercised += 1,
        }
    }
    groups
}

/// Why clauses were not exercised that some case checks: each reason with the ids, in
/// page order. Many share one: a status that no reply had, say.
pub fn not_exercised(report: &OperationReport) -> Vec<(&str, Vec<&str>)> {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for clause in &report.clauses {
        if clause.verdict != ClauseVerdict::NotExercised || clause.unchecked {
            continue;
        }
        let reason = clause.reason.as_deref().unwrap_or_default();
        match reasons.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, ids)) => ids.push(&clause.id),
            None => reasons.push((reason, vec![&clause.id])),
        }
    }
    reasons
}

/// Clauses by status.
#[derive(Debug, Default)]
pub struct Grid {
    /// The documented statuses.
    pub statuses: Vec<u16>,
    /// Request clauses, then statuses and bodies, then their fields.
    pub rows: Vec<Row>,
}

/// A row of the grid.
#[derive(Debug)]
pub struct Row {
    /// The clause or field.
    pub name: String,
    /// Whether it is about the request.
    pub is_request: bool,
    /// One for each status; none where nothing is documented for it.
    pub cells: Vec<Option<Cell>>,
}

/// What is known about the clauses of a row at one status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Clauses in the cell.
    pub clauses: usize,
    /// Those put to the test and never broken.
    pub verified: usize,
    /// Those broken.
    pub violated: usize,
}

impl Cell {
    /// The worst of its clauses; verified where at least one of them is.
    pub fn verdict(self) -> ClauseVerdict {
        ClauseVerdict::of(self.verified as u64, self.violated > 0)
    }

    fn add(&mut self, verdict: ClauseVerdict) {
        self.clauses += 1;
        self.verified += usize::from(verdict == ClauseVerdict::Verified);
        self.violated += usize::from(verdict == ClauseVerdict::Violated);
    }
}

impl Grid {
    /// Lays the clauses of a report out.
    pub fn new(report: &OperationReport) -> Self {
        let mut grid = Self {
            statuses: Vec::new(),
            rows: Vec::new(),
        };
        for status in report
            .clauses
            .iter()
            .filter_map(|clause| clause.id.about_status())
        {
            if !grid.statuses.contains(&status) {
                grid.statuses.push(status);
            }
        }
        for clause in &report.clauses {
            grid.add(report, clause);
        }
        grid.rows.sort_by_key(|row| !row.is_request);
        grid
    }

    fn add(&mut self, report: &OperationReport, clause: &ClauseReport) {
        match clause.id.subject() {
            Some(Subject::Status(status)) => self.set("status code", status, clause.verdict),
            Some(Subject::Response(status, name)) => {
                // Relations are about several fields and have rows of their own.
                let field = match name.rsplit_once('/') {
                    Some(("relation", _)) | None => name,
                    Some((field, _)) => field,
                };
                self.set(field, status, clause.verdict);
            }
            Some(Subject::Request(_) | Subject::Sequence(_)) | None => {
                self.request(report, clause);
            }
        }
    }

    fn set(&mut self, name: &str, status: u16, verdict: ClauseVerdict) {
        let Some(column) = self.statuses.iter().position(|other| *other == status) else {
            return;
        };
        let row = self.row(name, false);
        row.cells[column].get_or_insert_default().add(verdict);
    }

    fn row(&mut self, name: &str, is_request: bool) -> &mut Row {
        let at = self
            .rows
            .iter()
            .position(|row| row.name == name && row.is_request == is_request)
            .unwrap_or_else(|| {
                self.rows.push(Row {
                    name: name.to_owned(),
                    is_request,
                    cells: vec![None; self.statuses.len()],
                });
                self.rows.len() - 1
            });
        &mut self.rows[at]
    }

    /// A request clause stands at the statuses that its cases expect.
    fn request(&mut self, report: &OperationReport, clause: &ClauseReport) {
        let cases: Vec<&CaseReport> = report
            .cases
            .iter()
            .filter(|case| case.clause == clause.id)
            .collect();
        let at = |status: &u16| -> Vec<&CaseReport> {
            let expects = |case: &&CaseReport| case.expect.contains(status);
            cases.iter().copied().filter(expects).collect()
        };
        let breaks = |case: &CaseReport| {
            case.seen.iter().any(|seen| {
                seen.difference.clause == clause.id
                    && seen.difference.rule.severity == Severity::Difference
            })
        };
        // Where no status is its own, or no case at one shows the break, every cell
        // says what is known: neither may vanish.
        let here = || self.statuses.iter().flat_map(at);
        let has_column = here().next().is_some();
        let anywhere = !here().any(breaks);
        let verdicts: Vec<Option<ClauseVerdict>> = self
            .statuses
            .iter()
            .map(|status| {
                if has_column && at(status).is_empty() {
                    return None;
                }
                // A case that may give 403 says nothing of 403 where no reply had it.
                let came = report
                    .clause(&ClauseId::status(*status))
                    .is_none_or(|status| status.verdict != ClauseVerdict::NotExercised);
                let sent = came && at(status).iter().any(|case| case.requests > 0);
                let broken = anywhere || at(status).iter().any(|case| breaks(case));
                Some(match clause.verdict {
                    ClauseVerdict::Violated if broken => ClauseVerdict::Violated,
                    ClauseVerdict::NotExercised => ClauseVerdict::NotExercised,
                    _ if sent || !has_column => ClauseVerdict::Verified,
                    _ => ClauseVerdict::NotExercised,
                })
            })
            .collect();
        let name = match clause.id.subject() {
            Some(Subject::Request(name)) => name,
            _ => &clause.id,
        };
        let row = self.row(name, true);
        for (cell, verdict) in row.cells.iter_mut().zip(verdicts) {
            if let Some(verdict) = verdict {
                cell.get_or_insert_default().add(verdict);
            }
        }
    }
}
