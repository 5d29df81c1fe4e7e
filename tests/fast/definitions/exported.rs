//! What is exported as OpenAPI is read again to the same bytes.
use conformant::contract::Contract;
use conformant::openapi::{Version, document};
use conformant::source;
use conformant::suite::{Service, settle};
use serde_json::Value;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The contract settled as in a suite with the reading of this operation, if it has one.
fn settled(mut contract: Contract) -> Contract {
    let reading = root()
        .join("schemas")
        .join(&contract.operation)
        .join("reading.toml");
    let text = std::fs::read_to_string(&reading).ok();
    let reading = text.as_deref().map(|text| (reading.as_path(), text));
    let errors = settle(&mut contract, &Service::derived(), reading).unwrap();
    assert!(errors.is_empty(), "{errors:?}");
    contract
}

/// The document of a contract, and that of the contract that it is read as.
fn twice(contract: &Contract, version: Version) -> [String; 2] {
    let text = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    let first = document(&settled(contract.clone()), version);
    let read = source::read(Path::new("exported.json"), &first.to_string(), None).unwrap();
    [text(&first), text(&document(&settled(read), version))]
}

fn is_fixed(name: &str, contract: &Contract) {
    for version in [Version::V3_0, Version::V3_1] {
        let [first, second] = twice(contract, version);
        for (one, other) in first.lines().zip(second.lines()) {
            assert_eq!(one, other, "{name}, {version:?}");
        }
        assert_eq!(first, second, "{name}, {version:?}");
    }
}

#[test]
fn the_two_operations_of_the_repository_are_read_as_they_were_written() {
    for page in ["show-audit-task-status", "update-audit-task"] {
        let path = root().join("schemas").join(page).join("page.md");
        let text = std::fs::read_to_string(&path).unwrap();
        is_fixed(page, &source::read(&path, &text, None).unwrap());
    }
}

#[test]
fn every_page_and_definition_of_the_library_is_read_as_it_was_written() {
    let mut count = 0;
    for folder in ["tests/pages", "tests/definitions"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Some("html" | "json" | "yaml") = path.extension().and_then(|it| it.to_str()) else {
                continue;
            };
            let text = std::fs::read_to_string(&path).unwrap();
            for contract in source::read_all(&path, &text, None).unwrap() {
                is_fixed(&path.display().to_string(), &contract);
                count += 1;
            }
        }
    }
    assert!(count > 20, "{count}");
}
