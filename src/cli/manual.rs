//! `conformant man`

use super::terminal::print;
use crate::error::{Error, Result};
use crate::output::{Output, Outputs, write};
use clap::{Args, Command};
use clap_mangen::Man;
use std::path::{Path, PathBuf};

/// Options of man.
#[derive(Debug, Args)]
pub(super) struct ManualOptions {
    /// Folder for the pages of all commands, one file each (conformant.1, conformant-run.1 …)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace files that are no manual pages of conformant
    #[arg(long)]
    force: bool,
}

pub(super) fn manual(options: &ManualOptions, command: Command) -> Result<u8> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let Some(folder) = &options.out else {
        let (_, text) = page(command)?;
        return print(&String::from_utf8_lossy(&text));
    };
    let mut pages = Vec::new();
    collect(&command, folder, &mut pages)?;
    let mut outputs = Outputs::new(options.force);
    for (path, _) in &pages {
        outputs.writes(Output {
            option: "--out".into(),
            path: path.clone(),
            kind: "a manual page of conformant",
            is_kind: |head| String::from_utf8_lossy(head).contains(".TH conformant"),
            placeholder: None,
        });
    }
    outputs.check()?;
    for (path, text) in &pages {
        write(path, text)?;
    }
    print(&format!(
        "{} pages written to {}\n",
        pages.len(),
        folder.display()
    ))
}

/// The page of `command`, and of each command below it.
fn collect(command: &Command, folder: &Path, pages: &mut Vec<(PathBuf, Vec<u8>)>) -> Result<()> {
    let (name, text) = page(command.clone())?;
    pages.push((folder.join(name), text));
    command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
        .try_for_each(|below| collect(below, folder, pages))
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
