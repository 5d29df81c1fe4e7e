//! Sends requests and reads replies, within bounds. The only user of `reqwest`.
//!
//! It owns connections, deadlines, pacing, throttling and the decision when a
//! target is gone. It draws no conclusions about what a reply says.
//!
//! `settings` says how a target is reached, `client` speaks `reqwest`, `way` sends the
//! suite's requests, `parallel` decides how many are under way at once, `turn` orders the
//! reading of large bodies, `by_hand` writes what no client library would, and `call` sends a
//! single request outside the suite.

mod body;
mod by_hand;
mod call;
mod cause;
mod client;
mod parallel;
mod settings;
mod tls;
mod turn;
mod watch;
mod way;

pub use call::call;
pub use settings::{Settings, parse_base, parse_proxy, shown_address};
pub use tls::{Pem, Tls, Untrusted};
pub use turn::Turns;
pub use way::{NotSent, Transport};
