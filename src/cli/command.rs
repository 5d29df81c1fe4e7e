//! Defines the command line, and runs the command that it names.

use super::chosen::Otherwise;
use super::options::RunOptions;
use super::secrets::fail;
use super::terminal::print;
use super::{
    accept, certify, clean, derive, diff, export, files, list, manual, merge, panic, replay, run,
    selftest, serve, signals, usage, verify,
};
use crate::error::Error;
use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

const EXIT_CODES: &str = "Exit codes: 0 conforms · 1 does not conform · 2 usage, configuration or input · \
3 no verdict (unreachable, inconclusive, internal error) · 4 nothing was run · 130 interrupted (129 by SIGHUP, 143 by SIGTERM)";

/// API conformance testing from the documented tables of a reference page.
///
/// Alone, without any option or variable of a run: the suite against the embedded reference
/// server. Options without a command are those of run.
#[derive(Debug, Parser)]
#[command(name = "conformant", version, after_help = EXIT_CODES, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: RunOptions,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Test a target (--base-url or --target), or the embedded reference server (--reference)
    #[command(after_help = EXIT_CODES)]
    Run(Box<RunOptions>),
    /// Print cases and properties, or the documented statements
    List(list::ListOptions),
    /// Accept the differences that the last run left pending, with a reason and an end
    #[command(
        after_help = "Exit codes: 0 accepted · 2 usage, or a corrupt snapshot · 4 nothing was pending"
    )]
    Accept(accept::AcceptOptions),
    /// Run the suite against every fault of the catalogue: the kill matrix
    #[command(
        after_help = "Exit codes: 0 every fault was killed and every conforming server passed · 1 not so · 2 usage · 3 no verdict · 4 nothing was run"
    )]
    Selftest(selftest::SelftestOptions),
    /// Serve the documented API: a conforming mock, or one with faults
    #[command(after_help = serve::identity())]
    Serve(serve::ServeOptions),
    /// Derive contracts, schemas and cases from pages, or from the contracts of a suite
    #[command(
        after_help = "Exit codes: 0 written (with --check: no drift) · 1 drift, or with --strict a finding · 2 a page could not be read, or a derived file was changed since; nothing of it is written"
    )]
    Derive(derive::DeriveOptions),
    /// Compare two sources of an API, or two editions of one: where they agree and differ,
    /// and whom a change breaks
    #[command(
        after_help = "Operations are matched by method and path, whatever placeholders are called; a common base path counts as absent. Exit codes: 0 nothing of --fail-on was found · 1 something was (without --fail-on: of editions, what breaks clients) · 2 a source could not be read"
    )]
    Diff(diff::DiffOptions),
    /// Write the contract in a form that other tools read
    #[command(subcommand)]
    Export(export::ExportFormat),
    /// Certify a target: self-test, three rounds of the whole suite, and a certificate
    #[command(
        after_help = "Exit codes: 0 certified · 1 no certificate: what is missing is printed · 2 usage, configuration or input · 3 no verdict, or the self-test failed · 4 nothing was run · 130 interrupted"
    )]
    Certify(Box<certify::CertifyOptions>),
    /// Check a certificate offline; with its record, judge every exchange again
    #[command(after_help = "Exit codes: 0 it holds · 1 refused · 2 it cannot be read")]
    Verify(verify::VerifyOptions),
    /// Send one recorded case again: fixed, still failing, or flaky
    #[command(
        after_help = "Exit codes: 0 fixed, or conforms as recorded · 1 still failing, or flaky · 2 usage, or no whole record · 3 unreachable · 4 the record holds no such case"
    )]
    Replay(Box<replay::ReplayOptions>),
    /// Give back what runs have made that were killed
    #[command(
        after_help = "Exit codes: 0 nothing of ours is left · 1 something is: each is printed · 2 usage, configuration or input · 3 unreachable"
    )]
    Clean(Box<clean::CleanOptions>),
    /// Join the JSON reports of shards into one verdict
    #[command(after_help = EXIT_CODES, long_about = merge::ABOUT)]
    Merge(merge::MergeOptions),
    /// Print shell completions
    Completions {
        /// bash, elvish, fish, powershell or zsh
        shell: clap_complete::Shell,
    },
    /// Print the manual page; with --out, write the pages of all commands
    #[command(
        after_help = "Exit codes: 0 printed or written · 2 usage, or a file that cannot be written"
    )]
    Man(manual::ManualOptions),
}

/// Parses the command line, runs the command, and gives its exit code.
pub fn main() -> ExitCode {
    panic::silence();
    // `serve` ends by signals as it always did: with it, nothing is left behind.
    let serves = std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == "serve");
    if !serves {
        signals::handle();
    }
    let arguments: Arguments = match usage::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // A closed pipe is no reason to fail.
            let _ = error.print();
            if code == 2 {
                let words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
                files::take_back(&words.collect::<Vec<_>>());
            }
            return ExitCode::from(code);
        }
    };
    let has_reports = match &arguments.command {
        None | Some(Command::Run(_) | Command::Certify(_) | Command::Merge(_)) => true,
        Some(_) => false,
    };
    if !has_reports {
        signals::may_exit();
    }
    let result = panic::caught(|| match arguments.command {
        None if std::env::args_os().len() <= 1 && RunOptions::variable().is_none() => {
            run::run(&arguments.run, Otherwise::Reference)
        }
        None => run::run(&arguments.run, Otherwise::Nothing)
            .map_err(|error| misspelt(error, &arguments.run.filters)),
        Some(Command::Run(arguments)) => run::run(&arguments, Otherwise::Nothing),
        Some(Command::List(arguments)) => list::list(&arguments),
        Some(Command::Accept(options)) => accept::accept(&options),
        Some(Command::Selftest(arguments)) => selftest::selftest(&arguments),
        Some(Command::Serve(arguments)) => serve::serve(&arguments),
        Some(Command::Derive(arguments)) => derive::derive(&arguments),
        Some(Command::Diff(arguments)) => diff::diff(&arguments),
        Some(Command::Export(format)) => export::export(&format),
        Some(Command::Certify(options)) => certify::certify(&options),
        Some(Command::Verify(options)) => verify::verify(&options),
        Some(Command::Replay(options)) => replay::replay(&options),
        Some(Command::Clean(options)) => clean::clean(&options),
        Some(Command::Merge(options)) => merge::merge(&options),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            let mut command = usage::command::<Arguments>();
            clap_complete::generate(shell, &mut command, "conformant", &mut script);
            print(&String::from_utf8_lossy(&script))
        }
        Some(Command::Man(options)) => manual::manual(&options, usage::command::<Arguments>()),
    });
    result.map_or_else(|error| fail(&error), ExitCode::from)
}

/// Asks whether a filter in the place of a command was meant as one.
fn misspelt(mut error: Error, filters: &[String]) -> Error {
    let (Error::Input(problem) | Error::NothingRun(problem)) = &mut error else {
        return error;
    };
    let program = Arguments::command();
    let mut names = program.get_subcommands().map(clap::Command::get_name);
    let is_near = |name: &&str| filters.first().is_some_and(|word| edits(word, name) <= 2);
    if let Some(name) = names.find(is_near) {
        problem.place = format!("command '{}'", filters[0]).into();
        problem.what = format!(
            "there is no such command, and as a filter: {}",
            problem.what
        );
        problem.remedy = format!("did you mean the command '{name}'? or: {}", problem.remedy);
    }
    error
}

/// How many letters must be put in, left out, replaced or swapped with the next one to
/// make `other` of `word`.
fn edits(word: &str, other: &str) -> usize {
    let (word, other): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for (i, letter) in word.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, theirs) in other.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(letter != theirs);
            let mut least = replaced.min(row[j] + 1).min(rows[i][j + 1] + 1);
            if i > 0 && j > 0 && *letter == other[j - 1] && word[i - 1] == *theirs {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[word.len()][other.len()]
}
