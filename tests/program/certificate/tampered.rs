//! What somebody who holds the key could still get wrong or lie about: each with its own
//! message, found without the record.

use super::fixture::{full, key, own, public, today};
use crate::support::full_depth;
use conformant::certificate::{
    Accepted, AcceptedDifference, Authorisation, Class, Conformant, Rejection, Seed, Statement,
    Subject, TestResult, TestWord, verify,
};
use conformant::contract::Correction;
use conformant::report::ClauseVerdict;
use std::collections::BTreeMap;

type Change = Box<dyn Fn(&mut Statement)>;

fn days(count: i64) -> String {
    today()
        .checked_add_signed(chrono::TimeDelta::days(count))
        .unwrap()
        .to_string()
}

fn rejection(change: &Change) -> Rejection {
    let bytes = full().resigned(|statement| change(statement));
    verify(&bytes, own(), Some(&public()), false, today(), None).unwrap_err()
}

fn part(statement: &mut Statement, name: &str) {
    let part = statement
        .predicate
        .configuration
        .iter_mut()
        .find(|part| part.name == name)
        .unwrap();
    part.digest.insert("sha256".into(), "0".repeat(64));
}

fn accepted(clause: &str) -> Accepted {
    Accepted {
        test: "show-audit-task-status/valid/audit".into(),
        reason: "because".into(),
        until: days(90),
        ticket: None,
        differences: vec![AcceptedDifference {
            rule: "value-type".into(),
            clause: clause.into(),
            pointer: String::new(),
            documented: String::new(),
            observed: String::new(),
        }],
    }
}

fn skip(ours: &mut Conformant, id: &str, reason: &str) {
    let test = ours.operations[0]
        .tests
        .iter_mut()
        .find(|test| test.id == id)
        .unwrap();
    test.verdict = TestWord::Skipped;
    test.reason = Some(reason.into());
    test.requests = 0;
}

fn known(statement: &mut Statement) {
    let predicate = &mut statement.predicate;
    predicate.conformant.operations[0].tests[0].verdict = TestWord::Known;
    predicate.conformant.class = Class::ConformantWithAcceptedDifferences;
    let id = predicate.passed_tests.remove(0);
    predicate.warned_tests.push(id);
    predicate.result = TestResult::Warned;
}

#[test]
fn every_lie_has_its_own_message() {
    macro_rules! ours {
        (|$ours:ident| $body:expr) => {
            Box::new(|statement: &mut Statement| {
                let $ours = &mut statement.predicate.conformant;
                $body;
            }) as Change
        };
    }
    macro_rules! whole {
        (|$statement:ident| $body:expr) => {
            Box::new(|$statement: &mut Statement| {
                $body;
            }) as Change
        };
    }
    let lies: Vec<(Change, &str)> = vec![
        (
            ours!(|o| o.tool_version = "9.9.9".into()),
            "by conformant 9.9.9",
        ),
        (ours!(|o| o.rule_set.rules -= 1), "another set of rules"),
        (
            ours!(|o| o.format = "conformant-certificate/1".into()),
            "its format is 'conformant-certificate/1', which has ended",
        ),
        (
            ours!(|o| o.issued_on = "24.11.2026".into()),
            "no date of the form",
        ),
        (
            ours!(|o| (o.issued_on, o.valid_through) = (days(1), days(91))),
            "later than today",
        ),
        (
            ours!(|o| (o.issued_on, o.valid_through) = (days(-91), days(-1))),
            "has expired",
        ),
        (ours!(|o| o.valid_through = days(91)), "its term is wrong"),
        (whole!(|s| s.subject.clear()), "its subject has no name"),
        (
            whole!(|s| s.subject[0].digest = BTreeMap::from([("md5".into(), "0".repeat(32))])),
            "its subject has no name",
        ),
        (
            ours!(|o| o.operations[0].name = "list-kettles".into()),
            "about the operation 'list-kettles'",
        ),
        (
            whole!(|s| part(s, "schemas/show-audit-task-status/contract.json")),
            "another contract than the suite has",
        ),
        (
            ours!(|o| o.operations[0].corrections.push(Correction {
                clause: "status/403".into(),
                source_says: String::new(),
                holds: String::new(),
                reason: "of this test".into(),
            })),
            "the corrections of the source",
        ),
        (
            whole!(|s| part(s, "cases/show-audit-task-status/token.toml")),
            "another file of the suite than this one has: cases/show-audit-task-status/token.toml",
        ),
        (
            whole!(|s| drop(s.predicate.configuration.pop())),
            "another file of the suite",
        ),
        (ours!(|o| o.plan.digest = "0".repeat(64)), "the plan digest"),
        (
            ours!(|o| o.plan.cases_per_property = Some(1)),
            "fewer generated requests",
        ),
        (
            ours!(|o| o.plan.cases_per_property = Some(5000)),
            "the plan digest",
        ),
        (ours!(|o| o.plan.rounds = 1), "sent 1 times"),
        (
            ours!(|o| o.seed = Seed {
                value: 7,
                chosen: false
            }),
            "its seed does not follow",
        ),
        (
            whole!(|s| s.subject[0] = Subject::new("other", "f".repeat(64))),
            "its seed does not follow",
        ),
        (ours!(|o| o.target.provocations.clear()), "the plan digest"),
        (
            ours!(|o| drop(o.operations[0].tests.pop())),
            "its list of cases is not whole",
        ),
        (
            ours!(|o| o.operations[0].tests.swap(0, 1)),
            "in place of 'show-audit-task-status/valid/audit'",
        ),
        (
            ours!(|o| {
                o.operations[0].tests[3].verdict = TestWord::Skipped;
                o.operations[0].tests[3].reason = Some("it was late".into());
                o.operations[0].tests[3].requests = 0;
            }),
            "skipped for no reason",
        ),
        (
            ours!(|o| skip(
                o,
                "show-audit-task-status/token/missing",
                "this change leaves the token as it is"
            )),
            "'show-audit-task-status/token/missing' was skipped for no reason",
        ),
        (
            ours!(|o| skip(
                o,
                "show-audit-task-status/token/in-other-case",
                "this change leaves the token as it is"
            )),
            "'show-audit-task-status/token/in-other-case' was skipped for no reason",
        ),
        (
            ours!(|o| o.target.deadline_ms = 1_000_000_000_000),
            "deadline of 1000000000000 ms is none that can be set",
        ),
        (ours!(|o| o.target.deadline_ms = 0), "deadline of 0 ms"),
        (
            ours!(|o| o.target.deadline_ms = u64::MAX),
            "none that can be set",
        ),
        (
            ours!(|o| o.target.authorisation = Authorisation::None),
            "carried the authorisation 'none', and the page demands a token",
        ),
        (
            ours!(|o| o.target.authorisation = Authorisation::Signature),
            "the plan digest",
        ),
        (
            ours!(|o| o.target.name = "../other".into()),
            "the name '../other' of its target",
        ),
        (
            ours!(|o| o.target.base_url = "http://user:pass@127.0.0.1/".into()),
            "the address 'http://user:pass@127.0.0.1/' of its target",
        ),
        (
            ours!(|o| o.target.base_url = "HTTP://127.0.0.1".into()),
            "the address",
        ),
        (
            ours!(|o| {
                let header = vec![("Prefer".into(), "code=418".into())];
                o.target.provocations.insert(418, header);
            }),
            "the provocation for 418",
        ),
        (
            ours!(|o| {
                let header = vec![("Prefer".into(), "a\r\nb: c".into())];
                o.target.provocations.insert(500, header);
            }),
            "the provocation for 500",
        ),
        (
            ours!(|o| o.plan.cases_per_property = Some(u32::MAX)),
            "counts 4294967295 generated requests",
        ),
        (
            ours!(|o| o.operations[0].tests[0].requests = 1),
            "'show-audit-task-status/valid/audit' counts 1 exchanges, and its plan sends",
        ),
        (
            ours!(|o| o.operations[0].tests.last_mut().unwrap().requests = 3),
            "counts 3 exchanges, and its plan sends",
        ),
        (
            ours!(|o| o.operations[0].tests[0].requests = u64::MAX),
            "hold no 18446744073709551615 exchanges",
        ),
        (ours!(|o| o.evidence.bytes = 0), "0 bytes hold no"),
        (
            ours!(|o| drop(o.operations[0].clauses.pop())),
            "73 clauses in place of 74",
        ),
        (
            ours!(|o| o.operations[0].clauses[2].statement = "anything".into()),
            "is not as on the page",
        ),
        (
            ours!(|o| o.operations[0].clauses[2].observations = 0),
            "does not fit its observations",
        ),
        (
            ours!(|o| {
                o.operations[0].clauses[2].observations = 0;
                o.operations[0].clauses[2].verdict = ClauseVerdict::NotExercised;
            }),
            "says no reason",
        ),
        (
            ours!(|o| {
                o.operations[0].clauses[2].observations = 0;
                o.operations[0].clauses[2].verdict = ClauseVerdict::NotExercised;
                o.operations[0].clauses[2].reason = Some("no time".into());
            }),
            "says no reason that its cases give",
        ),
        (
            ours!(|o| {
                let clause = o.operations[0]
                    .clauses
                    .iter_mut()
                    .find(|clause| clause.id.ends_with("/body"));
                let clause = clause.unwrap();
                clause.observations = 0;
                clause.verdict = ClauseVerdict::NotExercised;
                clause.reason = Some("no reply held it".into());
            }),
            "claims the class 'full'",
        ),
        (
            ours!(|o| o.class = Class::Conformant),
            "claims the class 'conformant'",
        ),
        (
            ours!(|o| o.operations[0].clauses[2].verdict = ClauseVerdict::Violated),
            "is violated, and nobody accepted that",
        ),
        (
            ours!(|o| o.operations[0]
                .accepted_differences
                .push(accepted("status/200"))),
            "those of 'show-audit-task-status/valid/audit'",
        ),
        (
            whole!(|s| known(s)),
            "those of 'show-audit-task-status/valid/audit' are not listed",
        ),
        (
            whole!(|s| {
                known(s);
                let accepted = accepted("status/299");
                s.predicate.conformant.operations[0]
                    .accepted_differences
                    .push(accepted);
            }),
            "'value-type' at 'status/299'",
        ),
        (
            whole!(|s| {
                known(s);
                let accepted = Accepted {
                    reason: " ".into(),
                    ..accepted("status/200")
                };
                s.predicate.conformant.operations[0]
                    .accepted_differences
                    .push(accepted);
            }),
            "have no reason",
        ),
        (
            whole!(|s| {
                known(s);
                let accepted = Accepted {
                    reason: "\u{200b}.".into(),
                    ..accepted("status/200")
                };
                s.predicate.conformant.operations[0]
                    .accepted_differences
                    .push(accepted);
            }),
            "have no reason",
        ),
        (
            whole!(|s| {
                known(s);
                let accepted = Accepted {
                    until: "9999-12-31".into(),
                    ..accepted("status/200")
                };
                s.predicate.conformant.operations[0]
                    .accepted_differences
                    .push(accepted);
            }),
            "end on 9999-12-31, later than an acceptance can",
        ),
        (
            whole!(|s| s.predicate.result = TestResult::Warned),
            "its result and its lists",
        ),
        (
            whole!(|s| drop(s.predicate.passed_tests.pop())),
            "its result and its lists",
        ),
        (
            whole!(|s| s
                .predicate
                .failed_tests
                .push("show-audit-task-status/valid/audit".into())),
            "its result and its lists",
        ),
        (
            ours!(|o| o.operations[0].selftest.killed -= 1),
            "of the catalogue are within the suite's reach",
        ),
        (
            ours!(|o| (
                o.operations[0].selftest.faults,
                o.operations[0].selftest.killed
            ) = (10, 10)),
            "its self-test was not whole: 10 of 10",
        ),
        (
            ours!(|o| (
                o.operations[0].selftest.conforming,
                o.operations[0].selftest.passed
            ) = (0, 0)),
            "0 of 0 conforming servers",
        ),
        (
            ours!(|o| o.target.limits.json_depth = 100_000),
            "its limits are none that can be set",
        ),
        (ours!(|o| o.evidence.sha256.clear()), "its SHA-256 is none"),
    ];
    for (change, message) in &lies {
        let rejection = rejection(change);
        assert!(
            matches!(rejection, Rejection::Refused(_)) && rejection.to_string().contains(message),
            "{message}: {rejection}"
        );
    }
}

/// Cases by name may be skipped for what only the run knew, if anything may.
#[test]
fn no_case_of_a_full_certificate_can_be_skipped() {
    let reasons = [
        "this change leaves the token as it is",
        "this change leaves the secret key as it is",
        "no project of another tenant configured (--foreign-project-id)",
        "no provocation for 500 configured (--provoke '500=Header: value')",
    ];
    let tests = &full().statement.predicate.conformant.operations[0].tests;
    for (at, test) in tests.iter().enumerate() {
        // Each reason is given for some case, and for each case some reason.
        let all = full_depth();
        for reason in reasons
            .into_iter()
            .skip(if all { 0 } else { at % 4 })
            .step_by(if all { 1 } else { 4 })
        {
            let id = test.id.clone();
            let change: Change = Box::new(move |statement| {
                let predicate = &mut statement.predicate;
                skip(&mut predicate.conformant, &id, reason);
                predicate.passed_tests.retain(|passed| *passed != id);
            });
            let rejection = rejection(&change);
            let text = rejection.to_string();
            assert!(text.contains("was skipped for no reason"), "{text}");
        }
    }
}

#[test]
fn what_is_signed_is_a_strict_statement() {
    let text = String::from_utf8(full().statement.to_bytes()).unwrap();
    let reread = Statement::read(text.as_bytes()).unwrap();
    assert_eq!(reread, full().statement);
    for (from, to) in [
        ("{\"_type\"", "{\"note\":1,\"_type\""),
        ("{\"format\"", "{\"class\":\"full\",\"format\""),
        ("\"rounds\":3", "\"rounds\":3.0"),
        ("\"rounds\":3", "\"rounds\":\"3\""),
        ("test-result/v0.1", "test-result/v0.2"),
        ("Statement/v1", "Statement/v2"),
        ("\"full\"", "\"fuller\""),
    ] {
        assert!(text.contains(from));
        let rejection = Statement::read(text.replacen(from, to, 1).as_bytes()).unwrap_err();
        assert!(
            matches!(rejection, Rejection::Unreadable(_)),
            "{to}: {rejection}"
        );
    }
}

#[test]
fn another_key_is_refused_and_no_key_must_be_said() {
    let statement = &full().statement;
    let bytes = conformant::certificate::sign(statement, &key(1));
    let public = public();
    let refused = |key, allow| verify(&bytes, own(), key, allow, today(), None);
    let other = refused(Some(&public), false).unwrap_err();
    assert!(
        other.to_string().contains("signed with another key"),
        "{other}"
    );
    // To allow unsigned ones does not let a wrong signature through.
    assert!(refused(Some(&public), true).is_err());
    let without = refused(None, false).unwrap_err();
    assert!(
        without.to_string().contains("no key was given"),
        "{without}"
    );
    assert_eq!(refused(None, true).unwrap().signed_by, None);

    let bare = statement.to_bytes();
    let unsigned = |key, allow| verify(&bare, own(), key, allow, today(), None);
    let refused = unsigned(None, false).unwrap_err();
    assert!(refused.to_string().contains("is not signed"), "{refused}");
    assert!(
        unsigned(Some(&public), true).is_err(),
        "a key asks for a signature"
    );
    assert_eq!(unsigned(None, true).unwrap().signed_by, None);
}
