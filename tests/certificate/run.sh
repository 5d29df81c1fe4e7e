#!/bin/sh
# Gets a certificate of the reference server and lets securesystemslib, an independent
# implementation of DSSE, verify it beside conformant. Needs Python and openssl.
# Usage: tests/certificate/run.sh [BINARY]   (default: target/debug/conformant, built first)
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ $# -gt 0 ]; then
    conformant=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
else
    cargo build --quiet --manifest-path "$root/Cargo.toml"
    conformant=${CARGO_TARGET_DIR:-$root/target}/debug/conformant
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    --requirement "$root/tests/certificate/requirements.txt"
cd "$folder"
openssl genpkey -algorithm ed25519 -out key.pem
openssl pkey -in key.pem -pubout -out public.pem
"$conformant" certify --reference --operation show-audit-task-status --quiet --key key.pem --out certificate.json >certify.txt
grep 'class        full: ' certify.txt
CONFORMANT=$conformant venv/bin/python "$root/tests/certificate/check.py" \
    certificate.json public.pem certificate.evidence.ndjson
