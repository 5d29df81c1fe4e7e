//! Defines [`Version`], the edition of OpenAPI that is written.

/// The edition of OpenAPI that is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// 3.0.3, whose schemas are a dialect of their own: a `$ref` has no siblings.
    V3_0,
    /// 3.1.0, whose schemas are JSON Schema 2020-12.
    #[default]
    V3_1,
}

impl Version {
    /// The value of the member `openapi`.
    pub fn number(self) -> &'static str {
        match self {
            Self::V3_0 => "3.0.3",
            Self::V3_1 => "3.1.0",
        }
    }
}
