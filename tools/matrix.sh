#!/bin/sh
# Run the given tests on each interpreter that is there: matrix.sh "python3.12 python3.13" VENV TESTS...
set -eu
pythons=$1
venv=$2
shift 2
status=0
for python in $pythons; do
    if ! "$python" -c "" 2>/dev/null; then
        echo "$python was not found; name it as a path: make matrix PYTHONS=/path/to/$python" >&2
        continue
    fi
    version=$("$python" -c 'import sys; print(f"{sys.version_info.major}.{sys.version_info.minor}")')
    folder="$venv-$version"
    echo "== Python $version"
    [ -x "$folder/bin/pip" ] || sh tools/venv.sh "$python" "$folder"
    "$folder/bin/pip" install --quiet --editable '.[fast,frames,plot,test]'
    "$folder/bin/pytest" -n 2 -p no:cacheprovider -m "not slow" "$@" || status=1
done
exit "$status"
