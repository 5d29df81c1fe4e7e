//! The kill matrix as a test: every fault is killed by its own clause, every
//! conforming server passes, every clause has a fault of its own and every rule is tripped.
use crate::support::tried;
use conformant::judge::{Severity, rule};
use conformant::reference::catalogue;
use conformant::selftest::run;
use conformant::suite::{SuiteFiles, load};
use std::collections::BTreeSet;
use std::sync::Arc;

#[test]
fn no_fault_survives_and_no_conforming_server_fails() {
    let suite = crate::support::suite();
    let matrix = run(&suite, &tried(&suite, 16), 1, 2).unwrap();
    let wrong: Vec<_> = matrix
        .tried
        .iter()
        .filter(|tried| !tried.outcome.is_right())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let conforming = matrix
        .tried
        .iter()
        .filter(|tried| tried.clause.is_none())
        .count();
    assert_eq!(matrix.without_fault, [""; 0]);
    let (variants, faults) = match cfg!(debug_assertions) {
        true => (2, 20),
        false => (20, 200),
    };
    assert!(conforming >= variants, "{conforming} conforming servers");
    assert!(
        matrix.tried.len() - conforming >= faults,
        "{} servers",
        matrix.tried.len()
    );
}

#[test]
fn every_rule_is_declared_by_a_fault_and_every_declared_rule_exists() {
    let declared: BTreeSet<&str> = catalogue::faults(&crate::support::suite().contract)
        .iter()
        .flat_map(|fault| &fault.trips)
        .map(|trip| trip.rule)
        .collect();
    // This page bounds no string or array of a response, states no form and documents no header;
    // other pages do.
    let elsewhere = [
        "value-length",
        "value-pattern",
        "value-format",
        "value-items",
        "header-missing",
        "header-type",
        // Its service takes members that no table lists.
        "member-refused",
        // It makes no objects; servers that keep them break each law (resources::each_law…).
        "sequence-broken",
    ];
    let untripped: Vec<&str> = rule::ALL
        .iter()
        .filter(|rule| rule.severity == Severity::Difference)
        .map(|rule| rule.code)
        .filter(|code| !declared.contains(code) && !elsewhere.contains(code))
        .collect();
    assert_eq!(untripped, [""; 0]);
    for code in declared {
        assert!(rule::ALL.iter().any(|rule| rule.code == code), "{code}");
    }
}

#[test]
fn rule_codes_are_a_promise() {
    let table: Vec<String> = rule::ALL
        .iter()
        .map(|rule| {
            format!(
                "{} ({:?}; {}): {}",
                rule.code, rule.severity, rule.basis, rule.description
            )
        })
        .collect();
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn names_of_faults_are_unique() {
    let mut names = BTreeSet::new();
    for fault in catalogue::faults(&crate::support::suite().contract) {
        assert!(names.insert(fault.name.clone()), "{}", fault.name);
    }
}

#[test]
fn a_service_that_refuses_undocumented_members_sees_each_of_them() {
    let mut files = SuiteFiles::built_in();
    let service = files.files.get_mut("service.toml").unwrap();
    let noted = "undocumented_members = \"noted\"";
    assert!(service.contains(noted));
    *service = service.replace(noted, "undocumented_members = \"refused\"");
    let suite = Arc::new(load(&files, Some(crate::support::OPERATION)).unwrap());
    let names = [
        "has-another-member",
        "conforming-open",
        "conforming-additions",
    ];
    let matrix = run(&suite, &names.map(str::to_owned), 1, 2).unwrap();
    let tried: Vec<&str> = matrix
        .tried
        .iter()
        .map(|tried| tried.name.as_str())
        .collect();
    assert!(tried.contains(&"200-has-another-member"), "{tried:?}");
    assert!(!tried.contains(&"conforming-additions"), "{tried:?}");
    let wrong = matrix
        .tried
        .iter()
        .filter(|tried| !tried.outcome.is_right());
    assert_eq!(wrong.count(), 0, "{:?}", matrix.tried);
}
