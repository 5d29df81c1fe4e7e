//! Defines [`Response`] and [`Outcome`]: what came back, as far as it came.

/// What became of a request.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A status line and headers arrived.
    Reply(Response),
    /// A connection was made, but no reply arrived on it.
    NoReply(NoReply),
}

/// Why no reply arrived on a connection that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoReply {
    /// Closed or reset before a whole reply head.
    Closed,
    /// Silent until the deadline.
    Silent,
    /// What arrived is no HTTP.
    NotHttp,
    /// More or larger header fields than the limits allow.
    HeadTooLarge,
}

/// How the body of a reply ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEnd {
    /// As its framing announced.
    Complete,
    /// The connection ended first.
    Truncated,
    /// Nothing more came until the deadline.
    Stalled,
    /// It passed the size bound and was given up.
    TooLarge,
    /// Its framing or its content coding is broken.
    Undecodable,
}

/// A reply.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its status code.
    pub status: u16,
    /// Header fields, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body after content decoding, as far as it came.
    pub body: Vec<u8>,
    /// How the body ended.
    pub end: BodyEnd,
}

impl Response {
    /// All values of a header field.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.headers
            .iter()
            .filter(move |(header, _)| header == name)
            .map(|(_, value)| value.as_slice())
    }
}
