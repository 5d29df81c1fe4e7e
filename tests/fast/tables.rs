//! Which table belongs to what: tables that rows refer to by number, tables of one
//! name, and tables below a heading that names no status.
use conformant::contract::{Body, Contract, Field};
use conformant::derive::derive;
use std::path::Path;

/// The contract, and the findings with their lines.
fn read(file: &str, source: &str) -> (Contract, Vec<String>) {
    let derived = derive(Path::new(file), source, Path::new("nowhere"), Some("x")).unwrap();
    let findings = derived.findings.iter();
    let told =
        findings.map(|finding| format!("{}: {}; {}", finding.line, finding.what, finding.assumed));
    (derived.contract, told.collect())
}

/// A table by its number, its caption and its rows of name, type and description.
type Table<'a> = (u32, &'a str, &'a [[&'a str; 3]]);

/// The page of an operation with these tables under its status 200, in a rendering.
fn page(rendering: &str, tables: &[Table]) -> String {
    let is_text = rendering == "txt";
    let heading = |text: &str| match rendering {
        "md" => format!("#### {text}\n\n"),
        "html" => format!("<h4>{text}</h4>\n"),
        _ => format!("{text}\n\n"),
    };
    let line = |text: &str| match rendering {
        "html" => format!("<p>{text}</p>\n"),
        _ => format!("{text}\n\n"),
    };
    let row = |cells: &[&str]| match rendering {
        "md" => format!("| {} |\n", cells.join(" | ")),
        "html" => format!("<tr><td>{}</td></tr>\n", cells.join("</td><td>")),
        _ => cells.iter().map(|cell| format!("{cell}\n\n")).collect(),
    };
    let grid = |header: &[&str], rows: &[Vec<&str>]| {
        let body: String = rows.iter().map(|cells| row(cells)).collect();
        let rule = format!("|{}\n", " --- |".repeat(header.len()));
        match rendering {
            "html" => format!("<table>\n{}{body}</table>\n", row(header)),
            "md" => format!("{}{rule}{body}\n", row(header)),
            _ => format!("{}{body}", row(header)),
        }
    };
    let mut page = match rendering {
        "html" => "<h1>Showing - ShowShip</h1>\n".to_owned(),
        "md" => "# Showing - ShowShip\n\n".to_owned(),
        _ => "Showing - ShowShip\n\n".to_owned(),
    };
    page += &heading("URI");
    page += &line("GET /v1/ships");
    page += &heading("Response Parameters");
    page += &line("Status code: 200");
    for (number, caption, rows) in tables {
        let caption = match rendering {
            "md" => format!("**Table {number}** {caption}"),
            _ => format!("Table {number} {caption}"),
        };
        page += &line(&caption);
        let rows: Vec<Vec<&str>> = rows.iter().map(|cells| cells.to_vec()).collect();
        page += &grid(&["Parameter", "Type", "Description"], &rows);
    }
    page += &heading("Status Codes");
    page += &grid(&["Status Code", "Description"], &[vec!["200", "OK"]]);
    page += &heading("Error Codes");
    page += &line("See Error Codes.");
    assert!(is_text || page.contains(['|', '<']));
    page
}

const RENDERINGS: [&str; 3] = ["txt", "md", "html"];
const BODY: &str = "Response body parameters";

fn members<'a>(contract: &'a Contract, row: &str) -> Option<Vec<&'a str>> {
    let body: &Body = contract.responses[&200].body.as_ref().unwrap();
    let field: &Field = body.fields.iter().find(|field| field.name == row).unwrap();
    let fields = body.members(&field.kind)?.iter();
    Some(fields.map(|field| field.name.as_str()).collect())
}

#[test]
fn a_row_that_gives_the_number_of_a_table_has_its_members() {
    for rendering in RENDERINGS {
        for (kind, description) in [
            ("Object", "For details, see Table 2."),
            ("Array of objects", "What it carries. Table 2"),
            ("Array of objects", "请参见表2。"),
            ("Array of objects (see Table 2)", "What it carries."),
            ("List&lt;Object&gt;", "详见表 2"),
            ("Map&lt;String,Object&gt;", "nothing of Table 1"),
        ] {
            let is_map = kind.starts_with("Map");
            let kind = match rendering {
                "html" => kind.to_owned(),
                _ => kind.replace("&lt;", "<").replace("&gt;", ">"),
            };
            let tables: [Table; 2] = [
                (1, BODY, &[["load", &kind, description]]),
                (
                    2,
                    "What a ship carries",
                    &[["tons", "Integer", "Its weight."]],
                ),
            ];
            let (contract, told) = read(&format!("x.{rendering}"), &page(rendering, &tables));
            if is_map {
                assert!(
                    told.iter()
                        .any(|told| told.contains("nothing refers to Table 2")),
                    "{told:?}"
                );
                continue;
            }
            assert_eq!(
                members(&contract, "load"),
                Some(vec!["tons"]),
                "{rendering} {kind} {description}"
            );
            assert_eq!(told, [""; 0], "{rendering} {kind} {description}");
        }
    }
}

#[test]
fn a_link_to_a_table_gives_its_number() {
    for (rendering, link) in [
        ("md", "Given in [details](#table2)."),
        ("md", "See [Table 2](#showship__table1234567)."),
        (
            "html",
            "Given in <a href=\"page.html#ship__table-2\">details</a>.",
        ),
        ("html", "See <a href=\"#x\">Table 2</a>."),
    ] {
        let tables: [Table; 2] = [
            (1, BODY, &[["load", "Object", link]]),
            (
                2,
                "What a ship carries",
                &[["tons", "Integer", "Its weight."]],
            ),
        ];
        let (contract, told) = read(&format!("x.{rendering}"), &page(rendering, &tables));
        assert_eq!(members(&contract, "load"), Some(vec!["tons"]), "{link}");
        assert_eq!(told, [""; 0], "{link}");
    }
}

/// Two tables of one name and of different rows, both under status 200.
fn twins(first: &str, second: &str) -> String {
    let tables: [Table; 3] = [
        (
            1,
            BODY,
            &[
                ["hull", "Part object", first],
                ["mast", "Part object", second],
            ],
        ),
        (2, "Part", &[["plates", "Integer", "How many."]]),
        (3, "Part", &[["sails", "Integer", "How many."]]),
    ];
    page("md", &tables)
}

#[test]
fn two_tables_of_one_name_are_told_with_their_lines_and_the_one_taken() {
    let page = twins("Below.", "Above.");
    let (contract, told) = read("x.md", &page);
    let line = |text: &str| page.lines().position(|line| line.contains(text)).unwrap() + 1;
    let (one, other) = (line("plates") - 2, line("sails") - 2);
    assert_eq!(
        told,
        [format!(
            "{other}: Table 2 ('Part', line {one}) and Table 3 ('Part', line {other}) may both be meant by Table 1, row 1 (hull), Table 1, row 2 (mast), and differ; Table 2 was taken"
        )]
    );
    assert_eq!(members(&contract, "mast"), Some(vec!["plates"]));
}

#[test]
fn a_number_tells_two_tables_of_one_name_apart() {
    let (contract, told) = read("x.md", &twins("See Table 2.", "See Table 3."));
    assert_eq!(told, [""; 0]);
    assert_eq!(members(&contract, "hull"), Some(vec!["plates"]));
    assert_eq!(members(&contract, "mast"), Some(vec!["sails"]));
}

#[test]
fn the_name_of_a_type_goes_before_that_of_a_row() {
    let tables: [Table; 3] = [
        (
            1,
            BODY,
            &[
                ["mast", "Part object", "One."],
                ["part", "Sail object", "Two."],
            ],
        ),
        (2, "mast", &[["wrong", "Integer", "Of nothing."]]),
        (3, "Part", &[["plates", "Integer", "How many."]]),
    ];
    let (contract, _) = read("x.md", &page("md", &tables));
    assert_eq!(members(&contract, "mast"), Some(vec!["plates"]));
}

#[test]
fn what_stands_under_no_status_is_told_and_is_no_part_of_another() {
    for rendering in RENDERINGS {
        let tables: [Table; 3] = [
            (1, BODY, &[["name", "String", "Of the ship."]]),
            (2, BODY, &[["error", "Fault object", "What went wrong."]]),
            (3, "Fault", &[["code", "String", "Its code."]]),
        ];
        let whole = page(rendering, &tables);
        let (caption, heading) = match rendering {
            "md" => ("**Table 2**", "状态码： default\n\n".to_owned()),
            "html" => ("<p>Table 2", "<p>Status code: default</p>\n".to_owned()),
            _ => ("Table 2", "Status code: default\n\n".to_owned()),
        };
        let source = whole.replacen(caption, &format!("{heading}{caption}"), 1);
        assert_ne!(source, whole);
        let (contract, told) = read(&format!("x.{rendering}"), &source);
        assert_eq!(told.len(), 1, "{rendering}: {told:?}");
        assert!(
            told[0].contains("default' names no status code"),
            "{told:?}"
        );
        assert!(told[0].ends_with("what stands below it is not part of the contract"));
        let line = source
            .lines()
            .position(|line| line.contains("default"))
            .unwrap()
            + 1;
        assert!(told[0].starts_with(&format!("{line}: ")), "{told:?}");
        let body = contract.responses[&200].body.as_ref().unwrap();
        assert_eq!(
            (body.fields.len(), body.fields[0].name.as_str()),
            (1, "name")
        );
        assert!(body.objects.is_empty());
    }
}

#[test]
fn an_example_of_no_status_is_told_and_is_no_example_of_another() {
    let tables: [Table; 1] = [(1, BODY, &[["name", "String", "Of the ship."]])];
    let whole = page("md", &tables);
    let example = |head: &str, body: &str| format!("{head}\n\n```\n{body}\n```\n\n");
    let examples = format!(
        "#### Example Responses\n\n{}{}{}",
        example("Status code: 200", "{ \"name\": \"Argo\" }"),
        example("Status code: default", "{ \"error\": 1 }"),
        example("Status code: 200", "{ \"name\": \"Argo\" }")
    );
    let source = whole.replacen(
        "#### Status Codes",
        &format!("{examples}#### Status Codes"),
        1,
    );
    let (contract, told) = read("x.md", &source);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("'Status code: default' names no status code"));
    let example = contract.responses[&200].example.as_ref().unwrap();
    assert_eq!(example["name"], "Argo");
}
