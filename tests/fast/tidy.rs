//! Holds the structure that ARCHITECTURE.md promises: which module may use which,
//! how long a file may be, and what every file opens with.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Modules in the direction of the data: each may use what stands in front of it.
const ORDER: [&str; 22] = [
    "digest",
    "error",
    "input",
    "output",
    "exchange",
    "page",
    "contract",
    "schema",
    "openapi",
    "suite",
    "judge",
    "baseline",
    "reference",
    "derive",
    "edition",
    "transport",
    "target",
    "runner",
    "report",
    "selftest",
    "certificate",
    "cli",
];

/// Edges that the order allows and the design does not.
const FORBIDDEN: [(&str, &str); 8] = [
    ("judge", "transport"),
    ("judge", "runner"),
    ("judge", "report"),
    ("judge", "reference"),
    ("reference", "judge"),
    ("reference", "schema"),
    ("reference", "suite"),
    ("transport", "judge"),
];

/// Edges against the order, each with its reason.
const ALLOWED: [(&str, &str); 6] = [
    // Escaping is one module for all outputs, errors among them.
    ("error", "report"),
    ("baseline", "report"),
    ("target", "report"),
    ("runner", "report"),
    // A request remembers where each parameter travelled.
    ("exchange", "contract"),
    // The reading is a TOML file like those of the suite.
    ("contract", "suite"),
];

/// Forbidden modules that are reached all the same, by way of another: debts, until
/// escaping and the reader of TOML files stand on a ground floor of their own.
const REACHED: [(&str, &str); 7] = [
    ("judge", "transport"),
    ("judge", "runner"),
    ("judge", "report"),
    ("reference", "judge"),
    ("reference", "schema"),
    ("reference", "suite"),
    ("transport", "judge"),
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

fn module_of(path: &Path) -> String {
    let inside = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .unwrap();
    let first = inside
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules that a file uses, tests left out: what stands behind `crate::`, in braces
/// (`use crate::{a, b}`) too.
fn used(source: &str) -> BTreeSet<String> {
    let code = source.split("#[cfg(test)]").next().unwrap();
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect()
    };
    let mut names = BTreeSet::new();
    for (at, path) in code.match_indices("crate::") {
        match code[at + path.len()..].strip_prefix('{') {
            Some(list) => {
                let mut depth = 0;
                let mut start = true;
                for (at, c) in list.char_indices() {
                    match c {
                        '}' if depth == 0 => break,
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && !c.is_whitespace() => {
                            names.insert(word(&list[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
            None => drop(names.insert(word(&code[at + path.len()..]))),
        }
    }
    names
}

/// Which module uses which, with one file that does.
fn edges() -> BTreeMap<(String, String), PathBuf> {
    let mut edges = BTreeMap::new();
    for path in sources("src") {
        let module = module_of(&path);
        if matches!(module.as_str(), "lib" | "main") {
            continue;
        }
        assert!(
            ORDER.contains(&&*module),
            "{module} has no place in the order"
        );
        for other in used(&std::fs::read_to_string(&path).unwrap()) {
            if ORDER.contains(&&*other) && other != module {
                edges.insert((module.clone(), other), path.clone());
            }
        }
    }
    edges
}

#[test]
fn modules_use_each_other_in_one_direction() {
    let rank = |module: &str| ORDER.iter().position(|other| *other == module);
    let edges = edges();
    let against: BTreeSet<(&str, &str)> = edges
        .keys()
        .map(|(from, to)| (&**from, &**to))
        .filter(|(from, to)| rank(to) > rank(from))
        .collect();
    // Both ways: an edge that is not allowed, and an exception that nothing needs.
    assert_eq!(against, BTreeSet::from(ALLOWED));
}

/// Whatever the judge or the reference server reaches by any path counts as used.
#[test]
fn forbidden_modules_are_reached_by_no_path() {
    let edges = edges();
    let mut wrong = Vec::new();
    for (from, to) in FORBIDDEN {
        let mut ways: BTreeMap<&str, String> = BTreeMap::from([(from, from.to_owned())]);
        let mut next = vec![from];
        while let Some(module) = next.pop() {
            for ((_, other), file) in edges.iter().filter(|((user, _), _)| user == module) {
                if !ways.contains_key(&**other) {
                    let way = format!("{} -> {other} ({})", ways[module], file.display());
                    ways.insert(other, way);
                    next.push(other);
                }
            }
        }
        if let Some(way) = ways.get(to)
            && !REACHED.contains(&(from, to))
        {
            wrong.push(way.clone());
        } else if !ways.contains_key(to) && REACHED.contains(&(from, to)) {
            wrong.push(format!("{from} no longer reaches {to}: drop the exception"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn imports_are_found_in_every_form() {
    let source = "use crate::one::Thing;\nuse crate::{two, three::{X, Y}, four as five};\nfn f() { crate::six::g() }\n#[cfg(test)]\nuse crate::seven;";
    let names: Vec<String> = used(source).into_iter().collect();
    assert_eq!(names, ["four", "one", "six", "three", "two"]);
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
                "src/suite/strategy/letters.rs",
                "src/suite/strategy/mod.rs",
                "src/suite/strategy/text.rs",
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
