//! Reads the command line. Neither help nor errors show a value, of an option or of a
//! variable: it may be a secret in the wrong place.

use clap::error::{ContextKind, ContextValue};
use clap::{Command, CommandFactory, Error, Parser};
use std::ffi::OsString;

/// The command line of `P`.
pub(super) fn command<P: CommandFactory>() -> Command {
    without_variables(P::command())
}

/// Parses a command line, the name of the program in front, together with the variables
/// of the environment.
///
/// # Errors
/// What clap says, without values.
pub(super) fn parse<P: Parser>(words: impl IntoIterator<Item = OsString>) -> Result<P, Error> {
    let mut command = command::<P>();
    command
        .try_get_matches_from_mut(words)
        .and_then(|matches| P::from_arg_matches(&matches))
        .map_err(|error| without_values(error.format(&mut command)))
}

/// Help names the variable of an option, and not what it is set to.
fn without_variables(command: Command) -> Command {
    command
        .mut_args(|argument| argument.hide_env_values(true))
        .mut_subcommands(without_variables)
}

fn without_values(mut error: Error) -> Error {
    for kind in [
        ContextKind::InvalidValue,
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidArg,
    ] {
        let Some(ContextValue::String(text)) = error.get(kind) else {
            continue;
        };
        // An option that is wrong is named: `--tokn`.
        let is_option = kind == ContextKind::InvalidArg && text.starts_with(['-', '<', '[']);
        if !text.is_empty() && !is_option {
            let hidden = ContextValue::String("(not shown)".into());
            error.insert(kind, hidden);
        }
    }
    error
}
