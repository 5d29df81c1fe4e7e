//! Renders a [`Comparison`] of two sources, one file per format. Text and Markdown show what
//! several operations have in common once, and a bounded part of the rest; JSON and HTML
//! have every statement that the comparison kept.

mod group;
mod html;
mod markdown;
mod text;
mod words;

use crate::comparison::Comparison;
use crate::escape;

/// How a comparison is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs: every statement that does not agree, with -v all
    Json,
    /// For pull requests
    Markdown,
    /// One self-contained page
    Html,
}

/// The comparison in a format, with a line feed at its end; `is_verbose` lists everything.
pub fn render(comparison: &Comparison, format: Format, is_verbose: bool) -> String {
    match format {
        Format::Text => text::render(comparison, is_verbose),
        Format::Markdown => markdown::render(comparison, is_verbose),
        Format::Html => html::render(comparison),
        Format::Json => {
            let mut text = serde_json::to_string_pretty(comparison).unwrap_or_default();
            text.push('\n');
            escape::json(&text)
        }
    }
}
