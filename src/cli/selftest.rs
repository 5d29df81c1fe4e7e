//! `conformant selftest`

use super::files;
use super::suite::SuiteOptions;
use crate::contract::Finding;
use crate::error::{Error, Problem, Result};
use crate::escape::terminal;
use crate::exchange::Redactor;
use crate::output::Outputs;
use crate::report::format::{Format, render_matrix};
use crate::report::matrix::Totals;
use crate::selftest::{Matrix, SelftestOutcome, run, run_to_the_end, try_laws, unlike_page};
use crate::suite::Suite;
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

/// Options of selftest.
#[derive(Debug, Args)]
pub(super) struct SelftestOptions {
    /// Try the faults and conforming variants that have one of these in their name
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    #[command(flatten)]
    suite: SuiteOptions,
    /// Seed of generated requests
    #[arg(long, value_name = "N", default_value_t = 1, env = "CONFORMANT_SEED")]
    seed: u64,
    /// Servers tried at once; without it, as many as there are cores
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Write the kill matrix: json, markdown or html=PATH, '-' for standard output; repeatable
    // No variable: that of `run` would have this write over the reports of a run.
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<String>,
    /// Replace files that are no reports
    #[arg(long)]
    force: bool,
    /// Run against every server to the end, and say what each family of requests costs and finds
    #[arg(long)]
    by_family: bool,
    /// List every fault
    #[arg(short, long)]
    verbose: bool,
}

pub(super) fn selftest(arguments: &SelftestOptions) -> Result<u8> {
    let mut outputs = Outputs::new(arguments.force);
    arguments.suite.guard(&mut outputs);
    let formats = &Format::OF_MATRICES;
    let (reports, outputs) = files::claim(&arguments.report, formats, "selftest", outputs, true)?;
    let suite_files = arguments.suite.files()?;
    let loaded = arguments.suite.load()?;
    if let Some(one) = loaded.unjudged.first() {
        let remedy = "mend it, or choose others with --operation NAME";
        return Err(Error::input(one.name.as_str(), &one.reason, remedy));
    }
    let suites = loaded.suites;
    outputs.begin()?;
    let began = std::time::Instant::now();
    let (mut matrices, mut unlike) = (Vec::new(), Vec::new());
    let names_resource = |filter: &str| {
        let name = filter.split_once(':').map(|(name, _)| name);
        let mut resources = loaded.resources.iter();
        resources.any(|resource| Some(resource.name.as_str()) == name)
    };
    for suite in &suites {
        let operation = &suite.contract.operation;
        let of_operations = arguments.filters.iter().filter(|it| !names_resource(it));
        let filters = filters_of(of_operations, operation, suites.len() > 1);
        if filters.is_empty() && !arguments.filters.is_empty() {
            continue;
        }
        match arguments.try_all(suite, &filters) {
            Ok(matrix) => matrices.push((operation.clone(), matrix)),
            // Another operation may have what the filter means.
            Err(Error::NothingRun(_)) if suites.len() > 1 => continue,
            Err(error) => return Err(error),
        }
        unlike.push(unlike_page(&suite_files, operation)?);
    }
    matrices.extend(try_laws(
        &suites,
        &loaded.resources,
        &arguments.filters,
        arguments.seed,
    )?);
    if matrices.is_empty() {
        return Err(Error::NothingRun(Problem::new(
            format!("filter {}", arguments.filters.join(" ")),
            "no fault or conforming variant of any operation has a name that contains this",
            "conformant selftest -v prints all names",
        )));
    }
    let matrix = match matrices.len() {
        1 if suites.len() == 1 => matrices.remove(0).1,
        _ => Matrix::of_service(matrices),
    };
    // The self-test's token is a fixture and no secret.
    let written = files::write_reports(&reports, &Redactor::default(), |format| {
        render_matrix(format, &matrix)
    });
    let mut text = render(&matrix, arguments.verbose);
    let _ = writeln!(
        text,
        "{:.1} s, seed {}",
        began.elapsed().as_secs_f64(),
        matrix.seed
    );
    for unlike in &unlike {
        text.push_str(&seen(unlike.as_ref()));
    }
    files::tell(&reports, &text)?;
    written?;
    let mut seen = unlike.iter().flatten();
    let is_as_the_page = seen.all(|(_, seen)| seen.is_empty());
    Ok(u8::from(!matrix.passes() || !is_as_the_page))
}

/// The filters that are meant for an operation: of several, `OPERATION:NAME` names one.
fn filters_of<'a>(
    filters: impl Iterator<Item = &'a String>,
    operation: &str,
    are_several: bool,
) -> Vec<String> {
    let meant = |filter: &String| match filter.split_once(':').filter(|_| are_several) {
        Some((part, name)) => operation.contains(part).then(|| name.to_owned()),
        None => Some(filter.clone()),
    };
    filters.filter_map(meant).collect()
}

impl SelftestOptions {
    fn try_all(&self, suite: &Arc<Suite>, filters: &[String]) -> Result<Matrix> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let jobs = self.jobs.unwrap_or(cores);
        match self.by_family {
            true => run_to_the_end(suite, filters, self.seed, jobs),
            false => run(suite, filters, self.seed, jobs),
        }
    }
}

/// What the independent eye has to say.
fn seen(unlike: Option<&(PathBuf, Vec<Finding>)>) -> String {
    let Some((path, seen)) = unlike else {
        return "no page here: the independent eye has nothing to hold contract.json against\n"
            .into();
    };
    let mut text = String::new();
    for finding in seen {
        let lines = finding.to_string();
        let lines: Vec<String> = lines.lines().map(terminal).collect();
        let _ = writeln!(text, "UNLIKE THE PAGE    {}", lines.join("\n"));
    }
    let _ = match seen.len() {
        0 => writeln!(
            text,
            "contract.json and its findings say what {} says",
            path.display()
        ),
        count => writeln!(
            text,
            "{count} times contract.json does not say what {} says; derive it afresh, and correct it in reading.toml",
            path.display()
        ),
    };
    text
}

fn render(matrix: &Matrix, verbose: bool) -> String {
    let mut text = String::new();
    for tried in &matrix.tried {
        let (word, detail) = match &tried.outcome {
            SelftestOutcome::Killed if verbose => ("killed", ""),
            SelftestOutcome::Passed if verbose => ("passed", ""),
            SelftestOutcome::Killed | SelftestOutcome::Passed => continue,
            SelftestOutcome::KilledByAnother(why) => ("KILLED BY ANOTHER", why.as_str()),
            SelftestOutcome::Survived(why) => ("SURVIVED", why.as_str()),
            SelftestOutcome::FalseAlarm(why) => ("FALSE ALARM", why.as_str()),
        };
        let _ = writeln!(
            text,
            "{word:<18} {:<48} {} {detail}",
            tried.name,
            tried.clause.as_deref().unwrap_or_default()
        );
    }
    let _ = writeln!(
        text,
        "{:<66} {:>7} {:>8} {:>9}",
        "clause", "killed", "another", "survived"
    );
    let rows = matrix.by_clause();
    for (clause, [killed, another, survived]) in &rows {
        let _ = writeln!(text, "{clause:<66} {killed:>7} {another:>8} {survived:>9}");
    }
    let totals = Totals::of(matrix);
    let _ = writeln!(
        text,
        "{} faults of {} clauses: {} killed by their own clause, {} by another, {} survived; {} of {} conforming servers passed",
        totals.faults,
        rows.len(),
        totals.killed,
        totals.killed_by_another,
        totals.survived,
        totals.passed,
        totals.conforming
    );
    let without = &matrix.without_fault;
    let _ = writeln!(
        text,
        "{} documented statements have no fault",
        without.len()
    );
    for clause in without {
        let _ = writeln!(text, "  {clause}");
    }
    let families = matrix.by_family();
    if !families.is_empty() {
        let _ = writeln!(
            text,
            "{:<24} {:>8} {:>13} {:>11}",
            "family", "requests", "faults found", "by it alone"
        );
    }
    for (name, row) in &families {
        let _ = writeln!(
            text,
            "{name:<24} {:>8} {:>13} {:>11}",
            row.requests, row.found, row.alone
        );
    }
    let out_of_reach = &matrix.out_of_reach;
    if !out_of_reach.is_empty() {
        let _ = writeln!(text, "{} faults were not tried", out_of_reach.len());
    }
    for fault in out_of_reach {
        let _ = writeln!(text, "  {}: {}", fault.name, fault.reason);
    }
    text
}
