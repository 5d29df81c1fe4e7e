//! `conformant replay`
//!
//! A record may come from anybody, and is trusted in nothing: where to send is said by
//! options, and what is sent is made again from the suite.

use super::suite::SuiteOptions;
use super::terminal::print;
use super::{panic, secrets, target};
use crate::error::{Error, Place, Problem, Result};
use crate::escape::terminal;
use crate::exchange::{Exchange, RecordHeader, RecordLine, RecordedRequest, Request};
use crate::judge::{Difference, Fingerprint, Judge, Severity};
use crate::runner::{read_record, read_record_header};
use crate::suite::strategy::{Generator, Share};
use crate::suite::{Bound, Objects, Property, RequestValues, Suite, Template, bind};
use crate::target::{Acquired, Credentials, Target};
use crate::transport::{Transport, shown_address};
use clap::Args;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

/// How often the request is sent again: a fault that shows now and then is flaky.
const TIMES: usize = 5;
const WHOLE: &str = "give a whole record, as conformant run --record wrote it";

/// Options of replay.
#[derive(Debug, Args)]
pub(super) struct ReplayOptions {
    /// The record, as run --record wrote it
    record: PathBuf,
    /// Id of the case or property; without the operation where the record is of one
    case: String,
    #[command(flatten)]
    suite: SuiteOptions,
    #[command(flatten)]
    target: target::TargetOptions,
}

/// The exchange of a record that is replayed.
struct Found {
    /// Its line in the record.
    number: usize,
    line: RecordLine,
    differs: BTreeSet<Fingerprint>,
}

pub(super) fn replay(options: &ReplayOptions) -> Result<u8> {
    let header = read_record_header(&options.record)?;
    let case = &in_full(&options.case, &header);
    let loaded = options.suite.load()?.suites;
    // Before any operation is signed, it may lack the case that only signing adds.
    let operation = case.split('/').next().unwrap_or_default();
    let is_of = |suite: &Arc<Suite>| suite.contract.operation == operation;
    let mut suites: Vec<Arc<Suite>> = loaded.into_iter().filter(is_of).collect();
    let unknown = || {
        Error::input(
            "CASE",
            format!("the suite has no case '{case}'"),
            "conformant list prints the ids",
        )
    };
    let Some(first) = suites.first() else {
        return Err(unknown());
    };
    let method = first.contract.method.clone();
    let target = options.target.resolve(&suites)?;
    target::may_write(&target, &method)?;
    if let (Credentials::Keys(_), Some(suite)) = (&target.credentials, Arc::get_mut(&mut suites[0]))
    {
        suite.sign();
    }
    let suite = Arc::clone(&suites[0]);
    let property = suite
        .properties
        .iter()
        .find(|property| property.template.id == *case);
    let template = suite
        .cases
        .iter()
        .map(|case| &case.template)
        .chain(property.map(|property| &property.template))
        .find(|template| template.id == *case)
        .ok_or_else(unknown)?;
    let base_url = address(options, &target, &header)?;
    let (found, count) = find(options, &suite, template)?;
    let settings = target.settings(base_url)?;
    let judge = Judge::new(Arc::clone(&suite)).within(settings.limits);
    let runtime = panic::runtime()?;
    let acquired = secrets::acquire(&runtime, &target, &suites, &settings)?;
    let request = match property {
        None => rebuilt(
            options,
            &found,
            &acquired,
            &suite,
            template,
            [Ok(RequestValues::default())],
        )?,
        Some(property) => {
            let changes = generated(&suite, property, &header, count)?;
            rebuilt(options, &found, &acquired, &suite, template, changes)?
        }
    };
    let request = Arc::new(request);
    let now: Vec<BTreeSet<Fingerprint>> = runtime.block_on(async {
        let transport = Transport::new(settings)?;
        let mut seen = Vec::new();
        for _ in 0..TIMES {
            let exchange = transport
                .send(&request)
                .await
                .map_err(|why| why.error(base_url))?;
            seen.push(differences(&judge, template, &exchange));
        }
        Ok::<_, Error>(seen)
    })?;
    let failing = now.iter().filter(|differs| !differs.is_empty()).count();
    let (word, code) = match failing {
        0 if found.differs.is_empty() => ("conforms, as recorded", 0),
        0 => ("fixed", 0),
        TIMES if now.iter().all(|differs| *differs == found.differs) => ("still failing", 1),
        TIMES => ("still failing, otherwise than recorded", 1),
        _ => ("flaky", 1),
    };
    let redactor = &acquired.redactor;
    let mut text = format!(
        "{}\n",
        terminal(&redactor.own_text(&request.curl(base_url)))
    );
    let union: BTreeSet<&Fingerprint> = now.iter().flatten().collect();
    for difference in union {
        let count = now
            .iter()
            .filter(|differs| differs.contains(difference))
            .count();
        let _ = writeln!(
            text,
            "  {} {} {}: {} ({count} of {TIMES})",
            difference.rule,
            difference.clause,
            terminal(&redactor.text(&difference.pointer)),
            terminal(&redactor.text(&difference.observed))
        );
    }
    let _ = writeln!(text, "{case}: {word}");
    redactor.guard("standard output", &text)?;
    print(&text)?;
    Ok(code)
}

/// The id of a case. Of a record of one operation, its name may be left out.
fn in_full(case: &str, header: &RecordHeader) -> String {
    match header.operations.as_slice() {
        [one] if case.matches('/').count() == 1 => format!("{one}/{case}"),
        _ => case.to_owned(),
    }
}

/// Where the request and its token go: never where the record says alone.
fn address<'a>(
    options: &ReplayOptions,
    target: &'a Target,
    header: &RecordHeader,
) -> Result<&'a str> {
    let recorded = terminal(&shown_address(&header.base_url));
    let Some(named) = &target.base_url else {
        return Err(Error::input(
            "--base-url",
            format!(
                "the target is missing; the record was made at {recorded}, but a record does not decide where the token goes"
            ),
            "give --target NAME, or --base-url URL",
        ));
    };
    let same = |address: &str| address.trim_end_matches('/').to_owned();
    if options.target.base_url.is_none() && same(named) != same(&header.base_url) {
        return Err(Error::input(
            "--target",
            format!(
                "the record was made at {recorded}, and the target '{}' is {}",
                target.name,
                shown_address(named)
            ),
            "name the target of the record, or say with --base-url where to send the request",
        ));
    }
    Ok(named)
}

/// The first recorded exchange of the case that differs, else its first; and how many
/// the record holds.
fn find(
    options: &ReplayOptions,
    suite: &Arc<Suite>,
    template: &Template,
) -> Result<(Found, usize)> {
    let mut found: Option<Found> = None;
    let mut count = 0;
    read_record(&options.record, |header, number, line| {
        if line.case != template.id {
            return Ok(());
        }
        count += 1;
        let exchange = line
            .exchange()
            .map_err(|what| Error::input(Place::line(&options.record, number), what, WHOLE))?;
        let Some(exchange) = exchange else {
            return Ok(());
        };
        let before = Judge::new(Arc::clone(suite)).within(header.limits);
        let differs = differences(&before, template, &exchange);
        let is_better = found
            .as_ref()
            .is_none_or(|found| found.differs.is_empty() && !differs.is_empty());
        if is_better {
            found = Some(Found {
                number,
                line,
                differs,
            });
        }
        Ok(())
    })?;
    found.map(|found| (found, count)).ok_or_else(|| {
        Error::NothingRun(Problem::new(
            options.record.as_path(),
            format!("the record holds no exchange of '{}'", template.id),
            "give a case that the recorded run sent",
        ))
    })
}

/// What the run generated, of which the record holds `count` requests and not those that
/// this token could not be sent.
fn generated(
    suite: &Suite,
    property: &Property,
    header: &RecordHeader,
    count: usize,
) -> Result<impl Iterator<Item = Result<RequestValues>>> {
    let failed = |why: String| Error::no_verdict(property.template.id.clone(), why, "");
    let share = header.shares.get(&suite.contract.operation);
    let share = share.map_or(Share::ALL, |[index, count]| Share {
        index: *index,
        count: *count,
    });
    let generator = Generator::new(suite, property, header.seed).map_err(failed)?;
    let mut generator = generator.sharing(share.of_property(property));
    let changes = (0..count + property.cases as usize).map(move |_| {
        let generated = generator.generate(suite, property).map_err(failed)?;
        Ok(generated.changes())
    });
    Ok(changes)
}

/// The recorded request as the suite makes it, with the secrets of this target.
///
/// # Errors
/// [`Error::Input`] where the suite makes no such request.
fn rebuilt(
    options: &ReplayOptions,
    found: &Found,
    acquired: &Acquired,
    suite: &Suite,
    template: &Template,
    changes: impl IntoIterator<Item = Result<RequestValues>>,
) -> Result<Request> {
    let mut skipped = None;
    let mut nearest: Option<Vec<&str>> = None;
    for changes in changes {
        let request = match bind(
            suite,
            template,
            &changes?,
            &acquired.values,
            &Objects::default(),
        ) {
            Bound::Ready(request) => request,
            Bound::Skipped(reason) => {
                skipped = Some(reason);
                continue;
            }
        };
        let ours = RecordedRequest::new(&request, &acquired.redactor);
        let differing = found.line.request.differing(&ours);
        if differing.is_empty() {
            return Ok(request);
        }
        let is_nearer = |other: &Vec<&str>| differing.len() < other.len();
        if nearest.as_ref().is_none_or(is_nearer) {
            nearest = Some(differing);
        }
    }
    let what = match nearest {
        Some(differing) => format!(
            "the recorded request is not the one that the suite sends for '{}': it differs in {}",
            template.id,
            differing.join(", ")
        ),
        None => skipped.unwrap_or_default(),
    };
    Err(Error::input(
        Place::line(&options.record, found.number),
        what,
        "replay with the suite and the options of the recorded run (--project-id, --foreign-project-id, --provoke, targets file); where they are the same, the record was changed",
    ))
}

fn differences(judge: &Judge, template: &Template, exchange: &Exchange) -> BTreeSet<Fingerprint> {
    judge
        .judge(template, exchange)
        .differences
        .iter()
        .filter(|difference| difference.rule.severity == Severity::Difference)
        .map(Difference::fingerprint)
        .collect()
}
