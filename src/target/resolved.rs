//! Defines [`Target`]: what options, variables and the targets file come to.

use super::config::{Keys, Secret, Token};
use crate::error::Result;
use crate::exchange::Limits;
use crate::input::{self, Kind};
use crate::transport::{Pem, Settings, Tls};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Seconds that an exchange may be given.
pub const TIMEOUTS: RangeInclusive<f64> = 0.001..=3600.0;
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
    /// Whether requests that may change what it holds may be sent.
    pub allow_writes: bool,
    /// Whether any certificate is taken.
    pub insecure: bool,
    /// Client certificate and its key.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Proxy to go through.
    pub proxy: Option<String>,
}

impl Target {
    /// How to reach `base_url` as this target is reached; certificates are read here.
    ///
    /// # Errors
    /// [`Error::Input`](crate::error::Error::Input) where the address or a file is unusable.
    pub fn settings(&self, base_url: &str) -> Result<Settings> {
        crate::transport::parse_base(base_url)?;
        let pem = |path: &Path| -> Result<Pem> {
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
                ca: self.ca.as_deref().map(pem).transpose()?,
                insecure: self.insecure,
                identity: match &self.identity {
                    Some((certificate, key)) => Some((pem(certificate)?, pem(key)?)),
                    None => None,
                },
            },
            proxy: self.proxy.clone(),
            user_agent: self.user_agent.clone(),
            limits: self.limits,
        })
    }
}

/// What was decided, one line each, without any secret.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |key: &str, value: &dyn fmt::Display| writeln!(f, "{key:<18} {value}");
        line("target", &self.name)?;
        line(
            "base_url",
            &self
                .base_url
                .as_deref()
                .unwrap_or("the embedded reference server"),
        )?;
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
            for (name, header) in headers {
                line("provoke", &format!("{status} by {name}: {header}"))?;
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
        if self.allow_writes {
            line("allow_writes", &"requests may change what it holds")?;
        }
        if self.insecure {
            line("insecure", &"certificates are not verified")?;
        }
        if let Some((certificate, key)) = &self.identity {
            line("client_cert", &certificate.display())?;
            line("client_key", &key.display())?;
        }
        if let Some(proxy) = &self.proxy {
            line("proxy", proxy)?;
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
                iam.endpoint, iam.password
            ),
        }
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "the variable {name}"),
            Self::File(path) => write!(f, "the file {}", path.display()),
            // Arguments may say more than a name.
            Self::Command(words) => {
                write!(
                    f,
                    "the command {}",
                    words.first().map_or("", String::as_str)
                )
            }
        }
    }
}
