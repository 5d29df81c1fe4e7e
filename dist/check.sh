#!/usr/bin/env bash
# Checks release archives: dist/check.sh [--out DIR] [--against BINARY]
#
#   --out DIR         the folder that dist/build.sh filled (default: target/distribution)
#   --against BINARY  a build of the same source; the archived binary must reach its verdicts
#
# Checks the sums, unpacks each archive in an empty folder, and there runs the binary, reads the
# manual pages, completions and SBOM. Says what it could not check, and why. Exit 1: something is wrong.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
say() { printf '%s\n' "$*"; }

out=$root/target/distribution against=''
while [ $# -gt 0 ]; do
    case $1 in
        --out) out=$2 ;;
        --against) against=$(realpath -e "$2") || fail "$2: no such file" ;;
        *) fail "unknown option $1; the head of dist/check.sh lists them" ;;
    esac
    shift 2
done
cd "$out"
[ -s SHA256SUMS ] || fail "$out/SHA256SUMS is missing: run dist/build.sh first"
sha256sum --check --strict --quiet SHA256SUMS || fail "a file is not the one that SHA256SUMS names"

empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT

# A run of a binary in an empty folder and environment, against the embedded reference server or,
# with a fault, against `serve`. Prints exit code, verdict and cases: what two builds must agree on.
# (The number of requests is not among it: a slow machine probes once more.)
# A subshell: what it serves ends with it.
verdict() (
    binary=$1 fault=${2:-} code=0 token='' more=(run --reference)
    folder=$(mktemp -d -p "$empty")
    cd "$folder"
    if [ -n "$fault" ]; then
        env -i "$binary" serve --fault "$fault" >served 2>&1 &
        serving=$!
        trap 'kill "$serving"' EXIT
        for _ in $(seq 100); do
            grep -q 'listening on' served && break
            sleep 0.05
        done
        url=$(sed -n 's/^listening on //p' served)
        [ -n "$url" ] || fail "$binary serve: $(cat served)"
        more=(run --base-url "$url" --project-id "$(value project)")
        token=$(value token)
    fi
    env -i CI=1 ${token:+"CONFORMANT_TOKEN=$token"} "$binary" ${more[@]+"${more[@]}"} \
        --seed 7 --report json=report.json >log 2>&1 || code=$?
    [ -s report.json ] || fail "$binary ended with $code and left no report: $(cat log)"
    python3 -c '
import json, sys
report = json.load(open("report.json"))
cases = [(case["id"], case["verdict"]) for of in report["operations"] for case in of["cases"]]
print(json.dumps([int(sys.argv[1]), report["verdict"], cases]))' "$code"
)

# What `serve` prints of its own token and project.
value() { sed -n "s/^$1 //p" served | head -1; }

check_binary() {
    local binary=$1 conforming failing
    conforming=$(verdict "$binary") || fail "$binary gave no verdict"
    case $conforming in '[0, '*) ;; *) fail "$binary: the reference server must conform: $conforming" ;; esac
    failing=$(verdict "$binary" 200-total-num-is-string) || fail "$binary gave no verdict"
    case $failing in '[1, '*) ;; *) fail "$binary: a fault must be exit 1: $failing" ;; esac
    if [ -n "$against" ]; then
        [ "$(verdict "$against")" = "$conforming" ] || fail "$binary and $against differ on a conforming server"
        [ "$(verdict "$against" 200-total-num-is-string)" = "$failing" ] || fail "$binary and $against differ on a fault"
        say "  verdicts: as $against"
    else
        say "  verdicts: 0 for the reference server, 1 for a fault (no --against to compare with)"
    fi
    if ldd "$binary" 2>/dev/null | grep '=>' >/dev/null; then
        say "  linked: dynamically, with $(ldd "$binary" | awk '/=>/ {print $1}' | tr '\n' ' ')"
    else
        say "  linked: statically"
    fi
}

check_pages() {
    local folder=$1 page count=0
    for page in "$folder"/conformant*.1; do
        count=$((count + 1))
        if command -v mandoc >/dev/null; then
            mandoc -T lint -W error "$page" || fail "$page: mandoc refuses it"
        elif command -v man >/dev/null; then
            [ -n "$(man -l "$page" 2>/dev/null)" ] || fail "$page: man shows nothing"
        else
            grep -q '^\.TH ' "$page" || fail "$page: is no manual page"
        fi
    done
    command -v mandoc >/dev/null || command -v man >/dev/null || say "  manual pages: not rendered, neither mandoc nor man is installed"
    [ "$count" -gt 1 ] || fail "$folder: no page for each command"
    say "  manual pages: $count"
}

check_completions() {
    local folder=$1 shells=bash
    bash -n "$folder/conformant.bash" || fail "bash refuses its completions"
    if command -v zsh >/dev/null; then
        zsh -n "$folder/_conformant" || fail "zsh refuses its completions"
        shells+=' zsh'
    fi
    if command -v fish >/dev/null; then
        fish --no-execute "$folder/conformant.fish" || fail "fish refuses its completions"
        shells+=' fish'
    fi
    [ -s "$folder/_conformant" ] && [ -s "$folder/conformant.fish" ] || fail "$folder: a shell is missing"
    say "  completions: parsed by $shells"
}

check_sbom() {
    python3 - "$1/conformant.cdx.json" "$1/conformant" <<'PYTHON' || fail "$1/conformant.cdx.json does not describe this binary"
import hashlib, json, sys
document = json.load(open(sys.argv[1]))
subject = document["metadata"]["component"]
digest = hashlib.sha256(open(sys.argv[2], "rb").read()).hexdigest()
assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.5")
assert subject["hashes"] == [{"alg": "SHA-256", "content": digest}], "the digest is another binary's"
components = document["components"]
refs = {one["bom-ref"] for one in components}
assert len(refs) == len(components), "a component stands twice"
for one in components:
    assert one["purl"] and one["licenses"], one
    assert one.get("hashes") or not one["purl"].startswith("pkg:cargo/"), one
known = refs | {subject["bom-ref"]}
assert all({entry["ref"], *entry["dependsOn"]} <= known for entry in document["dependencies"])
print(f"  SBOM: {len(components)} components")
PYTHON
}

archives=0
for archive in *.tar.gz; do
    grep -q " $archive\$" SHA256SUMS || fail "$archive stands in no line of SHA256SUMS"
    name=${archive%.tar.gz}
    say "$archive"
    [ -z "$(tar -tzf "$archive" | grep -v "^$name/")" ] || fail "$archive holds files outside $name/"
    tar -xzf "$archive" -C "$empty"
    folder=$empty/$name
    cmp -s "$folder/conformant.cdx.json" "$name.cdx.json" || fail "the SBOM beside $archive is not the one inside"
    for file in LICENSE-MIT LICENSE-APACHE LICENSES-THIRD-PARTY.txt README.md; do
        [ -s "$folder/$file" ] || fail "$archive: $file is missing"
    done
    if "$folder/conformant" --version >/dev/null 2>&1; then
        check_binary "$folder/conformant"
    else
        say "  binary: not run, it is for another processor than $(uname -m)"
        case $name in *-"$(uname -m)"-*) fail "$archive: the binary does not run" ;; esac
    fi
    check_pages "$folder/man/man1"
    check_completions "$folder/completions"
    check_sbom "$folder"
    archives=$((archives + 1))
done
[ "$archives" -gt 0 ] || fail "$out: there is no archive"
say "archives that hold: $archives"
