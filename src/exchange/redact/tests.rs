//! Every form of a secret is found, whole and in parts, and ordinary text stays.

use super::*;
use crate::digest::hex;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

fn base32(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let bits: Vec<char> = bits.chars().collect();
    bits.chunks(5)
        .map(|five| {
            let five: String = five.iter().collect();
            let value = usize::from_str_radix(&format!("{five:0<5}"), 2).unwrap();
            char::from(alphabet[value])
        })
        .collect()
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE32_HEX: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";

fn in_chunks(text: &str, of: usize, between: &str) -> String {
    let chunks = text.as_bytes().chunks(of);
    let chunks: Vec<_> = chunks.map(String::from_utf8_lossy).collect();
    chunks.join(between)
}

fn each(text: &str, code: impl Fn(u8) -> String) -> String {
    text.bytes().map(code).collect()
}

fn every_form(text: &str) -> Vec<String> {
    let percent = each(text, |byte| format!("%{byte:02x}"));
    let unicode = each(text, |byte| format!("\\u{byte:04X}"));
    let decimal = each(text, |byte| format!("&#{byte};"));
    let base64 = STANDARD.encode(text);
    let in_hex = hex(text.as_bytes());
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    vec![
        text.to_owned(),
        text.to_uppercase(),
        text.chars().rev().collect(),
        percent.replace('%', "%25"),
        percent.to_uppercase(),
        percent,
        serde_json::to_string(text).unwrap(),
        unicode.replace('\\', "\\\\"),
        unicode,
        each(text, |byte| format!("\\x{byte:02x}")),
        each(text, |byte| format!("&#x{byte:X};")),
        decimal.replace('&', "&amp;"),
        decimal,
        each(text, |byte| format!("{}\0", char::from(byte))),
        each(text, |byte| format!("\\u0000{}", char::from(byte))),
        each(text, |byte| format!("\\{byte:03o}")),
        each(text, |byte| format!("\\U{byte:08x}")),
        each(text, |byte| format!("&#{byte}")),
        each(text, |byte| format!("&#x{byte:x}")),
        each(text, |byte| format!("{}\\0", char::from(byte))),
        each(text, |byte| format!("\\0{}", char::from(byte))),
        in_hex.to_uppercase(),
        in_chunks(&in_hex, 2, " "),
        in_chunks(&in_hex, 2, ":"),
        in_chunks(&in_hex, 4, " "),
        each(text, |byte| format!("0x{byte:02X}, ")),
        in_hex,
        hex(&little),
        hex(&big),
        in_chunks(&hex(&little), 2, " "),
        base32(text.as_bytes(), BASE32),
        base32(text.as_bytes(), BASE32).to_lowercase(),
        base32(text.as_bytes(), BASE32_HEX),
        STANDARD.encode(&little),
        STANDARD.encode(&big),
        STANDARD.encode(text.to_ascii_uppercase()),
        STANDARD.encode(text.to_ascii_lowercase()),
        URL_SAFE.encode(text),
        in_chunks(&base64, 7, "\n"),
        in_chunks(&base64, 7, "\r\n  "),
        in_chunks(&base64, 7, "\\n"),
        in_chunks(&base64, 4, " "),
        in_chunks(&base64, 6, "\t"),
        in_chunks(&base64, 6, "\\t"),
        base64,
    ]
}

fn redactor(secret: &str) -> Redactor {
    Redactor::new([("CONFORMANT_TOKEN", &SecretString::from(secret.to_owned()))])
}

#[test]
fn every_form_of_a_secret_is_found_and_replaced() {
    for secret in [
        "tok/en+\"5f-0a1B2c3D",
        "a-token~with?odd>bytes&%7E\\x",
        "sh0rter",
    ] {
        let redactor = redactor(secret);
        for form in every_form(secret) {
            for (before, after) in [("", ""), ("before é ", " after"), ("{\"a\":\"", "\"}")] {
                let text = format!("{before}{form}{after}");
                assert!(redactor.finds(&text), "{secret} as {text}");
                assert!(redactor.guard("report", &text).is_err());
                let clean = redactor.text(&text);
                assert!(clean.contains("$CONFORMANT_TOKEN"), "{text}: {clean}");
                assert!(clean.starts_with(before), "{text}: {clean}");
                assert!(!redactor.finds(&clean), "{text}: {clean}");
            }
        }
        assert!(!redactor.finds("nothing here"));
        assert!(redactor.guard("report", "nothing here").is_ok());
    }
}

#[test]
fn text_around_a_secret_stays() {
    let redactor = redactor("tok/en+\"5f");
    for form in [
        "tok/en+\"5f",
        "tok%2Fen+%225F",
        "tok\\/en+\\\"5f",
        "\\u0074ok\\u002fen\\u002B\\\"5f",
        "TOK&sol;EN+&quot;5F",
    ] {
        let text = format!("before é\n{form}\\n\r\n after");
        let clean = redactor.text(&text);
        assert_eq!(clean, "before é\n$CONFORMANT_TOKEN\\n\r\n after");
    }
}

#[test]
fn a_secret_inside_of_an_encoded_text_is_found_at_every_alignment() {
    let secret = "a-token~with?odd>bytes";
    let redactor = redactor(secret);
    for before in ["", "a", "ab", "abc", "abcd", "user:"] {
        for after in ["", "z", "zz"] {
            for form in every_form(&format!("{before}{secret}{after}")) {
                assert!(redactor.finds(&form), "{form}");
                assert!(!redactor.finds(&redactor.text(&form)), "{form}");
            }
        }
    }
}

#[test]
fn no_eight_characters_of_a_secret_stay_in_text_from_outside() {
    let secret = "Zk3/qWx+Lm9_Tr5-Vb7";
    let redactor = redactor(secret);
    for begin in 0..=secret.len() - PARTIAL {
        let part = &secret[begin..begin + PARTIAL];
        for at in 0..6 {
            // Letters that stand in no part of the secret's codes.
            let text = format!("{}{part}!", &"??????"[..at]);
            for form in every_form(&text) {
                let clean = redactor.text(&form);
                assert!(clean.contains("$CONFORMANT_TOKEN"), "{form}: {clean}");
            }
        }
        assert!(!redactor.finds(part), "a part alone holds no report back");
        assert_eq!(redactor.own_text(part), part);
        assert_eq!(redactor.text(&part[1..]), part[1..], "seven may be a word");
    }
}

#[test]
fn words_of_our_own_are_no_parts_of_a_secret() {
    let redactor = redactor("conformant-Reference-Token");
    let line = "conformant: curl -H \"X: ${CONFORMANT_TOKEN}\"";
    assert_eq!(redactor.text(line), line);
    assert_eq!(redactor.text("Reference-"), "$CONFORMANT_TOKEN");
}

#[test]
fn a_short_secret_is_named_and_replaced_where_it_can_be() {
    let known = redactor("t-1234");
    assert_eq!(known.short(), ["CONFORMANT_TOKEN"]);
    assert_eq!(known.text("<T-1234>"), "<$CONFORMANT_TOKEN>");
    assert_eq!(known.text("<t-123>"), "<t-123>");
    let tiny = redactor("abc");
    assert_eq!(tiny.short(), ["CONFORMANT_TOKEN"]);
    assert_eq!(tiny.text("abc"), "abc");
    assert!(redactor("long-enough").short().is_empty());
    assert!(redactor("").short().is_empty());
}

#[test]
fn long_texts_are_searched_across_the_ends_of_blocks() {
    let secret = "Zk3/qWx+Lm9_Tr5-Vb7";
    let redactor = redactor(secret);
    for (filler, shift) in [("x", 0), ("x", 7), ("x", 20), ("%78", 9)] {
        let count = (BLOCK - shift) / filler.len();
        let text = format!("{}{secret}{}", filler.repeat(count), "y".repeat(400));
        assert!(redactor.finds(&text), "{filler} {shift}");
        let clean = redactor.text(&text);
        assert!(clean.contains("$CONFORMANT_TOKENy"), "{filler} {shift}");
    }
}

#[test]
fn repetition_takes_no_time() {
    let redactor = redactor(&"ab".repeat(4096));
    let text = "ab".repeat(50_000);
    assert!(redactor.text(&text).len() < 10_000);
    let nested = format!("%{}", "25".repeat(150_000));
    assert_eq!(redactor.text(&nested), nested);
}

#[test]
fn a_secret_learnt_later_is_known_to_clones() {
    let redactor = Redactor::default();
    let clone = redactor.clone();
    redactor.learn("LATER", &SecretString::from("second-token".to_owned()));
    assert_eq!(clone.text("<second-token>"), "<$LATER>");
}

#[test]
fn a_text_of_which_too_much_looks_like_a_secret_is_withheld() {
    let secret = "Qz7mWk2pLx9vRt4nHs6bYc3d";
    let redactor = redactor(secret);
    let withheld = |text: &str| {
        let clean = redactor.text(text);
        assert!(clean.contains(&format!("[{} bytes withheld", text.len())));
    };
    withheld(&secret[..8].repeat(1 << 20));
    withheld(&secret.repeat(20_000));
    let near = format!("{}!", &secret[..7]).repeat(1 << 20);
    let began = std::time::Instant::now();
    let clean = redactor.text(&near);
    assert!(clean == near || clean.contains("withheld"));
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    assert!(redactor.text(&secret.repeat(5_000)).len() > 80_000);
}

#[test]
fn a_code_is_found_behind_and_across_long_gaps() {
    let redactor = redactor("Zk3/qWx+Lm9_Tr5-Vb7");
    let code = in_chunks(&hex(b"Zk3/qWx+Lm9_Tr5-Vb7"), 2, " ");
    for filler in ["%20", "z", " ", "a,", "%7a"] {
        for shift in [0, 7, 31] {
            let text = format!("{}z{code}", filler.repeat(BLOCK / filler.len() - shift));
            assert!(redactor.finds(&text), "{filler} {shift}");
        }
    }
}

#[test]
fn an_excerpt_is_the_beginning_without_secrets() {
    let redactor = redactor("Zk3/qWx+Lm9_Tr5-Vb7");
    let long = format!("a Zk3/qWx+Lm9_Tr5-Vb7 {}", "x".repeat(2 * BLOCK));
    let (text, is_cut) = redactor.excerpt(long.as_bytes(), 22);
    assert_eq!((text.as_str(), is_cut), ("a $CONFORMANT_TOKEN xx", true));
    assert_eq!(redactor.excerpt(b"ab", 2), ("ab".to_owned(), false));
}
