"""Record the output of the examples in README and docs again: ``make examples``.

An example is a ``console`` block that starts with ``$``; ``tests/test_docs.py`` compares each with
what the command prints. Read the difference before you commit it: a changed answer is a defect.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLE = re.compile(r"^```console\n\$ (.*?)\n(.*?)^```", re.MULTILINE | re.DOTALL)
MAKE_TRY = "chipdb check Blackwell --derate compute=30% --to CN --on 2026-06-01"


def output_of(command: str, folder: str) -> str:
    """Return the standard output of a command that runs in an empty folder."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shell_command = ["sh", "-c", command.replace("make try", MAKE_TRY)]
    run = subprocess.run(  # noqa: S603 - the commands are those of our own pages
        shell_command,
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PATH": path},
    )
    if run.returncode not in (0, 1, 3):
        sys.exit(f"{command}: exit status {run.returncode}\n{run.stderr}")
    return run.stdout.rstrip("\n")


def recorded(text: str) -> str:
    """Return the text of a page with the current output below each command."""

    def with_output(example: re.Match[str]) -> str:
        command = example[1]
        with tempfile.TemporaryDirectory() as folder:
            output = output_of(command, folder)
        block = f"```console\n$ {command}\n"
        if output:
            block += f"{output}\n"
        return f"{block}```"

    return EXAMPLE.sub(with_output, text)


def main() -> None:
    """Record the pages that are named, or all."""
    pages = [Path(name) for name in sys.argv[1:]] or PAGES
    for page in pages:
        text = page.read_text(encoding="utf-8")
        if "```console" in text:
            page.write_text(recorded(text), encoding="utf-8")


if __name__ == "__main__":
    main()
