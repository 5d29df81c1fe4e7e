//! Defines [`Variant`]: what conforming servers may do differently.

/// Ways of a conforming server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// Every project but the foreign one is open.
    #[default]
    Open,
    /// Only the home project is open.
    TenantScoped,
    /// Parameters are checked before the token.
    ParametersFirst,
    /// `Prefer` is honoured before anything is checked.
    ProvokedFirst,
    /// A token that the page does not demand is not needed.
    TokenNotDemanded,
    /// A media type that is not documented is answered by 415, where the page has it.
    MediaTypeRefused,
    /// Errors have only the members that must be present.
    ShortErrors,
    /// Errors always have all members.
    FullErrors,
    /// Every so many-th reply is 429 with Retry-After.
    Throttling(u64),
    /// Every so many-th reply is 503 with Retry-After.
    Overloaded(u64),
    /// JSON is indented.
    Pretty,
    /// `application/json;charset=UTF-8`
    Charset,
    /// `Application/JSON`
    CapitalMediaType,
    /// Undocumented members are added.
    Additions,
    /// Members come in reverse order.
    Reversed,
    /// A line feed stands behind the JSON.
    NewlineAtEnd,
    /// Strings are written in `\u` escapes.
    Escaped,
    /// Integers at the ends of their types.
    Extremes,
    /// This value of an enumerated member, in every reply.
    Tolerated,
    /// The connection is closed behind every reply, and says so.
    ConnectionClose,
    /// Replies are 3 milliseconds late.
    Slow,
    /// gzip, where the client accepts it.
    Gzip,
    /// Chunked transfer coding.
    Chunked,
    /// Extra header fields.
    ExtraHeaders,
    /// HTTP/1.0.
    Http10,
    /// Kept connections are dropped without notice.
    DropsIdle,
    /// The end of the connection is the end of the body.
    CloseDelimited,
    /// Head and half of the body first, the rest a little later.
    InTwoParts,
    /// Header names in other spellings than lower case.
    TitleCaseHeaders,
}
