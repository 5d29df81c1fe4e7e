//! Requests that pages show, held against the URI and the rows of their parameters.
use conformant::contract::Weight;
use conformant::derive::derive;
use std::path::Path;

/// The findings of a page of the library whose example of a request was mended.
fn told(page: &str, rendering: &str, from: &str, to: &str) -> Vec<String> {
    let file = format!("{page}.{rendering}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let whole = std::fs::read_to_string(folder.join(&file)).unwrap();
    let escape = |text: &str| match rendering {
        "html" => text.replace('&', "&amp;").replace('<', "&lt;"),
        _ => text.to_owned(),
    };
    let source = whole.replace(&escape(from), &escape(to));
    assert!(from == to || source != whole, "{file}: no '{from}'");
    let read = |source: &str| {
        derive(Path::new(&file), source, Path::new("nowhere"), None)
            .unwrap()
            .findings
    };
    let known = read(&whole);
    let is_new = |what: &String| !known.iter().any(|finding| finding.what == *what);
    let found = read(&source).into_iter();
    let at = source
        .lines()
        .position(|line| line.contains("://{endpoint}/v"));
    found
        .filter(|finding| is_new(&finding.what))
        .map(|finding| {
            // The fence of Markdown stands a line in front.
            let place = at.map_or(0, |at| finding.line.abs_diff(at + 1));
            assert!(place <= 1, "line {}: {}", finding.line, finding.what);
            finding.what
        })
        .collect()
}

const RENDERINGS: [&str; 3] = ["txt", "md", "html"];

#[test]
fn the_query_of_an_example_is_held_against_the_rows() {
    for rendering in RENDERINGS {
        for (query, expected) in [
            (
                "limit=0&tag=a",
                "contradicts Table 2, row 1 (limit): 'limit' is outside the bounds",
            ),
            (
                "limit=ten&tag=a",
                "contradicts Table 2, row 1 (limit): 'limit' is outside the bounds",
            ),
            (
                "offset=x&tag=a",
                "contradicts Table 2, row 2 (offset): 'offset' has another type",
            ),
            (
                "offset=10001&tag=a",
                "contradicts Table 2, row 2 (offset): 'offset' is outside the bounds",
            ),
            (
                "state=HOT&tag=a",
                "contradicts Table 2, row 3 (state): 'state' is none of the listed values",
            ),
            (
                "hot=1&tag=a",
                "contradicts Table 2, row 4 (hot): 'hot' has another type",
            ),
            (
                "limit=10&tag=",
                "contradicts Table 2, row 5 (tag): 'tag' has another length",
            ),
            (
                "limit=10",
                "contradicts Table 2, row 5 (tag): 'tag' is missing",
            ),
            (
                "tag=a&colour=red",
                "has a query parameter 'colour' that no row documents",
            ),
            (
                "tag=a&limit=1&limit=2",
                "gives 'limit' twice, and Table 2, row 1 is no array",
            ),
        ] {
            let found = told("list-kettles", rendering, "limit=10&tag=a", query);
            assert_eq!(found.len(), 1, "{rendering} {query}: {found:?}");
            assert_eq!(
                found[0],
                format!("the example of a request {expected}"),
                "{rendering}"
            );
        }
        for query in [
            "limit=10&tag=a&state=COLD&hot=true&offset=0",
            "tag=%E7%83%AD&limit={limit}",
            "limit={limit}&tag={tag}",
            "limit=xx&tag=***",
            "tag=<tag>&{name}={value}",
        ] {
            let found = told("list-kettles", rendering, "limit=10&tag=a", query);
            assert_eq!(found, [""; 0], "{rendering} {query}");
        }
    }
}

#[test]
fn the_path_of_an_example_is_held_against_the_uri() {
    let is_other = |uri: &str| {
        format!(
            "the example of a request is '{uri}', and the URI 'POST /v3/{{project_id}}/audit/summary/{{busi_type}}/task'"
        )
    };
    let shown =
        "POST https://{endpoint}/v3/0a1b2c3d4e5f60718293a4b5c6d7e8f9/audit/summary/audit/task";
    for rendering in RENDERINGS {
        for (line, expected) in [
            (
                "POST https://{endpoint}/v3/{project_id}/audit/summary/audits/task",
                "the example of a request contradicts Table 1, row 2 (busi_type): 'busi_type' is none of the listed values".into(),
            ),
            (
                "POST https://{endpoint}/v3/0a1b/audit/summary/risk/task",
                "the example of a request contradicts Table 1, row 1 (project_id): 'project_id' has another length".into(),
            ),
            (
                "POST https://{endpoint}/v3/{project_id}/audit/summary/risk",
                is_other("POST /v3/{project_id}/audit/summary/risk"),
            ),
            (
                "POST https://{endpoint}/v3/{project_id}/audit/summary/risk/tasks",
                is_other("POST /v3/{project_id}/audit/summary/risk/tasks"),
            ),
            (
                "PUT https://{endpoint}/v3/{project_id}/audit/summary/risk/task",
                is_other("PUT /v3/{project_id}/audit/summary/risk/task"),
            ),
            (
                "POST https://{endpoint}/v3/{project_id}/audit/summary/risk/task?force=true",
                "the example of a request has a query parameter 'force' that no row documents".into(),
            ),
        ] {
            let found = told("update-audit-task", rendering, shown, line);
            assert_eq!(found, [expected], "{rendering} {line}");
        }
        for line in [
            "POST https://{endpoint}/v3/{project_id}/audit/summary/{busi_type}/task",
            "POST https://{endpoint}/v3/{project_id}/audit/summary/ri%73k/task/",
            "POST https://{endpoint}/v3/<project_id>/audit/summary/$TYPE/task",
        ] {
            let found = told("update-audit-task", rendering, shown, line);
            assert_eq!(found, [""; 0], "{rendering} {line}");
        }
    }
}

#[test]
fn header_lines_and_curl_are_held_against_the_rows() {
    let shown = "GET https://{endpoint}/v1/0a1b2c3d4e5f60718293a4b5c6d7e8f9/kettles?limit=10&tag=a";
    let listed = "the example of a request contradicts Table 3, row 2 (X-Language): 'X-Language' is none of the listed values";
    for rendering in RENDERINGS {
        let found = told(
            "list-kettles",
            rendering,
            shown,
            &format!("{shown}\nX-Auth-Token: MIIF\nx-language: fr-fr\nHost: a.b"),
        );
        assert_eq!(found, [listed], "{rendering}");
    }
    for (line, expected) in [
        (
            "curl 'https://{endpoint}/v1/{project_id}/kettles?tag=a' -H 'X-Language: fr-fr'",
            Some(listed),
        ),
        (
            "curl -H \"X-Language: en-us\" https://{endpoint}/v1/{project_id}/kettles?tag=a",
            None,
        ),
        ("curl -H", None),
        (
            "GET https://{endpoint}/v1/%ff%zz/kettles?tag=a&%=%&=&&",
            None,
        ),
    ] {
        let found = told("list-kettles", "md", shown, line);
        let listed: Vec<&String> = found
            .iter()
            .filter(|what| what.contains("X-Language"))
            .collect();
        assert_eq!(
            listed,
            expected.iter().collect::<Vec<_>>(),
            "{line}: {found:?}"
        );
    }
}

/// What a reply with the members `tea` and `milk` states, by an example under this heading:
/// which members are optional, and what is told of the example.
fn by_example(heading: &str, example: &str) -> (Vec<bool>, Vec<(String, Weight)>) {
    let page = format!(
        "# Brewing - BrewTea\n\n#### URI\n\nGET /v1/pots\n\n#### Response Parameters\n\n**Status code: 200**\n\nTable 1 Response body parameters\n\n| Parameter | Type | Description |\n| --- | --- | --- |\n| tea | String | The tea |\n| milk | String | The milk |\n\n#### {heading}\n\n```json\n{example}\n```\n\n#### Status Codes\n\n| Status Code | Description |\n| --- | --- |\n| 200 | OK |\n"
    );
    let derived = derive(Path::new("x.md"), &page, Path::new("nowhere"), None).unwrap();
    let body = derived.contract.responses[&200].body.as_ref().unwrap();
    let optional = body.fields.iter().map(|field| field.is_optional);
    let told = derived.findings.iter();
    let told = told.filter(|finding| finding.what.contains("the example"));
    (
        optional.collect(),
        told.map(|finding| (finding.what.clone(), finding.weight))
            .collect(),
    )
}

#[test]
fn a_reply_may_lack_what_the_example_lacks() {
    for heading in ["Example Responses", "Example Response 1", "响应示例2"] {
        let (optional, told) = by_example(heading, r#"{ "tea": "green" }"#);
        assert_eq!(optional, [false, true], "{heading}");
        let what = "the example of status 200 lacks 'milk'".to_owned();
        assert_eq!(told, [(what, Weight::NotRead)], "{heading}");
    }
    let whole = by_example("Example Responses", r#"{ "tea": "green", "milk": "none" }"#);
    assert_eq!(whole, (vec![false, false], Vec::new()));
}

#[test]
fn an_example_of_another_shape_is_told_and_takes_nothing_back() {
    let (optional, told) = by_example("Example Responses", r#"{ "pots": [] }"#);
    assert_eq!(optional, [false, false]);
    let what = "the example of status 200 has no member that the table lists".to_owned();
    assert!(told.contains(&(what, Weight::CouldBeFalse)), "{told:?}");
}

/// The derived cases of a page, a text of all files.
fn cases(source: &str) -> String {
    let derived = derive(Path::new("page"), source, Path::new("nowhere"), Some("x")).unwrap();
    let files = derived.files.iter();
    let texts = files.filter(|(path, _)| path.starts_with("cases"));
    texts.map(|(_, text)| text.as_str()).collect()
}

#[test]
fn a_text_of_a_form_is_sent_as_the_page_shows_it() {
    let page = |example: &str, row: &str| {
        format!(
            "# Boiling\n\n## URI\n\nPOST /v1/kettles\n\n## Request\n\n**Table 1 Query parameters**\n\n| Parameter | Mandatory | Type | Description |\n| --- | --- | --- | --- |\n| address | Yes | String | The IP address, of 1 to 40 characters.{row} |\n| colour | Yes | String | The colour, of 1 to 40 characters. |\n\n**Table 2 Request body parameters**\n\n| Parameter | Mandatory | Type | Description |\n| --- | --- | --- | --- |\n| since | Yes | String | The time, of 1 to 30 characters. |\n| note | No | String | A note, of 1 to 30 characters. |\n\n{example}## Status Codes\n\n| Status Code | Description |\n| --- | --- |\n| 200 | OK |\n"
        )
    };
    let example = "## Example Requests\n\n```\nPOST https://example.com/v1/kettles?address=10.0.0.7&colour=red\n\n{\"since\": \"2024-01-02\"}\n```\n\n";
    let shown = cases(&page(example, ""));
    assert!(shown.contains("10.0.0.7"), "{shown}");
    for made_up in ["valid/address-of-", "valid/since-of-"] {
        assert!(!shown.contains(made_up), "{shown}");
    }
    // What is of no form, and a full body, are made up.
    for other in [
        "valid/colour-of-40-characters",
        "valid/note-of-30-characters",
    ] {
        assert!(shown.contains(other), "{shown}");
    }
    let full = shown.split("valid/body-full").nth(1).unwrap();
    assert!(full[..400].contains("2024-01-02"), "{full}");
    let in_row = cases(&page("", "<br/>Example: 10.0.0.8"));
    assert!(in_row.contains("10.0.0.8"), "{in_row}");
    for none in [
        "",
        "## Example Requests\n\n```\nPOST https://example.com/v1/kettles?address={ip}\n```\n\n",
    ] {
        let made_up = cases(&page(none, ""));
        assert!(
            made_up.contains("valid/address-of-40-characters"),
            "{made_up}"
        );
    }
}
