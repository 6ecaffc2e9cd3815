"""Lint the scripts of the explorer page as the page runs them: joined into one function.

A name that no script declares, or that none uses, shows only in the joined text. Findings are
printed with the file and line that they come from.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

# the package beside this tool, not one that happens to be installed
sys.path.insert(0, str(Path(__file__).parents[1]))

from chipdb.views.explorer.page import SCRIPTS

FOLDER = Path("chipdb/views/explorer/js")
RULES = Path("tools/oxlint.json")
LINTER = Path(sys.executable).parent / "oxlint"


def main() -> None:
    """Print every finding; the exit status is 1 if there is one."""
    missing = {path.stem for path in FOLDER.glob("*.js")} ^ set(SCRIPTS)
    if missing:
        sys.exit(f"scripts that the page does not name, or that do not exist: {sorted(missing)}")
    lines, origins = joined()
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.js"
        page.write_text("\n".join(lines), "utf-8")
        command = [LINTER, "--config", RULES, "--format", "json", page]
        done = subprocess.run(  # noqa: S603 - our own linter on our own page
            command, capture_output=True, text=True, check=False
        )
    try:
        findings = json.loads(done.stdout)["diagnostics"]
    except (ValueError, KeyError):
        sys.exit(done.stdout + done.stderr)
    for finding in findings:
        line = finding["labels"][0]["span"]["line"] if finding["labels"] else 1
        sys.stdout.write(f"{origins[line - 1]}: {finding['message']} {finding['code']}\n")
    if findings or done.returncode:
        sys.exit(1)
    sys.stdout.write(f"{len(SCRIPTS)} scripts, no findings\n")


def joined() -> tuple[list[str], list[str]]:
    """The lines of the page's script, and the file and line that each comes from."""
    lines = ['"use strict";(() => {']
    origins = ["page.py:1"]
    for name in SCRIPTS:
        path = FOLDER / f"{name}.js"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            lines.append(line)
            origins.append(f"{path}:{number}")
    lines.append("})();")
    origins.append("page.py:1")
    return lines, origins


if __name__ == "__main__":
    main()
