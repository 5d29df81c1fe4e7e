//! Verifies signatures of the scheme [`signature`](crate::profile::signature) as a gateway
//! does. It shares no code with the client's own signing, which it is there to test.

use super::message::MockRequest;
use crate::digest::{Sha256, hex};
use crate::profile::signature::{ALGORITHM, DATE, DATE_SIGNED};
use chrono::NaiveDateTime;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use ring::hmac;
use std::fmt::Write as _;
use std::time::SystemTime;

/// Seconds that the date of a request may be off.
const MAX_SKEW: i64 = 15 * 60;
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Whether `authorization` is the signature of `asked` by this key, made now.
pub(super) fn holds(authorization: &str, asked: &MockRequest, ak: &str, sk: &str) -> bool {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let is_timely = asked
        .header(DATE)
        .and_then(seconds)
        .is_some_and(|date| (date - i64::try_from(now).unwrap_or(i64::MAX)).abs() <= MAX_SKEW);
    is_timely && is_signed(authorization, asked, ak, sk)
}

fn is_signed(authorization: &str, asked: &MockRequest, ak: &str, sk: &str) -> bool {
    let rest = authorization.strip_prefix(ALGORITHM);
    let Some(rest) = rest.and_then(|rest| rest.strip_prefix(' ')) else {
        return false;
    };
    let field = |name: &str| -> Option<&str> {
        rest.split(',')
            .filter_map(|part| part.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    };
    let (Some(access), Some(signed), Some(signature)) =
        (field("Access"), field("SignedHeaders"), field("Signature"))
    else {
        return false;
    };
    let names: Vec<&str> = signed.split(';').collect();
    // A signature that leaves host or date out could be used elsewhere, or for ever.
    if access != ak || !names.contains(&DATE_SIGNED) || !names.contains(&"host") {
        return false;
    }
    let Some(canonical) = canonical(asked, &names, signed) else {
        return false;
    };
    let date = asked.header(DATE).unwrap_or_default();
    let text = format!("{ALGORITHM}\n{date}\n{}", sha256(canonical.as_bytes()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, sk.as_bytes());
    unhex(signature).is_some_and(|bytes| hmac::verify(&key, text.as_bytes(), &bytes).is_ok())
}

fn canonical(asked: &MockRequest, names: &[&str], signed: &str) -> Option<String> {
    let segments: Vec<String> = asked.path.split('/').map(recoded).collect();
    let mut path = segments.join("/");
    if !path.ends_with('/') {
        path.push('/');
    }
    let mut query: Vec<(String, String)> = asked
        .query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (recoded(name), recoded(value)))
        .collect();
    query.sort();
    let query: Vec<String> = query
        .into_iter()
        .map(|(name, value)| name + "=" + &value)
        .collect();
    let mut text = format!("{}\n{path}\n{}\n", asked.method, query.join("&"));
    for name in names {
        let _ = writeln!(text, "{name}:{}", asked.header(name)?.trim());
    }
    let _ = write!(text, "\n{signed}\n{}", sha256(&asked.body));
    Some(text)
}

fn recoded(text: &str) -> String {
    let bytes: Vec<u8> = percent_decode_str(text).collect();
    percent_encode(&bytes, KEPT).to_string()
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..32)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok())
        .collect()
}

/// Seconds since 1970 of `20191115T033655Z`.
fn seconds(date: &str) -> Option<i64> {
    let time = NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ").ok()?;
    // The parser also takes signs, spaces and fewer digits.
    (date.len() == 16 && time.format("%Y%m%dT%H%M%SZ").to_string() == date)
        .then(|| time.and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> MockRequest {
        MockRequest {
            method: "GET".into(),
            path: "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs".into(),
            query: "limit=2&marker=13551d6b-755d-4757-b956-536f674975c0".into(),
            headers: [
                ("Content-Type", "application/json"),
                ("Host", "service.region.example.com"),
                ("X-Sdk-Date", "20191115T033655Z"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
            body: Vec::new(),
        }
    }

    const VECTOR: &str = "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe";
    const AK: &str = "QTWAOYTTINDUT2QVKYUC";
    const SK: &str = "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc";

    #[test]
    fn the_published_vector_holds_and_nothing_near_it() {
        assert!(is_signed(VECTOR, &asked(), AK, SK));
        assert!(!holds(VECTOR, &asked(), AK, SK), "its date is long past");
        assert!(!is_signed(VECTOR, &asked(), AK, "another"));
        assert!(!is_signed(VECTOR, &asked(), "another", SK));
        assert!(!is_signed(&VECTOR.replace("7be", "7bf"), &asked(), AK, SK));
        assert!(!is_signed(&VECTOR.replace(";host", ""), &asked(), AK, SK));
        let mut other = asked();
        other.query.push_str("&x=1");
        assert!(!is_signed(VECTOR, &other, AK, SK));
        let mut other = asked();
        other.body = b"x".to_vec();
        assert!(!is_signed(VECTOR, &other, AK, SK));
    }

    #[test]
    fn dates_are_read() {
        assert_eq!(seconds("19700101T000000Z"), Some(0));
        assert_eq!(seconds("20191115T033655Z"), Some(1_573_789_015));
        assert_eq!(seconds("20000229T000000Z"), Some(951_782_400));
        for wrong in [
            "",
            "20191115T033655",
            "20191315T033655Z",
            "2019-115T033655Z",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
