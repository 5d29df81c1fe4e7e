//! `conformant certify`

use super::chosen::{Chosen, Otherwise};
use super::files::{Kind, RECORD_EXTENSION, record_output, write};
use super::options::RunOptions;
use super::run;
use super::running::Running;
use super::screen::Screen;
use super::signals::interrupt;
use super::terminal::warn;
use crate::baseline::{refuse_overrides, today};
use crate::certificate::{
    self, Authorisation, Evidence, MAX_CASES, ROUNDS, Rejection, Run, SecretKey, Seed, Statement,
    Subject, Target, badge, html, issue, text,
};
use crate::error::{Error, Result};
use crate::escape::terminal;
use crate::exchange::{Limits, Redactor};
use crate::judge::RunVerdict;
use crate::output::{Outputs, write_atomically};
use crate::report::format::Wanted;
use crate::report::{self, Report};
use crate::runner::{Filters, Plan, Provision};
use crate::selftest::{self, Matrix};
use crate::suite::{Suite, Unjudged, takes_every_change};
use clap::Args;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The seed of the self-test: its faults do not depend on luck.
const SELFTEST_SEED: u64 = 1;

/// Options of certify.
#[derive(Debug, Args)]
pub(super) struct CertifyOptions {
    #[command(flatten)]
    run: RunOptions,
    /// File of the certificate
    #[arg(long, value_name = "FILE", env = "CONFORMANT_OUT")]
    out: PathBuf,
    /// Sign it with this Ed25519 key (PKCS#8 PEM: openssl genpkey -algorithm ed25519); without it, an unsigned in-toto statement is written
    #[arg(long, value_name = "PEM", env = "CONFORMANT_KEY")]
    key: Option<PathBuf>,
    /// What is certified, such as 'mock-1.2.0=sha256:…'; repeatable. The embedded reference server is its own subject
    #[arg(
        long,
        value_name = "NAME=sha256:DIGEST",
        env = "CONFORMANT_SUBJECT",
        value_delimiter = '\n'
    )]
    subject: Vec<String>,
    /// File that is certified: its name and SHA-256; repeatable
    #[arg(
        long,
        value_name = "PATH",
        env = "CONFORMANT_SUBJECT_FILE",
        value_delimiter = '\n'
    )]
    subject_file: Vec<PathBuf>,
    /// Write the certificate as a page for people, printable on A4
    #[arg(long, value_name = "FILE", env = "CONFORMANT_HTML")]
    html: Option<PathBuf>,
    /// Write a badge (SVG)
    #[arg(long, value_name = "FILE", env = "CONFORMANT_BADGE")]
    badge: Option<PathBuf>,
}

pub(super) fn certify(options: &CertifyOptions) -> Result<u8> {
    let (reports, mut files) = options.files()?;
    refuse_overrides()?;
    options.refuse_parts()?;
    let key = options.key.as_deref().map(SecretKey::read).transpose()?;
    let mut chosen = options.run.choose(Otherwise::Nothing)?;
    chosen.target.guard(&mut files);
    files.check()?;
    // What the record holds in part only cannot be judged again.
    chosen.target.limits.kept_bytes = most_kept();
    let deadline = chosen.target.timeout;
    let subjects = options.subjects(chosen.target.base_url.is_none())?;
    if chosen.target.insecure {
        return Err(Error::input(
            "--insecure",
            "whoever answered such a run is unknown, so there is nobody to certify",
            "trust the target's certificate with --ca FILE",
        ));
    }
    refuse_unjudged(&chosen)?;
    // What a run makes has ids that no verifier knows: a certificate is about what was given.
    chosen.provision = Provision::default();
    let (suites, omitted) = (chosen.suites.clone(), omitted(&chosen));
    let writes = chosen.may_write_all();
    let plan = chosen.without_writes(chosen.plan(&Filters::default(), options.run.cases())?)?;
    let rounds = u64::from(ROUNDS);
    let requests = plan.requests() * rounds;
    if let Some(most) = (chosen.target.max_requests).filter(|most| requests > *most) {
        return Err(Error::input(
            "--max-requests",
            format!("{ROUNDS} rounds of the plan hold {requests} requests, more than {most}"),
            "raise the bound",
        ));
    }
    if let (Some(cases), Some(most)) = (
        options.run.cases(),
        (suites.iter().flat_map(|suite| &suite.properties))
            .map(|it| it.cases)
            .max(),
    ) && cases < most
    {
        return Err(Error::input(
            "--cases",
            format!("a certificate needs at least the {most} generated requests of the suite"),
            "leave the option out, or give more",
        ));
    }
    if let Some(cases) = options.run.cases().filter(|cases| *cases > MAX_CASES) {
        return Err(Error::input(
            "--cases",
            format!(
                "{cases} generated requests of each property are more than a certificate can be about"
            ),
            format!("give {MAX_CASES} at most"),
        ));
    }
    let today = today();
    let seed = Seed {
        value: options
            .run
            .seed
            .unwrap_or_else(|| certificate::seed(&subjects, &plan.digest, &today.to_string())),
        chosen: options.run.seed.is_some(),
    };
    // What an earlier run left there must not be taken for this one's.
    files.begin()?;
    let proven: Result<Vec<_>> = suites
        .into_iter()
        .map(|suite| prove(options, suite))
        .collect();
    let proven = proven?;
    let record = options.record();
    let running = Running::start(&options.run, chosen, &plan, Some(seed.value), true)?;
    let sender = &running.run.sender;
    let mut suites = proven.iter().map(|(suite, _)| suite);
    let has_token = suites.any(|suite| suite.contract.token().is_some());
    if has_token && !takes_every_change(&sender.values().token) {
        return Err(Error::input(
            "token",
            "a change that the suite makes to the token (or secret key) leaves this one as it is, so a case would be left out",
            "certify with one of 17 characters or more that has a letter and is no palindrome",
        ));
    }
    interrupt(sender);
    running.run.record(&record, &plan)?;
    // Its reply is judged, and so part of the first round.
    if let Err(error) = running.preflight(&plan) {
        let report = run::without_verdict(running.report(&plan), &error);
        let finished = running.run.evidence.finish(report.verdict);
        write(&reports, &report, &running.run, Some(&record)).and(finished)?;
        return Err(error);
    }
    let screen = Screen::new(&options.run, &reports);
    let accounts = send(options, &running, &plan, &screen)?;
    let Some(worst) = accounts.iter().max_by_key(|report| rank(report.verdict)) else {
        return Err(Error::no_verdict("certify", "no round was run", ""));
    };
    let kept = running.run.evidence.finish(worst.verdict);
    let redactor = sender.redactor();
    write(&reports, worst, &running.run, Some(&record)).and(kept)?;
    let issued = issue(Run {
        proven: &proven,
        sent: &plan,
        rounds: &accounts,
        target: declared(&running, has_token, deadline),
        subjects,
        seed,
        plan: certificate::Plan {
            digest: plan.digest.clone(),
            rounds: ROUNDS,
            cases_per_property: options.run.cases(),
            strict: options.run.strict,
            writes,
        },
        omitted,
        evidence: Evidence::file(&record)?,
        today,
    });
    let statement = match issued {
        Ok(statement) => statement,
        Err(missing) => {
            let mut text = report::text::account(worst, screen.view);
            text.push_str("\nno certificate:\n");
            for one in &missing {
                let _ = writeln!(text, "  {}", terminal(&one.to_string()));
            }
            redactor.guard("standard output", &text)?;
            screen.tell(&text)?;
            running.runtime.shutdown_background();
            return Ok(worst.verdict.exit_code().max(1));
        }
    };
    let signed_by = options.write(&statement, key.as_ref(), redactor, &record)?;
    let mut text = String::new();
    let _ = writeln!(text, "\ncertificate {}", options.out.display());
    text.push_str(&text::render(&statement, signed_by.as_deref()));
    let _ = writeln!(text, "  {:<12} {}", "record", record.display());
    redactor.guard("standard output", &text)?;
    screen.tell(&text)?;
    running.runtime.shutdown_background();
    Ok(0)
}

/// Refuses what a certificate would have to be silent about.
fn refuse_unjudged(chosen: &Chosen) -> Result<()> {
    let Some(one) = chosen.unjudged.first() else {
        return Ok(());
    };
    Err(Error::input(
        one.name.as_str(),
        format!(
            "it cannot be judged, so nothing can be certified beside it: {}",
            one.reason
        ),
        "mend it, or leave it out by an [[out]] entry of service.toml, with a reason; the certificate lists it",
    ))
}

/// What of the service the certificate will say nothing about.
fn omitted(chosen: &Chosen) -> Vec<Unjudged> {
    let not_chosen = chosen.not_chosen.iter().map(|name| Unjudged {
        name: name.clone(),
        reason: "not chosen: --operation names others".into(),
    });
    let out = chosen.name.left_out.iter().cloned();
    let mut omitted: Vec<Unjudged> = not_chosen.chain(out).collect();
    omitted.sort_by(|one, other| one.name.cmp(&other.name));
    omitted
}

/// The self-test of this very binary on an operation.
fn prove(options: &CertifyOptions, suite: Arc<Suite>) -> Result<(Arc<Suite>, Matrix)> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if !options.run.quiet {
        warn(&format!(
            "self-test of {}: the suite against every fault of the catalogue …",
            suite.contract.operation
        ));
    }
    let matrix = selftest::run(&suite, &[], SELFTEST_SEED, cores)?;
    if let Some(wrong) = matrix.tried.iter().find(|tried| !tried.outcome.is_right()) {
        return Err(Error::no_verdict(
            "self-test",
            format!(
                "the suite does not prove its power, so it certifies nothing: '{}' is {:?}",
                wrong.name, wrong.outcome
            ),
            "conformant selftest prints the kill matrix",
        ));
    }
    Ok((suite, matrix))
}

/// Sends the whole plan again and again; gives the account of each round.
fn send(
    options: &CertifyOptions,
    running: &Running,
    plan: &Plan,
    screen: &Screen<'_>,
) -> Result<Vec<Report>> {
    let run = &running.run;
    let mut accounts = Vec::new();
    for round in 1..=ROUNDS {
        if run.sender.stop_reason().is_some() {
            break;
        }
        if !options.run.quiet {
            screen.tell(&format!("round {round} of {ROUNDS}\n"))?;
        }
        if round > 1 {
            run.begin_round(round);
        }
        let mut mimic = screen.mimic(&run.sender.transport);
        // The lines are the same each time; that a verdict is not is said at the end.
        mimic.quiet |= round > 1;
        let live = Some(screen).filter(|screen| screen.is_live());
        running.run_all(plan, &mimic, live)?;
        accounts.push(running.report(plan));
    }
    Ok(accounts)
}

/// The most that a record can keep of a body.
fn most_kept() -> u64 {
    let kept = Limits::ALL.iter().find(|limit| limit.name == "kept_bytes");
    kept.map_or(0, |limit| limit.most)
}

fn declared(running: &Running, has_token: bool, deadline: Duration) -> Target {
    let sender = &running.run.sender;
    let values = sender.values();
    Target {
        name: running.run.sessions[0].options.target.clone(),
        base_url: sender.transport.base_url().to_owned(),
        authorisation: if !has_token {
            Authorisation::None
        } else if values.signers.is_some() {
            Authorisation::Signature
        } else {
            Authorisation::Token
        },
        foreign_project: values.foreign_project_id.is_some(),
        values: values.values.clone(),
        knows_every_id: values.knows_every_id,
        provocations: values.provoke.clone(),
        deadline_ms: u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX),
        limits: *sender.transport.limits(),
    }
}

/// The order in which verdicts decide how the command ends.
fn rank(verdict: RunVerdict) -> u8 {
    match verdict {
        RunVerdict::Conforms | RunVerdict::Unchecked { .. } => 0,
        RunVerdict::NothingRun => 1,
        RunVerdict::NoVerdict | RunVerdict::NotFinished => 2,
        RunVerdict::Differs => 3,
        RunVerdict::Interrupted(_) => 4,
    }
}

impl CertifyOptions {
    /// Refuses what would leave a part of the suite out.
    fn refuse_parts(&self) -> Result<()> {
        for (place, is_given, what) in [
            (
                "FILTER",
                !self.run.filters.is_empty(),
                "a filter leaves cases out",
            ),
            (
                "--exclude",
                !self.run.exclude.is_empty(),
                "a filter leaves cases out",
            ),
            (
                "--failed",
                self.run.failed.is_some(),
                "what failed before is a part of the cases",
            ),
            (
                "--changed-since",
                self.run.changed_since.is_some(),
                "what changed is a part of the service",
            ),
            (
                "--fail-fast",
                self.run.fail_fast,
                "a run that ends early leaves cases out",
            ),
            (
                "--shard",
                self.run.shard.is_some(),
                "a shard leaves cases out",
            ),
            ("--dry-run", self.run.dry_run, "a dry run sends nothing"),
        ] {
            if is_given {
                return Err(Error::input(
                    place,
                    format!("{what}, and a certificate is about the whole suite"),
                    "leave it out; conformant run takes it",
                ));
            }
        }
        Ok(())
    }

    fn subjects(&self, is_embedded: bool) -> Result<Vec<Subject>> {
        let mut subjects = Vec::new();
        for text in &self.subject {
            subjects.push(Subject::parse(text)?);
        }
        for path in &self.subject_file {
            subjects.push(Subject::file(path)?);
        }
        if !subjects.is_empty() {
            return Ok(subjects);
        }
        if !is_embedded {
            return Err(Error::input(
                "--subject",
                "a certificate is about something with a digest: an address may answer otherwise tomorrow",
                "give --subject NAME=sha256:DIGEST (of an image, an archive) or --subject-file PATH",
            ));
        }
        let program = std::env::current_exe()
            .map_err(|error| Error::no_verdict("certify", error.to_string(), ""))?;
        let mut subject = Subject::file(&program)?;
        subject.name = concat!("conformant-", env!("CARGO_PKG_VERSION")).into();
        Ok(vec![subject])
    }

    /// Where the record goes: beside the certificate, where nothing else is said.
    fn record(&self) -> PathBuf {
        self.run
            .record
            .clone()
            .unwrap_or_else(|| self.out.with_extension(RECORD_EXTENSION))
    }

    /// The reports and every other file that is written.
    fn files(&self) -> Result<(Vec<Wanted>, Outputs)> {
        let mut files = self.run.outputs();
        for (kind, path) in [
            (Kind::Certificate, Some(&self.out)),
            (Kind::Page, self.html.as_ref()),
            (Kind::Badge, self.badge.as_ref()),
        ] {
            if let Some(path) = path {
                files.writes(kind.output(path));
            }
        }
        if self.run.record.is_none() {
            files.writes(record_output(&self.record()));
        }
        if let Some(path) = &self.key {
            files.reads("--key", path);
        }
        for path in &self.subject_file {
            files.reads("--subject-file", path);
        }
        self.run.files(files, true)
    }

    /// Writes the certificate and what was asked for beside it, all or nothing, once it
    /// holds; gives the id of the key that signed it.
    fn write(
        &self,
        statement: &Statement,
        key: Option<&SecretKey>,
        redactor: &Redactor,
        record: &Path,
    ) -> Result<Option<String>> {
        let bytes = match key {
            Some(key) => certificate::sign(statement, key),
            None => [statement.to_bytes(), b"\n".to_vec()].concat(),
        };
        let public = key.map(SecretKey::public);
        let own = self.run.suite.own()?;
        let allow_unsigned = key.is_none();
        let today = today();
        certificate::verify(
            &bytes,
            own,
            public.as_ref(),
            allow_unsigned,
            today,
            Some(record),
        )
        .map_err(|rejection| {
            let (what, remedy) = match &rejection {
                Rejection::Refused(refusal) => (refusal.to_string(), refusal.remedy()),
                Rejection::Unreadable(what) => (what.clone(), ""),
            };
            Error::no_verdict(
                &self.out,
                format!("the certificate would not hold, so there is none: {what}"),
                remedy,
            )
        })?;
        let signed_by = public.map(|key| key.id());
        let statement_text = String::from_utf8_lossy(&statement.to_bytes()).into_owned();
        redactor.guard(&self.out.display().to_string(), &statement_text)?;
        let page = html::render(statement, signed_by.as_deref());
        let written = self
            .html
            .as_deref()
            .map_or(Ok(()), |path| {
                redactor.guard(&path.display().to_string(), &page)?;
                write_atomically(path, page.as_bytes())
            })
            .and_then(|()| {
                let drawn = badge::render(statement);
                let write = |path: &Path| write_atomically(path, drawn.as_bytes());
                self.badge.as_deref().map_or(Ok(()), write)
            })
            .and_then(|()| write_atomically(&self.out, &bytes));
        if written.is_err() {
            for path in [Some(&self.out), self.html.as_ref(), self.badge.as_ref()] {
                // The first error is the one to tell.
                let _ = path.map(std::fs::remove_file);
            }
        }
        written.map(|()| signed_by)
    }
}
