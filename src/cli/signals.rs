//! Defines [`Signals`]: those by which a run is stopped from outside.

use super::terminal::warn;
use crate::judge::Signal;
use crate::runner::{Session, Stop};
use std::io;
use std::sync::Arc;

/// Ends the session at the first signal; what was judged is reported. The second one
/// ends the process: whoever sends it will not wait.
pub(super) async fn interrupt(session: Arc<Session>) {
    let mut signals = match Signals::new() {
        Ok(signals) => signals,
        Err(error) => {
            warn(&format!("warning: signals are not handled: {error}"));
            return;
        }
    };
    session.sender.stop(Stop::Interrupted(signals.next().await));
    let second = signals.next().await;
    std::process::exit(second.exit_code().into());
}

/// Waits for Ctrl-C, SIGTERM and SIGHUP, from when it is made.
#[cfg(unix)]
pub(super) struct Signals {
    hang_up: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Handles them from here on; inside a runtime.
    ///
    /// # Errors
    /// Where the system does not let them be handled.
    pub(super) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.hang_up.recv() => Signal::HangUp,
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
        }
    }
}

/// Waits for Ctrl-C, which is all that there is here.
#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Handles it from the first wait on.
    ///
    /// # Errors
    /// None.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::Interrupt,
            Err(_) => std::future::pending().await,
        }
    }
}
