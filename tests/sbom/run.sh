#!/bin/sh
# Holds the SBOMs of the release archives against the schema of CycloneDX.
# Usage: tests/sbom/run.sh [DIR]   (default: target/distribution, filled by dist/build.sh)
# SBOM_TOOLS=DIR takes a virtual environment that has the library already.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:-$root/target/distribution}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tools=${SBOM_TOOLS:-}
if [ -z "$tools" ]; then
    tools=$folder/venv
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check -r "$root/tests/sbom/requirements.txt"
fi
"$tools/bin/python" "$root/tests/sbom/check.py" "$out"/*.cdx.json
