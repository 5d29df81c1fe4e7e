//! What must hold of the reader of certificates.

use conformant::certificate::{PublicKey, is_certificate, open, verify};
use conformant::suite::{SuiteFiles, load};
use std::io::Write as _;
use std::sync::OnceLock;

/// The public key that RFC 8410 section 10.1 prints.
const KEY: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
";

fn key() -> &'static PublicKey {
    static READ: OnceLock<PublicKey> = OnceLock::new();
    READ.get_or_init(|| {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(KEY.as_bytes()).expect("room for it");
        PublicKey::read(file.path()).expect("a key")
    })
}

/// Reads `bytes` as a certificate, signed and unsigned.
///
/// # Panics
/// Where one holds that nobody signed, or a refusal says nothing.
pub fn holds(bytes: &[u8]) {
    let _ = is_certificate(bytes);
    let Err(rejection) = open(bytes, Some(key()), false) else {
        panic!("nobody signed this");
    };
    assert!(!rejection.to_string().is_empty());
    let Ok(opened) = open(bytes, None, true) else {
        return;
    };
    assert_eq!(opened.signed_by, None, "no key was given");
    let suite =
        load(&SuiteFiles::built_in(), Some("show-audit-task-status")).expect("the built-in suite");
    let today = conformant::baseline::today();
    if let Err(rejection) = verify(bytes, suite.into(), None, true, today, None) {
        assert!(!rejection.to_string().is_empty());
    }
}
