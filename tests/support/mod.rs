//! What the tests of the command share: the binary in a clean environment, and
//! servers on loopback.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod relay;
pub(crate) mod target;
pub(crate) mod wire;

use conformant::reference::{Mock, MockRequest, MockResponse, Server, Specimen, catalogue};
use conformant::selftest::access;
use conformant::suite::{Suite, SuiteFiles, load};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::runtime::Runtime;

/// Whether tests do all that they can, as `.ci/run` wants it: `FULL_DEPTH=1 cargo test`.
/// Else those of many cases do some of them, so that a change is judged in a minute.
pub(crate) fn full_depth() -> bool {
    std::env::var_os("FULL_DEPTH").is_some()
}

/// Does `work` for each item, as many at once as there are processors.
pub(crate) fn side_by_side<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(item);
                }
            });
        }
    });
}

/// Filters of a self-test: none in an optimised build, else every `step`th fault and
/// variant. `.ci/run` proves whole matrices by the binary of the release profile.
pub(crate) fn tried(suite: &Suite, step: usize) -> Vec<String> {
    if !cfg!(debug_assertions) {
        return Vec::new();
    }
    let servers = catalogue::specimens(&suite.contract).into_iter();
    servers.step_by(step).map(|server| server.name()).collect()
}

/// The binary under test: cargo's, or that of `TESTED`, another build of the same source.
pub(crate) fn binary() -> PathBuf {
    std::env::var_os("TESTED").map_or_else(|| env!("CARGO_BIN_EXE_conformant").into(), Into::into)
}

/// The operation of the built-in suite that tests use where they need but one.
pub(crate) const OPERATION: &str = "show-audit-task-status";

/// That operation of the suite that is built into the binary.
pub(crate) fn suite() -> Arc<Suite> {
    Arc::new(load(&SuiteFiles::built_in(), Some(OPERATION)).unwrap())
}

/// Cases and properties of that suite.
pub(crate) fn items() -> usize {
    let suite = suite();
    suite.cases.len() + suite.properties.len()
}

/// The binary in `folder`, with nothing inherited that steers it.
pub(crate) fn conformant(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.current_dir(folder).args(arguments);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CONFORMANT_")
            || name.starts_with("INSTA_")
            || name == "CI"
            || name == "TF_BUILD"
        {
            command.env_remove(name);
        }
    }
    // One operation is enough to see what a command does.
    let has_own = |option: &&str| ["--suite", "--operation"].contains(option);
    if !arguments.iter().any(has_own) {
        command.env("CONFORMANT_OPERATION", OPERATION);
    }
    command
}

/// Runs the binary to its end.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    finish(&mut conformant(folder, arguments))
}

/// The reports `1.json` and `2.json` of the halves of one run against the embedded server.
pub(crate) fn halves(folder: &Path) {
    for index in ["1", "2"] {
        let (part, report) = (format!("{index}/2"), format!("json={index}.json"));
        let common = ["run", "--reference", "-q", "--seed", "1"];
        let half = ["--shard", &part, "--report", &report];
        let (code, text) = run(folder, &[&common[..], &half].concat());
        assert_eq!(code, 0, "{text}");
    }
}

/// Exit code, and standard output and error as one text.
pub(crate) fn finish(command: &mut Command) -> (i32, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr)
    );
    assert!(!text.contains("panicked"), "{text}");
    (status.code().unwrap_or(-1), text)
}

/// A reference server on a thread pool of its own; it stops when this is dropped.
pub(crate) struct Serving {
    pub(crate) url: String,
    server: Option<Server>,
    runtime: Option<Runtime>,
}

impl Serving {
    /// A conforming server.
    pub(crate) fn conforming() -> Self {
        Self::start(None)
    }

    /// A server with the fault of this name.
    pub(crate) fn faulty(name: &str) -> Self {
        let suite = suite();
        let fault = catalogue::faults(&suite.contract)
            .into_iter()
            .find(|fault| fault.name == name)
            .unwrap_or_else(|| panic!("no fault {name}"));
        Self::start(Some(fault))
    }

    /// A conforming variant of this name.
    pub(crate) fn variant(name: &str) -> Self {
        let variant = catalogue::conforming(&suite().contract)
            .into_iter()
            .find(|variant| variant.name() == name);
        Self::start(variant.unwrap_or_else(|| panic!("no variant {name}")))
    }

    fn start(server: impl Into<Specimen>) -> Self {
        let runtime = Runtime::new().unwrap();
        let mock = Mock::new(Arc::new(suite().contract.clone()), access(), server);
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = runtime.block_on(Server::start(mock, listen)).unwrap();
        Self {
            url: server.base_url(),
            server: Some(server),
            runtime: Some(runtime),
        }
    }

    /// `conformant run` against this server, with everything configured. A property sends a
    /// few requests only, unless `more` says how many: what is shown is not their number.
    pub(crate) fn command(&self, folder: &Path, more: &[&str]) -> Command {
        let access = access();
        let mut command = conformant(folder, &["run", "--base-url", &self.url]);
        command
            .args(["--project-id", &access.project_id])
            .args(["--foreign-project-id", &access.foreign_project_id])
            .args([
                "--provoke",
                "500=Prefer: code=500",
                "--provoke",
                "403=Prefer: code=403",
            ])
            .args(more)
            .env("CONFORMANT_CASES", "12")
            .env("CONFORMANT_TOKEN", &access.token);
        if more.contains(&"--suite") || more.contains(&"--operation") {
            command.env_remove("CONFORMANT_OPERATION");
        }
        command
    }

    /// Stops the server; its port is closed from then on.
    pub(crate) fn stop(&mut self) {
        self.server.take();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.stop();
    }
}

/// `conformant serve`, until this is dropped.
pub(crate) struct Serve {
    pub(crate) url: String,
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Serve {
    pub(crate) fn start(folder: &Path, more: &[&str]) -> Self {
        let mut command = conformant(folder, &[&["serve"], more].concat());
        let command = command.stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().into();
        Self { url, child, lines }
    }

    /// The next line that it printed behind its address.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves what the reference server answers, changed by `change`, one request a
/// connection and one after the other. It ends with the test binary.
pub(crate) fn serve_changed(
    mut change: impl FnMut(&str, &MockRequest, &mut MockResponse) + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mock = Mock::new(Arc::new(suite().contract.clone()), access(), None);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = String::new();
            // It may come in pieces.
            while !head.contains("\r\n\r\n") {
                let mut piece = vec![0; 16 * 1024];
                match stream.read(&mut piece) {
                    Ok(count) if count > 0 => head += &String::from_utf8_lossy(&piece[..count]),
                    _ => break,
                }
            }
            let target = head.split(' ').nth(1).unwrap_or_default();
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            let asked = MockRequest {
                method: "GET".into(),
                path: path.to_owned(),
                query: query.to_owned(),
                headers: head
                    .lines()
                    .skip(1)
                    .filter_map(|line| line.split_once(':'))
                    .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                    .collect(),
                ..MockRequest::default()
            };
            let mut answer = mock.answer(&asked);
            change(&head, &asked, &mut answer);
            let reply = format!(
                "HTTP/1.1 {} x\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                answer.status,
                answer.body.len()
            );
            let _ = stream.write_all(reply.as_bytes());
            let _ = stream.write_all(&answer.body);
        }
    });
    url
}
