//! Renders a report as JSON, `conformant-report/2`. `serde_json` escapes what JSON
//! must escape; other dangerous characters are escaped as `\u` too, since people
//! print JSON on terminals.

use super::Report;
use super::document::Document;
use crate::escape;

pub use super::document::FORMAT;

/// The report as one JSON object, indented, with a line feed at its end.
pub fn render(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(&Document::of(report)).unwrap_or_default();
    text.push('\n');
    escape::json(&text)
}
