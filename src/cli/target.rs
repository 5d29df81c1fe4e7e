//! The options that describe a target, and what they come to together with
//! variables and the targets file.

use super::terminal::warn;
use crate::contract::is_safe;
use crate::error::{Error, Result};
use crate::exchange::Limits;
use crate::suite::Suite;
use crate::target::config::{
    Entry, USER_AGENT, is_header, is_header_value, is_name, is_user_agent,
};
use crate::target::{
    Credentials, DEFAULT_TIMEOUT, Origins, Secret, TIMEOUTS, Target, Targets, Token, Writes,
};
use crate::transport::{parse_base, parse_proxy};
use clap::builder::BoolishValueParser;
use clap::{Args, Command};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const TARGETS: &str = "targets.toml";
const TOKEN: &str = "CONFORMANT_TOKEN";
const TOKEN_ENV: &str = "CONFORMANT_TOKEN_ENV";
const TOKEN_FILE: &str = "CONFORMANT_TOKEN_FILE";

/// The options that describe a target, as given: what is not given is `None`, so
/// that [`TargetOptions::resolve`] can look for it in the targets file.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct TargetOptions {
    /// Address of the target; it replaces that of the entry that --target names, and nothing else of it
    #[arg(long, value_name = "URL", env = "CONFORMANT_BASE_URL")]
    pub base_url: Option<String>,
    /// Project that the token may use
    #[arg(long, value_name = "ID", env = "CONFORMANT_PROJECT_ID")]
    pub project_id: Option<String>,
    /// Well-formed project of another tenant; without it the 403 cases are skipped
    #[arg(long, value_name = "ID", env = "CONFORMANT_FOREIGN_PROJECT_ID")]
    pub foreign_project_id: Option<String>,
    /// Environment variable that holds the token [default: CONFORMANT_TOKEN]
    #[arg(long, value_name = "VAR", env = TOKEN_ENV)]
    pub token_env: Option<String>,
    /// File that holds the token
    #[arg(long, value_name = "PATH", env = TOKEN_FILE)]
    pub token_file: Option<PathBuf>,
    /// Header that makes the target give a status, such as '500=Prefer: code=500'
    #[arg(
        long,
        value_name = "STATUS=HEADER: VALUE",
        env = "CONFORMANT_PROVOKE",
        value_delimiter = '\n'
    )]
    pub provoke: Vec<String>,
    /// Value of a path parameter that names a resource, such as 'instance_id=0f1e'; repeatable
    #[arg(
        long,
        value_name = "NAME=VALUE",
        env = "CONFORMANT_VALUE",
        value_delimiter = '\n'
    )]
    pub value: Vec<String>,
    /// Text of the header User-Agent, in place of the name of this program
    #[arg(long, value_name = "TEXT", env = "CONFORMANT_USER_AGENT")]
    pub user_agent: Option<String>,
    /// Targets file [default: targets.toml]
    #[arg(long, value_name = "FILE", env = "CONFORMANT_TARGETS")]
    pub targets: Option<PathBuf>,
    /// Target of the targets file; with --base-url it need not be there: then it is just the name in reports and snapshots [default: default]
    #[arg(long, value_name = "NAME", env = "CONFORMANT_TARGET")]
    pub target: Option<String>,
    /// Requests under way at once; without it, as many as the target's latency asks for
    #[arg(long, value_name = "N", env = "CONFORMANT_CONCURRENCY", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub concurrency: Option<u16>,
    /// Requests a second at most
    #[arg(long, value_name = "N", env = "CONFORMANT_RATE", value_parser = rate)]
    pub rate: Option<u32>,
    /// Deadline of a whole exchange, in seconds [default: 10]
    #[arg(long, value_name = "SECONDS", env = "CONFORMANT_TIMEOUT", value_parser = seconds)]
    pub timeout: Option<f64>,
    /// Longest time of the run, such as 600, 90s, 10m or 1h; what was judged by then is reported, without a verdict unless a difference is proven [default: 10m, and what --rate costs]
    #[arg(long, value_name = "TIME", env = "CONFORMANT_MAX_TIME", value_parser = crate::text::time)]
    pub max_time: Option<Duration>,
    /// Refuse to start where the plan holds more requests than this
    #[arg(long, value_name = "N", env = "CONFORMANT_MAX_REQUESTS")]
    pub max_requests: Option<u64>,
    /// How much of a reply is read and kept, such as 'body_bytes=16777216'; repeatable.
    #[arg(
        long,
        value_name = "NAME=VALUE",
        env = "CONFORMANT_LIMIT",
        value_delimiter = '\n',
        long_help = limits_help()
    )]
    pub limit: Vec<String>,
    /// Certificates (PEM) to trust in addition to the system's
    #[arg(long, value_name = "FILE", env = "CONFORMANT_CA")]
    pub ca: Option<PathBuf>,
    /// Send requests that may change what the target holds (any method but GET): create, update and delete, or those that are named
    #[arg(
        long,
        value_name = "CLASSES",
        env = "CONFORMANT_ALLOW_WRITES",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "all"
    )]
    pub allow_writes: Option<Writes>,
    /// Refuse to start where the plan would make more objects than this
    #[arg(long, value_name = "N", env = "CONFORMANT_MAX_OBJECTS")]
    pub max_objects: Option<u64>,
    /// Objects of one kind that tests keep alive at once, beside up to four that cases look at; 4 without it
    #[arg(long, value_name = "N", env = "CONFORMANT_OBJECTS_AT_ONCE")]
    pub objects_at_once: Option<NonZeroU32>,
    /// Take any certificate: whoever sits in between can read the token
    #[arg(
        long,
        value_name = "BOOL",
        env = "CONFORMANT_INSECURE",
        value_parser = BoolishValueParser::new(),
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub insecure: Option<bool>,
    /// Client certificate (PEM), its chain behind it
    #[arg(long, value_name = "FILE", env = "CONFORMANT_CLIENT_CERT")]
    pub client_cert: Option<PathBuf>,
    /// Key of the client certificate (PEM, not encrypted)
    #[arg(long, value_name = "FILE", env = "CONFORMANT_CLIENT_KEY")]
    pub client_key: Option<PathBuf>,
    /// Proxy to go through; the environment's proxies never count
    #[arg(long, value_name = "URL", env = "CONFORMANT_PROXY")]
    pub proxy: Option<String>,
}

impl TargetOptions {
    /// Whether an address was given, or a target that has one.
    pub(super) fn names_target(&self) -> bool {
        self.base_url.is_some() || self.target.is_some()
    }

    /// The first variable that is set and describes a target.
    pub(super) fn variable() -> Option<String> {
        set_variable(&Self::augment_args(Command::new("target")))
    }

    /// Refuses what says where a target is, or as whom it is asked, beside `--reference`.
    pub(super) fn refuse_beside_reference(&self) -> Result<()> {
        let text = |option: &Option<String>| option.clone();
        let path = |option: &Option<PathBuf>| option.as_ref().map(|it| it.display().to_string());
        let flag = |option: Option<bool>| option.map(|it| it.to_string());
        let list = |option: &[String]| option.first().cloned();
        for (option, given) in [
            ("--base-url", text(&self.base_url)),
            ("--target", text(&self.target)),
            ("--targets", path(&self.targets)),
            ("--project-id", text(&self.project_id)),
            ("--foreign-project-id", text(&self.foreign_project_id)),
            ("--token-env", text(&self.token_env)),
            ("--token-file", path(&self.token_file)),
            ("--provoke", list(&self.provoke)),
            ("--value", list(&self.value)),
            ("--user-agent", text(&self.user_agent)),
            (
                "--allow-writes",
                self.allow_writes.map(|writes| writes.to_string()),
            ),
            ("--ca", path(&self.ca)),
            ("--insecure", flag(self.insecure)),
            ("--client-cert", path(&self.client_cert)),
            ("--client-key", path(&self.client_key)),
            ("--proxy", text(&self.proxy)),
        ] {
            if let Some(value) = given {
                return Err(Error::input(
                    origin(option, &value),
                    "it describes a target, and --reference tests the embedded reference server",
                    "leave one of the two out",
                ));
            }
        }
        Ok(())
    }

    /// What to say where neither an address nor a target is given.
    pub(super) fn no_target(&self, variable: Option<String>) -> Error {
        let what = match variable {
            Some(name) => format!("no target is given: {name} is set, but no address"),
            None => "no target is given".into(),
        };
        let path = self.targets();
        let known = Targets::read(path)
            .map(|file| file.entries)
            .unwrap_or_default();
        let known: Vec<String> = known.into_keys().collect();
        let known = match known.as_slice() {
            [] => String::new(),
            names => format!(" ({} has: {})", path.display(), names.join(", ")),
        };
        Error::input(
            "--base-url",
            what,
            format!(
                "give --base-url URL, or --target NAME of a targets file{known}; to test the embedded reference server: conformant run --reference"
            ),
        )
    }

    /// Decides: option or variable first (clap prefers the option), then the targets
    /// file, then the default. Without any address, the target has none.
    pub(super) fn resolve(&self, suites: &[Arc<Suite>]) -> Result<Target> {
        let name = match (&self.target, &self.base_url) {
            (Some(name), _) => name.clone(),
            (None, Some(_)) => "default".into(),
            // The embedded server is a target of its own, whatever others are called.
            (None, None) => "reference".into(),
        };
        if !is_name(&name) {
            return Err(Error::input(
                "--target",
                "this is no name of a target",
                "use letters, digits, '-', '_' and '.', and begin with a letter or digit",
            ));
        }
        if let Some(url) = &self.base_url {
            parse_base(url)?;
        }
        let entry = self.entry(&name)?.unwrap_or_default();
        if let Some(text) = self.user_agent.as_ref().filter(|text| !is_user_agent(text)) {
            return Err(Error::input(
                origin("--user-agent", text),
                "it is no value of the header User-Agent",
                USER_AGENT,
            ));
        }
        let timeout = match (self.timeout, &entry.timeout) {
            (Some(seconds), _) => Duration::from_secs_f64(seconds),
            (None, Some(seconds)) => Duration::from_secs_f64(*seconds.get_ref()),
            (None, None) => DEFAULT_TIMEOUT,
        };
        if let Some(proxy) = &self.proxy {
            parse_proxy(proxy)?;
        }
        let written = entry.base_url.as_ref().map(|url| url.get_ref().clone());
        let origins = Origins {
            project_id: self.origin("--project-id", self.project_id.as_ref(), &name),
            foreign_project_id: self.origin(
                "--foreign-project-id",
                self.foreign_project_id.as_ref(),
                &name,
            ),
        };
        let target = Target {
            base_url: self.base_url.clone().or(written),
            project_id: self.project_id.clone().or_else(|| entry.project_id.clone()),
            foreign_project_id: self
                .foreign_project_id
                .clone()
                .or_else(|| entry.foreign_project_id.clone()),
            values: self.values(suites, &entry)?,
            origins,
            credentials: self.credentials(&entry),
            provoke: self.provocations(suites, &entry)?,
            user_agent: (self.user_agent.clone())
                .or_else(|| entry.user_agent.as_ref().map(|text| text.get_ref().clone())),
            timeout,
            max_time: self.max_time.or(entry.max_time.map(|time| time.0)),
            concurrency: self
                .concurrency
                .or(entry.concurrency.as_ref().map(|number| *number.get_ref()))
                .map(usize::from),
            rate: self.rate.or(entry.rate.map(Into::into)),
            max_requests: self.max_requests.or(entry.max_requests),
            limits: self.limits(&entry)?,
            ca: self.ca.clone().or(entry.ca),
            writes: (self.allow_writes)
                .or(entry.allow_writes.map(|writes| writes.0))
                .unwrap_or_default(),
            max_objects: self.max_objects.or(entry.max_objects),
            objects_at_once: (self.objects_at_once.or(entry.objects_at_once))
                .map(|number| usize::try_from(number.get()).unwrap_or(usize::MAX)),
            insecure: self.insecure.or(entry.insecure).unwrap_or(false),
            identity: identity(
                self.client_cert.clone().or(entry.client_cert),
                self.client_key.clone().or(entry.client_key),
            )?,
            proxy: (self.proxy.clone()).or(entry.proxy.map(toml::Spanned::into_inner)),
            name,
        };
        for suite in suites {
            target.check_ids(suite)?;
        }
        Ok(target)
    }

    fn targets(&self) -> &Path {
        self.targets.as_deref().unwrap_or(Path::new(TARGETS))
    }

    /// Who gave a value: the option or its variable, or else the key of the targets file.
    fn origin(&self, option: &str, given: Option<&String>, target: &str) -> String {
        match given {
            Some(value) => origin(option, value),
            None => {
                let key = option.trim_start_matches('-').replace('-', "_");
                format!("{}: {key} of [target.{target}]", self.targets().display())
            }
        }
    }

    /// What the targets file says of the target. With an address given, the file need not
    /// know the target, nor be there where it was not named.
    fn entry(&self, name: &str) -> Result<Option<Entry>> {
        if self.target.is_none() && (self.base_url.is_none() || self.targets.is_none()) {
            return Ok(None);
        }
        let path = self.targets();
        let Some(address) = &self.base_url else {
            return Targets::read(path)?.get(name).cloned().map(Some);
        };
        if self.targets.is_none() && !path.exists() {
            return Ok(None);
        }
        let Some(entry) = Targets::read(path)?.entries.remove(name) else {
            warn(&format!(
                "note: {} has no target '{name}': only the name is used",
                path.display()
            ));
            return Ok(None);
        };
        let written = entry.base_url.as_ref().map(toml::Spanned::get_ref);
        if let Some(written) = written.filter(|written| !is_same_address(written, address)) {
            warn(&format!(
                "note: {} ({address}) wins over base_url ({written}) of [target.{name}] in {}; its token and its other keys are used for {address}",
                origin("--base-url", address),
                path.display()
            ));
        }
        Ok(Some(entry))
    }

    /// Values given replace those of the file of the same name.
    fn values(&self, suites: &[Arc<Suite>], entry: &Entry) -> Result<BTreeMap<String, String>> {
        let needs = suites.iter().flat_map(|suite| &suite.handling.needs);
        let names: BTreeSet<&str> = needs.map(|need| need.name.as_str()).collect();
        let mut values = entry.values.clone();
        // Those of other operations are none of these, nor shown.
        values.retain(|name, _| names.contains(name.as_str()));
        for text in &self.value {
            let Some((name, value)) = text.split_once('=') else {
                return Err(Error::input(
                    "--value",
                    "it is not of the form NAME=VALUE",
                    "write it like 'instance_id=0f1e2d3c'",
                ));
            };
            if !names.contains(name) {
                let names: Vec<&str> = names.into_iter().collect();
                return Err(Error::input(
                    "--value",
                    "no operation has a parameter or member of this name that names a resource",
                    match names.as_slice() {
                        [] => "leave it out: there is none at all".to_owned(),
                        names => format!("there are: {}", names.join(", ")),
                    },
                ));
            }
            values.insert(name.to_owned(), value.to_owned());
        }
        Ok(values)
    }

    fn credentials(&self, entry: &Entry) -> Credentials {
        let given = |name: &str, value: &str| {
            std::env::var_os(name).is_some_and(|variable| variable == value)
        };
        // An option outweighs a variable, also where they are not the same one.
        let file = self.token_file.as_ref().filter(|path| {
            let by_variable = given(TOKEN_FILE, &path.to_string_lossy());
            let env_by_option = self
                .token_env
                .as_ref()
                .is_some_and(|variable| !given(TOKEN_ENV, variable));
            !(by_variable && env_by_option)
        });
        let stored = match (file, &self.token_env) {
            (Some(path), _) => Some(Secret::File(path.clone())),
            (None, Some(variable)) => Some(Secret::Env(variable.clone())),
            (None, None) => None,
        };
        match (stored, &entry.auth, &entry.token) {
            (Some(secret), _, _) => Credentials::Token(Token::Stored(secret)),
            (None, Some(keys), _) => Credentials::Keys(keys.get_ref().clone()),
            (None, None, Some(token)) => Credentials::Token(token.clone()),
            (None, None, None) => Credentials::Token(Token::Stored(Secret::Env(TOKEN.into()))),
        }
    }

    /// Those given replace those of the file of the same name.
    fn limits(&self, entry: &Entry) -> Result<Limits> {
        let mut limits = Limits::default();
        for (name, value) in &entry.limits {
            // Checked where the file was read.
            let _ = limits.set(name, *value.get_ref());
        }
        for text in &self.limit {
            let wrong = |what: String| {
                let remedy =
                    "write it like 'body_bytes=16777216'; conformant run --help lists the limits";
                Error::input("--limit", what, remedy)
            };
            let (name, value) = text
                .split_once('=')
                .and_then(|(name, value)| Some((name.trim(), value.trim().parse().ok()?)))
                .ok_or_else(|| wrong("a limit is not of the form NAME=NUMBER".into()))?;
            limits
                .set(name, value)
                .map_err(|unusable| wrong(unusable.to_string()))?;
        }
        Ok(limits)
    }

    /// Provocations given replace those of the file for the same status.
    fn provocations(
        &self,
        suites: &[Arc<Suite>],
        entry: &Entry,
    ) -> Result<BTreeMap<u16, Vec<(String, String)>>> {
        let mut provoke: BTreeMap<u16, Vec<(String, String)>> = BTreeMap::new();
        for text in &self.provoke {
            let parsed = text.split_once('=').and_then(|(status, header)| {
                let (name, value) = header.split_once(':')?;
                let name = name.trim();
                (is_header(name) && is_header_value(value)).then(|| {
                    let status = crate::text::status(status)?;
                    Some((status, name.to_owned(), value.trim().to_owned()))
                })?
            });
            let Some((status, name, value)) = parsed else {
                return Err(Error::input(
                    "--provoke",
                    "a provocation is not of the form STATUS=Header: value (it is not shown: it may hold a secret)",
                    "write it like '500=Prefer: code=500'",
                ));
            };
            provoke.entry(status).or_default().push((name, value));
        }
        for (status, provocation) in &entry.provoke {
            if let Some(status) = crate::text::status(status) {
                let written = &provocation.get_ref().headers;
                provoke.entry(status).or_insert_with(|| {
                    written
                        .iter()
                        .map(|(name, value)| (name.clone(), value.clone()))
                        .collect()
                });
            }
        }
        let is_documented = |status: &u16| suites.iter().any(|it| it.contract.documents(*status));
        if let Some(status) = provoke.keys().find(|status| !is_documented(status)) {
            return Err(Error::input(
                "--provoke",
                format!("no page documents the status {status}"),
                "provoke a documented one",
            ));
        }
        Ok(provoke)
    }
}

/// The first variable of the options of `command`, or of the token, that is set.
pub(super) fn set_variable(command: &Command) -> Option<String> {
    command
        .get_arguments()
        .filter_map(|option| option.get_env()?.to_str())
        .chain([TOKEN])
        .find(|name| std::env::var_os(name).is_some())
        .map(str::to_owned)
}

/// The variable that gave `value`, or else the option.
fn origin(option: &str, value: &str) -> String {
    let name = option.trim_start_matches('-').replace('-', "_");
    let variable = format!("CONFORMANT_{}", name.to_uppercase());
    match std::env::var_os(&variable) {
        Some(given) if given == value => variable,
        _ => option.to_owned(),
    }
}

/// Whether two addresses are the same one, however they are written.
fn is_same_address(one: &str, other: &str) -> bool {
    match (parse_base(one), parse_base(other)) {
        (Ok(one), Ok(other)) => {
            let trimmed = |url: &url::Url| url.as_str().trim_end_matches('/').to_owned();
            trimmed(&one) == trimmed(&other)
        }
        _ => one == other,
    }
}

fn rate(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "give whole requests a second, 1 or more, such as 20".into())
}

fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| TIMEOUTS.contains(number));
    number.ok_or_else(|| {
        "give seconds between 0.001 and 3600 without a unit, such as 5 or 0.5".into()
    })
}

/// The limits with their defaults, one line each.
fn limits_help() -> String {
    let mut help = String::from(
        "How much of a reply is read and kept, such as 'body_bytes=16777216'; repeatable. What passes a limit is a difference, never read on. Limits and their defaults:",
    );
    for limit in Limits::ALL {
        let _ = write!(
            help,
            "\n  {}={}: {}",
            limit.name, limit.default, limit.meaning
        );
    }
    help
}

fn identity(
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
) -> Result<Option<(PathBuf, PathBuf)>> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some((certificate, key))),
        (None, None) => Ok(None),
        _ => Err(Error::input(
            "--client-cert",
            "a client certificate needs its key, and a key its certificate",
            "give both --client-cert and --client-key",
        )),
    }
}

/// Whether requests of this method may be sent to a target.
pub(super) fn may_write(target: &Target, method: &str) -> Result<()> {
    if is_safe(method) || target.writes.any() {
        return Ok(());
    }
    Err(Error::input(
        "--allow-writes",
        format!("the operation is a {method}: its requests may change what the target holds"),
        "allow it with --allow-writes, or with allow_writes = true in the targets file (run --dry-run prints what would be sent)",
    ))
}
