//! Defines [`Resource`]: what operations work on, and which operations make it, show it,
//! list it, change it and delete it.
//!
//! [`propose()`] reads resources out of the contracts of a service, by shapes of paths and by
//! names; `derive` writes them into `service.toml`, where a person confirms or changes them;
//! a run makes them before it uses them, and gives them back.

mod entry;
mod law;
mod need;
mod pointer;
mod propose;
mod render;
mod shape;
mod words;

pub use entry::{Entry, read};
pub use law::{Law, Off};
pub use need::{Need, NeedPlace, needs};
pub use pointer::at;
pub use propose::propose;
pub use render::render;
pub use words::says_that_it_keeps;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A kind of object of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its name: that of its table in `service.toml`.
    pub name: String,
    /// Where requests name one.
    pub names: Vec<Use>,
    /// How one is made.
    pub create: Option<Create>,
    /// How to see that one can be used.
    pub ready: Option<Ready>,
    /// How one is looked at.
    pub show: Option<Show>,
    /// How all are listed.
    pub list: Option<List>,
    /// The operation that changes one.
    pub update: Option<Update>,
    /// How one is given back.
    pub delete: Option<Delete>,
    /// Whether it was proposed by names and shapes, and nobody has looked at it.
    pub is_guess: bool,
    /// What is not expected of it, and why.
    pub off: Vec<Off>,
    /// 1-based line of its table; 0 where no file has it.
    pub line: usize,
}

impl Resource {
    /// Whether a run can make one and give it back.
    pub fn can_be_made(&self) -> bool {
        self.create.is_some() && self.delete.is_some()
    }

    /// The operations that it names.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        let create = self.create.iter().map(|it| &it.operation);
        let ready = self.ready.iter().map(|it| &it.operation);
        let show = self.show.iter().map(|it| &it.operation);
        let list = self.list.iter().map(|it| &it.operation);
        let delete = self.delete.iter().map(|it| &it.operation);
        let all = create.chain(ready).chain(show).chain(list);
        let update = self.update.iter().map(|it| &it.operation);
        all.chain(update).chain(delete).map(String::as_str)
    }

    /// What requests of an operation do to it.
    pub fn effect(&self, operation: &str) -> Option<Effect> {
        let is_it = |other: Option<&String>| other.is_some_and(|other| other == operation);
        if is_it(self.create.as_ref().map(|it| &it.operation)) {
            Some(Effect::Create)
        } else if is_it(self.delete.as_ref().map(|it| &it.operation)) {
            Some(Effect::Delete)
        } else if is_it(self.update.as_ref().map(|it| &it.operation)) {
            Some(Effect::Update)
        } else {
            None
        }
    }
}

/// The operation that changes an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Its name.
    pub operation: String,
    /// Whether what a request does not name stays as it is. PATCH means that (RFC 5789
    /// section 2); PUT replaces all (RFC 9110 section 9.3.4), unless the source says otherwise.
    pub keeps: bool,
}

/// What a request that succeeds does to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// There is one more.
    Create,
    /// It is another than before.
    Update,
    /// It is gone.
    Delete,
}

/// Makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create {
    /// The operation.
    pub operation: String,
    /// Where its reply has the id.
    pub take: Take,
}

/// Where the reply to a create has the id of what was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Take {
    /// At this JSON pointer (RFC 6901) of the body.
    Body(String),
    /// As the last segment of the path in the header `Location` (RFC 9110 section 10.2.2).
    Location,
}

impl Take {
    /// Pointer to the object in the body; `None` where the id is not in the body.
    pub fn object(&self) -> Option<&str> {
        match self {
            Self::Body(pointer) => Some(pointer.rsplit_once('/').map_or("", |(at, _)| at)),
            Self::Location => None,
        }
    }

    /// Name of the member of an object that has its id.
    pub fn member(&self) -> &str {
        match self {
            Self::Body(pointer) => pointer.rsplit('/').next().unwrap_or_default(),
            Self::Location => "id",
        }
    }
}

impl fmt::Display for Take {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(pointer) => f.write_str(pointer),
            Self::Location => f.write_str(LOCATION),
        }
    }
}

/// Stands for the header in place of a pointer.
const LOCATION: &str = "Location";

/// Says whether one can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The operation that shows it.
    pub operation: String,
    /// JSON pointer to its state in the reply.
    pub member: String,
    /// States in which it can be used.
    pub is: Vec<String>,
    /// States that it never leaves.
    pub fails: Vec<String>,
    /// Longest time until then.
    pub within: Duration,
    /// Longest time between two looks.
    pub every: Duration,
}

/// Shows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Show {
    /// The operation.
    pub operation: String,
    /// JSON pointer to the object in the reply; empty where the reply is the object.
    pub at: String,
}

/// Lists all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The operation.
    pub operation: String,
    /// JSON pointer to the array in the reply.
    pub at: String,
    /// JSON pointer to the id in an item.
    pub id: String,
}

/// Members of a list's reply that say how many items there are in all.
pub const TOTALS: [&str; 4] = ["total_count", "total", "totalCount", "total_num"];

/// Gives one back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    /// The operation.
    pub operation: String,
    /// The status that requests for a deleted one get.
    pub gone: u16,
    /// Longest time until then.
    pub within: Duration,
}

/// A place of requests that names a resource: `path/cluster_id`, `body/cluster_id`, or of one
/// operation alone `show-cluster/path/id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The operation, where it holds for one alone.
    pub operation: Option<String>,
    /// Part of the request.
    pub part: Part,
    /// Name of the parameter or member.
    pub name: String,
}

/// A part of a request that names resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The path.
    Path,
    /// The query.
    Query,
    /// The body.
    Body,
}

impl Part {
    fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Body => "body",
        }
    }
}

impl Use {
    /// Whether a place of a request of `operation` is this one.
    pub fn is(&self, operation: &str, part: Part, name: &str) -> bool {
        let is_of = self.operation.as_ref().is_none_or(|it| it == operation);
        is_of && self.part == part && self.name == name
    }
}

impl FromStr for Use {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let steps: Vec<&str> = text.split('/').collect();
        let (operation, part, name) = match steps.as_slice() {
            [part, name] => (None, *part, *name),
            [operation, part, name] => (Some((*operation).to_owned()), *part, *name),
            _ => return Err(()),
        };
        let parts = [Part::Path, Part::Query, Part::Body];
        let part = parts.into_iter().find(|it| it.word() == part).ok_or(())?;
        if name.is_empty() || operation.as_ref().is_some_and(String::is_empty) {
            return Err(());
        }
        Ok(Self {
            operation,
            part,
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.operation {
            write!(f, "{operation}/")?;
        }
        write!(f, "{}/{}", self.part.word(), self.name)
    }
}
