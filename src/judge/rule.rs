//! Defines every [`Rule`] of the judge: code, severity, basis, description.
//!
//! Codes are a promise: snapshots and certificates name them. A test pins them.

use serde::{Deserialize, Serialize};

/// Whether a rule's finding is a difference from the page or only worth a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The target does not do what is documented.
    Difference,
    /// Undocumented but harmless, or ambiguous on the page.
    Note,
}

/// A rule of the judge.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Kebab-case code.
    pub code: &'static str,
    /// What its finding means.
    pub severity: Severity,
    /// What it rests on: the clause that is cited, or a section of an RFC.
    pub basis: &'static str,
    /// What it looks for.
    pub description: &'static str,
}

macro_rules! rules {
    ($($name:ident: $severity:ident, $code:literal, $basis:literal, $description:literal;)*) => {
        $(
            #[doc = $description]
            pub static $name: Rule = Rule {
                code: $code,
                severity: Severity::$severity,
                basis: $basis,
                description: $description,
            };
        )*
        /// Every rule, in the order in which they look at a reply.
        pub static ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    REPLY_NONE: Difference, "reply-none", "RFC 9110 section 3.4", "The connection was made and closed without a reply.";
    REPLY_LATE: Difference, "reply-late", "RFC 9110 section 3.4", "The connection was made and no reply came before the deadline.";
    REPLY_NOT_HTTP: Difference, "reply-not-http", "RFC 9112 section 2", "What came back is no HTTP message, or its framing contradicts itself.";
    REPLY_HEAD_SIZE: Difference, "reply-head-size", "RFC 9110 section 5.4", "The head of the reply has more or larger header fields than the limits.";
    STATUS_UNEXPECTED: Difference, "status-unexpected", "the cited clause", "A documented status, but not one that conforms for this request.";
    STATUS_UNDOCUMENTED: Difference, "status-undocumented", "the page's list of status codes", "A status that the page does not document.";
    REDIRECT: Difference, "redirect", "the page's list of status codes", "A redirect where the page documents none; it is not followed.";
    BODY_EMPTY: Difference, "body-empty", "the cited clause", "No body where the page documents one.";
    BODY_TRUNCATED: Difference, "body-truncated", "RFC 9112 section 8", "The connection ended before the announced end of the body.";
    BODY_STALLED: Difference, "body-stalled", "RFC 9112 section 8", "The body stopped before its announced end until the deadline.";
    BODY_TOO_LARGE: Difference, "body-too-large", "the cited clause", "The body passed the size bound and was given up.";
    BODY_UNDECODABLE: Difference, "body-undecodable", "RFC 9110 section 8.4 and RFC 9112 section 7.1", "The body's chunks or its content coding cannot be decoded.";
    MEDIA_TYPE_MISSING: Difference, "media-type-missing", "RFC 9110 section 8.3", "A body without Content-Type.";
    MEDIA_TYPE_WRONG: Difference, "media-type-wrong", "RFC 9110 section 8.3 and RFC 8259 section 11", "A Content-Type other than application/json.";
    JSON_BOM: Difference, "json-bom", "RFC 8259 section 8.1", "The body begins with a byte order mark.";
    JSON_UTF8: Difference, "json-utf8", "RFC 8259 section 8.1", "The body is not UTF-8.";
    JSON_SYNTAX: Difference, "json-syntax", "RFC 8259 section 2", "The body is no JSON text.";
    JSON_NOT_A_NUMBER: Difference, "json-not-a-number", "RFC 8259 section 6", "NaN or Infinity stands where JSON has no such word.";
    JSON_SINGLE_QUOTES: Difference, "json-single-quotes", "RFC 8259 section 7", "A string in single quotes.";
    JSON_LEADING_ZERO: Difference, "json-leading-zero", "RFC 8259 section 6", "A number with leading zeros or a plus sign.";
    JSON_TRAILING_TEXT: Difference, "json-trailing-text", "RFC 8259 section 2", "Text behind the JSON value.";
    JSON_DUPLICATE_KEY: Difference, "json-duplicate-key", "RFC 8259 section 4", "A key stands twice in one object.";
    JSON_LONE_SURROGATE: Difference, "json-lone-surrogate", "RFC 8259 section 8.2", "A \\u escape of half a surrogate pair.";
    JSON_CONTROL_CHARACTER: Difference, "json-control-character", "RFC 8259 section 7", "A raw control character inside a string.";
    JSON_NUMBER_SIZE: Difference, "json-number-size", "RFC 8259 section 6", "A number too large for any documented type.";
    JSON_DEPTH: Difference, "json-depth", "RFC 8259 section 9", "Nesting beyond the depth bound.";
    JSON_SIZE: Difference, "json-size", "RFC 8259 section 9", "More values than the bound.";
    MEMBER_MISSING: Difference, "member-missing", "the cited clause", "A member that must be present is not.";
    VALUE_NULL: Difference, "value-null", "the cited clause", "null where a type is documented.";
    VALUE_TYPE: Difference, "value-type", "the cited clause", "A value of another JSON type than documented.";
    VALUE_FRACTION: Difference, "value-fraction", "the cited clause", "A fraction where an integer type is documented.";
    VALUE_RANGE: Difference, "value-range", "the cited clause", "A number beyond its documented type or range.";
    VALUE_UNLISTED: Difference, "value-unlisted", "the cited clause", "A value that is none of the listed ones.";
    VALUE_LENGTH: Difference, "value-length", "the cited clause", "A string shorter or longer than documented.";
    VALUE_PATTERN: Difference, "value-pattern", "the cited clause", "A string that does not match its documented pattern.";
    VALUE_FORMAT: Difference, "value-format", "the cited clause", "A string that is not of its documented format.";
    VALUE_ITEMS: Difference, "value-items", "the cited clause", "An array with fewer or more items than documented.";
    REFUSAL_LEAKS: Difference, "refusal-leaks", "the cited clause", "The reply to a refused request contains members that only a success documents.";
    HEADER_MISSING: Difference, "header-missing", "the reading", "A documented header field that must be present is not.";
    HEADER_TYPE: Difference, "header-type", "the cited clause", "A header field that holds no value of its documented type.";
    ECHO_DIFFERS: Difference, "echo-differs", "the reading", "A member that repeats a request parameter holds another value.";
    RELATION_BROKEN: Difference, "relation-broken", "the reading", "Two members do not stand in the relation that the reading states.";
    SEQUENCE_BROKEN: Difference, "sequence-broken", "the service's resources", "A reply is not as the requests before it make it.";
    LAYER_IN_FRONT: Note, "layer-in-front", "RFC 9110 section 3.7", "An unusual request that the layer in front of the service refused: nothing is known of the service.";
    MEMBER_REFUSED: Difference, "member-refused", "the service's reading", "A member that no table lists, where service.toml refuses such.";
    INTEGER_WIDE: Note, "integer-wide", "the cited clause", "An integer beyond 32 bits, where the source does not say how wide it is.";
    VALUE_TOLERATED: Note, "value-tolerated", "the reading", "An unlisted value that the reading tolerates.";
    INTEGER_AS_FRACTION: Note, "integer-as-fraction", "RFC 8259 section 6", "An integer written as 1.0 or 1e0.";
    MEMBER_UNDOCUMENTED: Note, "member-undocumented", "the cited clause", "A member that the page does not document.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_kebab_case() {
        for (at, rule) in ALL.iter().enumerate() {
            assert!(
                rule.code
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{}",
                rule.code
            );
            assert!(
                ALL[..at].iter().all(|other| other.code != rule.code),
                "{}",
                rule.code
            );
            assert!(!rule.basis.is_empty() && rule.description.ends_with('.'));
        }
    }
}
