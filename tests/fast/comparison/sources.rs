//! A page and a definition of one API: every statement, found by a person in both.
use super::compared;
use conformant::comparison::{Comparison, Mode, Pair, Relation};
use std::path::Path;

/// The pages of `tests/resources` against `tests/definitions/shelves.yaml`.
fn shelves() -> Comparison {
    let folder = tempfile::tempdir().unwrap();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for page in ["list-jars.md", "update-shelf.md", "delete-jar.md"] {
        let from = tests.join("resources").join(page);
        std::fs::copy(from, folder.path().join(page)).unwrap();
    }
    compared(folder.path(), &tests.join("definitions/shelves.yaml"))
}

/// What does not agree: clause, relation, and what each of both says.
fn told(pair: &Pair) -> Vec<(String, Relation, String, String)> {
    let says = |said: &Option<conformant::comparison::Said>| {
        said.as_ref().map_or_else(String::new, |it| it.says.clone())
    };
    let open = pair.statements.iter();
    let open = open.filter(|it| it.relation != Relation::Agrees);
    open.map(|it| (it.clause.to_string(), it.relation, says(&it.a), says(&it.b)))
        .collect()
}

fn expected(lines: &[(&str, Relation, &str, &str)]) -> Vec<(String, Relation, String, String)> {
    let own = |(clause, relation, a, b): &(&str, Relation, &str, &str)| {
        ((*clause).into(), *relation, (*a).into(), (*b).into())
    };
    lines.iter().map(own).collect()
}

#[test]
fn every_statement_of_two_sources_agrees_differs_or_is_in_one_alone() {
    use Relation::{Differs, OnlyInA, OnlyInB};
    let found = shelves();
    assert_eq!(found.mode, Mode::Sources);
    let addresses: Vec<_> = found
        .operations
        .iter()
        .map(|it| it.address.as_str())
        .collect();
    assert_eq!(
        addresses,
        [
            "GET /v1/{project_id}/shelves/{shelf_id}/jars",
            "PUT /v1/{project_id}/shelves/{shelf_id}"
        ]
    );
    assert_eq!(
        told(&found.operations[0]),
        expected(&[
            (
                "request/header/X-Auth-Token/pattern",
                OnlyInB,
                "",
                "^[A-Z]+$"
            ),
            (
                "request/path/shelf_id/length",
                Differs,
                "exactly 36",
                "36 to 64"
            ),
            ("request/query/limit/type", OnlyInB, "", "32 bits"),
            ("request/query/marker", OnlyInB, "", "String"),
            (
                "request/query/offset/mandatory",
                Differs,
                "optional",
                "mandatory"
            ),
            (
                "request/query/offset/range",
                Differs,
                "0 to 10000",
                "0 to 9000"
            ),
            ("response/200/header/X-Total", OnlyInB, "", "Integer"),
            ("response/200/jars/items", OnlyInB, "", "at most 50"),
            // A schema without `required` says of each member that it may be missing; the
            // page does not.
            ("response/200/jars/mandatory", OnlyInB, "", "optional"),
            (
                "response/200/jars[]/grams/mandatory",
                OnlyInB,
                "",
                "optional"
            ),
            ("response/200/jars[]/grams/range", OnlyInA, "1 to 5000", ""),
            (
                "response/200/jars[]/grams/type",
                Differs,
                "Integer",
                "String"
            ),
            ("response/200/jars[]/id/mandatory", OnlyInB, "", "optional"),
            ("response/200/jars[]/label/enum", OnlyInB, "", "salt, sugar"),
            (
                "response/200/jars[]/label/mandatory",
                OnlyInB,
                "",
                "optional"
            ),
            ("response/200/jars[]/lid", OnlyInB, "", "String"),
            ("response/400/error_code/mandatory", OnlyInB, "", "optional"),
            ("response/400/error_msg/mandatory", OnlyInB, "", "optional"),
            (
                "response/401/body",
                OnlyInA,
                "the body is a JSON object with the listed members",
                ""
            ),
            ("status/403", OnlyInA, "403", ""),
            ("status/404", OnlyInA, "404", ""),
            ("status/429", OnlyInB, "", "429"),
        ])
    );
    assert_eq!(
        told(&found.operations[1]),
        expected(&[
            (
                "request/body/shelf/name/mandatory",
                Differs,
                "mandatory",
                "optional"
            ),
            ("request/body/shelf/note/default", OnlyInB, "", "none"),
            ("request/body/shelf/note/length", OnlyInA, "0 to 100", ""),
            (
                "request/body/shelf/note/nullable",
                OnlyInB,
                "",
                "may be null"
            ),
            ("response/200/shelf/boards", OnlyInA, "Integer", ""),
            ("response/200/shelf/id", OnlyInA, "String", ""),
            ("response/200/shelf/mandatory", OnlyInB, "", "optional"),
            ("response/200/shelf/name", OnlyInA, "String", ""),
            ("response/200/shelf/note", OnlyInA, "String", ""),
            (
                "response/200/shelf/status/enum",
                Differs,
                "BUILDING, ACTIVE, ERROR",
                "BUILDING, ACTIVE, GONE"
            ),
            (
                "response/200/shelf/status/mandatory",
                OnlyInB,
                "",
                "optional"
            ),
            ("status/400", OnlyInA, "400", ""),
            ("status/401", OnlyInA, "401", ""),
            ("status/403", OnlyInA, "403", ""),
            ("status/404", OnlyInA, "404", ""),
        ])
    );
    let lone = |list: &[conformant::comparison::Lone]| -> Vec<String> {
        list.iter().map(|it| it.address.clone()).collect()
    };
    assert_eq!(
        lone(&found.only_in_a),
        ["DELETE /v1/{project_id}/shelves/{shelf_id}/jars/{jar_id}"]
    );
    assert_eq!(lone(&found.only_in_b), ["DELETE /v1/{tenant}/shelves/{id}"]);
}

#[test]
fn what_is_silent_in_one_of_two_sources_breaks_nobody_and_what_differs_does() {
    let found = shelves();
    let mut statements = found.operations.iter().flat_map(|it| &it.statements);
    for statement in statements.clone() {
        let is_difference = statement.relation == Relation::Differs;
        assert_eq!(statement.change.is_some(), is_difference, "{statement:?}");
        let breaks = statement.breaks_clients || statement.breaks_servers;
        assert_eq!(breaks, is_difference, "{statement:?}");
    }
    // What a request may leave out in A it must carry in B.
    let offset = statements.find(|it| it.clause == "request/query/offset/mandatory");
    assert!(offset.unwrap().breaks_clients);
}

#[test]
fn both_places_and_quotes_stand_side_by_side() {
    let found = shelves();
    let mut statements = found.operations[0].statements.iter();
    let offset = statements.find(|it| it.clause == "request/query/offset/range");
    let (a, b) = (
        offset.unwrap().a.as_ref().unwrap(),
        offset.unwrap().b.as_ref().unwrap(),
    );
    assert_eq!(a.place, "Table 2, row 2 (offset)");
    assert_eq!(a.line, 23);
    assert_eq!(a.quote, "The value ranges from 0 to 10000.");
    assert_eq!(
        b.place,
        "#/paths/~1{tenant}~1shelves~1{id}~1jars/get/parameters/3"
    );
    assert!(b.quote.contains("\"maximum\": 9000"), "{}", b.quote);
}

#[test]
fn the_summary_counts_every_statement_by_kind() {
    let found = shelves();
    let kinds = serde_json::to_value(&found.summary).unwrap();
    let counts = |kind: &str| {
        let it = &kinds["statements"][kind];
        ["agrees", "differs", "only_in_a", "only_in_b"].map(|it_is| it[it_is].as_u64().unwrap())
    };
    // GET: 2 of the path, limit, offset, the token; marker. PUT: 2 of the path, the token.
    assert_eq!(counts("parameter"), [8, 0, 0, 1]);
    // Lengths of project_id, id and label agree, and of project_id, shelf_id and name.
    assert_eq!(counts("length"), [6, 1, 1, 0]);
    assert_eq!(counts("range"), [1, 1, 1, 0]);
    assert_eq!(counts("values"), [0, 1, 0, 1]);
    assert_eq!(counts("status"), [4, 0, 6, 1]);
    assert_eq!(counts("body"), [4, 0, 1, 0]);
    assert_eq!(counts("address"), [2, 0, 0, 0]);
    assert_eq!(kinds["operations"]["in_both"], 2);
    assert_eq!(kinds["operations"]["that_differ"], 2);
    let all = found.operations.iter().map(|it| it.statements.len());
    let total = &found.summary.total;
    assert_eq!(
        all.sum::<usize>(),
        total.agrees + total.differs + total.only_in_a + total.only_in_b
    );
}

#[test]
fn a_status_of_success_that_a_page_does_not_print_is_that_of_the_other_source() {
    let folder = tempfile::tempdir().unwrap();
    let page = "# Boiling\n\n## URI\n\nGET /v1/kettles\n\n## Response\n\n| Parameter | Type |\n| --- | --- |\n| lid | Integer |\n";
    let document = serde_json::json!({
        "swagger": "2.0", "basePath": "/v1", "paths": { "/kettles": { "get": { "responses": {
            "202": { "description": "Boiling", "schema": {
                "type": "object", "properties": { "lid": { "type": "string" } },
            } },
        } } } },
    });
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let document = path("b.json", &document.to_string());
    let found = compared(&path("a.md", page), &document);
    assert_eq!(
        told(&found.operations[0]),
        expected(&[
            (
                "response/202/lid/mandatory",
                Relation::OnlyInB,
                "",
                "optional"
            ),
            (
                "response/202/lid/type",
                Relation::Differs,
                "Integer",
                "String"
            ),
            (
                "status/202",
                Relation::OnlyInB,
                "202, for the status of success that is not printed",
                "202"
            ),
        ])
    );
}
