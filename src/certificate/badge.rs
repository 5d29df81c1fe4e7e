//! Draws the badge: an SVG of its own with class and last day. It loads nothing and
//! proves nothing; the certificate does.

use super::class::Class;
use super::statement::Statement;
use std::fmt::Write as _;

/// Width of ten characters of 11 px in the fonts that are asked for; the text is fitted
/// to what comes of it, whichever font there is.
const TEN_CHARACTERS: usize = 65;
const PADDING: usize = 8;
const HEIGHT: usize = 20;
const LABEL: &str = "conformant";

/// The badge as an SVG document.
pub fn render(statement: &Statement) -> String {
    let ours = &statement.predicate.conformant;
    let colour = match ours.class {
        Class::Full => "#16703a",
        Class::Conformant => "#1d5f8a",
        Class::ConformantWithAcceptedDifferences => "#8a5300",
    };
    let word = match ours.class {
        Class::Full => "full",
        Class::Conformant => "statements not exercised",
        Class::ConformantWithAcceptedDifferences => "accepted differences",
    };
    // Verification holds the date against its form; a badge must not rely on that.
    let until: String = ours
        .valid_through
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '-')
        .collect();
    let text = format!("{word} until {until}");
    let length = |text: &str| text.len() * TEN_CHARACTERS / 10;
    let left = length(LABEL) + 2 * PADDING;
    let right = length(&text) + 2 * PADDING;
    let width = left + right;
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{LABEL}: {text}">"#
    );
    let _ = writeln!(svg, "<title>{LABEL}: {text}</title>");
    let _ = writeln!(
        svg,
        r#"<clipPath id="edge"><rect width="{width}" height="{HEIGHT}" rx="3"/></clipPath>"#
    );
    let _ = writeln!(
        svg,
        r##"<g clip-path="url(#edge)"><rect width="{left}" height="{HEIGHT}" fill="#3d4450"/><rect x="{left}" width="{right}" height="{HEIGHT}" fill="{colour}"/></g>"##
    );
    let _ = writeln!(
        svg,
        r##"<g fill="#fff" font-family="Verdana,'DejaVu Sans',Geneva,sans-serif" font-size="11">"##
    );
    for (x, text) in [(PADDING, LABEL), (left + PADDING, text.as_str())] {
        let length = length(text);
        let _ = writeln!(
            svg,
            r#"<text x="{x}" y="14" textLength="{length}" lengthAdjust="spacingAndGlyphs">{text}</text>"#
        );
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}
