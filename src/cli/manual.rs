//! `conformant man`

use super::terminal::print;
use crate::error::{Error, Result};
use crate::output::write_atomically;
use clap::{Args, Command};
use clap_mangen::Man;
use std::path::{Path, PathBuf};

/// Options of man.
#[derive(Debug, Args)]
pub(super) struct ManualOptions {
    /// Folder for the pages of all commands, one file each (conformant.1, conformant-run.1 …)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn manual(options: &ManualOptions, command: Command) -> Result<u8> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let Some(folder) = &options.out else {
        let (_, text) = page(command)?;
        return print(&String::from_utf8_lossy(&text));
    };
    let pages = write_pages(&command, folder)?;
    print(&format!("{pages} pages written to {}\n", folder.display()))
}

/// Writes the page of `command` and of each command below it, and counts them.
fn write_pages(command: &Command, folder: &Path) -> Result<usize> {
    let (name, text) = page(command.clone())?;
    write_atomically(&folder.join(name), &text)?;
    command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
        .try_fold(1, |pages, below| Ok(pages + write_pages(below, folder)?))
}

/// File name and text (roff) of the page of one command.
fn page(command: Command) -> Result<(String, Vec<u8>)> {
    let page = Man::new(command)
        .source(concat!("conformant ", env!("CARGO_PKG_VERSION")))
        .manual("conformant manual");
    let mut text = Vec::new();
    page.render(&mut text)
        .map_err(|error| Error::no_verdict("manual page", error.to_string(), ""))?;
    Ok((page.get_filename(), text))
}
