#!/usr/bin/env bash
# The action's second step: runs conformant, adds its result to the job summary, and ends with its
# exit code. In: BINARY and the action's inputs as INPUT_…; an empty input changes nothing.
set -euo pipefail

# Those that conformant reads from its environment under the same name.
for name in TARGET TARGETS BASE_URL PROJECT_ID FOREIGN_PROJECT_ID PROVOKE SUITE OPERATION SNAPSHOTS SEED RECORD; do
    input=INPUT_$name
    [ -z "${!input}" ] || export "CONFORMANT_$name=${!input%$'\n'}"
done

if [ -n "$INPUT_TOKEN" ]; then
    [[ $INPUT_TOKEN_ENV =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || { echo "::error title=conformant::'token-env' is no name of a variable"; exit 2; }
    # Secrets are masked in logs already; a token that an earlier step fetched is not.
    mask=${INPUT_TOKEN//'%'/'%25'}
    mask=${mask//$'\r'/'%0D'}
    echo "::add-mask::${mask//$'\n'/'%0A'}"
    export "$INPUT_TOKEN_ENV=$INPUT_TOKEN"
fi
unset INPUT_TOKEN mask

summary=$(mktemp -d -p "${RUNNER_TEMP:-/tmp}")/summary.md
arguments=(--report "markdown=$summary" --report github=-)
while IFS= read -r report; do
    [ -z "$report" ] || arguments+=(--report "$report")
done <<<"${INPUT_REPORTS:-${CONFORMANT_REPORT:-}}"
filters=()
while IFS= read -r filter; do
    [ -z "$filter" ] || filters+=("$filter")
done <<<"$INPUT_FILTERS"

code=0
"$BINARY" run "${arguments[@]}" -- ${filters[@]+"${filters[@]}"} || code=$?

if [ -s "$summary" ]; then
    # A summary over 1 MiB would not be shown at all.
    head -c 1000000 "$summary" >>"$GITHUB_STEP_SUMMARY"
else
    echo "::error title=conformant::exit code $code and no result; the log of this step says why"
    echo "conformant: exit code $code and no result; the log of the step says why." >>"$GITHUB_STEP_SUMMARY"
fi
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
exit "$code"
