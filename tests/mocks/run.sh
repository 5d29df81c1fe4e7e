#!/bin/sh
# Runs the suite against real mock servers, Prism and Mockoon from npm, each started
# from the exported OpenAPI document and nothing else, and holds what it finds against
# the reviewed differences in snapshots/prism and snapshots/mockoon. Then the same with
# what each of them can be led to by its own means. Needs Node and npm.
# Usage: tests/mocks/run.sh [BINARY]   (default: target/debug/conformant, built first)
# MOCKS=DIR takes the packages that were installed there before.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/mocks
conformant=${1:-}
if [ -z "$conformant" ]; then
    cargo build --quiet --manifest-path "$root/Cargo.toml"
    conformant=${CARGO_TARGET_DIR:-$root/target}/debug/conformant
fi
conformant=$(cd "$(dirname "$conformant")" && pwd)/$(basename "$conformant")

folder=$(mktemp -d)
running=
stop() {
    for pid in $running; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    running=
}
trap 'stop; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# Nothing inherited steers the runs; in CI, differences would not be left pending.
for name in $(env | sed -n 's/^\(CONFORMANT_[A-Z_]*\|INSTA_[A-Z_]*\|CI\|TF_BUILD\)=.*/\1/p'); do
    unset "$name"
done
export NO_COLOR=1
# Of the built-in suite, unless an option says otherwise.
export CONFORMANT_OPERATION=show-audit-task-status
# The project of the page's own example, another one, and a token for this occasion.
project=b9351f98c724428794ba7d105fa3558d
foreign=fedcba9876543210fedcba9876543210
CONFORMANT_TOKEN=Mock-0f1e2d3c4b5a69788796a5b4c3d2e1f0
export CONFORMANT_TOKEN

if [ -z "${MOCKS:-}" ]; then
    MOCKS=$folder/npm
    mkdir "$MOCKS"
    cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$MOCKS"
    (cd "$MOCKS" && npm ci --ignore-scripts --loglevel=error)
fi
bin=$(cd "$MOCKS" && pwd)/node_modules/.bin

"$conformant" export openapi --out "$folder/openapi.json" >/dev/null
cmp "$folder/openapi.json" "$root/schemas/show-audit-task-status/openapi.json"
"$conformant" export openapi --version 3.0 --out "$folder/openapi-3.0.json" >/dev/null

free_port() {
    node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# start NAME COMMAND… — with PORT in place of the port; ready once the port answers.
start() {
    log=$folder/$1.log
    shift
    port=$(free_port)
    for word; do
        shift
        [ "$word" = PORT ] && word=$port
        set -- "$@" "$word"
    done
    "$@" >"$log" 2>&1 &
    running=$!
    node -e '
        const [port, pid] = process.argv.slice(1).map(Number);
        const end = Date.now() + 60_000;
        const attempt = () => {
            try { process.kill(pid, 0); } catch { process.exit(1); }
            if (Date.now() > end) process.exit(1);
            const socket = require("net").connect(port, "127.0.0.1");
            socket.on("connect", () => process.exit(0));
            socket.on("error", () => setTimeout(attempt, 50));
        };
        attempt();' "$port" "$running" || fail "it did not start: $(cat "$log")"
    grep -iE 'warn|error|fail' "$log" && fail "it did not load the document in silence"
    return 0
}

# run NAME TARGET SNAPSHOTS SEED [OPTION…] — exit code in $code, text and report in the folder.
run() {
    name=$1 target=$2 snapshots=$3 seed=$4
    shift 4
    code=0
    "$conformant" run --base-url "http://127.0.0.1:$port" --target "$target" \
        --snapshots "$snapshots" --project-id "$project" --concurrency 1 --seed "$seed" \
        --report json="$folder/$name.json" "$@" >"$folder/$name.txt" 2>&1 || code=$?
}

# For mocks that know 'Prefer: code=NNN'. One that does not must not be blamed for it, nor
# one without tenants for another tenant's project: those cases are skipped there.
preferring() {
    "$@" --provoke '403=Prefer: code=403' --provoke '500=Prefer: code=500'
}

# The differences of a snapshot or a pending one, without the header.
contents() {
    awk 'dashes >= 2 { print } /^---$/ { dashes++ }' "$1"
}

# row WORDS NAME — a row of the table in the book, which must be there.
row() {
    node "$here/class.mjs" "$folder/$2.json" >"$folder/class"
    earned=$(cut -f 1 "$folder/class")
    violated=$(cut -f 2 "$folder/class" | sed 's/ /`, `/g')
    open=$(cut -f 3 "$folder/class")
    [ -n "$violated" ] && violated="\`$violated\`"
    line="| $1 | $earned | ${violated:-–} | $open |"
    printf '%s\n' "$line"
    grep -qF "$line" "$root/docs/book/src/mocks.md" || fail "the table of mock servers in docs/book/src/mocks.md has no such row"
}

# reviewed MOCK OPERATION WORDS [OPTION…] — five runs find exactly the reviewed
# differences, and with the reviewed snapshots the run is known.
reviewed() {
    mock=$1 operation=$2 words=$3
    shift 3
    for seed in 1 2 3 4 5; do
        empty=$folder/found-$mock-$operation-$seed
        run "$mock" "$mock" "$empty" "$seed" "$@"
        [ "$code" = 1 ] || fail "$mock, nothing accepted: exit $code. $(cat "$folder/$mock.txt")"
        for found in "$empty/$mock"/*.snap.new; do
            snapshot=$root/snapshots/$mock/$(basename "$found" .new)
            [ -f "$snapshot" ] || fail "$mock has a new difference, $(basename "$found"): $(cat "$found")"
            contents "$found" >"$folder/found"
            contents "$snapshot" | diff - "$folder/found" || fail "$(basename "$snapshot") has changed"
        done
        for snapshot in "$root/snapshots/$mock/${operation}__"*.snap; do
            [ -f "$empty/$mock/$(basename "$snapshot").new" ] || fail "$snapshot has vanished"
        done
    done
    row "$words" "$mock"
    # A review ends, and the calendar alone must not turn this red: what is compared
    # above has no date. Once it has ended, the run must say so, and nothing else.
    rm -rf "$folder/accepted"
    cp -R "$root/snapshots" "$folder/accepted"
    run "$mock-known" "$mock" "$folder/accepted" 1 "$@"
    ended=$(grep -c 'its acceptance in .* ended on' "$folder/$mock-known.txt" || true)
    if [ "$ended" -gt 0 ]; then
        printf 'ATTENTION: the review of %s has ended; look at its differences again\n' "$mock"
        [ "$code" = 1 ] || fail "$mock, reviews ended: exit $code"
        failures=$(node -p 'require(process.argv[1]).totals.fail' "$folder/$mock-known.json")
        [ "$failures" = "$ended" ] || fail "$mock: $failures fail, but only $ended reviews have ended"
    else
        [ "$code" = 0 ] || fail "$mock, reviewed: exit $code. $(cat "$folder/$mock-known.txt")"
        row "$words, its reviewed differences accepted" "$mock-known"
    fi
}

start prism "$bin/prism" mock --port PORT "$folder/openapi.json"
preferring reviewed prism show-audit-task-status 'Prism 5.14.2'
stop

# Bodies too: Prism holds each bound of the exported document.
suite=$root
"$conformant" export openapi --suite "$suite" --operation update-audit-task --out "$folder/update.json" >/dev/null
start prism "$bin/prism" mock --port PORT "$folder/update.json"
preferring reviewed prism update-audit-task 'Prism 5.14.2, `update-audit-task`' \
    --suite "$suite" --operation update-audit-task --allow-writes
stop

node "$here/literal.mjs" "$folder/openapi.json" >"$folder/literal.json"
start prism-literal "$bin/prism" mock --port PORT "$folder/literal.json"
preferring run prism-literal prism-literal "$folder/literal" 1
[ "$code" = 1 ] || fail "Prism with literal paths: exit $code"
row 'Prism 5.14.2, its paths listed by `literal.mjs`' prism-literal
stop

start mockoon "$bin/mockoon-cli" start --data "$folder/openapi-3.0.json" --port PORT \
    --hostname 127.0.0.1 --disable-log-to-file --disable-admin-api
reviewed mockoon show-audit-task-status 'Mockoon 9.9.0'
stop

"$bin/mockoon-cli" import --input "$folder/openapi-3.0.json" --output "$folder/imported.json"
node "$here/rules.mjs" "$folder/openapi-3.0.json" "$folder/imported.json" >"$folder/rules.json"
MOCKOON_TOKEN=$CONFORMANT_TOKEN
MOCKOON_PROJECT_ID=$project
export MOCKOON_TOKEN MOCKOON_PROJECT_ID
start mockoon-rules "$bin/mockoon-cli" start --data "$folder/rules.json" --port PORT \
    --hostname 127.0.0.1 --disable-log-to-file --disable-admin-api
for seed in 1 2 3 4 5; do
    preferring run mockoon-rules mockoon-rules "$folder/rules" "$seed" \
        --foreign-project-id "$foreign"
    [ "$code" = 0 ] || fail "Mockoon with rules: exit $code. $(cat "$folder/mockoon-rules.txt")"
done
row 'Mockoon 9.9.0, with the rules of `rules.mjs`' mockoon-rules
stop

"$conformant" run --reference --report json="$folder/reference.json" >/dev/null
row '`conformant serve`' reference
