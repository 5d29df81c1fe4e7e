//! Defines [`Request`]: one request, ready to be sent, its secrets still sealed.

use super::header::{Header, HeaderValue};
use super::signature::{Signing, Unsigned};
use super::travel::{HttpVersion, Travel};
use crate::contract::Location;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Everything but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Percent-encodes one path segment or query component.
pub fn percent_encode(text: &str) -> String {
    percent_encoded(text).collect()
}

/// The pieces of the same.
pub fn percent_encoded(text: &str) -> impl Iterator<Item = &str> {
    utf8_percent_encode(text, RESERVED)
}

/// A request ready to be sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// HTTP method.
    pub method: String,
    /// Percent-encoded path and query, relative to the target's base URL.
    pub path_and_query: String,
    /// A query parameter that is made from a secret; it comes last.
    pub secret_query: Option<Box<Header>>,
    /// Header fields in order.
    pub headers: Vec<Header>,
    /// How it travels.
    pub travel: Travel,
    /// Path and query parameters before encoding, for echoes.
    pub values: Vec<(Location, String, String)>,
    /// The body as sent.
    pub body: Option<String>,
    /// What signs it at the moment of sending.
    pub signing: Option<Signing>,
}

impl Request {
    /// The value of a parameter as sent, before encoding.
    pub fn value(&self, location: Location, name: &str) -> Option<&str> {
        if location == Location::Header {
            return self
                .headers
                .iter()
                .find(|header| header.name.eq_ignore_ascii_case(name))
                .and_then(|header| match &header.value {
                    HeaderValue::Plain(text) => Some(text.as_str()),
                    HeaderValue::Secret { .. } => None,
                });
        }
        self.values
            .iter()
            .find(|(place, parameter, _)| *place == location && parameter == name)
            .map(|(_, _, value)| value.as_str())
    }

    /// Path and query as they are shown: a secret stands as a shell writes it.
    pub fn shown_path(&self) -> String {
        match &self.secret_query {
            None => self.path_and_query.clone(),
            Some(query) => {
                let shown = match &query.value {
                    HeaderValue::Plain(text) => percent_encode(text),
                    secret => secret.shown().into_owned(),
                };
                self.with_query(&query.name, &shown)
            }
        }
    }

    /// Path and query with one more parameter, its value percent-encoded already.
    fn with_query(&self, name: &str, value: &str) -> String {
        let path = &self.path_and_query;
        let separator = if path.contains('?') { '&' } else { '?' };
        format!("{path}{separator}{}={value}", percent_encode(name))
    }

    /// Path and query as they travel.
    pub fn sent_path(&self) -> Cow<'_, str> {
        match &self.secret_query {
            None => Cow::Borrowed(&self.path_and_query),
            Some(query) => {
                let value = percent_encode(&query.value.expose());
                Cow::Owned(self.with_query(&query.name, &value))
            }
        }
    }

    /// A `curl` line that sends this request; the token appears as `$CONFORMANT_TOKEN`.
    pub fn curl(&self, base_url: &str) -> String {
        let url = format!("{}{}", base_url.trim_end_matches('/'), self.shown_path());
        let (mut line, signature) = match &self.signing {
            None => (String::new(), Vec::new()),
            Some(signing) => {
                let (host, path, query) = parts(&url);
                signing.signer.shell(&Unsigned {
                    method: &self.method,
                    host,
                    path,
                    query,
                    body: self.body.as_deref().unwrap_or_default().as_bytes(),
                })
            }
        };
        line.push_str("curl -sS -i");
        if self.travel.http_version == HttpVersion::One {
            line.push_str(" --http1.0");
        }
        if self.method != "GET" {
            let _ = write!(line, " -X {}", self.method);
        }
        for header in &self.headers {
            let name = self.travel.header_names.spell(&header.name);
            let _ = match &header.value {
                // curl sends none by itself.
                HeaderValue::Plain(value)
                    if value.is_empty() && name.eq_ignore_ascii_case("Accept-Encoding") =>
                {
                    continue;
                }
                HeaderValue::Plain(value) if value.is_empty() => {
                    write!(line, " -H {}", single_quoted(&format!("{name};")))
                }
                HeaderValue::Plain(value) => {
                    write!(line, " -H {}", single_quoted(&format!("{name}: {value}")))
                }
                secret => write!(line, " -H \"{name}: {}\"", secret.shown()),
            };
        }
        for header in signature {
            let _ = write!(line, " -H \"{header}\"");
        }
        if let Some(body) = &self.body {
            let _ = write!(line, " --data-binary {}", single_quoted(body));
        }
        // In double quotes a shell fills in the secret; nothing else in an address is its.
        let _ = match self.secret_query {
            None => write!(line, " {}", single_quoted(&url)),
            Some(_) => write!(line, " \"{url}\""),
        };
        line
    }
}

/// Host with port, path, and query of an address.
fn parts(url: &str) -> (&str, &str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let at = rest.find('/').unwrap_or(rest.len());
    (&rest[..at], &rest[at..], query)
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curl_line_quotes_and_hides() {
        let request = Request {
            method: "GET".into(),
            path_and_query: format!("/v3/{}", percent_encode("it's%\0")),
            secret_query: None,
            headers: vec![
                Header {
                    name: "X-Auth-Token".into(),
                    value: HeaderValue::Secret {
                        prefix: String::new(),
                        value: "hunter2".to_owned().into(),
                        shell: "${CONFORMANT_TOKEN}x".into(),
                        recipe: String::new(),
                    },
                },
                Header {
                    name: "Prefer".into(),
                    value: HeaderValue::Plain("code='500'".into()),
                },
            ],
            travel: Travel::default(),
            values: Vec::new(),
            body: None,
            signing: None,
        };
        let line = request.curl("http://h/");
        assert_eq!(
            line,
            r#"curl -sS -i -H "X-Auth-Token: ${CONFORMANT_TOKEN}x" -H 'Prefer: code='\''500'\''' 'http://h/v3/it%27s%25%00'"#
        );
        assert!(!format!("{request:?}").contains("hunter2"));
    }
}
