//! Defines [`Class`], the name for how much a certificate says, and [`Missing`], why
//! there is none. A class is a name and never a percentage.

use crate::judge::{RunVerdict, Verdict};
use crate::report::Report;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The class of a certificate, the best one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Every case was sent, every documented statement exercised, none broken, nothing
    /// accepted, and nothing of the source corrected.
    Full,
    /// None was broken; those that were not exercised are listed.
    Conformant,
    /// What is broken somebody accepted, with a reason and an end.
    ConformantWithAcceptedDifferences,
}

impl Class {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Conformant => "conformant",
            Self::ConformantWithAcceptedDifferences => "conformant with accepted differences",
        }
    }

    /// What it means, in one sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Full => {
                "Every case was sent, every documented statement was put to the test, none was broken, nothing was accepted, and nothing of the source was corrected."
            }
            Self::Conformant => {
                "No documented statement was broken; those that were not put to the test, and cases that were not sent, are listed."
            }
            Self::ConformantWithAcceptedDifferences => {
                "What differs from the page somebody accepted, each difference with its reason and its end; statements that were not put to the test are listed."
            }
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why there is no certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The run ended early.
    Stopped(String),
    /// A case differs, and nobody accepted it.
    Differs(String, String),
    /// A case has no verdict, or could not be run.
    Open(String, String),
    /// A case came to different verdicts in different rounds.
    Flaky(String, Vec<&'static str>),
    /// A case was accepted with differences in it that are not listed.
    Unlisted(String),
    /// The self-test was not whole.
    Selftest,
    /// A case was skipped in one round for another reason than in the others.
    Reasons(String),
    /// No case stands against it, and yet a round did not conform: nothing was run, or the
    /// run is strict and statements are unchecked.
    Verdict(RunVerdict),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped(why) => write!(f, "the run ended early: {why}"),
            Self::Differs(id, what) => write!(f, "{id} does not conform: {what}"),
            Self::Open(id, why) => write!(f, "{id} has no verdict: {why}"),
            Self::Flaky(id, verdicts) => write!(
                f,
                "{id} is flaky: {} in its rounds, with the same requests",
                verdicts.join(", ")
            ),
            Self::Unlisted(id) => write!(
                f,
                "{id} has more differences than can be listed, so what was accepted cannot be said"
            ),
            Self::Selftest => f.write_str("the self-test was not whole"),
            Self::Reasons(id) => write!(f, "{id} was skipped for different reasons"),
            Self::Verdict(verdict) => write!(f, "the verdict of a round: {}", verdict.word()),
        }
    }
}

/// What counts as the same verdict when a case is sent again. A note comes and goes with
/// the data of the target, so that pass and note are one.
fn alike(verdict: Verdict) -> Verdict {
    if verdict == Verdict::Note {
        Verdict::Pass
    } else {
        verdict
    }
}

/// Everything that keeps these rounds from a certificate, in plan order.
pub(super) fn missing(rounds: &[Report]) -> Vec<Missing> {
    let mut missing = Vec::new();
    if let Some(why) = rounds.iter().find_map(|report| report.stopped.clone()) {
        missing.push(Missing::Stopped(why));
    }
    let mut ids: Vec<&str> = Vec::new();
    let mut seen: BTreeMap<&str, Vec<&crate::report::CaseReport>> = BTreeMap::new();
    for case in rounds.iter().flat_map(Report::cases) {
        let of_id = seen.entry(&case.id).or_default();
        if of_id.is_empty() {
            ids.push(&case.id);
        }
        of_id.push(case);
    }
    for id in ids {
        let cases = &seen[id];
        let reason = |case: &crate::report::CaseReport| {
            case.reason
                .clone()
                .or_else(|| case.gate.clone())
                .or_else(|| case.seen.first().map(|seen| seen.difference.to_string()))
                .unwrap_or_default()
        };
        let first = alike(cases[0].verdict);
        let is_flaky =
            cases.len() != rounds.len() || cases.iter().any(|case| alike(case.verdict) != first);
        let worst = cases.iter().max_by_key(|case| case.verdict);
        if let Some(open) = worst.filter(|case| case.verdict >= Verdict::Inconclusive) {
            missing.push(Missing::Open(id.to_owned(), reason(open)));
        } else if is_flaky {
            let words = cases.iter().map(|case| case.verdict.word()).collect();
            missing.push(Missing::Flaky(id.to_owned(), words));
        } else if let Some(failed) = worst.filter(|case| case.verdict == Verdict::Fail) {
            missing.push(Missing::Differs(id.to_owned(), reason(failed)));
        } else if cases.iter().any(|case| case.unlisted > 0) {
            missing.push(Missing::Unlisted(id.to_owned()));
        } else if cases.iter().any(|case| case.reason != cases[0].reason) {
            missing.push(Missing::Reasons(id.to_owned()));
        }
    }
    let verdicts = rounds.iter().map(|report| report.verdict);
    let other = verdicts.max_by_key(|verdict| verdict.exit_code());
    if let Some(other) = other.filter(|other| missing.is_empty() && other.exit_code() != 0) {
        missing.push(Missing::Verdict(other));
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::{Missing, missing};
    use crate::baseline::Assessment;
    use crate::judge::{RunVerdict, Verdict};
    use crate::report::{CaseReport, OperationReport, Report};
    use std::collections::BTreeMap;
    use std::time::Duration;

    fn round(verdict: Verdict) -> Report {
        Report {
            verdict: RunVerdict::Conforms,
            stopped: None,
            operations: vec![OperationReport {
                operation: String::new(),
                files: BTreeMap::new(),
                corrections: Vec::new(),
                plan_digest: String::new(),
                planned: Vec::new(),
                verdict: RunVerdict::Conforms,
                cases: vec![CaseReport {
                    id: "a/b".into(),
                    summary: String::new(),
                    clause: "".into(),
                    expect: vec![200],
                    verdict,
                    reason: None,
                    requests: 1,
                    elapsed: Duration::ZERO,
                    seen: Vec::new(),
                    unlisted: 0,
                    assessment: Assessment::Clean,
                    gate: None,
                    ends_soon: false,
                }],
                weaknesses: Vec::new(),
                clauses: Vec::new(),
                retries: 0,
            }],
            requests: 1,
            ..Report::not_finished("")
        }
    }

    fn of(verdicts: [Verdict; 3]) -> Vec<Missing> {
        missing(&verdicts.map(round))
    }

    #[test]
    fn rounds_must_agree_and_conform() {
        use Verdict::{Error, Fail, Inconclusive, Known, Note, Pass, Skipped};
        for alike in [
            [Pass; 3],
            [Note; 3],
            [Pass, Note, Pass],
            [Known; 3],
            [Skipped; 3],
        ] {
            assert_eq!(of(alike), [], "{alike:?}");
        }
        for flaky in [
            [Pass, Pass, Fail],
            [Fail, Pass, Pass],
            [Known, Pass, Known],
            [Pass, Skipped, Pass],
        ] {
            assert!(matches!(of(flaky)[..], [Missing::Flaky(..)]), "{flaky:?}");
        }
        assert!(matches!(of([Fail; 3])[..], [Missing::Differs(..)]));
        for open in [
            [Inconclusive; 3],
            [Pass, Pass, Error],
            [Pass, Inconclusive, Fail],
        ] {
            assert!(matches!(of(open)[..], [Missing::Open(..)]), "{open:?}");
        }
    }

    #[test]
    fn what_a_round_does_not_say_is_missing() {
        let mut rounds = [Verdict::Pass; 3].map(round);
        rounds[1].stopped = Some("interrupted".into());
        assert!(matches!(missing(&rounds)[..], [Missing::Stopped(_)]));
        let mut rounds = [Verdict::Pass; 3].map(round);
        rounds[2].operations[0].cases.clear();
        assert!(matches!(missing(&rounds)[..], [Missing::Flaky(..)]));
        let mut rounds = [Verdict::Known; 3].map(round);
        rounds[0].operations[0].cases[0].unlisted = 1;
        assert!(matches!(missing(&rounds)[..], [Missing::Unlisted(_)]));
        let mut rounds = [Verdict::Skipped; 3].map(round);
        rounds[0].operations[0].cases[0].reason = Some("no provocation".into());
        assert!(matches!(missing(&rounds)[..], [Missing::Reasons(_)]));
    }

    #[test]
    fn a_round_that_does_not_conform_earns_none() {
        let strictly = RunVerdict::Unchecked {
            statements: 2,
            strict: true,
        };
        for verdict in [RunVerdict::NothingRun, RunVerdict::NoVerdict, strictly] {
            let mut rounds = [Verdict::Skipped; 3].map(round);
            rounds[1].verdict = verdict;
            assert_eq!(missing(&rounds), [Missing::Verdict(verdict)]);
        }
        let mut rounds = [Verdict::Pass; 3].map(round);
        rounds[2].verdict = RunVerdict::Unchecked {
            statements: 2,
            strict: false,
        };
        assert_eq!(missing(&rounds), []);
    }
}
