//! What the tests of targets share: the binary in a clean environment, and a
//! reference server with an identity service in front.

use conformant::reference::{Fault, Identity, Mock, Server};
use conformant::selftest;
use conformant::suite::{SuiteFiles, load};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// A server that runs beside the test.
pub(crate) struct Running {
    pub(crate) url: String,
    pub(crate) identity: Arc<Identity>,
    _server: Server,
    _runtime: Runtime,
}

/// Starts the reference server behind its identity service.
pub(crate) fn serve(identity: Identity, fault: Option<Fault>) -> Running {
    let suite = load(&SuiteFiles::built_in(), Some(crate::support::OPERATION)).unwrap();
    let identity = Arc::new(identity);
    let mock = Mock::new(Arc::new(suite.contract), selftest::access(), fault)
        .with_identity(Arc::clone(&identity));
    let runtime = Runtime::new().unwrap();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = runtime.block_on(Server::start(mock, listen)).unwrap();
    Running {
        url: server.base_url(),
        identity,
        _server: server,
        _runtime: runtime,
    }
}

/// A folder of its own for one test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The binary in `folder`, without any `CONFORMANT_…` variable.
pub(crate) fn conformant(folder: &Path) -> Command {
    let mut command = Command::new(super::binary());
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CONFORMANT_") {
            command.env_remove(name);
        }
    }
    command
}

/// Exit code, standard output, standard error.
pub(crate) fn outcome(command: &mut Command) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    (
        status.code().unwrap(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}
