//! Conforming servers as people run them: few connections, uneven replies, a layer in
//! front. None may be blamed for what it is not.

use crate::support::relay::{Delay, Front, relay};
use crate::support::{Serving, finish};
use std::time::{Duration, Instant};

const NOTHING: Front = |_| None;

/// Runs the suite against a conforming server behind a relay of so many connections.
fn run(connections: usize, delay: Delay, front: Front, more: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Serving::conforming();
    server.url = relay(&server.url, connections, delay, front);
    finish(&mut server.command(folder.path(), more))
}

#[test]
fn a_server_of_few_connections_is_not_late() {
    let slow = |_| Duration::from_millis(12);
    for connections in [1, 3] {
        let more = ["any/", "valid/", "--cases", "8", "--timeout", "1"];
        let (code, text) = run(connections, slow, NOTHING, &more);
        assert_eq!(code, 0, "{connections} connections: {text}");
    }
}

#[test]
fn whether_a_server_is_slow_is_decided_during_the_run() {
    // The first replies come at once.
    let later = |count| Duration::from_millis(if count < 4 { 0 } else { 60 });
    let began = Instant::now();
    let (code, text) = run(64, later, NOTHING, &["any/valid", "--cases", "60"]);
    assert_eq!(code, 0, "{text}");
    // One after the other, the two properties of 60 requests take over seven seconds.
    assert!(began.elapsed() < Duration::from_secs(5), "{text}");
}
