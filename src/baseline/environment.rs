//! What the environment may and may not say about snapshots.

use crate::error::{Error, Result};

/// Variables with which insta passes or overwrites a mismatch, and the values that do not.
const OVERRIDES: [(&str, &[&str]); 4] = [
    ("INSTA_FORCE_PASS", &["", "0"]),
    ("INSTA_UPDATE", &["", "no", "auto", "new"]),
    ("INSTA_FORCE_UPDATE", &["", "0"]),
    ("INSTA_FORCE_UPDATE_SNAPSHOTS", &["", "0"]),
];

/// Refuses to start where a variable asks insta to pass or overwrite mismatches.
/// They have no effect on this program; whoever sets them believes that they have.
///
/// # Errors
/// [`Error::Input`] naming the variable.
pub fn refuse_overrides() -> Result<()> {
    for (name, harmless) in OVERRIDES {
        let Some(value) = std::env::var_os(name) else {
            continue;
        };
        if !value
            .to_str()
            .is_some_and(|value| harmless.contains(&value))
        {
            return Err(Error::input(
                name,
                "this variable asks to pass or overwrite differences, and the gate cannot be opened so",
                format!("unset {name}; to live with a difference: conformant accept"),
            ));
        }
    }
    Ok(())
}

/// Whether this is continuous integration, told as insta tells it.
pub fn is_ci() -> bool {
    match std::env::var("CI") {
        Ok(value) => !matches!(value.as_str(), "" | "0" | "false"),
        Err(_) => std::env::var_os("TF_BUILD").is_some(),
    }
}
