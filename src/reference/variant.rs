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
    /// In every reply a tolerated value of each member that has one, null where it may be.
    Tolerated,
    /// The connection is closed behind every reply, and says so.
    ConnectionClose,
    /// Every fourth reply is 3 milliseconds late: the next ones may overtake it.
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
    /// Of every fourth reply head and half of the body first, the rest a little later.
    InTwoParts,
    /// Header names in other spellings than lower case.
    TitleCaseHeaders,
}

/// The variants that the self-test tries, by name.
pub(super) const VARIANTS: [(&str, Variant); 29] = [
    ("open", Variant::Open),
    ("tenant-scoped", Variant::TenantScoped),
    ("parameters-first", Variant::ParametersFirst),
    ("provoked-first", Variant::ProvokedFirst),
    ("token-not-demanded", Variant::TokenNotDemanded),
    ("media-type-refused", Variant::MediaTypeRefused),
    ("short-errors", Variant::ShortErrors),
    ("full-errors", Variant::FullErrors),
    ("throttling", Variant::Throttling(50)),
    ("overloaded", Variant::Overloaded(60)),
    ("pretty-json", Variant::Pretty),
    ("charset", Variant::Charset),
    ("capital-media-type", Variant::CapitalMediaType),
    ("additions", Variant::Additions),
    ("members-reversed", Variant::Reversed),
    ("newline-at-end", Variant::NewlineAtEnd),
    ("unicode-escapes", Variant::Escaped),
    ("extremes", Variant::Extremes),
    ("tolerated-value", Variant::Tolerated),
    ("connection-close", Variant::ConnectionClose),
    ("slow", Variant::Slow),
    ("gzip", Variant::Gzip),
    ("chunked", Variant::Chunked),
    ("extra-headers", Variant::ExtraHeaders),
    ("http-1-0", Variant::Http10),
    ("drops-idle", Variant::DropsIdle),
    ("close-delimited", Variant::CloseDelimited),
    ("in-two-parts", Variant::InTwoParts),
    ("title-case-headers", Variant::TitleCaseHeaders),
];

impl Variant {
    /// Its name in kebab case.
    pub fn name(self) -> &'static str {
        let mut variants = VARIANTS.iter();
        let kind = std::mem::discriminant(&self);
        variants
            .find(|(_, other)| std::mem::discriminant(other) == kind)
            .map_or("open", |(name, _)| name)
    }

    /// The way of the reply at `turn`, from 0: what takes time concerns some replies only.
    pub(super) fn at(self, turn: u64) -> Self {
        match self {
            Self::Slow | Self::InTwoParts if !turn.is_multiple_of(4) => Self::Open,
            all => all,
        }
    }
}
