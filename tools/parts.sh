#!/bin/sh
# Make each target in turn, and print how many seconds it took; stop at the first that fails.
set -eu
make=$1
shift
report=""
for part in "$@"; do
    echo "== $part"
    begin=$(date +%s)
    status=0
    "$make" --no-print-directory "$part" || status=$?
    report="$report$(printf '%-10s %4s s' "$part" $(($(date +%s) - begin)))
"
    if [ "$status" -ne 0 ]; then
        printf '%s%s failed\n' "$report" "$part" >&2
        exit "$status"
    fi
done
printf '%s' "$report"
