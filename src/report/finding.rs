//! Defines [`Finding`]: a difference with every case that shows it, in every operation.
//!
//! A server that leaves one member out fails dozens of cases in the same way, and one whose
//! errors lack a member fails in every operation. A report for people says that once, and
//! names the cases and operations.

use super::{CaseReport, ClauseReport, OperationReport, Report};
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
    /// The operations that show it, in the order of their names.
    pub operations: Vec<&'a OperationReport>,
    /// The cases that show it, in plan order.
    pub cases: Vec<&'a CaseReport>,
    /// Replies that show it, in all of them.
    pub count: u64,
}

impl<'a> Finding<'a> {
    /// The statement that is broken, as the first operation documents it.
    pub fn clause(&self) -> Option<&'a ClauseReport> {
        let first = self.operations.first()?;
        first.clause(&self.difference.clause)
    }

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
        .cases()
        .filter(|case| case.verdict == Verdict::Known)
        .map(|case| match &case.assessment {
            Assessment::Known(acceptance) => (case, Some(acceptance)),
            _ => (case, None),
        })
        .collect()
}

/// The differences that were accepted, each with every case that it was accepted of.
pub fn accepted_ones(report: &Report) -> Vec<Finding<'_>> {
    gather(report, |case, seen| {
        case.verdict == Verdict::Known && is_difference(seen)
    })
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
        .cases()
        .filter(|case| case.verdict == Verdict::Fail)
        .filter(|case| case.seen.is_empty() || has_history(&case.assessment))
        .collect()
}

/// Cases without a verdict, by the reason that they share, in plan order.
pub fn open(report: &Report) -> Vec<(Verdict, &str, Vec<&CaseReport>)> {
    let is_open =
        |case: &&CaseReport| matches!(case.verdict, Verdict::Inconclusive | Verdict::Error);
    let mut found: Vec<(Verdict, &str, Vec<&CaseReport>)> = Vec::new();
    for case in report.cases().filter(is_open) {
        let (verdict, reason) = (case.verdict, why(case));
        match found
            .iter_mut()
            .find(|it| (it.0, it.1) == (verdict, reason))
        {
            Some((_, _, cases)) => cases.push(case),
            None => found.push((verdict, reason, vec![case])),
        }
    }
    found
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
    let operations = report.operations.iter();
    let cases =
        operations.flat_map(|operation| operation.cases.iter().map(move |it| (operation, it)));
    for (operation, case) in cases {
        for seen in case.seen.iter().filter(|seen| wanted(case, seen)) {
            let at = *index
                .entry(seen.difference.fingerprint())
                .or_insert_with(|| {
                    found.push(Finding {
                        difference: &seen.difference,
                        example: &seen.example,
                        operations: Vec::new(),
                        cases: Vec::new(),
                        count: 0,
                    });
                    found.len() - 1
                });
            let finding = &mut found[at];
            let last = finding.operations.last();
            if last.is_none_or(|last| !std::ptr::eq(*last, operation)) {
                finding.operations.push(operation);
            }
            finding.cases.push(case);
            finding.count += seen.count;
        }
    }
    found
}
