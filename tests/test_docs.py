"""The examples of README and docs: real commands with their real output."""

from __future__ import annotations

import csv
import doctest
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import chipdb
from chipdb.rules.jurisdictions import jurisdictions

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
BUILT = {
    *(DOCS / "rules" / f"{rule.id}.md" for rule in chipdb.load_rules()),
    DOCS / "rules" / "index.md",
    *(DOCS / "jurisdictions" / f"{name}.md" for name in (*jurisdictions(), "index")),
    DOCS / "reference" / "cli.md",
    DOCS / "reference" / "validation.md",
}
"""Pages that ``make docs`` builds; they are not under version control."""
PAGES = sorted({ROOT / "README.md", *DOCS.rglob("*.md")} - BUILT)
CONSOLE = re.compile(r"^```console\n\$ (.*?)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str, str]]:
    """Every console block: page, command, the output it shows."""
    found = []
    for page in PAGES:
        for command, output in CONSOLE.findall(page.read_text(encoding="utf-8")):
            found.append((page.name, command, output.rstrip("\n")))
    return found


@pytest.mark.parametrize(("page", "command", "output"), examples())
def test_output_is_what_the_page_shows(
    page: str, command: str, output: str, tmp_path: Path
) -> None:
    """Standard output, to the letter; notes on standard error are left out of the pages."""
    command = command.replace(
        "make try", "chipdb check Blackwell --derate compute=30% --to CN --on 2026-06-01"
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path}
    run = subprocess.run(
        ["sh", "-c", command], check=False, capture_output=True, text=True, cwd=tmp_path, env=env
    )
    assert run.stdout.rstrip("\n") == output, page
    assert run.returncode in (0, 1, 3), run.stderr


def test_readme_has_one_example_and_the_tutorial_the_tour() -> None:
    """A reader of the README sees one complete answer; the tutorial shows every common command."""
    shown = [page for page, _, _ in examples()]
    assert shown.count("README.md") == 1
    assert shown.count("tutorial.md") >= 10


def test_readme_is_short_and_renders_on_a_package_index() -> None:
    """An index shows the README without the files beside it: relative links would be dead."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) <= 150
    targets = re.findall(r"\]\(([^)]+)\)|(?:src|srcset|href)=\"([^\"]+)", readme)
    assert [target for target in targets if not "".join(target).startswith("https://")] == []


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_the_size_of_the_catalog_is_that_of_today(name: str) -> None:
    """ "More than" a number of entries is true, and not less than it could say by twenty."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = re.search(r"more than (\d+) (?:accelerators|chips), systems and memory stacks", text)
    assert found is not None
    assert 0 < len(chipdb.load().ids) - int(found[1]) <= 20


def test_the_number_of_names_without_an_address_is_that_of_the_list() -> None:
    with (ROOT / "data" / "device-names.csv").open(encoding="utf-8", newline="") as file:
        sources = [row["source"] for row in csv.DictReader(file)]
    without = sources.count("public-captures")
    for name in ("CHANGELOG.md", "docs/howto/check-an-inventory.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert f"{len(sources):,} names" in text
        assert re.search(rf"\b{without}\b.* (?:were )?seen in public output", text)


def test_every_page_leads_to_the_glossary() -> None:
    for page in PAGES:
        if page.parent != ROOT and page.name != "glossary.md":
            assert "glossary.md" in page.read_text(encoding="utf-8"), page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_run(page: Path) -> None:
    result = doctest.testfile(str(page), module_relative=False)
    assert result.failed == 0


def test_the_command_line_page_has_every_command() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "cli_page.py"))
    page = tool["page"]()
    for command in tool["COMMANDS"]:
        assert f"\n## {command}\n" in page


def test_the_validation_page_is_made_from_the_measurements() -> None:
    text = runpy.run_path(str(ROOT / "tools" / "validation_page.py"))["page"]()
    for heading in ("By phase", "By vendor", "By model", "By source", "The worst misses"):
        assert f"\n## {heading}\n" in text


def test_every_link_between_pages_exists() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            path = (page.parent / target).resolve()
            assert path.exists() or path in BUILT, f"{page.name} links to {target}"


def test_every_file_that_a_page_names_exists() -> None:
    """A page that explains where things are is wrong as soon as a file moves."""
    named = re.compile(r"`((?:bench|chipdb|data|docs|tests|tools)/[^`\s<]*)`")
    for page in PAGES:
        for name in named.findall(page.read_text(encoding="utf-8")):
            path = ROOT / name
            assert path.exists() or path in BUILT or "_build" in name, f"{page.name} names {name}"
