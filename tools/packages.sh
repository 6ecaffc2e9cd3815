#!/bin/sh
# Programs that checks start (all of them, or those named): where one is missing, install it on a Debian where we may,
# else say what to install.
set -eu
missing=""
for package in ${*:-chromium default-jre-headless fish nodejs zsh}; do
    case $package in
        default-jre-headless) program=java ;;
        nodejs) program=node ;;
        *) program=$package ;;
    esac
    command -v "$program" >/dev/null || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "installing$missing for the checks ..." >&2
    # shellcheck disable=SC2086 # one word a package
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "the checks start a browser, Spark, Node.js and two shells; install what is missing: sudo apt-get install$missing" >&2
    exit 1
fi
