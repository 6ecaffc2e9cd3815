"""Build ``docs/reference/cli.md``: the help text of every command."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from chipdb.cli.parser import COMMANDS, app_for

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "cli.md"
WIDTH = 110
HEAD = """<!-- built by `make docs` from the commands' help texts; do not edit -->

# Command line

chipdb writes data to standard output and notes to standard error.
`--format` accepts `table`, `markdown`, `csv`, `json`, and every other format of tabulate.
`-o FILE` writes a file that appears complete or not at all.
An argument that contains a slash or ends in `.yaml`, `.yml`, `.json`, `.csv` or `.parquet`
is a file, `-` is standard input, and anything else is the name of a chip.
`chipdb --version` prints the version and the hashes of the data and the rules.
"""


def page() -> str:
    """Return the text of the page."""
    return "\n".join([HEAD, *map(_section, COMMANDS)])


def _section(name: str) -> str:
    run = CliRunner().invoke(
        app_for([name]),
        [name, "--help"],
        prog_name="chipdb",
        terminal_width=WIDTH,
        max_content_width=WIDTH,
    )
    return f"## {name}\n\n```text\n{run.stdout.strip()}\n```\n"


def main() -> None:
    """Write the page if it changed."""
    text = page()
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
