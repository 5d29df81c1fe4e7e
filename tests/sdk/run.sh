#!/bin/sh
# Lets the official Python SDK talk to `conformant serve`.
# Usage: tests/sdk/run.sh [BINARY]   (default: target/debug/conformant, built first)
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ $# -gt 0 ]; then
    CONFORMANT=$1
else
    cargo build --quiet --manifest-path "$root/Cargo.toml"
    CONFORMANT=${CARGO_TARGET_DIR:-$root/target}/debug/conformant
fi
export CONFORMANT
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check huaweicloudsdkdbss
# The SDK would take the environment's proxies for loopback too.
env -u HTTP_PROXY -u HTTPS_PROXY -u http_proxy -u https_proxy -u ALL_PROXY -u all_proxy \
    "$folder/venv/bin/python" "$root/tests/sdk/check.py"
