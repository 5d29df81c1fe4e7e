//! Defines [`Target`]: what options, variables and the targets file come to.

use super::config::{Keys, Secret, Token};
use super::writes::Writes;
use crate::error::{Error, Result};
use crate::exchange::Limits;
use crate::input::{self, Kind};
use crate::output::Outputs;
use crate::transport::{Pem, Settings, Tls, shown_address};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Deadline of an exchange where none is given.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// How requests are authorised.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// They carry a token.
    Token(Token),
    /// They are signed.
    Keys(Keys),
}

/// Which option, variable or key gave the projects.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// Gave the project that the credentials may use.
    pub project_id: String,
    /// Gave the project of another tenant.
    pub foreign_project_id: String,
}

/// A target with everything decided, its secrets not fetched yet.
#[derive(Clone, Debug)]
pub struct Target {
    /// Name in reports and snapshots.
    pub name: String,
    /// Its address; the embedded reference server if `None`.
    pub base_url: Option<String>,
    /// The project that the credentials may use.
    pub project_id: Option<String>,
    /// A well-formed project of another tenant.
    pub foreign_project_id: Option<String>,
    /// Values of path parameters that name a resource.
    pub values: BTreeMap<String, String>,
    /// Who gave the projects, for messages.
    pub origins: Origins,
    /// How requests are authorised.
    pub credentials: Credentials,
    /// Header fields that provoke a status.
    pub provoke: BTreeMap<u16, Vec<(String, String)>>,
    /// Text of the header User-Agent, where it is not the program's own.
    pub user_agent: Option<String>,
    /// Deadline of a whole exchange.
    pub timeout: Duration,
    /// Longest time of a run; what it is by default depends on the rate.
    pub max_time: Option<Duration>,
    /// Requests under way at once.
    pub concurrency: Option<usize>,
    /// Requests a second.
    pub rate: Option<u32>,
    /// Refuse to start where the plan holds more requests.
    pub max_requests: Option<u64>,
    /// How much of a reply is read and kept.
    pub limits: Limits,
    /// Certificates that are trusted in addition to the system's.
    pub ca: Option<PathBuf>,
    /// Which requests may be sent that change what it holds.
    pub writes: Writes,
    /// Most objects that a run may make.
    pub max_objects: Option<u64>,
    /// Objects of one kind that are alive at once at most.
    pub objects_at_once: Option<usize>,
    /// Whether any certificate is taken.
    pub insecure: bool,
    /// Client certificate and its key.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Proxy to go through.
    pub proxy: Option<String>,
}

impl Target {
    /// Whether it is reached without TLS; the embedded server is.
    pub fn is_plain(&self) -> bool {
        let scheme = self.base_url.as_ref().and_then(|address| address.get(..8));
        !scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
    }

    /// How to reach `base_url` as this target is reached; certificates are read here.
    ///
    /// # Errors
    /// [`Error::Input`](crate::error::Error::Input) where the address or a file is unusable.
    pub fn settings(&self, base_url: &str) -> Result<Settings> {
        crate::transport::parse_base(base_url)?;
        let pem = |option: &str, path: &Path| -> Result<Pem> {
            if !path.exists() {
                return Err(Error::input(
                    option,
                    "the file does not exist (its name is not shown: it may be a secret in the wrong place)",
                    "name a PEM file, here or in the targets file",
                ));
            }
            Ok(Pem {
                path: path.to_owned(),
                text: Arc::new(input::text(path, Kind::Pem)?.into()),
            })
        };
        Ok(Settings {
            base_url: base_url.to_owned(),
            timeout: self.timeout,
            concurrency: self.concurrency,
            rate: self.rate,
            tls: Tls {
                ca: self
                    .ca
                    .as_deref()
                    .map(|path| pem("--ca", path))
                    .transpose()?,
                insecure: self.insecure,
                identity: match &self.identity {
                    Some((certificate, key)) => Some((
                        pem("--client-cert", certificate)?,
                        pem("--client-key", key)?,
                    )),
                    None => None,
                },
            },
            proxy: self.proxy.clone(),
            user_agent: self.user_agent.clone(),
            limits: self.limits,
        })
    }
}

impl Target {
    /// Nothing may be written over the files that the target's entry names.
    pub fn guard(&self, outputs: &mut Outputs) {
        let secrets = match &self.credentials {
            Credentials::Token(Token::Stored(secret)) => vec![secret],
            Credentials::Token(Token::Iam(account)) => vec![&account.password],
            Credentials::Keys(keys) => vec![&keys.ak, &keys.sk],
        };
        for secret in secrets {
            if let Secret::File(path) = secret {
                outputs.reads("the secret", path);
            }
        }
        let identity = self.identity.iter();
        let pems = identity.flat_map(|(certificate, key)| [certificate, key]);
        for path in self.ca.iter().chain(pems) {
            outputs.reads("the certificate or key", path);
        }
    }
}

/// What was decided, one line each, without any secret.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |key: &str, value: &dyn fmt::Display| writeln!(f, "{key:<18} {value}");
        line("target", &self.name)?;
        let address = self.base_url.as_deref().map(shown_address);
        let embedded = || "the embedded reference server".to_owned();
        line("base_url", &address.unwrap_or_else(embedded))?;
        if self.base_url.is_some() {
            for (key, value) in [
                ("project_id", &self.project_id),
                ("foreign_project_id", &self.foreign_project_id),
            ] {
                if let Some(value) = value {
                    line(key, value)?;
                }
            }
            for (name, value) in &self.values {
                line("value", &format!("{name}={value}"))?;
            }
            match &self.credentials {
                Credentials::Token(token) => line("token", token)?,
                Credentials::Keys(keys) => line(
                    "auth",
                    &format!("access key from {}, secret key from {}", keys.ak, keys.sk),
                )?,
            }
        }
        for (status, headers) in &self.provoke {
            // Values may hold a secret.
            for (name, _) in headers {
                line("provoke", &format!("{status} by the header {name}"))?;
            }
        }
        if let Some(text) = &self.user_agent {
            line("user_agent", text)?;
        }
        line("timeout", &format!("{} s", self.timeout.as_secs_f64()))?;
        if let Some(most) = self.max_time {
            line("max_time", &format!("{} s", most.as_secs()))?;
        }
        let numbers = [
            ("rate", self.rate.map(u64::from)),
            ("concurrency", self.concurrency.map(|n| n as u64)),
            ("max_requests", self.max_requests),
            ("max_objects", self.max_objects),
            ("objects_at_once", self.objects_at_once.map(|n| n as u64)),
        ];
        for (key, value) in numbers {
            if let Some(value) = value {
                line(key, &value)?;
            }
        }
        for (limit, value) in self.limits.values() {
            if value != limit.default {
                line(limit.name, &value)?;
            }
        }
        if let Some(ca) = &self.ca {
            line("ca", &ca.display())?;
        }
        if self.writes.any() {
            let all = "requests may change what it holds";
            match self.writes == Writes::ALL {
                true => line("allow_writes", &all)?,
                false => line("allow_writes", &self.writes)?,
            }
        }
        if self.insecure {
            line("insecure", &"certificates are not verified")?;
        }
        if let Some((certificate, key)) = &self.identity {
            line("client_cert", &certificate.display())?;
            line("client_key", &key.display())?;
        }
        if let Some(proxy) = &self.proxy {
            line("proxy", &shown_address(proxy))?;
        }
        Ok(())
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stored(secret) => secret.fmt(f),
            Self::Iam(iam) => write!(
                f,
                "the identity service {}, password from {}",
                shown_address(iam.endpoint.get_ref()),
                iam.password
            ),
        }
    }
}

/// Where a secret comes from, as far as that is surely no secret itself: one may have
/// been written where the name of a variable, a file or a command belongs.
impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) if is_variable(name) => write!(f, "the variable {name}"),
            Self::Env(_) => f.write_str("a variable that is not set (its name is not shown)"),
            Self::File(path) if path.is_file() => write!(f, "the file {}", path.display()),
            Self::File(_) => f.write_str("a file that does not exist (its name is not shown)"),
            Self::Command(_) => f.write_str("a command"),
        }
    }
}

/// Whether a name is surely one of a variable: it is set, or words in capitals with `_`
/// in between, which keys and tokens are not.
fn is_variable(name: &str) -> bool {
    let is_word = |word: &str| {
        let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        !word.is_empty() && word.chars().all(fits)
    };
    let is_name = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.contains('_')
        && name.split('_').all(is_word);
    is_name || std::env::var_os(name).is_some()
}
