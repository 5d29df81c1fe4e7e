//! Judges the record of a certified run again: each request must be one that the plan
//! sends, none may be missing, and every verdict and clause must come out the same.

use super::operation::{AcceptedDifference, Operation, TestWord};
use super::plan::{Sent, as_control, controls, values};
use super::refusal::{Refusal, Rejection};
use super::statement::{Conformant, Evidence, Resource, Statement};
use crate::error::Error;
use crate::exchange::{Limits, RecordHeader, RecordLine, RecordedRequest, Redactor, as_size};
use crate::judge::{Judge, RunVerdict, Severity, Verdict};
use crate::report::ClauseVerdict;
use crate::runner::{CaseRecord, Example, Kind, Ledger, read_record, read_record_header};
use crate::suite::strategy::Generator;
use crate::suite::{Bound, Objects, RequestValues, Suite, TargetValues, Template, bind};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

/// The largest record that is judged again.
const MAX_RECORD_BYTES: u64 = 1024 * 1024 * 1024;

/// Judges what a record holds of the operations that the verifier has too; gives how many
/// exchanges that are.
///
/// # Errors
/// [`Rejection::Unreadable`] where there is no such file, else the first [`Refusal`].
pub fn rejudge(statement: &Statement, sent: &[Sent<'_>], path: &Path) -> Result<u64, Rejection> {
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
    same_run(&header, ours, &statement.predicate.configuration)?;
    let foreign = header.foreign_project_id.as_deref();
    let values = values(&ours.target, &header.project_id, foreign);
    let mut held = BTreeMap::new();
    for one in sent {
        let again = Again::new(one, ours, &values, &header.limits)?;
        held.insert(one.operation.name.as_str(), again);
    }
    let void = ours.operations.iter().map(|one| one.name.as_str());
    let void: BTreeSet<&str> = void.filter(|name| !held.contains_key(name)).collect();
    let mut refused: Option<Refusal> = None;
    let mut judged = 0;
    let read = read_record(path, |_, number, line| {
        let operation = line.case.split('/').next().unwrap_or_default();
        // The reader's errors are of the file; what is refused waits until it is read.
        if refused.is_none() && !void.contains(operation) {
            let deadline_ms = ours.target.deadline_ms;
            let taken = match held.get_mut(operation) {
                Some(again) => {
                    in_time(number, &line, deadline_ms).and_then(|()| again.take(number, &line))
                }
                None => Err(stray(number, &line)),
            };
            refused = taken.err();
            judged += 1;
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
    for again in held.values() {
        again.whole()?;
        again.compare(ours.plan.strict)?;
    }
    Ok(judged)
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

fn same_run(
    header: &RecordHeader,
    ours: &Conformant,
    configuration: &[Resource],
) -> Result<(), Refusal> {
    let operations = ours.operations.iter().map(|one| &one.name);
    let files = configuration.iter();
    let files = files.map(|part| (&part.name, part.digest.get("sha256")));
    for (what, is_same) in [
        ("tool version", header.tool_version == ours.tool_version),
        (
            "list of operations",
            header.operations.iter().eq(operations),
        ),
        ("target", header.target == ours.target.name),
        ("address", header.base_url == ours.target.base_url),
        ("seed", header.seed == ours.seed.value),
        ("plan digest", header.plan_digest == ours.plan.digest),
        (
            "suite",
            (header
                .digests
                .iter()
                .map(|(name, digest)| (name, Some(digest))))
            .eq(files),
        ),
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
    sent: &'a Sent<'_>,
    seed: u64,
    values: &TargetValues,
) -> Result<BTreeMap<&'a str, Expected<'a>>, Refusal> {
    let suite = &*sent.suite;
    let controls = controls(suite, &sent.part);
    let bound = |template: &Template, changes: &RequestValues| match bind(
        suite,
        template,
        changes,
        values,
        &Objects::default(),
    ) {
        Bound::Ready(request) => Ok(shape(&RecordedRequest::new(&request, &Redactor::default()))),
        Bound::Skipped(why) => Err(Refusal::Tests(format!("{}: {why}", template.id))),
    };
    let mut expected = BTreeMap::new();
    let items = sent.part.items.iter().zip(&sent.operation.tests);
    for (item, test) in items.filter(|(item, _)| item.skip.is_none()) {
        let template = item.template(suite);
        let mut least: BTreeMap<String, usize> = BTreeMap::new();
        match item.kind {
            Kind::Case(_) => {
                let request = bound(template, &RequestValues::default())?;
                least.insert(request, as_size(1 + as_control(&controls, &template.id)));
            }
            Kind::Property(at) => {
                let property = &suite.properties[at];
                let failed = |why: String| Refusal::Tests(format!("{}: {why}", template.id));
                let generator = Generator::new(suite, property, seed).map_err(failed)?;
                let mut generator = generator.sharing(item.share);
                for _ in 0..item.requests {
                    let generated = generator.generate(suite, property).map_err(failed)?;
                    *least
                        .entry(bound(template, &generated.changes())?)
                        .or_default() += 1;
                }
            }
        }
        expected.insert(
            template.id.as_str(),
            Expected {
                template,
                least,
                is_open: matches!(item.kind, Kind::Property(_)) && test.verdict == TestWord::Known,
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

fn stray(number: usize, line: &RecordLine) -> Refusal {
    Refusal::RecordRequest {
        line: number,
        id: line.case.clone(),
    }
}

/// One operation, judged again.
struct Again<'a> {
    suite: &'a Suite,
    operation: &'a Operation,
    judge: Judge,
    expected: BTreeMap<&'a str, Expected<'a>>,
    /// A ledger for each round.
    ledgers: Vec<Ledger>,
}

impl<'a> Again<'a> {
    fn new(
        sent: &'a Sent<'_>,
        ours: &Conformant,
        values: &TargetValues,
        limits: &Limits,
    ) -> Result<Self, Refusal> {
        let suite = &sent.suite;
        let rounds = 0..ours.plan.rounds;
        Ok(Self {
            suite,
            operation: sent.operation,
            judge: Judge::new(Arc::clone(suite)).within(*limits),
            expected: expected(sent, ours.seed.value, values)?,
            ledgers: rounds
                .map(|_| Ledger::new(suite.clauses.len(), limits))
                .collect(),
        })
    }

    fn take(&mut self, number: usize, line: &RecordLine) -> Result<(), Refusal> {
        let stray = || stray(number, line);
        let ledger = usize::try_from(line.round)
            .ok()
            .and_then(|round| self.ledgers.get_mut(round.checked_sub(1)?))
            .ok_or_else(stray)?;
        let of_case = self
            .expected
            .get_mut(line.case.as_str())
            .ok_or_else(stray)?;
        let request = shape(&line.request);
        if !of_case.is_open && !of_case.least.contains_key(&request) {
            return Err(stray());
        }
        *of_case.sent.entry((line.round, request)).or_default() += 1;
        let exchange = line
            .exchange()
            .map_err(|what| Refusal::Record(format!("line {number}: {what}")))?
            .ok_or(Refusal::RecordPartial { line: number })?;
        let judgement = self.judge.judge(of_case.template, &exchange);
        ledger.record(
            &line.case,
            &exchange,
            &judgement,
            |id| self.suite.clauses.position(id),
            Example::default,
        );
        Ok(())
    }

    /// Checks that no request is missing in any round.
    fn whole(&self) -> Result<(), Refusal> {
        for (id, of_case) in &self.expected {
            for round in 1..=u32::try_from(self.ledgers.len()).unwrap_or(u32::MAX) {
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

    /// Checks that verdicts, counts and clause table come out the same.
    fn compare(&self, is_strict: bool) -> Result<(), Refusal> {
        let (ours, ledgers) = (self.operation, &self.ledgers);
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
                let verdict = verdict(ours, is_strict, &test.id, record);
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
            let again =
                ClauseVerdict::of(observations, records().any(|record| record.violations > 0));
            if again != clause.verdict || observations != clause.observations {
                let say = |word: ClauseVerdict, count: u64| format!("{} ({count})", word.word());
                return Err(Refusal::Clause {
                    id: clause.id.to_string(),
                    again: say(again, observations),
                    is: say(clause.verdict, clause.observations),
                });
            }
        }
        Ok(())
    }
}

/// The verdict of a case in one round, the accepted differences of the certificate
/// considered.
fn verdict(ours: &Operation, is_strict: bool, id: &str, record: &CaseRecord) -> Verdict {
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
