//! Reads the body of a reply: within the bounds before and after content decoding, and
//! until a deadline.
//!
//! Decoding is done here and not by `reqwest`, since only so both sizes are bounded: a
//! stream of empty gzip blocks never gets larger on this side.

use super::cause::why_body_ended;
use super::turn;
use crate::exchange::{BodyEnd, Limits, as_size};
use flate2::write::MultiGzDecoder;
use reqwest::Response;
use reqwest::header::CONTENT_ENCODING;
use std::io::{self, Write};
use tokio::time::{Instant, timeout_at};

/// The content coding that is asked for.
pub(super) const ACCEPTED: &str = "gzip";

/// Reads the body of `reply` to its end, a bound, or the deadline; more than `ahead` bytes
/// of it once it is its turn.
pub(super) async fn read(
    reply: &mut Response,
    limits: &Limits,
    mut deadline: Instant,
    ahead: usize,
) -> (Vec<u8>, BodyEnd) {
    let most = as_size(limits.body_bytes);
    let Some(mut decoder) = Decoder::of(reply, most) else {
        return (Vec::new(), BodyEnd::Undecodable);
    };
    let mut travelled: u64 = 0;
    let mut has_come = false;
    let end = loop {
        if !has_come && decoder.held() > ahead {
            let now = Instant::now();
            turn::come().await;
            // It is not the target that made it wait.
            deadline += now.elapsed();
            has_come = true;
        }
        match timeout_at(deadline, reply.chunk()).await {
            Ok(Ok(Some(chunk))) => {
                travelled = travelled.saturating_add(chunk.len() as u64);
                if travelled > limits.wire_bytes {
                    break BodyEnd::TooLarge;
                }
                if let Err(end) = decoder.push(&chunk) {
                    break end;
                }
            }
            Ok(Ok(None)) => break decoder.end(travelled),
            Ok(Err(error)) => break why_body_ended(&error),
            Err(_) => break BodyEnd::Stalled,
        }
    };
    (decoder.into_body(), end)
}

enum Decoder {
    Identity(Bounded),
    Gzip(Box<MultiGzDecoder<Bounded>>),
}

impl Decoder {
    /// `None` where the body has a coding that was not asked for (RFC 9110 section 8.4).
    fn of(reply: &Response, most: usize) -> Option<Self> {
        let body = Bounded {
            bytes: Vec::new(),
            most,
        };
        let mut codings = Vec::new();
        for value in reply.headers().get_all(CONTENT_ENCODING) {
            codings.extend(
                value
                    .as_bytes()
                    .split(|byte| *byte == b',')
                    .map(|coding| coding.trim_ascii().to_ascii_lowercase())
                    .filter(|coding| !coding.is_empty() && coding != b"identity"),
            );
        }
        match codings.as_slice() {
            [] => Some(Self::Identity(body)),
            [one] if one == b"gzip" || one == b"x-gzip" => {
                Some(Self::Gzip(Box::new(MultiGzDecoder::new(body))))
            }
            _ => None,
        }
    }

    /// Bytes decoded so far.
    fn held(&self) -> usize {
        match self {
            Self::Identity(body) => body.bytes.len(),
            Self::Gzip(decoder) => decoder.get_ref().bytes.len(),
        }
    }

    fn push(&mut self, chunk: &[u8]) -> Result<(), BodyEnd> {
        let pushed = match self {
            Self::Identity(body) => body.write_all(chunk),
            Self::Gzip(decoder) => decoder.write_all(chunk),
        };
        pushed.map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => BodyEnd::TooLarge,
            _ => BodyEnd::Undecodable,
        })
    }

    /// How a body ended whose framing is whole; one without a byte has nothing to decode.
    fn end(&mut self, travelled: u64) -> BodyEnd {
        match self {
            Self::Gzip(decoder) if travelled > 0 => match decoder.try_finish() {
                Ok(()) => BodyEnd::Complete,
                Err(error) if error.kind() == io::ErrorKind::FileTooLarge => BodyEnd::TooLarge,
                Err(_) => BodyEnd::Undecodable,
            },
            _ => BodyEnd::Complete,
        }
    }

    /// What was decoded so far.
    fn into_body(self) -> Vec<u8> {
        match self {
            Self::Identity(body) => body.bytes,
            Self::Gzip(decoder) => {
                let mut decoder = decoder;
                std::mem::take(&mut decoder.get_mut().bytes)
            }
        }
    }
}

/// Bytes up to a bound; beyond it writing fails as to a full file.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.bytes.len() + bytes.len();
        if length > self.most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if length > self.bytes.capacity() {
            // Twice as much each time, but never more than there can be.
            let wanted = (2 * length).min(self.most);
            self.bytes.reserve_exact(wanted - self.bytes.len());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
