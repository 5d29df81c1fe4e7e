//! Defines [`Tls`]: whom a connection trusts and how it introduces itself, and
//! says in words why a handshake failed. It performs no I/O.

use secrecy::SecretString;
use std::error::Error as StdError;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

/// A PEM file as read.
#[derive(Clone, Debug)]
pub struct Pem {
    /// Where it was read from, for messages.
    pub path: PathBuf,
    /// Its text.
    pub text: Arc<SecretString>,
}

/// Trust and identity of TLS connections.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// Certificates that are trusted in addition to the system's.
    pub ca: Option<Pem>,
    /// Whether any certificate is taken.
    pub insecure: bool,
    /// Client certificate (its chain behind it) and its key.
    pub identity: Option<(Pem, Pem)>,
}

/// Why a connection cannot be trusted or made, with the target or the proxy, and what to
/// do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untrusted {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: &'static str,
}

/// The TLS failure among the causes of `error`, if there is one.
/// `trust` is what was trusted.
pub(super) fn failure(error: &(dyn StdError + 'static), trust: &Tls) -> Option<Untrusted> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(explain(tls, trust));
    }
    // An I/O error hides what it wraps from `source`.
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref)
        .and_then(|inner| failure(inner, trust));
    wrapped.or_else(|| failure(error.source()?, trust))
}

fn explain(error: &rustls::Error, trust: &Tls) -> Untrusted {
    use rustls::{AlertDescription as Alert, CertificateError as Certificate, Error};
    let (what, remedy) = match error {
        Error::InvalidCertificate(why) => match why {
            Certificate::UnknownIssuer => (
                "its certificate is self-signed, or was issued by an unknown authority".to_owned(),
                "trust the certificate itself, or that authority's, with --ca FILE",
            ),
            Certificate::BadSignature => (
                "its certificate names a trusted authority that did not issue it".to_owned(),
                "name the file of the authority's present certificate with --ca FILE",
            ),
            Certificate::Expired | Certificate::ExpiredContext { .. } => (
                "its certificate has expired".to_owned(),
                "renew the target's certificate, and check this machine's clock",
            ),
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => (
                "its certificate is not valid yet".to_owned(),
                "check this machine's clock, and the target's certificate",
            ),
            Certificate::NotValidForName => (
                "its certificate is for another host".to_owned(),
                "use a host name that the certificate is for, or renew it for this one",
            ),
            Certificate::NotValidForNameContext { presented, .. } => (
                another_host(presented),
                "use a host name that the certificate is for, or renew it for this one",
            ),
            // The library that knows this by type is not named: it is the verifier's own.
            other if format!("{other:?}").contains("CaUsedAsEndEntity") => match &trust.ca {
                None => (
                    "its certificate is self-signed".to_owned(),
                    "trust it with --ca FILE; for a trial, --insecure skips the check",
                ),
                Some(pem) => (
                    format!(
                        "it shows a CA certificate as its own, which {} cannot make valid",
                        pem.path.display()
                    ),
                    "issue a leaf certificate for the target; for a trial, --insecure skips the check",
                ),
            },
            other => (
                format!("its certificate is not valid: {other:?}"),
                "renew the target's certificate",
            ),
        },
        Error::AlertReceived(
            Alert::CertificateRequired | Alert::BadCertificate | Alert::UnknownCA,
        ) => (
            "it wants a client certificate, and takes none that it was offered".to_owned(),
            "give one that it takes with --client-cert FILE and --client-key FILE",
        ),
        Error::InvalidMessage(_) => (
            "it does not speak TLS on this port".to_owned(),
            "check scheme and port of the address",
        ),
        other => (
            format!("the TLS handshake failed: {other}"),
            "check the target's TLS settings: TLS 1.2 or 1.3 is spoken",
        ),
    };
    Untrusted { what, remedy }
}

fn another_host(presented: &[String]) -> String {
    let mut what = "its certificate is for another host".to_owned();
    for (at, name) in presented.iter().take(4).enumerate() {
        let before = if at == 0 { " (" } else { ", " };
        let _ = write!(what, "{before}{name}");
    }
    if !presented.is_empty() {
        what.push(')');
    }
    what
}
