"""Completion as a shell asks for it: a real bash, zsh and fish load the script and press tab."""

from __future__ import annotations

import os
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
FISH = shutil.which("fish")
ZSH = shutil.which("zsh")
SOON = 60
"""Seconds in which a shell must answer, on a busy machine."""


def command_in(folder: Path) -> None:
    """Put the command ``chipdb`` of this Python into a folder."""
    command = folder / "chipdb"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m chipdb "$@"\n')
    command.chmod(0o755)


def bash_completes(folder: Path, *words: str) -> list[str]:
    """What bash offers for the last of some words, in a shell in which only chipdb is known."""
    command_in(folder)
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


# what a user typed before the tab key, and what fish offers or zsh makes of it
LINES = {
    "chipdb ch": ({"check"}, "chipdb check "),
    "chipdb check nvidia-h20-1": ({"nvidia-h20-141gb"}, "chipdb check nvidia-h20-141gb "),
    "chipdb check H20 --to Germ": ({"Germany"}, "chipdb check H20 --to Germany "),
    "chipdb check H20 --law e": ({"enforced"}, "chipdb check H20 --law enforced "),
    "chipdb check H20 --rule us-3a090-20": (
        {"us-3a090-2022", "us-3a090-2023"},
        "chipdb check H20 --rule us-3a090-202",
    ),
    "chipdb check --inventory flee": ({"fleet.txt"}, "chipdb check --inventory fleet.txt "),
    "chipdb estimate H20 --model llama3.1-7": (
        {"llama3.1-70b"},
        "chipdb estimate H20 --model llama3.1-70b ",
    ),
    "chipdb completion z": ({"zsh"}, "chipdb completion zsh "),
}


@pytest.mark.skipif(FISH is None, reason="fish is not installed")
def test_fish_offers(tmp_path: Path) -> None:
    """``complete -C LINE`` prints what fish would offer, each with its description."""
    command_in(tmp_path)
    (tmp_path / "fleet.txt").write_text("H20\n")
    asked = [run("completion", "fish").out]
    asked += [f'echo "line {line}"; complete -C "{line}"' for line in LINES]
    ended = subprocess.run(
        [FISH or "", "--no-config", "-c", "\n".join(asked)],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=SOON,
    )
    assert ended.stderr == ""
    offered: dict[str, set[str]] = {}
    for line in ended.stdout.splitlines():
        if line.startswith("line "):
            offered[line.removeprefix("line ")] = words = set()
        else:
            words.add(line.partition("\t")[0])
    assert offered == {line: words for line, (words, _) in LINES.items()}


# What an interactive zsh in a pseudo-terminal reads first. Control-X prints what the line has
# become; it is read after the tab, so no waiting time is needed.
ZSH_SETUP = """
autoload -Uz compinit
compinit -u -D
source ./completion.zsh
shown() { print -r -- "became <$BUFFER>"; BUFFER= }
zle -N shown
bindkey '^I' complete-word
bindkey '^X' shown
"""
ZSH_SCRIPT = """
zmodload zsh/zpty
zpty shell 'TERM=dumb zsh -f -i'
zpty -w shell 'PROMPT=; source ./setup.zsh'
while read -r line; do
    zpty -w -n shell "$line"$'\t\x18'
    zpty -r -m shell answer '*became <*>*'
    print -r -- "${${answer##*became <}%%>*}>"
done < lines
zpty -d shell
"""


@pytest.mark.skipif(ZSH is None, reason="zsh is not installed")
def test_zsh_completes(tmp_path: Path) -> None:
    """The end of each word is what the tab key types; a line of several words stays open."""
    command_in(tmp_path)
    (tmp_path / "fleet.txt").write_text("H20\n")
    (tmp_path / "completion.zsh").write_text(run("completion", "zsh").out)
    (tmp_path / "setup.zsh").write_text(ZSH_SETUP)
    (tmp_path / "lines").write_text("".join(f"{line}\n" for line in LINES))
    ended = subprocess.run(
        [ZSH or "", "-f", "-c", ZSH_SCRIPT],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SOON,
    )
    assert ended.stderr == ""
    became = [line.removesuffix(">") for line in ended.stdout.splitlines()]
    assert became == [line for _, line in LINES.values()]


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
