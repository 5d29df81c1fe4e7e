//! What HTML says about elements by name: which are blocks, which have no content,
//! which end others, which nobody sees.

use html5ever::LocalName;
use html5ever::tokenizer::Tag;
use html5ever::tokenizer::states::RawKind;

/// An open element.
pub(super) struct Open {
    pub name: LocalName,
}

/// Elements whose content is text, whatever it looks like.
pub(super) fn raw_text(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(RawKind::ScriptData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
        "title" | "textarea" => Some(RawKind::Rcdata),
        _ => None,
    }
}

/// Elements that a reader of the page's text does not read.
pub(super) fn is_ignored(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "noscript"
            | "title"
            | "textarea"
            | "iframe"
            | "svg"
            | "math"
            | "nav"
            | "footer"
            | "aside"
            | "button"
            | "select"
            | "dialog"
            | "object"
            | "audio"
            | "video"
            | "canvas"
            | "noembed"
            | "noframes"
    )
}

/// Whether attributes hide the element.
pub(super) fn is_hidden(tag: &Tag) -> bool {
    tag.attrs.iter().any(|attribute| {
        let value = attribute.value.to_ascii_lowercase();
        match &*attribute.name.local {
            "hidden" => true,
            "aria-hidden" => value.trim() == "true",
            "role" => value.trim() == "navigation",
            "style" => {
                let plain: String = value.chars().filter(|c| !c.is_whitespace()).collect();
                plain.contains("display:none") || plain.contains("visibility:hidden")
            }
            "class" => value
                .split_whitespace()
                .any(|class| matches!(class, "hidden" | "d-none" | "sr-only" | "visually-hidden")),
            _ => false,
        }
    })
}

/// What a link leads to.
pub(super) fn target(tag: &Tag) -> Option<String> {
    let href = |attribute: &&html5ever::Attribute| &*attribute.name.local == "href";
    let found = tag.attrs.iter().find(href);
    found.map(|attribute| attribute.value.to_string())
}

pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "blockquote"
            | "body"
            | "caption"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hr"
            | "html"
            | "li"
            | "main"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Elements that a start tag ends where they are open: authors may leave their end
/// tags out.
pub(super) fn closed_by(name: &str) -> &'static [&'static str] {
    match name {
        "li" => &["p", "li"],
        "dt" | "dd" => &["p", "dt", "dd"],
        "td" | "th" => &["td", "th"],
        "tr" => &["td", "th", "tr"],
        "tbody" | "thead" | "tfoot" => &["caption", "td", "th", "tr", "tbody", "thead", "tfoot"],
        "caption" => &["caption"],
        "p" | "div" | "ul" | "ol" | "dl" | "pre" | "table" | "h1" | "h2" | "h3" | "h4" | "h5"
        | "h6" | "section" | "article" | "blockquote" | "header" | "main" | "figure" | "hr"
        | "form" | "fieldset" | "details" | "address" => &["p"],
        _ => &[],
    }
}

/// Whether an open element hides those around it from a tag that would end `name`.
pub(super) fn bounds(open: &str, name: &str) -> bool {
    match name {
        "table" => false,
        "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "caption" => open == "table",
        "li" => matches!(open, "ul" | "ol" | "td" | "th" | "table" | "caption"),
        _ => matches!(open, "td" | "th" | "table" | "caption"),
    }
}
