//! Turns a panic, which is our bug, into an error with an exit code: a message in one
//! escaped line, and never what the panic would print by itself, since that may hold
//! text from outside.

use crate::error::{Error, Result};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::{Mutex, PoisonError};
use tokio::runtime::{Builder, Runtime};

static PLACE: Mutex<Option<String>> = Mutex::new(None);

/// From here on a panic prints nothing: whoever catches it says what happened.
pub(super) fn silence() {
    set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
}

/// Does `work`; a panic in it becomes an error.
///
/// # Errors
/// [`Error::NoVerdict`] where it panicked, beside its own.
pub(super) fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let place = PLACE.lock().unwrap_or_else(PoisonError::into_inner).take();
        Err(Error::no_verdict(
            place.unwrap_or_else(|| "conformant".into()),
            format!("internal error: {}", crate::escape::terminal(&said(&panic))),
            "this is a bug of conformant: please report it with this line",
        ))
    })
}

/// What a panic said.
fn said(panic: &Box<dyn std::any::Any + Send>) -> String {
    match (panic.downcast_ref::<String>(), panic.downcast_ref::<&str>()) {
        (Some(text), _) => text.clone(),
        (None, Some(text)) => (*text).to_owned(),
        (None, None) => String::new(),
    }
}

/// The thread and timers that serve what is not the run itself.
///
/// # Errors
/// [`Error::NoVerdict`] where this machine has none left; the library tells some of
/// that by a panic.
pub(super) fn runtime() -> Result<Runtime> {
    match catch_unwind(|| {
        Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
    }) {
        Ok(made) => made.map_err(no_event_loop),
        Err(panic) => Err(no_event_loop(said(&panic))),
    }
}

/// That nothing can be sent from here.
pub(super) fn no_event_loop(why: impl std::fmt::Display) -> Error {
    Error::no_verdict(
        "this machine",
        format!("requests cannot be sent from it: {why}"),
        "raise the limits on open files and threads (ulimit -n, ulimit -u)",
    )
}
