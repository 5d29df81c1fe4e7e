//! What people install: archives and manual pages as they are packed, the SBOM, and
//! the package of the registry.
use crate::support::{binary, conformant, finish};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn output(command: &mut Command) -> String {
    let output = command.current_dir(ROOT).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    output(
        Command::new(cargo)
            .args(arguments)
            .env("CARGO_TERM_COLOR", "never"),
    )
}

fn host() -> String {
    let version = output(Command::new("rustc").arg("-vV"));
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.unwrap().to_owned()
}

/// Whether the scripts of `dist/` can run: they need Python with a reader of TOML.
#[expect(clippy::print_stdout, reason = "what is not checked is said")]
fn can_pack() -> bool {
    let python = Command::new("python3")
        .args(["-c", "import tomllib"])
        .output();
    let can = python.is_ok_and(|output| output.status.success());
    if !can {
        println!("not checked: dist/ needs Python 3.11 or newer");
    }
    can
}

/// A script that runs the binary in its place: packed in a moment, where the bytes of
/// the binary do not matter.
fn stand_in(folder: &Path) -> PathBuf {
    script(folder, &format!("exec '{}' \"$@\"", binary().display()))
}

fn script(folder: &Path, line: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("conformant");
    std::fs::write(&path, format!("#!/bin/sh\n{line}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// Packs a binary as a release, and gives the name of its archive without the ending.
fn pack(binary: &Path, out: &Path) -> String {
    let mut build = Command::new(Path::new(ROOT).join("dist/build.sh"));
    build.arg("--binary").arg(binary).arg("--out").arg(out);
    output(build.env("SOURCE_DATE_EPOCH", "1764028800"));
    format!("conformant-{VERSION}-{}", host())
}

/// A folder with a packed stand-in: made once, and read by several tests.
fn packed() -> &'static (PathBuf, String) {
    static PACKED: OnceLock<(PathBuf, String)> = OnceLock::new();
    PACKED.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packed");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let name = pack(&stand_in(&folder), &folder.join("out"));
        (folder.join("out"), name)
    })
}

fn check(out: &Path, against: Option<&Path>) -> (i32, String) {
    let mut check = Command::new(Path::new(ROOT).join("dist/check.sh"));
    check.arg("--out").arg(out);
    if let Some(binary) = against {
        check.arg("--against").arg(binary);
    }
    finish(&mut check)
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn every_command_has_a_manual_page() {
    let folder = folder();
    let (code, text) = finish(&mut conformant(folder.path(), &["man", "--out", "pages"]));
    assert_eq!(code, 0, "{text}");
    let (_, help) = finish(&mut conformant(folder.path(), &["--help"]));
    let commands = help.split("Commands:\n").nth(1).unwrap();
    let commands: Vec<&str> = commands
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|word| !word.is_empty() && *word != "help")
        .collect();
    assert!(commands.len() > 10, "{help}");
    for command in commands {
        let page = folder.path().join(format!("pages/conformant-{command}.1"));
        let page = std::fs::read_to_string(&page).unwrap_or_else(|_| panic!("no page: {command}"));
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
        assert!(page.contains(&format!("conformant {VERSION}")), "{page}");
    }
    assert!(
        folder
            .path()
            .join("pages/conformant-export-openapi.1")
            .is_file()
    );
    let (_, printed) = finish(&mut conformant(folder.path(), &["man"]));
    let written = std::fs::read_to_string(folder.path().join("pages/conformant.1")).unwrap();
    assert_eq!(printed, written);
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn manual_pages_that_cannot_be_written_are_exit_2() {
    let folder = folder();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let (code, text) = finish(&mut conformant(folder.path(), &["man", "--out", "file"]));
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("file"), "{text}");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn an_archive_unpacked_elsewhere_reaches_the_same_verdicts() {
    if !can_pack() {
        return;
    }
    let folder = folder();
    // Without symbols, as a release: half the bytes to pack.
    let stripped = folder.path().join("conformant");
    let strip = Command::new("strip")
        .arg("-o")
        .arg(&stripped)
        .arg(binary())
        .status();
    if !strip.is_ok_and(|status| status.success()) {
        std::fs::copy(binary(), &stripped).unwrap();
    }
    let out = folder.path().join("out");
    pack(&stripped, &out);
    let (code, text) = check(&out, Some(&binary()));
    assert_eq!(code, 0, "{text}");
    for part in [
        "verdicts: as ",
        "manual pages: ",
        "parsed by bash",
        "SBOM: ",
        "archives that hold: 1",
    ] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn equal_sources_and_times_give_equal_archives() {
    if !can_pack() {
        return;
    }
    let read = |out: &Path| {
        let files = std::fs::read_dir(out).unwrap().map(|entry| {
            let path = entry.unwrap().path();
            (
                path.file_name().unwrap().to_owned(),
                std::fs::read(path).unwrap(),
            )
        });
        files.collect::<BTreeMap<_, _>>()
    };
    let folder = folder();
    pack(&stand_in(folder.path()), &folder.path().join("out"));
    let (first, second) = (read(&packed().0), read(&folder.path().join("out")));
    assert_eq!(first.len(), 3, "{:?}", first.keys());
    assert!(first == second, "two builds differ");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn a_damaged_or_empty_archive_does_not_pass_the_check() {
    if !can_pack() {
        return;
    }
    let folder = folder();
    let (whole, name) = packed();
    for file in [
        format!("{name}.tar.gz"),
        format!("{name}.cdx.json"),
        "SHA256SUMS".into(),
    ] {
        let mut bytes = std::fs::read(whole.join(&file)).unwrap();
        if file.ends_with(".gz") {
            *bytes.last_mut().unwrap() ^= 1;
        }
        std::fs::write(folder.path().join(&file), bytes).unwrap();
    }
    let (code, text) = check(folder.path(), None);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("is not the one that SHA256SUMS names"),
        "{text}"
    );

    // A binary that is green whatever it tests, and one that writes no report.
    for (line, why) in [
        (
            "[ \"$1\" != run ] || exit 0; exec '{BINARY}' \"$@\"",
            "left no report",
        ),
        (
            "if [ \"$1\" = run ] && [ \"$2\" = --base-url ]; then shift 5; set -- run --reference \"$@\"; fi; exec '{BINARY}' \"$@\"",
            "a fault must be exit 1",
        ),
    ] {
        let out = folder.path().join(why);
        pack(
            &script(
                folder.path(),
                &line.replace("{BINARY}", &binary().display().to_string()),
            ),
            &out,
        );
        let (code, text) = check(&out, None);
        assert_eq!(code, 1, "{text}");
        assert!(text.contains(why), "{why} is missing in:\n{text}");
    }
}

/// Name and version of what `cargo tree` prints with `{p}`.
fn packages(edges: &str) -> BTreeSet<(String, String)> {
    let arguments = ["tree", "--locked", "--prefix", "none", "--format", "{p}"];
    let target = host();
    let tree = cargo(&[&arguments[..], &["--target", &target, "--edges", edges]].concat());
    let packages = tree.lines().map(|line| {
        let mut words = line.split(' ');
        let name = words.next().unwrap().to_owned();
        (
            name,
            words.next().unwrap().trim_start_matches('v').to_owned(),
        )
    });
    packages.filter(|(name, _)| name != "conformant").collect()
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn the_sbom_names_what_the_release_is_built_from_and_nothing_else() {
    if !can_pack() {
        return;
    }
    let (out, name) = packed();
    let text = std::fs::read_to_string(out.join(format!("{name}.cdx.json"))).unwrap();
    let sbom: Value = serde_json::from_str(&text).unwrap();
    let lock = std::fs::read_to_string(Path::new(ROOT).join("Cargo.lock")).unwrap();
    let lock: toml::Table = toml::from_str(&lock).unwrap();
    let checksums: BTreeMap<(&str, &str), &str> = lock["package"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| {
            let key = (one["name"].as_str()?, one["version"].as_str()?);
            Some((key, one.get("checksum")?.as_str()?))
        })
        .collect();

    let every = packages("normal,build");
    let linked = packages("normal,no-proc-macro");
    let mut seen = BTreeSet::new();
    for component in sbom["components"].as_array().unwrap() {
        let (name, purl) = (component["name"].as_str().unwrap(), &component["purl"]);
        let licence = component["licenses"][0]["expression"].as_str().unwrap();
        assert!(
            !licence.is_empty() && !licence.contains('/'),
            "{name}: {licence}"
        );
        if !purl.as_str().unwrap().starts_with("pkg:cargo/") {
            continue;
        }
        let version = component["version"].as_str().unwrap();
        assert_eq!(
            *purl,
            format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
        );
        assert_eq!(component["hashes"][0]["alg"], "SHA-256");
        assert_eq!(
            component["hashes"][0]["content"],
            checksums[&(name, version)],
            "{name}"
        );
        let package = (name.to_owned(), version.to_owned());
        let scope = if linked.contains(&package) {
            "required"
        } else {
            "excluded"
        };
        assert_eq!(component["scope"], scope, "{name}");
        assert!(seen.insert(package), "{name} {version} stands twice");
    }
    assert_eq!(seen, every);

    // The manifest says it too: direct dependencies are there, those of tests are not.
    let manifest = std::fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap();
    let root = &sbom["metadata"]["component"]["bom-ref"];
    assert_eq!(*root, format!("pkg:cargo/conformant@{VERSION}"));
    let entries = sbom["dependencies"].as_array().unwrap();
    let root = entries.iter().find(|entry| entry["ref"] == *root).unwrap();
    let direct: BTreeSet<&str> = root["dependsOn"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|purl| purl.as_str()?.strip_prefix("pkg:cargo/")?.split('@').next())
        .collect();
    let documented = manifest["dependencies"].as_table().unwrap();
    assert_eq!(direct, documented.keys().map(String::as_str).collect());
    for tests in ["divan", "rcgen", "roxmltree", "serde_yaml_ng"] {
        assert!(!seen.iter().any(|(name, _)| name == tests), "{tests}");
    }
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn every_licence_text_of_what_is_linked_is_in_the_archive() {
    if !can_pack() {
        return;
    }
    let (out, name) = packed();
    let mut unpack = Command::new("tar");
    unpack.arg("-xzOf").arg(out.join(format!("{name}.tar.gz")));
    let texts = output(unpack.arg(format!("{name}/LICENSES-THIRD-PARTY.txt")));
    for (name, version) in packages("normal,no-proc-macro") {
        assert!(
            texts.contains(&format!("{name} {version}")),
            "{name} {version}"
        );
    }
    for text in [
        "Permission is hereby granted",
        "Apache License",
        "ISC License",
    ] {
        assert!(texts.contains(text), "{text}");
    }
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes long without optimisation: run by .ci/run"
)]
fn the_package_holds_what_the_build_embeds_and_stays_small() {
    let listed = cargo(&["package", "--list", "--allow-dirty", "--offline"]);
    let listed: BTreeSet<&str> = listed.lines().collect();
    let mut folders: Vec<PathBuf> = ["src", "schemas", "cases"].map(PathBuf::from).into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(Path::new(ROOT).join(&folder)).unwrap() {
            let path = folder.join(entry.unwrap().file_name());
            if Path::new(ROOT).join(&path).is_dir() {
                folders.push(path);
            } else {
                assert!(
                    listed.contains(path.to_str().unwrap()),
                    "{}",
                    path.display()
                );
            }
        }
    }
    let size: u64 = listed
        .iter()
        .filter_map(|path| Some(std::fs::metadata(Path::new(ROOT).join(path)).ok()?.len()))
        .sum();
    assert!(size < 10 << 20, "{size} bytes");
    for outside in ["tests/", "fuzz/", "dist/", ".ci/"] {
        assert!(
            !listed.iter().any(|path| path.starts_with(outside)),
            "{outside}"
        );
    }
}
