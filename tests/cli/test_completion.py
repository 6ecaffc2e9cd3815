"""Completion as a shell asks for it: a real bash loads the script and presses tab."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import run

import chipdb
from chipdb.cli.completion_words import SHELLS, SOURCES, completer_of
from chipdb.cli.parser import COMMANDS
from chipdb.rules.places import places

BASH = shutil.which("bash") or "bash"


def bash_completes(folder: Path, *words: str) -> list[str]:
    """What bash offers for the last of some words, in a shell in which only chipdb is known."""
    command = folder / "chipdb"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m chipdb "$@"\n')
    command.chmod(0o755)
    script = run("completion", "bash").out
    quoted = " ".join(f"'{word}'" for word in words)
    asked = (
        f'PATH="{folder}:$PATH"\n{script}\n'
        f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}\n"
        '_chipdb_completion chipdb; printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    ended = subprocess.run(
        [BASH, "--norc", "--noprofile", "-c", asked], capture_output=True, text=True, check=True
    )
    assert ended.stderr == ""
    return ended.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("ch",), {"check"}),
        (("check", "nvidia-h20-"), {"nvidia-h20-96gb", "nvidia-h20-141gb", "nvidia-h20-nvl16"}),
        (("check", "H20", "--to", "Germ"), {"Germany"}),
        (("check", "H20", "--law", "e"), {"enforced"}),
        (("check", "--rule", "us-3a090-20"), {"us-3a090-2022", "us-3a090-2023"}),
        (("completion", "z"), {"zsh"}),
    ],
)
def test_bash_offers(tmp_path: Path, words: tuple[str, ...], offered: set[str]) -> None:
    assert set(bash_completes(tmp_path, "chipdb", *words)) == offered


def test_a_name_is_completed_as_it_was_begun() -> None:
    """Lookup ignores case, but a shell drops words that begin in another case."""
    complete = completer_of("CHIP")
    assert complete is not None
    assert "h200" in [word for word, _ in complete("h20")]
    assert "H200" in [word for word, _ in complete("H20")]


def test_every_name_that_is_offered_is_understood() -> None:
    complete = completer_of("CHIP")
    assert complete is not None
    catalog = chipdb.load()
    names = [word for word, _ in complete("")]
    assert set(catalog.ids) <= set(names)
    assert [name for name in names if not catalog.is_name(name)] == []


def test_countries_are_offered_by_code_and_by_name() -> None:
    complete = completer_of("COUNTRY")
    assert complete is not None
    assert {"CN", "China"} <= {word for word, _ in complete("c")} | {w for w, _ in complete("C")}
    for word, _ in complete(""):
        assert places().code_of(word)


def test_only_proposals_are_offered_to_enact() -> None:
    complete = completer_of("PROPOSAL")
    assert complete is not None
    book = chipdb.load_rules()
    words = [word for word, _ in complete("")]
    assert words
    assert all(book[word].enacted_as for word in words)


@pytest.mark.parametrize("metavar", sorted(SOURCES))
def test_each_placeholder_of_the_table_has_words(metavar: str) -> None:
    complete = completer_of(metavar)
    assert complete is not None
    assert complete("")


def test_free_text_is_not_completed() -> None:
    assert completer_of("DATE") is None
    assert completer_of(None) is None


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_a_script(shell: str) -> None:
    ran = run("completion", shell)
    assert ran.status == 0
    assert "_CHIPDB_COMPLETE=complete_" + shell in ran.out


def test_another_shell_is_refused() -> None:
    ran = run("completion", "tcsh")
    assert ran.status == 2
    assert "bash, zsh, fish" in ran.err


def test_the_app_still_has_no_option_that_installs_completion() -> None:
    assert "completion" in COMMANDS
    assert "--install-completion" not in run("--help").out
