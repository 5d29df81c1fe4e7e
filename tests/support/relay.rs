//! What stands in front of a server: it passes requests on over few connections, late, or
//! answers some itself.
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Says how long the n-th reply takes.
pub(crate) type Delay = fn(u64) -> Duration;
/// Says what is answered in the server's place, by the request's head.
pub(crate) type Front = fn(&str) -> Option<&'static str>;

/// Passes requests without a body on to `server`. So many connections are served at once,
/// each until its end; others wait.
pub(crate) fn relay(server: &str, connections: usize, delay: Delay, front: Front) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server: Arc<str> = server.trim_start_matches("http://").into();
    let count = Arc::new(AtomicU64::new(0));
    for _ in 0..connections {
        let (listener, server) = (listener.try_clone().unwrap(), Arc::clone(&server));
        let count = Arc::clone(&count);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // Ends where either side ends.
                let _ = pass_on(client, &server, &count, delay, front);
            }
        });
    }
    url
}

fn pass_on(
    mut client: TcpStream,
    server: &str,
    count: &AtomicU64,
    delay: Delay,
    front: Front,
) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let mut upstream = TcpStream::connect(server)?;
    let mut requests = BufReader::new(client.try_clone()?);
    let mut replies = BufReader::new(upstream.try_clone()?);
    loop {
        let head = head(&mut requests)?;
        std::thread::sleep(delay(count.fetch_add(1, Ordering::Relaxed)));
        if let Some(answer) = front(&head) {
            client.write_all(answer.as_bytes())?;
            continue;
        }
        upstream.write_all(head.as_bytes())?;
        let mut reply = self::head(&mut replies)?;
        let length = reply
            .to_ascii_lowercase()
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok())
            .unwrap_or(0);
        replies.by_ref().take(length).read_to_string(&mut reply)?;
        client.write_all(reply.as_bytes())?;
    }
}

/// A head with the empty line behind it; an error at the end of the connection.
fn head(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut head = String::new();
    loop {
        let line = stream.read_line(&mut head)?;
        if line == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == 2 {
            return Ok(head);
        }
    }
}
