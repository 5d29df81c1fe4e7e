//! How pages write what is called and what it answers: method and path, statuses in
//! prose, headings with signs, and pages that say nothing of an answer.
use conformant::contract::Contract;
use conformant::derive::derive;
use std::path::Path;

/// The contract, and the findings without their lines.
fn read(source: &str) -> (Contract, Vec<String>) {
    let derived = derive(Path::new("page"), source, Path::new("nowhere"), Some("x")).unwrap();
    let findings = derived.findings.iter();
    let told = findings.map(|finding| format!("{}; {}", finding.what, finding.assumed));
    (derived.contract, told.collect())
}

fn refusal(source: &str) -> String {
    let read = derive(Path::new("page"), source, Path::new("nowhere"), Some("x"));
    format!("{:?}", read.unwrap_err())
}

/// Headings and paragraphs in each rendering that has both.
fn renderings(parts: &[(&str, &str)]) -> [String; 2] {
    let markdown = parts.iter().map(|(heading, text)| match *heading {
        "" => format!("{text}\n\n"),
        heading => format!("## {heading}\n\n{text}\n\n"),
    });
    let html = parts.iter().map(|(heading, text)| match *heading {
        "" => format!("<p>{text}</p>\n"),
        heading => format!("<h4>{heading}</h4>\n<p>{text}</p>\n"),
    });
    [
        format!("# Boiling\n\n{}", markdown.collect::<String>()),
        format!("<h1>Boiling</h1>\n{}", html.collect::<String>()),
    ]
}

const STATUSES: (&str, &str) = ("Status Codes", "Normal 200");

#[test]
fn what_is_called_is_read_as_pages_write_it() {
    for (written, method, path) in [
        ("GET/v1.0/kettles", "GET", "/v1.0/kettles"),
        ("Get /v1/kettles", "GET", "/v1/kettles"),
        (
            "URI format: DELETE /v1/kettles/{lid}",
            "DELETE",
            "/v1/kettles/{lid}",
        ),
        ("URI：POST /v1/kettles", "POST", "/v1/kettles"),
        ("GET /v1/kettles[?limit, marker]", "GET", "/v1/kettles"),
        (
            "GET /v1/kettles?limit={limit} & marker={marker}",
            "GET",
            "/v1/kettles",
        ),
    ] {
        for page in renderings(&[("URI", written), STATUSES]) {
            let (contract, _) = read(&page);
            let found = (contract.method.as_str(), contract.uri.to_string());
            assert_eq!(found, (method, path.to_owned()), "{page}");
        }
    }
    let [page, _] = renderings(&[("URI", "GET /v1/kettles[?limit, marker]"), STATUSES]);
    let names: Vec<String> = read(&page)
        .0
        .parameters
        .iter()
        .map(|it| it.field.name.clone())
        .collect();
    assert_eq!(names[..2], ["limit", "marker"]);
}

#[test]
fn what_stands_beside_method_and_path_is_told() {
    for (written, method, path, told) in [
        (
            "POST /v1/kettles (Compatible)",
            "POST",
            "/v1/kettles",
            "'(Compatible)' stands behind the path; it was read as a remark",
        ),
        (
            "PUT /v1/kettles /{lid}/tea",
            "PUT",
            "/v1/kettles/{lid}/tea",
            "a space inside the path '/v1/kettles /{lid}/tea'; it was read without it",
        ),
        (
            "GET https://{_Endpoint_}/v1/kettles/{lid _id}",
            "GET",
            "/v1/kettles/{lid_id}",
            "a space inside the path '/v1/kettles/{lid _id}'; it was read without it",
        ),
        (
            "PUT or POST /v1/kettles",
            "PUT",
            "/v1/kettles",
            "a second method, 'POST'; the page describes 'PUT /v1/kettles'",
        ),
        (
            "PUT/POST /v1/kettles",
            "PUT",
            "/v1/kettles",
            "a second method, 'POST'; the page describes 'PUT /v1/kettles'",
        ),
    ] {
        for page in renderings(&[("URI", written), STATUSES]) {
            let (contract, findings) = read(&page);
            let found = (contract.method.as_str(), contract.uri.to_string());
            assert_eq!(found, (method, path.to_owned()), "{page}");
            assert!(findings.contains(&told.to_owned()), "{findings:#?}");
        }
    }
}

#[test]
fn prose_is_no_method_and_path() {
    for written in [
        "Get /v1/kettles and pour.",
        "Put it on /v1/kettles",
        "GET /v1/kettles /v1/pots",
        "See GET /v1/kettles",
        "Send POST",
    ] {
        let [page, _] = renderings(&[("URI", written), STATUSES]);
        assert!(
            refusal(&page).contains("no line 'METHOD /path'"),
            "{written}"
        );
    }
}

#[test]
fn method_and_path_in_a_table_or_in_two_lines_are_read() {
    let in_html = "<table><thead><tr><th>Method</th><th>URI</th></tr></thead><tbody><tr><td>PUT</td><td>/v1/kettles/{lid}</td></tr></tbody></table>";
    let in_markdown = "| 请求方法 | URI |\n| --- | --- |\n| PUT | /v1/kettles/{lid} |";
    let [md, _] = renderings(&[("URI", in_markdown), STATUSES]);
    let [mixed, html] = renderings(&[("URI", in_html), STATUSES]);
    let [two, _] = renderings(&[
        ("URI", "PATH: /v1/kettles/{lid}"),
        ("", "Method: PUT"),
        STATUSES,
    ]);
    let [chinese, _] = renderings(&[
        ("URI", "方法：PUT"),
        ("", "路径：/v1/kettles/{lid}"),
        STATUSES,
    ]);
    let text = "Boiling\n\nURI\n\nMethod\n\nURI\n\nPUT\n\n/v1/kettles/{lid}\n\nStatus Codes\n\nNormal 200\n";
    for page in [md.as_str(), &mixed, &html, &two, &chinese, text] {
        let (contract, findings) = read(page);
        let found = (contract.method.as_str(), contract.uri.to_string());
        assert_eq!(found, ("PUT", "/v1/kettles/{lid}".to_owned()), "{page}");
        assert!(
            !findings.iter().any(|it| it.contains("Parameter column")),
            "{findings:#?}"
        );
    }
}

#[test]
fn statuses_in_prose_are_read_and_others_are_not() {
    let statuses = |text: &str| -> Vec<u16> {
        let [markdown, html] = renderings(&[
            ("URI", "GET /v1/kettles"),
            ("Response", "None"),
            ("Returned Value", text),
        ]);
        let [one, other] = [markdown, html].map(|page| read(&page).0);
        assert_eq!(one.facts(), other.facts(), "{text}");
        one.responses.into_keys().collect()
    };
    assert_eq!(statuses("Normal 202"), [202]);
    assert_eq!(statuses("Normal: 202 Accepted"), [202]);
    assert_eq!(statuses("正常 204"), [204]);
    assert_eq!(statuses("正常：200"), [200]);
    assert_eq!(statuses("204 No Content"), [204]);
    assert_eq!(statuses("204"), [204]);
    // What gives several, or speaks about them, does not say which one is meant.
    for text in [
        "Normal 200, 202",
        "200 or 202",
        "200 requests are answered a minute.",
        "If a code of 2xx is returned, for example, 200 or 204, all is well.",
        "See Status Codes.",
        "Normal",
    ] {
        assert_eq!(statuses(text), [0_u16; 0], "{text}");
    }
}

#[test]
fn normal_and_the_code_may_stand_in_lines_of_their_own() {
    let page = "# Boiling\n\n## URI\n\nDELETE /v1/kettles/{lid}\n\n## Returned Value\n\n-   Normal\n\n    204\n\n-   Abnormal\n\n    See Status Codes.\n\n## Error Code\n\n500 kettles are too many.\n";
    let (contract, _) = read(page);
    assert_eq!(contract.responses.into_keys().collect::<Vec<_>>(), [204]);
}

#[test]
fn tables_of_statuses_have_many_headers() {
    for (heading, header) in [
        ("Returned Values", "Returned Values | Description"),
        ("Return Code", "Return Code | Type | Description"),
        ("返回码", "返回码 | 说明"),
        ("Status Code", "Status Codes | Description"),
    ] {
        let cells = header.matches('|').count() - 1;
        let row = format!("204 | {}Gone", "No Content | ".repeat(cells));
        let rule = " --- |".repeat(cells + 2);
        let page = format!(
            "# Boiling\n\n## URI\n\nDELETE /v1/kettles/{{lid}}\n\n## {heading}\n\n| {header} |\n|{rule}\n| {row} |\n"
        );
        let (contract, _) = read(&page);
        assert!(contract.documents(204), "{page}");
    }
}

#[test]
fn a_table_behind_an_anchor_in_its_line_is_read() {
    let page = "# Boiling<a name=\"x\"></a>\n\n## URI<a name=\"uri\"></a>\n\n-   URI format\n\n    DELETE /v1/kettles/{lid}\n\n## Returned Value\n\n-   Normal\n\n    **Table  1**  Codes\n\n    <a name=\"codes\"></a><table><thead><tr><th>Returned Value</th><th>Description</th></tr></thead><tbody><tr><td>204</td><td>Gone</td></tr></tbody></table>\n\n";
    let (contract, findings) = read(page);
    assert!(contract.documents(204), "{findings:#?}");
}

#[test]
fn the_sign_of_a_permalink_is_no_part_of_a_heading() {
    let table = |row: &str| {
        format!(
            "<table><tr><th>Parameter</th><th>Type</th><th>Description</th></tr><tr><td>{row}</td><td>String</td><td>It.</td></tr></table>"
        )
    };
    let sign =
        |id: &str| format!("<a class=\"headerlink\" href=\"#{id}\" title=\"Permalink\">¶</a>");
    let page = format!(
        "<h1>Boiling{0}</h1><h2>URI{0}</h2><p>GET /v1/kettles/{{lid}}</p><p>Table 1 Path Parameters{0}</p>{1}<h2>Response Parameters{0}</h2><p>Status code: 200{0}</p><p>Table 2 Response body parameters{0}</p>{2}",
        sign("x"),
        table("lid"),
        table("tea")
    );
    let (signed, told) = read(&page);
    let (plain, findings) = read(&page.replace(&sign("x"), ""));
    assert_eq!(told, findings);
    assert_eq!(signed.facts(), plain.facts());
    assert_eq!(signed.title, "Boiling");
    assert!(signed.documents(200));
    let [markdown, _] = renderings(&[
        ("URI¶", "GET /v1/kettles"),
        ("Status Codes ¶", "Normal 200"),
    ]);
    assert!(read(&markdown).0.documents(200));
}

#[test]
fn a_page_that_says_nothing_of_an_answer_is_read_and_none_is_invented() {
    for page in renderings(&[
        ("URI", "DELETE /v1/kettles/{lid}"),
        ("Request", "None"),
        ("Response", "None"),
        ("Status Codes", "See Status Codes."),
    ]) {
        let (contract, findings) = read(&page);
        assert!(contract.responses.is_empty());
        let told = "the page documents no status of success; no valid request can be judged";
        assert!(findings.contains(&told.to_owned()), "{findings:#?}");
    }
    // Where not even a heading speaks of an answer, the page may be cut off.
    for page in renderings(&[("URI", "DELETE /v1/kettles/{lid}"), ("Request", "None")]) {
        assert!(refusal(&page).contains("neither a parameter table nor a list"));
    }
}

#[test]
fn a_status_that_stands_for_the_one_of_success_is_told_as_such() {
    let page = "# Boiling\n\n## URI\n\nPOST /v1/kettles\n\n## Response\n\n| Parameter | Type |\n| --- | --- |\n| lid | Integer |\n";
    let (contract, findings) = read(page);
    assert_eq!(contract.assumed_success(), Some(200));
    let told = "the page prints no status of success, and 200 stands for it; where another one comes, nothing can be judged";
    assert!(findings.contains(&told.to_owned()), "{findings:#?}");
    // Where a status is printed, in whatever place, the table is that one's.
    for (printed, status) in [
        (format!("{page}\n## Status Codes\n\nNormal 202\n"), 202),
        (
            page.replace("| Parameter", "Status code: 201\n\n| Parameter"),
            201,
        ),
    ] {
        let (contract, _) = read(&printed);
        assert_eq!(contract.success(), Some(status));
        assert_eq!(contract.assumed_success(), None);
        assert!(contract.responses[&status].body.is_some());
    }
    // Of several it is not said which one's the table is.
    let (contract, findings) = read(&format!(
        "{page}\n## Status Codes\n\n| Status Code | Description |\n| --- | --- |\n| 200 | Boiled |\n| 202 | Boiling |\n"
    ));
    assert!(contract.responses[&200].body.is_some());
    let told = findings
        .iter()
        .any(|it| it.ends_with("it was read as that of status 200"));
    assert!(told, "{findings:#?}");
}

#[test]
fn a_page_in_restructured_text_is_told_by_its_name() {
    let page = ":original_name: boiling.html\n\n.. _boiling:\n\nBoiling\n=======\n\nURI\n---\n\nPOST /v1/kettles/{lid}\n\n.. table:: **Table 1** Path Parameters\n\n   +-----------+-----------+\n   | Parameter | Mandatory |\n   +===========+===========+\n   | lid       | Yes       |\n   +-----------+-----------+\n";
    let told = refusal(page);
    assert!(
        told.contains("reStructuredText, which is not read"),
        "{told}"
    );
    assert!(told.contains("text, Markdown and HTML are"), "{told}");
    // Two dots in a page of text are no directive.
    let [page, _] = renderings(&[("URI", "GET /v1/kettles"), ("", ".. and so on"), STATUSES]);
    read(&page);
}

#[test]
fn a_segment_may_hold_two_placeholders() {
    let page = "# Boiling\n\n## URI\n\nGET /v1/kettles/{region}:{kettle_id}\n\n| Parameter | Mandatory | Type | Description |\n| --- | --- | --- | --- |\n| region | Yes | String | Where. |\n| kettle_id | Yes | String | Which. |\n\n## Status Codes\n\nNormal 200\n\n## Example Requests\n\n```\nGET https://example.com/v1/kettles/north:red\n```\n";
    let (contract, told) = read(page);
    assert_eq!(contract.uri.to_string(), "/v1/kettles/{region}:{kettle_id}");
    let names: Vec<&str> = contract.uri.placeholders().collect();
    assert_eq!(names, ["region", "kettle_id"]);
    let about = |words: &str| told.iter().any(|it| it.contains(words));
    assert!(
        !about("segment") && !about("the example of a request"),
        "{told:#?}"
    );
}

#[test]
fn a_page_of_whole_messages_is_refused_for_what_it_is() {
    let page = "# Ringing\n\n## Request Syntax\n\n```\nGET /?bell HTTP/1.1\nHost: example.com\n```\n\n## Response Elements\n\n| Element | Description |\n| --- | --- |\n| Bell | It. |\n";
    let told = refusal(page);
    assert!(
        told.contains("'GET /?bell HTTP/1.1' is the first line of a whole message"),
        "{told}"
    );
    let page = "# Ringing\n\n## Method\n\nDELETE /v1/bells\n\n## Response Headers\n\nNone.\n";
    let told = refusal(page);
    assert!(
        told.contains("below the headings of a reply is no table"),
        "{told}"
    );
}
