//! Which part of a page a table stands in: headings of bodies and headers, anchors,
//! captions of members, tables that nothing places, and pages that are none.
use conformant::contract::{Contract, Location};
use conformant::derive::derive;
use std::path::Path;

/// The contract, and the findings with their lines.
fn read(source: &str) -> (Contract, Vec<String>) {
    let derived = derive(Path::new("page"), source, Path::new("nowhere"), Some("x")).unwrap();
    let findings = derived.findings.iter();
    let told =
        findings.map(|finding| format!("{}: {}; {}", finding.line, finding.what, finding.assumed));
    (derived.contract, told.collect())
}

fn refusal(source: &str) -> String {
    let read = derive(Path::new("page"), source, Path::new("nowhere"), Some("x"));
    format!("{:?}", read.unwrap_err())
}

/// The names of the parameters of a location.
fn names(contract: &Contract, location: Location) -> Vec<&str> {
    let parameters = contract.parameters.iter();
    parameters
        .filter(|parameter| parameter.location == location)
        .map(|parameter| parameter.field.name.as_str())
        .collect()
}

/// A table in Markdown with its caption.
fn table(number: u32, caption: &str, header: &str, rows: &[&str]) -> String {
    let rule = " --- |".repeat(header.split('|').count());
    let rows: String = rows.iter().map(|row| format!("| {row} |\n")).collect();
    format!("**Table {number}** {caption}\n\n| {header} |\n|{rule}\n{rows}\n")
}

const SENT: &str = "Parameter | Mandatory | Type | Description";
const SHOWN: &str = "Parameter | Type | Description";
const END: &str = "## Status Codes\n\n| Status Code | Description |\n| --- | --- |\n| 200 | OK |\n\n## Error Codes\n\nSee Error Codes.\n";

/// A page of one operation: what stands under its URI, and behind.
fn page(method_and_path: &str, parts: &[String]) -> String {
    let parts = parts.concat();
    format!("# Brewing - BrewTea\n\n## URI\n\n{method_and_path}\n\n{parts}{END}")
}

fn of_the_path() -> String {
    table(1, "Parameters", SENT, &["pot_id | Yes | String | The pot."])
}

#[test]
fn tables_under_headings_of_bodies_and_headers_and_of_members_are_placed() {
    let parts = [
        of_the_path(),
        "## Request Header\n\n".into(),
        table(2, "Parameters", SENT, &["X-Lid | Yes | String | The lid."]),
        "## Request Body\n\n".into(),
        table(3, "Parameters", SENT, &["leaf | Yes | Object | The leaf."]),
        table(
            4,
            "leaf parameters",
            SENT,
            &["grade | No | String | Its grade."],
        ),
        "## Response Body\n\n".into(),
        table(5, "Parameters", SHOWN, &["steam | Object | The steam."]),
        table(
            6,
            "steam parameters",
            SHOWN,
            &["heat | Integer | Its heat."],
        ),
        "## Response Header\n\n".into(),
        table(7, "Parameters", SHOWN, &["X-Pot | String | The pot."]),
    ];
    let (contract, findings) = read(&page("POST /v1/pots/{pot_id}/brew", &parts));
    assert_eq!(names(&contract, Location::Path), ["pot_id"]);
    assert_eq!(names(&contract, Location::Query), [""; 0]);
    // The token has no row, and travels all the same.
    assert_eq!(
        names(&contract, Location::Header),
        ["X-Lid", "X-Auth-Token"]
    );
    let clauses: Vec<String> = contract
        .clauses()
        .iter()
        .map(|it| it.id.to_string())
        .collect();
    for id in [
        "request/body/leaf/grade/type",
        "response/200/steam/heat/type",
    ] {
        assert!(clauses.iter().any(|other| other == id), "{id}: {clauses:?}");
    }
    assert_eq!(contract.responses[&200].headers[0].name, "X-Pot");
    let vague = |finding: &&String| !finding.contains("does not say what it describes");
    assert_eq!(findings.iter().filter(vague).count(), 0, "{findings:?}");
}

#[test]
fn a_heading_inside_a_status_keeps_it() {
    let parts = [
        of_the_path(),
        "## Response Parameters\n\nStatus code: 409\n\n### Response Body\n\n".into(),
        table(2, "Parameters", SHOWN, &["why | String | Why not."]),
    ];
    let (contract, _) = read(&page("POST /v1/pots/{pot_id}/brew", &parts));
    assert!(contract.responses[&409].body.is_some());
    assert!(contract.responses[&200].body.is_none());
}

#[test]
fn a_table_that_nothing_places_is_told_once_and_is_no_query() {
    let rows = ["steam | Yes | String | It.", "heat | Yes | Integer | It."];
    for header in [SENT, SHOWN] {
        let rows = rows.map(|row| match header {
            SENT => row.to_owned(),
            _ => row.replacen(" Yes |", "", 1),
        });
        let rows = [rows[0].as_str(), rows[1].as_str()];
        let parts = [
            of_the_path(),
            "## What Comes Back\n\n".into(),
            table(2, "Parameters", header, &rows),
        ];
        let (contract, findings) = read(&page("POST /v1/pots/{pot_id}/brew", &parts));
        assert_eq!(names(&contract, Location::Query), [""; 0], "{header}");
        assert!(contract.request_body.is_none(), "{header}");
        let told: Vec<_> = findings
            .iter()
            .filter(|it| it.contains("Table 2"))
            .collect();
        assert_eq!(told.len(), 1, "{findings:?}");
        assert!(told[0].contains("nothing says what Table 2 ('Parameters') describes"));
    }
}

#[test]
fn rows_that_the_uri_does_not_hold_are_told_once_with_the_line_of_the_first() {
    let rows = [
        "pot_id | Yes | String | The pot.",
        "steam | Yes | String | It.",
        "heat | No | Integer | It.",
    ];
    let source = page(
        "GET /v1/pots/{pot_id}",
        &[table(1, "Parameters", SENT, &rows)],
    );
    let (contract, findings) = read(&source);
    assert_eq!(names(&contract, Location::Query), ["steam", "heat"]);
    let told: Vec<_> = findings
        .iter()
        .filter(|it| it.contains("does not hold"))
        .collect();
    assert_eq!(told.len(), 1, "{findings:?}");
    let line = source
        .lines()
        .position(|line| line.contains("| steam"))
        .unwrap()
        + 1;
    let expected =
        format!("{line}: Table 1 documents 'steam', 'heat', which the URI does not hold");
    assert!(told[0].starts_with(&expected), "{told:?}");
}

#[test]
fn a_second_table_that_a_row_refers_to_is_an_object() {
    let parts = [
        of_the_path(),
        "## Response Parameters\n\n".into(),
        table(2, "Parameters", SHOWN, &["steam | Object | See Table 3."]),
        table(
            3,
            "Response parameters",
            SHOWN,
            &["heat | Integer | Its heat."],
        ),
    ];
    let (contract, findings) = read(&page("GET /v1/pots/{pot_id}", &parts));
    let body = contract.responses[&200].body.as_ref().unwrap();
    assert_eq!(body.members(&body.fields[0].kind).unwrap()[0].name, "heat");
    assert!(
        !findings.iter().any(|it| it.contains("second table")),
        "{findings:?}"
    );
}

#[test]
fn a_reply_whose_one_row_has_no_name_is_no_object() {
    let bare = "Response Parameters\n\nStatus code: 200\n\nTable 2 Response body parameters\n\nParameter\n\nType\n\nDescription\n\n-\n\nString\n\nWhat came.\n\n";
    let text = format!(
        "Brewing - BrewTea\n\nURI\n\nGET /v1/pots\n\n{bare}Status Codes\n\nStatus Code\n\nDescription\n\n200\n\nOK\n\nError Codes\n\nSee Error Codes.\n"
    );
    let markdown = page(
        "GET /v1/pots",
        &[
            "## Response Parameters\n\nStatus code: 200\n\n".into(),
            table(
                1,
                "Response body parameters",
                SHOWN,
                &["- | String | What came."],
            ),
        ],
    );
    for source in [text, markdown] {
        let (contract, findings) = read(&source);
        assert!(contract.responses[&200].body.is_none());
        let told: Vec<_> = findings
            .iter()
            .filter(|it| it.contains("no row of it has a name"))
            .collect();
        assert_eq!(told.len(), 1, "{findings:?}");
        assert!(
            !findings.iter().any(|it| it.contains("no parameter name")),
            "{findings:?}"
        );
    }
}

#[test]
fn a_label_above_the_name_of_a_type_is_no_row() {
    let source = |inside: &str| {
        format!(
            "Brewing - BrewTea\n\nURI\n\nGET /v1/pots\n\nResponse Parameters\n\nStatus code: 200\n\nTable 1 Response body parameters\n\nParameter\n\nType\n\nDescription\n\nsteam\n\nString\n\n{inside}\n\nheat\n\nInteger\n\nIts heat.\n\nStatus Codes\n\nStatus Code\n\nDescription\n\n200\n\nOK\n\nError Codes\n\nSee Error Codes.\n"
        )
    };
    let members = |inside: &str| {
        let (contract, findings) = read(&source(inside));
        let body = contract.responses[&200].body.as_ref().unwrap();
        let names: Vec<String> = body.fields.iter().map(|it| it.name.clone()).collect();
        (names.join(" "), findings)
    };
    for inside in [
        "Definition\n\nNumber",
        "Definition\n\nWhat rises.\n\nConstraints\n\nString\n\nDefault Value\n\nN/A",
    ] {
        let (names, findings) = members(inside);
        assert_eq!(names, "steam heat", "{inside}");
        assert!(
            !findings.iter().any(|it| it.contains("name")),
            "{findings:?}"
        );
    }
    // Members may be called so.
    let (names, _) = members("What rises.\n\nRange\n\nString\n\nHow far.");
    assert_eq!(names, "steam Range heat");
    let (names, _) = members("What rises.\n\nnote\n\nString\n\nWhat is said.");
    assert_eq!(names, "steam note heat");
}

#[test]
fn a_text_page_that_lost_every_yes_and_no_keeps_its_rows_and_is_told_once() {
    let whole = "Brewing - BrewTea\n\nURI\n\nGET /v1/pots\n\nTable 1 Query Parameters\n\nParameter\n\nMandatory\n\nType\n\nDescription\n\nsteam\n\nNo\n\nString\n\nIt rises.\n\nheat\n\nNo\n\nInteger\n\nIt ranges from 1 to 9.\n\nStatus Codes\n\nStatus Code\n\nDescription\n\n200\n\nOK\n\nError Codes\n\nSee Error Codes.\n";
    let (contract, findings) = read(whole);
    assert_eq!(findings, [""; 0]);
    let (cut, told) = read(&whole.replace("\n\nNo\n", "\n"));
    assert_eq!(
        names(&cut, Location::Query),
        names(&contract, Location::Query)
    );
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("every cell that says Yes or No is missing"),
        "{told:?}"
    );
    // What is no row at all is told once as well.
    let (_, told) = read(
        &whole
            .replace("\n\nNo\n", "\n")
            .replace("String", "strange")
            .replace("Integer", "odd"),
    );
    let stray = told.iter().filter(|it| it.contains("before its first row"));
    assert_eq!(stray.count(), 1, "{told:?}");
}

#[test]
fn anchors_of_a_page_change_nothing() {
    let plain = page("GET /v1/pots/{pot_id}", &[of_the_path()]);
    let mut anchored = String::from("<a name=\"top\"></a>\n");
    for line in plain.lines() {
        anchored += line;
        if line.starts_with('#') {
            anchored += "<a name=\"section12\"></a>";
        }
        anchored += "\n";
    }
    assert_eq!(read(&plain).0.facts(), read(&anchored).0.facts());
    // A piece of HTML that begins with a place to jump to.
    let html = "<table><caption>Table 1 Path Parameters</caption><tr><th>Parameter</th><th>Mandatory</th><th>Type</th></tr><tr><td>pot_id</td><td>Yes</td><td>String</td></tr></table>";
    let statuses = "<table><tr><th>Status Code</th><th>Description</th></tr><tr><td>200</td><td>OK</td></tr></table>";
    let html = format!(
        "<a name=\"pot\"></a><a name=\"lid\"></a>\n<!-- kept -->\n<h1>Brewing - BrewTea</h1><h4>URI</h4><p>GET /v1/pots/{{pot_id}}</p>{html}<h4>Status Codes</h4>{statuses}<h4>Error Codes</h4>"
    );
    assert_eq!(names(&read(&html).0, Location::Path), ["pot_id"]);
}

#[test]
fn names_may_begin_with_an_at_sign() {
    let rows = ["@pots:shape | String | Its shape.", "@ | String | Nothing."];
    let parts = [
        "## Response Parameters\n\nStatus code: 200\n\n".into(),
        table(1, "Response body parameters", SHOWN, &rows),
    ];
    let (contract, findings) = read(&page("GET /v1/pots", &parts));
    let body = contract.responses[&200].body.as_ref().unwrap();
    assert_eq!(body.fields.len(), 1);
    assert_eq!(body.fields[0].name, "@pots:shape");
    assert!(
        findings[0].contains("'@' is no parameter name"),
        "{findings:?}"
    );
}

#[test]
fn words_for_what_must_be_given() {
    let rows = [
        "a | 必选 | String | x.",
        "b | 可选 | String | x.",
        "c | Required | String | x.",
        "d | Optional | String | x.",
    ];
    let (contract, findings) = read(&page(
        "GET /v1/pots",
        &[table(1, "Query Parameters", SENT, &rows)],
    ));
    let clauses: Vec<String> = contract
        .clauses()
        .iter()
        .map(|it| it.id.to_string())
        .collect();
    let given: Vec<&String> = clauses
        .iter()
        .filter(|it| it.ends_with("/mandatory"))
        .collect();
    assert_eq!(
        given,
        ["request/query/a/mandatory", "request/query/c/mandatory"]
    );
    assert_eq!(findings, [""; 0]);
}

#[test]
fn a_refusal_says_what_is_lacking() {
    let bare = format!(
        "# Emptying - EmptyPot\n\n## URI\n\nDELETE /v1/pots/{{pot_id}}\n\n{}## Error Codes\n\nSee Error Codes.\n",
        table(
            1,
            "Parameters",
            "Parameter | Mandatory | Description",
            &["pot_id | Yes | The pot."]
        )
    );
    let told = refusal(&bare);
    assert!(
        told.contains("no table lists its statuses or describes a reply"),
        "{told}"
    );
    assert!(
        told.contains("the one row that was read states nothing to test"),
        "{told}"
    );
    let mended = bare.replace(
        "## Error Codes\n\nSee Error Codes.",
        "## Status Codes\n\n| Status Code | Description |\n| --- | --- |\n| 204 | Gone |",
    );
    assert!(read(&mended).0.documents(204));
}

#[test]
fn a_page_that_documents_no_operation_of_its_own_is_refused() {
    let table = table(
        1,
        "Common header parameters",
        SENT,
        &["X-Auth-Token | Yes | String | The token."],
    );
    let guide = format!(
        "# How to Make Tea\n\n## Where to Send a Request\n\nThe host comes first.\n\n## Which Method\n\nFor example:\n\nPOST https://{{kitchen}}/v1/pots\n\n{table}"
    );
    let told = refusal(&guide);
    assert!(told.contains("documents no operation of its own"), "{told}");
    // With a heading of the URI, or with a status, it is a page of an operation.
    read(&guide.replace("Which Method", "URI"));
    read(&format!("{guide}{END}"));
}

#[test]
fn a_suite_without_cases_is_told_and_no_filter_is_blamed() {
    let source = page(
        "GET /v1/pots",
        &[table(
            1,
            "Query Parameters",
            SENT,
            &["a | Yes | String | x."],
        )],
    );
    let source = source.split("## Status Codes").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let derived = derive(Path::new("page.md"), source, folder.path(), None).unwrap();
    conformant::derive::write(&derived, folder.path()).unwrap();
    let suite = folder.path().display().to_string();
    let mut command = crate::support::conformant(folder.path(), &["selftest", "--suite", &suite]);
    let (code, text) = crate::support::finish(&mut command);
    assert_eq!(code, 4, "{text}");
    assert!(
        text.contains("no case and no property") && !text.contains("filter"),
        "{text}"
    );
}

#[test]
fn a_row_that_is_the_body_as_a_whole_is_no_parameter() {
    let uri = |body: &str| {
        let rows = [
            "pot_id | Yes | String | The pot.",
            "pretty | No | String | How it is printed.",
            body,
        ];
        table(1, "Parameters", SENT, &rows)
    };
    let leaf = |caption| table(2, caption, SENT, &["leaf | Yes | String | The leaf."]);
    for (body, caption, is_read) in [
        ("body | Yes | Object | See Table 2.", "Leaves", true),
        ("body | Yes | Object | -", "Request body parameters", true),
        ("body | Yes | Object | -", "Leaves", false),
    ] {
        let parts = [uri(body), "## Request\n\n".into(), leaf(caption)];
        let (contract, told) = read(&page("POST /v1/pots/{pot_id}/brew", &parts));
        assert_eq!(names(&contract, Location::Query), ["pretty"], "{body}");
        let body = contract
            .request_body
            .map(|body| body.fields[0].name.clone());
        assert_eq!(body.as_deref(), is_read.then_some("leaf"), "{told:#?}");
        let lacking = told
            .iter()
            .any(|it| it.contains("no table lists its members"));
        assert_eq!(lacking, !is_read, "{told:#?}");
    }
    // A body may have a member of that name.
    let parts = [
        of_the_path(),
        "## Request\n\n".into(),
        table(2, "Parameters", SENT, &["body | Yes | String | The text."]),
    ];
    let (contract, _) = read(&page("POST /v1/pots/{pot_id}/brew", &parts));
    assert_eq!(contract.request_body.unwrap().fields[0].name, "body");
}

#[test]
fn the_one_row_of_a_reply_that_refers_to_its_table_is_the_reply() {
    let parts = [
        of_the_path(),
        "## Response\n\n".into(),
        table(
            2,
            "Parameters",
            SHOWN,
            &["Response parameters | Object | See Table 3."],
        ),
        table(3, "Tea", SHOWN, &["cups | Integer | How many."]),
    ];
    let (contract, told) = read(&page("GET /v1/pots/{pot_id}", &parts));
    let body = contract.responses[&200].body.as_ref().unwrap();
    assert_eq!(body.fields[0].name, "cups", "{told:#?}");
}

#[test]
fn what_the_uri_holds_behind_its_path_is_its_query() {
    let query = ["steam | No | String | It."];
    let request = "## Request\n\n";
    for (heading, caption) in [
        ("", "Parameter description"),
        ("", "URI格式的参数说明"),
        ("", "请求参数"),
        (request, "Parameter description"),
        (request, "请求参数"),
    ] {
        let parts = [
            of_the_path(),
            heading.into(),
            table(2, caption, SENT, &query),
        ];
        let (contract, told) = read(&page("GET /v1/pots/{pot_id}", &parts));
        assert_eq!(
            names(&contract, Location::Query),
            ["steam"],
            "{caption} {told:#?}"
        );
    }
    // Pages of requests with bodies list these below such captions as well.
    let parts = [of_the_path(), table(2, "URI parameters", SENT, &query)];
    let (contract, _) = read(&page("POST /v1/pots/{pot_id}", &parts));
    assert_eq!(names(&contract, Location::Query), [""; 0]);
    // A placeholder without a row may be what the row misspells.
    let parts = [table(1, "URI parameters", SENT, &query)];
    let (contract, _) = read(&page("GET /v1/pots/{pot_id}", &parts));
    assert_eq!(names(&contract, Location::Query), [""; 0]);
}

#[test]
fn header_fields_stay_such_and_a_repeated_header_row_is_no_row() {
    let parts = [
        of_the_path(),
        "## Request\n\n".into(),
        table(
            2,
            "Request parameters",
            SENT,
            &[
                "X-Auth-Token | Yes | String | The token.",
                "Parameter | Mandatory | Type | Description",
                "Content-Type | Yes | String | The type.",
            ],
        ),
        table(3, "Parameters", SENT, &["leaf | Yes | String | The leaf."]),
    ];
    let (contract, told) = read(&page("POST /v1/pots/{pot_id}/brew", &parts));
    assert_eq!(
        names(&contract, Location::Header),
        ["X-Auth-Token", "Content-Type"]
    );
    assert_eq!(contract.request_body.unwrap().fields.len(), 1);
    assert!(!told.iter().any(|it| it.contains("Table 2")), "{told:#?}");
}

#[test]
fn a_line_may_say_that_the_reply_is_as_the_request() {
    let line = "## Response\n\nFor the description about response parameters, see Table 2.\n\n";
    for (line, example, is_read) in [
        (line, r#"{"leaf": "green"}"#, true),
        (line, r#"{"leaf": "green", "other": 1}"#, false),
        (
            "## Response\n\nSee Table 2.\n\n",
            r#"{"leaf": "green"}"#,
            false,
        ),
    ] {
        let parts = [
            of_the_path(),
            "## Request\n\n".into(),
            table(
                2,
                "Request body parameters",
                SENT,
                &["leaf | Yes | String | Which.", "cup | No | String | Which."],
            ),
            line.into(),
            format!("## Example Responses\n\n```\n{example}\n```\n\n"),
        ];
        let (contract, told) = read(&page("POST /v1/pots/{pot_id}", &parts));
        let body = contract.responses[&200].body.as_ref();
        let optional = body.map(|body| body.fields.iter().map(|it| it.is_optional).collect());
        assert_eq!(optional, is_read.then(|| vec![false, true]), "{told:#?}");
    }
}
