//! The strict JSON reader against JSONTestSuite's verdicts and against `serde_json`:
//! whatever it accepts without a finding, `serde_json` accepts with the same value.
mod table;

use super::corpus::properties::json;
use conformant::exchange::Limits;
use conformant::judge::json::{self as reader, Parsed};
use table::{ACCEPTED, OPEN, REFUSED, Text};

fn parse(text: &[u8]) -> Parsed {
    reader::parse(text, &Limits::default())
}

/// Codes of the rules that a text breaks.
fn codes(text: &[u8]) -> Vec<&'static str> {
    parse(text)
        .findings
        .iter()
        .map(|finding| finding.rule.code)
        .collect()
}

/// Accepted by the grammar, but two readers may see two values in it (RFC 8259 section 4).
const DUPLICATED: [&str; 2] = ["object_duplicated_key", "object_duplicated_key_and_value"];

#[test]
fn texts_that_must_be_accepted_are() {
    assert_eq!(ACCEPTED.len(), 95);
    for (name, text) in ACCEPTED {
        let expected: &[&str] = if DUPLICATED.contains(name) {
            &["json-duplicate-key"]
        } else {
            &[]
        };
        assert_eq!(codes(text), expected, "{name}");
        assert!(parse(text).is_readable, "{name}");
        assert!(
            serde_json::from_slice::<serde_json::Value>(text).is_ok(),
            "{name}"
        );
    }
}

#[test]
fn texts_that_must_be_refused_are() {
    assert_eq!(REFUSED.len(), 186);
    for (name, text) in REFUSED {
        assert!(!codes(text).is_empty(), "{name} is accepted");
    }
    let brackets = "[".repeat(100_000);
    assert_eq!(codes(brackets.as_bytes()), ["json-depth"]);
    let objects = "[{\"\":".repeat(50_000);
    assert_eq!(codes(objects.as_bytes()), ["json-depth"]);
}

/// What the grammar leaves open, and what this reader does: numbers that a double holds
/// (rounded, or as zero) are read, everything that two readers may see differently is named.
#[test]
fn what_is_left_open_is_decided_once() {
    assert_eq!(OPEN.len(), 34);
    let mut decided = String::new();
    for (name, text) in OPEN {
        let found = codes(text).join(" ");
        let found = if found.is_empty() { "accepted" } else { &found };
        decided.push_str(&format!("{name}: {found}\n"));
    }
    assert_eq!(decided.trim_end(), DECIDED.trim());
    let nested = format!("{}{}", "[".repeat(500), "]".repeat(500));
    assert_eq!(codes(nested.as_bytes()), ["json-depth"]);
}

const DECIDED: &str = "
number_double_huge_neg_exp: accepted
number_huge_exp: json-number-size
number_neg_int_huge_exp: json-number-size
number_pos_double_huge_exp: json-number-size
number_real_neg_overflow: json-number-size
number_real_pos_overflow: json-number-size
number_real_underflow: accepted
number_too_big_neg_int: accepted
number_too_big_pos_int: accepted
number_very_big_negative_int: accepted
object_key_lone_2nd_surrogate: json-lone-surrogate
string_1st_surrogate_but_2nd_missing: json-lone-surrogate
string_1st_valid_surrogate_2nd_invalid: json-lone-surrogate
string_UTF-16LE_with_BOM: json-utf8
string_UTF-8_invalid_sequence: json-utf8
string_UTF8_surrogate_U+D800: json-utf8
string_incomplete_surrogate_and_escape_valid: json-lone-surrogate
string_incomplete_surrogate_pair: json-lone-surrogate
string_incomplete_surrogates_escape_valid: json-lone-surrogate
string_invalid_lonely_surrogate: json-lone-surrogate
string_invalid_surrogate: json-lone-surrogate
string_invalid_utf-8: json-utf8
string_inverted_surrogates_U+1D11E: json-lone-surrogate
string_iso_latin_1: json-utf8
string_lone_second_surrogate: json-lone-surrogate
string_lone_utf8_continuation_byte: json-utf8
string_not_in_unicode_range: json-utf8
string_overlong_sequence_2_bytes: json-utf8
string_overlong_sequence_6_bytes: json-utf8
string_overlong_sequence_6_bytes_null: json-utf8
string_truncated-utf-8: json-utf8
string_utf16BE_no_BOM: json-utf8
string_utf16LE_no_BOM: json-utf8
structure_UTF-8_BOM_empty_object: json-bom
";

#[test]
fn what_it_accepts_serde_json_accepts_with_the_same_value() {
    let all: Vec<&Text> = ACCEPTED.iter().chain(REFUSED).chain(OPEN).collect();
    for (_, text) in &all {
        json::holds(text);
        // Every text cut at every byte, and with every byte taken out or changed.
        for at in 0..text.len() {
            json::holds(&text[..at]);
            let mut changed = text.to_vec();
            changed.remove(at);
            json::holds(&changed);
            for byte in [b'"', b'0', b'e', b'}', b',', b'\\', 0x00, 0xff] {
                let mut changed = text.to_vec();
                changed[at] = byte;
                json::holds(&changed);
            }
        }
    }
}
