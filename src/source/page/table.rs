//! Defines [`Table`] and its parts: rows of documented parameters, still as text.

/// The part of the page in which a table stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Before any known heading, or under one that holds no parameters.
    Other,
    /// Under the heading of the URI.
    Uri,
    /// Under the heading of the request.
    Request,
    /// Under the heading of the request's header fields.
    RequestHeaders,
    /// Under the heading of the response; the status once one is named.
    Response(Option<u16>),
    /// Under the heading of the response's header fields.
    ResponseHeaders(Option<u16>),
    /// Example requests.
    ExampleRequest,
    /// Example responses, by status once one is named.
    ExampleResponse(Option<u16>),
    /// Under a status heading that names no code, such as 'Status code: default'.
    NoStatus,
    /// The list of statuses.
    Statuses,
}

impl Section {
    /// Whether what stands here is about a reply.
    pub fn is_of_a_reply(self) -> bool {
        matches!(
            self,
            Self::Response(_) | Self::ResponseHeaders(_) | Self::NoStatus
        )
    }

    /// The section behind a heading that stands in this one: what a reply is made of
    /// belongs to the status that was named.
    pub(super) fn then(self, heading: Self) -> Self {
        match (self, heading) {
            (Self::NoStatus, Self::Response(None) | Self::ResponseHeaders(None)) => self,
            (Self::Response(status) | Self::ResponseHeaders(status), Self::Response(None)) => {
                Self::Response(status)
            }
            (
                Self::Response(status) | Self::ResponseHeaders(status),
                Self::ResponseHeaders(None),
            ) => Self::ResponseHeaders(status),
            _ => heading,
        }
    }
}

/// What a column of a table holds, told by its header cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The name of a parameter or member.
    Name,
    /// Whether it must be given.
    Mandatory,
    /// Its type.
    Type,
    /// The allowed values.
    Range,
    /// Prose with constraints.
    Description,
    /// A status code.
    Status,
    /// The name of a member, beside that of its parent in the column of names.
    Member,
    /// In which part of the message it stands.
    Part,
}

/// The part of a message that a cell of the column [`Column::Part`] names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// A header field.
    Header,
    /// The body.
    Body,
}

/// A table with its caption and rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The number that the page prints, else its position, or a further one where
    /// another table has that.
    pub number: u32,
    /// Whether the page prints the number.
    pub is_numbered: bool,
    /// The caption without its number.
    pub caption: String,
    /// Where it stands.
    pub section: Section,
    /// The columns in the order of the header row.
    pub columns: Vec<Column>,
    /// The body rows.
    pub rows: Vec<Row>,
    /// 1-based line of the header row.
    pub line: usize,
}

/// A body row, its cells by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The name cell; where the table has a column of members, theirs.
    pub name: String,
    /// The name of the row's parent, where a column of members stands beside it.
    pub parent: Option<String>,
    /// The part of the message, where the table has a column for it.
    pub part: Option<Part>,
    /// The mandatory cell, where the table has one.
    pub mandatory: Option<String>,
    /// The type cell, where the table has one.
    pub kind: Option<String>,
    /// The description cell, paragraph by paragraph.
    pub description: Vec<Paragraph>,
    /// 1-based line of the row.
    pub line: usize,
}

/// A paragraph of a description cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Paragraph {
    /// Its text as printed, without a bullet.
    pub text: String,
    /// Whether it stands behind a bullet.
    pub bullet: bool,
    /// 1-based line in the source.
    pub line: usize,
}
