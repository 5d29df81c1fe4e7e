//! The scheme `sdk-hmac-sha256`: requests are signed with an access key's secret in place of
//! carrying a token. It names what stands in the request; `target` signs, and `reference`
//! verifies without sharing that code.

/// The first word of the signature, and the first line of what is signed.
pub const ALGORITHM: &str = "SDK-HMAC-SHA256";
/// The header field that carries the date of signing.
pub const DATE: &str = "X-Sdk-Date";
/// The same in lower case, as signed.
pub const DATE_SIGNED: &str = "x-sdk-date";
/// The header field that carries the signature.
pub const SIGNATURE: &str = "Authorization";
