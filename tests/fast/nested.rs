//! Rows of members that stand in the table of their parent, tables that refer to
//! themselves, dictionaries, and columns that say where a row belongs.
use conformant::contract::{Body, Contract, Field, Location, Weight};
use conformant::derive::derive;
use std::path::Path;

/// The contract, and the findings with their weights.
fn read(source: &str) -> (Contract, Vec<(Weight, String)>) {
    let derived = derive(Path::new("page"), source, Path::new("nowhere"), Some("x")).unwrap();
    let findings = derived.findings.into_iter();
    let told = findings.map(|it| (it.weight, format!("{}; {}", it.what, it.assumed)));
    (derived.contract, told.collect())
}

const SHOWN: &str = "Parameter | Type | Description";

/// A table in Markdown behind its caption.
fn table(caption: &str, header: &str, rows: &[&str]) -> String {
    let rule = " --- |".repeat(header.split('|').count());
    let rows: String = rows.iter().map(|row| format!("| {row} |\n")).collect();
    format!("**{caption}**\n\n| {header} |\n|{rule}\n{rows}\n")
}

/// A page of a reply of status 200 with these tables and this example.
fn shown(tables: &[String], example: &str) -> String {
    let example = match example {
        "" => String::new(),
        body => format!("## Example Responses\n\n```\n{body}\n```\n\n"),
    };
    format!(
        "# Boiling\n\n## URI\n\nGET /v1/kettles\n\n## Response\n\nStatus code: 200\n\n{}{example}",
        tables.concat()
    )
}

/// Each row as the path of names that leads to it, with its type.
fn paths(body: &Body) -> Vec<String> {
    fn of(body: &Body, rows: &[Field], before: &str, found: &mut Vec<String>) {
        for row in rows {
            let path = format!("{before}{}", row.name);
            found.push(format!("{path}: {}", row.kind));
            let inner = body.members(&row.kind).unwrap_or_default();
            if before.len() < 64 {
                of(body, inner, &format!("{path}."), found);
            }
        }
    }
    let mut found = Vec::new();
    of(body, &body.fields, "", &mut found);
    found
}

fn reply(contract: &Contract) -> Vec<String> {
    paths(contract.responses[&200].body.as_ref().unwrap())
}

#[test]
fn rows_behind_their_parent_are_placed_as_the_example_has_them() {
    let rows = [
        "kettle | Object | The kettle.",
        "id | String | Its number.",
        "minutes | Integer | How long it boils.",
        "unit | String | The unit of time.",
        "time | Object | When it boils.",
        "lids | Array | Its lids.",
        "id | String | That of the lid.",
        "colour | String | That of the lid.",
        "weight | Integer | Of the kettle.",
        "spare | String | Which no example shows.",
    ];
    let example = r#"{"kettle": {"id": "1", "time": {"minutes": 3, "unit": "m"}, "weight": 2,
        "lids": [{"id": "2", "colour": "red"}]}}"#;
    let tables = [table("Table 1 Response body parameters", SHOWN, &rows)];
    let (contract, told) = read(&shown(&tables, example));
    assert_eq!(
        reply(&contract),
        [
            "kettle: kettle object",
            "kettle.id: String",
            "kettle.time: time object",
            "kettle.time.minutes: Integer",
            "kettle.time.unit: String",
            "kettle.lids: Array of lids object",
            "kettle.lids.id: String",
            "kettle.lids.colour: String",
            "kettle.weight: Integer",
            "kettle.spare: String",
        ]
    );
    let placed: Vec<_> = told
        .iter()
        .filter(|it| it.1.contains("does not say"))
        .collect();
    assert!(
        placed.len() == 3 && placed.iter().all(|it| it.0 == Weight::CouldBeFalse),
        "{told:#?}"
    );
    assert!(!told.iter().any(|it| it.1.contains("twice")), "{told:#?}");
    // Without an example, or where it shows the rows on their level, nothing moves.
    for example in [
        "",
        r#"{"kettle": {}, "id": "1", "minutes": 1}"#,
        r#"{"other": 1}"#,
    ] {
        let (contract, told) = read(&shown(&tables, example));
        assert!(
            reply(&contract).iter().all(|it| !it.contains("kettle.")),
            "{example}"
        );
        assert!(told.iter().any(|it| it.1.contains("twice")), "{example}");
    }
}

#[test]
fn a_row_between_two_members_is_one_and_a_member_of_two_is_of_the_nearer() {
    let rows = [
        "lid | Object | The lid.",
        "colour | String | That of the lid.",
        "spare | String | Which no example shows.",
        "size | Integer | That of the lid.",
        "spout | Object | The spout.",
        "colour | String | That of the spout.",
    ];
    let tables = [table("Table 1 Response body parameters", SHOWN, &rows)];
    let example = r#"{"lid": {"colour": "red", "size": 1}, "spout": {"colour": "blue"}}"#;
    let (contract, _) = read(&shown(&tables, example));
    assert_eq!(
        reply(&contract),
        [
            "lid: lid object",
            "lid.colour: String",
            "lid.spare: String",
            "lid.size: Integer",
            "spout: spout object",
            "spout.colour: String",
        ]
    );
}

#[test]
fn a_column_of_members_stands_beside_that_of_their_parents() {
    let header = "Parameter | Sub-Parameter | Type | Description";
    let rows = [
        "id | N/A | String | Its number.",
        "lid | colour | String | That of the lid.",
        "lid | size | Integer | That of the lid.",
        "spouts | colour | String | That of the spout.",
    ];
    let tables = [table("Table 1 Response body parameters", header, &rows)];
    let example =
        r#"{"id": "1", "lid": {"colour": "red", "size": 1}, "spouts": [{"colour": "x"}]}"#;
    let expected = |spouts: &str| {
        [
            "id: String".to_owned(),
            "lid: lid object".to_owned(),
            "lid.colour: String".to_owned(),
            "lid.size: Integer".to_owned(),
            format!("spouts: {spouts}"),
            "spouts.colour: String".to_owned(),
        ]
    };
    let (contract, told) = read(&shown(&tables, example));
    assert_eq!(reply(&contract), expected("Array of spouts object"));
    assert!(
        !told.iter().any(|it| it.1.contains("members of")),
        "{told:#?}"
    );
    let (contract, told) = read(&shown(&tables, ""));
    assert_eq!(reply(&contract), expected("spouts object"));
    let doubtful = told.iter().filter(|it| it.1.contains("object or an array"));
    assert_eq!(doubtful.count(), 2, "{told:#?}");
}

#[test]
fn a_column_says_in_which_part_of_the_message_a_row_stands() {
    let header = "Parameter | In | Type | Mandatory | Description";
    let rows = [
        "tea | query | String | No | Which.",
        "X-Lid | header | String | No | Which.",
        "milk | body | String | Yes | Which.",
    ];
    let page = format!(
        "# Boiling\n\n## URI\n\nPOST /v1/kettles\n\n## Request\n\n{}## Response\n\n{}",
        table("Table 1 Request parameters", header, &rows),
        table(
            "Table 2 Response parameters",
            "Parameter | In | Type | Description",
            &["cup | body | String | Which."]
        ),
    );
    let (contract, _) = read(&page);
    assert!(contract.parameter(Location::Query, "tea").is_some());
    assert!(contract.parameter(Location::Header, "X-Lid").is_some());
    assert_eq!(
        paths(contract.request_body.as_ref().unwrap()),
        ["milk: String"]
    );
    assert_eq!(reply(&contract), ["cup: String"]);
}

#[test]
fn a_row_that_gives_the_number_of_its_own_table_means_the_one_with_its_name() {
    let body = &["kettle | Object | See Table 2."][..];
    let inner = &["lid | Object | See Table 2.", "id | String | Which."][..];
    let lid = &["colour | String | Which."][..];
    let mut tables = vec![
        table("Table 1 Response body parameters", SHOWN, body),
        table("Table 2 kettle", SHOWN, inner),
        table("Table 3 Description of the lid", SHOWN, lid),
    ];
    let (contract, told) = read(&shown(&tables, ""));
    assert_eq!(
        reply(&contract),
        [
            "kettle: kettle object",
            "kettle.lid: lid object",
            "kettle.lid.colour: String",
            "kettle.id: String",
        ]
    );
    let slip = "Table 2, row 1 (lid) refers to the table in which it stands";
    assert!(told.iter().any(|it| it.1.starts_with(slip)), "{told:#?}");
    tables.pop();
    let (contract, told) = read(&shown(&tables, ""));
    assert_eq!(
        reply(&contract),
        [
            "kettle: kettle object",
            "kettle.lid: Object",
            "kettle.id: String"
        ]
    );
    assert!(told.iter().any(|it| it.1.starts_with(slip)), "{told:#?}");
}

#[test]
fn a_dictionary_of_keys_and_values_is_a_map_unless_the_example_shows_an_object() {
    let body = &["labels | Dictionary data structure. For details, see Table 2. | Which."][..];
    let pair = &["key | String | The key.", "value | Integer | The value."][..];
    let tables = [
        table("Table 1 Response body parameters", SHOWN, body),
        table("Table 2 Description of labels", SHOWN, pair),
    ];
    for (example, expected, is_told) in [
        (
            r#"{"labels": {"red": 1, "blue": 2}}"#,
            vec!["labels: Map of Integer"],
            false,
        ),
        ("", vec!["labels: Map of Integer"], true),
        (
            r#"{"labels": {"key": "red", "value": 1}}"#,
            vec![
                "labels: labels object",
                "labels.key: String",
                "labels.value: Integer",
            ],
            false,
        ),
    ] {
        let (contract, told) = read(&shown(&tables, example));
        assert_eq!(reply(&contract), expected, "{example}");
        let doubts = told.iter().any(|it| it.1.contains("is a dictionary"));
        assert_eq!(doubts, is_told, "{told:#?}");
    }
}

#[test]
fn types_name_a_table_by_its_number_alone_or_by_words_of_its_caption() {
    let body = &[
        "lid | Table 2 | Which.",
        "spouts | Table 3 | Which.",
        "cups | Array of tea Cup objects | Which.",
    ][..];
    let row = &["colour | String | Which."][..];
    let tables = [
        table("Table 1 Response body parameters", SHOWN, body),
        table("Table 2 What closes it", SHOWN, row),
        table("Table 3 What it pours by", SHOWN, row),
        table("Table 4 tea_Cup对象", SHOWN, &["size | String | Which."]),
    ];
    let example = r#"{"lid": {"colour": "red"}, "spouts": [{"colour": "blue"}], "cups": []}"#;
    let (contract, _) = read(&shown(&tables, example));
    assert_eq!(
        reply(&contract),
        [
            "lid: lid object",
            "lid.colour: String",
            "spouts: Array of spouts object",
            "spouts.colour: String",
            "cups: Array of tea_Cup object",
            "cups.size: String",
        ]
    );
    // Nothing says whether it is an object or an array.
    let (contract, told) = read(&shown(&tables, ""));
    assert_eq!(reply(&contract)[..2], ["lid: any type", "spouts: any type"]);
    assert!(
        told.iter()
            .any(|it| it.1.contains("'Table 2' is no known type")),
        "{told:#?}"
    );
}

#[test]
fn no_object_gets_two_members_of_one_name() {
    let rows = [
        "tags | Array | Which.",
        "key | String | Which.",
        "key | Integer | Which.",
    ];
    let tables = [table("Table 1 Response body parameters", SHOWN, &rows)];
    let (contract, told) = read(&shown(&tables, r#"{"tags": [{"key": "red"}]}"#));
    assert_eq!(
        reply(&contract),
        ["tags: Array of tags object", "tags.key: String"]
    );
    assert!(told.iter().any(|it| it.1.contains("twice")), "{told:#?}");
    // A second one beside another open row is of that, and so may be what follows it.
    let rows = [
        rows[0],
        rows[1],
        "matches | Array | Which.",
        rows[2],
        "value | String | Which.",
        "limit | Integer | Which.",
    ];
    let tables = [table("Table 1 Response body parameters", SHOWN, &rows)];
    let (contract, told) = read(&shown(&tables, r#"{"tags": [{"key": "red"}], "limit": 1}"#));
    assert_eq!(
        reply(&contract),
        [
            "tags: Array of tags object",
            "tags.key: String",
            "limit: Integer"
        ]
    );
    let lost = "no example has Table 1, row 3 (matches), Table 1, row 5 (value)";
    assert!(told.iter().any(|it| it.1.starts_with(lost)), "{told:#?}");
}

#[test]
fn a_row_that_no_example_shows_is_of_no_level_where_one_is_open() {
    let rows = [
        "kettle | Object | Which.",
        "id | String | Which.",
        "time | Object | Which no example shows.",
        "minutes | Integer | Which no example shows.",
        "weight | Integer | Which.",
    ];
    let tables = [table("Table 1 Response body parameters", SHOWN, &rows)];
    let (contract, told) = read(&shown(&tables, r#"{"kettle": {"id": "1", "weight": 2}}"#));
    assert_eq!(
        reply(&contract),
        [
            "kettle: kettle object",
            "kettle.id: String",
            "kettle.weight: Integer"
        ]
    );
    let lost = "no example has Table 1, row 3 (time), Table 1, row 4 (minutes)";
    assert!(told.iter().any(|it| it.1.starts_with(lost)), "{told:#?}");
}

#[test]
fn a_row_without_a_type_that_refers_to_a_table_is_as_the_example_shows_it() {
    let header = "Parameter | Description";
    let body = &["lid | Which, see Table 2.", "id | Which, see Table 2."][..];
    let tables = [
        table("Table 1 Response body parameters", header, body),
        table("Table 2 What closes it", header, &["colour | Which."]),
    ];
    let example = r#"{"lid": {"colour": "red"}, "id": "1"}"#;
    let (contract, told) = read(&shown(&tables, example));
    assert_eq!(
        reply(&contract),
        ["lid: lid object", "lid.colour: any type", "id: any type"]
    );
    let doubts = told
        .iter()
        .filter(|it| it.1.contains("neither object nor array"));
    assert_eq!(doubts.count(), 1, "{told:#?}");
}
