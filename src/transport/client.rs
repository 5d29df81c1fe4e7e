//! Makes clients of `reqwest` from settings, their requests from ours, and our replies
//! from theirs. What it takes to get an exchange done is decided elsewhere.

use super::body;
use super::cause::root_cause;
use super::parallel::MAX_AT_ONCE;
use super::settings::{Settings, parse_proxy};
use super::tls::Pem;
use super::turn;
use super::watch::Watched;
use crate::error::{Error, Result};
use crate::exchange::{
    BodyEnd, HeaderNames, HttpVersion, Limits, Request, Response, Unsigned, as_size,
};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, Entry, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Identity, Method, Proxy, Version};
use secrecy::{ExposeSecret, SecretString};
use std::time::{Duration, SystemTime};
use url::Url;

/// Names this program to the target where nothing else is asked for.
pub(super) const USER_AGENT: &str = concat!("conformant/", env!("CARGO_PKG_VERSION"));

/// A client for `settings` that spells header names as told and keeps at most so many
/// idle connections.
pub(super) fn client(
    settings: &Settings,
    names: HeaderNames,
    kept: usize,
) -> Result<Client, String> {
    let builder = configured(settings)
        .map_err(|error| error.to_string())?
        .pool_max_idle_per_host(kept);
    let builder = match names {
        HeaderNames::Lower => builder,
        _ => builder.http1_title_case_headers(),
    };
    builder.build().map_err(|error| root_cause(&error))
}

pub(super) fn response(reply: &reqwest::Response, body: Vec<u8>, end: BodyEnd) -> Response {
    Response {
        status: reply.status().as_u16(),
        headers: reply
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect(),
        body,
        end,
    }
}

pub(super) fn prepare(
    base: &Url,
    request: &Request,
    body: Option<&SecretString>,
) -> Result<reqwest::Request, String> {
    let url = joined(base, &request.sent_path());
    let method =
        Method::from_bytes(request.method.as_bytes()).map_err(|error| error.to_string())?;
    let body = body
        .map(ExposeSecret::expose_secret)
        .or(request.body.as_deref())
        .unwrap_or_default();
    let signature = request.signing.as_ref().map(|signing| {
        let host = url.host_str().unwrap_or_default();
        let host = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let unsigned = Unsigned {
            method: &request.method,
            host: &host,
            path: url.path(),
            query: url.query().unwrap_or_default(),
            body: body.as_bytes(),
        };
        signing.signer.headers(&unsigned, SystemTime::now())
    });
    let mut headers = HeaderMap::with_capacity(request.headers.len());
    for header in request.headers.iter().chain(signature.iter().flatten()) {
        let name =
            HeaderName::from_bytes(header.name.as_bytes()).map_err(|error| error.to_string())?;
        let mut value =
            HeaderValue::from_bytes(header.value.expose().as_bytes()).map_err(|_| {
                format!(
                    "the value of {} holds a character that no header can",
                    header.name
                )
            })?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    if body.is_empty() && matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") {
        // These methods anticipate content: that there is none is said (RFC 9110 section 8.6).
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    match headers.entry(ACCEPT_ENCODING) {
        Entry::Vacant(none) => {
            none.insert(HeaderValue::from_static(body::ACCEPTED));
        }
        // Asked for by name, and to be left out.
        Entry::Occupied(own) if own.get().is_empty() => {
            own.remove();
        }
        Entry::Occupied(_) => {}
    }
    let mut prepared = reqwest::Request::new(method, url);
    if request.travel.http_version == HttpVersion::One {
        *prepared.version_mut() = Version::HTTP_10;
    }
    *prepared.headers_mut() = headers;
    if !body.is_empty() {
        *prepared.body_mut() = Some(body.to_owned().into());
    }
    Ok(prepared)
}

/// The address of a request. The base is not parsed again: that would cost more than
/// all the rest of preparing a request.
fn joined(base: &Url, path_and_query: &str) -> Url {
    let (path, query) = match path_and_query.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path_and_query, None),
    };
    let mut url = base.clone();
    match base.path().trim_end_matches('/') {
        "" => url.set_path(path),
        prefix => url.set_path(&format!("{prefix}{path}")),
    }
    url.set_query(query);
    url
}

/// A client for `settings`, certificates and proxy checked.
pub(super) fn configured(settings: &Settings) -> Result<ClientBuilder> {
    let mut builder = builder(settings);
    let unusable =
        |pem: &Pem, what: String, remedy: &str| Error::input(&pem.path, what, remedy.to_owned());
    if let Some(pem) = &settings.tls.ca {
        let remedy = "give certificates in PEM: -----BEGIN CERTIFICATE----- …";
        let certificates = Certificate::from_pem_bundle(pem.text.expose_secret().as_bytes())
            .map_err(|error| unusable(pem, root_cause(&error), remedy))?;
        if certificates.is_empty() {
            return Err(unusable(
                pem,
                "the file holds no certificate".into(),
                remedy,
            ));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    if let Some((certificate, key)) = &settings.tls.identity {
        let both = SecretString::from(format!(
            "{}\n{}",
            certificate.text.expose_secret(),
            key.text.expose_secret()
        ));
        let identity = Identity::from_pem(both.expose_secret().as_bytes()).map_err(|error| {
            unusable(
                certificate,
                format!("no client certificate with its key: {}", root_cause(&error)),
                "give a certificate and its unencrypted key, both in PEM",
            )
        })?;
        builder = builder.identity(identity);
    }
    // A plain address speaks no TLS, and nothing leads away from it: a system without
    // any trusted certificates must do.
    let is_plain = settings.base_url.starts_with("http://") && settings.proxy.is_none();
    if settings.tls.insecure || is_plain {
        builder = builder.tls_danger_accept_invalid_certs(true);
    }
    if let Some(address) = &settings.proxy {
        let proxy = Proxy::all(parse_proxy(address)?)
            .map_err(|error| Error::input("--proxy", root_cause(&error), ""))?;
        builder = builder.proxy(proxy);
    }
    Ok(builder)
}

fn builder(settings: &Settings) -> ClientBuilder {
    // The first caller installs the provider; later ones find it there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let limits = &settings.limits;
    let head_bytes = u32::try_from(limits.head_bytes).unwrap_or(u32::MAX);
    // Bodies that wait for their turn must leave room in the connection for the one whose
    // turn it is (RFC 9113 section 5.2).
    let at_once = settings.concurrency.unwrap_or(MAX_AT_ONCE);
    let window = u32::try_from(turn::ahead(at_once)).unwrap_or(u32::MAX);
    let streams = u32::try_from(at_once).unwrap_or(u32::MAX);
    let builder = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout((settings.timeout).min(Duration::from_millis(limits.connect_ms)))
        .http2_max_header_list_size(head_bytes)
        .http2_initial_stream_window_size(window)
        .http2_initial_connection_window_size(window.saturating_mul(streams.saturating_add(1)))
        // A folded line is read as one with spaces in its place (RFC 9112 section 5.2).
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .user_agent(settings.user_agent.as_deref().unwrap_or(USER_AGENT))
        .connector_layer(tower::layer::layer_fn(Watched));
    if limits.headers == Limits::default().headers {
        // hyper's own bound, for which it has a place ready.
        return builder;
    }
    builder.http1_max_headers(as_size(limits.headers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_gives_what_parsing_the_whole_address_would() {
        for base in [
            "http://127.0.0.1:8080",
            "http://example.com/",
            "https://[::1]:8443/api/v1/",
            "https://xn--bcher-kva.example/a%20b",
        ] {
            let parsed = Url::parse(base).unwrap();
            for path in [
                "/",
                "/v3/0f%2F%00%25/audit/%E5%AE%A1",
                "/v3/a?x=1&y=%26%3F&z=?",
                "/v3/a?",
                "/v3//b/../c/./d",
                "/v3/%2e%2e/c",
            ] {
                let whole = format!("{}{path}", parsed.as_str().trim_end_matches('/'));
                assert_eq!(
                    joined(&parsed, path),
                    Url::parse(&whole).unwrap(),
                    "{whole}"
                );
            }
        }
    }
}
