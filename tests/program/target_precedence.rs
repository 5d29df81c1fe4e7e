//! Option, then variable, then targets file, then default: every key in a table,
//! observed at what `--dry-run` says it would do.
use crate::support::target::{conformant, folder, outcome};

/// Key as `--dry-run` prints it, option, variable, and the three given values as
/// they are given and as they are printed; last, the default as printed.
struct Row {
    key: &'static str,
    option: &'static str,
    variable: &'static str,
    file: &'static str,
    given: [&'static str; 3],
    printed: [&'static str; 4],
}

const TABLE: &[Row] = &[
    Row {
        key: "body_bytes",
        option: "--limit",
        variable: "CONFORMANT_LIMIT",
        file: "limits = { body_bytes = 3 }",
        given: ["body_bytes=1", "body_bytes=2", ""],
        printed: ["1", "2", "3", ""],
    },
    Row {
        key: "base_url",
        option: "--base-url",
        variable: "CONFORMANT_BASE_URL",
        file: "",
        given: ["http://option", "http://variable", ""],
        printed: [
            "http://option",
            "http://variable",
            "http://file",
            "http://file",
        ],
    },
    Row {
        key: "project_id",
        option: "--project-id",
        variable: "CONFORMANT_PROJECT_ID",
        file: "project_id = \"by-file-9abcdef0123456789abcdef01\"",
        given: [
            "by-option-abcdef0123456789abcdef",
            "by-variable-cdef0123456789abcdef",
            "",
        ],
        printed: [
            "by-option-abcdef0123456789abcdef",
            "by-variable-cdef0123456789abcdef",
            "by-file-9abcdef0123456789abcdef01",
            "",
        ],
    },
    Row {
        key: "foreign_project_id",
        option: "--foreign-project-id",
        variable: "CONFORMANT_FOREIGN_PROJECT_ID",
        file: "foreign_project_id = \"by-file-9abcdef0123456789abcdef01\"",
        given: [
            "by-option-abcdef0123456789abcdef",
            "by-variable-cdef0123456789abcdef",
            "",
        ],
        printed: [
            "by-option-abcdef0123456789abcdef",
            "by-variable-cdef0123456789abcdef",
            "by-file-9abcdef0123456789abcdef01",
            "",
        ],
    },
    Row {
        key: "token",
        option: "--token-env",
        variable: "CONFORMANT_TOKEN_ENV",
        file: "token = { env = \"FILE_TOKEN\" }",
        given: ["OPTION_TOKEN", "VARIABLE_TOKEN", ""],
        printed: [
            "the variable OPTION_TOKEN",
            "the variable VARIABLE_TOKEN",
            "the variable FILE_TOKEN",
            "the variable CONFORMANT_TOKEN",
        ],
    },
    Row {
        key: "token",
        option: "--token-env",
        variable: "CONFORMANT_TOKEN_FILE",
        file: "auth = { ak = { env = \"A\" }, sk = { env = \"S\" } }",
        given: ["OPTION_TOKEN", "by-variable", ""],
        printed: [
            "the variable OPTION_TOKEN",
            "the file by-variable",
            "",
            "the variable CONFORMANT_TOKEN",
        ],
    },
    Row {
        key: "provoke",
        option: "--provoke",
        variable: "CONFORMANT_PROVOKE",
        file: "provoke.500.headers.By-File = \"x\"",
        given: ["500=By-Option: x", "500=By-Variable: x", ""],
        printed: [
            "500 by the header By-Option",
            "500 by the header By-Variable",
            "500 by the header By-File",
            "",
        ],
    },
    Row {
        key: "user_agent",
        option: "--user-agent",
        variable: "CONFORMANT_USER_AGENT",
        file: "user_agent = \"file/1 (x; y)\"",
        given: ["option/1 (x; y)", "variable/1 (x; y)", ""],
        printed: ["option/1 (x; y)", "variable/1 (x; y)", "file/1 (x; y)", ""],
    },
    Row {
        key: "timeout",
        option: "--timeout",
        variable: "CONFORMANT_TIMEOUT",
        file: "timeout = 3",
        given: ["1", "2", ""],
        printed: ["1 s", "2 s", "3 s", "10 s"],
    },
    Row {
        key: "rate",
        option: "--rate",
        variable: "CONFORMANT_RATE",
        file: "rate = 3",
        given: ["1", "2", ""],
        printed: ["1", "2", "3", ""],
    },
    Row {
        key: "concurrency",
        option: "--concurrency",
        variable: "CONFORMANT_CONCURRENCY",
        file: "concurrency = 3",
        given: ["1", "2", ""],
        printed: ["1", "2", "3", ""],
    },
    Row {
        key: "max_requests",
        option: "--max-requests",
        variable: "CONFORMANT_MAX_REQUESTS",
        file: "max_requests = 30000",
        given: ["10000", "20000", ""],
        printed: ["10000", "20000", "30000", ""],
    },
    Row {
        key: "ca",
        option: "--ca",
        variable: "CONFORMANT_CA",
        file: "ca = \"file.pem\"",
        given: ["option.pem", "variable.pem", ""],
        printed: ["option.pem", "variable.pem", "file.pem", ""],
    },
    Row {
        key: "allow_writes",
        option: "--allow-writes=false",
        variable: "CONFORMANT_ALLOW_WRITES",
        file: "allow_writes = true",
        given: ["", "true", ""],
        printed: [
            "",
            "requests may change what it holds",
            "requests may change what it holds",
            "",
        ],
    },
    Row {
        key: "insecure",
        option: "--insecure=false",
        variable: "CONFORMANT_INSECURE",
        file: "insecure = true",
        given: ["", "true", ""],
        printed: [
            "",
            "certificates are not verified",
            "certificates are not verified",
            "",
        ],
    },
    Row {
        key: "proxy",
        option: "--proxy",
        variable: "CONFORMANT_PROXY",
        file: "proxy = \"http://file\"",
        given: ["http://option", "http://variable", ""],
        printed: ["http://option", "http://variable", "http://file", ""],
    },
];

#[test]
fn option_then_variable_then_file_then_default() {
    let folder = folder("precedence");
    // A name is shown where there is such a file.
    std::fs::write(folder.join("by-variable"), "").unwrap();
    for row in TABLE {
        // From all three sources to none: each time the strongest is taken away.
        for missing in 0..4 {
            let written = if missing < 3 { row.file } else { "" };
            std::fs::write(
                folder.join("targets.toml"),
                format!("[target.t]\nbase_url = \"http://file\"\n{written}\n"),
            )
            .unwrap();
            let mut command = conformant(&folder);
            // The file counts beside an address that is given, too.
            command.args(["run", "--dry-run", "--target", "t"]);
            if missing < 1 {
                command.arg(row.option);
                if !row.given[0].is_empty() {
                    command.arg(row.given[0]);
                }
            }
            if missing < 2 {
                command.env(row.variable, row.given[1]);
            }
            let (code, out, err) = outcome(&mut command);
            assert_eq!(code, 0, "{} {missing}: {err}", row.key);
            let printed = out
                .lines()
                .find_map(|line| line.strip_prefix(row.key))
                .filter(|rest| rest.starts_with(' '))
                .map_or("", str::trim);
            assert_eq!(
                printed, row.printed[missing],
                "{} {missing}: {out}",
                row.key
            );
        }
    }
}

#[test]
fn an_option_of_the_file_bounds_the_run() {
    let folder = folder("bounded");
    std::fs::write(
        folder.join("targets.toml"),
        "[target.t]\nbase_url = \"http://127.0.0.1:1\"\nproject_id = \"0123456789abcdef0123456789abcdef\"\nmax_requests = 3\n",
    )
    .unwrap();
    let (code, _, err) = outcome(conformant(&folder).args(["run", "--target", "t"]));
    assert_eq!(code, 2);
    assert!(err.contains("more than 3"), "{err}");
    let (code, out, _) = outcome(conformant(&folder).args([
        "run",
        "--target",
        "t",
        "--dry-run",
        "--max-requests=9999",
    ]));
    assert_eq!(code, 0);
    assert!(out.contains(" GET); nothing was sent"), "{out}");
}
