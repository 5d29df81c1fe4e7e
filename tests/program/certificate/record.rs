//! A record that was rewritten by somebody who can make its footer, the digest in the
//! certificate and the signature again: what is judged comes out otherwise.

use super::fixture::{Setting, certified, full, own, public, today};
use conformant::certificate::{Conformant, Evidence, verify};
use conformant::digest::Sha256;
use serde_json::Value;
use std::path::Path;

fn lines() -> Vec<String> {
    let text = std::fs::read_to_string(&full().record).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// Writes lines (header and exchanges) with a footer that fits them.
fn seal(path: &Path, lines: &[String], verdict: &str) {
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let digest: String = Sha256::digest(&body)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let exchanges = lines.len() - 1;
    let footer = format!(
        "{{\"exchanges\":{exchanges},\"sha256\":\"{digest}\",\"verdict\":\"{verdict}\",\"exit_code\":0}}\n"
    );
    std::fs::write(path, body + &footer).unwrap();
}

/// What verification says once everything but the judgement fits again.
fn says(lines: &[String]) -> String {
    says_of(lines, "conforms", |_| {})
}

/// The same of a record that ended with `verdict`, and of a certificate that was changed.
fn says_of(lines: &[String], verdict: &str, change: impl Fn(&mut Conformant)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.ndjson");
    seal(&path, lines, verdict);
    let certificate = full().resigned(|statement| {
        statement.predicate.conformant.evidence = Evidence::file(&path).unwrap();
        change(&mut statement.predicate.conformant);
    });
    match verify(
        &certificate,
        own(),
        Some(&public()),
        false,
        today(),
        Some(&path),
    ) {
        Ok(_) => "holds".into(),
        Err(rejection) => rejection.to_string(),
    }
}

/// The first line behind `from` that is of this case, changed.
fn changed(id: &str, from: usize, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut lines = lines();
    lines.pop();
    let at = (from..lines.len())
        .find(|at| lines[*at].contains(&format!("{{\"case\":\"{id}\"")))
        .unwrap();
    let mut line: Value = serde_json::from_str(&lines[at]).unwrap();
    change(&mut line);
    lines[at] = line.to_string();
    lines
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn the_same_record_sealed_again_still_holds() {
    let mut lines = lines();
    lines.pop();
    assert_eq!(says(&lines), "holds");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_changed_reply_comes_to_another_verdict() {
    let accepted = changed("show-audit-task-status/token/missing", 1, |line| {
        line["outcome"]["reply"]["status"] = 200.into();
    });
    assert!(
        says(&accepted)
            .contains("judged again, show-audit-task-status/token/missing is fail and not pass")
    );
    let silent = changed("show-audit-task-status/valid/risk", 1, |line| {
        line["outcome"] = serde_json::json!({ "no-reply": "closed" });
    });
    assert!(
        says(&silent)
            .contains("judged again, show-audit-task-status/valid/risk is fail and not pass")
    );
    let body = changed("show-audit-task-status/valid/risk", 1, |line| {
        let reply = &mut line["outcome"]["reply"];
        let text = reply["body"]
            .as_str()
            .unwrap()
            .replacen("\"total_num\"", "\"total_mun\"", 1);
        reply["body"] = text.into();
    });
    assert!(says(&body).contains("the body does not have its SHA-256"));
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_changed_request_is_none_of_the_plan() {
    // A valid request in place of an invalid one would make any server pass.
    let valid = lines()
        .into_iter()
        .find(|line| line.contains("{\"case\":\"show-audit-task-status/valid/audit\""))
        .map(|line| serde_json::from_str::<Value>(&line).unwrap())
        .unwrap();
    for id in [
        "show-audit-task-status/busi_type/in-upper-case",
        "show-audit-task-status/any/busi_type-enum",
    ] {
        let swapped = changed(id, 1, |line| {
            line["request"] = valid["request"].clone();
            line["outcome"] = valid["outcome"].clone();
        });
        let says = says(&swapped);
        assert!(
            says.contains(&format!("is no request that {id} sends")),
            "{says}"
        );
    }
    let token = changed("show-audit-task-status/token/missing", 1, |line| {
        line["request"]["headers"] = valid["request"]["headers"].clone();
    });
    assert!(says(&token).contains("is no request that show-audit-task-status/token/missing sends"));
    let unknown = changed("show-audit-task-status/token/missing", 1, |line| {
        line["case"] = "show-audit-task-status/token/unknown".into();
    });
    assert!(says(&unknown).contains("show-audit-task-status/token/unknown"));
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn no_exchange_takes_longer_than_its_deadline() {
    let late = changed("show-audit-task-status/valid/risk", 1, |line| {
        line["elapsed_ms"] = 10_001.into();
    });
    let says_late = says(&late);
    assert!(
        says_late.contains("took 10001 ms, longer than the deadline of 10000 ms"),
        "{says_late}"
    );
    // A longer deadline is one that everybody reads.
    let longer = says_of(&late, "conforms", |ours| ours.target.deadline_ms = 20_000);
    assert_eq!(longer, "holds");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn the_record_of_a_run_that_failed_keeps_its_verdict() {
    let mut lines = lines();
    lines.pop();
    let says = says_of(&lines, "does not conform", |_| {});
    assert!(says.contains("its exit code or verdict is not"), "{says}");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn ones_own_project_is_nobody_elses() {
    let mut lines = lines();
    lines.pop();
    let mut header: Value = serde_json::from_str(&lines[0]).unwrap();
    header["foreign_project_id"] = header["project_id"].clone();
    lines[0] = header.to_string();
    let says = says(&lines);
    assert!(
        says.contains("project of another tenant is the one"),
        "{says}"
    );
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn every_wrong_token_was_sent() {
    for recipe in ["case-swapped", "reversed", "kept", "cut"] {
        let mut short = lines();
        short.pop();
        let at = short
            .iter()
            .position(|line| {
                line.contains("{\"case\":\"show-audit-task-status/any/wrong-token\"")
                    && line.contains(recipe)
            })
            .unwrap_or_else(|| panic!("no {recipe}"));
        short.remove(at);
        let says = says_of(&short, "conforms", |ours| {
            let of_id = |test: &&mut conformant::certificate::Test| {
                test.id == "show-audit-task-status/any/wrong-token"
            };
            ours.operations[0]
                .tests
                .iter_mut()
                .find(of_id)
                .unwrap()
                .requests -= 1;
        });
        assert!(says.contains("counts"), "{recipe}: {says}");
    }
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_record_with_less_in_it_is_not_whole() {
    let mut short = lines();
    short.pop();
    let at = short
        .iter()
        .rposition(|line| line.contains("{\"case\":\"show-audit-task-status/any/busi_type-enum\""))
        .unwrap();
    short.remove(at);
    assert!(says(&short).contains("in round 3, show-audit-task-status/any/busi_type-enum sent 1"));

    // A control that was not sent at the end: its case has more requests elsewhere.
    let mut uncontrolled = lines();
    uncontrolled.pop();
    uncontrolled.pop();
    assert!(says(&uncontrolled).contains("in round 3, show-audit-task-status/valid/audit sent 1"));

    let round = |line: &String| line.contains("\"round\":3");
    let mut two: Vec<String> = lines();
    two.pop();
    two.retain(|line| !round(line));
    assert!(says(&two).contains("in round 3,"));
    let fourth = changed("show-audit-task-status/valid/risk", 1, |line| {
        line["round"] = 4.into();
    });
    assert!(says(&fourth).contains("is no request that show-audit-task-status/valid/risk sends"));
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn more_of_the_same_does_not_fit_the_counts() {
    let mut more = lines();
    more.pop();
    more.push(more[1].clone());
    let says = says(&more);
    assert!(says.contains("requests, and the record holds"), "{says}");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_record_of_another_run_is_told_by_its_header() {
    for (key, value, what) in [
        ("target", Value::from("other"), "target"),
        ("base_url", "http://127.0.0.1:1/".into(), "address"),
        ("seed", 7.into(), "seed"),
        ("tool_version", "0.0.9".into(), "tool version"),
        (
            "operations",
            serde_json::json!(["list-kettles"]),
            "list of operations",
        ),
        ("plan_digest", "0".repeat(64).into(), "plan digest"),
        ("digests", serde_json::json!({}), "suite"),
        ("limits", serde_json::json!({ "body_bytes": 1 }), "limits"),
        (
            "foreign_project_id",
            Value::Null,
            "project of another tenant",
        ),
    ] {
        let mut lines = lines();
        lines.pop();
        let mut header: Value = serde_json::from_str(&lines[0]).unwrap();
        header[key] = value;
        lines[0] = header.to_string();
        let says = says(&lines);
        assert!(
            says.contains(&format!("its {what} is not the certificate's")),
            "{says}"
        );
    }
    // Another project: every request is another one.
    let mut lines = lines();
    lines.pop();
    let mut header: Value = serde_json::from_str(&lines[0]).unwrap();
    header["project_id"] = "f".repeat(32).into();
    lines[0] = header.to_string();
    assert!(says(&lines).contains("is no request that"));
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_true_record_of_another_server_does_not_fit() {
    let other = certified(Setting::default()).unwrap();
    let bytes = full().resigned(|_| {});
    let record = Some(other.record.as_path());
    let rejection = verify(&bytes, own(), Some(&public()), false, today(), record).unwrap_err();
    assert!(rejection.to_string().contains("SHA-256"), "{rejection}");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_certificate_that_says_more_than_its_record_is_refused() {
    let record = Some(full().record.as_path());
    let says = |change: &dyn Fn(&mut Conformant)| {
        let bytes = full().resigned(|statement| change(&mut statement.predicate.conformant));
        verify(&bytes, own(), Some(&public()), false, today(), record)
            .unwrap_err()
            .to_string()
    };
    let more = says(&|ours| ours.operations[0].clauses[4].observations += 1);
    assert!(
        more.contains("judged again, the clause response/200/body is"),
        "{more}"
    );
    let requests = says(&|ours| ours.operations[0].tests[5].requests += 1);
    assert!(
        requests.contains("requests, and the record holds"),
        "{requests}"
    );
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_cut_record_is_told_from_a_changed_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.ndjson");
    let whole = std::fs::read(&full().record).unwrap();
    let certificate = full().resigned(|_| {});
    let says = || {
        let record = Some(path.as_path());
        verify(&certificate, own(), Some(&public()), false, today(), record)
            .unwrap_err()
            .to_string()
    };
    for length in [0, 1, whole.len() / 2, whole.len() - 30] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(says().contains("is cut off"), "{length}: {}", says());
    }
    std::fs::remove_file(&path).unwrap();
    assert!(says().contains("cannot read"), "{}", says());
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_record_of_any_size_takes_no_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.ndjson");
    let file = std::fs::File::create(&path).unwrap();
    let certificate = full().resigned(|_| {});
    let began = std::time::Instant::now();
    for bytes in [1 << 29, 1 << 30, (1 << 30) + 1, 1 << 40] {
        file.set_len(bytes).unwrap();
        let record = Some(path.as_path());
        let refused = verify(&certificate, own(), Some(&public()), false, today(), record);
        let refused = refused.unwrap_err().to_string();
        assert!(
            refused.contains("cut off") || refused.contains("are more than"),
            "{refused}"
        );
    }
    let says = |change: &dyn Fn(&mut Conformant)| {
        let bytes = full().resigned(|statement| change(&mut statement.predicate.conformant));
        verify(&bytes, own(), Some(&public()), false, today(), Some(&path))
            .unwrap_err()
            .to_string()
    };
    for cases in [10_001, u32::MAX] {
        let says = says(&|ours| ours.plan.cases_per_property = Some(cases));
        assert!(says.contains("more than the 10000"), "{says}");
    }
    assert!(began.elapsed() < std::time::Duration::from_secs(10));
}
