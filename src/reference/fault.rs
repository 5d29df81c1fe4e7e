//! Defines [`Fault`]: a documented statement broken on purpose, with the rules
//! and clauses that it must trip.

use super::count::Count;
use super::lenience::Lenience;
use super::variant::Variant;
use crate::contract::{ClauseId, Location};
use serde_json::Value;

/// A rule that a fault must trip, and the clause that must be cited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedDifference {
    /// Code of the rule.
    pub rule: &'static str,
    /// Id of the clause.
    pub clause: ClauseId,
}

/// A server with one documented statement broken.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Kebab-case name.
    pub name: String,
    /// What it does, in one line.
    pub summary: String,
    /// The clause that it breaks.
    pub clause: ClauseId,
    /// Any of these proves that it was caught for the right reason.
    pub trips: Vec<ExpectedDifference>,
    /// What it changes.
    pub change: Change,
    /// When it shows.
    pub when: When,
}

impl Fault {
    /// Why a run of so many requests cannot show it, if it cannot: it begins behind them, or
    /// so near to their end that chance decides.
    pub fn out_of_reach(&self, requests: u64) -> Option<String> {
        match self.when {
            When::After(replies) if replies + replies / 10 > requests => Some(format!(
                "it shows behind {replies} replies, and the suite sends {requests} requests"
            )),
            _ => None,
        }
    }
}

/// A server that the self-test tries.
#[derive(Clone, Debug)]
pub enum Specimen {
    /// A statement is broken: the suite must see it.
    Broken(Box<Fault>),
    /// Nothing is broken: the suite must pass it.
    Conforming(Variant),
}

impl Specimen {
    /// Kebab-case name.
    pub fn name(&self) -> String {
        match self {
            Self::Broken(fault) => fault.name.clone(),
            Self::Conforming(variant) => format!("conforming-{}", variant.name()),
        }
    }

    /// What it does, in one line.
    pub fn summary(&self) -> &str {
        match self {
            Self::Broken(fault) => &fault.summary,
            Self::Conforming(_) => "a conforming server",
        }
    }

    /// What is broken, if anything.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Broken(fault) => Some(fault),
            Self::Conforming(_) => None,
        }
    }
}

impl From<Fault> for Specimen {
    fn from(fault: Fault) -> Self {
        Self::Broken(Box::new(fault))
    }
}

impl From<Option<Fault>> for Specimen {
    fn from(fault: Option<Fault>) -> Self {
        fault.map_or(Self::Conforming(Variant::Open), Self::from)
    }
}

/// When a fault shows.
#[derive(Clone, Debug, Default)]
pub enum When {
    /// In every reply that it concerns.
    #[default]
    Always,
    /// In every so many-th reply.
    Every(u64),
    /// Behind so many replies.
    After(u64),
    /// Where a parameter has this value.
    Parameter(Location, String, String),
    /// Where a parameter is longer than so many characters.
    Longer(Location, String, usize),
    /// Where a header field has this value.
    Field(&'static str, &'static str),
    /// Where this header field is not sent.
    Without(&'static str),
    /// Where the query holds what the page does not document.
    Query,
}

/// What a request is answered for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A parameter or a member of the body breaks its row: the clause, or in a fault
    /// the stem of several.
    Invalid(ClauseId),
    /// The token is missing.
    NoToken,
    /// The token is wrong.
    WrongToken,
    /// The project is another tenant's.
    Foreign,
    /// It was asked for by `Prefer`.
    Provoked(u16),
    /// It names an object that is not there.
    NotThere,
    /// Nothing is wrong.
    Success,
}

impl Cause {
    /// Whether this cause, as a fault names it, covers what a request is answered for.
    pub(super) fn covers(&self, actual: &Self) -> bool {
        match (self, actual) {
            (Self::Invalid(stem), Self::Invalid(clause)) => clause.is_within(stem),
            _ => self == actual,
        }
    }
}

/// How a server reads the bytes of a request wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// One space in front of a value is cut off, and nothing else around it.
    Untrimmed,
    /// What comes first is taken for the whole head.
    Once,
}

/// How a check of a request is weakened, or overdone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Laxness {
    /// It is not checked.
    Unchecked,
    /// Upper and lower case are not told apart.
    CaseFolded,
    /// White space around it is cut off first.
    Trimmed,
    /// Whatever begins with a listed value passes; of a body, what begins with a JSON value.
    PrefixMatched,
    /// Whatever contains a listed value passes.
    Contained,
    /// Whatever a listed value begins with passes.
    Abbreviated,
    /// It is percent-decoded once more.
    DecodedTwice,
    /// It ends at its first NUL.
    CutAtNul,
    /// It ends at its first line feed.
    CutAtNewline,
    /// What has digits in the places of digits passes, whatever they say.
    ShapeOnly,
    /// Listed values are compared so.
    Compared(Lenience),
    /// The length of a text is counted so.
    Counted(Count),
    /// Texts of this shape do not pass.
    Refuses(Shape),
    /// These lengths (of an array: numbers of items) pass instead of the documented ones.
    Lengths(u64, u64),
    /// These numbers pass instead of the documented ones.
    Ranges(i64, i64),
    /// This listed value does not pass.
    Rejected(String),
    /// What may be left out must be given.
    Demanded,
    /// An empty body passes, whatever must be given.
    EmptyPasses,
}

/// A shape of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Digits alone.
    Digits,
    /// Letters in upper case, and none in lower case.
    UpperCase,
    /// A hyphen or an underscore comes first.
    SignFirst,
    /// A full stop inside.
    Dotted,
    /// A character beyond ASCII.
    BeyondAscii,
    /// A hyphen inside.
    Hyphenated,
}

impl Shape {
    /// Whether a text has it.
    pub fn is_of(self, text: &str) -> bool {
        let any = |test: fn(char) -> bool| text.chars().any(test);
        match self {
            Self::Digits => text.chars().all(|c| c.is_ascii_digit()),
            Self::UpperCase => any(|c| c.is_ascii_uppercase()) && !any(|c| c.is_ascii_lowercase()),
            Self::SignFirst => text.starts_with(['-', '_']),
            Self::Dotted => text.contains('.'),
            Self::BeyondAscii => !text.is_ascii(),
            Self::Hyphenated => text.contains('-'),
        }
    }
}

/// How the check of the token is weakened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenLaxness {
    /// No token is needed.
    NotNeeded,
    /// An empty token passes.
    EmptyPasses,
    /// Any token passes.
    AnyPasses,
    /// What begins with the token passes.
    Appended,
    /// What ends with the token passes.
    Prepended,
    /// A beginning of the token passes.
    Abbreviated,
    /// Only its first eight characters are compared.
    FirstEight,
    /// Upper and lower case are not told apart.
    CaseFolded,
    /// Only its length is compared.
    LengthOnly,
    /// Long tokens pass.
    LongPasses,
    /// Words for nothing pass.
    NothingPasses,
    /// A scheme in front of it is cut off.
    SchemeDropped,
    /// One of several with a comma between suffices.
    AnyOfSeveral,
    /// Its first word is compared.
    FirstWord,
    /// Quotation marks around it are cut off.
    QuotesDropped,
    /// Whatever has three parts with full stops between passes.
    ThreePartsPass,
    /// It is percent-decoded.
    Decoded,
    /// Upper case is taken for its first letter in lower case, and the reverse.
    FirstLetterCased,
    /// It is taken from `Authorization` too, behind any scheme.
    FromAuthorization,
    /// It is taken from a cookie of its name too.
    FromCookie,
    /// It is taken from a header with underscores for hyphens too.
    FromUnderscores,
    /// Tokens that are not ASCII pass.
    BeyondAsciiPasses,
}

/// A step into a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a member.
    Member(String),
    /// Into an item of an array (the last, where it has fewer), or the first value of a map.
    Item(usize),
}

/// What happens to a member.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// It is set to this value.
    Set(Value),
    /// An object gets another member of this name and value.
    Add(String, Value),
    /// It is left out.
    Remove,
    /// An array holds its first item so many times.
    Repeated(usize),
    /// It takes another spelling.
    Rename(String),
    /// The member named second takes this value as well.
    SetBoth(Value, String, Value),
    /// Its text becomes upper case.
    UpperCased,
    /// Its text is cut to so many characters.
    Cut(usize),
}

/// What happens to the bytes of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// Replaced by these.
    Replace(&'static [u8]),
    /// These are put in front.
    Prepend(&'static [u8]),
    /// These are put behind.
    Append(&'static [u8]),
    /// A comma stands in front of the last brace.
    TrailingComma,
    /// The first quoted value of this member becomes this raw text.
    RawMember(String, &'static str),
    /// The first member stands twice.
    DuplicateFirst,
    /// The body is written as UTF-16.
    Utf16,
    /// Cut off before its last byte.
    Unclosed,
    /// Followed by so many spaces.
    Padded(usize),
    /// Replaced by an array of so many zeros.
    Repeated(usize),
    /// Replaced by so many nested arrays.
    Nested(usize),
    /// The body is put into `{"data": …}`.
    Wrapped,
    /// The body is put into `[…]`.
    Listed,
    /// A message (the member of this name) that repeats the raw value of a parameter,
    /// unescaped.
    Echoed(Location, String, String),
}

/// What goes wrong on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Content-Length promises more than comes before the close.
    LongLength,
    /// The body stops half-way and the connection stays open.
    Stalled,
    /// The connection closes half-way through the body.
    CutBody,
    /// The connection closes in the middle of the head.
    CutHead,
    /// The connection closes without a reply.
    CloseBefore,
    /// No reply ever comes.
    Silent,
    /// Two Content-Length fields that differ.
    TwoLengths,
    /// A Content-Length that is no number.
    LengthWord,
    /// A chunk size that is no number.
    BadChunk,
    /// Chunks without the last one.
    CutChunks,
    /// A status line without a code.
    BadStatusLine,
    /// The banner of another protocol.
    Banner,
    /// 150 header fields.
    ManyHeaders,
    /// A header field of 96 KiB.
    LargeHeader,
    /// Content-Encoding: gzip over a body that is not.
    BadGzip,
    /// A redirect to another place.
    Redirect,
}

/// What a server does differently.
#[derive(Clone, Debug)]
pub enum Change {
    /// The check of a clause of the request.
    Check(ClauseId, Laxness),
    /// The check of the token.
    Token(TokenLaxness),
    /// The status for a cause; the body stays that of the new status where it has one.
    Status(Cause, u16),
    /// A member of the body of a status.
    Body(u16, Vec<Step>, Edit),
    /// The body of a status holds the members of a success too.
    Leaks(u16),
    /// The bytes of the body of a status.
    Bytes(u16, Bytes),
    /// A header field of a status: its value, or `None` where it is left out.
    Header(u16, String, Option<&'static str>),
    /// The media type of a status; `None` sends none.
    MediaType(u16, Option<&'static str>),
    /// What travels for a status.
    Wire(u16, Wire),
    /// Only these spellings of the token's header are seen.
    HeaderSpelling(Vec<String>),
    /// Two requests at the same time get each other's replies.
    Swaps,
    /// How requests are read.
    Reading(Reading),
}
