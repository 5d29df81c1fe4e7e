//! Fetches secrets from where they are: [`acquire`] makes of a [`Target`]'s sources
//! what a run needs, and [`Renew`] gets another token when the first one expires.

use super::config::{Iam, Keys, Secret, Token};
use super::iam;
use super::resolved::{Credentials, Target};
use super::signing::Signer;
use crate::error::{Error, Result};
use crate::exchange::Redactor;
use crate::input::{self, Kind};
use crate::suite::{Signers, Suite, TargetValues};
use crate::transport::Settings;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use std::env::VarError;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;

/// Time that a command may take to print a secret.
const MAX_TIME: Duration = Duration::from_secs(30);
/// Largest secret that is taken.
const MAX_BYTES: u64 = 64 * 1024;
/// Stands for secrets in a plan, which sends nothing.
const PLACEHOLDER: &str = "placeholder-Token-of-a-Plan";

/// Gets another token.
pub trait Renew: Send + Sync {
    /// Gets one, different from the last or not.
    fn renew(&self) -> BoxFuture<'_, Result<SecretString>>;
}

/// What a run needs of its credentials.
pub struct Acquired {
    /// What the target contributes to requests.
    pub values: TargetValues,
    /// Knows every secret that was fetched.
    pub redactor: Redactor,
    /// Where another token comes from when this one expires, if it can be had.
    pub renewal: Option<Arc<dyn Renew>>,
}

/// Values that are known without asking anybody.
impl From<TargetValues> for Acquired {
    fn from(values: TargetValues) -> Self {
        Self {
            redactor: Redactor::new([("CONFORMANT_TOKEN", &values.token)]),
            values,
            renewal: None,
        }
    }
}

/// What the target contributes to a plan: secrets are neither needed nor fetched.
pub fn planned(target: &Target) -> TargetValues {
    let secret = || SecretString::from(PLACEHOLDER.to_owned());
    let signers = match &target.credentials {
        Credentials::Token(_) => None,
        Credentials::Keys(_) => Some(signers(PLACEHOLDER.into(), secret())),
    };
    TargetValues {
        project_id: target
            .project_id
            .clone()
            .unwrap_or_else(|| PLACEHOLDER.into()),
        foreign_project_id: target.foreign_project_id.clone(),
        values: target.values.clone(),
        knows_every_id: false,
        is_plain: target.is_plain(),
        token: secret(),
        provoke: target.provoke.clone(),
        signers,
    }
}

/// Fetches what the target's credentials are made of. `redactor` knows each secret as
/// soon as it was read, whatever goes wrong behind that.
///
/// # Errors
/// [`Error::Input`] where a source holds no secret or the project is not known;
/// [`Error::NoVerdict`] where the identity service gives none.
pub async fn acquire(
    target: &Target,
    suites: &[Arc<Suite>],
    settings: &Settings,
    redactor: &Redactor,
) -> Result<Acquired> {
    let has_project = suites.iter().any(|it| it.contract.project().is_some());
    let needs_project = has_project && target.project_id.is_none();
    let mut project_id = target.project_id.clone();
    let mut renewal: Option<Arc<dyn Renew>> = None;
    let mut keys = None;
    let mut token = SecretString::default();
    match &target.credentials {
        _ if suites.iter().all(|it| it.contract.token().is_none()) => {}
        Credentials::Token(Token::Stored(secret)) => {
            token = read_token(secret).await?;
            if let Secret::Command(_) = secret {
                renewal = Some(Arc::new(FromCommand(secret.clone())));
            }
        }
        Credentials::Token(Token::Iam(account)) => {
            let source = FromIam::new(account, settings, redactor).await?;
            token = source.fetch().await?;
            redactor.learn("CONFORMANT_TOKEN", &token);
            if let (true, Some(name)) = (needs_project, &account.project) {
                let proof = iam::Proof::Token(&token);
                project_id = Some(iam::project_id(&source.settings, redactor, name, proof).await?);
            }
            renewal = Some(Arc::new(source));
        }
        Credentials::Keys(Keys {
            ak,
            sk,
            endpoint,
            project,
        }) => {
            let mut profiles = suites.iter().map(|it| &it.contract.profile);
            if let Some(unsigned) = profiles.find(|it| it.credentials.signature.is_none()) {
                return Err(Error::input(
                    "auth",
                    format!(
                        "requests to services of the profile '{}' cannot be signed",
                        unsigned.name
                    ),
                    "give a token in place of the keys",
                ));
            }
            let ak = read("ak", ak).await?;
            let sk = read("sk", sk).await?;
            redactor.learn("CONFORMANT_AK", &ak);
            redactor.learn("CONFORMANT_SK", &sk);
            let signers = signers(ak.expose_secret().to_owned(), sk.clone());
            if let (true, Some(name), Some(endpoint)) = (needs_project, project, endpoint) {
                let settings = at(settings, endpoint.get_ref());
                let proof = iam::Proof::Signer(signers.with(&sk, "$CONFORMANT_SK"));
                project_id = Some(iam::project_id(&settings, redactor, name, proof).await?);
            }
            token = sk;
            keys = Some(signers);
        }
    }
    if keys.is_none() {
        redactor.learn("CONFORMANT_TOKEN", &token);
    }
    let project_id = match (project_id, has_project) {
        (Some(id), _) => id,
        (None, false) => String::new(),
        (None, true) => {
            return Err(Error::input(
                "--project-id",
                "the operation needs a project, and none is given",
                "give the project that the token may use, or set CONFORMANT_PROJECT_ID",
            ));
        }
    };
    Ok(Acquired {
        values: TargetValues {
            project_id,
            foreign_project_id: target.foreign_project_id.clone(),
            values: target.values.clone(),
            knows_every_id: false,
            is_plain: target.is_plain(),
            token,
            provoke: target.provoke.clone(),
            signers: keys,
        },
        redactor: redactor.clone(),
        renewal,
    })
}

fn signers(ak: String, sk: SecretString) -> Signers {
    Signers::new(sk, move |key, shell, age| {
        Arc::new(Signer::new(ak.clone(), key, shell, age))
    })
}

/// The same way to another address.
fn at(settings: &Settings, endpoint: &str) -> Settings {
    Settings {
        base_url: endpoint.to_owned(),
        rate: None,
        concurrency: None,
        ..settings.clone()
    }
}

struct FromCommand(Secret);

impl Renew for FromCommand {
    fn renew(&self) -> BoxFuture<'_, Result<SecretString>> {
        read_token(&self.0).boxed()
    }
}

struct FromIam {
    account: Iam,
    password: SecretString,
    settings: Settings,
    redactor: Redactor,
}

impl FromIam {
    async fn new(account: &Iam, settings: &Settings, redactor: &Redactor) -> Result<Self> {
        let password = read("password", &account.password).await?;
        redactor.learn("IAM_PASSWORD", &password);
        Ok(Self {
            account: account.clone(),
            password,
            settings: at(settings, account.endpoint.get_ref()),
            redactor: redactor.clone(),
        })
    }

    async fn fetch(&self) -> Result<SecretString> {
        let token = iam::token(
            &self.settings,
            &self.redactor,
            &self.account,
            &self.password,
        )
        .await?;
        as_token(token)
    }
}

impl Renew for FromIam {
    fn renew(&self) -> BoxFuture<'_, Result<SecretString>> {
        self.fetch().boxed()
    }
}

/// Reads a secret, white space around it cut off; `what` says which one.
///
/// # Errors
/// [`Error::Input`] where there is none.
async fn read(what: &str, secret: &Secret) -> Result<SecretString> {
    let text = match secret {
        Secret::Env(name) => return variable(what, name),
        Secret::File(path) if path.exists() => input::text(path, Kind::Secret)?,
        Secret::File(_) => {
            return Err(Error::input(
                what,
                secret.to_string(),
                "name the file that holds the secret and nothing else",
            ));
        }
        Secret::Command(words) => output(words).await.map_err(|why| {
            Error::input(
                what,
                format!("its command: {why}"),
                "run it by hand: it must print the secret and nothing else on standard output",
            )
        })?,
    };
    some(what, secret, &text)
}

/// Reads a secret from the environment, white space around it cut off; `what` says
/// which one.
///
/// # Errors
/// [`Error::Input`] where there is none.
pub fn variable(what: &str, name: &str) -> Result<SecretString> {
    let secret = Secret::Env(name.to_owned());
    let text = std::env::var(name).map_err(|error| {
        let why = match error {
            VarError::NotPresent => "the secret is missing: this environment variable is not set",
            VarError::NotUnicode(_) => "the secret is not UTF-8",
        };
        Error::input(
            what,
            format!("{secret}: {why}"),
            "set it, or name another variable or a file (a secret is never an argument)",
        )
    })?;
    some(what, &secret, &text)
}

fn some(what: &str, secret: &Secret, text: &str) -> Result<SecretString> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::input(
            what,
            format!("{secret}: the secret is empty"),
            "store the secret alone",
        ));
    }
    Ok(text.to_owned().into())
}

async fn read_token(secret: &Secret) -> Result<SecretString> {
    as_token(read("token", secret).await?)
}

/// A token travels in a header.
fn as_token(token: SecretString) -> Result<SecretString> {
    let fits = token
        .expose_secret()
        .bytes()
        .all(|byte| (0x21..=0x7e).contains(&byte));
    if !fits {
        return Err(Error::input(
            "token",
            "the token holds white space or another character that no header can",
            "store the token alone, as the identity service gave it",
        ));
    }
    Ok(token)
}

/// Standard output of a command, bounded in size and time. What it prints as errors
/// is not shown: it may hold a secret.
async fn output(words: &[String]) -> Result<String, String> {
    let (program, arguments) = words.split_first().ok_or("the command is empty")?;
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("the command cannot be started: {error}"))?;
    let pipe = child.stdout.take().ok_or("the command has no output")?;
    let run = async {
        let mut bytes = Vec::new();
        let read = pipe.take(MAX_BYTES + 1).read_to_end(&mut bytes).await;
        read.map_err(|error| format!("its output cannot be read: {error}"))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err("it printed more than 64 KiB".to_owned());
        }
        let status = child.wait().await.map_err(|error| error.to_string())?;
        if !status.success() {
            return Err(format!("the command failed: {status}"));
        }
        String::from_utf8(bytes).map_err(|_| "its output is no UTF-8".to_owned())
    };
    tokio::time::timeout(MAX_TIME, run)
        .await
        .unwrap_or_else(|_| Err(format!("the command took longer than {MAX_TIME:?}")))
}
