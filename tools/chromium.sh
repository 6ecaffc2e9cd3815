#!/bin/sh
# Chromium for the tests of the explorer page: where it is missing install it on a Debian where we may, else say what to install.
set -eu
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "installing chromium for the browser tests ..." >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
else
    echo "the browser tests need Chromium; install it: sudo apt-get install chromium" >&2
    exit 1
fi
