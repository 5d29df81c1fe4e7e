//! Defines [`Exchange`]: a request as sent and what came back, plain data.
//! It performs no I/O and draws no conclusions.

mod header;
mod limits;
mod needle;
mod record;
mod redact;
mod request;
mod response;
mod signature;
mod travel;
mod unescape;
mod view;

pub use header::{Header, HeaderValue};
pub use limits::{Limit, Limits, Unusable, as_size};
pub use record::{
    FORMAT as RECORD_FORMAT, RecordFooter, RecordHeader, RecordLine, RecordedOutcome,
    RecordedRequest, SIGNED,
};
pub use redact::Redactor;
pub use request::{Request, percent_encode, percent_encoded};
pub use response::{BodyEnd, NoReply, Outcome, Response};
pub use signature::{Sign, Signing, Unsigned};
pub use travel::{HeaderNames, HttpVersion, Travel, Writing};

use std::sync::Arc;
use std::time::Duration;

/// A request and its outcome.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What was sent.
    pub request: Arc<Request>,
    /// What came back.
    pub outcome: Outcome,
    /// Attempts before the last one: throttled, or closed on a reused connection.
    pub retries: u32,
    /// From the first byte sent to the last byte read, waits included.
    pub elapsed: Duration,
}

impl Exchange {
    /// Whether a reply came, to its end.
    pub fn is_complete(&self) -> bool {
        matches!(&self.outcome, Outcome::Reply(response) if response.end == BodyEnd::Complete)
    }

    /// The status that came back, if a reply did.
    pub fn status(&self) -> Option<u16> {
        match &self.outcome {
            Outcome::Reply(response) => Some(response.status),
            Outcome::NoReply(_) => None,
        }
    }
}
