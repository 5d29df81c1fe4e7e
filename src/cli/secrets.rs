//! What this process knows as secret. Secrets are fetched here, so that no message about
//! anything that goes wrong from then on shows one: an error may quote a server, a
//! certificate or a file.

use super::terminal::warn;
use crate::error::{Error, Result};
use crate::exchange::Redactor;
use crate::suite::Suite;
use crate::target::{Acquired, Target, credentials};
use crate::transport::Settings;
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;

static KNOWN: LazyLock<Redactor> = LazyLock::new(Redactor::default);

/// Fetches the secrets of a target, and warns of those that are too short to be found
/// in what the target sends.
///
/// # Errors
/// As for [`credentials::acquire`].
pub(super) fn acquire(
    runtime: &Runtime,
    target: &Target,
    suites: &[Arc<Suite>],
    settings: &Settings,
) -> Result<Acquired> {
    let acquired = runtime.block_on(credentials::acquire(target, suites, settings, &KNOWN))?;
    for name in KNOWN.short() {
        warn(&format!(
            "WARNING: ${name} has fewer than 8 characters: it cannot be replaced reliably in reports and evidence, since ordinary text may hold it"
        ));
    }
    Ok(acquired)
}

/// The text of an error without secrets.
pub(super) fn replaced(error: &Error) -> String {
    KNOWN.text(&error.to_string())
}

/// A text without secrets.
pub(super) fn shown(text: &str) -> String {
    KNOWN.text(text)
}

/// Says what went wrong, without secrets, and gives its exit code.
pub(super) fn fail(error: &Error) -> ExitCode {
    // Where standard error is closed, the exit code still says it.
    warn(&format!("error: {}", replaced(error)));
    ExitCode::from(error.exit_code())
}
