//! Writes replies byte by byte: the faults that a server library refuses to
//! produce, and conforming ways that it does not offer.

use super::fault::{Change, Reading, Wire};
use super::message::{MockRequest, MockResponse};
use super::service::Service;
use super::variant::Variant;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Largest request body that is read.
const MAX_BODY: usize = 16 << 20;
/// Largest request head that is read.
const MAX_HEAD: usize = 64 * 1024;

/// Serves connections until the listener's task is ended.
pub(super) async fn serve(listener: TcpListener, service: Arc<Service>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(connection(stream, Arc::clone(&service)));
    }
}

async fn connection(mut stream: TcpStream, service: Arc<Service>) {
    let _ = stream.set_nodelay(true);
    let mut buffer = Vec::new();
    let mut served: u32 = 0;
    while let Some(asked) = read_request(&mut stream, &mut buffer, &service).await {
        let answer = service.reply(&asked).await;
        let keeps = write(&mut stream, &answer).await;
        served += 1;
        // A server that drops kept connections without notice, after a while.
        let drops = answer.variant == Variant::DropsIdle && served >= 3;
        if !keeps || drops {
            return;
        }
    }
}

/// Reads one request with the body that its Content-Length announces.
async fn read_request(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
    service: &Service,
) -> Option<MockRequest> {
    let mut asked = read_head(stream, buffer, service).await?;
    let length: usize = asked
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0);
    while buffer.len() < length {
        if length > MAX_BODY || stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    asked.body = buffer.drain(..length).collect();
    Some(asked)
}

/// Reads one request head; `None` at the end of the connection.
async fn read_head(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
    service: &Service,
) -> Option<MockRequest> {
    let mut pieces = 0;
    loop {
        let end = buffer.windows(4).position(|four| four == b"\r\n\r\n");
        let reading = reading(service, buffer);
        pieces += usize::from(!buffer.is_empty());
        let is_whole = end.is_some() && pieces == 1;
        if reading == Some(Reading::Once) && !buffer.is_empty() && !is_whole {
            return None;
        }
        if let Some(end) = end {
            let head: Vec<u8> = buffer.drain(..end + 4).collect();
            return parse(&String::from_utf8_lossy(&head), reading);
        }
        if buffer.len() > MAX_HEAD || stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

/// How the operation reads that a request goes to. Of several it is known once the first
/// line has come.
fn reading(service: &Service, head: &[u8]) -> Option<Reading> {
    let mock = match service.mocks() {
        [only] => Some(only),
        _ => {
            let end = head.windows(2).position(|two| two == b"\r\n")?;
            let line = String::from_utf8_lossy(&head[..end]);
            let (method, path, _) = request_line(&line)?;
            service.mock(method, path)
        }
    };
    match mock?.change() {
        Some(Change::Reading(reading)) => Some(*reading),
        _ => None,
    }
}

/// Method, path and query.
fn request_line(line: &str) -> Option<(&str, &str, &str)> {
    let mut words = line.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Some((method, path, query))
}

fn parse(head: &str, reading: Option<Reading>) -> Option<MockRequest> {
    let trimmed = |value: &str| match reading {
        Some(Reading::Untrimmed) => value.strip_prefix(' ').unwrap_or(value).to_owned(),
        _ => value.trim().to_owned(),
    };
    let mut lines = head.split("\r\n");
    let (method, path, query) = request_line(lines.next()?)?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), trimmed(value)))
        .collect();
    Some(MockRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Vec::new(),
    })
}

/// Writes a reply; whether the connection goes on.
async fn write(stream: &mut TcpStream, answer: &MockResponse) -> bool {
    let body = &answer.body;
    let half = body.len() / 2;
    let with = |extra: &str| head(answer, "HTTP/1.1", extra);
    let length = |length: usize| with(&format!("content-length: {length}\r\n"));
    let (bytes, keeps): (Vec<u8>, bool) = match answer.wire {
        None => return write_conforming(stream, answer).await,
        Some(Wire::LongLength) => (join(&length(body.len() + 10), body), false),
        Some(Wire::Stalled) => (join(&length(body.len()), &body[..half]), true),
        Some(Wire::CutBody) => (join(&length(body.len()), &body[..half]), false),
        Some(Wire::CutHead) => (b"HTTP/1.1 200 OK\r\ncontent-ty".to_vec(), false),
        Some(Wire::CloseBefore) => (Vec::new(), false),
        Some(Wire::Silent) => (Vec::new(), true),
        Some(Wire::TwoLengths) => {
            let lengths = format!(
                "content-length: {}\r\ncontent-length: {}\r\n",
                body.len(),
                half
            );
            (join(&with(&lengths), body), false)
        }
        Some(Wire::LengthWord) => (join(&with("content-length: many\r\n"), body), false),
        Some(Wire::BadChunk) => {
            let chunk = [b"xyz\r\n", body.as_slice(), b"\r\n0\r\n\r\n"].concat();
            (join(&with("transfer-encoding: chunked\r\n"), &chunk), false)
        }
        Some(Wire::CutChunks) => {
            let chunk = [format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n"].concat();
            (join(&with("transfer-encoding: chunked\r\n"), &chunk), false)
        }
        Some(Wire::BadStatusLine) => (
            b"HTTP/1.1 fine\r\ncontent-length: 0\r\n\r\n".to_vec(),
            false,
        ),
        Some(Wire::Banner) => (b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), false),
        Some(Wire::BadGzip) => {
            let extra = format!(
                "content-encoding: gzip\r\ncontent-length: {}\r\n",
                body.len()
            );
            (join(&with(&extra), body), false)
        }
        Some(Wire::ManyHeaders) => {
            let extra = (0..150).fold(String::new(), |mut extra, at| {
                let _ = write!(extra, "x-{at}: 1\r\n");
                extra
            });
            let extra = format!("{extra}content-length: {}\r\n", body.len());
            (join(&with(&extra), body), false)
        }
        Some(Wire::LargeHeader) => {
            let extra = format!(
                "x: {}\r\ncontent-length: {}\r\n",
                "a".repeat(96 << 10),
                body.len()
            );
            (join(&with(&extra), body), false)
        }
        Some(Wire::Redirect) => (
            b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".to_vec(),
            true,
        ),
    };
    let sent = stream.write_all(&bytes).await.is_ok() && stream.flush().await.is_ok();
    if matches!(answer.wire, Some(Wire::Stalled | Wire::Silent)) {
        // Until the client gives up.
        let mut rest = [0; 64];
        while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
        return false;
    }
    sent && keeps
}

async fn write_conforming(stream: &mut TcpStream, answer: &MockResponse) -> bool {
    let body = &answer.body;
    let length = format!("content-length: {}\r\n", body.len());
    match answer.variant {
        Variant::Http10 => {
            let bytes = join(&head(answer, "HTTP/1.0", &length), body);
            let _ = stream.write_all(&bytes).await;
            false
        }
        Variant::CloseDelimited => {
            let bytes = join(&head(answer, "HTTP/1.1", "connection: close\r\n"), body);
            let _ = stream.write_all(&bytes).await;
            false
        }
        Variant::InTwoParts => {
            let bytes = join(&head(answer, "HTTP/1.1", &length), body);
            let (first, second) = bytes.split_at(bytes.len() - body.len() / 2);
            let first = stream.write_all(first).await.is_ok() && stream.flush().await.is_ok();
            tokio::time::sleep(Duration::from_millis(2)).await;
            first && stream.write_all(second).await.is_ok()
        }
        Variant::TitleCaseHeaders => {
            let title = head(answer, "HTTP/1.1", &length)
                .replace("content-type", "Content-Type")
                .replace("content-length", "CONTENT-LENGTH");
            stream.write_all(&join(&title, body)).await.is_ok()
        }
        Variant::Chunked if !body.is_empty() => {
            let size = format!("{:x}\r\n", body.len());
            let chunks = [size.as_bytes(), body, b"\r\n0\r\n\r\n"].concat();
            let head = head(answer, "HTTP/1.1", "transfer-encoding: chunked\r\n");
            stream.write_all(&join(&head, &chunks)).await.is_ok()
        }
        variant => {
            let bytes = join(&head(answer, "HTTP/1.1", &length), body);
            let written = stream.write_all(&bytes).await.is_ok();
            written && variant != Variant::ConnectionClose
        }
    }
}

fn head(answer: &MockResponse, version: &str, extra: &str) -> String {
    let mut head = format!("{version} {} Reply\r\n", answer.status);
    for (name, value) in &answer.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str(extra);
    head.push_str("\r\n");
    head
}

fn join(head: &str, body: &[u8]) -> Vec<u8> {
    [head.as_bytes(), body].concat()
}
