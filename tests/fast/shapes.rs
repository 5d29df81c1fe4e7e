//! Pages of operations drawn at random, of which it is known what they state: each is
//! read whole, in every rendering, without a finding, and gives a suite that can be
//! loaded and kills every fault.
mod operation;
mod render;

use crate::support::full_depth;
use conformant::contract::TypeName;
use conformant::contract::{Body, Constraints, Contract, Field, Location, Mandatory};
use conformant::derive::{Derived, derive};
use conformant::selftest;
use conformant::suite::{Suite, SuiteFiles, load};
use operation::{Operation, Reply, Row, operation};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
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

/// The seed of the draw: `SHAPES_SEED=7 cargo test --test fast shapes::` draws others.
fn seed() -> u8 {
    std::env::var("SHAPES_SEED").map_or(1, |seed| seed.parse().unwrap())
}

fn derived(name: &str, page: &str) -> Derived {
    derive(Path::new(name), page, Path::new("/nonexistent/suite"), None).unwrap()
}

fn suite(derived: &Derived) -> Result<Arc<Suite>, TestCaseError> {
    let text = |(path, text): (&PathBuf, &String)| (path.to_string_lossy().into(), text.clone());
    let files = SuiteFiles::of(
        Path::new("derived"),
        derived.files.iter().map(text).collect(),
    );
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
        prop_assert_eq!(
            plain_integers(&row.kind),
            plain_integers(&field.kind),
            "{}",
            place
        );
        prop_assert_eq!(row.mandatory, field.mandatory, "{}", place);
        prop_assert_eq!(&row.facts, &field.constraints, "{}", place);
        let members = body
            .and_then(|body| body.members(&field.kind))
            .unwrap_or_default();
        same(&place, &row.members, members, body)?;
    }
    Ok(())
}

/// A type whose integers have no width: what an Integer is depends on the other rows.
fn plain_integers(kind: &TypeName) -> TypeName {
    let mut kind = kind.clone();
    if let integer @ TypeName::Int32 = kind.innermost_mut() {
        *integer = TypeName::Integer;
    }
    kind
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
            // What the service states has no line of the page.
            .filter(|parameter| parameter.field.source.line > 0)
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
    let cases = if full_depth() { 150 } else { 40 };
    let result = runner(cases, seed(), 2_000).run(&operation(), |operation| {
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
#[expect(clippy::print_stdout, reason = "a test of minutes says how far it is")]
fn proves(count: u32, seed: u8) {
    let mut runner = runner(count, seed, 0);
    let mut pages = String::new();
    for at in 1..=count {
        // A smaller operation takes seconds to try: what failed is told as it was drawn.
        let drawn = operation().new_tree(&mut runner).unwrap().current();
        let page = render::html(&render::blocks(&drawn));
        let began = std::time::Instant::now();
        let proof = selftest::run(&suite(&derived("page.html", &page)).unwrap(), &[], 1, 2);
        let tried = proof.unwrap().tried;
        let wrong: Vec<String> = tried
            .iter()
            .filter(|tried| !tried.outcome.is_right())
            .map(|tried| format!("{}: {:?}", tried.name, tried.outcome))
            .collect();
        println!(
            "seed {seed}, shape {at}: {} of {} wrong, {:.1} s",
            wrong.len(),
            tried.len(),
            began.elapsed().as_secs_f64()
        );
        if !wrong.is_empty() {
            println!("{wrong:#?}");
            pages.push_str(&page);
        }
    }
    assert!(pages.is_empty(), "{pages}");
}

/// A row of text that states nothing but its name and whether it must be given.
fn bare(name: &str, mandatory: Mandatory) -> Row {
    Row {
        name: name.to_owned(),
        kind: TypeName::String,
        mandatory,
        facts: Constraints::default(),
        members: Vec::new(),
        wording: 0,
    }
}

/// An operation whose path, query and header hold bare rows, with bodies for all but 204.
fn plain(query: Vec<Row>, header: Vec<Row>, statuses: &[u16]) -> Operation {
    let reply = |status: &u16| Reply {
        status: *status,
        headers: Vec::new(),
        body: match status {
            204 => Vec::new(),
            _ => vec![bare("request_id", Mandatory::Unstated)],
        },
    };
    Operation {
        method: "DELETE",
        path: vec![bare("kettle_id", Mandatory::Yes)],
        query,
        header,
        body: Vec::new(),
        replies: statuses.iter().map(reply).collect(),
        types_first: false,
    }
}

#[test]
fn what_no_request_leads_to_is_provoked_and_what_nobody_sees_is_no_fault() {
    let token = |mandatory| vec![bare("X-Auth-Token", mandatory)];
    let text = |mandatory| vec![bare("marker", mandatory)];
    let provoked = |suite: &Suite| -> Vec<u16> {
        let cases = suite.cases.iter();
        cases.filter_map(|case| case.template.provoke).collect()
    };
    for (operation, expected) in [
        // Nothing can be broken; a token travels without a row.
        (plain(vec![], vec![], &[204, 400, 401, 404]), vec![400, 404]),
        (
            plain(vec![], token(Mandatory::No), &[200, 202, 400, 401]),
            vec![202, 400],
        ),
        // One request alone leads to 400; a run waits and asks again where it meets 429.
        (
            plain(
                text(Mandatory::Yes),
                token(Mandatory::Yes),
                &[200, 400, 401, 429],
            ),
            vec![],
        ),
        // What conforms is refused by no status that an id in the path may meet.
        (
            plain(
                text(Mandatory::No),
                token(Mandatory::Yes),
                &[200, 401, 403, 404],
            ),
            vec![403, 404],
        ),
    ] {
        let page = render::html(&render::blocks(&operation));
        let suite = suite(&derived("page.html", &page)).unwrap();
        assert_eq!(provoked(&suite), expected, "{page}");
        let names = [
            "gives",
            "ninth",
            "after",
            "is-null",
            "demanded",
            "conforming-open",
            "429",
        ];
        let tried = selftest::run(&suite, &names.map(str::to_owned), 1, 2)
            .unwrap()
            .tried;
        let wrong = tried.iter().filter(|tried| !tried.outcome.is_right());
        let wrong: Vec<&str> = wrong.map(|tried| tried.name.as_str()).collect();
        assert!(wrong.is_empty(), "{wrong:?}\n{page}");
    }
}

/// A row of a member whose type is an object, or an array of such, with these members.
fn holding(name: &str, kind: TypeName, members: Vec<Row>) -> Row {
    Row {
        kind,
        members,
        ..bare(name, Mandatory::Unstated)
    }
}

#[test]
fn faults_at_the_bottom_of_arrays_and_in_place_of_maps_are_seen() {
    let array = |name: String| TypeName::Array(Box::new(TypeName::Named(name)));
    let deep = (0..6).fold(bare("leaf", Mandatory::Unstated), |inner, at| {
        let leaf = bare("leaf", Mandatory::Unstated);
        let members = if at == 0 {
            vec![inner]
        } else {
            vec![leaf, inner]
        };
        holding(
            &format!("level{at}"),
            array(format!("Level{at}Part")),
            members,
        )
    });
    let counts = TypeName::Map(Box::new(TypeName::Integer));
    let mut operation = plain(vec![], vec![], &[200]);
    operation.replies[0].body = vec![deep, holding("counts", counts, Vec::new())];
    let page = render::html(&render::blocks(&operation));
    let suite = suite(&derived("page.html", &page)).unwrap();
    let names = ["leaf-is", "counts-is"].map(str::to_owned);
    let tried = selftest::run(&suite, &names, 1, 2).unwrap().tried;
    let deepest = "200-level5-level4-level3-level2-level1-level0-leaf-is-integer";
    for fault in [deepest, "200-counts-is-integer", "200-counts-is-fraction"] {
        assert!(tried.iter().any(|tried| tried.name == fault), "{fault}");
    }
    let wrong = tried.iter().filter(|tried| !tried.outcome.is_right());
    let wrong: Vec<String> = wrong
        .map(|tried| format!("{}: {:?}", tried.name, tried.outcome))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Each cell a paragraph.
fn cells<const N: usize>(rows: &[[&str; N]]) -> String {
    rows.iter()
        .flatten()
        .map(|cell| format!("{cell}\n\n"))
        .collect()
}

/// The text rendering of a page whose status 200 has a body, and whose requests have one
/// of these rows where there are any; rows of name, Yes or No, type and description.
fn written(
    uri: &str,
    tables: &[(&str, &[[&str; 4]])],
    reply: &[[&str; 3]],
    example: &str,
) -> String {
    let mut page = format!("Kettles\n\nURI\n\n{uri}\n\nRequest Parameters\n\n");
    for (at, (caption, rows)) in tables.iter().enumerate() {
        page += &format!("Table {} {caption}\n\n", at + 1);
        page += "Parameter\n\nMandatory\n\nType\n\nDescription\n\n";
        page += &cells(rows);
    }
    page += "Response Parameters\n\nStatus code: 200\n\nTable 9 Response body parameters\n\n";
    page += "Parameter\n\nType\n\nDescription\n\n";
    page += &cells(reply);
    page += &format!("Example Responses\n\nStatus code: 200\n\n{example}\n\nStatus Codes\n\n");
    page + "Status Code\n\nDescription\n\n200\n\nOK\n\n400\n\nInvalid.\n"
}

#[test]
fn servers_that_conform_to_odd_pages_pass() {
    let reply = [["kettle_id", "String", "The kettle."]];
    let node: &[[&str; 4]] = &[
        ["name", "Yes", "String", "Its name."],
        ["next", "No", "Node object", "Another one."],
        [
            "parts",
            "No",
            "Array of Node objects",
            "More. Array Length: 1 - 3",
        ],
    ];
    let root: &[[&str; 4]] = &[["root", "Yes", "Node object", "The first."]];
    let listed: &[[&str; 4]] = &[["heat", "Yes", "Double", "The value can be 0, 1, or 2.5."]];
    let body = "Request body parameters";
    let (conforming, least) = match full_depth() {
        true => (&["conforming-"][..], 20),
        false => (&["conforming-open", "conforming-extremes"][..], 1),
    };
    for (what, page) in [
        (
            "an object inside itself",
            written(
                "POST /v1/kettles",
                &[(body, root), ("Node", node)],
                &reply,
                "{}",
            ),
        ),
        ("the root", written("GET /", &[], &reply, "{}")),
        (
            "a query template in braces",
            written("GET /v1/kettles{?lid,spout}", &[], &reply, "{}"),
        ),
        (
            "listed numbers",
            written("POST /v1/kettles", &[(body, listed)], &reply, "{}"),
        ),
        (
            "a text that stands for a fraction",
            written(
                "GET /v1/kettles",
                &[],
                &[["heat", "String", "The value ranges from 0 to 1."]],
                "{ \"heat\" : \"0.5\" }",
            ),
        ),
    ] {
        let suite = suite(&derived("page.txt", &page)).unwrap();
        let filters: Vec<String> = conforming.iter().map(|name| (*name).to_owned()).collect();
        let tried = selftest::run(&suite, &filters, 1, 2).unwrap().tried;
        assert!(tried.len() > least, "{what}: {}", tried.len());
        let wrong = tried.iter().filter(|tried| !tried.outcome.is_right());
        let wrong: Vec<String> = wrong
            .map(|tried| format!("{}: {:?}", tried.name, tried.outcome))
            .collect();
        assert!(wrong.is_empty(), "{what}: {wrong:#?}\n{page}");
    }
}

#[test]
#[ignore = "takes minutes: cargo test --release --test fast -- --ignored shapes::"]
fn derived_suites_kill_every_fault() {
    proves(12, seed());
}
