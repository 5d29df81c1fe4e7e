//! Which operations of two sources are held against each other.
use super::compared;
use serde_json::json;
use std::path::Path;

/// A document of operations without anything but an address, behind a base path.
fn document(base: &str, addresses: &[&str]) -> String {
    let mut paths = serde_json::Map::new();
    for address in addresses {
        let (method, path) = address.split_once(' ').unwrap();
        let names = path
            .split('{')
            .skip(1)
            .map(|it| it.split('}').next().unwrap());
        let parameters: Vec<_> = names
            .map(|name| json!({ "name": name, "in": "path", "required": true, "type": "string" }))
            .collect();
        let operation = json!({
            "parameters": parameters,
            "responses": { "200": { "description": "OK" } },
        });
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[method.to_lowercase()] = operation;
    }
    json!({ "swagger": "2.0", "basePath": base, "paths": paths }).to_string()
}

/// The addresses in both, in A and in B alone, of two documents.
fn matched(a: &str, b: &str) -> (Vec<[String; 2]>, Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let found = compared(&path("a.json", a), &path("b.json", b));
    let pairs = found.operations.into_iter();
    let lone = |list: Vec<conformant::comparison::Lone>| -> Vec<String> {
        list.into_iter().map(|it| it.address).collect()
    };
    (
        pairs.map(|it| [it.a.address, it.b.address]).collect(),
        lone(found.only_in_a),
        lone(found.only_in_b),
    )
}

#[test]
fn placeholders_match_by_position_and_methods_by_name() {
    let a = document(
        "/",
        &["GET /cups/{id}", "PUT /cups/{id}", "GET /cups/{id}/lid"],
    );
    let b = document(
        "/",
        &["GET /cups/{cup}", "POST /cups/{id}", "GET /cups/lid/{id}"],
    );
    let (pairs, only_a, only_b) = matched(&a, &b);
    assert_eq!(pairs, [["GET /cups/{id}", "GET /cups/{cup}"]]);
    assert_eq!(only_a, ["GET /cups/{id}/lid", "PUT /cups/{id}"]);
    assert_eq!(only_b, ["GET /cups/lid/{id}", "POST /cups/{id}"]);
}

#[test]
fn a_common_base_path_of_one_of_them_does_not_count() {
    let paths = ["GET /cups", "GET /cups/{id}", "DELETE /cups/{id}"];
    for base in ["/v3", "/tea/api/v2.1", "/tea"] {
        let (pairs, only_a, only_b) = matched(&document(base, &paths), &document("/", &paths));
        assert_eq!(
            (pairs.len(), only_a.len(), only_b.len()),
            (3, 0, 0),
            "{base}"
        );
        let (pairs, only_a, only_b) = matched(&document("/", &paths), &document(base, &paths));
        assert_eq!(
            (pairs.len(), only_a.len(), only_b.len()),
            (3, 0, 0),
            "{base}"
        );
    }
}

#[test]
fn a_part_of_the_resource_is_no_base_path() {
    let a = document("/", &["GET /tags", "GET /{id}", "GET /cups", "GET /pots"]);
    let b = document(
        "/",
        &["GET /cups/tags", "GET /cups/{id}", "GET /cups", "GET /jugs"],
    );
    let (pairs, only_a, only_b) = matched(&a, &b);
    assert_eq!(pairs, [["GET /cups", "GET /cups"]]);
    assert_eq!(only_a, ["GET /pots", "GET /tags", "GET /{id}"]);
    assert_eq!(only_b, ["GET /cups/tags", "GET /cups/{id}", "GET /jugs"]);
}

#[test]
fn a_base_path_need_not_be_that_of_all() {
    // A version is no resource, whoever else has another one.
    let a = document(
        "/",
        &["GET /v1/cups", "GET /v2.0/pots", "GET /ping", "GET /oars"],
    );
    let b = document(
        "/",
        &[
            "GET /cups",
            "GET /pots",
            "GET /pans",
            "GET /jugs",
            "GET /mugs",
        ],
    );
    let (pairs, only_a, only_b) = matched(&a, &b);
    let same = [
        ["GET /v1/cups", "GET /cups"],
        ["GET /v2.0/pots", "GET /pots"],
    ];
    assert_eq!(pairs, same);
    assert_eq!((only_a.len(), only_b.len()), (2, 3));
    // Half of what there is in the smaller one.
    let a = document(
        "/",
        &["GET /tea/cups", "GET /tea/pots", "GET /ping", "GET /pong"],
    );
    let (pairs, ..) = matched(&a, &b);
    let same = [
        ["GET /tea/cups", "GET /cups"],
        ["GET /tea/pots", "GET /pots"],
    ];
    assert_eq!(pairs, same);
}

#[test]
fn one_operation_finds_no_part_of_another_path() {
    let one = document("/", &["GET /tags"]);
    let several = document("/", &["GET /cups/tags", "GET /cups", "GET /cups/{id}"]);
    assert_eq!(matched(&one, &several).0, [[""; 2]; 0]);
    let several = document("/", &["GET /cups/tags", "GET /pots", "GET /pots/{id}"]);
    assert_eq!(matched(&one, &several).0, [[""; 2]; 0]);
    // Who names two operations sees them side by side, and that their addresses differ.
    let other = document("/", &["GET /labels"]);
    let (pairs, ..) = matched(&one, &other);
    assert_eq!(pairs, [["GET /tags", "GET /labels"]]);
}

#[test]
fn of_several_operations_of_one_address_those_of_one_file_go_together() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, status: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = document("/", &["GET /cups"]).replace("200", status);
        std::fs::write(path, text).unwrap();
    };
    write("a/one.json", "200");
    write("a/two.json", "202");
    write("b/two.json", "202");
    write("b/zero.json", "200");
    let found = compared(&folder.path().join("a"), &folder.path().join("b"));
    let files: Vec<_> = found
        .operations
        .iter()
        .map(|it| (it.a.file.as_str(), it.b.file.as_str()))
        .collect();
    let same = [("one.json", "zero.json"), ("two.json", "two.json")];
    assert_eq!(files, same);
    assert_eq!(found.summary.total.differs, 0);
    assert!(!found.summary.has_missing());
}

#[test]
fn folders_suites_and_files_of_one_source_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let document = tests.join("definitions/shelves.yaml");
    let arguments = ["derive", document.to_str().unwrap(), "--out", "suite"];
    let (code, text) = crate::support::run(folder.path(), &arguments);
    assert_eq!(code, 0, "{text}");
    std::fs::create_dir(folder.path().join("documents")).unwrap();
    std::fs::copy(&document, folder.path().join("documents/shelves.yaml")).unwrap();
    for other in ["suite", "documents"] {
        let found = compared(&document, &folder.path().join(other));
        assert_eq!(found.operations.len(), 3, "{other}");
        assert_eq!(found.summary.total.differs, 0, "{other}: {found:#?}");
        assert!(!found.summary.has_missing(), "{other}: {found:#?}");
    }
}

#[test]
fn an_operation_is_chosen_by_its_name_in_one_of_the_two() {
    let folder = tempfile::tempdir().unwrap();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let document = tests.join("definitions/shelves.yaml").display().to_string();
    let pages = tests.join("resources").display().to_string();
    let arguments = ["derive", &document, "--out", "suite"];
    let (code, text) = crate::support::run(folder.path(), &arguments);
    assert_eq!(code, 0, "{text}");
    // The page calls it list-jars, the definition listAllJars.
    for (name, addresses) in [
        ("list-jars", 1),
        ("list-all-jars", 1),
        ("delete-jar", 0),
        ("list-cups", 0),
    ] {
        let arguments = [
            "diff",
            &pages,
            "suite",
            "--operation",
            name,
            "--format",
            "json",
        ];
        let (code, text) = crate::support::run(folder.path(), &arguments);
        if name == "list-cups" {
            assert_eq!(code, 2, "{text}");
            assert!(
                text.contains("neither of the two documents 'list-cups'"),
                "{text}"
            );
            continue;
        }
        assert_eq!(code, 0, "{name}: {text}");
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let operations = json["operations"].as_array().unwrap();
        assert_eq!(operations.len(), addresses, "{name}");
        let alone = json["only_in_a"].as_array().unwrap();
        assert_eq!(alone.len(), 1 - addresses, "{name}");
        assert!(
            operations
                .iter()
                .all(|it| it["b"]["operation"] == "list-all-jars")
        );
    }
}
