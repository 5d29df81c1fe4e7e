//! The GitHub action, the GitLab template and the Kubernetes Job: read by a YAML reader,
//! and their own commands run against the reference server.
use crate::support::{Serving, conformant, finish};
use conformant::selftest::access;
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const VERSION: &str = env!("CARGO_PKG_VERSION");
const BINARY: &str = env!("CARGO_BIN_EXE_conformant");
const FAULT: &str = "200-total-num-is-string";
const CITED: &str = "Table 3, row 11 (total_num)";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// The documents of a YAML file of this repository.
fn documents(path: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(Path::new(ROOT).join(path)).unwrap();
    serde_yaml_ng::Deserializer::from_str(&text)
        .map(|document| {
            Value::deserialize(document).unwrap_or_else(|error| panic!("{path}: {error}"))
        })
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(text).collect()
}

/// `bash` in `folder` with nothing inherited that steers the binary.
fn bash(folder: &Path, script: &str) -> Command {
    let clean = conformant(folder, &[]);
    let mut command = Command::new("bash");
    command.current_dir(folder).args(["-c", script]);
    for (name, value) in clean.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// A folder of releases as a mirror has it; the binary in the archive is a script that
/// runs the one under test.
fn releases(folder: &Path) -> String {
    let machine = std::env::consts::ARCH;
    let name = format!("conformant-{VERSION}-{machine}-unknown-linux-gnu");
    let release = folder.join(format!("releases/v{VERSION}"));
    std::fs::create_dir_all(release.join(&name)).unwrap();
    let binary = release.join(&name).join("conformant");
    std::fs::write(&binary, format!("#!/bin/sh\nexec '{BINARY}' \"$@\"\n")).unwrap();
    std::fs::set_permissions(&binary, std::fs::Permissions::from_mode(0o755)).unwrap();
    let script =
        format!("tar -czf {name}.tar.gz {name} && rm -r {name} && sha256sum *.tar.gz >SHA256SUMS");
    assert_eq!(finish(&mut bash(&release, &script)), (0, String::new()));
    format!("file://{}/releases", folder.display())
}

/// A targets file as a repository holds it, for this server.
fn targets(folder: &Path, url: &str) {
    let access = access();
    let text = format!(
        "[target.staging]\nbase_url = \"{url}\"\nproject_id = \"{}\"\nforeign_project_id = \"{}\"\ntoken = {{ env = \"DBSS_TOKEN\" }}\n",
        access.project_id, access.foreign_project_id
    );
    std::fs::write(folder.join("targets.toml"), text).unwrap();
}

/// What a step of the action left.
struct Outcome {
    code: i32,
    log: String,
    summary: String,
    outputs: String,
}

/// Runs the steps of action.yml as a runner does, with these inputs.
fn act(folder: &Path, inputs: &[(&str, &str)]) -> Outcome {
    let action = documents("action.yml").remove(0);
    let mut given: BTreeMap<String, String> = BTreeMap::new();
    for (name, input) in action["inputs"].as_object().unwrap() {
        given.insert(format!("inputs.{name}"), text(&input["default"]).to_owned());
    }
    for (name, value) in inputs {
        let known = given.insert(format!("inputs.{name}"), (*value).to_owned());
        assert!(known.is_some(), "action.yml has no input {name}");
    }
    let (temporary, summary) = (folder.join("runner"), folder.join("summary"));
    std::fs::create_dir_all(&temporary).unwrap();
    std::fs::write(&summary, "").unwrap();
    let mut outcome = Outcome {
        code: 0,
        log: String::new(),
        summary: String::new(),
        outputs: String::new(),
    };
    for step in action["runs"]["steps"].as_array().unwrap() {
        let outputs = folder.join("outputs");
        std::fs::write(&outputs, "").unwrap();
        let mut command = bash(folder, text(&step["run"]));
        command
            .env("GITHUB_ACTION_PATH", ROOT)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("GITHUB_OUTPUT", &outputs)
            .env("RUNNER_TEMP", &temporary)
            .env("CI", "true");
        for (name, value) in step["env"].as_object().unwrap() {
            command.env(name, &given[expression(text(value))]);
        }
        let (code, log) = finish(&mut command);
        outcome.code = code;
        outcome.log.push_str(&log);
        let written = std::fs::read_to_string(&outputs).unwrap();
        for (name, value) in written.lines().filter_map(|line| line.split_once('=')) {
            let step = text(&step["id"]);
            given.insert(format!("steps.{step}.outputs.{name}"), value.to_owned());
        }
        outcome.outputs.push_str(&written);
        if code != 0 {
            break;
        }
    }
    outcome.summary = std::fs::read_to_string(&summary).unwrap();
    outcome
}

/// `NAME` of `${{ NAME }}`.
fn expression(value: &str) -> &str {
    let inner = value
        .strip_prefix("${{ ")
        .and_then(|rest| rest.strip_suffix(" }}"));
    inner.unwrap_or_else(|| panic!("no single expression: {value}"))
}

/// The action against a server, with everything that a user would give.
fn act_on(folder: &Path, url: &str, more: &[(&str, &str)]) -> Outcome {
    targets(folder, url);
    let token = access().token;
    let given = [
        ("target", "staging"),
        ("token", token.as_str()),
        ("token-env", "DBSS_TOKEN"),
        ("provoke", "500=Prefer: code=500\n403=Prefer: code=403\n"),
        ("reports", "junit=conformance.xml\nhtml=conformance.html\n"),
        ("binary", BINARY),
    ];
    act(folder, &[&given[..], more].concat())
}

#[test]
fn the_action_hands_inputs_on_as_variables_alone() {
    let action = documents("action.yml").remove(0);
    assert_eq!(action["runs"]["using"], "composite");
    let mut used = BTreeSet::new();
    for step in action["runs"]["steps"].as_array().unwrap() {
        assert_eq!(step["shell"], "bash");
        assert!(
            !text(&step["run"]).contains("${{"),
            "an expression in a script is code"
        );
        for value in step["env"].as_object().unwrap().values() {
            used.extend(expression(text(value)).strip_prefix("inputs."));
        }
    }
    let declared = action["inputs"].as_object().unwrap();
    assert_eq!(used, declared.keys().map(String::as_str).collect());
    for (name, input) in declared {
        assert!(!text(&input["description"]).is_empty(), "{name}");
    }
    assert_eq!(action["inputs"]["version"]["default"], VERSION);
    assert_eq!(
        action["outputs"]["exit-code"]["value"],
        "${{ steps.run.outputs.exit-code }}"
    );
}

#[test]
fn the_action_passes_a_conforming_target_with_a_summary() {
    let folder = folder();
    let server = Serving::conforming();
    let outcome = act_on(folder.path(), &server.url, &[]);
    assert_eq!(outcome.code, 0, "{}", outcome.log);
    assert!(!outcome.log.contains("::error"), "{}", outcome.log);
    assert!(outcome.summary.contains("conforms"), "{}", outcome.summary);
    assert!(
        outcome.outputs.contains("exit-code=0\n"),
        "{}",
        outcome.outputs
    );
    for report in ["conformance.xml", "conformance.html"] {
        assert!(folder.path().join(report).is_file(), "{report}");
    }
    // Only the line that masks it may name the token.
    let mask = format!("::add-mask::{}\n", access().token);
    assert!(
        !outcome.log.replacen(&mask, "", 1).contains(&access().token),
        "{}",
        outcome.log
    );
    assert!(outcome.log.starts_with(&mask), "{}", outcome.log);
}

#[test]
fn the_action_fails_a_broken_target_with_annotations_that_cite_the_page() {
    let folder = folder();
    let server = Serving::faulty(FAULT);
    let outcome = act_on(folder.path(), &server.url, &[]);
    assert_eq!(outcome.code, 1, "{}", outcome.log);
    let errors = outcome
        .log
        .lines()
        .filter(|line| line.starts_with("::error"));
    assert!(
        errors.clone().any(|line| line.contains(CITED)),
        "{}",
        outcome.log
    );
    assert!(
        outcome.summary.contains("does not conform"),
        "{}",
        outcome.summary
    );
    assert!(
        outcome.outputs.contains("exit-code=1\n"),
        "{}",
        outcome.outputs
    );
}

#[test]
fn the_action_passes_the_other_exit_codes_on_and_says_why() {
    let folder = folder();
    let mut server = Serving::conforming();
    let outcome = act_on(folder.path(), &server.url, &[("filters", "no-such-case")]);
    assert_eq!(outcome.code, 4, "{}", outcome.log);
    let outcome = act_on(folder.path(), &server.url, &[("target", "production")]);
    assert_eq!(outcome.code, 2, "{}", outcome.log);
    assert!(
        outcome
            .log
            .contains("::error title=conformant::exit code 2"),
        "{}",
        outcome.log
    );
    assert!(
        outcome.summary.contains("exit code 2"),
        "{}",
        outcome.summary
    );
    server.stop();
    let outcome = act_on(folder.path(), &server.url, &[]);
    assert_eq!(outcome.code, 3, "{}", outcome.log);
    assert!(
        outcome.outputs.contains("exit-code=3\n"),
        "{}",
        outcome.outputs
    );
}

#[test]
fn no_input_of_the_action_is_run_as_a_command() {
    let folder = folder();
    let server = Serving::conforming();
    let trap = "$(touch trap); touch trap #`touch trap`";
    for input in [
        "filters",
        "operation",
        "seed",
        "token-env",
        "binary",
        "version",
        "project-id",
        "reports",
        "releases",
    ] {
        let more = [
            (input, trap),
            ("binary", if input == "binary" { trap } else { BINARY }),
        ];
        let outcome = act_on(
            folder.path(),
            &server.url,
            if input == "releases" || input == "version" {
                &more[..1]
            } else {
                &more
            },
        );
        assert!(
            !folder.path().join("trap").exists(),
            "{input}: {}",
            outcome.log
        );
    }
}

#[test]
fn the_action_installs_a_release_and_refuses_one_that_was_altered() {
    let folder = folder();
    let from = releases(folder.path());
    let server = Serving::conforming();
    let download = [("binary", ""), ("releases", from.as_str())];
    let outcome = act_on(folder.path(), &server.url, &download);
    assert_eq!(outcome.code, 0, "{}", outcome.log);

    let other = "0".repeat(64);
    let pinned = [&download[..], &[("sha256", other.as_str())]].concat();
    let missing = [&download[..], &[("version", "9.9.9")]].concat();
    for (inputs, why) in [
        (pinned, "is not the file"),
        (missing, "release 9.9.9 was not found"),
    ] {
        let outcome = act_on(folder.path(), &server.url, &inputs);
        assert_eq!(outcome.code, 2, "{}", outcome.log);
        assert!(outcome.log.contains(why), "{}", outcome.log);
        assert!(!outcome.outputs.contains("binary="), "{}", outcome.outputs);
    }

    let release = folder.path().join(format!("releases/v{VERSION}"));
    finish(&mut bash(&release, "echo >>*.tar.gz"));
    let outcome = act_on(folder.path(), &server.url, &download);
    assert_eq!(outcome.code, 2, "{}", outcome.log);
    assert!(outcome.log.contains("is not the file"), "{}", outcome.log);
}

/// Runs a job of the GitLab template as a runner does: its lines in one shell, which
/// ends at the first that fails.
fn gitlab(folder: &Path, job: &str, variables: &[(&str, &str)]) -> (i32, String) {
    let pipeline = documents("ci/gitlab.yml").remove(0);
    let base = &pipeline[text(&pipeline[job]["extends"])];
    let lines = [
        texts(&base["before_script"]),
        texts(&pipeline[job]["script"]),
    ]
    .concat();
    let mut command = bash(folder, &format!("set -e\n{}", lines.join("\n")));
    for (name, value) in base["variables"].as_object().unwrap() {
        command.env(name, text(value));
    }
    finish(command.envs(variables.iter().copied()))
}

/// All jobs of the template against a server: the exit codes of the parts, that of the
/// verdict, and its log.
fn gitlab_pipeline(server: &Serving) -> (Vec<i32>, i32, String) {
    let folder = folder();
    let from = releases(folder.path());
    targets(folder.path(), &server.url);
    let parts = documents("ci/gitlab.yml").remove(0)["conformance"]["parallel"]
        .as_u64()
        .unwrap();
    let (token, total) = (access().token, parts.to_string());
    let mut codes = Vec::new();
    for part in 1..=parts {
        let (code, log) = gitlab(
            folder.path(),
            "conformance",
            &[
                ("RELEASES", &from),
                ("DBSS_TOKEN", &token),
                ("CI", "true"),
                ("CI_PIPELINE_ID", "4711"),
                ("CI_NODE_INDEX", &part.to_string()),
                ("CI_NODE_TOTAL", &total),
            ],
        );
        assert!(code <= 1, "{log}");
        codes.push(code);
    }
    let (code, log) = gitlab(folder.path(), "conformance-verdict", &[("RELEASES", &from)]);
    let pipeline = documents("ci/gitlab.yml").remove(0);
    let artifacts = &pipeline["conformance-verdict"]["artifacts"];
    for report in [&artifacts["paths"][0], &artifacts["reports"]["junit"]] {
        assert!(
            folder.path().join(text(report)).is_file(),
            "{report}: {log}"
        );
    }
    (codes, code, log)
}

#[test]
fn the_gitlab_template_joins_its_parts_to_one_verdict() {
    let (parts, code, log) = gitlab_pipeline(&Serving::conforming());
    assert_eq!((parts, code), (vec![0, 0, 0], 0), "{log}");
    let (parts, code, log) = gitlab_pipeline(&Serving::faulty(FAULT));
    assert!(parts.contains(&1), "{parts:?}");
    assert_eq!(code, 1, "{log}");
    let pipeline = documents("ci/gitlab.yml").remove(0);
    assert_eq!(pipeline[".conformant"]["variables"]["RELEASE"], VERSION);
    for job in ["conformance", "conformance-verdict"] {
        assert_eq!(pipeline[job]["artifacts"]["when"], "always", "{job}");
    }
    assert_eq!(pipeline["conformance-verdict"]["when"], "always");
    assert_eq!(
        pipeline["conformance-verdict"]["needs"][0]["job"],
        "conformance"
    );
}

/// The container of the Job, and the targets file that the ConfigMap gives it.
fn kubernetes() -> (Value, String) {
    let documents = documents("ci/kubernetes.yaml");
    let of = |kind: &str| {
        documents
            .iter()
            .find(|document| document["kind"] == kind)
            .unwrap()
    };
    let pod = of("Job")["spec"]["template"]["spec"].clone();
    let targets = text(&of("ConfigMap")["data"]["targets.toml"]).to_owned();
    assert_eq!(
        of("ConfigMap")["metadata"]["name"],
        pod["volumes"][0]["configMap"]["name"]
    );
    assert_eq!(
        of("PersistentVolumeClaim")["metadata"]["name"],
        pod["volumes"][2]["persistentVolumeClaim"]["claimName"]
    );
    (pod, targets)
}

#[test]
fn the_kubernetes_job_runs_as_it_stands_and_ends_with_the_verdict() {
    let (pod, written) = kubernetes();
    let container = &pod["containers"][0];
    for (server, expected) in [(Serving::conforming(), 0), (Serving::faulty(FAULT), 1)] {
        // The mounts of the container, below a folder.
        let folder = folder();
        let root = folder.path();
        for mount in container["volumeMounts"].as_array().unwrap() {
            std::fs::create_dir_all(root.join(&text(&mount["mountPath"])[1..])).unwrap();
        }
        for part in ["schemas", "cases"] {
            let script = format!("mkdir -p work/suite && cp -r '{ROOT}/{part}' work/suite/");
            assert_eq!(finish(&mut bash(root, &script)).0, 0);
        }
        let base = "https://dbss.example.com";
        assert!(written.contains(base) && written.contains(&access().project_id));
        let file = root.join("etc/conformant/targets.toml");
        std::fs::write(file, written.replace(base, &server.url)).unwrap();
        let inside = |path: &str| format!("{}{path}", root.display());
        let arguments: Vec<String> = texts(&container["args"])
            .into_iter()
            .map(|argument| match argument.split_once('/') {
                Some((before, path)) => format!("{before}{}", inside(&format!("/{path}"))),
                None => argument.to_owned(),
            })
            .collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let work = inside(text(&container["workingDir"]));
        let mut command = conformant(Path::new(&work), &arguments);
        for variable in container["env"].as_array().unwrap() {
            let value = variable["value"].as_str().map(str::to_owned);
            command.env(text(&variable["name"]), value.unwrap_or(access().token));
        }
        let (code, log) = finish(&mut command);
        assert_eq!(code, expected, "{log}");
        for report in [
            "conformance.json",
            "conformance.xml",
            "conformance.html",
            "evidence.ndjson",
        ] {
            assert!(
                root.join("reports").join(report).is_file(),
                "{report}: {log}"
            );
        }
    }
}

#[test]
fn the_kubernetes_job_asks_for_no_right_that_it_does_not_need() {
    let (pod, _) = kubernetes();
    assert_eq!(pod["restartPolicy"], "Never");
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    let containerfile = std::fs::read_to_string(Path::new(ROOT).join("Containerfile")).unwrap();
    let user = pod["securityContext"]["runAsUser"].to_string();
    assert!(
        containerfile.contains(&format!("USER {user}:{user}\n")),
        "{user}"
    );
    let mounted: BTreeSet<&str> = texts_of(&pod["volumes"], "name");
    for container in [&pod["containers"][0], &pod["initContainers"][0]] {
        let context = &container["securityContext"];
        assert_eq!(context["readOnlyRootFilesystem"], true);
        assert_eq!(context["allowPrivilegeEscalation"], false);
        assert!(texts_of(&container["volumeMounts"], "name").is_subset(&mounted));
    }
    assert!(text(&pod["containers"][0]["image"]).ends_with(&format!(":{VERSION}")));
}

fn texts_of<'a>(list: &'a Value, member: &str) -> BTreeSet<&'a str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|one| text(&one[member]))
        .collect()
}
