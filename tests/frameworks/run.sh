#!/usr/bin/env bash
# Runs the suite against implementations of the built-in page's operation in common
# frameworks and servers, each written from the page alone: every one must pass (exit 0).
# Usage: tests/frameworks/run.sh [BINARY]   (default: target/debug/conformant, built first)
# FRAMEWORKS="NAME…" runs only these; PLAIN=1 runs those that need no package.
# VENV=DIR and NPM=DIR take what was installed there before.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/frameworks
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

# Nothing inherited steers the runs or the servers.
for name in $(env | sed -n 's/^\(CONFORMANT_[A-Z_]*\|INSTA_[A-Z_]*\|CI\|TF_BUILD\|DELAY\|MAX_PARAM_LENGTH\)=.*/\1/p'); do
    unset "$name"
done
export NO_COLOR=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$here
# The one that they implement.
export CONFORMANT_OPERATION=show-audit-task-status

PROJECT_ID=b9351f98c724428794ba7d105fa3558d
foreign=fedcba9876543210fedcba9876543210
JWT_SECRET=of-this-test-0123456789abcdef0123456789abcdef
# A JWT signed with HS256: the others take it as a word like any other.
base64url() { python3 -c 'import base64, sys; print(base64.urlsafe_b64encode(sys.stdin.buffer.read()).decode().rstrip("="))'; }
signed=$(printf '{"alg":"HS256","typ":"JWT"}' | base64url).$(printf '{"project_id":"%s"}' "$PROJECT_ID" | base64url)
signature=$(SIGNED=$signed SECRET=$JWT_SECRET python3 -c '
import hashlib, hmac, os, sys
sys.stdout.buffer.write(hmac.digest(os.environ["SECRET"].encode(), os.environ["SIGNED"].encode(), "sha256"))' | base64url)
TOKEN=$signed.$signature
CONFORMANT_TOKEN=$TOKEN
export PROJECT_ID JWT_SECRET TOKEN CONFORMANT_TOKEN

python=python3
if [ -z "${PLAIN:-}" ]; then
    VENV=${VENV:-$folder/venv}
    if [ ! -d "$VENV" ]; then
        python3 -m venv "$VENV"
        "$VENV/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    fi
    python=$VENV/bin/python
    # The implementations import their packages from where they stand.
    mkdir "$folder/node"
    cp "$here"/*.mjs "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$folder/node"
    if [ -n "${NPM:-}" ]; then
        ln -s "$(cd "$NPM" && pwd)/node_modules" "$folder/node/node_modules"
    else
        (cd "$folder/node" && npm ci --ignore-scripts --loglevel=error)
    fi
fi

# start NAME COMMAND… — with a free PORT in the environment, and in place of the word PORT.
start() {
    log=$folder/$1.log
    shift
    PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    export PORT
    (cd "$folder" && exec "${@//PORT/$PORT}") >"$log" 2>&1 &
    running=$!
    python3 - "$PORT" "$running" <<'PYTHON' || { cat "$log" >&2; exit 1; }
import os, socket, sys, time
port, pid = map(int, sys.argv[1:])
end = time.monotonic() + 60
while time.monotonic() < end:
    os.kill(pid, 0)
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        sys.exit(0)
    except OSError:
        time.sleep(0.05)
sys.exit("it does not listen")
PYTHON
}

failed=0
# passes NAME COMMAND… — the server conforms; fails NAME PATTERN COMMAND… — it differs so.
judged() {
    name=$1
    shift
    start "$name" "$@"
    began=$(date +%s)
    code=0
    "$conformant" run --base-url "http://127.0.0.1:$PORT" --target "$name" --seed 15 \
        --snapshots "$folder/snapshots" --project-id "$PROJECT_ID" --foreign-project-id "$foreign" \
        >"$folder/$name.txt" 2>&1 || code=$?
    took=$(($(date +%s) - began))
    stop
}
chosen() { [ -z "${FRAMEWORKS:-}" ] || [[ " $FRAMEWORKS " == *" $1 "* ]]; }
passes() {
    chosen "$1" || return 0
    judged "$@"
    printf '%-20s exit %s in %s s: %s\n' "$name" "$code" "$took" "$(tail -n 1 "$folder/$name.txt")"
    if [ "$code" != 0 ]; then
        failed=1
        cat "$folder/$name.txt"
    fi
}
fails() {
    chosen "$1" || return 0
    pattern=$2
    judged "$1" "${@:3}"
    printf '%-20s exit %s in %s s, as it should\n' "$name" "$code" "$took"
    if [ "$code" != 1 ] || ! grep -q "$pattern" "$folder/$name.txt"; then
        failed=1
        cat "$folder/$name.txt"
    fi
}

passes python-threads python3 "$here/app_stdlib.py" threads
passes python-one python3 "$here/app_stdlib.py"
passes python-one-slow env DELAY=0.012 python3 "$here/app_stdlib.py"
passes node node "$here/app_node.mjs"
if [ -z "${PLAIN:-}" ]; then
    passes fastapi "$python" "$here/app_fastapi.py"
    passes flask "$python" "$here/app_flask.py"
    passes django "$python" "$here/app_django.py"
    passes aiohttp "$python" "$here/app_aiohttp.py"
    passes tornado "$python" "$here/app_tornado.py"
    passes cherrypy "$python" "$here/app_cherrypy.py"
    passes gunicorn-flask "$python" -m gunicorn --bind 127.0.0.1:PORT app_flask:app
    passes gunicorn-django "$python" -m gunicorn --bind 127.0.0.1:PORT app_django:app
    passes express node "$folder/node/app_express.mjs"
    passes fastify node "$folder/node/app_fastify.mjs"
    # A page that documents 400 is not followed by a 404 for a project id of 128 characters.
    fails fastify-short-ids 'project_id/of-128-characters' env MAX_PARAM_LENGTH= node "$folder/node/app_fastify.mjs"
fi
exit "$failed"
