"""Write `docs/reference/cli.md`, every command with its options as `--help` prints them."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from chipdb.cli.app import COMMANDS, app_for

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "cli.md"
WIDTH = 110
HEAD = """<!-- made by tools/cli_page.py: change the command, then run make pages -->

# Command line

Data goes to standard output, notes to standard error. `--format` takes table, markdown, csv, json, any format of tabulate; `-o`
writes a file that appears whole or not at all. An argument with a slash or ending in .yaml .yml .json .csv .parquet is a file,
`-` is standard input, anything else a name. `chipdb --version` prints version, data hash and rules hash.
"""


def page() -> str:
    """The page as it should stand."""
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


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
