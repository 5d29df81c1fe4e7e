//! Renders a report for terminals and logs: a line for each operation, what explains the
//! differences, the coverage, the verdict. Text from outside is escaped here, and nowhere
//! else for this format.

mod account;
mod coverage;
mod difference;
mod known;
mod list;
mod names;
mod operation;
mod verdict;
mod view;
mod wrap;

pub use account::{account, render};
pub use operation::operation;
pub use verdict::verdict;
pub use view::View;
