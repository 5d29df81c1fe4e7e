//! Defines [`Refusal`]: why a certificate does not hold, one variant for each way, with
//! its own message and what to do about it.

use super::bounds::{FORMAT, MAX_CASES, ROUNDS};
use thiserror::Error;

/// Why a certificate is rejected.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rejection {
    /// It cannot be read as a certificate at all (exit 2).
    #[error("{0}")]
    Unreadable(String),
    /// It does not hold (exit 1).
    #[error("{0}")]
    Refused(#[from] Refusal),
}

/// Why a certificate does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// No signature.
    #[error("it is not signed, so nothing tells who made it")]
    Unsigned,
    /// A signature, and nothing to check it with.
    #[error("it is signed, and no key was given to check the signature with")]
    NoKey,
    /// A signature of another key.
    #[error("it is signed with another key: its id is {0}")]
    OtherKey(String),
    /// Fewer or more signatures than one.
    #[error("it has {0} signatures where one is expected")]
    Signatures(usize),
    /// A wrong signature.
    #[error("the signature is wrong: certificate or signature was changed after it was signed")]
    Signature,
    /// The envelope holds something else.
    #[error("the envelope holds '{0}', which is no in-toto statement")]
    PayloadType(String),
    /// Base64 in another than its one form.
    #[error("the base64 of its {0} is not in its one form: it was rewritten")]
    Encoding(&'static str),
    /// A version of the format that this program does not know.
    #[error("its format is '{0}', which has ended or is not known: this version reads '{own}'", own = FORMAT)]
    Format(String),
    /// Issued by another version of the program.
    #[error("it was issued by conformant {0}, whose rules this version ({own}) does not know", own = env!("CARGO_PKG_VERSION"))]
    ToolVersion(String),
    /// Judged by other rules.
    #[error("it was judged by another set of rules than this version has")]
    RuleSet,
    /// No date.
    #[error("{0} is no date of the form YYYY-MM-DD")]
    Date(String),
    /// Not yet valid.
    #[error("it counts from {0} on, which is later than today")]
    Future(String),
    /// No more valid.
    #[error("it has expired: it was valid through {0}")]
    Expired(String),
    /// Valid for longer than allowed.
    #[error(
        "its term is wrong: issued on {issued}, it can be valid through {most} at most, not {through}"
    )]
    Term {
        /// First day.
        issued: String,
        /// The last day that its first day and its accepted differences allow.
        most: String,
        /// The last day that it claims.
        through: String,
    },
    /// No subject, or one without a name and a SHA-256.
    #[error("its subject has no name with a SHA-256: it could be about anything")]
    Subject,
    /// About something else.
    #[error("it is about something else: no subject has the SHA-256 {0}")]
    OtherSubject(String),
    /// Limits that no run can have.
    #[error("its limits are none that can be set")]
    Limits,
    /// A target that no run can have.
    #[error("{0} of its target is none that a run can have")]
    Target(String),
    /// A deadline that no run can have.
    #[error("its deadline of {0} ms is none that can be set (1 to 3600000)")]
    Deadline(u64),
    /// Another way to authorise than the page's.
    #[error("it says that its requests carried the authorisation '{is}', and the page {page}")]
    Authorisation {
        /// The certificate's.
        is: &'static str,
        /// What the page does.
        page: &'static str,
    },
    /// An operation that the suite does not have.
    #[error("it is about the operation '{0}', which the suite does not have")]
    Operation(String),
    /// The list of operations is not that of the suite.
    #[error("its list of operations is not whole: {0}")]
    Operations(String),
    /// An operation of the suite that cannot be read.
    #[error("the suite of the verifier cannot be read there: {0}")]
    Unreadable(String),
    /// Another contract.
    #[error("it was issued against another contract than the suite has")]
    Contract,
    /// Other corrections.
    #[error("the corrections of the source that it lists are not those of the suite")]
    Corrections,
    /// Another file of the suite.
    #[error("it was issued with another file of the suite than this one has: {0}")]
    Part(String),
    /// Another plan.
    #[error(
        "the plan digest is not that of the suite: other requests were sent, or they were counted otherwise"
    )]
    Plan,
    /// Too few requests.
    #[error("it was issued with fewer generated requests than the suite asks for")]
    Fewer,
    /// More requests than a certificate can be about.
    #[error("it counts {0} generated requests of each property, more than the {most} that a certificate can be about", most = MAX_CASES)]
    More(u32),
    /// Another number of rounds.
    #[error("each case must be sent {wanted} times, and was sent {0} times", wanted = ROUNDS)]
    Rounds(u32),
    /// A seed that does not follow from its subject.
    #[error(
        "its seed does not follow from subject, plan and date, and it does not say that it was chosen"
    )]
    Seed,
    /// The list of cases is not that of the plan.
    #[error("its list of cases is not whole: {0}")]
    Tests(String),
    /// A case that was skipped for no reason of its target, or sent in spite of one.
    #[error(
        "'{id}' was skipped for no reason that its target gives, or sent in spite of one: it had to be {wanted}"
    )]
    Skipped {
        /// The case.
        id: String,
        /// What the plan does with it.
        wanted: String,
    },
    /// The clause table is not that of the page.
    #[error("its clause table is not whole: {0}")]
    Clauses(String),
    /// The accepted differences do not fit the rest.
    #[error("its accepted differences do not fit: {0}")]
    Accepted(String),
    /// Another class than it claims.
    #[error("it claims the class '{is}', and what it lists comes to '{comes_to}'")]
    Class {
        /// What it claims.
        is: &'static str,
        /// What it comes to.
        comes_to: &'static str,
    },
    /// The lists of in-toto do not fit the list of cases.
    #[error("its result and its lists of passed and warned tests do not fit its list of cases")]
    Lists,
    /// The self-test was weaker than this program's.
    #[error("its self-test was not whole: {0}")]
    Selftest(String),
    /// A record without its end.
    #[error("the record is cut off: it has no footer")]
    RecordCut,
    /// A record that is not the one of the certificate.
    #[error("the record is not the one that the certificate names, or was changed: {0}")]
    RecordOther(String),
    /// A record that cannot be read.
    #[error("the record cannot be read: {0}")]
    Record(String),
    /// A record of another run.
    #[error("the record is of another run: its {0} is not the certificate's")]
    RecordOf(&'static str),
    /// A reply that was kept in part only.
    #[error("line {line} of the record holds its reply in part only, so it cannot be judged again")]
    RecordPartial {
        /// The line, from 1.
        line: usize,
    },
    /// An exchange that the plan does not have.
    #[error("line {line} of the record is no request that {id} sends in this plan")]
    RecordRequest {
        /// The line, from 1.
        line: usize,
        /// The case.
        id: String,
    },
    /// An exchange that is missing.
    #[error("the record is not whole: in round {round}, {id} sent {count} of its requests too few")]
    RecordShort {
        /// The round, from 1.
        round: u32,
        /// The case.
        id: String,
        /// How many are missing.
        count: usize,
    },
    /// An exchange that took longer than it was given.
    #[error(
        "line {line} of the record took {elapsed_ms} ms, longer than the deadline of {deadline_ms} ms"
    )]
    RecordLate {
        /// The line, from 1.
        line: usize,
        /// What it took.
        elapsed_ms: u64,
        /// What it was given.
        deadline_ms: u64,
    },
    /// A case comes to another verdict.
    #[error("judged again, {id} is {again} and not {is}")]
    Verdict {
        /// The case.
        id: String,
        /// What it comes to.
        again: String,
        /// What the certificate says.
        is: &'static str,
    },
    /// A case of different verdicts.
    #[error("judged again, {0} comes to different verdicts in its rounds")]
    Flaky(String),
    /// A clause comes to something else.
    #[error("judged again, the clause {id} is {again} and not {is}")]
    Clause {
        /// The clause.
        id: String,
        /// What it comes to.
        again: String,
        /// What the certificate says.
        is: String,
    },
}

impl Refusal {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unsigned => {
                "ask for a signed one, or look at the rest of it with --allow-unsigned"
            }
            Self::NoKey => {
                "give the issuer's key with --public-key PEM, got from the issuer and not with the certificate; or look at the rest of it with --allow-unsigned"
            }
            Self::OtherKey(_) => "ask the issuer for the key that belongs to it",
            Self::Format(_) | Self::ToolVersion(_) | Self::RuleSet => {
                "verify it with the version that issued it, or ask for a new one"
            }
            Self::OtherSubject(_) => "ask for the certificate of this very build",
            Self::Expired(_) | Self::Future(_) => "ask for a new one, and check the clock",
            Self::Operation(_)
            | Self::Operations(_)
            | Self::Unreadable(_)
            | Self::Contract
            | Self::Corrections
            | Self::Part(_)
            | Self::Plan => {
                "verify it with the suite that it was issued with (--suite DIR), if you trust that suite"
            }
            Self::RecordCut | Self::RecordOther(_) | Self::Record(_) | Self::RecordOf(_) => {
                "ask for the record that belongs to the certificate"
            }
            Self::RecordPartial { .. } => {
                "a target whose replies are larger than a record can keep (256 KiB) cannot be certified in this version"
            }
            _ => "do not trust it: ask the issuer for a new one",
        }
    }
}
