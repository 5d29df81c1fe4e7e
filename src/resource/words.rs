//! What names say: of which resource a parameter speaks, which states end.

use regex::Regex;
use std::sync::LazyLock;

/// Words of a state in which an object can be used.
const READY: [&str; 19] = [
    "active",
    "available",
    "running",
    "ready",
    "normal",
    "online",
    "enabled",
    "success",
    "succeeded",
    "successful",
    "complete",
    "completed",
    "created",
    "up",
    "ok",
    "healthy",
    "in-use",
    "finished",
    "opened",
];
/// Parts of words of a state that an object never leaves.
const FAILED: [&str; 5] = ["error", "fail", "abnormal", "broken", "exception"];
/// Endings and words of a state that passes.
const PASSING: [&str; 7] = [
    "build", "pending", "init", "queue", "wait", "prepare", "schedule",
];

/// What a listed state says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Ready,
    Failed,
    Passing,
    Unknown,
}

pub(super) fn state(value: &str) -> State {
    let word = value.to_lowercase().replace('_', "-");
    if READY.contains(&word.as_str()) {
        State::Ready
    } else if FAILED.iter().any(|part| word.contains(part)) {
        State::Failed
    } else if PASSING.iter().any(|part| word.starts_with(part)) || word.ends_with("ing") {
        State::Passing
    } else {
        State::Unknown
    }
}

/// What a request may leave out, and what becomes of it then, in one sentence.
static KEEPS: LazyLock<Regex> = LazyLock::new(|| {
    let left_out = r"(?:not |n't )(?:contain|specif|set|given|include|pass|provide|present|carr)|(?:left|leaves?) (?:out|blank)|omitted|missing|未指定|不指定|不填|不传|不设置|未设置|不携带|不包含|缺省";
    let stays = r"(?:remain|stay)s? (?:unchanged|as (?:it|they) |the same)|unchanged|(?:is|are|was|were|will|does|do) not (?:be )?(?:change|modif|update)|不变|不修改|不做修改|不更新|不会修改|不会被修改";
    let pattern = format!(
        "(?i)(?:{left_out})[^.。]{{0,100}}?(?:{stays})|(?:{stays})[^.。]{{0,60}}?(?:{left_out})"
    );
    Regex::new(&pattern).expect("the expression is tested")
});

/// Whether a source says of an update that what its request leaves out stays as it is.
pub fn says_that_it_keeps(source: &str) -> bool {
    KEEPS.is_match(source)
}

/// Words that stand for an object that can be used, where the source lists no states.
pub(super) fn ready_words() -> impl Iterator<Item = String> {
    let usual = ["active", "available", "running", "ready", "normal"];
    usual
        .into_iter()
        .flat_map(|word| [word.to_uppercase(), word.to_owned()])
}

/// Whether a name is that of an id, such as `cluster_id`, `clusterId` or `id`.
pub(super) fn is_id(name: &str) -> bool {
    name == "id" || stem(name).is_some()
}

/// What stands in front of `_id` in a name.
pub(super) fn stem(name: &str) -> Option<&str> {
    let ends = ["_id", "-id", "Id", "_uuid", "_ID", "ID"];
    let stems = ends.iter().filter_map(|end| name.strip_suffix(end));
    stems.into_iter().find(|stem| !stem.is_empty())
}

/// The singular of an English noun of a path, such as `clusters` or `policies`.
pub(super) fn singular(noun: &str) -> String {
    let ends = [
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
    ];
    for (many, one) in ends {
        if let Some(stem) = noun.strip_suffix(many).filter(|stem| stem.len() > 1) {
            return format!("{stem}{one}");
        }
    }
    match noun.strip_suffix('s') {
        Some(stem) if !stem.is_empty() && !noun.ends_with("ss") && !noun.ends_with("us") => {
            stem.to_owned()
        }
        _ => noun.to_owned(),
    }
}

/// A name as it stands in a table's header: letters, digits, `_` and `-`.
pub(super) fn key(name: &str) -> String {
    let plain = |c: char| match c {
        'a'..='z' | '0'..='9' | '_' | '-' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        _ => '_',
    };
    name.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_of_members_that_are_left_out_is_read() {
        for source in [
            "What the request does not contain remains as it is.",
            "<p>If this parameter is not specified, the description is not changed.</p>",
            "The value stays as it was if the member is omitted.",
            "未指定该参数时，描述保持不变。",
            "不填则不修改",
        ] {
            assert!(says_that_it_keeps(source), "{source}");
        }
        for source in [
            "The ID of the instance remains unchanged.",
            "If this parameter is not specified, the description is cleared.",
            "This parameter is not specified by default. The ID cannot be changed.",
            "If the quota is not set, the disk cannot be updated.",
            "If this parameter is left blank, the description remains empty.",
            "实例的ID不变。",
        ] {
            assert!(!says_that_it_keeps(source), "{source}");
        }
    }

    #[test]
    fn nouns_have_a_singular() {
        for (many, one) in [
            ("clusters", "cluster"),
            ("policies", "policy"),
            ("addresses", "address"),
            ("boxes", "box"),
            ("status", "status"),
            ("data", "data"),
            ("access", "access"),
            ("databases", "database"),
        ] {
            assert_eq!(singular(many), one);
        }
    }

    #[test]
    fn states_are_told_apart() {
        for (value, wanted) in [
            ("ACTIVE", State::Ready),
            ("available", State::Ready),
            ("in_use", State::Ready),
            ("BUILDING", State::Passing),
            ("CREATING", State::Passing),
            ("error_deleting", State::Failed),
            ("CREATE_FAIL", State::Failed),
            ("DELETING", State::Passing),
            ("STOPPED", State::Unknown),
        ] {
            assert_eq!(state(value), wanted, "{value}");
        }
    }

    #[test]
    fn ids_are_known_by_their_names() {
        for (name, wanted) in [
            ("cluster_id", Some("cluster")),
            ("clusterId", Some("cluster")),
            ("id", None),
            ("valid", None),
            ("name", None),
        ] {
            assert_eq!(stem(name), wanted, "{name}");
        }
    }
}
