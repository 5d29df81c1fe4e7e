//! Defines the kill [`Matrix`] of the self-test and renders it, one file per format.

pub(super) mod html;
pub(super) mod json;
pub(super) mod markdown;

pub use json::FORMAT;

use crate::contract::ClauseId;
use std::collections::{BTreeMap, BTreeSet};

/// What became of a fault or of a conforming variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelftestOutcome {
    /// Killed by a rule that it declares.
    Killed,
    /// The run failed, but no declared rule fired at its clause.
    KilledByAnother(String),
    /// The run did not fail.
    Survived(String),
    /// A conforming variant passed.
    Passed,
    /// A conforming variant failed.
    FalseAlarm(String),
}

impl SelftestOutcome {
    /// Whether this is as it should be.
    pub fn is_right(&self) -> bool {
        matches!(self, Self::Killed | Self::Passed)
    }
}

/// A line of the matrix.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Name of the fault or variant.
    pub name: String,
    /// What it does.
    pub summary: String,
    /// The clause that it breaks; `None` for a conforming variant.
    pub clause: Option<ClauseId>,
    /// What became of it.
    pub outcome: SelftestOutcome,
    /// Ids of the cases and properties that found it before its run ended.
    pub found_by: Vec<String>,
}

/// A fault of the catalogue that no run of the suite can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfReach {
    /// Name of the fault.
    pub name: String,
    /// The clause that it breaks.
    pub clause: ClauseId,
    /// Why no run shows it.
    pub reason: String,
}

/// The kill matrix.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// Faults and conforming variants in catalogue order.
    pub tried: Vec<Tried>,
    /// Ids of the documented statements that no fault of the catalogue breaks.
    pub without_fault: Vec<ClauseId>,
    /// Faults that were not tried, since no run of the suite can show them.
    pub out_of_reach: Vec<OutOfReach>,
    /// Requests of each case and property, where every run went to its end: then what was
    /// found by none of them was not in their reach.
    pub costs: BTreeMap<String, u64>,
    /// The seed.
    pub seed: u64,
}

/// What the cases and properties of one family, the first part of their ids, cost and found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Family {
    /// Requests in a run.
    pub requests: u64,
    /// Faults found.
    pub found: usize,
    /// Faults that no other family found.
    pub alone: usize,
}

impl Matrix {
    /// Whether every fault was killed for the right reason and every variant passed.
    pub fn passes(&self) -> bool {
        self.tried.iter().all(|tried| tried.outcome.is_right())
    }

    /// A matrix of what was tried with a seed.
    pub fn of(tried: Vec<Tried>, seed: u64) -> Self {
        Self {
            tried,
            without_fault: Vec::new(),
            out_of_reach: Vec::new(),
            costs: BTreeMap::new(),
            seed,
        }
    }

    /// One matrix of several operations: names of servers and clauses have their operation in
    /// front, as `conformant serve --fault OPERATION:NAME` takes them.
    pub fn of_service(operations: Vec<(String, Self)>) -> Self {
        let mut whole = Self::of(Vec::new(), 0);
        for (operation, matrix) in operations {
            let within = |name: &str| format!("{operation}:{name}");
            whole
                .tried
                .extend(matrix.tried.into_iter().map(|tried| Tried {
                    name: within(&tried.name),
                    clause: tried.clause.map(|clause| within(&clause).into()),
                    ..tried
                }));
            let without = matrix.without_fault.iter();
            (whole.without_fault).extend(without.map(|clause| within(clause).into()));
            let unreached = matrix.out_of_reach.into_iter();
            whole.out_of_reach.extend(unreached.map(|fault| OutOfReach {
                name: within(&fault.name),
                clause: within(&fault.clause).into(),
                ..fault
            }));
            whole.costs.extend(matrix.costs);
            whole.seed = matrix.seed;
        }
        whole
    }

    /// Families by name; empty where runs ended at the first difference.
    pub fn by_family(&self) -> BTreeMap<&str, Family> {
        let mut rows: BTreeMap<&str, Family> = BTreeMap::new();
        for (id, requests) in &self.costs {
            rows.entry(subject(id)).or_default().requests += requests;
        }
        for tried in self.tried.iter().filter(|_| !self.costs.is_empty()) {
            let found_by: BTreeSet<&str> = tried.found_by.iter().map(|id| subject(id)).collect();
            for name in &found_by {
                let row = rows.entry(name).or_default();
                row.found += 1;
                row.alone += usize::from(found_by.len() == 1);
            }
        }
        rows
    }

    /// Faults by clause: killed, killed by another, survived.
    pub fn by_clause(&self) -> BTreeMap<&str, [usize; 3]> {
        let mut rows: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
        for tried in &self.tried {
            let Some(clause) = &tried.clause else {
                continue;
            };
            let row = rows.entry(clause).or_default();
            match tried.outcome {
                SelftestOutcome::Killed => row[0] += 1,
                SelftestOutcome::KilledByAnother(_) => row[1] += 1,
                _ => row[2] += 1,
            }
        }
        rows
    }
}

/// Faults and conforming servers by outcome.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Faults tried.
    pub faults: usize,
    /// Faults killed by a rule that they declare.
    pub killed: usize,
    /// Faults killed by another one.
    pub killed_by_another: usize,
    /// Faults that no rule killed.
    pub survived: usize,
    /// Conforming variants tried.
    pub conforming: usize,
    /// Variants that passed.
    pub passed: usize,
    /// Variants that failed.
    pub false_alarms: usize,
}

/// The family of a case: what stands between operation and slug in its id.
fn subject(id: &str) -> &str {
    id.split('/').nth(1).unwrap_or_default()
}

impl Totals {
    /// Those of a matrix.
    pub fn of(matrix: &Matrix) -> Self {
        let mut totals = Self::default();
        for tried in &matrix.tried {
            if tried.clause.is_none() {
                totals.conforming += 1;
            } else {
                totals.faults += 1;
            }
            match tried.outcome {
                SelftestOutcome::Killed => totals.killed += 1,
                SelftestOutcome::KilledByAnother(_) => totals.killed_by_another += 1,
                SelftestOutcome::Survived(_) => totals.survived += 1,
                SelftestOutcome::Passed => totals.passed += 1,
                SelftestOutcome::FalseAlarm(_) => totals.false_alarms += 1,
            }
        }
        totals
    }
}

/// The word for an outcome, and why it came so where it should not have.
fn outcome(tried: &Tried) -> (&'static str, &str) {
    match &tried.outcome {
        SelftestOutcome::Killed => ("killed", ""),
        SelftestOutcome::KilledByAnother(why) => ("killed by another clause", why),
        SelftestOutcome::Survived(why) => ("survived", why),
        SelftestOutcome::Passed => ("passed", ""),
        SelftestOutcome::FalseAlarm(why) => ("false alarm", why),
    }
}

/// What the matrix says as a whole.
fn verdict(matrix: &Matrix) -> &'static str {
    if matrix.passes() {
        "every fault is killed by its own clause and every conforming server passes"
    } else {
        "the suite is not as strong or not as fair as it should be"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::format::{Format, render_matrix as render};

    fn matrix() -> Matrix {
        let tried = |name: &str, clause: &str, outcome| Tried {
            name: name.into(),
            summary: "<b>\u{1b}[31m|`".into(),
            clause: (!clause.is_empty()).then(|| clause.into()),
            found_by: match outcome {
                SelftestOutcome::Killed => vec!["o/any/x".into(), "o/own/x".into()],
                SelftestOutcome::KilledByAnother(_) => vec!["o/any/y".into()],
                _ => Vec::new(),
            },
            outcome,
        };
        Matrix {
            tried: vec![
                tried("a", "status/400", SelftestOutcome::Killed),
                tried(
                    "b",
                    "status/400",
                    SelftestOutcome::KilledByAnother("::error::x".into()),
                ),
                tried(
                    "c",
                    "status/401",
                    SelftestOutcome::Survived("##[error]x".into()),
                ),
                tried("d", "", SelftestOutcome::Passed),
                tried("e", "", SelftestOutcome::FalseAlarm("</td><script>".into())),
            ],
            without_fault: vec!["response/200/x/type".into()],
            out_of_reach: vec![OutOfReach {
                name: "too-late".into(),
                clause: "status/400".into(),
                reason: "##[error]behind".into(),
            }],
            costs: [
                ("o/any/x".into(), 20),
                ("o/any/y".into(), 1),
                ("o/own/x".into(), 5),
            ]
            .into(),
            seed: 7,
        }
    }

    #[test]
    fn every_format_tells_the_same_and_nothing_raw() {
        let matrix = matrix();
        let text = render(Format::Json, &matrix);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["format"], FORMAT);
        assert_eq!(json["whole"], false);
        assert_eq!(json["totals"]["killed"], 1);
        assert_eq!(json["totals"]["killed_by_another"], 1);
        assert_eq!(json["totals"]["survived"], 1);
        assert_eq!(json["totals"]["false_alarms"], 1);
        assert_eq!(json["clauses"][0]["id"], "status/400");
        assert_eq!(json["servers"][2]["reason"], "##[error]x");
        assert!(json["servers"][3]["clause"].is_null());
        assert_eq!(json["without_fault"][0], "response/200/x/type");
        assert_eq!(json["out_of_reach"][0]["name"], "too-late");
        assert_eq!(json["families"][0]["name"], "any");
        assert_eq!(json["families"][0]["requests"], 21);
        assert_eq!(json["families"][0]["found"], 2);
        assert_eq!(json["families"][0]["found_alone"], 1);
        assert_eq!(json["families"][1]["found_alone"], 0);
        assert_eq!(json["servers"][0]["found_by"][1], "o/own/x");
        assert_eq!(json["out_of_reach"][0]["reason"], "##[error]behind");
        let markdown = render(Format::Markdown, &matrix);
        assert!(
            markdown.contains("| `status/400` | 1 | 1 | 0 |"),
            "{markdown}"
        );
        let html = render(Format::Html, &matrix);
        for text in [&text, &markdown, &html] {
            assert!(text.contains("response/200/x/type"), "{text}");
            assert!(text.contains("too-late"), "{text}");
            assert!(text.contains("own"), "{text}");
            assert!(
                !text.contains('\u{1b}') && !text.contains("##[error]"),
                "{text}"
            );
            assert!(!text.lines().any(|line| line.trim_start().starts_with("::")));
        }
        assert!(!html.contains("<script") && html.contains("&lt;script&gt;"));
    }
}
