//! Tells an answer of the layer in front of a service (a proxy, a gateway, the HTTP server
//! itself) from one of the service: where a request is of a kind that such layers refuse,
//! their refusal proves nothing about the service.

use crate::contract::Contract;
use crate::exchange::{Header, Request, Response};
use crate::status::{self, REFUSALS_OF_A_LAYER};
use percent_encoding::percent_decode_str;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;

/// Longest path and query that every layer passes on, in characters.
const MAX_PATH: usize = 2_000;
/// Most bytes of header fields that every layer passes on.
const MAX_HEADERS: usize = 8 * 1024;
/// A longer head may be refused by a status that says so, and by no other.
const LONG_HEADERS: usize = 1024;
const LONG_PATH: usize = 1_000;

/// Layers that name themselves, as they stand in `Server` and in pages of theirs.
const PRODUCTS: [&str; 16] = [
    "openresty",
    "nginx",
    "envoy",
    "cloudflare",
    "cloudfront",
    "awselb",
    "apache",
    "haproxy",
    "caddy",
    "traefik",
    "kong",
    "varnish",
    "gunicorn",
    "cheroot",
    "werkzeug",
    "uvicorn",
];

/// What about a request may keep it from the service; `None` where every layer passes
/// it on.
pub(super) fn unusual(request: &Request) -> Option<Unusual> {
    let target = &request.path_and_query;
    let path = target.split('?').next().unwrap_or_default();
    let holds = |escapes: &[&str]| {
        let path = path.to_ascii_lowercase();
        escapes.iter().any(|escape| path.contains(escape))
    };
    let fields = request.headers.iter();
    let headers: usize = fields
        .map(|header| header.name.len() + header.value.expose().len())
        .sum();
    let is_plain = |header: &Header| {
        let value = header.value.expose();
        value
            .bytes()
            .all(|byte| byte.is_ascii() && !byte.is_ascii_control())
    };
    let (what, form) = if target.len() > MAX_PATH {
        ("a path of over 2,000 characters", Form::Long)
    } else if headers > MAX_HEADERS {
        ("header fields of over 8 KiB", Form::Long)
    } else if holds(&["%2f", "%5c"]) {
        ("an encoded slash", Form::Route)
    } else if holds_control(target) {
        ("a control character", Form::Characters)
    } else if holds_bad_escape(target) {
        ("a percent sign that encodes nothing", Form::Characters)
    } else if percent_decode_str(target).decode_utf8().is_err()
        || !request.headers.iter().all(is_plain)
    {
        (
            "control characters or bytes beyond ASCII that are not encoded, or are no UTF-8",
            Form::Characters,
        )
    } else if holds(&["%25", "%0a", "%0d", "%3b", "%7b", "%7d"]) {
        (
            "an encoded percent sign, line break, semicolon or brace",
            Form::Characters,
        )
    } else if request.headers.iter().any(is_of_another_type) {
        ("another media type than JSON", Form::MediaType)
    } else if headers > LONG_HEADERS || target.len() > LONG_PATH {
        ("a head of over 1 KiB", Form::Longer)
    } else {
        return None;
    };
    Some(Unusual { what, form })
}

/// Whether this field says that the body is no plain JSON.
fn is_of_another_type(header: &Header) -> bool {
    let value = header.value.expose().to_ascii_lowercase();
    let (essence, parameters) = value.split_once(';').unwrap_or((&value, ""));
    let is_json =
        essence.trim() == "application/json" && matches!(parameters.trim(), "" | "charset=utf-8");
    header.name.eq_ignore_ascii_case("content-type") && !is_json
}

/// Whether what is percent-encoded holds a control character of ASCII.
fn holds_control(target: &str) -> bool {
    target.contains('%') && percent_decode_str(target).any(|byte| byte.is_ascii_control())
}

/// Whether a percent sign has no two hexadecimal digits behind it.
fn holds_bad_escape(target: &str) -> bool {
    let mut escapes = target.split('%').skip(1);
    let is_escape = |rest: &str| {
        let digits = rest.bytes().take(2);
        digits.filter(u8::is_ascii_hexdigit).count() == 2
    };
    !escapes.all(is_escape)
}

/// Why a request need not reach the service.
pub(super) struct Unusual {
    /// What is unusual about it.
    pub(super) what: &'static str,
    form: Form,
}

/// What kind of thing is unusual about a request.
#[derive(PartialEq)]
enum Form {
    /// Its length, which every layer bounds somewhere.
    Long,
    /// Its length, which some layers do not take.
    Longer,
    /// What routers read as another path.
    Route,
    /// What firewalls and parsers refuse.
    Characters,
    /// Its media type, which frameworks look at before a service does.
    MediaType,
}

impl Unusual {
    /// Whether this reply may come from such a layer: its status says so, or nothing shows
    /// the service's hand in it.
    pub(super) fn explains(&self, response: &Response, contract: &Contract) -> bool {
        let says_so = match response.status {
            status::URI_TOO_LONG
            | status::CONTENT_TOO_LARGE
            | status::REQUEST_HEADER_FIELDS_TOO_LARGE => {
                matches!(self.form, Form::Long | Form::Longer)
            }
            status::BAD_REQUEST => self.form == Form::Characters,
            status::UNSUPPORTED_MEDIA_TYPE => self.form == Form::MediaType,
            status::NOT_FOUND => self.form == Form::Route,
            _ => false,
        };
        says_so || self.form != Form::Longer && is_of_layer(response, contract)
    }
}

/// Whether a reply is a refusal without any member that the page documents, so that
/// nothing shows the service's hand in it.
fn is_of_layer(response: &Response, contract: &Contract) -> bool {
    if !REFUSALS_OF_A_LAYER.contains(&response.status) {
        return false;
    }
    let documented: BTreeSet<&str> = contract
        .responses
        .values()
        .filter_map(|response| response.body.as_ref())
        .flat_map(|body| body.fields.iter().map(|field| field.name.as_str()))
        .collect();
    // Nothing of it is kept: values take many times their text, and so do many names.
    let mut reader = serde_json::Deserializer::from_slice(&response.body);
    let names = Names(&documented).deserialize(&mut reader);
    let is_documented = names.and_then(|found| reader.end().map(|()| found));
    !is_documented.unwrap_or(false)
}

/// Whether an object has a member with one of these names.
struct Names<'a>(&'a BTreeSet<&'a str>);

impl<'de> DeserializeSeed<'de> for Names<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<bool, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Names<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some((name, _)) = members.next_entry::<String, IgnoredAny>()? {
            found |= self.0.contains(name.as_str());
        }
        Ok(found)
    }
}

/// The layer by its name, where it is a well-known one.
pub(super) fn name(response: &Response) -> &'static str {
    let told: Vec<String> = response
        .header("server")
        .chain(response.header("via"))
        .map(|value| String::from_utf8_lossy(value).to_ascii_lowercase())
        .collect();
    PRODUCTS
        .into_iter()
        .find(|product| told.iter().any(|text| text.contains(product)))
        .unwrap_or("the layer in front of the service")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{HeaderValue, Travel};

    fn what(target: &str, header: (&str, &str)) -> &'static str {
        let request = Request {
            method: "POST".into(),
            path_and_query: target.into(),
            secret_query: None,
            headers: vec![Header {
                name: header.0.into(),
                value: HeaderValue::Plain(header.1.into()),
            }],
            travel: Travel::default(),
            values: Vec::new(),
            body: None,
            signing: None,
        };
        unusual(&request).map_or("nothing", |unusual| unusual.what)
    }

    #[test]
    fn what_a_layer_may_refuse_is_told_from_what_it_passes_on() {
        let json = ("Content-Type", "application/json; charset=UTF-8");
        for (target, header, wanted) in [
            ("/v3/a%20b/%E5%AE%A1?x=1", json, "nothing"),
            ("/v3/a%09b", json, "a control character"),
            ("/v3/a%7F", json, "a control character"),
            ("/v3/a%zz", json, "a percent sign that encodes nothing"),
            ("/v3/a?x=%", json, "a percent sign that encodes nothing"),
            ("/v3/a%2Fb", json, "an encoded slash"),
            (
                "/v3/a",
                ("Content-Type", "text/plain"),
                "another media type than JSON",
            ),
        ] {
            assert_eq!(what(target, header), wanted, "{target} {header:?}");
        }
        let tab = what("/v3/a", ("X-Auth-Token", "a\tb"));
        assert!(tab.starts_with("control characters"), "{tab}");
    }
}
