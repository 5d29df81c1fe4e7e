//! Names the statuses whose meaning is HTTP's own. What a provider answers to a bad request
//! is a role of its profile ([`Statuses`](crate::profile::Statuses)) and has no name here.

/// The request succeeded (RFC 9110 section 15.3.1).
pub const OK: u16 = 200;
/// A resource was created (RFC 9110 section 15.3.2).
pub const CREATED: u16 = 201;
/// Accepted, and not yet done (RFC 9110 section 15.3.3).
pub const ACCEPTED: u16 = 202;
/// Success without a body (RFC 9110 section 15.3.5).
pub const NO_CONTENT: u16 = 204;
/// Success; the client resets its view (RFC 9110 section 15.3.6).
pub const RESET_CONTENT: u16 = 205;
/// A part of a resource (RFC 9110 section 15.3.7).
pub const PARTIAL_CONTENT: u16 = 206;
/// The resource is elsewhere for now (RFC 9110 section 15.4.3).
pub const FOUND: u16 = 302;
/// What the client has still holds (RFC 9110 section 15.4.5).
pub const NOT_MODIFIED: u16 = 304;
/// A proxy wants to know who asks (RFC 9110 section 15.5.8).
pub const PROXY_AUTHENTICATION_REQUIRED: u16 = 407;
/// The request is not understood (RFC 9110 section 15.5.1).
pub const BAD_REQUEST: u16 = 400;
/// There is no such resource (RFC 9110 section 15.5.5).
pub const NOT_FOUND: u16 = 404;
/// The resource knows no such method (RFC 9110 section 15.5.6).
pub const METHOD_NOT_ALLOWED: u16 = 405;
/// The content of the request is too large (RFC 9110 section 15.5.14).
pub const CONTENT_TOO_LARGE: u16 = 413;
/// The address is too long (RFC 9110 section 15.5.15).
pub const URI_TOO_LONG: u16 = 414;
/// The media type of the request is not one that is read (RFC 9110 section 15.5.16).
pub const UNSUPPORTED_MEDIA_TYPE: u16 = 415;
/// The header fields are too large (RFC 6585 section 5).
pub const REQUEST_HEADER_FIELDS_TOO_LARGE: u16 = 431;
/// The state of the resource forbids it (RFC 9110 section 15.5.10).
pub const CONFLICT: u16 = 409;
/// Well-formed content that says what cannot be done (RFC 9110 section 15.5.21).
pub const UNPROCESSABLE_CONTENT: u16 = 422;
/// The client is told to slow down (RFC 6585 section 4).
pub const TOO_MANY_REQUESTS: u16 = 429;
/// The server failed (RFC 9110 section 15.6.1).
pub const INTERNAL_SERVER_ERROR: u16 = 500;
/// A gateway got no valid reply (RFC 9110 section 15.6.3).
pub const BAD_GATEWAY: u16 = 502;
/// The server cannot answer now (RFC 9110 section 15.6.4).
pub const SERVICE_UNAVAILABLE: u16 = 503;
/// A gateway got no reply in time (RFC 9110 section 15.6.5).
pub const GATEWAY_TIMEOUT: u16 = 504;

/// What an HTTP server or gateway in front of a service answers by itself to a request whose
/// form it refuses: its syntax or path (RFC 9110 sections 15.5.1, 15.5.4, 15.5.5), its size
/// (15.5.14, 15.5.15), its header fields (RFC 6585 section 5).
pub const REFUSALS_OF_A_LAYER: [u16; 6] = [400, 403, 404, 413, 414, 431];

/// Whether it says that the request is under way (RFC 9110 section 15.2).
pub fn is_informational(status: u16) -> bool {
    (100..200).contains(&status)
}

/// Whether it says that the request succeeded (RFC 9110 section 15.3).
pub fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// Whether it sends the client elsewhere (RFC 9110 section 15.4).
pub fn is_redirect(status: u16) -> bool {
    (300..400).contains(&status)
}

/// Whether it says that the request is at fault.
pub fn is_client_error(status: u16) -> bool {
    (400..500).contains(&status)
}

/// Whether the server failed (RFC 9110 section 15.6).
pub fn is_server_error(status: u16) -> bool {
    (500..600).contains(&status)
}

/// Whether it says that client or server are at fault (RFC 9110 sections 15.5 and 15.6).
pub fn is_error(status: u16) -> bool {
    status >= 400
}

/// Whether a reply with it never has a body (RFC 9110 sections 15.3.5, 15.3.6, 15.4.5).
pub fn has_no_body(status: u16) -> bool {
    matches!(status, NO_CONTENT | RESET_CONTENT | NOT_MODIFIED)
}

/// Whether a gateway says it of what stands behind it.
pub fn is_of_gateway(status: u16) -> bool {
    matches!(status, BAD_GATEWAY | SERVICE_UNAVAILABLE | GATEWAY_TIMEOUT)
}

/// Whether it tells the client to wait and ask again: 429, or 503 with the header
/// `Retry-After` (RFC 6585 section 4, RFC 9110 section 10.2.3).
pub fn asks_to_wait(status: u16, has_retry_after: bool) -> bool {
    status == TOO_MANY_REQUESTS || status == SERVICE_UNAVAILABLE && has_retry_after
}
