//! Defines the keys: Ed25519, as `openssl genpkey -algorithm ed25519` makes them
//! (PKCS#8) and `openssl pkey -pubout` writes them (SPKI), both in PEM.

use crate::digest::{Sha256, hex};
use crate::error::{Error, Result};
use crate::input::{self, Kind};
use ring::signature::{ED25519, ED25519_PUBLIC_KEY_LEN, Ed25519KeyPair, KeyPair as _};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::path::Path;

/// What stands before the 32 bytes of an Ed25519 key in its SPKI (RFC 8410 section 4).
const SPKI_HEAD: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// A key that signs.
pub struct SecretKey(Ed25519KeyPair);

/// A key that checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; ED25519_PUBLIC_KEY_LEN]);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey").finish_non_exhaustive()
    }
}

impl SecretKey {
    /// Reads a PKCS#8 PEM file.
    ///
    /// # Errors
    /// [`Error::Input`] where it cannot be read or holds no Ed25519 key.
    pub fn read(path: &Path) -> Result<Self> {
        let pem = SecretString::from(input::text(path, Kind::Pem)?);
        PrivatePkcs8KeyDer::from_pem_slice(pem.expose_secret().as_bytes())
            .ok()
            .and_then(|der| {
                // OpenSSL writes the private half only (PKCS#8 version 1), which the
                // checked constructor refuses.
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der()).ok()
            })
            .map(Self)
            .ok_or_else(|| {
                Error::input(
                    path,
                    "this is no Ed25519 key in PKCS#8 PEM without a password",
                    "make one with: openssl genpkey -algorithm ed25519 -out key.pem",
                )
            })
    }

    /// The key that checks what this one signs.
    pub fn public(&self) -> PublicKey {
        let mut bytes = [0; ED25519_PUBLIC_KEY_LEN];
        bytes.copy_from_slice(self.0.public_key().as_ref());
        PublicKey(bytes)
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}

impl PublicKey {
    /// Reads an SPKI PEM file.
    ///
    /// # Errors
    /// [`Error::Input`] where it cannot be read or holds no Ed25519 public key.
    pub fn read(path: &Path) -> Result<Self> {
        let pem = input::text(path, Kind::Pem)?;
        SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes())
            .ok()
            .and_then(|der| der.strip_prefix(&SPKI_HEAD)?.try_into().ok())
            .map(Self)
            .filter(|key| !key.is_weak())
            .ok_or_else(|| {
                Error::input(
                    path,
                    "this is no Ed25519 public key in PEM",
                    "make it from the key with: openssl pkey -in key.pem -pubout -out public.pem",
                )
            })
    }

    /// Its id, as securesystemslib computes it: SHA-256 over the canonical JSON of type,
    /// value and scheme.
    pub fn id(&self) -> String {
        let public = hex(&self.0);
        let json = format!(
            r#"{{"keytype":"ed25519","keyval":{{"public":"{public}"}},"scheme":"ed25519"}}"#
        );
        hex(&Sha256::digest(json))
    }

    /// Whether `signature` is this key's over `message` (RFC 8032 section 5.1.7, without
    /// the cofactor, so that nobody can make a second signature from a first).
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        ring::signature::UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(message, signature)
            .is_ok()
    }

    /// Whether this is one of the eight points of small order (RFC 8032 section 8.9 and
    /// RFC 7748 section 6): against those, one signature that anybody can write fits at
    /// least every eighth message. So that signature is tried on many.
    fn is_weak(&self) -> bool {
        let mut forged = [0; 64];
        forged[0] = 1; // R is the neutral point, S is zero.
        (0..=u8::MAX).any(|message| self.verifies(&[message], &forged))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Ed25519KeyPair, PublicKey, SPKI_HEAD, SecretKey};

    pub(crate) fn secret(byte: u8) -> SecretKey {
        SecretKey(Ed25519KeyPair::from_seed_unchecked(&[byte; 32]).unwrap())
    }

    /// The points of small order as they are encoded, those in two ways in both.
    #[test]
    fn keys_that_fit_any_signature_are_refused() {
        let point = |low: u8, rest: u8, high: u8| {
            let mut bytes = [rest; 32];
            (bytes[0], bytes[31]) = (low, high);
            bytes
        };
        let order_8 = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
        let of_order_8: Vec<u8> = (0..32)
            .map(|at| u8::from_str_radix(&order_8[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        for weak in [
            point(1, 0, 0),
            point(0, 0, 0),
            point(0, 0, 0x80),
            point(0xec, 0xff, 0x7f),
            of_order_8.try_into().unwrap(),
        ] {
            assert!(PublicKey(weak).is_weak(), "{weak:?}");
        }
        assert!(!secret(7).public().is_weak());
        assert_eq!(SPKI_HEAD.len() + 32, 44);
    }

    // RFC 8410 section 10.3 prints the key, 10.1 its public half.
    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

    #[test]
    fn keys_are_read_as_openssl_writes_them() {
        let folder = tempfile::tempdir().unwrap();
        let (key, public) = (folder.path().join("key"), folder.path().join("public"));
        std::fs::write(&key, KEY).unwrap();
        std::fs::write(&public, PUBLIC).unwrap();
        let read = SecretKey::read(&key).unwrap();
        assert_eq!(read.public(), PublicKey::read(&public).unwrap());
        assert!(read.public().verifies(b"text", &read.sign(b"text")));
        assert!(!read.public().verifies(b"texu", &read.sign(b"text")));
        assert!(!format!("{read:?}").contains("1d4ee7"), "{read:?}");
        // The wrong way round, and no key at all.
        assert_eq!(SecretKey::read(&public).unwrap_err().exit_code(), 2);
        assert_eq!(PublicKey::read(&key).unwrap_err().exit_code(), 2);
        std::fs::write(&key, "nothing").unwrap();
        assert_eq!(SecretKey::read(&key).unwrap_err().exit_code(), 2);
    }
}
