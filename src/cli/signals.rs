//! Defines [`Signals`]: those by which a run is stopped from outside, and [`handle`]: what
//! becomes of them from the first moment on.
//!
//! They are handled before the options are read, since a signal that ends the process by
//! itself leaves the reports of an earlier run where they are.

use super::terminal::warn;
use crate::judge::Signal;
use crate::runner::{Sender, Stop};
use std::io;
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

/// What the first signal does.
enum Duty {
    /// It waits until the reports of an earlier run are taken back, and ends the process then.
    Wait(Option<Signal>),
    /// It ends the process.
    Exit,
    /// It ends the session; what was judged is reported. The second one ends the process:
    /// whoever sends it will not wait.
    Stop(Arc<Sender>),
}

static DUTY: Mutex<Duty> = Mutex::new(Duty::Wait(None));

/// Handles signals from here on, in a thread of their own.
pub(super) fn handle() {
    let (ready, is_ready) = mpsc::channel();
    let started = thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            // The library tells some of what a machine lacks by a panic.
            let made = catch_unwind(|| {
                tokio::runtime::Builder::new_current_thread()
                    .enable_io()
                    .build()
            });
            let Ok(Ok(runtime)) = made else {
                return;
            };
            runtime.block_on(async {
                match Signals::new() {
                    Ok(mut signals) => {
                        let _ = ready.send(());
                        loop {
                            came(signals.next().await);
                        }
                    }
                    Err(error) => warn(&format!("warning: signals are not handled: {error}")),
                }
            });
        });
    if started.is_ok() {
        // Where the thread could not begin, its end is told by the channel.
        let _ = is_ready.recv();
    }
}

/// From here on a signal ends the process: there is nothing of an earlier run left. One
/// that came already does so now.
pub(super) fn may_exit() {
    let mut duty = duty();
    if let Duty::Wait(Some(signal)) = *duty {
        exit(signal);
    }
    *duty = Duty::Exit;
}

/// From here on a signal ends the session.
pub(super) fn interrupt(sender: &Arc<Sender>) {
    *duty() = Duty::Stop(Arc::clone(sender));
}

fn came(signal: Signal) {
    let mut duty = duty();
    match &*duty {
        Duty::Wait(None) => *duty = Duty::Wait(Some(signal)),
        Duty::Wait(Some(_)) | Duty::Exit => exit(signal),
        Duty::Stop(sender) => {
            sender.stop(Stop::Interrupted(signal));
            *duty = Duty::Exit;
        }
    }
}

fn duty() -> MutexGuard<'static, Duty> {
    DUTY.lock().unwrap_or_else(PoisonError::into_inner)
}

fn exit(signal: Signal) -> ! {
    std::process::exit(signal.exit_code().into())
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
