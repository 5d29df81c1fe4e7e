//! Audits a report that was read back: whether it holds what its plan names, and whether
//! each verdict follows from what stands below it.
//!
//! This finds what was cut, edited by hand, or put together from parts. It proves nothing
//! against an author who changes every place alike: a report carries no signature.

use super::{CaseReport, ClauseReport, ClauseVerdict, OperationReport, Report};
use crate::baseline::{Assessment, says_something, today};
use crate::escape::terminal;
use crate::judge::{RunVerdict, Severity, Verdict};
use crate::profile::is_refusal_of_token;
use crate::runner::{self, Covered, Planned, Stated};
use crate::suite::LEAVES_TOKEN;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The target of a report without an address: the embedded server.
const EMBEDDED: &str = "reference";
/// A run ends within a day, and the time that its pace alone takes (a request a second at
/// least); what is under way then has an hour more.
const LONGEST: Duration = Duration::from_secs((24 + 1) * 3600);
/// Most requests under way at once.
const AT_ONCE: u32 = 1024;

/// Checks a report of a run that came to its end.
///
/// # Errors
/// What does not add up.
pub fn audit(report: &Report) -> Result<(), String> {
    if let Some(why) = &report.stopped {
        return Err(format!("the run ended early: {why}"));
    }
    if report.base_url.is_none() && report.target != EMBEDDED {
        return Err(format!("its target '{}' has no address", report.target));
    }
    if report.shard.is_some_and(|shard| !shard.is_part()) {
        return Err("its shard is none of as many as it says".into());
    }
    let mut names = BTreeSet::new();
    for operation in &report.operations {
        let name = &operation.operation;
        if !names.insert(name) {
            return Err(format!("operation {name} is there twice"));
        }
        self::operation(report, operation).map_err(|what| format!("{name}: {what}"))?;
    }
    let operations = report.operations.iter();
    let digests = operations.map(|it| (it.operation.as_str(), it.plan_digest.as_str()));
    if runner::plan_digest(digests, &report.unjudged) != report.plan_digest {
        return Err("the plan's digest is not that of its operations".into());
    }
    plan(report)?;
    let judged = report.operations.iter().map(OperationReport::requests);
    let judged = judged.fold(0, u64::saturating_add);
    if judged > report.requests || report.retries() > report.requests {
        return Err(format!(
            "{} requests were sent, fewer than its cases judged or repeated",
            report.requests
        ));
    }
    times(report)?;
    let verdict = report.fold();
    if verdict != report.verdict {
        return Err(format!(
            "its verdict is '{}', and that of its cases is '{}'",
            report.verdict.word(),
            verdict.word()
        ));
    }
    Ok(())
}

/// Checks the account of one operation.
fn operation(report: &Report, operation: &OperationReport) -> Result<(), String> {
    if digest(operation) != operation.plan_digest {
        return Err("the plan's digest is not that of its suite, statements and items".into());
    }
    for case in &operation.cases {
        follows(case, report.strict).map_err(|what| {
            format!(
                "case {} has the verdict {}, but {what}",
                case.id, case.verdict
            )
        })?;
    }
    clauses(operation)?;
    let verdict = RunVerdict::fold(operation.cases.iter().map(|case| case.verdict), true)
        .with_unchecked(operation.unchecked().len(), report.strict);
    if verdict != operation.verdict {
        return Err(format!(
            "its verdict is '{}', and that of its cases is '{}'",
            operation.verdict.word(),
            verdict.word()
        ));
    }
    Ok(())
}

fn stated(clause: &ClauseReport) -> Stated<'_> {
    Stated {
        id: &clause.id,
        statement: &clause.statement,
        source: &clause.source,
        reading: clause.reading.clone(),
        unchecked: clause.unchecked,
    }
}

/// The digest of the plan that the account of an operation shows.
fn digest(report: &OperationReport) -> String {
    Covered {
        suite: &report.files,
        corrections: &report.corrections,
        weaknesses: report.weaknesses.clone(),
        statements: report.clauses.iter().map(stated).collect(),
        items: &report.planned,
    }
    .digest()
}

/// Whether the run, and each case, took a time that one can take.
fn times(report: &Report) -> Result<(), String> {
    let paced = Duration::from_secs(report.requests.min(1 << 32));
    if report.elapsed > LONGEST + paced {
        return Err(format!("it took {:?}, longer than any run", report.elapsed));
    }
    let most = (report.elapsed + Duration::from_millis(1)).saturating_mul(AT_ONCE);
    match report.cases().find(|case| case.elapsed > most) {
        Some(case) => Err(format!("case {} took longer than its run", case.id)),
        None => Ok(()),
    }
}

/// Every item of the part has its case, and no case stands there twice.
fn plan(report: &Report) -> Result<(), String> {
    let mut cases: BTreeMap<&str, &CaseReport> = BTreeMap::new();
    for case in report.cases() {
        if cases.insert(&case.id, case).is_some() {
            return Err(format!("case {} is there twice", case.id));
        }
    }
    let planned: Vec<&Planned> = report
        .operations
        .iter()
        .flat_map(|it| &it.planned)
        .collect();
    let is_taken = match report.shard {
        Some(shard) => shard.takes(&planned.iter().map(|it| it.weight()).collect::<Vec<_>>()),
        None => vec![true; planned.len()],
    };
    let mut items = BTreeSet::new();
    for (item, is_taken) in planned.into_iter().zip(is_taken) {
        if !items.insert(&item.id) {
            return Err(format!("the plan names {} twice", item.id));
        }
        // Controls are sent by every part.
        if let Some(case) = cases.get(item.id.as_str()) {
            as_planned(item, case)?;
        }
        if !is_taken {
            continue;
        }
        let case = cases.get(item.id.as_str());
        let case = case.ok_or_else(|| format!("case {} of the plan is missing", item.id))?;
        if is_skipped(item, case) != (case.verdict == Verdict::Skipped) {
            return Err(format!(
                "case {} is {}, which is not as planned",
                item.id, case.verdict
            ));
        }
        if !is_whole(item, case) {
            return Err(format!(
                "case {} judged {} requests, and its plan says {}",
                item.id, case.requests, item.requests
            ));
        }
    }
    Ok(())
}

/// Whether a case is about what the plan says of it.
fn as_planned(item: &Planned, case: &CaseReport) -> Result<(), String> {
    let what = if case.clause != item.clause {
        "clause"
    } else if case.summary != item.summary {
        "summary"
    } else if case.expect != item.expect {
        "set of expected statuses"
    } else {
        return Ok(());
    };
    Err(format!(
        "case {} has another {what} than its plan says",
        item.id
    ))
}

/// Whether all requests of an item were judged. A property without a token as it must be
/// leaves out the changes that leave the token as it is.
fn is_whole(item: &Planned, case: &CaseReport) -> bool {
    let is_green = matches!(case.verdict, Verdict::Pass | Verdict::Note | Verdict::Known);
    let is_of_token = item
        .expect
        .iter()
        .any(|status| is_refusal_of_token(*status));
    !is_green || is_of_token || case.requests == 0 || case.requests >= u64::from(item.requests)
}

/// Whether an item had to be skipped: as planned, or because a change would have left the
/// token, which a plan does not know, as it is.
fn is_skipped(item: &Planned, case: &CaseReport) -> bool {
    let is_of_token = matches!(case.expect[..], [status] if is_refusal_of_token(status));
    item.skipped || (is_of_token && case.reason.as_deref() == Some(LEAVES_TOKEN))
}

/// Whether the verdict of a case is the one that its parts give.
fn follows(case: &CaseReport, strict: bool) -> Result<(), String> {
    if case.verdict == Verdict::Known {
        known(case)?;
    }
    differs_as_said(case, strict).map_err(str::to_owned)
}

fn differs_as_said(case: &CaseReport, strict: bool) -> Result<(), &'static str> {
    let is_difference = |severity: Severity| strict || severity == Severity::Difference;
    let differs = case.unlisted > 0
        || case
            .seen
            .iter()
            .any(|seen| is_difference(seen.difference.rule.severity));
    let is_accepted = matches!(case.assessment, Assessment::Known(_));
    if is_accepted && case.verdict != Verdict::Known {
        return Err("it carries an acceptance");
    }
    let is_green = matches!(case.verdict, Verdict::Pass | Verdict::Note | Verdict::Known);
    if is_green && case.requests == 0 {
        return Err("nothing was sent for it");
    }
    if is_green && (case.reason.is_some() || case.gate.is_some()) {
        return Err("it gives a reason why it does not pass");
    }
    match case.verdict {
        Verdict::Pass | Verdict::Note | Verdict::Skipped if differs => Err("it differs"),
        Verdict::Pass if !case.seen.is_empty() => Err("it has notes"),
        Verdict::Note if case.seen.is_empty() => Err("it has no note"),
        Verdict::Known if !differs => Err("it shows no difference"),
        Verdict::Fail if !differs && case.gate.is_none() => Err("it shows no difference"),
        Verdict::Skipped | Verdict::Inconclusive | Verdict::Error
            if is_blank(case.reason.as_deref()) =>
        {
            Err("it gives no reason")
        }
        _ => Ok(()),
    }
}

/// An acceptance is as the reader of snapshots takes it.
fn known(case: &CaseReport) -> Result<(), String> {
    let Assessment::Known(acceptance) = &case.assessment else {
        return Err("it carries no acceptance".into());
    };
    if !says_something(&acceptance.reason) {
        return Err("its acceptance has no reason in words".into());
    }
    let texts = [Some(&acceptance.reason), acceptance.ticket.as_ref()];
    if texts.into_iter().flatten().any(|it| terminal(it) != *it) {
        return Err("its acceptance has characters that no snapshot has".into());
    }
    if acceptance.until < acceptance.accepted {
        return Err("its acceptance has impossible dates: it ends before it begins".into());
    }
    acceptance.fault(today()).map_or(Ok(()), |fault| {
        Err(format!("its acceptance has impossible dates: {fault}"))
    })
}

/// Whether every clause has the verdict that the cases and its observations give it.
fn clauses(report: &OperationReport) -> Result<(), String> {
    let mut broken = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for seen in report.cases.iter().flat_map(|case| &case.seen) {
        if seen.difference.rule.severity == Severity::Difference {
            broken.insert(seen.difference.clause.as_str());
        }
    }
    let may_be_unlisted = report.cases.iter().any(|case| case.unlisted > 0);
    for clause in &report.clauses {
        if !ids.insert(&clause.id) {
            return Err(format!("clause {} is there twice", clause.id));
        }
        let is_broken = broken.contains(clause.id.as_str());
        let fits = match clause.verdict {
            ClauseVerdict::Violated => is_broken || may_be_unlisted,
            ClauseVerdict::Verified => !is_broken && clause.observations > 0,
            ClauseVerdict::NotExercised => !is_broken && clause.observations == 0,
        };
        if !fits {
            return Err(format!(
                "clause {} is {}, which its cases and observations contradict",
                clause.id,
                clause.verdict.word()
            ));
        }
    }
    Ok(())
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| !text.chars().any(char::is_alphanumeric))
}
