"""Calls by name and values: the JSON and the errors of the command line, and nothing of the machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import get_args

import pytest
from running import run

from chipdb.bounds import MOST_OPTION_VALUES, MOST_VALUE_LETTERS
from chipdb.cli.options import CatalogFile, Mapping, Option, RulesFile
from chipdb.errors import ChipdbError
from chipdb.service import calls
from chipdb.service.calls import (
    COMMANDS,
    OFFERED,
    answer,
    description,
    error_line,
    parameters,
)

DAY = "2026-06-01"
CALLS: dict[str, tuple[str, dict[str, list[str]], tuple[str, ...]]] = {
    "check": (
        "check",
        {"chip": ["H20", "B200"], "to": ["CN", "AE"], "on": [DAY], "derate": ["B200:compute=30%"]},
        ("H20", "B200", "--to", "CN", "--to", "AE", "--on", DAY, "--derate", "B200:compute=30%"),
    ),
    "strict": (
        "check",
        {"chip": ["A100"], "on": [DAY], "to": ["IN"], "strict": ["true"]},
        ("A100", "--on", DAY, "--to", "IN", "--strict"),
    ),
    "headroom": (
        "headroom",
        {"chip": ["H100"], "on": [DAY], "knob": ["compute"]},
        ("H100", "--on", DAY, "--knob", "compute"),
    ),
    "compare": ("compare", {"chip": ["H20", "H100"]}, ("H20", "H100")),
    "timeline": ("timeline", {"chip": ["H20"], "to": ["CN"]}, ("H20", "--to", "CN")),
    "budget": (
        "budget",
        {"chip": ["H20"], "count": ["10"], "on": [DAY]},
        ("H20", "--count", "10", "--on", DAY),
    ),
    "list": (
        "list",
        {"vendor": ["Huawei"], "sort": ["tpp"], "reverse": ["1"]},
        ("--vendor", "Huawei", "--sort", "tpp", "--reverse"),
    ),
    "show": ("show", {"chip": ["H20"]}, ("H20",)),
    "identify": ("identify", {"name": ["NVIDIA L4", "p5.48xlarge"]}, ("NVIDIA L4", "p5.48xlarge")),
    "rules": ("rules", {"id": ["us-3a090-2023"]}, ("us-3a090-2023",)),
    "near": (
        "near",
        {"chip": ["RTX 4090 D"], "on": [DAY], "within": ["3%"]},
        ("RTX 4090 D", "--on", DAY, "--within", "3%"),
    ),
    "envelope": (
        "envelope",
        {"rule": ["us-3a090-2023"], "area": ["814mm^2"], "memory-bandwidth": ["4.8TB/s"]},
        ("--rule", "us-3a090-2023", "--area", "814mm^2", "--memory-bandwidth", "4.8TB/s"),
    ),
    "stale": ("stale", {"on": [DAY], "days": ["30"]}, ("--on", DAY, "--days", "30")),
    "estimate": (
        "estimate",
        {"chip": ["H100"], "model": ["llama3.1-70b"], "phase": ["decode"], "price": ["2.5"]},
        ("H100", "--model", "llama3.1-70b", "--phase", "decode", "--price", "2.5"),
    ),
    "equivalents": (
        "equivalents",
        {"chip": ["H20"], "of": ["H100"], "model": ["llama3.1-8b"], "phase": ["prefill"]},
        ("H20", "--of", "H100", "--model", "llama3.1-8b", "--phase", "prefill"),
    ),
    "sources": ("sources", {"chip": ["H20"], "on": [DAY]}, ("H20", "--on", DAY)),
    "conflicts": ("conflicts", {"chip": ["910B2"], "on": [DAY]}, ("910B2", "--on", DAY)),
}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_the_body_is_the_json_of_the_command(name: str) -> None:
    command, values, arguments = CALLS[name]
    assert answer(command, values) == run(command, *arguments, "--format", "json").json


@pytest.mark.parametrize(
    ("values", "arguments"),
    [
        ({"chip": ["H2o"], "on": [DAY]}, ("H2o", "--on", DAY)),
        ({"chip": ["H20"], "on": ["tomorrow"]}, ("H20", "--on", "tomorrow")),
        (
            {"chip": ["H20"], "on": [DAY], "to": ["Atlantis"]},
            ("H20", "--on", DAY, "--to", "Atlantis"),
        ),
        ({"chip": ["H20"], "law": ["mine"]}, ("H20", "--law", "mine")),
        ({"on": [DAY]}, ("--on", DAY)),
        ({"chip": ["H20"], "on": [DAY, "2026-01-01"]}, ("H20", "--on", DAY, "--on", "2026-01-01")),
        ({"chip": ["H20"], "derate": ["speed=30%"]}, ("H20", "--derate", "speed=30%")),
    ],
)
def test_the_error_is_the_line_of_the_command(
    values: dict[str, list[str]], arguments: tuple[str, ...]
) -> None:
    with pytest.raises(ChipdbError) as error:
        answer("check", values)
    assert error_line(error.value) == run("check", *arguments).err.strip()


REFUSED = {
    "FILE": "a file of the machine",
    "FILE|-": "a file of the machine, or standard input",
    "BEFORE AFTER": "pairs of rules",
    "table|markdown|csv|json": "how the output looks",
}
"""Placeholders that are not offered, and what they stand for."""


class TestNothingOfTheMachine:
    """No file can be read or written, and no call can be too large."""

    @pytest.mark.parametrize("command", COMMANDS)
    def test_each_placeholder_was_judged(self, command: str) -> None:
        """A new one is either offered, because it can name no file, or listed above."""
        assert not OFFERED & REFUSED.keys()
        for option, is_flag in declared(command):
            if not is_flag:
                assert option.metavar in OFFERED | REFUSED.keys(), option.names

    def test_a_placeholder_that_was_not_judged_is_not_offered(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(calls, "OFFERED", OFFERED - {"DATE"})
        names = {each.name for each in calls._parameters(calls._function("check"))}
        assert "to" in names
        assert "on" not in names

    @pytest.mark.parametrize(
        ("command", "values"),
        [
            ("check", {"chip": ["H20"], "vintage": ["../../2026.11"]}),
            ("check", {"chip": ["H20"], "rule": ["/etc/passwd"]}),
            ("check", {"chip": ["H20"], "to": ["..\\places.yaml"]}),
            ("list", {"vendor": ["/etc/passwd"]}),
            ("rules", {"id": ["../rules/us-3a090-2023"]}),
        ],
    )
    def test_a_path_is_no_value(self, command: str, values: dict[str, list[str]]) -> None:
        with pytest.raises(ChipdbError, match="must have no slash"):
            answer(command, values)

    def test_names_and_quantities_may_have_a_slash(self) -> None:
        """The table of the amdgpu driver has one name for the MI60 and the MI50, with a slash."""
        chip = {"chip": ["H20"], "on": [DAY]}
        (raised,) = answer("check", {**chip, "set": ["memory_bandwidth=5 TB/s"]})
        assert raised["chip"] == "nvidia-h20-96gb"
        (found,) = answer("identify", {"name": ["AMD Instinct MI60 / MI50"]})
        assert found["given"] == "AMD Instinct MI60 / MI50"

    def test_options_that_name_files_are_not_offered(self) -> None:
        files = {"catalog", "mapping", "rules"}
        assert {
            each.__metadata__[0].names[-1].lstrip("-") for each in (CatalogFile, Mapping, RulesFile)
        } == files
        for command in COMMANDS:
            assert not files & parameters(command).keys()

    def test_a_file_is_no_chip(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        path.write_text("- {id: mine, kind: processor, name: Mine, vendor: Me}\n")
        for command in ("check", "headroom", "compare", "show", "timeline", "sources", "near"):
            for name in (str(path), "/etc/passwd", "-", "../data/chips.yaml"):
                with pytest.raises(ChipdbError, match=r"unknown chip|must be a name"):
                    answer(command, {"chip": [name]})

    def test_a_file_is_no_model(self, tmp_path: Path) -> None:
        path = tmp_path / "config.json"
        path.write_text("{}")
        with pytest.raises(ChipdbError, match="unknown model"):
            answer("estimate", {"chip": ["H100"], "model": [str(path)], "phase": ["decode"]})

    def test_standard_input_is_no_name(self) -> None:
        with pytest.raises(ChipdbError, match="must be a name"):
            answer("identify", {"name": ["-"]})

    def test_options_that_do_not_exist_are_refused(self) -> None:
        for name in ("rules", "catalog", "output", "format", "inventory", "all"):
            with pytest.raises(ChipdbError, match=f"no such option: --{name}"):
                answer("check", {"chip": ["H20"], name: ["x"]})

    def test_sizes_have_a_limit(self) -> None:
        with pytest.raises(ChipdbError, match="the limit is 50"):
            answer("check", {"chip": ["H20"] * (MOST_OPTION_VALUES + 1)})
        with pytest.raises(ChipdbError, match="characters"):
            answer("check", {"chip": ["H" * (MOST_VALUE_LETTERS + 1)]})
        with pytest.raises(ChipdbError, match="answers are asked for"):
            answer("check", {"chip": ["H20"] * 50, "to": ["CN"] * 5})

    def test_other_commands_are_not_offered(self) -> None:
        for command in ("export", "explore", "dossier", "plot", "serve", "new", "audit", "sweep"):
            with pytest.raises(ChipdbError, match="command must be one of"):
                answer(command, {})


def declared(command: str) -> Iterator[tuple[Option, bool]]:
    """Each option of a command, those of its groups among them, and whether it is a flag."""
    for name, hint in calls._hints(calls._function(command)).items():
        if name == "return":
            continue
        for each in calls._hints(hint).values() if is_dataclass(hint) else [hint]:
            kind, option = get_args(each)
            if isinstance(option, Option):
                yield option, kind is bool


@pytest.mark.parametrize("command", COMMANDS)
def test_descriptions_speak_of_nothing_that_only_a_command_line_has(command: str) -> None:
    """A program or an agent that calls has no exit status, no standard input and no files."""
    texts = [description(command), *(each.help for each in parameters(command).values())]
    for text in texts:
        assert text.strip()
        lower = text.lower()
        for word in ("exit status", "standard input", " file", "with -,", " - ", "ends with 3"):
            assert word not in lower, text


def test_descriptions_keep_the_rest_of_the_help() -> None:
    assert description("identify") == (
        "Find the chip that a system means by a name.\n\n"
        "A name is that of a driver, a PCI id, a part number, a cloud instance, or a label of a "
        "node. An ambiguous name has candidates instead of a chip."
    )


@pytest.mark.parametrize(("name", "value"), [("quantity", "many"), ("strict", "perhaps")])
def test_a_value_of_the_wrong_kind_is_named(name: str, value: str) -> None:
    with pytest.raises(ChipdbError, match=rf"--{name} must be .*, not '{value}'"):
        answer("check", {"chip": ["H20"], name: [value]})
