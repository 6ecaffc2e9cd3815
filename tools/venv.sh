#!/bin/sh
# Make a virtual environment; on a Debian without python3-venv install that first where we may, else say what to install.
set -eu
python=$1
folder=$2

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "chipdb needs Python 3.11 or newer as '$python'; set PYTHON=/path/to/python3.11" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "installing python3-venv ..."
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
    else
        echo "python3-venv is missing; install it: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi
rm -rf "$folder"
"$python" -m venv "$folder"
