//! The options that describe a target, and what they come to together with
//! variables and the targets file.

use crate::error::{Error, Result};
use crate::exchange::Limits;
use crate::suite::Suite;
use crate::target::config::{Entry, is_header, is_header_value, is_name, parse_time};
use crate::target::{Credentials, DEFAULT_TIMEOUT, Secret, TIMEOUTS, Target, Targets, Token};
use crate::transport::{parse_base, parse_proxy};
use clap::Args;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

const TARGETS: &str = "targets.toml";
const TOKEN: &str = "CONFORMANT_TOKEN";
const TOKEN_ENV: &str = "CONFORMANT_TOKEN_ENV";
const TOKEN_FILE: &str = "CONFORMANT_TOKEN_FILE";

/// The options that describe a target, as given: what is not given is `None`, so
/// that [`TargetOptions::resolve`] can look for it in the targets file.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct TargetOptions {
    /// Address of the target; without it and without --target, the embedded reference server is tested
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
    /// Targets file [default: targets.toml]
    #[arg(long, value_name = "FILE", env = "CONFORMANT_TARGETS")]
    pub targets: Option<PathBuf>,
    /// Target of the targets file; with --base-url, just the name in reports and snapshots [default: default]
    #[arg(long, value_name = "NAME", env = "CONFORMANT_TARGET")]
    pub target: Option<String>,
    /// Requests under way at once; without it, as many as the target's latency asks for
    #[arg(long, value_name = "N", env = "CONFORMANT_CONCURRENCY", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub concurrency: Option<u16>,
    /// Requests a second at most
    #[arg(long, value_name = "N", env = "CONFORMANT_RATE", value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: Option<u32>,
    /// Deadline of a whole exchange, in seconds [default: 10]
    #[arg(long, value_name = "SECONDS", env = "CONFORMANT_TIMEOUT")]
    pub timeout: Option<f64>,
    /// Longest time of the run, such as 600, 90s, 10m or 1h; what was judged by then is reported, without a verdict unless a difference is proven [default: 10m, and what --rate costs]
    #[arg(long, value_name = "TIME", env = "CONFORMANT_MAX_TIME", value_parser = parse_time)]
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
    /// Send requests that may change what the target holds (any method but GET)
    #[arg(
        long,
        value_name = "BOOL",
        env = "CONFORMANT_ALLOW_WRITES",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub allow_writes: Option<bool>,
    /// Take any certificate: whoever sits in between can read the token
    #[arg(
        long,
        value_name = "BOOL",
        env = "CONFORMANT_INSECURE",
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
    /// Decides: option or variable first (clap prefers the option), then the targets
    /// file, then the default.
    pub(super) fn resolve(&self, suite: &Suite) -> Result<Target> {
        let name = match (&self.target, &self.base_url) {
            (Some(name), _) => name.clone(),
            (None, Some(_)) => "default".into(),
            // The embedded server is a target of its own, whatever others are called.
            (None, None) => "reference".into(),
        };
        if !is_name(&name) {
            return Err(Error::input(
                "--target",
                format!("'{name}' is no name of a target"),
                "use letters, digits, '-', '_' and '.', and begin with a letter or digit",
            ));
        }
        let entry = self.entry(&name)?.unwrap_or_default();
        let timeout = match (self.timeout, &entry.timeout) {
            (Some(seconds), _) if !TIMEOUTS.contains(&seconds) => {
                return Err(Error::input(
                    "--timeout",
                    format!("{seconds} is no number of seconds between 0.001 and 3600"),
                    "the default is 10",
                ));
            }
            (Some(seconds), _) => Duration::from_secs_f64(seconds),
            (None, Some(seconds)) => Duration::from_secs_f64(*seconds.get_ref()),
            (None, None) => DEFAULT_TIMEOUT,
        };
        if let Some(url) = &self.base_url {
            parse_base(url)?;
        }
        if let Some(proxy) = &self.proxy {
            parse_proxy(proxy)?;
        }
        let written = entry.base_url.as_ref().map(|url| url.get_ref().clone());
        Ok(Target {
            name,
            base_url: self.base_url.clone().or(written),
            project_id: self.project_id.clone().or_else(|| entry.project_id.clone()),
            foreign_project_id: self
                .foreign_project_id
                .clone()
                .or_else(|| entry.foreign_project_id.clone()),
            credentials: self.credentials(&entry),
            provoke: self.provocations(suite, &entry)?,
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
            allow_writes: self.allow_writes.or(entry.allow_writes).unwrap_or(false),
            insecure: self.insecure.or(entry.insecure).unwrap_or(false),
            identity: identity(
                self.client_cert.clone().or(entry.client_cert),
                self.client_key.clone().or(entry.client_key),
            )?,
            proxy: (self.proxy.clone()).or(entry.proxy.map(toml::Spanned::into_inner)),
        })
    }

    /// What the targets file says. With an address given, the file counts only where
    /// it was named, and need not know the target.
    fn entry(&self, name: &str) -> Result<Option<Entry>> {
        match (&self.base_url, &self.target) {
            (Some(_), _) => match &self.targets {
                Some(path) => Ok(Targets::read(path)?.entries.remove(name)),
                None => Ok(None),
            },
            (None, Some(_)) => {
                let path = self.targets.as_deref().unwrap_or(Path::new(TARGETS));
                Targets::read(path)?.get(name).cloned().map(Some)
            }
            (None, None) => Ok(None),
        }
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
                .ok_or_else(|| wrong(format!("'{text}' is not of the form NAME=NUMBER")))?;
            limits
                .set(name, value)
                .map_err(|unusable| wrong(unusable.to_string()))?;
        }
        Ok(limits)
    }

    /// Provocations given replace those of the file for the same status.
    fn provocations(
        &self,
        suite: &Suite,
        entry: &Entry,
    ) -> Result<BTreeMap<u16, Vec<(String, String)>>> {
        let mut provoke: BTreeMap<u16, Vec<(String, String)>> = BTreeMap::new();
        for text in &self.provoke {
            let parsed = text.split_once('=').and_then(|(status, header)| {
                let (name, value) = header.split_once(':')?;
                let name = name.trim();
                (is_header(name) && is_header_value(value)).then(|| {
                    let status = crate::page::vocabulary::status(status)?;
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
            if let Some(status) = crate::page::vocabulary::status(status) {
                let written = &provocation.get_ref().headers;
                provoke.entry(status).or_insert_with(|| {
                    written
                        .iter()
                        .map(|(name, value)| (name.clone(), value.clone()))
                        .collect()
                });
            }
        }
        if let Some(status) = provoke
            .keys()
            .find(|status| !suite.contract.documents(**status))
        {
            return Err(Error::input(
                "--provoke",
                format!("the page does not document the status {status}"),
                "provoke a documented one",
            ));
        }
        Ok(provoke)
    }
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
