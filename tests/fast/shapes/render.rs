//! Writes the page of an operation in each rendering, in the words of the help centre.

use super::operation::{Operation, Row};
use conformant::contract::TypeName;
use conformant::contract::{Bounds, Mandatory};
use std::fmt::Write as _;

/// What a page consists of.
pub(super) enum Block {
    Title(String),
    Heading(&'static str),
    Paragraph(String),
    Table {
        caption: String,
        header: Vec<&'static str>,
        rows: Vec<Vec<Vec<Text>>>,
    },
}

/// A paragraph of a cell.
pub(super) enum Text {
    Plain(String),
    Bullet(String),
}

/// The blocks of the page, tables numbered throughout.
pub(super) fn blocks(operation: &Operation) -> Vec<Block> {
    let mut uri = format!("{} /v2", operation.method);
    for row in &operation.path {
        write!(uri, "/{}s/{{{}}}", row.name.replace("_id", ""), row.name).unwrap();
    }
    uri.push_str("/actions");
    let mut page = Writer {
        blocks: vec![
            Block::Title("Acting on a Kettle - ActOnKettle".into()),
            Block::Heading("Function"),
            Block::Paragraph("This API is used to act on a kettle.".into()),
            Block::Heading("URI"),
            Block::Paragraph(uri),
        ],
        number: 0,
        types_first: operation.types_first,
    };
    page.table("Path Parameters", &operation.path);
    page.table("Query Parameters", &operation.query);
    if !operation.header.is_empty() || !operation.body.is_empty() {
        page.blocks.push(Block::Heading("Request Parameters"));
    }
    page.table("Request header parameters", &operation.header);
    page.table("Request body parameters", &operation.body);
    page.blocks.push(Block::Heading("Response Parameters"));
    for reply in &operation.replies {
        if !reply.body.is_empty() || !reply.headers.is_empty() {
            page.blocks
                .push(Block::Paragraph(format!("Status code: {}", reply.status)));
        }
        page.table("Response header parameters", &reply.headers);
        page.table("Response body parameters", &reply.body);
    }
    page.blocks.push(Block::Heading("Status Codes"));
    page.blocks.push(Block::Table {
        caption: String::new(),
        header: vec!["Status Code", "Description"],
        rows: operation
            .replies
            .iter()
            .map(|reply| {
                [
                    reply.status.to_string(),
                    format!("What {} means.", reply.status),
                ]
                .map(|text| vec![Text::Plain(text)])
                .into()
            })
            .collect(),
    });
    page.blocks.push(Block::Heading("Error Codes"));
    page.blocks
        .push(Block::Paragraph("See Error Codes.".into()));
    page.blocks
}

struct Writer {
    blocks: Vec<Block>,
    number: u32,
    types_first: bool,
}

impl Writer {
    fn table(&mut self, caption: &str, rows: &[Row]) {
        if rows.is_empty() {
            return;
        }
        self.number += 1;
        let has_mandatory = rows.iter().any(|row| row.mandatory != Mandatory::Unstated);
        let mut header = vec!["Parameter", "Mandatory", "Type", "Description"];
        if self.types_first {
            header.swap(1, 2);
        }
        header.retain(|column| has_mandatory || *column != "Mandatory");
        let cell = |row: &Row, column: &str| match column {
            "Parameter" => vec![Text::Plain(row.name.clone())],
            "Mandatory" => {
                let must = row.mandatory == Mandatory::Yes;
                vec![Text::Plain(if must { "Yes" } else { "No" }.into())]
            }
            "Type" => vec![Text::Plain(type_cell(&row.kind))],
            _ => description(row),
        };
        self.blocks.push(Block::Table {
            caption: format!("Table {} {caption}", self.number),
            rows: rows
                .iter()
                .map(|row| header.iter().map(|column| cell(row, column)).collect())
                .collect(),
            header,
        });
        for row in rows {
            if let Some(name) = row.kind.object_name() {
                self.table(name, &row.members);
            }
        }
    }
}

fn type_cell(kind: &TypeName) -> String {
    match kind {
        TypeName::String => "String".into(),
        TypeName::Integer => "Integer".into(),
        TypeName::Long => "Long".into(),
        TypeName::Boolean => "Boolean".into(),
        TypeName::Named(name) => format!("{name} object"),
        TypeName::Map(value) => format!("Map<String,{}>", type_cell(value)),
        TypeName::Array(item) => match item.as_ref() {
            TypeName::Named(name) => format!("Array of {name} objects"),
            _ => "Array of strings".into(),
        },
        other => panic!("{other:?} is not drawn"),
    }
}

/// The facts of a row in words; which words, the row says.
fn description(row: &Row) -> Vec<Text> {
    let facts = &row.facts;
    let words = row.name.replace(['_', '-'], " ").to_lowercase();
    let mut found = vec![Text::Plain(format!("Specifies the {words} of the kettle."))];
    let mut plain = |text: String| found.push(Text::Plain(text));
    match (facts.length.min, facts.length.max) {
        (Some(min), Some(max)) if min == max => plain(match row.wording % 3 {
            0 => format!("The value contains {min} characters."),
            1 => format!("The value is a string of {min} characters."),
            _ => format!("Minimum: {min}\nMaximum: {max}"),
        }),
        (Some(min), Some(max)) => plain(match row.wording % 5 {
            0 => format!("Minimum: {min}\nMaximum: {max}"),
            1 => format!("The value contains {min} to {max} characters."),
            2 => format!("Length: {min} to {max} characters"),
            3 => format!("It can contain {min} to {max} characters."),
            _ => format!("Minimum length: {min}\nMaximum length: {max}"),
        }),
        (None, Some(max)) => plain(match row.wording % 3 {
            0 => format!("Maximum: {max}"),
            1 => format!("It contains a maximum of {max} characters."),
            _ => format!("The value can contain up to {max} characters."),
        }),
        _ => {}
    }
    if let Bounds {
        min: Some(min),
        max: Some(max),
    } = facts.range
    {
        plain(match row.wording % 5 {
            0 => format!("Minimum: {min}\nMaximum: {max}"),
            1 => format!("The value ranges from {min} to {max}."),
            2 => format!("Value range: {min}–{max}"),
            3 => format!("The value range is {min} to {max}."),
            _ => format!("Range: {min} to {max}"),
        });
    }
    if let Bounds {
        min: Some(min),
        max: Some(max),
    } = facts.items
    {
        plain(format!("Array Length: {min} - {max}"));
    }
    if let Some((last, others)) = facts.values.split_last() {
        match row.wording % 4 {
            0 => {
                plain("The value can be one of the following:".into());
                let bullets = facts
                    .values
                    .iter()
                    .map(|value| format!("{value}: a way to be"));
                found.extend(bullets.map(Text::Bullet));
            }
            1 => {
                plain("Enumeration values:".into());
                found.extend(facts.values.iter().cloned().map(Text::Bullet));
            }
            2 => plain(format!("The value can be {} or {last}.", others.join(", "))),
            _ => {
                plain("Value range:".into());
                let bullets = facts
                    .values
                    .iter()
                    .map(|value| format!("{value}: a way to be"));
                found.extend(bullets.map(Text::Bullet));
            }
        }
    }
    if let Some(default) = &facts.default {
        found.push(Text::Plain(match row.wording % 3 {
            0 => format!("Default value: {default}"),
            1 => format!("Default: {default}"),
            _ => format!("The default value is {default}."),
        }));
    }
    // A form of two lines is two paragraphs.
    let split = |text| match text {
        Text::Plain(text) => text
            .split('\n')
            .map(|line| Text::Plain(line.to_owned()))
            .collect(),
        bullet => vec![bullet],
    };
    found.into_iter().flat_map(split).collect()
}

/// The page as text: a paragraph a cell.
pub(super) fn text(blocks: &[Block]) -> String {
    let mut page = String::new();
    let mut line = |text: &str| {
        page.push_str(text);
        page.push_str("\n\n");
    };
    for block in blocks {
        match block {
            Block::Title(text) | Block::Paragraph(text) => line(text),
            Block::Heading(text) => line(text),
            Block::Table {
                caption,
                header,
                rows,
            } => {
                if !caption.is_empty() {
                    line(caption);
                }
                header.iter().for_each(|cell| line(cell));
                for text in rows.iter().flatten().flatten() {
                    match text {
                        Text::Plain(text) => line(text),
                        Text::Bullet(text) => line(&format!("  • {text}")),
                    }
                }
            }
        }
    }
    page
}

/// The page in Markdown: pipe tables, a cell's paragraphs in one line.
pub(super) fn markdown(blocks: &[Block]) -> String {
    let escaped = |text: &str| text.replace('_', "\\_").replace('<', "&lt;");
    let mut page = String::new();
    for block in blocks {
        match block {
            Block::Title(text) => page.push_str(&format!("# {text}\n\n")),
            Block::Heading(text) => page.push_str(&format!("#### {text}\n\n")),
            Block::Paragraph(text) => page.push_str(&format!("{}\n\n", escaped(text))),
            Block::Table {
                caption,
                header,
                rows,
            } => {
                if !caption.is_empty() {
                    page.push_str(&format!("{}\n\n", escaped(caption)));
                }
                page.push_str(&format!("| {} |\n", header.join(" | ")));
                page.push_str(&format!("|{}\n", " --- |".repeat(header.len())));
                for row in rows {
                    let cells: Vec<String> = row
                        .iter()
                        .map(|cell| {
                            let texts = cell.iter().map(|text| match text {
                                Text::Plain(text) => escaped(text),
                                Text::Bullet(text) => format!("- {}", escaped(text)),
                            });
                            texts.collect::<Vec<_>>().join("<br>")
                        })
                        .collect();
                    page.push_str(&format!("| {} |\n", cells.join(" | ")));
                }
                page.push('\n');
            }
        }
    }
    page
}

/// The page as saved HTML.
pub(super) fn html(blocks: &[Block]) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let mut page = "<!DOCTYPE html>\n<html><head><title>Kettles</title></head><body>\n".to_owned();
    for block in blocks {
        match block {
            Block::Title(text) => page.push_str(&format!("<h1>{text}</h1>\n")),
            Block::Heading(text) => page.push_str(&format!("<h4>{text}</h4>\n")),
            Block::Paragraph(text) => page.push_str(&format!("<p>{}</p>\n", escaped(text))),
            Block::Table {
                caption,
                header,
                rows,
            } => {
                page.push_str("<table>");
                if !caption.is_empty() {
                    page.push_str(&format!("<caption><b>{}</b></caption>", escaped(caption)));
                }
                page.push_str("\n<thead><tr>");
                for cell in header {
                    page.push_str(&format!("<th><p>{cell}</p></th>"));
                }
                page.push_str("</tr></thead>\n<tbody>");
                for row in rows {
                    page.push_str("<tr>");
                    for cell in row {
                        page.push_str("<td>");
                        for text in cell {
                            page.push_str(&match text {
                                Text::Plain(text) => format!("<p>{}</p>", escaped(text)),
                                Text::Bullet(text) => {
                                    format!("<ul><li>{}</li></ul>", escaped(text))
                                }
                            });
                        }
                        page.push_str("</td>");
                    }
                    page.push_str("</tr>\n");
                }
                page.push_str("</tbody></table>\n");
            }
        }
    }
    page.push_str("</body></html>\n");
    page
}
