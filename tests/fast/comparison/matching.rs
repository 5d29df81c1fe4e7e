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
    write("b/one.json", "200");
    write("b/two.json", "202");
    let found = compared(&folder.path().join("a"), &folder.path().join("b"));
    let files: Vec<_> = found
        .operations
        .iter()
        .map(|it| (it.a.file.as_str(), it.b.file.as_str()))
        .collect();
    assert_eq!(files, [("one.json", "one.json"), ("two.json", "two.json")]);
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
