//! The scheme `identity-v3`: a token for a user's password (OpenStack Identity API v3). It
//! names paths, header fields and statuses; who sends them is `target`, who answers them
//! `reference`.

/// Issues tokens, by `POST`.
pub const TOKENS: &str = "/v3/auth/tokens";
/// Lists projects, by `GET`; `?name=` asks for one.
pub const PROJECTS: &str = "/v3/projects";
/// The header field of a reply that carries the issued token.
pub const ISSUED: &str = "X-Subject-Token";
/// The header field of a request that carries a token.
pub const TOKEN: &str = "X-Auth-Token";
/// A token was issued.
pub const CREATED: u16 = 201;
/// Projects are listed.
pub const LISTED: u16 = 200;
/// The request cannot be read.
pub const MALFORMED: u16 = 400;
/// Whoever asks is not who they should be.
pub const REFUSED: u16 = 401;
