//! HTTP/2 servers that break the protocol frame by frame (RFC 9113), behind TLS with a
//! throw-away certificate.

use super::End::{self, Differs, Races};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

pub(crate) type Stream = StreamOwned<ServerConnection, TcpStream>;

/// Answers the request on a stream of this number; an error ends the connection.
pub(crate) type MockResponse = fn(&mut Stream, u32) -> io::Result<()>;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:status: 200` from the static table of HPACK, and a JSON Content-Type.
const HEAD: &[u8] = b"\x88\x0f\x10\x10application/json";

pub(crate) const SERVERS: &[(&str, End, MockResponse)] = &[
    (
        "every stream is reset",
        Differs("reply-none"),
        |stream, id| send(stream, RST_STREAM, 0, id, &2u32.to_be_bytes()),
    ),
    (
        "every stream is refused",
        Differs("reply-none"),
        |stream, id| send(stream, RST_STREAM, 0, id, &7u32.to_be_bytes()),
    ),
    (
        "GOAWAY in place of a reply",
        Differs("reply-none"),
        |stream, _| {
            send(stream, GOAWAY, 0, 0, &[0; 8])?;
            Err(io::ErrorKind::ConnectionAborted.into())
        },
    ),
    (
        "GOAWAY with an error",
        Differs("reply-none"),
        |stream, _| {
            send(stream, GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 11])?;
            Err(io::ErrorKind::ConnectionAborted.into())
        },
    ),
    (
        "a body that is reset",
        Differs("body-undecodable"),
        |stream, id| {
            send(stream, HEADERS, END_HEADERS, id, HEAD)?;
            send(stream, DATA, 0, id, b"{\"id\":")?;
            send(stream, RST_STREAM, 0, id, &2u32.to_be_bytes())
        },
    ),
    (
        "a body that stops",
        Differs("body-stalled"),
        |stream, id| {
            send(stream, HEADERS, END_HEADERS, id, HEAD)?;
            send(stream, DATA, 0, id, b"{\"id\":")
        },
    ),
    (
        "more than the window",
        Races("body-undecodable", "reply-late"),
        |stream, id| {
            send(stream, HEADERS, END_HEADERS, id, HEAD)?;
            loop {
                send(stream, DATA, 0, id, &[b' '; 16_384])?;
            }
        },
    ),
    (
        "endless CONTINUATION",
        Differs("reply-none"),
        |stream, id| {
            send(stream, HEADERS, 0, id, HEAD)?;
            loop {
                send(stream, CONTINUATION, 0, id, b"\x00\x01x\x01y")?;
            }
        },
    ),
    (
        "endless CONTINUATION of full frames",
        Differs("reply-none"),
        |stream, id| {
            send(stream, HEADERS, 0, id, HEAD)?;
            // Fields that are never indexed, so that none is spared by the table.
            let block = b"\x10\x01x\x01y".repeat(3_276);
            loop {
                send(stream, CONTINUATION, 0, id, &block)?;
            }
        },
    ),
    ("endless PING", Differs("reply-late"), |stream, _| {
        loop {
            send(stream, PING, 0, 0, &[0; 8])?;
        }
    }),
    ("endless SETTINGS", Differs("reply-late"), |stream, _| {
        loop {
            send(stream, SETTINGS, 0, 0, &[])?;
        }
    }),
    ("a header bomb", Differs("reply-none"), |stream, id| {
        // A field of 4,000 bytes into the dynamic table, and 12,000 references to it.
        let mut block = HEAD.to_vec();
        block.extend(b"\x40\x01x\x7f\xa1\x1e");
        block.extend([b'y'; 4_000]);
        block.extend([0xbe; 12_000]);
        send(stream, HEADERS, END_HEADERS, id, &block)
    }),
    (
        "bytes that are no frames",
        Differs("reply-none"),
        |stream, _| {
            stream.write_all(&[0xa5; 4_096])?;
            stream.flush()
        },
    ),
    ("evil header fields", Differs("reply-none"), |stream, id| {
        let mut block = HEAD.to_vec();
        block.extend(b"\x00\x01x\x0c\x1b[2J::error::");
        send(stream, HEADERS, END_HEADERS, id, &block)
    }),
];

/// A GOAWAY (RFC 9113 6.8) that explains itself.
pub(crate) fn go_away(stream: &mut Stream, why: &[u8]) -> io::Result<()> {
    let payload = [&[0, 0, 0, 0, 0, 0, 0, 11], why].concat();
    send(stream, GOAWAY, 0, 0, &payload)?;
    Err(io::ErrorKind::ConnectionAborted.into())
}

fn send(stream: &mut Stream, kind: u8, flags: u8, id: u32, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend(id.to_be_bytes());
    frame.extend(payload);
    stream.write_all(&frame)?;
    stream.flush()
}

/// Serves each connection by `answer`, once for each request on it.
pub(crate) fn serve(answer: MockResponse) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let named = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(named.signing_key.serialize_der());
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![named.cert.der().clone()], key.into())
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            std::thread::spawn(move || {
                let connection = ServerConnection::new(config).unwrap();
                let mut stream = StreamOwned::new(connection, stream);
                let _ = converse(&mut stream, answer);
                // What the client still sends is read, or a reset overtakes what was sent.
                stream.conn.send_close_notify();
                let _ = stream.flush();
                let _ = stream.sock.shutdown(Shutdown::Write);
                let _ = stream.sock.set_read_timeout(Some(Duration::from_secs(2)));
                let _ = io::copy(&mut stream.sock, &mut io::sink());
            });
        }
    });
    url
}

fn converse(stream: &mut Stream, answer: MockResponse) -> io::Result<()> {
    let mut preface = [0; 24];
    stream.read_exact(&mut preface)?;
    send(stream, SETTINGS, 0, 0, &[])?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload)?;
        match head[3] {
            SETTINGS if head[4] & ACK == 0 => send(stream, SETTINGS, ACK, 0, &[])?,
            HEADERS => {
                let id = u32::from_be_bytes([head[5] & 0x7f, head[6], head[7], head[8]]);
                answer(stream, id)?;
            }
            _ => {}
        }
    }
}
