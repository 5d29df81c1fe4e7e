//! Defines [`Finding`]: a difference with every case that shows it.
//!
//! A server that leaves one member out fails dozens of cases in the same way. A
//! report for people says that once, and names the cases.

use super::{CaseReport, Report};
use crate::baseline::{Acceptance, Assessment};
use crate::judge::{Difference, Fingerprint, Severity, Verdict};
use crate::runner::{Example, Seen};
use std::collections::BTreeMap;

/// A difference or note, and where it was seen.
#[derive(Debug)]
pub struct Finding<'a> {
    /// The difference.
    pub difference: &'a Difference,
    /// The first example that shows it.
    pub example: &'a Example,
    /// The cases that show it, in plan order.
    pub cases: Vec<&'a CaseReport>,
    /// Replies that show it, in all of them.
    pub count: u64,
}

impl Finding<'_> {
    /// What else is known of the cause.
    pub fn remark(&self) -> Option<&str> {
        self.cases.iter().find_map(|case| case.reason.as_deref())
    }
}

/// The differences of failing cases, those that most cases show first. Notes are
/// among them where they are all that a case fails for (`--strict`).
pub fn differences(report: &Report) -> Vec<Finding<'_>> {
    let mut found = gather(report, |case, seen| {
        case.verdict == Verdict::Fail
            && (is_difference(seen) || !case.seen.iter().any(is_difference))
    });
    // Stable: ties stay in plan order.
    found.sort_by_key(|finding| std::cmp::Reverse(finding.cases.len()));
    found
}

/// The cases whose differences were accepted, each with its acceptance.
pub fn known(report: &Report) -> Vec<(&CaseReport, Option<&Acceptance>)> {
    report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Known)
        .map(|case| match &case.assessment {
            Assessment::Known(acceptance) => (case, Some(acceptance)),
            _ => (case, None),
        })
        .collect()
}

/// What a known case differs in: rule and pointer of each difference.
pub fn accepted(case: &CaseReport) -> Vec<(&'static str, &str)> {
    case.seen
        .iter()
        .filter(|seen| is_difference(seen))
        .map(|seen| (seen.difference.rule.code, seen.difference.pointer.as_str()))
        .collect()
}

/// Failing cases that need a word more than their differences: an acceptance that
/// expired, say, or whose difference vanished.
pub fn gated(report: &Report) -> Vec<&CaseReport> {
    report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Fail)
        .filter(|case| case.seen.is_empty() || has_history(&case.assessment))
        .collect()
}

/// Why a case ends as it does, where more is to be said than its differences say.
pub fn why(case: &CaseReport) -> &str {
    let word = case.reason.as_deref().or(case.gate.as_deref());
    word.unwrap_or_default()
}

/// Whether something was accepted of the case. How to accept a new difference is
/// said on the terminal, and not once for each case of a report.
fn has_history(assessment: &Assessment) -> bool {
    !matches!(assessment, Assessment::Clean | Assessment::New)
}

/// The notes of all cases.
pub fn notes(report: &Report) -> Vec<Finding<'_>> {
    gather(report, |_, seen| !is_difference(seen))
}

fn is_difference(seen: &Seen) -> bool {
    seen.difference.rule.severity == Severity::Difference
}

fn gather<'a>(report: &'a Report, wanted: impl Fn(&CaseReport, &Seen) -> bool) -> Vec<Finding<'a>> {
    let mut found: Vec<Finding<'a>> = Vec::new();
    let mut index: BTreeMap<Fingerprint, usize> = BTreeMap::new();
    for case in &report.cases {
        for seen in case.seen.iter().filter(|seen| wanted(case, seen)) {
            let at = *index
                .entry(seen.difference.fingerprint())
                .or_insert_with(|| {
                    found.push(Finding {
                        difference: &seen.difference,
                        example: &seen.example,
                        cases: Vec::new(),
                        count: 0,
                    });
                    found.len() - 1
                });
            let finding = &mut found[at];
            finding.cases.push(case);
            finding.count += seen.count;
        }
    }
    found
}
