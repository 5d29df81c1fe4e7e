//! `conformant export`

use super::suite::SuiteOptions;
use super::terminal::print;
use crate::error::{Error, Result};
use crate::escape;
use crate::openapi::{self, document};
use crate::output::{self, Output, Outputs};
use crate::suite::{SuiteFiles, choose, contract};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// What the contract is written as.
#[derive(Debug, Subcommand)]
pub(super) enum ExportFormat {
    /// An OpenAPI document: parameters, bodies, statuses, with clause and row of each
    #[command(
        after_help = "Exit codes: 0 written · 2 usage, or a suite that cannot be read, or a file that cannot be written"
    )]
    Openapi(OpenapiOptions),
}

/// Options of export openapi.
#[derive(Debug, Args)]
pub(super) struct OpenapiOptions {
    #[command(flatten)]
    suite: SuiteOptions,
    /// File to write; '-' or none: standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace a file that is no OpenAPI document
    #[arg(long)]
    force: bool,
    /// Edition of OpenAPI
    #[arg(long, value_enum, value_name = "VERSION", default_value_t)]
    version: Edition,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Edition {
    /// 3.0.3
    #[value(name = "3.0")]
    V3_0,
    /// 3.1.0
    #[default]
    #[value(name = "3.1")]
    V3_1,
}

pub(super) fn export(format: &ExportFormat) -> Result<u8> {
    let ExportFormat::Openapi(options) = format;
    let files = options.suite.files()?;
    let operation = choose(&files, None)?;
    let version = match options.version {
        Edition::V3_0 => openapi::Version::V3_0,
        Edition::V3_1 => openapi::Version::V3_1,
    };
    let text = rendered(&files, &operation, version)?;
    match options.out.as_deref() {
        None => print(&escape::json(&text)),
        Some(path) if path == Path::new("-") => print(&escape::json(&text)),
        Some(path) => {
            let mut files = Outputs::new(options.force);
            options.suite.guard(&mut files);
            files.writes(Output {
                option: "--out".into(),
                path: path.to_owned(),
                kind: "an OpenAPI document",
                is_kind: |head| {
                    head.starts_with(b"{") && String::from_utf8_lossy(head).contains("\"openapi\":")
                },
                placeholder: None,
            });
            files.check()?;
            output::write(path, text.as_bytes())?;
            print(&format!(
                "wrote {}\n",
                escape::terminal(&path.display().to_string())
            ))
        }
    }
}

fn rendered(files: &SuiteFiles, operation: &str, version: openapi::Version) -> Result<String> {
    let contract = contract(files, operation)?;
    let document = document(&contract, version);
    let mut text = serde_json::to_string_pretty(&document)
        .map_err(|error| Error::no_verdict("export", error.to_string(), ""))?;
    text.push('\n');
    Ok(text)
}
