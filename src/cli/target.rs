//! The options that describe a target, and what becomes of them.

use crate::error::{Error, Result};
use crate::suite::{Suite, TargetValues, read_text};
use crate::transport::Settings;
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// The options that describe a target.
#[derive(Clone, Debug, Args)]
pub(super) struct TargetOptions {
    /// Address of the target; without it the embedded reference server is tested
    #[arg(long, value_name = "URL", env = "CONFORMANT_BASE_URL")]
    pub base_url: Option<String>,
    /// Project that the token may use
    #[arg(long, value_name = "ID", env = "CONFORMANT_PROJECT_ID")]
    pub project_id: Option<String>,
    /// Well-formed project of another tenant; without it the 403 cases are skipped
    #[arg(long, value_name = "ID", env = "CONFORMANT_FOREIGN_PROJECT_ID")]
    pub foreign_project_id: Option<String>,
    /// Environment variable that holds the token
    #[arg(
        long,
        value_name = "VAR",
        env = "CONFORMANT_TOKEN_ENV",
        default_value = "CONFORMANT_TOKEN"
    )]
    pub token_env: String,
    /// File that holds the token
    #[arg(long, value_name = "PATH", env = "CONFORMANT_TOKEN_FILE")]
    pub token_file: Option<PathBuf>,
    /// Header that makes the target give a status, such as '500=Prefer: code=500'
    #[arg(
        long,
        value_name = "STATUS=HEADER: VALUE",
        env = "CONFORMANT_PROVOKE",
        value_delimiter = '\n'
    )]
    pub provoke: Vec<String>,
    /// Name of the target in reports and snapshots
    #[arg(
        long,
        value_name = "NAME",
        env = "CONFORMANT_TARGET",
        default_value = "default"
    )]
    pub target: String,
    /// Requests under way at once; without it, as many as the target's latency asks for
    #[arg(long, value_name = "N", env = "CONFORMANT_CONCURRENCY", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub concurrency: Option<u16>,
    /// Requests a second at most
    #[arg(long, value_name = "N", env = "CONFORMANT_RATE", value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: Option<u32>,
    /// Deadline of a whole exchange, in seconds
    #[arg(
        long,
        value_name = "SECONDS",
        env = "CONFORMANT_TIMEOUT",
        default_value_t = 10.0
    )]
    pub timeout: f64,
}

impl TargetOptions {
    /// How to reach the target at `base_url`.
    pub(super) fn settings(&self, base_url: &str) -> Result<Settings> {
        if !(0.001..=3600.0).contains(&self.timeout) {
            return Err(Error::input(
                "--timeout",
                format!(
                    "{} is no number of seconds between 0.001 and 3600",
                    self.timeout
                ),
                "the default is 10",
            ));
        }
        crate::transport::parse_base(base_url)?;
        Ok(Settings {
            base_url: base_url.to_owned(),
            timeout: Duration::from_secs_f64(self.timeout),
            concurrency: self.concurrency.map(usize::from),
            rate: self.rate,
        })
    }

    /// What the target contributes to requests.
    pub(super) fn values(&self, suite: &Suite) -> Result<TargetValues> {
        let project_id = match (&self.project_id, suite.contract.project()) {
            (Some(id), _) => id.clone(),
            (None, None) => String::new(),
            (None, Some(_)) => {
                return Err(Error::input(
                    "--project-id",
                    "the operation needs a project, and none is given",
                    "give the project that the token may use, or set CONFORMANT_PROJECT_ID",
                ));
            }
        };
        let token = if suite.contract.token().is_some() {
            self.token()?
        } else {
            SecretString::default()
        };
        Ok(TargetValues {
            project_id,
            foreign_project_id: self.foreign_project_id.clone(),
            token,
            provoke: self.provocations(suite)?,
        })
    }

    fn token(&self) -> Result<SecretString> {
        let (place, text) = match &self.token_file {
            Some(path) => (path.display().to_string(), read_text(path)?),
            None => {
                let text = std::env::var(&self.token_env).map_err(|_| {
                    Error::input(
                        self.token_env.clone(),
                        "the token is missing: this environment variable is not set",
                        "set it, or name another with --token-env, or a file with --token-file (a secret is never an argument)",
                    )
                })?;
                (self.token_env.clone(), text)
            }
        };
        let token = SecretString::from(text.trim().to_owned());
        let is_header = token
            .expose_secret()
            .bytes()
            .all(|byte| (0x21..=0x7e).contains(&byte));
        if token.expose_secret().is_empty() || !is_header {
            return Err(Error::input(
                place,
                "the token is empty, or holds white space or another character that no header can",
                "store the token alone, as the identity service gave it",
            ));
        }
        Ok(token)
    }

    fn provocations(&self, suite: &Suite) -> Result<BTreeMap<u16, Vec<(String, String)>>> {
        let mut provoke: BTreeMap<u16, Vec<(String, String)>> = BTreeMap::new();
        for text in &self.provoke {
            let parsed = text.split_once('=').and_then(|(status, header)| {
                let (name, value) = header.split_once(':')?;
                let name = name.trim();
                let is_name = !name.is_empty()
                    && name
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "-_.!#$%&'*+^`|~".contains(c));
                let is_value = value.chars().all(|c| (' '..='~').contains(&c));
                (is_name && is_value).then(|| {
                    let status = crate::page::vocabulary::status(status)?;
                    Some((status, name.to_owned(), value.trim().to_owned()))
                })?
            });
            let Some((status, name, value)) = parsed else {
                return Err(Error::input(
                    "--provoke",
                    format!("'{text}' is not of the form STATUS=Header: value"),
                    "write it like '500=Prefer: code=500'",
                ));
            };
            if !suite.contract.documents(status) {
                return Err(Error::input(
                    "--provoke",
                    format!("the page does not document the status {status}"),
                    "provoke a documented one",
                ));
            }
            provoke.entry(status).or_default().push((name, value));
        }
        Ok(provoke)
    }
}
