//! Defines [`MockRequest`] and [`MockResponse`]: what the reference server is asked, and
//! what it answers.

use super::fault::Wire;
use super::variant::Variant;
use crate::contract::Location;
use serde_json::Value;

/// Path and query parameters of a request, decoded: where, name, value.
pub(super) type Parameters = [(Location, String, String)];

/// Who may ask for what.
#[derive(Clone, Debug)]
pub struct Access {
    /// The token that is valid.
    pub token: String,
    /// The project that it belongs to.
    pub project_id: String,
    /// A project of another tenant.
    pub foreign_project_id: String,
}

/// A request as the server sees it.
#[derive(Clone, Debug, Default)]
pub struct MockRequest {
    /// HTTP method.
    pub method: String,
    /// Path as sent, percent-encoded.
    pub path: String,
    /// Query as sent.
    pub query: String,
    /// Header fields with their spelling, where the server sees it.
    pub headers: Vec<(String, String)>,
    /// Body, where the server reads it.
    pub body: Vec<u8>,
}

impl MockRequest {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A reply, and what is to happen to it on its way.
#[derive(Clone, Debug)]
pub struct MockResponse {
    /// Status code.
    pub status: u16,
    /// Header fields but for framing.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What the wire does to it.
    pub wire: Option<Wire>,
    /// What a conforming wire does to it.
    pub variant: Variant,
    /// Whether the fault changed this reply.
    pub is_faulty: bool,
}

/// A reply with a JSON body, by a server without faults.
pub(super) fn json_answer(status: u16, value: &Value) -> MockResponse {
    let mut answer = plain(status, &value.to_string(), Variant::Open);
    answer.headers = vec![("content-type".into(), "application/json".into())];
    answer
}

/// A reply of plain text.
pub(super) fn plain(status: u16, text: &str, variant: Variant) -> MockResponse {
    let headers = if text.is_empty() {
        Vec::new()
    } else {
        vec![("content-type".to_owned(), "text/plain".to_owned())]
    };
    MockResponse {
        status,
        headers,
        body: text.as_bytes().to_vec(),
        wire: None,
        variant,
        is_faulty: false,
    }
}

/// The segments of a path as sent: an encoded slash stays inside its segment.
pub(super) fn segments(path: &str) -> Vec<&str> {
    match path {
        "/" => Vec::new(),
        path => path.split('/').skip(1).collect(),
    }
}

/// What a percent-encoded text stands for.
pub(super) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}
