//! `merge` believes nothing that it can compute: a part that does not add up is refused,
//! with its name and the reason.
use crate::support::{Serving, finish, halves, run};
use conformant::baseline::{days_after, parse_time, today, written};
use serde_json::{Value, json};
use std::path::Path;

/// Two cases fail: the provoked one and the property that provokes.
const FAULT: &str = "500-error-msg-is-null";

/// Where a report counts: all of the run, and its operation.
const TOTALS: [&str; 2] = ["/totals", "/operations/0/totals"];

/// Both parts of a run against `server`, as `1.json` and `2.json`.
fn parts(server: &Serving, folder: &Path) {
    for index in 1..=2 {
        let (part, report) = (format!("{index}/2"), format!("json={index}.json"));
        let more = ["-q", "--seed", "3", "--shard", &part, "--report", &report];
        finish(server.command(folder, &more).env("CI", "1"));
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn write(path: &Path, value: &Value) {
    std::fs::write(path, value.to_string()).unwrap();
}

/// The file of the part with a failing case, and the position of that case.
fn failing(folder: &Path) -> (&'static str, usize) {
    for name in ["1.json", "2.json"] {
        let part = read(&folder.join(name));
        let mut cases = part["operations"][0]["cases"].as_array().unwrap().iter();
        if let Some(at) = cases.position(|case| case["verdict"] == "fail") {
            return (name, at);
        }
    }
    panic!("no case fails");
}

/// Changes how often something is counted.
fn count(part: &mut Value, what: &str, by: i64) {
    for place in TOTALS {
        let count = &mut part.pointer_mut(place).unwrap()[what];
        *count = json!(count.as_i64().unwrap() + by);
    }
}

/// Sums up again what the cases of the operation count.
fn recount(part: &mut Value) {
    let operation = &mut part["operations"][0];
    for (total, of_case) in [("requests", "requests"), ("elapsed_ms", "elapsed_ms")] {
        let cases = operation["cases"].as_array().unwrap().iter();
        let sum: u64 = cases.map(|case| case[of_case].as_u64().unwrap()).sum();
        operation["totals"][total] = json!(sum);
    }
}

/// Counts a case under another verdict.
fn move_total(part: &mut Value, from: &str, to: &str) {
    count(part, from, -1);
    count(part, to, 1);
}

/// Makes everything that stands above the cases green.
fn make_green(part: &mut Value) {
    for case in part["operations"][0]["cases"].as_array_mut().unwrap() {
        if case["verdict"] == "fail" {
            case["verdict"] = json!("pass");
        }
    }
    for place in TOTALS {
        let totals = part.pointer_mut(place).unwrap();
        let fail = totals["fail"].as_u64().unwrap();
        let pass = totals["pass"].as_u64().unwrap();
        totals["fail"] = json!(0);
        totals["pass"] = json!(pass + fail);
    }
    part["operations"][0]["verdict"] = json!("conforms");
    part["verdict"] = json!("conforms");
    part["exit_code"] = json!(0);
}

type Edit = fn(&mut Value, usize);

/// What is edited in the part with the failing case, at its position, and the reason
/// that merge gives.
const EDITS: &[(&str, Edit, &str)] = &[
    ("green above", |p, _| make_green(p), "it differs"),
    (
        "green above, differences removed",
        |p, _| {
            make_green(p);
            for case in p["operations"][0]["cases"].as_array_mut().unwrap() {
                case["differences"] = json!([]);
            }
        },
        "is violated, which its cases and observations contradict",
    ),
    (
        "verdict alone",
        |p, _| p["verdict"] = json!("conforms"),
        "is no verdict",
    ),
    (
        "verdict and exit code",
        |p, _| {
            p["verdict"] = json!("conforms");
            p["exit_code"] = json!(0);
        },
        "its verdict is 'conforms', and that of its cases is 'does not conform'",
    ),
    (
        "case removed",
        |p, at| {
            p["operations"][0]["cases"]
                .as_array_mut()
                .unwrap()
                .remove(at);
            count(p, "fail", -1);
        },
        "of the plan is missing",
    ),
    (
        "case and item removed",
        |p, at| {
            let case = p["operations"][0]["cases"]
                .as_array_mut()
                .unwrap()
                .remove(at);
            count(p, "fail", -1);
            let items = p["operations"][0]["plan"]["items"].as_array_mut().unwrap();
            items.retain(|item| item["id"] != case["id"]);
        },
        "the plan's digest is not that of its suite, statements and items",
    ),
    (
        "case twice",
        |p, _| {
            let case = p["operations"][0]["cases"][0].clone();
            p["operations"][0]["cases"]
                .as_array_mut()
                .unwrap()
                .push(case);
            count(p, "pass", 1);
        },
        "is there twice",
    ),
    (
        "skipped",
        |p, at| {
            p["operations"][0]["cases"][at]["verdict"] = json!("skipped");
            p["operations"][0]["cases"][at]["reason"] = json!("not today");
            p["operations"][0]["cases"][at]["differences"] = json!([]);
            move_total(p, "fail", "skipped");
        },
        "which is not as planned",
    ),
    (
        "known without an acceptance",
        |p, at| {
            p["operations"][0]["cases"][at]["verdict"] = json!("known");
            move_total(p, "fail", "known");
        },
        "it carries no acceptance",
    ),
    (
        "known without a reason",
        |p, at| {
            p["operations"][0]["cases"][at]["verdict"] = json!("known");
            p["operations"][0]["cases"][at]["accepted"] = json!({"reason": " .", "until": "2999-01-01", "accepted": "2026-01-01", "ends_soon": false});
            move_total(p, "fail", "known");
        },
        "its acceptance has no reason",
    ),
    (
        "known from the future",
        |p, at| {
            p["operations"][0]["cases"][at]["verdict"] = json!("known");
            p["operations"][0]["cases"][at]["accepted"] = json!({"reason": "why", "until": "2999-02-01", "accepted": "2999-01-01", "ends_soon": false});
            move_total(p, "fail", "known");
        },
        "impossible dates",
    ),
    (
        "note in place of a difference",
        |p, at| p["operations"][0]["cases"][at]["differences"][0]["severity"] = json!("note"),
        "does not have this severity, basis or source",
    ),
    (
        "totals",
        |p, _| move_total(p, "fail", "pass"),
        "its totals say",
    ),
    (
        "requests",
        |p, _| p["totals"]["requests"] = json!(1),
        "fewer than its cases judged",
    ),
    (
        "nothing sent",
        |p, _| {
            let mut cases = p["operations"][0]["cases"]
                .as_array_mut()
                .unwrap()
                .iter_mut();
            cases.find(|case| case["verdict"] == "pass").unwrap()["requests"] = json!(0);
        },
        "nothing was sent for it",
    ),
    (
        "clause",
        |p, _| {
            let mut clauses = p["operations"][0]["clauses"]
                .as_array_mut()
                .unwrap()
                .iter_mut();
            clauses
                .find(|clause| clause["verdict"] == "violated")
                .unwrap()["verdict"] = json!("verified");
        },
        "which its cases and observations contradict",
    ),
    (
        "version",
        |p, _| p["tool_version"] = json!("9.9.9"),
        "written by version 9.9.9",
    ),
    (
        "suite",
        |p, _| p["operations"][0]["files"]["service.toml"] = json!("0"),
        "the plan's digest",
    ),
    (
        "operation",
        |p, _| p["operations"][0]["operation"] = json!("another"),
        "the plan's digest is not that of its operations",
    ),
    (
        "target",
        |p, _| p["target"] = json!("another"),
        "its target differs",
    ),
    (
        "address",
        |p, _| p["base_url"] = json!("http://127.0.0.2:1/"),
        "its address differs",
    ),
    ("seed", |p, _| p["seed"] = json!(4), "its seed differs"),
    (
        "strict",
        |p, _| p["strict"] = json!(true),
        "its --strict differs",
    ),
    (
        "statement",
        |p, _| {
            p["operations"][0]["clauses"].as_array_mut().unwrap().pop();
        },
        "",
    ),
    (
        "stopped",
        |p, _| p["stopped"] = json!("interrupted"),
        "the run ended early: interrupted",
    ),
    (
        "interrupted",
        |p, _| {
            p["verdict"] = json!("interrupted");
            p["exit_code"] = json!(143);
        },
        "its verdict is 'interrupted'",
    ),
    (
        "no part",
        |p, _| p["plan"]["shard"] = json!({"index": 3, "count": 2}),
        "its shard is none",
    ),
    (
        "no shard at all",
        |p, _| p["plan"]["shard"] = json!({"index": 0, "count": 0}),
        "its shard is none",
    ),
    (
        "no statements",
        |p, _| p["operations"][0]["clauses"] = json!([]),
        "",
    ),
    (
        "a statement reworded",
        |p, _| p["operations"][0]["clauses"][0]["statement"] = json!("anything goes"),
        "the plan's digest",
    ),
    (
        "a statement renamed",
        |p, _| p["operations"][0]["clauses"][0]["id"] = json!("request/path/project_id/nothing"),
        "the plan's digest",
    ),
    (
        "a statement said to be unchecked",
        |p, _| {
            p["operations"][0]["clauses"][0]["unchecked"] = json!(true);
            count(p, "unchecked_statements", 1);
        },
        "the plan's digest",
    ),
    (
        "corrections",
        |p, _| {
            p["operations"][0]["corrections"] =
                json!([{"clause": "status/200", "source_says": "", "holds": "", "reason": "x"}]);
        },
        "the plan's digest",
    ),
    (
        "weaknesses",
        |p, _| p["operations"][0]["weaknesses"] = json!(["x"]),
        "the plan's digest",
    ),
    (
        "fewer requests than planned",
        |p, _| {
            let planned = p["operations"][0]["plan"]["items"]
                .as_array()
                .unwrap()
                .clone();
            let is_long = |case: &Value| {
                let item = planned.iter().find(|item| item["id"] == case["id"]);
                let is_refused =
                    |item: &Value| item["expect"].as_array().unwrap().contains(&json!(401));
                case["verdict"] == "pass"
                    && item.is_some_and(|item| {
                        item["requests"].as_u64() > Some(1) && !is_refused(item)
                    })
            };
            let mut cases = p["operations"][0]["cases"]
                .as_array_mut()
                .unwrap()
                .iter_mut();
            cases.find(|case| is_long(case)).unwrap()["requests"] = json!(1);
        },
        "judged 1 requests, and its plan says",
    ),
    (
        "expected statuses widened",
        |p, at| p["operations"][0]["cases"][at]["expect"] = json!([200, 400, 401, 403, 404, 500]),
        "another set of expected statuses than its plan says",
    ),
    (
        "another clause",
        |p, at| p["operations"][0]["cases"][at]["clause"] = json!("status/200"),
        "another clause than its plan says",
    ),
    (
        "another summary",
        |p, at| p["operations"][0]["cases"][at]["summary"] = json!("x"),
        "another summary than its plan says",
    ),
    (
        "without an address",
        |p, _| p["base_url"] = Value::Null,
        "has no address",
    ),
    (
        "longer than any run",
        |p, _| {
            let years: u64 = 10 * 365 * 24 * 3600 * 1000;
            p["totals"]["elapsed_ms"] = json!(years);
            let started = parse_time(p["started_at"].as_str().unwrap()).unwrap();
            let ended = started + std::time::Duration::from_millis(years);
            p["ended_at"] = json!(written(ended));
        },
        "longer than any run",
    ),
    (
        "longer than any calendar",
        |p, _| p["totals"]["elapsed_ms"] = json!(1_000_000_000_000_000_000_u64),
        "it ended at another time",
    ),
    (
        "known for ever",
        |p, at| {
            p["operations"][0]["cases"][at]["verdict"] = json!("known");
            p["operations"][0]["cases"][at]["accepted"] = json!({"reason": "why", "until": "9999-12-31", "accepted": "2026-01-01", "ends_soon": false});
            move_total(p, "fail", "known");
        },
        "over 366 days",
    ),
    (
        "more members than any report",
        |p, _| p["operations"][0]["weaknesses"] = json!(vec!["x"; 2_000_000]),
        "more members than any report",
    ),
    (
        "unknown member",
        |p, _| p["totals"]["green"] = json!(1),
        "unknown field",
    ),
];

#[test]
fn a_part_that_does_not_add_up_is_refused_with_its_name_and_reason() {
    let server = Serving::faulty(FAULT);
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    parts(&server, at);
    assert_eq!(run(at, &["merge", "1.json", "2.json"]).0, 1);
    let (name, case) = failing(at);
    let path = at.join(name);
    let genuine = read(&path);
    for (what, edit, reason) in EDITS {
        let mut part = genuine.clone();
        edit(&mut part, case);
        recount(&mut part);
        assert_ne!(part, genuine, "{what}");
        write(&path, &part);
        let (code, text) = run(at, &["merge", "1.json", "2.json"]);
        assert_eq!(code, 2, "{what}: {text}");
        assert!(text.contains(reason), "{what}: {text}");
        assert!(text.contains(".json:"), "{what}: {text}");
    }
    write(&path, &genuine);
    std::fs::copy(at.join("1.json"), at.join("copy.json")).unwrap();
    for (reports, reason) in [
        (
            &["1.json", "copy.json", "2.json"][..],
            "shard 1/2 is there twice",
        ),
        (&["1.json"], "shard 2/2 is missing"),
    ] {
        let (code, text) = run(at, &[&["merge"], reports].concat());
        assert!(code == 2 && text.contains(reason), "{text}");
    }
}

/// Acceptances and skipped cases are no reason to refuse.
#[test]
fn genuine_parts_of_every_kind_are_joined() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let server = Serving::faulty(FAULT);
    finish(&mut server.command(at, &["-q", "--seed", "3"]));
    let until = days_after(today(), 9).to_string();
    let accept = ["accept", "--reason", "known to us", "--until", &until];
    assert_eq!(run(at, &accept).0, 0);
    parts(&server, at);
    let merge = ["merge", "1.json", "2.json", "--out", "whole.json"];
    let (code, text) = run(at, &merge);
    assert_eq!(code, 0, "{text}");
    let whole = read(&at.join("whole.json"));
    assert_eq!(
        (&whole["verdict"], &whole["totals"]["known"]),
        (&json!("conforms"), &json!(2))
    );
    // Without provocations most statuses are skipped; the embedded server has any port.
    halves(at);
    let (code, text) = run(at, &merge);
    assert_eq!(code, 0, "{text}");
}
