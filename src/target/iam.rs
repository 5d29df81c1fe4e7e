//! Asks the identity service: a token for a password, and a project's id for its name, by
//! the scheme [`identity`](crate::profile::identity).

use super::config::Iam;
use crate::error::{Error, Result};
use crate::exchange::{
    Header, HeaderValue, Redactor, Request, Response, Sign, Signing, Travel, percent_encode,
};
use crate::profile::identity::{CREATED, ISSUED, LISTED, PROJECTS, TOKEN, TOKENS};
use crate::transport::{Settings, call};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::sync::Arc;

/// Characters of a refusal that are shown.
const MAX_EXCERPT: usize = 200;

/// What authorises a call.
#[derive(Debug)]
pub enum Proof<'a> {
    /// A token.
    Token(&'a SecretString),
    /// A signature.
    Signer(Arc<dyn Sign>),
}

/// Gets a token.
///
/// # Errors
/// [`Error::NoVerdict`] where the service gives none.
pub async fn token(
    settings: &Settings,
    redactor: &Redactor,
    account: &Iam,
    password: &SecretString,
) -> Result<SecretString> {
    let domain = json!({ "name": account.domain });
    let scope = match &account.project {
        Some(name) => json!({ "project": { "name": name } }),
        None => json!({ "domain": domain }),
    };
    let body = SecretString::from(
        json!({ "auth": {
            "identity": {
                "methods": ["password"],
                "password": { "user": {
                    "name": account.user,
                    "password": password.expose_secret(),
                    "domain": domain,
                } },
            },
            "scope": scope,
        } })
        .to_string(),
    );
    let mut request = request("POST", TOKENS.into());
    request
        .headers
        .push(header("Content-Type", "application/json"));
    let reply = call(settings, &request, Some(&body)).await?;
    if reply.status != CREATED {
        return Err(refused(
            settings,
            redactor,
            &reply,
            "gave no token",
            "check user, domain, password and project of the target's 'iam'",
        ));
    }
    reply
        .header(&ISSUED.to_lowercase())
        .next()
        .and_then(|value| std::str::from_utf8(value).ok())
        .map(|value| SecretString::from(value.trim().to_owned()))
        .filter(|token| !token.expose_secret().is_empty())
        .ok_or_else(|| {
            Error::no_verdict(
                settings.base_url.clone(),
                format!("the identity service answered {CREATED} without the header {ISSUED}"),
                "check that 'endpoint' is the address of an identity service",
            )
        })
}

/// The id of the project of this name.
///
/// # Errors
/// [`Error::NoVerdict`] where the service refuses; [`Error::Input`] where it has no
/// such project, or several.
pub async fn project_id(
    settings: &Settings,
    redactor: &Redactor,
    name: &str,
    proof: Proof<'_>,
) -> Result<String> {
    let mut request = request("GET", format!("{PROJECTS}?name={}", percent_encode(name)));
    match proof {
        Proof::Token(token) => request.headers.push(Header {
            name: TOKEN.into(),
            value: HeaderValue::Secret {
                prefix: String::new(),
                value: token.clone(),
                shell: "$CONFORMANT_TOKEN".into(),
                recipe: String::new(),
            },
        }),
        Proof::Signer(signer) => {
            request.signing = Some(Signing {
                signer,
                recipe: String::new(),
            });
        }
    }
    let reply = call(settings, &request, None).await?;
    let remedy = "check the project's name, or give its id as project_id";
    if reply.status != LISTED {
        return Err(refused(
            settings,
            redactor,
            &reply,
            "did not list projects",
            remedy,
        ));
    }
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let ids: Vec<&str> = body["projects"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|project| project["name"] == name)
        .filter_map(|project| project["id"].as_str())
        .collect();
    match ids.as_slice() {
        [id] => Ok((*id).to_owned()),
        several => Err(Error::input(
            settings.base_url.clone(),
            format!(
                "the identity service knows {} projects named '{name}'",
                several.len()
            ),
            remedy,
        )),
    }
}

fn request(method: &str, path_and_query: String) -> Request {
    Request {
        method: method.into(),
        path_and_query,
        secret_query: None,
        headers: vec![header("Accept", "application/json")],
        travel: Travel::default(),
        values: Vec::new(),
        signing: None,
        body: None,
    }
}

fn header(name: &str, value: &str) -> Header {
    Header {
        name: name.into(),
        value: HeaderValue::Plain(value.into()),
    }
}

/// A refusal may quote what it refuses.
fn refused(
    settings: &Settings,
    redactor: &Redactor,
    reply: &Response,
    what: &str,
    remedy: &str,
) -> Error {
    let (excerpt, _) = redactor.excerpt(&reply.body, MAX_EXCERPT);
    Error::no_verdict(
        settings.base_url.clone(),
        format!(
            "the identity service {what}: {} {}",
            reply.status,
            crate::escape::terminal(&excerpt)
        ),
        remedy,
    )
}
