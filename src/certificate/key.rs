//! Defines the keys: Ed25519, as `openssl genpkey -algorithm ed25519` makes them
//! (PKCS#8) and `openssl pkey -pubout` writes them (SPKI), both in PEM.

use crate::error::{Error, Result};
use crate::exchange::hex;
use crate::suite::read_text;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::path::Path;

/// A key that signs; wiped from memory when dropped.
pub struct SecretKey(SigningKey);

/// A key that checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

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
        let pem = SecretString::from(read_text(path)?);
        SigningKey::from_pkcs8_pem(pem.expose_secret())
            .map(Self)
            .map_err(|_| {
                Error::input(
                    path,
                    "this is no Ed25519 key in PKCS#8 PEM without a password",
                    "make one with: openssl genpkey -algorithm ed25519 -out key.pem",
                )
            })
    }

    /// The key that checks what this one signs.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl PublicKey {
    /// Reads an SPKI PEM file.
    ///
    /// # Errors
    /// [`Error::Input`] where it cannot be read or holds no Ed25519 public key.
    pub fn read(path: &Path) -> Result<Self> {
        let pem = read_text(path)?;
        VerifyingKey::from_public_key_pem(&pem)
            .ok()
            // Against a key of small order, one signature fits many messages.
            .filter(|key| !key.is_weak())
            .map(Self)
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
        let public = hex(self.0.as_bytes());
        let json = format!(
            r#"{{"keytype":"ed25519","keyval":{{"public":"{public}"}},"scheme":"ed25519"}}"#
        );
        hex(&Sha256::digest(json))
    }

    /// Whether `signature` is this key's over `message`, by the strict rules, under which
    /// nobody can make a second signature from a first.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{PublicKey, SecretKey, SigningKey};

    pub(crate) fn secret(byte: u8) -> SecretKey {
        SecretKey(SigningKey::from_bytes(&[byte; 32]))
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
