//! Certificates of a service: what is said of each operation, and what an edited page voids.

use super::fixture::{Issued, part, public, service, today, whole};
use conformant::certificate::{
    Checked, Class, Conformant, Own, Refusal, Rejection, Void, html, open, verify,
};
use conformant::suite::Unjudged;
use std::sync::Arc;

const FIRST: &str = "show-audit-task-status";
const SECOND: &str = "update-audit-task";

fn both() -> Own {
    Own {
        suites: service().into_iter().map(Arc::new).collect(),
        ..Own::default()
    }
}

/// The suite of whoever has the first operation alone.
fn own() -> Own {
    service().remove(0).into()
}

fn checked(issued: &Issued, own: Own) -> Result<Checked, Rejection> {
    let bytes = issued.resigned(|_| {});
    let record = Some(issued.record.as_path());
    verify(&bytes, own, Some(&public()), false, today(), record)
}

/// What is said of a certificate that was changed so, by whoever has both operations.
fn refused(change: impl FnOnce(&mut Conformant)) -> String {
    let bytes = whole().resigned(|statement| change(&mut statement.predicate.conformant));
    match verify(&bytes, both(), Some(&public()), false, today(), None) {
        Err(Rejection::Refused(refusal)) => refusal.to_string(),
        other => panic!("{other:?}"),
    }
}

fn omitted(name: &str) -> Unjudged {
    Unjudged {
        name: name.into(),
        reason: "not chosen".into(),
    }
}

#[test]
fn a_service_has_one_certificate_with_the_class_of_its_worst_operation() {
    let issued = whole();
    let ours = &issued.statement.predicate.conformant;
    let names: Vec<&str> = ours.operations.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, [FIRST, SECOND]);
    assert_eq!(ours.class, Class::Full);
    let checked = checked(issued, both()).unwrap();
    assert_eq!(checked.void, []);
    let lines = std::fs::read_to_string(&issued.record).unwrap();
    // Header and footer are no exchanges.
    assert_eq!(checked.rejudged, Some(lines.lines().count() as u64 - 2));
    for id in [FIRST, SECOND] {
        let tests = &issued.statement.predicate.passed_tests;
        assert!(tests.iter().any(|test| test.starts_with(id)), "{id}");
    }
}

#[test]
fn the_page_has_a_line_for_each_operation_and_leads_nowhere_else() {
    let page = html::render(&whole().statement, None);
    let targets: Vec<&str> = page.split("href=\"").skip(1).collect();
    assert_eq!(targets.len(), 2);
    for (at, target) in targets.into_iter().enumerate() {
        let (target, _) = target.split_once('"').unwrap();
        let id = format!("operation-{at}");
        assert_eq!(target, format!("#{id}"));
        assert!(page.contains(&format!("id=\"{id}\"")));
    }
    for operation in &whole().statement.predicate.conformant.operations {
        for test in &operation.tests {
            assert!(page.contains(&test.id), "{}", test.id);
        }
    }
}

#[test]
fn an_edited_page_voids_its_own_lines_and_no_others() {
    let mut own = both();
    let edited = Arc::get_mut(&mut own.suites[1]).unwrap();
    let file = format!("schemas/{SECOND}/contract.json");
    edited.digests.insert(file, "0".repeat(64));
    let checked = checked(whole(), own).unwrap();
    let void = Void {
        operation: SECOND.into(),
        why: Refusal::Contract,
    };
    assert_eq!(checked.void, [void]);
    let lines = std::fs::read_to_string(&whole().record).unwrap();
    let is_first = |line: &&str| line.contains(&format!("\"case\":\"{FIRST}/"));
    assert_eq!(
        checked.rejudged,
        Some(lines.lines().filter(is_first).count() as u64)
    );
}

#[test]
fn what_the_verifier_cannot_hold_a_line_against_is_void() {
    // It has one operation less.
    let missing = checked(whole(), own()).unwrap();
    assert_eq!(missing.void.len(), 1);
    assert_eq!(missing.void[0].why, Refusal::Operation(SECOND.into()));
    // One that cannot be read.
    let broken = Own {
        unjudged: vec![Unjudged {
            name: SECOND.into(),
            reason: "line 3: no".into(),
        }],
        ..own()
    };
    let broken = checked(whole(), broken).unwrap();
    assert_eq!(broken.void[0].why, Refusal::Unreadable("line 3: no".into()));
    // Nothing of it is left.
    let rejection = checked(whole(), Own::default()).unwrap_err();
    assert_eq!(
        rejection,
        Rejection::Refused(Refusal::Operation(FIRST.into()))
    );
}

#[test]
fn no_certificate_is_silent_about_an_operation() {
    let silent = |own: Own| checked(part(), own).unwrap_err().to_string();
    let text = silent(both());
    assert!(text.contains(&format!("silent about '{SECOND}'")), "{text}");
    let left_out = Own {
        left_out: vec![omitted("list-kites")],
        ..own()
    };
    let text = silent(left_out);
    assert!(text.contains("silent about 'list-kites'"), "{text}");
    let bytes = part().resigned(|statement| {
        statement.predicate.conformant.omitted = vec![omitted(SECOND)];
    });
    let checked = verify(&bytes, both(), Some(&public()), false, today(), None).unwrap();
    assert_eq!(checked.void, []);
    assert!(open(&bytes, Some(&public()), false).is_ok());
}

#[test]
fn lies_about_operations_are_refused() {
    type Lie = fn(&mut Conformant);
    let lies: [(Lie, &str); 8] = [
        (|ours| ours.operations.reverse(), "not in order"),
        (|ours| ours.operations.clear(), "it has none"),
        (
            |ours| drop(ours.operations.pop()),
            "silent about 'update-audit-task'",
        ),
        (
            |ours| ours.operations[1] = ours.operations[0].clone(),
            "not in order",
        ),
        (
            |ours| ours.operations[1].plan_digest = "0".repeat(64),
            "the plan digest",
        ),
        (|ours| ours.operations[0].share.count = 2, "the plan digest"),
        (|ours| ours.plan.writes = false, "the plan digest"),
        (
            |ours| ours.operations[1].class = Class::Conformant,
            "claims the class 'conformant'",
        ),
    ];
    for (lie, words) in lies {
        let text = refused(lie);
        assert!(text.contains(words), "{words}: {text}");
    }
}
