//! Servers that answer whatever a test says, byte by byte.
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// Serves each connection by `answer`, which gets the stream behind a request head.
/// The server ends with the test binary.
pub(crate) fn serve(answer: impl Fn(&mut TcpStream) + Clone + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let answer = answer.clone();
            std::thread::spawn(move || {
                let mut head = [0; 16 * 1024];
                let _ = stream.read(&mut head);
                answer(&mut stream);
            });
        }
    });
    url
}

/// Sends a head and a body as they are.
pub(crate) fn send(stream: &mut TcpStream, head: &str, body: &[u8]) {
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body);
}

/// Sends a JSON body with status 200, its length and `more` header lines.
pub(crate) fn reply(stream: &mut TcpStream, more: &str, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n{more}content-length: {}\r\n\r\n",
        body.len()
    );
    send(stream, &head, body);
}

/// Writes until the client gives up.
pub(crate) fn forever(stream: &mut TcpStream, bytes: &[u8], pause: Duration) {
    while stream.write_all(bytes).is_ok() {
        std::thread::sleep(pause);
    }
}
