//! Holds the structure that ARCHITECTURE.md promises: which module may use which,
//! how long a file may be, and what every file opens with.
mod imports;

use imports::{Graph, circles};
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Modules in the direction of the data: each may use what stands in front of it. The
/// first seven are the ground floor, of small modules that all may use.
const ORDER: [&str; 28] = [
    "escape",
    "status",
    "digest",
    "text",
    "error",
    "input",
    "output",
    "profile",
    "contract",
    "resource",
    "reference",
    "exchange",
    "transport",
    "schema",
    "openapi",
    "suite",
    "judge",
    "baseline",
    "source",
    "eye",
    "derive",
    "comparison",
    "target",
    "runner",
    "report",
    "selftest",
    "certificate",
    "cli",
];

/// What the design forbids by whatever path, also where the order would allow it.
const FORBIDDEN: [(&str, &[&str]); 6] = [
    ("contract", &["reference", "source", "suite"]),
    ("exchange", &["judge", "reference", "suite"]),
    (
        "judge",
        &["reference", "report", "runner", "source", "transport"],
    ),
    (
        "reference",
        &["exchange", "judge", "schema", "source", "suite"],
    ),
    (
        "runner",
        &["derive", "comparison", "reference", "report", "source"],
    ),
    ("transport", &["judge", "reference", "suite"]),
];

fn sources(folder: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        &mut found,
    );
    found.sort();
    found
}

fn graph() -> Graph {
    imports::graph(&sources("src"))
}

/// Which module uses which, with one file that does.
fn edges() -> BTreeMap<(String, String), String> {
    let module_of = |file: &str| {
        let first = file.split('/').next().unwrap();
        first.trim_end_matches(".rs").to_owned()
    };
    let mut edges = BTreeMap::new();
    for (file, uses) in graph() {
        let module = module_of(&file);
        if module == "lib" {
            continue;
        }
        assert!(
            ORDER.contains(&&*module),
            "{module} has no place in the order"
        );
        for other in uses {
            if module_of(&other) != module {
                edges.insert((module.clone(), module_of(&other)), file.clone());
            }
        }
    }
    edges
}

#[test]
fn modules_use_each_other_in_one_direction() {
    let rank = |module: &str| ORDER.iter().position(|other| *other == module);
    let mut against = edges();
    against.retain(|(from, to), _| rank(to) > rank(from));
    assert!(against.is_empty(), "{against:#?}");
}

/// Whatever the judge or the reference server reaches by any path counts as used.
#[test]
fn forbidden_modules_are_reached_by_no_path() {
    let edges = edges();
    let mut wrong = Vec::new();
    for (from, forbidden) in FORBIDDEN {
        let mut ways: BTreeMap<&str, String> = BTreeMap::from([(from, from.to_owned())]);
        let mut next = vec![from];
        while let Some(module) = next.pop() {
            for ((_, other), file) in edges.iter().filter(|((user, _), _)| user == module) {
                if !ways.contains_key(&**other) {
                    let way = format!("{} -> {other} ({file})", ways[module]);
                    ways.insert(other, way);
                    next.push(other);
                }
            }
        }
        wrong.extend(forbidden.iter().filter_map(|to| ways.remove(to)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A file that another one uses does not use that one, by whatever path: what both need
/// stands in a third.
#[test]
fn files_import_each_other_in_no_circle() {
    let found = circles(&graph());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn imports_are_found_in_every_form() {
    let files = [
        ("lib.rs", "mod one; mod two;"),
        (
            "one/mod.rs",
            "mod child;\npub use child::Item;\npub struct Parent;",
        ),
        ("one/child.rs", "use super::Parent;\npub struct Item;"),
        (
            "two.rs",
            "use crate::one::{self, child as known, Item};\nuse crate::{three, four::{X, Y}};\nuse std::fmt;",
        ),
        (
            "three.rs",
            "fn f<'a>() { let _ = ('\"', r#\"crate::two::X\"#); crate::one::Parent }",
        ),
        (
            "four.rs",
            "//! [`crate::three`]\nuse crate::one;\nfn f() { one::Item::new() }\n#[cfg(test)]\nuse crate::two::X;",
        ),
        (
            "five/mod.rs",
            "mod child;\nuse crate::four::f as g;\nfn f() { self::child::f() }",
        ),
        ("five/child.rs", "pub(super) fn f() { super::g() }"),
    ];
    let graph = imports::graph_of(files.map(|(name, text)| (name.to_owned(), text.to_owned())));
    let uses = |name: &str| graph[name].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(uses("lib.rs"), [""; 0]);
    assert_eq!(uses("one/mod.rs"), [""; 0]);
    assert_eq!(uses("one/child.rs"), ["one/mod.rs"]);
    assert_eq!(uses("two.rs"), ["four.rs", "one/child.rs"]);
    assert_eq!(uses("three.rs"), ["one/mod.rs"]);
    assert_eq!(uses("four.rs"), ["one/child.rs"]);
    assert_eq!(uses("five/mod.rs"), ["five/child.rs", "four.rs"]);
    assert_eq!(uses("five/child.rs"), ["five/mod.rs", "four.rs"]);
}

#[test]
fn a_circle_is_named_by_its_shortest_way() {
    let graph: Graph = [
        ("a", &["b", "c"][..]),
        ("b", &["c"]),
        ("c", &["a"]),
        ("d", &["a"]),
    ]
    .map(|(from, to)| {
        let to = to.iter().map(|name| (*name).to_owned()).collect();
        (from.to_owned(), to)
    })
    .into();
    assert_eq!(circles(&graph), ["a -> b -> c -> a", "a -> c -> a"]);
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut lengths = Vec::new();
    for path in sources("src") {
        let source = std::fs::read_to_string(&path).unwrap();
        assert!(
            source.starts_with("//! "),
            "{} opens without module docs",
            path.display()
        );
        lengths.push(source.lines().count());
        assert!(
            source.lines().count() <= 600,
            "{} has over 600 lines",
            path.display()
        );
    }
    lengths.sort_unstable();
    assert!(
        lengths[lengths.len() / 2] < 200,
        "median {}",
        lengths[lengths.len() / 2]
    );
}

/// A clock that jumps may change a date, never a deadline or a pace: times are taken
/// from the monotonic clock, and the wall clock is read where a date is meant.
#[test]
fn the_wall_clock_is_read_for_dates_only() {
    let dates = [
        "src/baseline/date.rs",
        "src/reference/signature.rs",
        "src/transport/client.rs",
        "src/transport/cause.rs",
    ];
    for path in sources("src") {
        let source = std::fs::read_to_string(&path).unwrap();
        let reads = ["SystemTime::now", "Timestamp::now", "Zoned::now"]
            .iter()
            .any(|clock| source.contains(clock));
        let is_date = dates.iter().any(|date| path.ends_with(date));
        assert!(!reads || is_date, "{} reads the wall clock", path.display());
    }
}

#[test]
fn each_sharp_tool_has_one_user() {
    for (crate_name, owners) in [
        ("jsonschema::", &["src/schema/validate.rs"][..]),
        (
            "proptest::",
            &[
                "src/suite/strategy/bodies.rs",
                "src/suite/strategy/letters.rs",
                "src/suite/strategy/mod.rs",
                "src/suite/strategy/shrinking.rs",
                "src/suite/strategy/text.rs",
                "src/suite/strategy/subject.rs",
            ],
        ),
        (
            "html5ever::",
            &[
                "src/source/page/html/mod.rs",
                "src/source/page/html/element.rs",
                "src/source/page/html/frame.rs",
            ],
        ),
        (
            "reqwest::",
            &[
                "src/transport/body.rs",
                "src/transport/by_hand.rs",
                "src/transport/call.rs",
                "src/transport/client.rs",
                "src/transport/way.rs",
            ],
        ),
        ("insta::", &["src/baseline/snapshot.rs"]),
        (
            " ring::",
            &[
                "src/certificate/key.rs",
                "src/digest.rs",
                "src/reference/signature.rs",
                "src/target/signing.rs",
                "src/transport/tls.rs",
            ],
        ),
    ] {
        for path in sources("src") {
            let source = std::fs::read_to_string(&path).unwrap();
            let uses = source
                .lines()
                .any(|line| !line.trim_start().starts_with("//") && line.contains(crate_name));
            let is_owner = owners.iter().any(|owner| path.ends_with(owner));
            assert!(!uses || is_owner, "{} uses {crate_name}", path.display());
        }
    }
}

/// Names that a provider chose, as they stand in code. Ours may be alike: an option
/// `--project-id` has a field of that name.
const OF_A_PROVIDER: [&str; 14] = [
    "x-auth-token",
    "x-subject-token",
    "x-sdk-date",
    "sdk-hmac",
    "/v3/auth",
    "/v3/projects",
    "\"project_id\"",
    "{project_id}",
    "tenant_id",
    "error_code",
    "error_msg",
    "error/code",
    "huawei",
    "help cent",
];

/// Places that have one all the same.
const NAMED_ALL_THE_SAME: [(&str, &str, &str); 9] = [
    (
        "src/target/resolved.rs",
        "\"project_id\"",
        "a key of our targets.toml",
    ),
    (
        "src/source/page/outline.rs",
        "help cent",
        "what pages print above their title",
    ),
    (
        "src/cli/target.rs",
        "500",
        "the example of an option that takes any status",
    ),
    (
        "src/target/config.rs",
        "500",
        "the example of a key that takes any status",
    ),
    ("src/report/html/finding.rs", "500", "lines"),
    ("src/source/page/html/mod.rs", "512", "levels"),
    (
        "src/source/page/outline.rs",
        "599",
        "the end of all statuses",
    ),
    ("src/transport/way.rs", "509", "X.509"),
    ("src/reference/wire.rs", "302", "a redirect in bytes"),
];

/// The names and statuses of a provider in code, tests and comments left out.
fn of_a_provider(code: &str) -> BTreeSet<String> {
    let code: Vec<&str> = code
        .split("#[cfg(test)]")
        .next()
        .unwrap()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n").to_lowercase();
    let is_status = |word: &&str| {
        matches!(word.parse(), Ok(201..=206 | 301..=308 | 400..=599)) && word.len() == 3
    };
    let words = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let mut found: BTreeSet<String> = words.filter(is_status).map(str::to_owned).collect();
    let named = OF_A_PROVIDER.iter().filter(|name| code.contains(**name));
    found.extend(named.map(|name| (*name).to_owned()));
    let ok = ["or(200)", "== 200", "200..", "300.."];
    found.extend(
        ok.iter()
            .filter(|text| code.contains(**text))
            .map(|text| (*text).to_owned()),
    );
    found
}

/// A provider's names and statuses are data of its profile; what HTTP itself means by a
/// status stands in one module.
#[test]
fn no_module_but_the_profile_names_what_a_provider_chose() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    for path in sources("src") {
        let path = path.strip_prefix(root).unwrap();
        let is_test = path.ends_with("tests.rs") || path.iter().any(|part| part == "tests");
        if path.starts_with("src/profile") || path.ends_with("src/status.rs") || is_test {
            continue;
        }
        let code = std::fs::read_to_string(root.join(path)).unwrap();
        let place = path.to_string_lossy().into_owned();
        found.extend(
            of_a_provider(&code)
                .into_iter()
                .map(|what| (place.clone(), what)),
        );
    }
    let allowed = NAMED_ALL_THE_SAME
        .iter()
        .map(|(path, what, _)| ((*path).to_owned(), (*what).to_owned()));
    // Both ways: a name that is not allowed, and an exception that nothing needs.
    assert_eq!(found, allowed.collect());
}

#[test]
fn names_and_statuses_are_found_in_code_alone() {
    let code = "//! X-Auth-Token\nfn f() {\n    // 404\n    if status == 401 { h(\"X-Auth-Token\") }\n    g(1401, project_id, 200)\n}\n#[cfg(test)]\nmod tests { const A: u16 = 403; }";
    assert_eq!(
        of_a_provider(code),
        BTreeSet::from(["401".to_owned(), "x-auth-token".to_owned()])
    );
}
