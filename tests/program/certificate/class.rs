//! Who gets which class, and who gets none.

use super::fixture::{Issued, Setting, certified, full, own, public, suite, today};
use crate::support::{Serving, conformant, finish, side_by_side};
use conformant::baseline::Baseline;
use conformant::certificate::{
    Authorisation, Checked, Class, Clause, Missing, Rejection, TestResult, TestWord, text, verify,
};
use conformant::reference::{Cause, Change, Fault, Specimen, Variant, When, catalogue};
use conformant::report::ClauseVerdict;

/// Verifies with record and key, as a stranger would.
fn checked(issued: &Issued) -> Result<Checked, Rejection> {
    let bytes = issued.resigned(|_| {});
    verify(
        &bytes,
        own(),
        Some(&public()),
        false,
        today(),
        Some(&issued.record),
    )
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn the_reference_server_earns_full() {
    let issued = full();
    let ours = &issued.statement.predicate.conformant;
    assert_eq!(ours.class, Class::Full);
    assert!(
        ours.operations[0]
            .clauses
            .iter()
            .all(|clause| clause.verdict == ClauseVerdict::Verified && clause.observations >= 3)
    );
    assert!(
        ours.operations[0]
            .tests
            .iter()
            .all(|test| test.verdict == TestWord::Pass)
    );
    let checked = checked(issued).unwrap();
    assert_eq!(checked.signed_by, Some(public().id()));
    let requests: u64 = ours.operations[0]
        .tests
        .iter()
        .map(|test| test.requests)
        .sum();
    assert_eq!(
        checked.rejudged,
        Some(requests),
        "every exchange is judged again"
    );
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_target_that_takes_signatures_is_certified_as_such() {
    let setting = Setting {
        signed: true,
        ..Setting::default()
    };
    let issued = certified(setting).unwrap();
    let ours = &issued.statement.predicate.conformant;
    assert_eq!(ours.class, Class::Full);
    assert_eq!(ours.target.authorisation, Authorisation::Signature);
    assert!(
        ours.operations[0]
            .tests
            .iter()
            .any(|test| test.id == "show-audit-task-status/token/stale-date")
    );
    checked(&issued).unwrap();
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn what_is_not_exercised_is_listed_with_its_reason() {
    let mut setting = Setting::default();
    setting.values.foreign_project_id = None;
    setting.values.provoke.clear();
    let issued = certified(setting).unwrap();
    let ours = &issued.statement.predicate.conformant;
    assert_eq!(ours.class, Class::Conformant);
    let open: Vec<_> = ours.operations[0]
        .clauses
        .iter()
        .filter(|clause| clause.verdict == ClauseVerdict::NotExercised)
        .collect();
    assert!(
        open.iter().any(|clause| clause.id == "status/500"),
        "{open:?}"
    );
    assert!(
        open.iter().all(|clause| {
            let reason = clause.reason.as_deref().unwrap_or_default();
            reason.contains("--provoke") || reason.contains("--foreign-project-id")
        }),
        "{open:?}"
    );
    let skipped = ours.operations[0]
        .tests
        .iter()
        .filter(|test| test.verdict == TestWord::Skipped);
    assert!(skipped.clone().count() >= 4 && skipped.clone().all(|test| test.reason.is_some()));
    checked(&issued).unwrap();
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn who_leaves_a_case_out_does_not_get_full() {
    // Every statement is exercised: a provocation gives 403. That one tenant cannot see
    // another's project nobody tried.
    let mut setting = Setting::default();
    setting.values.foreign_project_id = None;
    let issued = certified(setting).unwrap();
    let ours = &issued.statement.predicate.conformant;
    let is_verified = |clause: &Clause| clause.verdict == ClauseVerdict::Verified;
    assert!(ours.operations[0].clauses.iter().all(is_verified));
    assert_eq!(ours.class, Class::Conformant);
    checked(&issued).unwrap();
    let bytes = issued.resigned(|statement| statement.predicate.conformant.class = Class::Full);
    let refused = verify(&bytes, own(), Some(&public()), false, today(), None).unwrap_err();
    assert!(refused.to_string().contains("claims the class 'full'"));
    let shown = text::render(&issued.statement, None);
    assert!(
        shown.contains("skipped, no project of another tenant configured"),
        "{shown}"
    );
}

/// Accepts what a server with `fault` does wrong; gives the folder of the snapshots.
fn accepted(fault: &str, until: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let server = Serving::faulty(fault);
    let more = ["--target", "mock", "-q"];
    let (code, text) = finish(&mut server.command(folder.path(), &more));
    assert_eq!(code, 1, "{text}");
    let accept = [
        "accept",
        "--target",
        "mock",
        "--reason",
        "old clients",
        "--until",
        until,
    ];
    let (code, text) = finish(&mut conformant(folder.path(), &accept));
    assert_eq!(code, 0, "{text}");
    folder
}

fn with_acceptances(fault: &str, folder: &tempfile::TempDir) -> Setting {
    let root = folder.path().join("snapshots");
    Setting {
        server: catalogue::faults(&suite().contract)
            .into_iter()
            .find(|other| other.name == fault)
            .into(),
        baseline: Baseline::load(&root, "mock", "show-audit-task-status").unwrap(),
        ..Setting::default()
    }
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn accepted_differences_have_a_class_of_their_own_and_end_it_early() {
    let fault = "busi-type-case-folded";
    let until = today() + chrono::TimeDelta::days(12);
    let folder = accepted(fault, &until.to_string());
    let issued = certified(with_acceptances(fault, &folder)).unwrap();
    let ours = &issued.statement.predicate.conformant;
    assert_eq!(ours.class, Class::ConformantWithAcceptedDifferences);
    assert_eq!(ours.valid_through, until.to_string());
    assert_eq!(issued.statement.predicate.result, TestResult::Warned);
    assert!(
        ours.operations[0]
            .accepted_differences
            .iter()
            .all(|one| one.reason == "old clients")
    );
    checked(&issued).unwrap();
    // A day after the first acceptance has ended, so has the certificate.
    let bytes = issued.resigned(|_| {});
    let later = until.succ_opt().unwrap();
    let refused = verify(&bytes, own(), Some(&public()), false, later, None).unwrap_err();
    assert!(refused.to_string().contains("has expired"), "{refused}");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn without_its_acceptances_the_same_server_gets_none() {
    let fault = "busi-type-case-folded";
    let folder = accepted(fault, &today().to_string());
    let mut setting = with_acceptances(fault, &folder);
    setting.baseline = Baseline::empty();
    let missing = certified(setting).err().unwrap();
    assert!(
        matches!(&missing[0], Missing::Differs(id, _) if id.starts_with("show-audit-task-status/busi_type/")),
        "{missing:?}"
    );
}

fn is_certifiable(fault: &Fault) -> bool {
    certified(Setting {
        server: Specimen::from(fault.clone()),
        ..Setting::default()
    })
    .is_ok()
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_server_with_a_fault_gets_none() {
    // Faults of the wire need deadlines; the release test below has them too.
    let faults: Vec<Fault> = catalogue::faults(&suite().contract)
        .into_iter()
        .filter(|fault| !matches!(fault.change, Change::Wire(..)))
        .step_by(101)
        .collect();
    assert!(faults.len() >= 5, "{}", faults.len());
    for fault in &faults {
        assert!(!is_certifiable(fault), "{}", fault.name);
    }
}

#[test]
#[ignore = "takes a minute: run by .ci/run; every fault, optimised, by .ci/full"]
fn no_server_with_a_fault_of_the_catalogue_gets_one() {
    let faults = catalogue::faults(&suite().contract);
    let step = if cfg!(debug_assertions) { 48 } else { 1 };
    let some: Vec<Fault> = faults.into_iter().step_by(step).collect();
    side_by_side(&some, |fault| {
        assert!(!is_certifiable(fault), "{}", fault.name);
    });
}

/// A server that answers a wrong token with 200, behind so many replies.
fn lapsing(after: u64) -> Fault {
    Fault {
        name: "lapsing".into(),
        summary: String::new(),
        clause: "".into(),
        trips: Vec::new(),
        change: Change::Status(Cause::NoToken, 403),
        when: When::After(after),
    }
}

/// Replies of one round against a conforming server.
fn per_round() -> u64 {
    let tests = &full().statement.predicate.conformant.operations[0].tests;
    tests.iter().map(|test| test.requests / 3).sum()
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_case_with_different_verdicts_is_flaky_and_not_certifiable() {
    let missing = certified(Setting {
        server: Specimen::from(lapsing(per_round() * 3 / 2)),
        ..Setting::default()
    })
    .err()
    .unwrap();
    let flaky = missing
        .iter()
        .any(|one| matches!(one, Missing::Flaky(id, verdicts) if id == "show-audit-task-status/token/missing" && verdicts.contains(&"pass") && verdicts.contains(&"fail")));
    assert!(flaky, "{missing:?}");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_note_that_comes_and_goes_is_not_flaky() {
    // Undocumented members in some replies.
    let issued = certified(Setting {
        server: Specimen::Conforming(Variant::Additions),
        ..Setting::default()
    })
    .unwrap();
    let tests = &issued.statement.predicate.conformant.operations[0].tests;
    assert!(tests.iter().any(|test| test.verdict == TestWord::Note));
    checked(&issued).unwrap();
}
