//! `conformant replay`

use super::{SuiteOptions, target};
use crate::error::{Error, Problem, Result};
use crate::exchange::{Exchange, RecordLine};
use crate::judge::{Difference, Fingerprint, Judge, Severity};
use crate::report::escape::terminal;
use crate::runner::read_record;
use crate::suite::{Template, reseal};
use crate::target::{Credentials, credentials};
use crate::transport::{NotSent, Transport};
use clap::Args;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

/// How often the request is sent again: a fault that shows now and then is flaky.
const TIMES: usize = 5;

/// Options of replay.
#[derive(Debug, Args)]
pub(super) struct ReplayOptions {
    /// The record, as run --record wrote it
    record: PathBuf,
    /// Id of the case or property
    case: String,
    #[command(flatten)]
    suite: SuiteOptions,
    #[command(flatten)]
    target: target::TargetOptions,
}

pub(super) fn replay(options: &ReplayOptions) -> Result<u8> {
    let mut suite = options.suite.load()?;
    let target = options.target.resolve(&suite)?;
    super::may_write(&target, &suite.contract.method)?;
    if let (Credentials::Keys(_), Some(suite)) = (&target.credentials, Arc::get_mut(&mut suite)) {
        suite.sign();
    }
    let template = suite
        .cases
        .iter()
        .map(|case| &case.template)
        .chain(suite.properties.iter().map(|property| &property.template))
        .find(|template| template.id == options.case)
        .ok_or_else(|| {
            Error::input(
                "CASE",
                format!("the suite has no case '{}'", options.case),
                "conformant list prints the ids",
            )
        })?;
    let mut found: Option<(RecordLine, BTreeSet<Fingerprint>)> = None;
    let (header, _) = read_record(&options.record, |header, number, line| {
        if line.case != options.case {
            return Ok(());
        }
        let exchange = line.exchange().map_err(|what| {
            Error::input(
                crate::error::Place::line(&options.record, number),
                what,
                "give a whole record, as conformant run --record wrote it",
            )
        })?;
        let Some(exchange) = exchange else {
            return Ok(());
        };
        let before = Judge::new(Arc::clone(&suite)).within(header.limits);
        let differs = differences(&before, template, &exchange);
        let is_better = found
            .as_ref()
            .is_none_or(|(_, before)| before.is_empty() && !differs.is_empty());
        if is_better {
            found = Some((line, differs));
        }
        Ok(())
    })?;
    let Some((line, before)) = found else {
        return Err(Error::NothingRun(Problem::new(
            options.record.as_path(),
            format!("the record holds no exchange of '{}'", options.case),
            "give a case that the recorded run sent",
        )));
    };
    let mut request = line.request.to_request();
    let base_url = target.base_url.as_ref().unwrap_or(&header.base_url);
    let settings = target.settings(base_url)?;
    let judge = Judge::new(Arc::clone(&suite)).within(settings.limits);
    let runtime = super::panic::runtime()?;
    let acquired = runtime.block_on(credentials::acquire(&target, &suite, &settings))?;
    reseal(&mut request, &acquired.values).map_err(|what| {
        Error::input(
            options.record.as_path(),
            what,
            "replay against a target like the recorded one, or record again",
        )
    })?;
    let request = Arc::new(request);
    let now: Vec<BTreeSet<Fingerprint>> = runtime.block_on(async {
        let transport = Transport::new(settings)?;
        let mut seen = Vec::new();
        for _ in 0..TIMES {
            let exchange = transport
                .send(&request)
                .await
                .map_err(|why| not_sent(base_url, &why))?;
            seen.push(differences(&judge, template, &exchange));
        }
        Ok::<_, Error>(seen)
    })?;
    let failing = now.iter().filter(|differs| !differs.is_empty()).count();
    let (word, code) = match failing {
        0 if before.is_empty() => ("conforms, as recorded", 0),
        0 => ("fixed", 0),
        TIMES if now.iter().all(|differs| *differs == before) => ("still failing", 1),
        TIMES => ("still failing, otherwise than recorded", 1),
        _ => ("flaky", 1),
    };
    let mut text = format!("{}\n", terminal(&request.curl(base_url)));
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
            terminal(&difference.pointer),
            terminal(&difference.observed)
        );
    }
    let _ = writeln!(text, "{}: {word}", options.case);
    let text = acquired.redactor.text(&text);
    super::print(&text)?;
    Ok(code)
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

fn not_sent(base_url: &str, why: &NotSent) -> Error {
    let what = match why {
        NotSent::Unreachable(why) => format!("the target cannot be reached: {why}"),
        NotSent::Untrusted(untrusted) => {
            let what = format!("no connection is made to the target: {}", untrusted.what);
            return Error::no_verdict(base_url, what, untrusted.remedy);
        }
        NotSent::Silent => "replies stopped coming".into(),
        NotSent::Throttled(status) => format!("the target throttled to the end ({status})"),
    };
    Error::no_verdict(
        base_url,
        what,
        "check the address, and that the server is up",
    )
}
