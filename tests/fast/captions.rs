//! What says which table describes a row: labels in front of tables, captions of generic
//! words, types that name a structure, and tables of one name inside each other.
use conformant::contract::{Body, Contract};
use conformant::derive::derive;
use std::path::Path;

/// The contract, and the findings without their lines.
fn read(source: &str) -> (Contract, Vec<String>) {
    let derived = derive(Path::new("page"), source, Path::new("nowhere"), Some("x")).unwrap();
    let findings = derived.findings.iter();
    let told = findings.map(|finding| format!("{}; {}", finding.what, finding.assumed));
    (derived.contract, told.collect())
}

const SHOWN: &str = "Parameter | Type | Description";
const SENT: &str = "Parameter | Mandatory | Type | Description";

/// A table in Markdown behind the line that stands in front of it.
fn table(label: &str, header: &str, rows: &[&str]) -> String {
    let rule = " --- |".repeat(header.split('|').count());
    let rows: String = rows.iter().map(|row| format!("| {row} |\n")).collect();
    format!("{label}\n\n| {header} |\n|{rule}\n{rows}\n")
}

/// A page whose reply of status 200 is described by these tables.
fn shown(tables: &[String]) -> String {
    format!(
        "# Boiling\n\n## URI\n\nGET /v1/kettles\n\n## Response\n\nStatus code: 200\n\n{}",
        tables.concat()
    )
}

fn body(contract: &Contract) -> &Body {
    contract.responses[&200].body.as_ref().unwrap()
}

/// Each row of the body and its objects with its type.
fn types(body: &Body) -> Vec<String> {
    let of = |name: &str, rows: &[conformant::contract::Field]| -> Vec<String> {
        let rows = rows.iter();
        rows.map(|row| format!("{name}{}: {}", row.name, row.kind))
            .collect()
    };
    let mut types = of("", &body.fields);
    for (name, rows) in &body.objects {
        types.extend(of(&format!("{name}."), rows));
    }
    types
}

#[test]
fn a_label_in_front_of_a_table_is_its_caption() {
    let rows = &["whistle | String | It."][..];
    let page = shown(&[
        table(
            "-   Parameter description",
            SHOWN,
            &["lid | Dict | See the lid field description."],
        ),
        table("-   **lid** field description", SHOWN, rows),
    ]);
    let html = "<h1>Boiling</h1><h4>URI</h4><p>GET /v1/kettles</p><h4>Response</h4><p>Status code: 200</p><ul><li>Parameter description<table><tr><th>Parameter</th><th>Type</th><th>Description</th></tr><tr><td>lid</td><td>Dict</td><td>See the lid field description.</td></tr></table></li><li><strong>lid</strong> field description<table><tr><th>Parameter</th><th>Type</th><th>Description</th></tr><tr><td>whistle</td><td>String</td><td>It.</td></tr></table></li></ul>";
    for page in [page.as_str(), html] {
        let (contract, findings) = read(page);
        assert_eq!(
            types(body(&contract)),
            ["lid: lid object", "lid.whistle: String"]
        );
        let is_about_tables = |it: &&String| it.contains("refers") || it.contains("caption");
        assert_eq!(findings.iter().find(is_about_tables), None);
    }
    // A sentence is no label, and one about another row is none of this table.
    let other = shown(&[
        table(
            "-   Parameter description",
            SHOWN,
            &["lid | Dict | The lid."],
        ),
        table("The lid is hot. Mind your fingers.", SHOWN, rows),
    ]);
    let (contract, findings) = read(&other);
    assert_eq!(types(body(&contract)), ["lid: Object"]);
    assert!(
        findings
            .iter()
            .any(|it| it.starts_with("a table without a caption")),
        "{findings:#?}"
    );
}

#[test]
fn captions_of_generic_words_are_those_of_the_operation() {
    for caption in [
        "Parameters in the response",
        "Response parameter description",
        "Description of the response parameters",
        "Response element",
        "响应参数说明",
        "返回参数列表",
    ] {
        let page = shown(&[table(
            &format!("**Table 1** {caption}"),
            SHOWN,
            &["lid | String | It."],
        )]);
        assert_eq!(types(body(&read(&page).0)), ["lid: String"], "{caption}");
    }
    for caption in [
        "Parameters in the request",
        "Request parameter description",
        "请求参数说明",
    ] {
        let table = table(
            &format!("**Table 1** {caption}"),
            SENT,
            &["lid | Yes | String | It."],
        );
        let page = format!(
            "# Boiling\n\n## URI\n\nPOST /v1/kettles\n\n## Request\n\n{table}## Status Codes\n\nNormal 200\n"
        );
        let (contract, findings) = read(&page);
        assert!(contract.request_body.is_some(), "{caption}: {findings:#?}");
    }
}

#[test]
fn a_table_inside_one_of_its_name_is_not_that_one() {
    let tables = [
        table(
            "**Table 1** Response body parameters",
            SHOWN,
            &["spec | Object | See."],
        ),
        table(
            "**Table 2** spec",
            SHOWN,
            &["size | Integer | See.", "template | Object | See."],
        ),
        table("**Table 3** template", SHOWN, &["spec | Object | See."]),
    ];
    let inner = table("**Table 4** spec", SHOWN, &["lid | String | See."]);
    let (contract, findings) = read(&shown(&[tables.concat(), inner]));
    assert_eq!(
        types(body(&contract)),
        [
            "spec: spec object",
            "spec.size: Integer",
            "spec.template: template object",
            "spec_4.lid: String",
            "template.spec: spec_4 object",
        ]
    );
    assert!(
        findings.iter().any(|it| it.contains("may both be meant")),
        "{findings:#?}"
    );
    // Without the inner table the page does not say what the inner row holds.
    let (contract, _) = read(&shown(&tables));
    assert_eq!(types(body(&contract))[3], "template.spec: Object");
    let own = [
        table(
            "**Table 1** Response body parameters",
            SHOWN,
            &["spec | Object | See."],
        ),
        table("**Table 2** spec", SHOWN, &["spec | Object | See."]),
    ];
    assert_eq!(
        types(body(&read(&shown(&own)).0)),
        ["spec: spec object", "spec.spec: Object"]
    );
    // A type that holds its own kind is one where its rows say so by the type's name.
    let tree = [
        table(
            "**Table 1** Response body parameters",
            SHOWN,
            &["root | Node object | See."],
        ),
        table(
            "**Table 2** Node",
            SHOWN,
            &["children | Array of Node objects | See."],
        ),
    ];
    let (contract, _) = read(&shown(&tree));
    assert_eq!(
        types(body(&contract))[1],
        "Node.children: Array of Node object"
    );
}

#[test]
fn a_list_whose_items_have_a_table_is_one_of_objects() {
    for kind in [
        "Array",
        "List",
        "List data structure. For details, see Table 2.",
        "lid结构数组",
        "List&lt;lid&gt;",
        "[]lid",
    ] {
        let page = shown(&[
            table(
                "**Table 1** Response body parameters",
                SHOWN,
                &[&format!("lids | {kind} | See Table 2.")],
            ),
            table(
                "**Table 2** lid parameter description",
                SHOWN,
                &["size | Integer | See."],
            ),
        ]);
        let (contract, findings) = read(&page);
        assert_eq!(
            types(body(&contract))[0].split(": ").last(),
            Some(if kind.contains("lid") {
                "Array of lid object"
            } else {
                "Array of lids object"
            }),
            "{kind}"
        );
        assert!(
            !findings.iter().any(|it| it.contains("nothing refers")),
            "{findings:#?}"
        );
    }
    let page = shown(&[table(
        "**Table 1** Response body parameters",
        SHOWN,
        &["lids | Array | The lids."],
    )]);
    assert_eq!(types(body(&read(&page).0)), ["lids: Array of any type"]);
}

#[test]
fn a_word_of_a_type_is_the_structure_of_that_name_where_a_table_describes_one() {
    let rows = |kind: &str| {
        shown(&[
            table(
                "**Table 1** Response body parameters",
                SHOWN,
                &[&format!("lid | {kind} | The lid.")],
            ),
            table(
                "**Table 2** cover field description",
                SHOWN,
                &["size | Integer | See."],
            ),
        ])
    };
    assert_eq!(types(body(&read(&rows("cover")).0))[0], "lid: cover object");
    let (contract, findings) = read(&rows("covr"));
    assert_eq!(types(body(&contract))[0], "lid: any type");
    assert!(
        findings
            .iter()
            .any(|it| it.contains("'covr' is no known type")),
        "{findings:#?}"
    );
}

#[test]
fn a_row_that_refers_to_a_table_and_has_no_type_of_objects_is_told_as_such() {
    for kind in ["Table 2", "JSON"] {
        let page = shown(&[
            table(
                "**Table 1** Response body parameters",
                SHOWN,
                &[&format!("lid | {kind} | See Table 2.")],
            ),
            table("**Table 2** Lids", SHOWN, &["size | Integer | See."]),
        ]);
        let (contract, findings) = read(&page);
        assert_eq!(types(body(&contract)), ["lid: any type"], "{kind}");
        let told = "Table 1, row 1 (lid) refers to Table 2, and does not say whether it is an object or an array; Table 2 is not part of the contract";
        assert!(findings.contains(&told.to_owned()), "{findings:#?}");
        assert!(
            !findings.iter().any(|it| it.contains("nothing refers")),
            "{findings:#?}"
        );
    }
}

#[test]
fn objects_of_a_request_to_delete_are_no_query() {
    let page = |kind: &str| {
        format!(
            "# Emptying\n\n## URI\n\nDELETE /v1/kettles\n\n## Request\n\n{}{}## Status Codes\n\nNormal 204\n",
            table(
                "**Table 1** Parameter description",
                SENT,
                &[&format!("lid | No | {kind} | See.")]
            ),
            table(
                "**Table 2** Data structure of the lid field",
                SENT,
                &["size | No | Integer | See."]
            ),
        )
    };
    let (contract, findings) = read(&page("lid object"));
    assert_eq!(
        types(contract.request_body.as_ref().unwrap())[0],
        "lid: lid object"
    );
    assert!(
        !findings.iter().any(|it| it.contains("nothing refers")),
        "{findings:#?}"
    );
    assert!(read(&page("String")).0.request_body.is_none());
}

#[test]
fn columns_of_a_table_about_something_else_are_no_second_ones() {
    let table = "| Planet | Moons | Rings |\n| --- | --- | --- |\n| a | b | c |\n\n";
    let (_, findings) = read(&shown(&[table.to_owned()]));
    assert!(
        !findings.iter().any(|it| it.contains("second column")),
        "{findings:#?}"
    );
}

#[test]
fn a_table_meant_by_a_row_of_another_type_is_told_and_those_below_it_are_not() {
    let page = shown(&[
        table(
            "**Table 1** Response body parameters",
            SHOWN,
            &["lid | String | See Table 2."],
        ),
        table("**Table 2** Lids", SHOWN, &["knob | Object | See Table 3."]),
        table("**Table 3** Knobs", SHOWN, &["size | Integer | It."]),
    ]);
    let (contract, findings) = read(&page);
    assert_eq!(types(body(&contract)), ["lid: String"]);
    let told = "Table 1, row 1 (lid) refers to Table 2, and is 'String', which has no members; Table 2 is not part of the contract";
    assert!(findings.contains(&told.to_owned()), "{findings:#?}");
    assert!(
        !findings.iter().any(|it| it.contains("nothing refers")),
        "{findings:#?}"
    );
}

#[test]
fn a_table_without_a_number_takes_none_that_another_has() {
    let page = shown(&[
        table("Response", SHOWN, &["lid | Object | See Table 1."]),
        table("**Table 1** Lids", SHOWN, &["knob | Object | See Table 2."]),
        table("**Table 2** Knobs", SHOWN, &["size | Integer | It."]),
    ]);
    let (contract, findings) = read(&page);
    assert_eq!(
        types(body(&contract)),
        [
            "lid: Lids object",
            "Knobs.size: Integer",
            "Lids.knob: Knobs object"
        ]
    );
    assert!(
        !findings.iter().any(|it| it.contains("missing in front")),
        "{findings:#?}"
    );
}

#[test]
fn a_table_of_what_the_uri_holds_is_no_guess() {
    let page = |rows: &[&str]| {
        let table = table("**Table 1** Parameter description", SENT, rows);
        format!(
            "# Emptying\n\n## URI\n\nDELETE /v1/kettles/{lid}?hot={hot}\n\n{table}## Status Codes\n\nNormal 204\n",
            lid = "{lid}",
            hot = "{hot}"
        )
    };
    let is_guess = |page: &str| {
        let (_, findings) = read(page);
        findings
            .iter()
            .any(|it| it.contains("does not say what it describes"))
    };
    let (lid, hot) = (
        "lid | Yes | String | The lid.",
        "hot | No | String | Whether it is.",
    );
    assert!(!is_guess(&page(&[lid])));
    assert!(!is_guess(&page(&[lid, hot])));
    assert!(is_guess(&page(&[lid, "cup | No | String | The cup."])));
    let (contract, _) = read(&page(&[lid, hot]));
    let places: Vec<String> = contract
        .parameters
        .iter()
        .map(|it| format!("{}/{}", it.location.id(), it.field.name))
        .collect();
    assert_eq!(places[..2], ["path/lid", "query/hot"]);
}

#[test]
fn a_word_of_captions_is_a_name_only_in_front() {
    let page = |caption: &str| {
        shown(&[
            table(
                "**Table 1** Response body parameters",
                SHOWN,
                &[
                    "description | Object | See below.",
                    "lid | String | The lid.",
                ],
            ),
            table(
                &format!("**Table 2** {caption}"),
                SHOWN,
                &["size | Integer | It."],
            ),
        ])
    };
    let first = |page: &str| types(body(&read(page).0))[0].clone();
    assert_eq!(
        first(&page("Data structure and description of cups")),
        "description: Object"
    );
    assert_eq!(
        first(&page("description field")),
        "description: description object"
    );
}
