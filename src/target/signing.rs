//! Defines [`Signer`]: signs requests by the scheme
//! [`signature`](crate::profile::signature), as the cloud's own clients do in place of
//! sending a token.
//!
//! The canonical request is: method, path (percent-encoded by segment, with a slash
//! at its end), sorted query, the signed header fields, their names, and the SHA-256
//! of the body, one a line. Its hash is signed together with the date.

use crate::digest::{Sha256, hex};
use crate::exchange::{Header, HeaderValue, Sign, Unsigned, percent_encode};
use crate::profile::signature::{ALGORITHM, DATE, DATE_SIGNED, SIGNATURE};
use chrono::{DateTime, Utc};
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

/// Stands for the date until a shell fills it in.
const LATER: &str = "\u{1}";

/// Signs with one key.
#[derive(Debug)]
pub struct Signer {
    ak: String,
    key: SecretString,
    shell: String,
    age: Duration,
}

impl Signer {
    /// Signs for the access key `ak` with `key`, which a shell writes as the
    /// double-quoted word `shell`; the date is `age` in the past.
    pub fn new(ak: String, key: SecretString, shell: String, age: Duration) -> Self {
        Self {
            ak,
            key,
            shell,
            age,
        }
    }

    fn authorization(&self, canonical: &str, signed: &str, date: &str) -> String {
        let text = format!("{ALGORITHM}\n{date}\n{}", sha256(canonical.as_bytes()));
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.key.expose_secret().as_bytes());
        let signature = hex(hmac::sign(&key, text.as_bytes()).as_ref());
        format!(
            "{ALGORITHM} Access={}, SignedHeaders={signed}, Signature={signature}",
            self.ak
        )
    }
}

impl Sign for Signer {
    fn headers(&self, unsigned: &Unsigned<'_>, now: SystemTime) -> Vec<Header> {
        let date = date(now.checked_sub(self.age).unwrap_or(now));
        let fields = [("host", unsigned.host), (DATE_SIGNED, date.as_str())];
        let (canonical, signed) = canonical(unsigned, &fields);
        let authorization = self.authorization(&canonical, &signed, &date);
        vec![
            Header {
                name: DATE.into(),
                value: HeaderValue::Plain(date),
            },
            Header {
                name: SIGNATURE.into(),
                value: HeaderValue::Secret {
                    prefix: String::new(),
                    value: authorization.into(),
                    shell: String::new(),
                    recipe: String::new(),
                },
            },
        ]
    }

    fn shell(&self, unsigned: &Unsigned<'_>) -> (String, Vec<String>) {
        let fields = [("host", unsigned.host), (DATE_SIGNED, LATER)];
        let (canonical, signed) = canonical(unsigned, &fields);
        // As a format of printf, in single quotes.
        let canonical = canonical
            .replace('%', "%%")
            .replace(LATER, "%s")
            .replace('\n', "\\n")
            .replace('\'', r"'\''");
        let ago = match self.age.as_secs() {
            0 => String::new(),
            seconds => format!(" -d '-{seconds} seconds'"),
        };
        let words = format!(
            "D=$(date -u{ago} +%Y%m%dT%H%M%SZ); \
             H=$(printf '{canonical}' \"$D\" | sha256sum | cut -c1-64); \
             S=$(printf '{ALGORITHM}\\n%s\\n%s' \"$D\" \"$H\" | openssl dgst -sha256 -hmac \"{}\" | sed 's/.* //'); ",
            self.shell
        );
        let authorization = format!(
            "{SIGNATURE}: {ALGORITHM} Access=$CONFORMANT_AK, SignedHeaders={signed}, Signature=$S"
        );
        (words, vec![format!("{DATE}: $D"), authorization])
    }
}

/// The canonical request and the names of the signed fields, which are given in
/// lower case and sorted.
fn canonical(unsigned: &Unsigned<'_>, fields: &[(&str, &str)]) -> (String, String) {
    let mut text = format!("{}\n", unsigned.method);
    for segment in unsigned.path.trim_end_matches('/').split('/').skip(1) {
        let _ = write!(text, "/{}", recoded(segment));
    }
    text.push_str("/\n");
    let mut query: Vec<(String, String)> = unsigned
        .query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (recoded(name), recoded(value))
        })
        .collect();
    query.sort();
    let query: Vec<String> = query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let _ = writeln!(text, "{}", query.join("&"));
    for (name, value) in fields {
        let _ = writeln!(text, "{name}:{}", value.trim());
    }
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let signed = names.join(";");
    let _ = write!(text, "\n{signed}\n{}", sha256(unsigned.body));
    (text, signed)
}

/// The one percent-encoding that is signed, whichever was sent.
fn recoded(text: &str) -> String {
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(text).collect();
    match std::str::from_utf8(&bytes) {
        Ok(decoded) => percent_encode(decoded),
        Err(_) => text.to_owned(),
    }
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// `20191115T033655Z`
fn date(time: SystemTime) -> String {
    DateTime::<Utc>::from(time)
        .format("%Y%m%dT%H%M%SZ")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vector_is_signed_as_published() {
        let unsigned = Unsigned {
            method: "GET",
            host: "service.region.example.com",
            path: "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
            query: "limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
            body: &[],
        };
        let fields = [
            ("content-type", "application/json"),
            ("host", unsigned.host),
            ("x-sdk-date", "20191115T033655Z"),
        ];
        let (canonical, signed) = canonical(&unsigned, &fields);
        assert_eq!(
            sha256(canonical.as_bytes()),
            "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a"
        );
        let signer = Signer::new(
            "QTWAOYTTINDUT2QVKYUC".into(),
            SecretString::from("MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc".to_owned()),
            String::new(),
            Duration::ZERO,
        );
        assert_eq!(
            signer.authorization(&canonical, &signed, "20191115T033655Z"),
            "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, \
             Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"
        );
    }

    #[test]
    fn dates_are_civil() {
        for (seconds, text) in [
            (0, "19700101T000000Z"),
            (951_782_400, "20000229T000000Z"),
            (1_573_789_015, "20191115T033655Z"),
            (4_107_542_399, "21000228T235959Z"),
            (4_107_542_400, "21000301T000000Z"),
        ] {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(date(time), text);
        }
    }

    #[test]
    fn paths_and_queries_are_canonical() {
        let unsigned = Unsigned {
            method: "GET",
            host: "h",
            path: "/a%2fb/%41%7e/",
            query: "b=2&a=%2b&a=",
            body: &[],
        };
        let (canonical, _) = canonical(&unsigned, &[("host", "h")]);
        assert!(
            canonical.starts_with("GET\n/a%2Fb/A~/\na=&a=%2B&b=2\nhost:h\n\nhost\ne3b0c442"),
            "{canonical}"
        );
    }
}
