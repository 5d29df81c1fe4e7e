//! `conformant verify`

use super::suite::SuiteOptions;
use super::terminal::print;
use crate::baseline::today;
use crate::certificate::{self, PublicKey, Rejection, Subject, text};
use crate::error::{Error, Result};
use crate::escape::terminal;
use crate::input::{self, Kind};
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Options of verify.
#[derive(Debug, Args)]
pub(super) struct VerifyOptions {
    /// The certificate
    file: PathBuf,
    /// The issuer's Ed25519 key (PEM: openssl pkey -in KEY -pubout), got from the issuer and not with the certificate [env: CONFORMANT_PUBLIC_KEY]
    // The variable is read below: the output says where the trusted key came from.
    #[arg(long, value_name = "PEM")]
    public_key: Option<PathBuf>,
    /// The record that belongs to it: every exchange is judged again
    // No variable: that of `run` names a record to write.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// The thing that you have: the certificate must be about it, by its SHA-256
    #[arg(long, value_name = "PATH")]
    subject_file: Option<PathBuf>,
    /// Check the rest where the signature is missing or there is no key to check it with
    #[arg(long)]
    allow_unsigned: bool,
    #[command(flatten)]
    suite: SuiteOptions,
}

/// Names the key where the option does not.
const KEY_VARIABLE: &str = "CONFORMANT_PUBLIC_KEY";

/// The key that is trusted, and a line that says which and who named it.
fn trusted(options: &VerifyOptions) -> Result<Option<(PublicKey, String)>> {
    let variable = std::env::var_os(KEY_VARIABLE).filter(|value| !value.is_empty());
    let (path, source) = match (&options.public_key, variable) {
        (Some(path), _) => (path.clone(), "--public-key".to_owned()),
        (None, Some(path)) => (path.into(), format!("the variable {KEY_VARIABLE}")),
        (None, None) => return Ok(None),
    };
    let key = PublicKey::read(&path)?;
    let line = format!(
        "  {:<12} {}, from {} (named by {source})\n",
        "trusted key",
        key.id(),
        terminal(&path.display().to_string())
    );
    Ok(Some((key, line)))
}

pub(super) fn verify(options: &VerifyOptions) -> Result<u8> {
    let (key, trusted) = trusted(options)?.unzip();
    let trusted = trusted.unwrap_or_default();
    let bytes = input::bytes(&options.file, Kind::Certificate)?;
    let thing = options
        .subject_file
        .as_deref()
        .map(Subject::file)
        .transpose()?;
    let own = options.suite.own()?;
    let checked = certificate::verify(
        &bytes,
        own,
        key.as_ref(),
        options.allow_unsigned,
        today(),
        options.record.as_deref(),
    );
    let checked = checked.and_then(|checked| {
        thing
            .as_ref()
            .map_or(Ok(()), |thing| checked.is_about(thing))?;
        Ok(checked)
    });
    let file = terminal(&options.file.display().to_string());
    let checked = match checked {
        Ok(checked) => checked,
        Err(Rejection::Refused(refusal)) => {
            let what = text::name(&refusal.to_string());
            print(&format!(
                "{file}: refused: {what}\n  help: {}\n{trusted}",
                refusal.remedy()
            ))?;
            return Ok(1);
        }
        Err(Rejection::Unreadable(what)) => {
            return Err(Error::input(
                &options.file,
                terminal(&what),
                "give a certificate, and its record, as conformant certify wrote them",
            ));
        }
    };
    let operations = checked.statement.predicate.conformant.operations.len();
    let mut text = match checked.void.len() {
        0 => format!("{file}: holds\n"),
        void => format!(
            "{file}: holds for {} of its {operations} operations, the others are void\n",
            operations - void
        ),
    };
    for void in &checked.void {
        let why = text::name(&void.why.to_string());
        let _ = writeln!(
            text,
            "  {:<12} {}: {why}",
            "void",
            text::name(&void.operation)
        );
    }
    text.push_str(&text::render(
        &checked.statement,
        checked.signed_by.as_deref(),
    ));
    text.push_str(&trusted);
    let suite = match &options.suite.suite {
        Some(folder) => format!("the suite in {}", terminal(&folder.display().to_string())),
        None => "the suite of this program".to_owned(),
    };
    let _ = writeln!(text, "  {:<12} against {suite}", "checked");
    let _ = match checked.rejudged {
        Some(count) => writeln!(
            text,
            "  {:<12} {count} recorded exchanges judged again: same verdicts",
            ""
        ),
        None => writeln!(
            text,
            "  {:<12} NOT the recorded exchanges: give them with --record FILE",
            ""
        ),
    };
    if checked.signed_by.is_none() {
        let _ = writeln!(
            text,
            "  {:<12} NOT the signature: anybody may have made this",
            ""
        );
    }
    print(&text)?;
    Ok(u8::from(!checked.void.is_empty()))
}
