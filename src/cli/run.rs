//! `conformant run`

use super::chosen::{Otherwise, describe};
use super::files::write;
use super::options::{RunOptions, lanes_of};
use super::running::{INSECURE, Running};
use super::screen::Screen;
use super::secrets::{fail, replaced};
use super::signals::interrupt;
use super::steps::steps;
use super::terminal::{print, warn};
use super::usage;
use crate::baseline::{Assessment, is_ci, refuse_overrides};
use crate::error::{Error, Result};
use crate::judge::RunVerdict;
use crate::report::Report;
use crate::report::text::{self, View};
use crate::runner::{Filters, Run, Stop, names};
use clap::Parser;
use std::process::ExitCode;
use std::sync::Arc;

pub(super) fn run(options: &RunOptions, otherwise: Otherwise) -> Result<u8> {
    // The report of an earlier run may be the one that this run replaces.
    let filters = options.filters();
    let (reports, mut files) = options.files(options.outputs(), options.record.is_some())?;
    refuse_overrides()?;
    let filters = filters?;
    let chosen = options.choose(otherwise)?;
    chosen.target.guard(&mut files);
    files.check()?;
    let mut plan = chosen.plan(&filters, options.cases())?;
    plan = match chosen.without_writes(plan.clone()) {
        // What would be sent is what is asked for.
        Err(_) if options.dry_run => plan,
        allowed => allowed?,
    };
    if let Some(shard) = options.shard {
        if options.seed.is_none() {
            return Err(Error::input(
                "--shard",
                "the shards of a run need one seed",
                "give all of them the same --seed N",
            ));
        }
        plan = plan.shard(shard);
    }
    if let Some(most) = (chosen.target.max_requests).filter(|most| plan.requests() > *most) {
        return Err(Error::input(
            "--max-requests",
            format!(
                "the plan holds {} requests, more than {most}",
                plan.requests()
            ),
            "raise the bound, filter the cases, or send fewer generated requests (--cases N)",
        ));
    }
    let made: u64 = chosen.objects(&plan).values().sum();
    if let Some(most) = (chosen.target.max_objects).filter(|most| made > *most) {
        return Err(Error::input(
            "--max-objects",
            format!("the plan makes up to {made} objects, more than {most}"),
            "raise the bound, or filter the cases (--dry-run says how many of which kind)",
        ));
    }
    let missing = chosen.missing(&plan).into_iter();
    for (name, operations) in missing.filter(|_| !options.quiet) {
        warn(&format!(
            "not tested for want of {name}: {}; give it with --value {name}=…, or values.{name} of the target in the targets file",
            operations.join(", ")
        ));
    }
    if options.dry_run {
        let text = describe(&plan, &chosen);
        return print(&format!("{}\n{text}", chosen.target));
    }
    let insecure = chosen.target.insecure;
    files.begin()?;
    let mut running = Running::start(options, chosen, &plan, options.seed, true)?;
    interrupt(&running.run.sender);
    if let Some(path) = &options.record {
        running.run.record(path, &plan)?;
    }
    let evidence = Arc::clone(&running.run.evidence);
    if let Err(error) = running.preflight(&plan) {
        running.give_back()?;
        let report = without_verdict(running.report(&plan), &error);
        let finished = evidence.finish(report.verdict);
        write(&reports, &report, &running.run, options.record.as_deref()).and(finished)?;
        return Err(error);
    }
    let screen = Screen::new(options, &reports);
    if !options.quiet {
        running.announce(&plan);
    }
    let mimic = screen.mimic(&running.run.sender.transport);
    let live = Some(&screen).filter(|screen| screen.is_live());
    running.run_all(&plan, &mimic, live)?;
    let remains = running.give_back()?;
    let report = running.report(&plan).with_remains(remains);
    // What was judged is written and printed, whatever part of that fails.
    let finished = evidence.finish(report.verdict);
    let (pending, left) = match leave_pending(&running.run, &report) {
        Ok(count) => (count, Ok(())),
        Err(error) => (0, Err(error)),
    };
    let written = write(&reports, &report, &running.run, options.record.as_deref())
        .and(finished)
        .and(left);
    let text = match options.quiet {
        true => text::verdict(&report, screen.view),
        false => {
            let mut text = match live {
                Some(_) => text::account(&report, screen.view),
                None => text::render(&report, screen.view),
            };
            let steps = steps(options, &reports, &report, pending, screen.view);
            text.push_str(&running.run.sender.redactor().own_text(&steps));
            if insecure {
                text.push_str(INSECURE);
                text.push('\n');
            }
            text
        }
    };
    running
        .run
        .sender
        .redactor()
        .guard("standard output", &text)?;
    screen.tell(&text)?;
    running.runtime.shutdown_background();
    written?;
    Ok(report.verdict.exit_code())
}

/// Runs the suite as a test binary: libtest's arguments choose, the environment
/// names the target. Works under `cargo test` and `cargo nextest run` alike.
pub fn suite_as_test() -> ExitCode {
    as_test(&libtest_mimic::Arguments::from_args())
        .map_or_else(|error| fail(&error), ExitCode::from)
}

/// The options of run, from the environment alone.
#[derive(Debug, Parser)]
struct FromEnvironment {
    #[command(flatten)]
    options: RunOptions,
}

fn as_test(mimic: &libtest_mimic::Arguments) -> Result<u8> {
    refuse_overrides()?;
    let options = usage::parse::<FromEnvironment>(["conformant".into()])
        .map_err(|error| Error::input("environment", error.to_string(), ""))?
        .options;
    let chosen = options.choose(Otherwise::Reference)?;
    let mut plan = chosen.without_writes(chosen.plan(&Filters::default(), options.cases())?)?;
    if mimic.list {
        // Nothing but the list may be printed, and nothing sent.
        let _ = libtest_mimic::run(mimic, names(&plan));
        return Ok(0);
    }
    let selected: Vec<bool> = names(&plan)
        .iter()
        .map(|trial| !mimic.is_filtered_out(trial))
        .collect();
    plan.select(&selected);
    if plan.operations.is_empty() {
        // As every test binary: a filter that is meant for another one selects nothing here.
        let _ = libtest_mimic::run(mimic, Vec::new());
        return Ok(0);
    }
    let mut running = Running::start(&options, chosen, &plan, options.seed, true)?;
    if let Err(error) = running.preflight(&plan) {
        running.give_back()?;
        return Err(error);
    }
    // A lane has connections of its own: no more of them than the target takes.
    // Controls that were not selected are sent too, and told.
    let mut mimic = libtest_mimic::Arguments {
        filter: None,
        skip: Vec::new(),
        exact: false,
        ignored: false,
        ..mimic.clone()
    };
    mimic.test_threads = Some(lanes_of(&running.run.sender.transport));
    running.run_all(&plan, &mimic, None)?;
    let remains = running.give_back()?;
    let report = running.report(&plan).with_remains(remains);
    let text = text::render(&report, View::default());
    running
        .run
        .sender
        .redactor()
        .guard("standard output", &text)?;
    print(&text)?;
    running.runtime.shutdown_background();
    Ok(report.verdict.exit_code())
}

/// Leaves what differs beside the snapshots, pending acceptance, and takes away what
/// an earlier run left there; gives the number of cases that can be accepted now. In CI nobody
/// could accept them: nothing is written. Where nothing can be written, that is said, and is
/// no part of the verdict.
fn leave_pending(run: &Run, report: &Report) -> Result<usize> {
    if is_ci() || matches!(run.sender.stop_reason(), Some(Stop::Interrupted(_))) {
        return Ok(0);
    }
    let mut count = 0;
    let mut unwritten = Ok(());
    for (session, operation) in run.sessions.iter().zip(&report.operations) {
        for case in &operation.cases {
            match &case.assessment {
                Assessment::New | Assessment::Changed(_) | Assessment::Expired(..) => {
                    let differences = case.to_accept(session.options.strict);
                    let shown = format!("{differences:?}");
                    run.sender.redactor().guard(&case.id, &shown)?;
                    let more = case.unlisted > 0;
                    let pending = session.baseline.write_pending(&case.id, &differences, more);
                    count += usize::from(pending.is_ok());
                    unwritten = unwritten.and(pending.map(drop));
                }
                Assessment::Clean if case.requests == 0 => {}
                _ => unwritten = unwritten.and(session.baseline.remove_pending(&case.id)),
            }
        }
    }
    if let Err(error) = unwritten {
        let what = "warning: the differences cannot be left for conformant accept";
        warn(&format!("{what}: {error}"));
    }
    Ok(count)
}

/// The report of a run that never got beyond its first requests.
pub(super) fn without_verdict(mut report: Report, error: &Error) -> Report {
    report.verdict = RunVerdict::NoVerdict;
    report.stopped = Some(replaced(error));
    report
}
