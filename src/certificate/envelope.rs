//! Seals and opens certificates: DSSE envelopes with one Ed25519 signature.
//!
//! Opening is strict, so that a certificate has one form: no member that DSSE does not
//! know, no doubled key, base64 in the standard alphabet with padding and without spare
//! bits. What is signed is DSSE's pre-authentication encoding of type and payload.

use super::key::{PublicKey, SecretKey};
use super::refusal::{Refusal, Rejection};
use super::statement::{PREDICATE_TYPE, Statement, strict};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The payload type of in-toto statements.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<Signature>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    #[serde(default)]
    keyid: String,
    sig: String,
}

/// A certificate whose signature was looked at.
#[derive(Debug)]
pub struct Opened {
    /// What was signed.
    pub statement: Statement,
    /// Id of the key whose signature was checked; `None` where none was.
    pub signed_by: Option<String>,
}

/// The certificate with a signature, as the text of a file.
pub fn sign(statement: &Statement, key: &SecretKey) -> Vec<u8> {
    seal(&statement.to_bytes(), key)
}

fn seal(payload: &[u8], key: &SecretKey) -> Vec<u8> {
    let envelope = Envelope {
        payload: STANDARD.encode(payload),
        payload_type: PAYLOAD_TYPE.to_owned(),
        signatures: vec![Signature {
            keyid: key.public().id(),
            sig: STANDARD.encode(key.sign(&encoded(PAYLOAD_TYPE, payload))),
        }],
    };
    let mut text = serde_json::to_string(&envelope).unwrap_or_default();
    text.push('\n');
    text.into_bytes()
}

/// DSSE's pre-authentication encoding.
fn encoded(kind: &str, payload: &[u8]) -> Vec<u8> {
    let mut text = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    text.extend_from_slice(payload);
    text
}

/// Opens a certificate and checks its signature. Without a `key` nothing is checked,
/// which must be `allowed`.
///
/// # Errors
/// [`Rejection::Unreadable`] where it is no certificate, [`Rejection::Refused`] where its
/// signature is not as it should be.
pub fn open(bytes: &[u8], key: Option<&PublicKey>, allowed: bool) -> Result<Opened, Rejection> {
    let (payload, signed_by) = payload(bytes, key, allowed)?;
    Ok(Opened {
        statement: Statement::read(&payload)?,
        signed_by,
    })
}

fn payload(
    bytes: &[u8],
    key: Option<&PublicKey>,
    allowed: bool,
) -> Result<(Vec<u8>, Option<String>), Rejection> {
    let value = strict(bytes, "the certificate")?;
    if value.get("_type").is_some() {
        return if allowed && key.is_none() {
            Ok((bytes.to_vec(), None))
        } else {
            Err(Refusal::Unsigned.into())
        };
    }
    let envelope: Envelope = serde_json::from_value(value)
        .map_err(|error| Rejection::Unreadable(format!("this is no DSSE envelope: {error}")))?;
    if envelope.payload_type != PAYLOAD_TYPE {
        return Err(Refusal::PayloadType(envelope.payload_type).into());
    }
    let payload = decoded(&envelope.payload, "payload")?;
    let [signature] = envelope.signatures.as_slice() else {
        return Err(Refusal::Signatures(envelope.signatures.len()).into());
    };
    let bytes = decoded(&signature.sig, "signature")?;
    let Some(key) = key else {
        return if allowed {
            Ok((payload, None))
        } else {
            Err(Refusal::NoKey.into())
        };
    };
    // The id is a hint that nobody signed. An absent one is as DSSE allows.
    if !signature.keyid.is_empty() && signature.keyid != key.id() {
        return Err(Refusal::OtherKey(signature.keyid.clone()).into());
    }
    if !key.verifies(&encoded(&envelope.payload_type, &payload), &bytes) {
        return Err(Refusal::Signature.into());
    }
    Ok((payload, Some(key.id())))
}

fn decoded(text: &str, what: &'static str) -> Result<Vec<u8>, Refusal> {
    STANDARD
        .decode(text)
        .ok()
        .filter(|bytes| STANDARD.encode(bytes) == text)
        .ok_or(Refusal::Encoding(what))
}

/// Whether a file holds a certificate, in whatever state: such a file may be replaced.
pub fn is_certificate(bytes: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) else {
        return false;
    };
    value["payloadType"] == PAYLOAD_TYPE || value["predicateType"] == PREDICATE_TYPE
}

#[cfg(test)]
mod tests {
    use super::super::key::tests::secret;
    use super::*;

    const PAYLOAD: &[u8] = br#"{"some":"text","number":171}"#;

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    fn refused(bytes: &[u8]) -> Rejection {
        payload(bytes, Some(&secret(1).public()), false).unwrap_err()
    }

    #[test]
    fn the_encoding_is_that_of_the_specification() {
        assert_eq!(
            encoded("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
    }

    #[test]
    fn what_was_sealed_opens_with_its_key_alone() {
        let sealed = seal(PAYLOAD, &secret(1));
        let (opened, by) = payload(&sealed, Some(&secret(1).public()), false).unwrap();
        assert_eq!(
            (opened.as_slice(), by),
            (PAYLOAD, Some(secret(1).public().id()))
        );
        let other = payload(&sealed, Some(&secret(2).public()), true).unwrap_err();
        assert!(matches!(other, Rejection::Refused(Refusal::OtherKey(_))));
        let without = payload(&sealed, None, false).unwrap_err();
        assert_eq!(without, Refusal::NoKey.into());
        assert_eq!(payload(&sealed, None, true).unwrap().1, None);
        // Without an id, as DSSE allows: then only the signature counts.
        let nameless = text(&sealed).replace(&secret(1).public().id(), "");
        assert!(payload(nameless.as_bytes(), Some(&secret(1).public()), false).is_ok());
        let other = payload(nameless.as_bytes(), Some(&secret(2).public()), false);
        assert_eq!(other.unwrap_err(), Refusal::Signature.into());
    }

    #[test]
    fn each_bit_of_the_whole_file_counts() {
        let sealed = seal(PAYLOAD, &secret(1));
        let key = secret(1).public();
        for at in 0..sealed.len() - 1 {
            for bit in 0..8 {
                let mut flipped = sealed.clone();
                flipped[at] ^= 1 << bit;
                assert!(
                    payload(&flipped, Some(&key), false).is_err(),
                    "byte {at}, bit {bit}: {}",
                    String::from_utf8_lossy(&flipped)
                );
            }
        }
    }

    #[test]
    fn each_bit_of_payload_and_signature_counts() {
        let sealed: Envelope = serde_json::from_slice(&seal(PAYLOAD, &secret(1))).unwrap();
        let signature = STANDARD.decode(&sealed.signatures[0].sig).unwrap();
        let sealed = |payload: &[u8], signature: &[u8]| {
            let envelope = Envelope {
                payload: STANDARD.encode(payload),
                payload_type: PAYLOAD_TYPE.to_owned(),
                signatures: vec![Signature {
                    keyid: secret(1).public().id(),
                    sig: STANDARD.encode(signature),
                }],
            };
            serde_json::to_vec(&envelope).unwrap()
        };
        let key = secret(1).public();
        assert!(payload(&sealed(PAYLOAD, &signature), Some(&key), false).is_ok());
        for bit in 0..8 * PAYLOAD.len() {
            let mut changed = PAYLOAD.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                refused(&sealed(&changed, &signature)),
                Refusal::Signature.into()
            );
        }
        for bit in 0..8 * signature.len() {
            let mut changed = signature.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                refused(&sealed(PAYLOAD, &changed)),
                Refusal::Signature.into()
            );
        }
        for signature in [&signature[1..], &[], &[0; 64], &[0xff; 64]] {
            assert_eq!(
                refused(&sealed(PAYLOAD, signature)),
                Refusal::Signature.into()
            );
        }
    }

    #[test]
    fn a_certificate_has_one_form() {
        let sealed = text(&seal(PAYLOAD, &secret(1)));
        let encoded = STANDARD.encode(PAYLOAD);
        let spare = {
            // Other spare bits in the last character in front of the padding.
            let mut loose = encoded.clone().into_bytes();
            let last = loose.iter().rposition(|byte| *byte != b'=').unwrap();
            assert!(last + 1 < loose.len(), "this payload has padding");
            loose[last] += 1;
            String::from_utf8(loose).unwrap()
        };
        let unpadded = encoded.trim_end_matches('=');
        for loose in [
            &spare,
            unpadded,
            &format!("{encoded}\\n"),
            &format!(" {encoded}"),
        ] {
            let loose = sealed.replace(&encoded, loose);
            assert_eq!(
                refused(loose.as_bytes()),
                Refusal::Encoding("payload").into()
            );
        }
        let doubled = sealed.replacen('{', "{\"payload\":\"e30=\",", 1);
        let added = sealed.replacen('{', "{\"note\":1,", 1);
        let inside = sealed.replacen("{\"keyid\"", "{\"cert\":\"\",\"keyid\"", 1);
        let behind = format!("{sealed}{{}}");
        let marked = format!("\u{feff}{sealed}");
        for loose in [
            doubled,
            added,
            inside,
            behind,
            marked,
            String::new(),
            "[]".into(),
        ] {
            let rejection = refused(loose.as_bytes());
            assert!(matches!(rejection, Rejection::Unreadable(_)), "{loose}");
        }
        let kind = sealed.replace("in-toto", "else");
        assert!(matches!(
            refused(kind.as_bytes()),
            Rejection::Refused(Refusal::PayloadType(_))
        ));
        let twice = {
            let mut envelope: serde_json::Value = serde_json::from_str(&sealed).unwrap();
            let first = envelope["signatures"][0].clone();
            envelope["signatures"].as_array_mut().unwrap().push(first);
            envelope.to_string()
        };
        assert_eq!(refused(twice.as_bytes()), Refusal::Signatures(2).into());
        assert!(is_certificate(sealed.as_bytes()) && !is_certificate(b"{}"));
    }
}
