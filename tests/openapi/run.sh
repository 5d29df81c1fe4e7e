#!/bin/sh
# Holds the exported OpenAPI documents, of every suite and page and in both editions,
# against an independent validator and Schemathesis, and lets Schemathesis test the
# reference server by them: it must find nothing, and must find a fault.
# Usage: tests/openapi/run.sh [BINARY]   (default: target/debug/conformant, built first)
# OPENAPI_TOOLS=DIR takes a virtual environment that has them already.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
conformant=${1:-}
if [ -z "$conformant" ]; then
    cargo build --quiet --manifest-path "$root/Cargo.toml"
    conformant=${CARGO_TARGET_DIR:-$root/target}/debug/conformant
fi
conformant=$(cd "$(dirname "$conformant")" && pwd)/$(basename "$conformant")

folder=$(mktemp -d)
running=
stop() {
    if [ -n "$running" ]; then
        kill "$running" 2>/dev/null || true
        wait "$running" 2>/dev/null || true
    fi
    running=
}
trap 'stop; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

for name in $(env | sed -n 's/^\(CONFORMANT_[A-Z_]*\)=.*/\1/p'); do
    unset "$name"
done
# Of the built-in suite, unless an option says otherwise.
export CONFORMANT_OPERATION=show-audit-task-status
# The tools would take the environment's proxies for loopback too.
direct() {
    env -u HTTP_PROXY -u HTTPS_PROXY -u http_proxy -u https_proxy -u ALL_PROXY -u all_proxy "$@"
}

tools=${OPENAPI_TOOLS:-}
if [ -z "$tools" ]; then
    tools=$folder/venv
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check -r "$root/tests/openapi/requirements.txt"
fi

export_both() {
    name=$1
    shift
    for version in 3.0 3.1; do
        "$conformant" export openapi "$@" --version "$version" --out "$folder/$name-$version.json" >/dev/null
        documents="$documents $folder/$name-$version.json"
    done
}
documents=
export_both built-in
export_both update-audit-task --suite "$root" --operation update-audit-task
for page in "$root"/tests/pages/*.html "$root"/tests/pages/*.txt; do
    name=$(basename "$page")
    "$conformant" derive "$page" --out "$folder/suite-$name" >/dev/null
    export_both "$name" --suite "$folder/suite-$name"
done
# shellcheck disable=SC2086 # paths of mktemp and of this repository's pages have no spaces
"$tools/bin/python" "$root/tests/openapi/check.py" $documents

# by_schemathesis DOCUMENT [OPTION of serve…] — exit code in $code, its words in the folder.
# It may not warn, whatever it finds. $excluded names checks to leave out.
excluded=
CONFORMANT_TOKEN=openapi-0f1e2d3c4b5a69788796a5b4c3d2e1f0
export CONFORMANT_TOKEN
by_schemathesis() {
    document=$1
    shift
    mkfifo "$folder/pipe"
    "$conformant" serve --token-env CONFORMANT_TOKEN "$@" >"$folder/pipe" &
    running=$!
    # The first line says where it listens; the pipe stays open as long as it is served.
    exec 3<"$folder/pipe"
    read -r line <&3
    code=0
    (cd "$folder" && direct "$tools/bin/schemathesis" run "$document" --url "${line#listening on }" \
        -H "X-Auth-Token: $CONFORMANT_TOKEN" --max-examples 50 --seed 1 --no-color ${excluded:+--exclude-checks "$excluded"}) \
        >"$folder/schemathesis.txt" 2>&1 || code=$?
    exec 3<&-
    stop
    rm "$folder/pipe"
    grep -qi warning "$folder/schemathesis.txt" && fail "Schemathesis warns: $(cat "$folder/schemathesis.txt")"
    return 0
}

by_schemathesis "$folder/built-in-3.1.json"
[ "$code" = 0 ] || fail "Schemathesis, 3.1: $(cat "$folder/schemathesis.txt")"
by_schemathesis "$folder/built-in-3.0.json"
[ "$code" = 0 ] || fail "Schemathesis, 3.0: $(cat "$folder/schemathesis.txt")"
# JSON Schema takes 286.0 for an integer; the page's Long is digits alone, and the server
# holds to that, so this check would find what no schema can say.
excluded=positive_data_acceptance
by_schemathesis "$folder/update-audit-task-3.1.json" --suite "$root" --operation update-audit-task
[ "$code" = 0 ] || fail "Schemathesis, a body: $(cat "$folder/schemathesis.txt")"
excluded=
# With the project of the token it reaches the body of status 200.
printf '[parameters]\n"path.project_id" = "0123456789abcdef0123456789abcdef"\n' >"$folder/schemathesis.toml"
by_schemathesis "$folder/built-in-3.1.json"
[ "$code" = 0 ] || fail "Schemathesis, own project: $(cat "$folder/schemathesis.txt")"
by_schemathesis "$folder/built-in-3.1.json" --fault 200-total-num-is-string
[ "$code" = 1 ] || fail "Schemathesis did not find the fault: exit $code"
printf 'Schemathesis finds nothing in the reference server, and the fault where there is one\n'
