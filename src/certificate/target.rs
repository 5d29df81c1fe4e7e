//! Checks the target that a certificate declares: each value must be one that a run can
//! have. Whether it is true nobody can tell.

use super::refusal::Refusal;
use super::statement::{Authorisation, Target};
use crate::baseline::folder_name;
use crate::suite::Suite;
use crate::target::{TIMEOUTS, is_header, is_header_value};
use crate::transport::parse_base;

/// Holds a declared target against what can be set and what the pages ask for, where the
/// verifier has all of them.
pub(super) fn check(target: &Target, suites: &[&Suite], is_all: bool) -> Result<(), Refusal> {
    if folder_name(&target.name).is_err() {
        return Err(Refusal::Target(format!("the name '{}'", target.name)));
    }
    let is_address = parse_base(&target.base_url).is_ok_and(|url| url.as_str() == target.base_url);
    if !is_address {
        return Err(Refusal::Target(format!(
            "the address '{}'",
            target.base_url
        )));
    }
    if !TIMEOUTS.contains(&std::time::Duration::from_millis(target.deadline_ms).as_secs_f64()) {
        return Err(Refusal::Deadline(target.deadline_ms));
    }
    if !target.limits.are_settable() {
        return Err(Refusal::Limits);
    }
    let has_token = suites.iter().any(|suite| suite.contract.token().is_some());
    if (is_all || has_token) && has_token == (target.authorisation == Authorisation::None) {
        return Err(Refusal::Authorisation {
            is: target.authorisation.word(),
            page: if has_token {
                "demands a token"
            } else {
                "knows no token"
            },
        });
    }
    for (status, headers) in &target.provocations {
        let is_one = |(name, value): &(String, String)| is_header(name) && is_header_value(value);
        let is_known = !is_all || suites.iter().any(|suite| suite.contract.documents(*status));
        if !is_known || headers.is_empty() || !headers.iter().all(is_one) {
            return Err(Refusal::Target(format!("the provocation for {status}")));
        }
    }
    Ok(())
}
