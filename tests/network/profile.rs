//! Profiles and what `service.toml` states of the token: suites of pages without a row for
//! it, and of a provider whose error bodies have levels.

use crate::support::{finish, full_depth};
use conformant::contract::Basis;
use conformant::derive::{derive, write};
use conformant::reference::{Mock, Server, catalogue};
use conformant::selftest::{self, access, values};
use conformant::suite::{Bound, Objects, RequestValues, Suite, SuiteFiles, bind, load};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

/// A page whose only request header is none, and whose error bodies have these tables.
fn page(errors: &str) -> String {
    format!(
        "# Showing a Kite - ShowKite\n\n#### Function\n\nShows a kite.\n\n#### URI\n\nGET /v1/{{project\\_id}}/kites/{{colour}}\n\n\
         Table 1 Path parameters\n\n| Parameter | Mandatory | Type | Description |\n| --- | --- | --- | --- |\n\
         | project\\_id | Yes | String | Project ID. The value contains 32 to 64 characters. |\n\
         | colour | Yes | String | The colour. Enumerated values: - red - green - blue |\n\n\
         #### Response Parameters\n\n**Status code: 200**\n\nTable 2 Response body parameters\n\n\
         | Parameter | Type | Description |\n| --- | --- | --- |\n| name | String | Its name. |\n\n{errors}\
         #### Status Codes\n\n| Status Code | Description |\n| --- | --- |\n\
         | 200 | OK |\n| 400 | Bad request. |\n| 401 | Unauthorized. |\n| 403 | Forbidden. |\n\n"
    )
}

const NESTED: &str = "**Status code: 400**\n\nTable 3 Response body parameters\n\n\
    | Parameter | Type | Description |\n| --- | --- | --- |\n| error | [Fault](#fault) object | What is wrong. |\n\n\
    Table 4 Fault\n\n| Parameter | Type | Description |\n| --- | --- | --- |\n\
    | code | String | Error code |\n| message | String | Error message |\n| title | String | Its name |\n\n";

/// The suite of a page with this `service.toml`, in a folder.
fn suite(folder: &Path, errors: &str, service: &str) -> Suite {
    std::fs::write(
        folder.join("service.toml"),
        format!("format = \"conformant-service/1\"\n{service}"),
    )
    .unwrap();
    let derived = derive(Path::new("page.md"), &page(errors), folder, None).unwrap();
    write(&derived, folder).unwrap();
    load(&SuiteFiles::folder(folder).unwrap(), None).unwrap()
}

/// What of the self-test does not end as it should, and how many servers were tried.
fn wrong(suite: Arc<Suite>, filters: &[&str]) -> (Vec<String>, usize) {
    let is_chosen =
        |name: &String| filters.is_empty() || filters.iter().any(|filter| name.contains(filter));
    let servers = catalogue::specimens(&suite.contract).into_iter();
    let names = servers.map(|server| server.name()).filter(is_chosen);
    let filters: Vec<String> = names.step_by(if full_depth() { 1 } else { 6 }).collect();
    let matrix = selftest::run(&suite, &filters, 1, 2).unwrap();
    let wrong = matrix
        .tried
        .iter()
        .filter(|tried| !tried.outcome.is_right());
    let wrong = wrong.map(|tried| format!("{}: {:?}", tried.name, tried.outcome));
    (wrong.collect(), matrix.tried.len())
}

const TOKEN: &str = "X-Auth-Token";

#[test]
fn the_token_travels_where_the_page_has_no_row_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let suite = suite(folder.path(), "", "");
    let suite = Arc::new(suite);
    let values = values(std::slice::from_ref(&suite), &[]);
    let mut without = Vec::new();
    for case in &suite.cases {
        let bound = bind(
            &suite,
            &case.template,
            &RequestValues::default(),
            &values,
            &Objects::default(),
        );
        let Bound::Ready(request) = bound else {
            panic!("{}: {bound:?}", case.template.id);
        };
        if !request.headers.iter().any(|header| header.name == TOKEN) {
            without.push(case.template.id.as_str());
        }
    }
    // Whether it must be there nothing says: it is left out only beside another fault.
    without.retain(|id| !id.contains("/both/"));
    assert_eq!(without, [""; 0]);
    assert!(suite.case("show-kite/token/wrong").is_some());
    assert!(suite.case("show-kite/token/missing").is_none());
    let notes = conformant::suite::skeleton::notes(&suite.contract).join("\n");
    assert!(
        notes.contains("no row of X-Auth-Token: every request carries it"),
        "{notes}"
    );
    let (wrong, tried) = wrong(suite, &["token", "conforming", "gives"]);
    assert_eq!(wrong, [""; 0]);
    assert!(tried > 9, "{tried}");
}

#[test]
fn a_service_may_require_the_token_in_place_of_its_pages() {
    let folder = tempfile::tempdir().unwrap();
    let suite = suite(folder.path(), "", "[reading]\ntoken = \"required\"\n");
    let clause = suite
        .clauses
        .get("request/header/X-Auth-Token/mandatory")
        .unwrap();
    assert_eq!(clause.source, "service.toml (X-Auth-Token)");
    assert!(matches!(&clause.basis, Basis::Reading(reason) if reason.contains("service.toml")));
    for id in ["missing", "empty", "wrong"] {
        let id = format!("show-kite/token/{id}");
        assert!(suite.case(&id).is_some(), "{id}");
    }
    let missing = selftest::run(&Arc::new(suite), &["token-not-needed".into()], 1, 1).unwrap();
    let outcomes = missing.tried.iter().map(|tried| tried.outcome.is_right());
    assert_eq!(outcomes.collect::<Vec<_>>(), [true]);
}

#[test]
fn a_profile_with_levels_in_its_error_bodies_is_served_and_proven() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let service = "profile = \"openstack\"\n[reading]\npresent = \"documented\"\nerror_members = [\"error/code\", \"error/message\"]\n";
    let suite = suite(at, NESTED, service);
    assert_eq!(suite.contract.profile.name, "openstack");
    let schema = &suite.responses[&400];
    let body = |text: &str| schema.accepts(&serde_json::from_str(text).unwrap());
    assert!(body(r#"{"error": {"code": "A.1", "message": "no"}}"#));
    for text in ["{}", r#"{"error": {}}"#, r#"{"error": {"code": "A.1"}}"#] {
        assert!(!body(text), "{text}");
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mock = Mock::new(Arc::new(suite.contract.clone()), access(), None);
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = runtime.block_on(Server::start(mock, listen)).unwrap();
    let access = access();
    let url = server.base_url();
    let arguments = [
        "run",
        "--suite",
        ".",
        "--base-url",
        &url,
        "--project-id",
        &access.project_id,
    ];
    let mut command = crate::support::conformant(at, &arguments);
    command.env("CONFORMANT_TOKEN", &access.token);
    let (code, text) = finish(&mut command);
    assert_eq!(code, 0, "{text}");
    let (wrong, tried) = wrong(Arc::new(suite), &["conforming", "error", "400-"]);
    assert_eq!(wrong, [""; 0]);
    assert!(tried > 9, "{tried}");
}

#[test]
fn a_profile_without_signatures_takes_no_keys() {
    let folder = tempfile::tempdir().unwrap();
    suite(folder.path(), "", "profile = \"openstack\"\n");
    let targets = "[target.t]\nbase_url = \"http://127.0.0.1:9\"\n\
                   project_id = \"0123456789abcdef0123456789abcdef\"\nauth = { ak = { env = \"AK\" }, sk = { env = \"SK\" } }\n";
    std::fs::write(folder.path().join("targets.toml"), targets).unwrap();
    let arguments = ["run", "--suite", ".", "--target", "t"];
    let mut command = crate::support::conformant(folder.path(), &arguments);
    command
        .env("AK", "an-access-key")
        .env("SK", "a-secret-key-of-the-test");
    let (code, text) = finish(&mut command);
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("of the profile 'openstack' cannot be signed"),
        "{text}"
    );
}
