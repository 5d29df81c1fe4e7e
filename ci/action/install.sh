#!/usr/bin/env bash
# The action's first step: finds the binary that was named, or downloads a release and checks its sum.
# In: INPUT_BINARY, INPUT_VERSION, INPUT_SHA256, INPUT_RELEASES. Out: binary=PATH in GITHUB_OUTPUT.
set -euo pipefail

fail() { echo "::error title=conformant::$*"; exit 2; }

if [ -n "$INPUT_BINARY" ]; then
    binary=$(realpath -e -- "$INPUT_BINARY" 2>/dev/null) || fail "the binary named by 'binary' does not exist"
    [ -x "$binary" ] || fail "the binary named by 'binary' may not be executed"
    printf 'binary=%s\n' "$binary" >>"$GITHUB_OUTPUT"
    exit 0
fi

[[ $INPUT_VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || fail "'version' is no version, such as 0.1.0"
[ "$(uname -s)" = Linux ] || fail "releases are for Linux; elsewhere, build conformant and name it with 'binary'"

# file: serves a mirror on disk, and the tests.
download() { curl --fail --silent --show-error --location --proto '=https,file' --output "$2" "$1"; }

folder=$(mktemp -d -p "${RUNNER_TEMP:-/tmp}")
cd "$folder"
from=$INPUT_RELEASES/v$INPUT_VERSION
download "$from/SHA256SUMS" SHA256SUMS || fail "release $INPUT_VERSION was not found"
archive=''
for libc in musl gnu; do
    name=conformant-$INPUT_VERSION-$(uname -m)-unknown-linux-$libc.tar.gz
    if grep -qF -- "  $name" SHA256SUMS; then
        archive=$name
        break
    fi
done
[ -n "$archive" ] || fail "release $INPUT_VERSION has no archive for $(uname -m)"
download "$from/$archive" "$archive" || fail "$archive could not be downloaded"
if [ -n "$INPUT_SHA256" ]; then
    printf '%s  %s\n' "$INPUT_SHA256" "$archive" >pinned
else
    grep -F -- "  $archive" SHA256SUMS >pinned
fi
sha256sum --check --strict --quiet pinned || fail "$archive is not the file that its SHA-256 names"
tar -xzf "$archive"
printf 'binary=%s\n' "$folder/${archive%.tar.gz}/conformant" >>"$GITHUB_OUTPUT"
