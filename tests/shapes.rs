//! Pages of operations drawn at random, of which it is known what they state: each is
//! read whole, in every rendering, without a finding, and gives a suite that can be
//! loaded and kills every fault.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "shapes/operation.rs"]
mod operation;
#[path = "shapes/render.rs"]
mod render;

use conformant::contract::{Body, Contract, Field, Location};
use conformant::derive::{Derived, derive};
use conformant::selftest;
use conformant::suite::{Suite, SuiteFiles, load};
use operation::{Operation, Row, operation};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Draws the same operations each time.
fn runner(cases: u32, seed: u8, max_shrink_iters: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters,
        ..Config::default()
    };
    TestRunner::new_with_rng(
        config,
        TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]),
    )
}

/// The seed of the draw: `SHAPES_SEED=7 cargo test --test shapes` draws others.
fn seed() -> u8 {
    std::env::var("SHAPES_SEED").map_or(1, |seed| seed.parse().unwrap())
}

fn derived(name: &str, page: &str) -> Derived {
    derive(Path::new(name), page, Path::new("/nonexistent/suite"), None).unwrap()
}

fn suite(derived: &Derived) -> Result<Arc<Suite>, TestCaseError> {
    let text = |(path, text): (&PathBuf, &String)| (path.to_string_lossy().into(), text.clone());
    let files = SuiteFiles {
        root: PathBuf::from("derived"),
        files: derived.files.iter().map(text).collect(),
    };
    load(&files, None)
        .map(Arc::new)
        .map_err(|error| TestCaseError::fail(error.to_string()))
}

/// Rows as they were written against fields as they were read.
fn same(
    place: &str,
    rows: &[Row],
    fields: &[Field],
    body: Option<&Body>,
) -> Result<(), TestCaseError> {
    let names = |one: &Row| one.name.clone();
    let written: Vec<String> = rows.iter().map(names).collect();
    let read: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    prop_assert_eq!(written, read, "rows of {}", place);
    for (row, field) in rows.iter().zip(fields) {
        let place = format!("{place}/{}", row.name);
        prop_assert_eq!(&row.kind, &field.kind, "{}", place);
        prop_assert_eq!(row.mandatory, field.mandatory, "{}", place);
        prop_assert_eq!(&row.facts, &field.constraints, "{}", place);
        let members = body
            .and_then(|body| body.members(&field.kind))
            .unwrap_or_default();
        same(&place, &row.members, members, body)?;
    }
    Ok(())
}

fn states(operation: &Operation, contract: &Contract) -> Result<(), TestCaseError> {
    prop_assert_eq!(operation.method, &contract.method);
    for (location, rows) in [
        (Location::Path, &operation.path),
        (Location::Query, &operation.query),
        (Location::Header, &operation.header),
    ] {
        let fields: Vec<Field> = contract
            .parameters
            .iter()
            .filter(|parameter| parameter.location == location)
            .map(|parameter| parameter.field.clone())
            .collect();
        same(location.id(), rows, &fields, None)?;
    }
    let fields = |body: Option<&Body>| body.map(|body| body.fields.clone()).unwrap_or_default();
    let body = contract.request_body.as_ref();
    same("body", &operation.body, &fields(body), body)?;
    let statuses: Vec<u16> = operation.replies.iter().map(|reply| reply.status).collect();
    prop_assert_eq!(
        statuses,
        contract.responses.keys().copied().collect::<Vec<_>>()
    );
    for reply in &operation.replies {
        let response = &contract.responses[&reply.status];
        let body = response.body.as_ref();
        same(&reply.status.to_string(), &reply.body, &fields(body), body)?;
        same(
            "header of the reply",
            &reply.headers,
            &response.headers,
            None,
        )?;
    }
    Ok(())
}

/// Panics with the reason and the page alone, which says all.
fn holds(result: Result<(), TestError<Operation>>) {
    match result {
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        result => result.unwrap(),
    }
}

#[test]
fn a_page_states_what_was_written_into_it() {
    let result = runner(150, seed(), 2_000).run(&operation(), |operation| {
        let blocks = render::blocks(&operation);
        for (name, page) in [
            ("page.txt", render::text(&blocks)),
            ("page.md", render::markdown(&blocks)),
            ("page.html", render::html(&blocks)),
        ] {
            let derived = derived(name, &page);
            let findings: Vec<String> = derived
                .findings
                .iter()
                // What such a page leaves open is told, and rightly.
                .filter(|finding| {
                    !finding.what.contains("the header that carries the token")
                        && !finding.what.contains("is written in the query")
                })
                .map(ToString::to_string)
                .collect();
            prop_assert!(findings.is_empty(), "{name}: {findings:#?}\n{page}");
            if let Err(error) = states(&operation, &derived.contract) {
                return Err(TestCaseError::fail(format!("{name}: {error}\n{page}")));
            }
            suite(&derived)?;
        }
        Ok(())
    });
    holds(result);
}

/// Derives the suite of each operation drawn, and tests it by every fault.
fn proves(cases: u32, seed: u8) {
    // A smaller operation takes seconds to try.
    let result = runner(cases, seed, 8).run(&operation(), |operation| {
        let page = render::html(&render::blocks(&operation));
        let suite = suite(&derived("page.html", &page))?;
        let proof = selftest::run(&suite, &[], 1, 2).unwrap();
        let wrong: Vec<String> = proof
            .tried
            .iter()
            .filter(|tried| !tried.fate.is_right())
            .map(|tried| format!("{}: {:?}", tried.name, tried.fate))
            .collect();
        prop_assert!(wrong.is_empty(), "{wrong:#?}\n{page}");
        Ok(())
    });
    holds(result);
}

#[test]
#[ignore = "takes minutes: cargo test --release --test shapes -- --ignored"]
fn derived_suites_kill_every_fault() {
    proves(12, seed());
}
