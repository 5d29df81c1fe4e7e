//! Judges the record of a certified run again: each request must be one that the plan
//! sends, none may be missing, and every verdict and clause must come out the same.

use super::plan::{as_control, controls, values};
use super::refusal::{Refusal, Rejection};
use super::statement::{AcceptedDifference, Conformant, Evidence, Statement, TestWord};
use crate::error::Error;
use crate::exchange::{RecordHeader, RecordLine, RecordedRequest, Redactor, as_size};
use crate::judge::{Judge, RunVerdict, Severity, Verdict};
use crate::report::ClauseVerdict;
use crate::runner::{CaseRecord, Example, Ledger, read_record, read_record_header};
use crate::suite::strategy::Generator;
use crate::suite::{Bound, RequestValues, Suite, TargetValues, Template, bind};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

/// The largest record that is judged again.
const MAX_RECORD_BYTES: u64 = 1024 * 1024 * 1024;

/// Judges a record again; gives how many exchanges it holds.
///
/// # Errors
/// [`Rejection::Unreadable`] where there is no such file, else the first [`Refusal`].
pub fn rejudge(statement: &Statement, suite: &Arc<Suite>, path: &Path) -> Result<u64, Rejection> {
    let unreadable = |error: Error| Rejection::Unreadable(error.to_string());
    let ours = &statement.predicate.conformant;
    let other = |what: String| {
        Rejection::from(if has_footer(path) {
            Refusal::RecordOther(what)
        } else {
            Refusal::RecordCut
        })
    };
    // What a certificate says of its record bounds the work: no more than that is read.
    let found =
        std::fs::metadata(path).map_err(|error| unreadable(Error::file(path, "read", &error)))?;
    if !found.is_file() {
        let what = "this is no regular file";
        return Err(unreadable(Error::input(path, what, "give the record")));
    }
    let bytes = found.len();
    if bytes > MAX_RECORD_BYTES {
        let what = format!("{bytes} bytes are more than the {MAX_RECORD_BYTES} that are read");
        return Err(Refusal::Record(what).into());
    }
    if bytes != ours.evidence.bytes {
        return Err(other(format!(
            "it has {bytes} bytes in place of {}, so its SHA-256 is another",
            ours.evidence.bytes
        )));
    }
    let evidence = Evidence::file(path).map_err(unreadable)?;
    if evidence != ours.evidence {
        return Err(other(format!("its SHA-256 is {}", evidence.sha256)));
    }
    let wrong = |error: Error| Rejection::from(Refusal::Record(error.to_string()));
    let header = read_record_header(path).map_err(wrong)?;
    same_run(&header, ours, suite)?;
    let foreign = header.foreign_project_id.as_deref();
    let values = values(&ours.target, &header.project_id, foreign);
    let mut expected = expected(suite, ours, &values)?;
    let judge = Judge::new(Arc::clone(suite)).within(header.limits);
    let rounds = ours.plan.rounds as usize;
    let mut ledgers: Vec<Ledger> = (0..rounds)
        .map(|_| Ledger::new(suite.clauses.len(), &header.limits))
        .collect();
    let mut refused: Option<Refusal> = None;
    let read = read_record(path, |_, number, line| {
        // The reader's errors are of the file; what is refused waits until it is read.
        if refused.is_none() {
            let deadline_ms = ours.target.deadline_ms;
            refused = in_time(number, &line, deadline_ms)
                .and_then(|()| take(number, &line, suite, &judge, &mut expected, &mut ledgers))
                .err();
        }
        Ok(())
    });
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let (_, footer) = read.map_err(wrong)?;
    if footer.exit_code != 0 || !footer.verdict.starts_with(&*RunVerdict::Conforms.word()) {
        return Err(Refusal::RecordOf("exit code or verdict").into());
    }
    whole(&expected, rounds)?;
    compare(ours, &ledgers, suite)?;
    Ok(footer.exchanges)
}

/// Whether the last line of a file is a footer.
fn has_footer(path: &Path) -> bool {
    let mut tail = Vec::new();
    let Ok(mut file) = crate::input::open(path) else {
        return false;
    };
    let read = file.metadata().and_then(|metadata| {
        file.seek(SeekFrom::Start(metadata.len().saturating_sub(4096)))?;
        file.take(4096).read_to_end(&mut tail)
    });
    let tail = tail.strip_suffix(b"\n").unwrap_or(&tail);
    let last = tail.rsplit(|byte| *byte == b'\n').next();
    read.is_ok()
        && last.is_some_and(|line| line.starts_with(b"{\"exchanges\":") && line.ends_with(b"}"))
}

fn same_run(header: &RecordHeader, ours: &Conformant, suite: &Suite) -> Result<(), Refusal> {
    for (what, is_same) in [
        ("tool version", header.tool_version == ours.tool_version),
        ("operation", *header.operations == [ours.operation.clone()]),
        ("target", header.target == ours.target.name),
        ("address", header.base_url == ours.target.base_url),
        ("seed", header.seed == ours.seed.value),
        ("plan digest", header.plan_digest == ours.plan.digest),
        ("suite", header.digests == suite.digests),
        ("limits", header.limits == ours.target.limits),
        (
            "project of another tenant",
            header.foreign_project_id.is_some() == ours.target.foreign_project,
        ),
    ] {
        if !is_same {
            return Err(Refusal::RecordOf(what));
        }
    }
    if header.foreign_project_id.as_deref() == Some(&header.project_id) {
        return Err(Refusal::Record(
            "the project of another tenant is the one that the token may use".into(),
        ));
    }
    Ok(())
}

/// A run waits for no reply beyond its deadline.
fn in_time(number: usize, line: &RecordLine, deadline_ms: u64) -> Result<(), Refusal> {
    if line.elapsed_ms > deadline_ms {
        return Err(Refusal::RecordLate {
            line: number,
            elapsed_ms: line.elapsed_ms,
            deadline_ms,
        });
    }
    Ok(())
}

/// What one case or property must have sent in each round.
struct Expected<'a> {
    template: &'a Template,
    /// How often at least, by request.
    least: BTreeMap<String, usize>,
    /// Whether it may have sent others too: a property whose differences were accepted
    /// looks for smaller requests that show them.
    is_open: bool,
    /// How often it was sent: by round and request.
    sent: BTreeMap<(u32, String), usize>,
}

fn expected<'a>(
    suite: &'a Suite,
    ours: &Conformant,
    values: &TargetValues,
) -> Result<BTreeMap<&'a str, Expected<'a>>, Refusal> {
    let verdicts: BTreeMap<&str, TestWord> = ours
        .tests
        .iter()
        .map(|test| (test.id.as_str(), test.verdict))
        .collect();
    let is_sent = |id: &str| {
        verdicts
            .get(id)
            .is_some_and(|word| *word != TestWord::Skipped)
    };
    let controls = controls(suite, ours);
    let bound =
        |template: &Template, changes: &RequestValues| match bind(suite, template, changes, values)
        {
            Bound::Ready(request) => {
                Ok(shape(&RecordedRequest::new(&request, &Redactor::default())))
            }
            Bound::Skipped(why) => Err(Refusal::Tests(format!("{}: {why}", template.id))),
        };
    let mut expected = BTreeMap::new();
    for case in suite.cases.iter().filter(|case| is_sent(&case.template.id)) {
        let template = &case.template;
        let least = as_size(1 + as_control(&controls, &template.id));
        let request = bound(template, &RequestValues::default())?;
        expected.insert(
            template.id.as_str(),
            Expected {
                template,
                least: BTreeMap::from([(request, least)]),
                is_open: false,
                sent: BTreeMap::new(),
            },
        );
    }
    for property in &suite.properties {
        let template = &property.template;
        if !is_sent(&template.id) {
            continue;
        }
        let failed = |why: String| Refusal::Tests(format!("{}: {why}", template.id));
        let mut generator = Generator::new(suite, property, ours.seed.value).map_err(failed)?;
        let mut least: BTreeMap<String, usize> = BTreeMap::new();
        for _ in 0..ours.plan.cases_per_property.unwrap_or(property.cases) {
            let changes = generator
                .generate(suite, property)
                .map_err(failed)?
                .changes();
            *least.entry(bound(template, &changes)?).or_default() += 1;
        }
        expected.insert(
            template.id.as_str(),
            Expected {
                template,
                least,
                is_open: verdicts.get(template.id.as_str()) == Some(&TestWord::Known),
                sent: BTreeMap::new(),
            },
        );
    }
    Ok(expected)
}

/// A request as far as it does not depend on a secret: how the secret was changed counts,
/// not how a shell would write it.
fn shape(request: &RecordedRequest) -> String {
    let mut request = request.clone();
    for (_, shown, recipe) in &mut request.headers {
        if recipe.is_some() {
            shown.clear();
        }
    }
    serde_json::to_string(&request).unwrap_or_default()
}

fn take(
    number: usize,
    line: &RecordLine,
    suite: &Suite,
    judge: &Judge,
    expected: &mut BTreeMap<&str, Expected<'_>>,
    ledgers: &mut [Ledger],
) -> Result<(), Refusal> {
    let stray = || Refusal::RecordRequest {
        line: number,
        id: line.case.clone(),
    };
    let ledger = usize::try_from(line.round)
        .ok()
        .and_then(|round| ledgers.get_mut(round.checked_sub(1)?))
        .ok_or_else(stray)?;
    let of_case = expected.get_mut(line.case.as_str()).ok_or_else(stray)?;
    let request = shape(&line.request);
    if !of_case.is_open && !of_case.least.contains_key(&request) {
        return Err(stray());
    }
    *of_case.sent.entry((line.round, request)).or_default() += 1;
    let exchange = line
        .exchange()
        .map_err(|what| Refusal::Record(format!("line {number}: {what}")))?
        .ok_or(Refusal::RecordPartial { line: number })?;
    let judgement = judge.judge(of_case.template, &exchange);
    ledger.record(
        &line.case,
        &exchange,
        &judgement,
        |id| suite.clauses.position(id),
        Example::default,
    );
    Ok(())
}

fn whole(expected: &BTreeMap<&str, Expected<'_>>, rounds: usize) -> Result<(), Refusal> {
    for (id, of_case) in expected {
        for round in 1..=u32::try_from(rounds).unwrap_or(u32::MAX) {
            let missing: usize = of_case
                .least
                .iter()
                .map(|(request, least)| {
                    let sent = of_case.sent.get(&(round, request.clone()));
                    least.saturating_sub(sent.copied().unwrap_or(0))
                })
                .sum();
            let is_silent = !of_case.sent.keys().any(|(other, _)| *other == round);
            if missing > 0 || is_silent {
                return Err(Refusal::RecordShort {
                    round,
                    id: (*id).to_owned(),
                    count: missing.max(1),
                });
            }
        }
    }
    Ok(())
}

fn compare(ours: &Conformant, ledgers: &[Ledger], suite: &Suite) -> Result<(), Refusal> {
    for test in &ours.tests {
        if test.verdict == TestWord::Skipped {
            continue;
        }
        let mut worst = Verdict::Pass;
        let mut classes = BTreeSet::new();
        let mut requests = 0;
        for ledger in ledgers {
            let none = CaseRecord::default();
            let record = ledger.cases.get(&test.id).unwrap_or(&none);
            let verdict = verdict(ours, &test.id, record);
            requests += record.requests;
            worst = worst.max(verdict);
            classes.insert(if verdict == Verdict::Note {
                Verdict::Pass
            } else {
                verdict
            });
        }
        if TestWord::of(worst) != Some(test.verdict) {
            return Err(Refusal::Verdict {
                id: test.id.clone(),
                again: worst.word().to_owned(),
                is: test.verdict.word(),
            });
        }
        if classes.len() > 1 {
            return Err(Refusal::Flaky(test.id.clone()));
        }
        if requests != test.requests {
            return Err(Refusal::Tests(format!(
                "'{}' counts {} requests, and the record holds {requests}",
                test.id, test.requests
            )));
        }
    }
    for (at, clause) in ours.clauses.iter().enumerate() {
        let records = || ledgers.iter().filter_map(|ledger| ledger.clauses.get(at));
        let observations = records().map(|record| record.observations).sum();
        let again = ClauseVerdict::of(observations, records().any(|record| record.violations > 0));
        if again != clause.verdict || observations != clause.observations {
            let say = |word: ClauseVerdict, count: u64| format!("{} ({count})", word.word());
            return Err(Refusal::Clause {
                id: clause.id.to_string(),
                again: say(again, observations),
                is: say(clause.verdict, clause.observations),
            });
        }
    }
    debug_assert_eq!(ours.clauses.len(), suite.clauses.len());
    Ok(())
}

/// The verdict of a case in one round, the accepted differences of the certificate
/// considered.
fn verdict(ours: &Conformant, id: &str, record: &CaseRecord) -> Verdict {
    let is_strict = ours.plan.strict;
    let differs: BTreeSet<AcceptedDifference> = record
        .to_accept(is_strict)
        .into_iter()
        .map(Into::into)
        .collect();
    let accepted: BTreeSet<AcceptedDifference> = ours
        .accepted_differences
        .iter()
        .filter(|accepted| accepted.test == id)
        .flat_map(|accepted| accepted.differences.iter().cloned())
        .collect();
    let has_notes = record
        .seen
        .values()
        .any(|seen| seen.difference.rule.severity == Severity::Note);
    if record.unlisted > 0 || differs != accepted {
        Verdict::Fail
    } else if !differs.is_empty() {
        Verdict::Known
    } else if has_notes {
        Verdict::Note
    } else {
        Verdict::Pass
    }
}
