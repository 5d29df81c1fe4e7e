//! Defines [`Targets`]: the targets file as people write it.
//!
//! A secret never stands in the file: only where it comes from. Every error names
//! line and column, and never shows a value, since the value may be a secret that
//! was written where it must not be.

use super::writes::Writes;
use crate::error::{Error, Problem, Result};
use crate::exchange::Limits;
use crate::input::{self, Kind};
use crate::input::{parse_toml, place_in};
use crate::text;
use crate::transport::{parse_base, parse_proxy};
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;

const REMEDY: &str = "targets.example.toml shows every key with its meaning";
const SOURCES: &str = "say where the secret comes from: { env = \"VARIABLE\" }, { file = \"PATH\" } or { command = [\"PROGRAM\", \"ARGUMENT\"] }";

/// A targets file.
#[derive(Debug, Default)]
pub struct Targets {
    /// Where it was read from.
    pub path: PathBuf,
    /// Its targets by name.
    pub entries: BTreeMap<String, Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    target: BTreeMap<String, Spanned<Entry>>,
}

/// One target as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Scheme, host, port, and a path prefix if there is one.
    pub base_url: Option<Spanned<String>>,
    /// The project that the credentials may use.
    pub project_id: Option<String>,
    /// A well-formed project of another tenant.
    pub foreign_project_id: Option<String>,
    /// Values of path parameters that name a resource.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Where the token comes from.
    pub token: Option<Token>,
    /// Keys that sign requests in place of a token.
    pub auth: Option<Spanned<Keys>>,
    /// Header fields that provoke a status.
    #[serde(default)]
    pub provoke: BTreeMap<String, Spanned<Provocation>>,
    /// Text of the header User-Agent.
    pub user_agent: Option<Spanned<String>>,
    /// Requests a second at most.
    pub rate: Option<NonZeroU32>,
    /// Requests under way at once.
    pub concurrency: Option<Spanned<u16>>,
    /// Deadline of a whole exchange, in seconds.
    pub timeout: Option<Spanned<f64>>,
    /// Longest time of a run.
    pub max_time: Option<MaxTime>,
    /// Refuse to start where the plan holds more requests.
    pub max_requests: Option<u64>,
    /// How much of a reply is read and kept: values by the names of [`Limits::ALL`].
    #[serde(default)]
    pub limits: BTreeMap<String, Spanned<u64>>,
    /// Certificates (PEM) that are trusted in addition to the system's.
    pub ca: Option<PathBuf>,
    /// Whether requests that may change what the target holds may be sent.
    pub allow_writes: Option<AllowWrites>,
    /// Most objects that a run may make.
    pub max_objects: Option<u64>,
    /// Objects of one kind that are alive at once at most.
    pub objects_at_once: Option<NonZeroU32>,
    /// Whether any certificate is taken.
    pub insecure: Option<bool>,
    /// Client certificate (PEM), its chain behind it.
    pub client_cert: Option<PathBuf>,
    /// Key of the client certificate (PEM).
    pub client_key: Option<PathBuf>,
    /// Proxy to go through.
    pub proxy: Option<Spanned<String>>,
}

/// The longest time of a run, as seconds or a text such as `10m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxTime(pub Duration);

/// Seconds that an exchange may be given.
pub const TIMEOUTS: RangeInclusive<f64> = 0.001..=3600.0;

impl<'de> Deserialize<'de> for MaxTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "seconds, or a text such as \"10m\"")]
        enum Written {
            Seconds(u64),
            Text(String),
        }
        let written = match Written::deserialize(deserializer)? {
            Written::Seconds(seconds) => seconds.to_string(),
            Written::Text(text) => text,
        };
        text::time(&written).map(Self).map_err(de::Error::custom)
    }
}

/// Which requests that change the target may be sent: `true`, or a list of classes.
#[derive(Clone, Copy, Debug)]
pub struct AllowWrites(pub Writes);

impl<'de> Deserialize<'de> for AllowWrites {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(
            untagged,
            expecting = "true, or classes such as [\"create\", \"delete\"]"
        )]
        enum Written {
            All(bool),
            Classes(Vec<String>),
        }
        match Written::deserialize(deserializer)? {
            Written::All(true) => Ok(Self(Writes::ALL)),
            Written::All(false) => Ok(Self(Writes::default())),
            Written::Classes(classes) => {
                let writes = classes.join(",").parse();
                writes.map(Self).map_err(de::Error::custom)
            }
        }
    }
}

/// Header fields that make the target give a status.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provocation {
    /// Header fields by name.
    pub headers: BTreeMap<String, String>,
}

/// Where a secret comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// An environment variable.
    Env(String),
    /// A file that holds nothing else.
    File(PathBuf),
    /// Standard output of a command, which is no shell line.
    Command(Vec<String>),
}

/// Where the token comes from.
#[derive(Clone, Debug)]
pub enum Token {
    /// It is stored somewhere.
    Stored(Secret),
    /// The identity service gives it.
    Iam(Box<Iam>),
}

/// An account of the identity service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Iam {
    /// Address of the identity service.
    pub endpoint: Spanned<String>,
    /// Name of the user.
    pub user: String,
    /// Name of the account that the user belongs to.
    pub domain: String,
    /// The user's password.
    pub password: Secret,
    /// Name of the project that the token is for; its id is looked up where the
    /// target has none.
    pub project: Option<String>,
}

/// Keys that sign requests (SDK-HMAC-SHA256).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Access key id.
    pub ak: Secret,
    /// Secret key.
    pub sk: Secret,
    /// Address of the identity service, to look a project up by name.
    pub endpoint: Option<Spanned<String>>,
    /// Name of the project, where the target has no id.
    pub project: Option<String>,
}

impl Targets {
    /// Reads a targets file.
    ///
    /// # Errors
    /// [`Error::Input`] where it is unreadable, has an unknown key or an unusable value.
    pub fn read(path: &Path) -> Result<Self> {
        Self::parse(path, &input::text(path, Kind::Targets)?)
    }

    /// Reads the text of a targets file; `path` is for messages and for paths in it.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub fn parse(path: &Path, source: &str) -> Result<Self> {
        let file: File = parse_toml(path, source).map_err(without_values)?;
        let mut entries = BTreeMap::new();
        for (name, entry) in file.target {
            let at = entry.span().start;
            let mut entry = entry.into_inner();
            check(&name, &entry, at).map_err(|(at, what, remedy)| {
                Error::input(place_in(path, source, at), what, remedy)
            })?;
            entry.resolve_paths(path.parent().unwrap_or(Path::new("")));
            entries.insert(name, entry);
        }
        Ok(Self {
            path: path.to_owned(),
            entries,
        })
    }

    /// The target of this name.
    ///
    /// # Errors
    /// [`Error::Input`] with the known names where there is none.
    pub fn get(&self, name: &str) -> Result<&Entry> {
        self.entries.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.entries.keys().map(String::as_str).collect();
            Error::input(
                &self.path,
                format!("there is no target '{name}'"),
                if known.is_empty() {
                    format!("the file has none; write one as [target.{name}]")
                } else {
                    format!("the file has: {}", known.join(", "))
                },
            )
        })
    }
}

impl Entry {
    /// Paths in the file are relative to the file.
    fn resolve_paths(&mut self, folder: &Path) {
        let join = |path: &mut PathBuf| *path = folder.join(&*path);
        for path in [&mut self.ca, &mut self.client_cert, &mut self.client_key] {
            path.iter_mut().for_each(join);
        }
        let mut secrets = Vec::new();
        match &mut self.token {
            Some(Token::Stored(secret)) => secrets.push(secret),
            Some(Token::Iam(iam)) => secrets.push(&mut iam.password),
            None => {}
        }
        if let Some(keys) = &mut self.auth {
            let keys = keys.get_mut();
            secrets.extend([&mut keys.ak, &mut keys.sk]);
        }
        for secret in secrets {
            if let Secret::File(path) = secret {
                join(path);
            }
        }
    }
}

/// Offset of what is wrong, what, and the remedy.
type Wrong = (usize, String, String);

fn check(name: &str, entry: &Entry, at: usize) -> Result<(), Wrong> {
    let wrong = |at: usize, what: &str, remedy: &str| Err((at, what.to_owned(), remedy.to_owned()));
    if !is_name(name) {
        return wrong(
            at,
            "this is no name of a target",
            "use letters, digits, '-', '_' and '.', and begin with a letter or digit",
        );
    }
    let Some(url) = &entry.base_url else {
        return wrong(
            at,
            "the target has no base_url",
            "write it like base_url = \"https://dbss.example.com\"",
        );
    };
    let endpoint = match (&entry.token, &entry.auth) {
        (Some(Token::Iam(iam)), _) => Some(&iam.endpoint),
        (_, Some(keys)) => keys.get_ref().endpoint.as_ref(),
        _ => None,
    };
    let bases = [Some(url), endpoint].into_iter().flatten();
    let bases = bases.map(|address| (address, parse_base(address.get_ref())));
    let proxy = entry.proxy.as_ref();
    let proxy = proxy.map(|address| (address, parse_proxy(address.get_ref())));
    for (address, parsed) in bases.chain(proxy) {
        if let Err(Error::Input(Problem { what, remedy, .. })) = parsed {
            return wrong(address.span().start, &what, &remedy);
        }
    }
    if let Some(timeout) = &entry.timeout
        && !TIMEOUTS.contains(timeout.get_ref())
    {
        return wrong(
            timeout.span().start,
            "the timeout is no number of seconds between 0.001 and 3600",
            "the default is 10",
        );
    }
    if let Some(text) = &entry.user_agent
        && !is_user_agent(text.get_ref())
    {
        let what = "the text is no value of the header User-Agent";
        return wrong(text.span().start, what, USER_AGENT);
    }
    if let Some(concurrency) = &entry.concurrency
        && !(1..=1024).contains(concurrency.get_ref())
    {
        return wrong(
            concurrency.span().start,
            "the concurrency is no number between 1 and 1024",
            "without it, as many requests as the target's latency asks for",
        );
    }
    for (name, value) in &entry.limits {
        if let Err(unusable) = Limits::default().set(name, *value.get_ref()) {
            return wrong(value.span().start, &unusable.to_string(), REMEDY);
        }
    }
    if let (Some(auth), Some(_)) = (&entry.auth, &entry.token) {
        return wrong(
            auth.span().start,
            "the target has both 'auth' and 'token'",
            "keep one: requests are either signed or carry a token",
        );
    }
    if let Some(auth) = &entry.auth
        && auth.get_ref().project.is_some() != auth.get_ref().endpoint.is_some()
    {
        return wrong(
            auth.span().start,
            "'auth' has one of 'project' and 'endpoint' without the other",
            "a project is looked up by name at an identity service: give both, or project_id instead",
        );
    }
    if entry.client_cert.is_some() != entry.client_key.is_some() {
        return wrong(
            at,
            "the target has one of 'client_cert' and 'client_key' without the other",
            "give both, or neither",
        );
    }
    for (status, provocation) in &entry.provoke {
        let at = provocation.span().start;
        if text::status(status).is_none() {
            return wrong(
                at,
                "the key of the provocation is no status code",
                "write it like 500 = { headers = { Prefer = \"code=500\" } }",
            );
        }
        let headers = &provocation.get_ref().headers;
        if headers.is_empty() {
            return wrong(
                at,
                "the provocation has no header",
                "write it like 500 = { headers = { Prefer = \"code=500\" } }",
            );
        }
        if headers
            .iter()
            .any(|(name, value)| !is_header(name) || !is_header_value(value))
        {
            return wrong(
                at,
                "the provocation has a name or value that no header field can have",
                "header names are letters, digits and '-', values printable ASCII",
            );
        }
    }
    Ok(())
}

/// Whether `name` may name a target, and a folder after it.
pub fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// Whether `name` may name a header field (RFC 9110 section 5.6.2).
pub fn is_header(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.!#$%&'*+^`|~".contains(c))
}

/// Whether `value` may be the value of a header field.
pub fn is_header_value(value: &str) -> bool {
    value.chars().all(|c| (' '..='~').contains(&c))
}

/// What a text of the header User-Agent may be.
pub const USER_AGENT: &str =
    "use printable ASCII, such as Mozilla/5.0, without a space at either end";

/// Whether `text` may stand in the header User-Agent.
pub fn is_user_agent(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && is_header_value(text)
}

/// A message of the TOML reader may quote a value or a key. Either may be a secret in the
/// wrong place.
fn without_values(error: Error) -> Error {
    let Error::Input(mut problem) = error else {
        return error;
    };
    problem.remedy = REMEDY.into();
    if problem.what.starts_with("unknown field ") {
        problem.what = match problem.what.rsplit_once("`, expected ") {
            Some((_, known)) => format!("unknown key, expected {known}"),
            None => "unknown key".into(),
        };
    } else if problem.what.starts_with("duplicate key") {
        problem.what = "duplicate key (not shown)".into();
    }
    for quote in ['"', '`'] {
        let quotes_value = ["invalid type: ", "invalid value: "]
            .iter()
            .any(|start| problem.what.starts_with(start));
        let first = problem.what.find(quote);
        let expected = problem.what.rfind(", expected");
        if let (true, Some(first), Some(expected)) = (quotes_value, first, expected)
            && first < expected
        {
            problem.what.replace_range(first..expected, "(not shown)");
        }
    }
    Error::Input(problem)
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_map(Source { iam: false })? {
            Token::Stored(secret) => Ok(secret),
            Token::Iam(_) => Err(de::Error::custom(SOURCES)),
        }
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Source { iam: true })
    }
}

/// Reads a table of exactly one key, which names the kind of source.
struct Source {
    iam: bool,
}

impl<'de> Visitor<'de> for Source {
    type Value = Token;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("where a secret comes from")
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Token, E> {
        Err(E::custom(format!(
            "a secret never stands in this file; {SOURCES}"
        )))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Token, A::Error> {
        let Some(kind) = map.next_key::<String>()? else {
            return Err(de::Error::custom(SOURCES));
        };
        let token = match kind.as_str() {
            "env" => Token::Stored(Secret::Env(map.next_value()?)),
            "file" => Token::Stored(Secret::File(map.next_value()?)),
            "command" => Token::Stored(Secret::Command(map.next_value()?)),
            "iam" if self.iam => Token::Iam(map.next_value()?),
            _ => {
                return Err(de::Error::custom(format!("unknown key; {SOURCES}")));
            }
        };
        if matches!(&token, Token::Stored(Secret::Command(words)) if words.is_empty()) {
            return Err(de::Error::custom("the command is empty"));
        }
        if map.next_key::<String>()?.is_some() {
            return Err(de::Error::custom(format!(
                "a secret has one source, and another key stands beside '{kind}'"
            )));
        }
        Ok(token)
    }
}
