//! What the HTML reader reads, and what it leaves out.

use super::*;
use crate::source::page::{Column, Row};

fn texts(source: &str) -> Vec<String> {
    blocks(source)
        .into_iter()
        .map(|block| match block.kind {
            BlockKind::Text(text) => format!("{}: {text}", block.line),
            BlockKind::Code(text) => format!("{}: code {text:?}", block.line),
            BlockKind::Finding(finding) => format!("{}: finding {}", block.line, finding.what),
            BlockKind::Grid(columns, rows) => {
                format!(
                    "{}: {} columns, {} rows",
                    block.line,
                    columns.len(),
                    rows.len()
                )
            }
        })
        .collect()
}

fn grid(source: &str) -> (Vec<Column>, Vec<Row>) {
    blocks(source)
        .into_iter()
        .find_map(|block| match block.kind {
            BlockKind::Grid(columns, rows) => Some((columns, rows)),
            _ => None,
        })
        .unwrap_or_else(|| panic!("no table"))
}

#[test]
fn what_nobody_sees_is_not_read() {
    let source = "<!DOCTYPE html><html><head><title>T</title><style>p { }</style></head><body>\n\
        <nav><p>Menu<div>deep</div></nav><script>document.write('<p>no</p>')</script>\n\
        <div style='Display: None'>no<p>no</div><p hidden>no<p aria-hidden=\"true\">no</p>\n\
        <div class='a sr-only'>no</div><h1>Title</h1><p>yes &amp; yes<br>more</p><footer>no</footer>\n\
        <pre>{\n  \"a\" : 1\n}</pre></body></html>";
    assert_eq!(
        texts(source),
        [
            "4: Title",
            "4: yes & yes",
            "4: more",
            "5: code \"{\\n  \\\"a\\\" : 1\\n}\"",
        ]
    );
}

#[test]
fn furniture_in_front_of_the_title_is_not_read() {
    let source = "<body><header>Docs<h1>Site</h1></header><div>Crumbs &gt; here</div>\
        <h1>Title</h1><h2>URI</h2>GET /v1/x<h1>URI</h1>";
    assert_eq!(
        texts(source),
        ["1: Title", "1: URI", "1: GET /v1/x", "1: URI"]
    );
}

#[test]
fn cells_keep_paragraphs_bullets_and_lines() {
    let source = "<table><caption>Table 1 Path Parameters</caption>\n<thead><tr><th>Parameter</th>\
        <th><p>Mandatory</p><th>Type<th>Description</tr></thead>\n<tbody><tr><td><p>a<wbr>_b</p></td>\
        <td>Yes<td>String\n<td><p><strong>Value range</strong>:</p>\n<ul><li><p>x: one</p><p>more</p>\n\
        <li>y</ul>Minimum: <b>1</b><br/>Maximum: 2\n</table>";
    let (columns, rows) = grid(source);
    assert_eq!(
        columns,
        [
            Column::Name,
            Column::Mandatory,
            Column::Type,
            Column::Description
        ]
    );
    assert_eq!(rows[0].name, "a_b");
    assert_eq!(rows[0].line, 3);
    assert_eq!(rows[0].mandatory.as_deref(), Some("Yes"));
    let description: Vec<(String, bool, usize)> = rows[0]
        .description
        .iter()
        .map(|paragraph| (paragraph.text.clone(), paragraph.bullet, paragraph.line))
        .collect();
    let paragraph = |text: &str, bullet, line| (text.to_owned(), bullet, line);
    assert_eq!(
        description,
        [
            paragraph("Value range:", false, 4),
            paragraph("x: one", true, 5),
            paragraph("more", false, 5),
            paragraph("y", true, 6),
            paragraph("Minimum: 1", false, 6),
            paragraph("Maximum: 2", false, 6),
        ]
    );
    assert_eq!(texts(source)[0], "1: Table 1 Path Parameters");
}

#[test]
fn columns_may_come_in_any_order_and_without_a_head() {
    let (columns, rows) =
        grid("<table><tr><td>Type<td>Name<td>Description<tr><td>Long<td>id<td>The item</table>");
    assert_eq!(columns, [Column::Type, Column::Name, Column::Description]);
    assert_eq!(
        (rows[0].name.as_str(), rows[0].kind.as_deref()),
        ("id", Some("Long"))
    );
}

#[test]
fn spans_nested_tables_and_second_header_rows_are_findings() {
    let source = "<table><thead><tr><th colspan=3>All</tr><tr><th>Parameter<th>Type<th>Description</thead>\
        <tr><td>a<td rowspan=2>String<td>x<table><tr><th>Parameter<th>Type<tr><td>i<td>Long</table>\
        <tr><td>b<td>y</table>";
    let (_, rows) = grid(source);
    assert_eq!(rows[1].name, "b");
    assert_eq!(rows[1].kind.as_deref(), Some("String"));
    assert_eq!(rows[1].description[0].text, "y");
    let texts = texts(source);
    for what in [
        "a second header row",
        "a cell that spans several rows or columns",
        "a table inside a cell",
    ] {
        assert!(
            texts.iter().any(|text| text.contains(what)),
            "{what}: {texts:?}"
        );
    }
}

#[test]
fn a_table_that_lays_the_page_out_is_no_table() {
    let source = "<table class=layout><tr><td>Menu<td><h1>Title</h1><table><tr><td>Parameter<td>Type\
        <tr><td>a<td>String</table><tr><td><pre>\n1\n2</pre><td><pre>{}</pre></table>";
    assert_eq!(
        texts(source),
        ["1: Title", "1: 2 columns, 1 rows", "3: code \"{}\""]
    );
}

#[test]
fn a_page_that_ends_inside_a_table_says_so() {
    let texts = texts("<table><tr><td>Parameter<td>Type<tr><td>a<td>Str");
    assert_eq!(texts[1], "1: finding the page ends inside a table");
}

#[test]
fn noise_and_deep_nesting_end() {
    let began = std::time::Instant::now();
    for piece in [
        "<div>",
        "<table><tr><td>",
        "<p>a",
        "<a b c=d ",
        "</x><!--",
        "&#65;&lt;<",
        "<ul><li>x",
        "<td>x<tr>",
    ] {
        let read = blocks(&format!("<html>{}", piece.repeat((1 << 18) / piece.len())));
        assert!(read.len() < 300_000, "{piece}");
    }
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
}

#[test]
fn html_is_told_by_its_content() {
    for source in [
        "<!DOCTYPE HTML PUBLIC \"x\"><p>",
        "\u{feff}\n<!-- saved --><html lang=en>",
        "<div class=content>",
        "<TABLE>",
    ] {
        assert!(looks_like(source), "{source}");
    }
    for source in [
        "GET /v3/<id>",
        "# Title\n\n<br>",
        "<a name=x></a>\n# Title",
        "<project>",
    ] {
        assert!(!looks_like(source), "{source}");
    }
}
