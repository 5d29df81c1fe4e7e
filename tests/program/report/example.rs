//! Reports to render: random ones, and one that is full of a given text.

use conformant::baseline::{Acceptance, Assessment};
use conformant::contract::Correction;
use conformant::judge::rule;
use conformant::judge::{Difference, RunVerdict, Signal, Verdict};
use conformant::report::{CaseReport, ClauseReport, ClauseVerdict, OperationReport, Report};
use conformant::runner::{Example, Planned, Seen};
use conformant::suite::{SuiteName, Unjudged};
use proptest::prelude::*;
use std::time::{Duration, SystemTime};

/// What servers, pages and case files might say to harm whoever reads the report.
pub(crate) const HOSTILE: &[&str] = &[
    "\u{1b}[2J\u{1b}[31mred",
    "\u{1b}]52;c;aGk=\u{7}",
    "\u{9b}31m",
    "bell\u{7}",
    "nul\0",
    "\u{202e}gnp.exe\u{2066}\u{200b}\u{feff}",
    "::error::x",
    "a\n::error file=x::y",
    "a\r\n  ::set-output name=a::b",
    "##[error]x",
    "###[error]x ##vso[task.complete result=Succeeded;]",
    "]]>",
    "<![CDATA[x]]>",
    "</failure></testcase><testcase name=\"ok\"/>",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</style></title><script>alert(1)</script>",
    "&lt;script&gt;",
    "| a | b |\n| --- | --- |\n| c | d |",
    "\\|\\",
    "[x](javascript:1)",
    "![x](https://example.com/x.png)",
    "https://example.com www.example.com <https://example.com> a@example.com",
    "@someone #1",
    "```\n# heading\n```",
    "`a``b```c````",
    "~~~\n> quote\n- item\n1. item",
    "# heading",
    "\n\n<details open ontoggle=alert(1)>",
    "a\n===\n",
    "\u{ffff}\u{fffe}",
    "\u{2028}\u{2029}\u{85}",
    "\u{e0041}",
    "_a_ **b** ~~c~~ :smile: $x$",
    " ",
    "",
];

/// A report of two operations with `text` in every place that can hold text from outside.
pub(crate) fn full_of(text: &str) -> Report {
    full_of_operations(text, 2)
}

/// Such a report of so many operations.
pub(crate) fn full_of_operations(text: &str, operations: usize) -> Report {
    Report {
        left: Vec::new(),
        target: text.into(),
        base_url: Some(text.into()),
        started_at: SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_001),
        suite: SuiteName {
            name: text.into(),
            digest: text.into(),
            commit: Some(text.into()),
            left_out: vec![Unjudged {
                name: text.into(),
                reason: text.into(),
            }],
        },
        seed: 1,
        strict: true,
        plan_digest: text.into(),
        shard: None,
        verdict: RunVerdict::NoVerdict,
        stopped: Some(text.into()),
        operations: (0..operations).map(|at| operation(text, at)).collect(),
        unjudged: vec![
            Unjudged {
                name: text.into(),
                reason: text.into(),
            };
            2
        ],
        requests: 7,
        elapsed: Duration::from_millis(9),
    }
}

/// The operation at this place of a report that is full of `text`.
fn operation(text: &str, at: usize) -> OperationReport {
    let name = match at {
        0 => text.to_owned(),
        at => format!("{text}{at}"),
    };
    let verdicts = Verdict::ALL.into_iter();
    let cases: Vec<CaseReport> = verdicts
        .enumerate()
        .map(|(at, verdict)| CaseReport {
            id: format!("{name}/{text}/{at}{text}"),
            summary: text.into(),
            clause: format!("request/{text}").into(),
            expect: vec![200],
            verdict,
            reason: (verdict != Verdict::Pass).then(|| text.into()),
            requests: 1,
            elapsed: Duration::from_millis(1),
            seen: vec![seen(0, text), seen(rule::ALL.len() - 1, text)],
            unlisted: 1,
            assessment: assessment(verdict, text),
            gate: Some(text.into()),
            ends_soon: true,
        })
        .collect();
    let clause = |id: String, verdict| ClauseReport {
        id: id.into(),
        statement: text.into(),
        source: text.into(),
        quote: text.into(),
        reading: Some(text.into()),
        verdict,
        observations: 1,
        reason: Some(text.into()),
        unchecked: verdict == ClauseVerdict::NotExercised,
    };
    OperationReport {
        operation: name,
        files: [("page".to_owned(), text.to_owned())].into(),
        corrections: vec![Correction {
            clause: text.into(),
            source_says: text.into(),
            holds: text.into(),
            reason: text.into(),
        }],
        plan_digest: text.into(),
        planned: vec![Planned {
            id: text.into(),
            summary: text.into(),
            clause: text.into(),
            expect: vec![200],
            requests: 1,
            skipped: false,
        }],
        verdict: RunVerdict::NoVerdict,
        cases,
        weaknesses: vec![text.into()],
        clauses: vec![
            clause(format!("request/{text}"), ClauseVerdict::Violated),
            clause("status/200".into(), ClauseVerdict::Verified),
            clause(
                format!("response/200/{text}/type"),
                ClauseVerdict::NotExercised,
            ),
            clause(text.into(), ClauseVerdict::NotExercised),
        ],
        retries: 1,
    }
}

/// Known with an acceptance, failing with one that vanished.
fn assessment(verdict: Verdict, text: &str) -> Assessment {
    match verdict {
        Verdict::Known => Assessment::Known(Acceptance {
            reason: text.into(),
            until: "2030-01-02".parse().unwrap(),
            ticket: Some(text.into()),
            accepted: "2029-01-02".parse().unwrap(),
        }),
        Verdict::Fail => Assessment::Vanished(text.into()),
        _ => Assessment::Clean,
    }
}

fn seen(rule: usize, text: &str) -> Seen {
    Seen {
        difference: Difference {
            rule: rule::ALL[rule],
            clause: format!("request/{text}").into(),
            pointer: text.into(),
            documented: text.into(),
            observed: text.into(),
            detail: String::new(),
        },
        count: 1,
        example: Example {
            curl: text.into(),
            reply: text.into(),
        },
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(HOSTILE).prop_map(str::to_owned),
        "[a-z_]{1,8}",
        any::<String>(),
    ]
}

prop_compose! {
    fn random_seen()(
        rule in 0..rule::ALL.len(), clause in clause_id(), pointer in text(),
        documented in text(), observed in text(), count in 1..99_u64,
        curl in text(), reply in text(),
    ) -> Seen {
        Seen {
            difference: Difference { rule: rule::ALL[rule], clause: clause.into(), pointer, documented, observed, detail: String::new() },
            count,
            example: Example { curl, reply },
        }
    }
}

prop_compose! {
    fn random_case()(
        subject in prop::sample::select(vec!["valid", "token", "any"]),
        name in text(), summary in text(), clause in clause_id(),
        expect in prop::collection::vec(prop::sample::select(vec![200_u16, 400, 401]), 1..3),
        verdict in prop::sample::select(Verdict::ALL.to_vec()),
        reason in text(), requests in 0..99_u64, millis in 0..5_000_u64,
        seen in prop::collection::vec(random_seen(), 0..4), unlisted in 0..3_u64, accepted in text(), gate in prop::option::of(text()), ends_soon in any::<bool>(),
    ) -> CaseReport {
        CaseReport {
            id: format!("{subject}/{name}"), summary, clause: clause.into(), expect, verdict,
            reason: (verdict >= Verdict::Skipped).then_some(reason),
            requests, elapsed: Duration::from_millis(millis), seen, unlisted,
            assessment: assessment(verdict, &accepted), gate, ends_soon,
        }
    }
}

fn clause_id() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["status/200", "status/400", "request/path/a/enum"])
            .prop_map(str::to_owned),
        (
            "[24]00",
            text(),
            prop::sample::select(vec!["type", "present"])
        )
            .prop_map(|(status, name, aspect)| format!("response/{status}/{name}/{aspect}")),
        text(),
    ]
}

prop_compose! {
    fn random_clause()(
        id in clause_id(), statement in text(), source in text(), reading in prop::option::of(text()),
        verdict in prop::sample::select(vec![
            ClauseVerdict::Verified, ClauseVerdict::Violated, ClauseVerdict::NotExercised,
        ]),
        observations in 0..99_u64, reason in text(), unchecked in prop::bool::weighted(0.2),
    ) -> ClauseReport {
        ClauseReport {
            id: id.into(), statement, source, quote: String::new(), reading, verdict, observations,
            reason: (verdict == ClauseVerdict::NotExercised).then_some(reason),
            unchecked: unchecked && verdict != ClauseVerdict::Verified,
        }
    }
}

fn verdict(verdict: RunVerdict, interrupted: bool, complete: bool) -> RunVerdict {
    match verdict {
        _ if interrupted => RunVerdict::Interrupted(Signal::Terminate),
        _ if !complete => RunVerdict::NoVerdict,
        verdict => verdict,
    }
}

prop_compose! {
    fn random_operation()(
        operation in text(), strict in any::<bool>(),
        cases in prop::collection::vec(random_case(), 0..12),
        clauses in prop::collection::vec(random_clause(), 0..12),
        plan_digest in "[0-9a-f]{8}", weaknesses in prop::collection::vec(text(), 0..3),
        corrections in prop::collection::vec(random_correction(), 0..2),
        retries in 0..9_u64,
        interrupted in prop::bool::weighted(0.1), complete in prop::bool::weighted(0.9),
    ) -> OperationReport {
        let unchecked = clauses.iter().filter(|clause| clause.unchecked).count();
        let folded = RunVerdict::fold(cases.iter().map(|case| case.verdict), true);
        OperationReport {
            verdict: verdict(folded.with_unchecked(unchecked, strict), interrupted, complete),
            operation, plan_digest, cases, weaknesses, corrections, clauses, retries,
            files: [("contract.json".to_owned(), "0".repeat(64))].into(),
            planned: Vec::new(),
        }
    }
}

prop_compose! {
    fn random_correction()(
        clause in clause_id(), source_says in text(), holds in text(), reason in text(),
    ) -> Correction {
        Correction { clause: clause.into(), source_says, holds, reason }
    }
}

prop_compose! {
    fn random_unjudged()(name in text(), reason in text()) -> Unjudged {
        Unjudged { name, reason }
    }
}

prop_compose! {
    fn random_suite()(
        name in text(), digest in "[0-9a-f]{64}", commit in prop::option::of("[0-9a-f]{40}"),
        left_out in prop::collection::vec(random_unjudged(), 0..3),
    ) -> SuiteName {
        SuiteName { name, digest, commit, left_out }
    }
}

prop_compose! {
    /// Any report that a run could end with, and many that none could.
    pub(crate) fn random()(
        target in text(), suite in random_suite(), seed in any::<u64>(),
        stopped in prop::option::of(text()),
        operations in prop_oneof![
            1 => prop::collection::vec(random_operation(), 0..=1),
            3 => prop::collection::vec(random_operation(), 2..5),
        ],
        unjudged in prop_oneof![
            2 => Just(Vec::new()),
            1 => prop::collection::vec(random_unjudged(), 1..4),
        ],
        plan_digest in "[0-9a-f]{8}", started in 0..4_000_000_000_000_u64,
        requests in any::<u32>(), millis in 0..999_999_u64,
        interrupted in prop::bool::weighted(0.1), complete in prop::bool::weighted(0.9),
        strict in any::<bool>(),
    ) -> Report {
        let mut report = Report {
            target, suite, seed, strict, stopped, operations, unjudged, plan_digest,
            started_at: SystemTime::UNIX_EPOCH + Duration::from_millis(started),
            requests: requests.into(), elapsed: Duration::from_millis(millis),
            ..Report::not_finished("")
        };
        report.verdict = verdict(report.fold(), interrupted, complete);
        report
    }
}
