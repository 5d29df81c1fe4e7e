//! Defines [`Report`]: the one account of a run, rendered by one file per format.
//! Renderers draw no conclusions: verdicts and totals are in the report already.

pub mod audit;
mod case;
pub mod cause;
mod clause;
pub mod comparison;
pub mod coverage;
pub mod ctrf;
mod document;
mod failed;
pub mod finding;
pub mod format;
pub mod github;
pub mod har;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod matrix;
pub mod merge;
mod operation;
pub mod sarif;
pub mod text;

pub use case::CaseReport;
pub(crate) use clause::why_not;
pub use clause::{ClauseReport, ClauseVerdict};
pub use failed::failed;
pub use operation::OperationReport;

use crate::baseline::now;
use crate::judge::{RunVerdict, Verdict};
use crate::runner::{Plan, Remains, Run, Shard, Stop};
use crate::suite::{SuiteName, Unjudged};
use std::time::{Duration, SystemTime};

/// The account of a run.
#[derive(Clone, Debug)]
pub struct Report {
    /// Name of the target.
    pub target: String,
    /// Its address; none where it is the embedded server, whose port means nothing.
    pub base_url: Option<String>,
    /// When the run began, to the millisecond.
    pub started_at: SystemTime,
    /// Which suite was run.
    pub suite: SuiteName,
    /// Seed of generated requests.
    pub seed: u64,
    /// Whether notes fail too.
    pub strict: bool,
    /// Digest of the whole plan.
    pub plan_digest: String,
    /// The part of the plan that was run, if not all.
    pub shard: Option<Shard>,
    /// The verdict.
    pub verdict: RunVerdict,
    /// Why the run ended early, if it did.
    pub stopped: Option<String>,
    /// Operations in the order of their names.
    pub operations: Vec<OperationReport>,
    /// What belongs to the service and could not be judged at all.
    pub unjudged: Vec<Unjudged>,
    /// Objects that the run made and could not give back.
    pub left: Vec<Remains>,
    /// Requests sent, controls and repeated attempts included.
    pub requests: u64,
    /// From the run's begin to this report.
    pub elapsed: Duration,
}

impl Report {
    /// What stands in the place of a report until the run has come to its end: a report
    /// of an earlier run must not be taken for this one's.
    pub fn not_finished(target: &str) -> Self {
        Self {
            target: target.to_owned(),
            base_url: None,
            started_at: now(),
            suite: SuiteName::default(),
            seed: 0,
            strict: false,
            plan_digest: String::new(),
            shard: None,
            verdict: RunVerdict::NotFinished,
            stopped: Some(
                "the run has not finished; if none is under way, it failed or was killed".into(),
            ),
            operations: Vec::new(),
            unjudged: Vec::new(),
            left: Vec::new(),
            requests: 0,
            elapsed: Duration::ZERO,
        }
    }

    /// The same account where the run could not give these objects back: it is not green.
    #[must_use]
    pub fn with_remains(mut self, left: Vec<Remains>) -> Self {
        if !left.is_empty() {
            let count = match left.len() {
                1 => "1 object is left".to_owned(),
                count => format!("{count} objects are left"),
            };
            let what =
                format!("{count} that this run made: conformant clean takes up where it ended");
            self.stopped = Some(match self.stopped {
                Some(why) => format!("{why}; {what}"),
                None => what,
            });
            if self.verdict.exit_code() == 0 {
                self.verdict = RunVerdict::NoVerdict;
            }
        }
        self.left = left;
        self
    }

    /// Draws the account of a run up.
    pub fn new(run: &Run, plan: &Plan, suite: SuiteName) -> Self {
        let stop = run.sender.stop_reason();
        let parts = run.sessions.iter().zip(&plan.operations);
        let operations: Vec<OperationReport> = parts
            .map(|(session, part)| OperationReport::new(session, part))
            .collect();
        let options = run.sessions.first().map(|session| &session.options);
        let elapsed = run.sender.elapsed();
        let mut report = Self {
            target: options.map_or_else(String::new, |options| options.target.clone()),
            base_url: Some(run.sender.transport.base_url().to_owned()),
            started_at: now().checked_sub(elapsed).unwrap_or(SystemTime::UNIX_EPOCH),
            suite,
            seed: options.map_or(0, |options| options.seed),
            strict: options.is_some_and(|options| options.strict),
            plan_digest: plan.digest.clone(),
            shard: plan.shard,
            verdict: RunVerdict::NothingRun,
            stopped: stop.map(|stop| match stop {
                Stop::Unreachable(why) => format!("the target went away: {why}"),
                Stop::Silent => {
                    "too much time was lost to replies that did not come, or were large and broken"
                        .into()
                }
                Stop::Spent(spent) => spent.to_string(),
                Stop::Interrupted(_) => "interrupted".into(),
                Stop::Enough => "enough was seen".into(),
                Stop::FirstFailure => "a case failed, and --fail-fast was given".into(),
            }),
            operations,
            unjudged: plan.unjudged.clone(),
            left: Vec::new(),
            requests: run.sender.transport.sent(),
            elapsed,
        };
        report.verdict = match stop {
            Some(Stop::Interrupted(signal)) => RunVerdict::Interrupted(*signal),
            Some(Stop::Unreachable(_)) => RunVerdict::NoVerdict,
            _ => match report.fold() {
                RunVerdict::Differs => RunVerdict::Differs,
                _ if stop.is_some() => RunVerdict::NoVerdict,
                verdict => verdict,
            },
        };
        report
    }

    /// When the run ended.
    pub fn ended_at(&self) -> SystemTime {
        // Times are written with milliseconds.
        let elapsed = Duration::from_millis(u64::try_from(self.elapsed.as_millis()).unwrap_or(0));
        self.started_at
            .checked_add(elapsed)
            .unwrap_or(self.started_at)
    }

    /// The verdict that the cases of all operations give, of a run that came to its end.
    pub fn fold(&self) -> RunVerdict {
        // What cannot be judged counts as a case without a verdict.
        let unjudged = self.unjudged.iter().map(|_| Verdict::Inconclusive);
        let cases = self.cases().map(|case| case.verdict);
        RunVerdict::fold(cases.chain(unjudged), true).with_unchecked(self.unchecked(), self.strict)
    }

    /// The cases of all operations.
    pub fn cases(&self) -> impl Iterator<Item = &CaseReport> + Clone {
        self.operations
            .iter()
            .flat_map(|operation| &operation.cases)
    }

    /// The operations, those that do not conform first, then in the order of their names.
    pub fn worst_first(&self) -> Vec<&OperationReport> {
        let mut sorted: Vec<&OperationReport> = self.operations.iter().collect();
        sorted.sort_by_key(|operation| match operation.verdict {
            RunVerdict::Differs => 0,
            RunVerdict::Unchecked { strict: true, .. } => 1,
            RunVerdict::NoVerdict | RunVerdict::Interrupted(_) | RunVerdict::NotFinished => 2,
            RunVerdict::NothingRun => 3,
            RunVerdict::Unchecked { .. } => 4,
            RunVerdict::Conforms => 5,
        });
        sorted
    }

    /// How many cases have each verdict, best first; verdicts that none has are left out.
    pub fn totals(&self) -> Vec<(Verdict, usize)> {
        operation::totals(self.cases())
    }

    /// How many statements no case of the suite checks.
    pub fn unchecked(&self) -> usize {
        let operations = self.operations.iter();
        operations
            .map(|operation| operation.unchecked().len())
            .sum()
    }

    /// Repeated attempts among the requests.
    pub fn retries(&self) -> u64 {
        let retries = self.operations.iter().map(|operation| operation.retries);
        retries.fold(0, u64::saturating_add)
    }

    /// The verdict in words, with what a reader must not overlook.
    pub fn headline(&self) -> String {
        let mut headline = self.verdict.word().into_owned();
        let count = |one: &str, several: &str, count: usize| match count {
            0 => String::new(),
            1 => format!(", 1 {one}"),
            count => format!(", {count} {several}"),
        };
        let untested = self.operations.iter();
        let untested = untested.filter(|it| it.verdict == RunVerdict::NothingRun);
        let untested = match self.operations.len() {
            1 => 0,
            _ => untested.count(),
        };
        headline += &operation::accepted(self.cases());
        headline += &count("operation not tested", "operations not tested", untested);
        headline += &count(
            "operation that could not be judged",
            "operations that could not be judged",
            self.unjudged.len(),
        );
        headline += &count("left out", "left out", self.suite.left_out.len());
        headline
    }

    /// What was tested, in words: the operation, or how many there are.
    pub fn subject(&self) -> String {
        match self.operations.as_slice() {
            [one] => one.operation.clone(),
            several => format!("{} operations", several.len()),
        }
    }
}
