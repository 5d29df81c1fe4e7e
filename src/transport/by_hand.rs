//! Writes a request byte by byte, as no client library would: names in any spelling, space
//! in front of values, pauses between pieces. The reply is read by hyper, as all others are.

use super::watch::CONNECTED;
use crate::exchange::{Request, Writing};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use reqwest::{Body, Method};
use std::fmt::Write as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use url::Url;

/// Between the pieces of a request: long enough for a server to read each by itself.
const PAUSE: Duration = Duration::from_millis(3);

/// Why there is no reply.
pub(super) enum Failed {
    /// No connection could be made.
    Connect(io::Error),
    /// The connection ended, or what came is not HTTP.
    Reply(hyper::Error),
}

/// Sends `prepared`, which is `request` made ready, on a connection of its own, and reads
/// the head of its reply. The address and the proxy are reached without TLS.
pub(super) async fn exchange(
    request: &Request,
    prepared: &reqwest::Request,
    proxy: Option<&Url>,
    user_agent: &str,
) -> Result<reqwest::Response, Failed> {
    let head = head(request, prepared, user_agent, proxy.is_some());
    let body = prepared.body().and_then(Body::as_bytes).unwrap_or_default();
    let bytes = [&head, body].concat();
    let to = proxy.unwrap_or(prepared.url());
    let method = prepared.method();
    let mut sender = connection(to, &bytes, request.travel.writing).await?;
    let reply = sender.send_request(asking(method)).await;
    Ok(reply.map_err(Failed::Reply)?.map(Body::wrap).into())
}

/// What hyper writes into nothing, so that it reads a reply.
fn asking(method: &Method) -> hyper::Request<String> {
    let mut asking = hyper::Request::new(String::new());
    asking.method_mut().clone_from(method);
    asking
}

/// Writes `bytes` to a new connection that reads replies from then on.
async fn connection(
    to: &Url,
    bytes: &[u8],
    writing: Writing,
) -> Result<SendRequest<String>, Failed> {
    let connected = TcpStream::connect(address(to)).await;
    let mut stream = connected.map_err(Failed::Connect)?;
    let _ = CONNECTED.try_with(|connected| connected.set(true));
    let _ = stream.set_nodelay(true);
    // A server may answer and close before it has read everything: what it says counts.
    let _ = write(&mut stream, bytes, writing).await;
    let deaf = TokioIo::new(Deaf {
        stream,
        has_written: false,
        reader: None,
    });
    let mut client = hyper::client::conn::http1::Builder::new();
    client.allow_obsolete_multiline_headers_in_responses(true);
    let (sender, connection) = client.handshake(deaf).await.map_err(Failed::Reply)?;
    tokio::spawn(connection);
    Ok(sender)
}

fn address(url: &Url) -> (&str, u16) {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (host, url.port_or_known_default().unwrap_or(80))
}

/// Request line and header fields, to their end.
fn head(
    request: &Request,
    prepared: &reqwest::Request,
    user_agent: &str,
    is_proxied: bool,
) -> Vec<u8> {
    let url = prepared.url();
    let travel = &request.travel;
    let target = match (is_proxied, url.query()) {
        (true, _) => url.as_str().to_owned(),
        (false, Some(query)) => format!("{}?{query}", url.path()),
        (false, None) => url.path().to_owned(),
    };
    let mut line = format!("{} {target} HTTP/1.1\r\n", prepared.method());
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    let spelt = |name: &str| travel.header_names.spell(name);
    let _ = write!(line, "{}: {host}\r\n", spelt("Host"));
    if !prepared.headers().contains_key("user-agent") {
        let _ = write!(line, "{}: {user_agent}\r\n", spelt("User-Agent"));
    }
    let mut head = line.into_bytes();
    // Not behind them: what ordinary libraries (Python's) leave there is no fault of a service.
    let before = match travel.writing {
        Writing::Padded => ": \t  ",
        _ => ": ",
    };
    // Names as the page spells them: the map of prepared fields has them in lower case.
    let documented = |name: &str| {
        let mut fields = request.headers.iter();
        let field = fields.find(|field| field.name.eq_ignore_ascii_case(name));
        field.map_or(name, |field| field.name.as_str()).to_owned()
    };
    for (name, value) in prepared.headers() {
        if travel.writing == Writing::Bare && name == "accept-encoding" {
            continue;
        }
        head.extend_from_slice(spelt(&documented(name.as_str())).as_bytes());
        head.extend_from_slice(before.as_bytes());
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    if let Some(body) = prepared.body().and_then(Body::as_bytes) {
        let length = format!("{}: {}\r\n", spelt("Content-Length"), body.len());
        head.extend_from_slice(length.as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head
}

async fn write(stream: &mut TcpStream, bytes: &[u8], writing: Writing) -> io::Result<()> {
    if writing != Writing::InPieces {
        return stream.write_all(bytes).await;
    }
    // In the request line, in the header fields, in the body if there is one.
    let pieces = [bytes.len() / 9, bytes.len() / 3, bytes.len() - 1];
    let mut from = 0;
    for to in pieces {
        stream.write_all(&bytes[from..to]).await?;
        stream.flush().await?;
        tokio::time::sleep(PAUSE).await;
        from = to;
    }
    stream.write_all(&bytes[from..]).await
}

/// A connection that reads only: what is written is dropped, and nothing is read before
/// something was, since hyper takes what comes without being asked for as an error.
struct Deaf {
    stream: TcpStream,
    has_written: bool,
    reader: Option<Waker>,
}

impl AsyncRead for Deaf {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.has_written {
            self.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Deaf {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.has_written = true;
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
