"""The library offers what the command line does: a function for each command, with its words."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from running import run

import chipdb
from chipdb.cli import parser
from chipdb.errors import ChipdbError
from chipdb.service import calls

DAY = "2024-06-01"
COMMANDS = {
    "audit": chipdb.audit,
    "budget": chipdb.budget,
    "check": chipdb.check,
    "cite": chipdb.cite,
    "compare": chipdb.compare,
    "conflicts": chipdb.conflicts,
    "dossier": chipdb.dossier,
    "envelope": chipdb.envelope,
    "equivalents": chipdb.equivalents,
    "estimate": chipdb.estimate,
    "explore": chipdb.explore,
    "export": chipdb.export,
    "flips": chipdb.flips,
    "headroom": chipdb.headroom,
    "identify": chipdb.identify,
    "near": chipdb.near,
    "plot": chipdb.chart,
    "site": chipdb.site,
    "sources": chipdb.sources,
    "stale": chipdb.stale,
    "sweep": chipdb.sweep,
    "timeline": chipdb.timeline,
    "validate": chipdb.validate,
}
WITHOUT_FUNCTION = {"completion", "list", "mcp", "new", "rules", "serve", "show"}
"""A catalog and a rulebook are read in Python; the others start a service or write for a shell."""
FILES = {"audit", "dossier", "explore", "export", "plot", "site", "sweep"}
"""Commands that write a file or read a table; those with JSON have a test each below."""
NOT_ASKED_OVER_HTTP = {"cite", "validate"}
"""What the pages of the site have, and a check of the data."""
PRINTED = {"help", "format", "output", "wide", "no-pager"}
"""What the library leaves to ``to_dict`` and to the caller."""
OF_THE_COMMAND_LINE = {"all", "explain", "inventory", "mapping"}
"""``check(load())`` asks every chip, an answer explains itself, and tables are for ``check_frame``.
"""
PYTHON_ONLY = {"rulebook"}
ARGUMENTS = {"chip", "chips", "name", "grid", "kind", "before", "after", "file", "path"}


def options(command: str) -> set[str]:
    """The options in the help of a command."""
    return set(re.findall(r"(?<![\w-])--([a-z][a-z-]*)", run(command, "--help").out))


def parameters(function: Callable[..., Any]) -> set[str]:
    """The parameters of a function, in the words of options."""
    return {name.strip("_").replace("_", "-") for name in inspect.signature(function).parameters}


class TestWords:
    """Each option of a command is a parameter of its function, and the reverse."""

    @pytest.mark.parametrize("command", sorted(COMMANDS))
    def test_options_are_parameters(self, command: str) -> None:
        named, asked = parameters(COMMANDS[command]), options(command)
        left_out = PRINTED if command == "audit" else PRINTED | OF_THE_COMMAND_LINE
        assert asked - left_out - named == set()
        assert named - asked - ARGUMENTS - PYTHON_ONLY - PRINTED == set()

    def test_no_command_is_left_out(self) -> None:
        """A new command needs a function, a call that compares both, and its place in the API."""
        assert set(COMMANDS) | WITHOUT_FUNCTION == set(parser.COMMANDS)
        compared = {name.partition(",")[0] for name in CALLS}
        assert compared == set(COMMANDS) - FILES
        answering = set(parser.COMMANDS) - FILES - {"completion", "mcp", "new", "serve"}
        assert answering == set(calls.COMMANDS) | NOT_ASKED_OVER_HTTP

    def test_all_are_public(self) -> None:
        assert all(getattr(chipdb, name) for name in chipdb.__all__)
        functions = {function.__name__ for function in COMMANDS.values()}
        assert functions <= set(chipdb.__all__)


RULES = "us-3a090-2022"
CALLS: dict[str, tuple[tuple[str, ...], Callable[[], Any]]] = {
    "check": (
        ("check", "H20", "--on", DAY, "--to", "China"),
        lambda: [chipdb.check("H20", on=DAY, to="China")],
    ),
    "check, several": (
        ("check", "H20", "A800", "--on", DAY, "--derate", "compute=30%", "--rule", RULES),
        lambda: chipdb.check(["H20", "A800"], on=DAY, derate={"compute": "30%"}, rule=RULES),
    ),
    "headroom": (
        ("headroom", "H100", "--on", DAY, "--knob", "compute"),
        lambda: chipdb.headroom("H100", on=DAY, knob="compute"),
    ),
    "compare": (
        ("compare", "H20", "H100", "--set", "H20:tpp=1000"),
        lambda: chipdb.compare(["H20", "H100"], set={"H20:tpp": 1000}),
    ),
    "timeline": (
        ("timeline", "H20", "--to", "CN", "--vintage", "2026.11"),
        lambda: chipdb.timeline("H20", to="CN", vintage="2026.11"),
    ),
    "near": (
        ("near", "RTX 4090 D", "--on", DAY, "--within", "3%"),
        lambda: chipdb.near("RTX 4090 D", on=DAY, within="3%"),
    ),
    "flips": (
        ("flips", "2023-11-16", "2023-11-17"),
        lambda: chipdb.flips(date(2023, 11, 16), "2023-11-17"),
    ),
    "budget": (
        ("budget", "H20", "--on", DAY, "--count", "10"),
        lambda: [chipdb.budget("H20", on=DAY, count=10)],
    ),
    "conflicts": (
        ("conflicts", "910B2", "--on", DAY),
        lambda: chipdb.conflicts("910B2", on=DAY),
    ),
    "identify": (
        ("identify", "NVIDIA L4", "Banana 9000"),
        lambda: chipdb.identify(["NVIDIA L4", "Banana 9000"]),
    ),
    "estimate": (
        ("estimate", "H20", "--model", "llama3.1-8b", "--phase", "prefill"),
        lambda: [chipdb.estimate("H20", model="llama3.1-8b", phase="prefill")],
    ),
    "equivalents": (
        ("equivalents", "H20", "--of", "H100", "--model", "llama3.1-8b", "--phase", "prefill"),
        lambda: [chipdb.equivalents("H20", of="H100", model="llama3.1-8b", phase="prefill")],
    ),
    "envelope": (
        ("envelope", "--on", DAY, "--to", "CN", "--area", "600 mm2"),
        lambda: chipdb.envelope(on=DAY, to="CN", area="600 mm2"),
    ),
    "cite": (("cite", "us-3a090-2023"), lambda: chipdb.cite("us-3a090-2023")),
    "stale": (("stale", "--on", "2027-06-01"), lambda: chipdb.stale(on="2027-06-01")),
    "sources": (("sources", "H20", "--on", DAY), lambda: chipdb.sources("H20", on=DAY)),
    "validate": (("validate",), chipdb.validate),
}


def record(answer: Any) -> Any:
    """An answer, or each of a list, as the JSON that it prints."""
    if isinstance(answer, dict):
        return json.loads(json.dumps(answer))
    if hasattr(answer, "to_dict"):
        return json.loads(json.dumps(answer.to_dict()))
    return [record(one) for one in answer]


class TestAnswers:
    """``to_dict`` gives the objects that the command prints, whatever options were used."""

    @pytest.mark.parametrize("name", sorted(CALLS))
    def test_equal_those_of_the_command(self, name: str) -> None:
        arguments, call = CALLS[name]
        assert record(call()) == run(*arguments, "--format", "json").json

    def test_audit(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.csv"
        path.write_text("name,throughput.fp16\nH20,500\n")
        answer = chipdb.audit(path, on=DAY)
        assert record(answer) == run("audit", str(path), "--on", DAY, "--format", "json").json
        assert {finding.kind for finding in answer.findings} >= {"differs"}

    def test_sweep(self, tmp_path: Path) -> None:
        path = tmp_path / "grid.yaml"
        path.write_text(
            "knobs: {tpp: [1000, 5000], applicable_die_area: [400, 800]}\n"
            "facts: {datacenter: true}\n"
        )
        answer = chipdb.sweep(path, on=DAY)
        assert record(answer) == run("sweep", str(path), "--on", DAY, "--format", "json").json
        assert sum(answer.counts.values()) == 4

    def test_dossier(self, tmp_path: Path) -> None:
        path = tmp_path / "h20.json"
        sheet = chipdb.dossier("H20", on=DAY, to="CN", output=path)
        printed = run("dossier", "H20", "--on", DAY, "--to", "CN", "--format", "json").out
        assert path.read_text() == printed
        assert record(sheet.records()) == json.loads(printed)

    def test_export(self, tmp_path: Path) -> None:
        path = chipdb.export(tmp_path / "chips.csv")
        run("export", "-o", str(tmp_path / "again.csv"))
        assert path.read_text() == (tmp_path / "again.csv").read_text()

    def test_explore(self, tmp_path: Path) -> None:
        path = chipdb.explore(tmp_path / "page.html", on=DAY)
        run("explore", "-o", str(tmp_path / "again.html"), "--on", DAY)
        assert path.read_text() == (tmp_path / "again.html").read_text()

    def test_one_chip_gives_one_answer(self) -> None:
        assert isinstance(chipdb.check("H20", on=DAY), chipdb.Check)
        assert isinstance(chipdb.check(["H20"], on=DAY), list)
        assert not isinstance(chipdb.budget("H20", on=DAY), list)

    def test_rules_of_ones_own(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        path.write_text(
            "id: mine\nquestion: classification\n"
            "provisions:\n- {id: line, when: {metric: tpp, ge: 100}}\n"
        )
        by_path = chipdb.check("H20", on=DAY, rules=path)
        assert by_path.answers[-1].rule.id == "mine"
        assert chipdb.check("H20", on=DAY, rules=str(path)).to_dict() == by_path.to_dict()

    def test_rules_still_names_rules(self) -> None:
        old = chipdb.check("H20", on=DAY, rules=[RULES])
        assert old.to_dict() == chipdb.check("H20", on=DAY, rule=RULES).to_dict()

    def test_chips_of_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        path.write_text(
            "- {id: mine-1, name: Mine One, extends: H20}\n- {id: mine-2, name: Mine Two, extends: H20}\n"
        )
        answers = chipdb.check(path, on=DAY)
        assert [answer.chip.id for answer in answers] == ["mine-1", "mine-2"]
        assert chipdb.check("mine-2", on=DAY, catalog=path).chip.id == "mine-2"


class TestChips:
    """A chip answers for its metrics."""

    def test_tpp(self) -> None:
        chip = chipdb.load()["H20"]
        assert (chip.tpp, type(chip.tpp)) == (2368.0, float)
        assert chipdb.Chip(id="bare", name="Bare").tpp is None

    def test_metric(self) -> None:
        metric = chipdb.load()["H20"].metric("memory_bandwidth")
        assert (float(metric.value or 0), metric.unit, metric.state) == (4000.0, "GB/s", "known")
        assert metric.low is not None
        assert metric.high is not None

    def test_outcome(self) -> None:
        assert chipdb.check("A100", on=DAY).classification.outcome == "3A090.a"


WRONG_VALUES: list[tuple[str, Callable[[], Any]]] = [
    ("law must be 'enforced' or 'text', not 'x'", lambda: chipdb.check("H20", law="x")),
    ("role must be", lambda: chipdb.check("H20", role="x")),
    ("on must be", lambda: chipdb.check("H20", on="2024-02-30")),
    ("to: unknown country", lambda: chipdb.check("H20", to="Atlantis")),
    ("from_: unknown country", lambda: chipdb.check("H20", from_="Atlantis")),
    ("headquarters: unknown country", lambda: chipdb.check("H20", headquarters=["Atlantis"])),
    ("unknown chip 'H2O'", lambda: chipdb.check("H2O")),
    ("unknown rule", lambda: chipdb.check("H20", rule="x")),
    ("unknown metric", lambda: chipdb.load()["H20"].metric("tppp")),
    ("within must be", lambda: chipdb.near(within="5")),
    ("count must be", lambda: chipdb.budget("H20", count=0)),
    ("derate must be", lambda: chipdb.check("H20", derate=["compute"])),
    ("two or more chips", lambda: chipdb.compare("H20")),
    ("chips must name", lambda: chipdb.dossier([])),
]
ANY: Any = object()
WRONG_TYPES: list[tuple[str, Callable[[], Any]]] = [
    ("on must be", lambda: chipdb.check("H20", on=ANY)),
    ("to must be", lambda: chipdb.headroom("H20", to=ANY)),
    ("from_ must be", lambda: chipdb.check("H20", from_=ANY)),
    ("law must be", lambda: chipdb.flips(DAY, DAY, law=ANY)),
    ("strict must be", lambda: chipdb.check("H20", strict=ANY)),
    ("rule must be", lambda: chipdb.check("H20", rule=ANY)),
    ("rules must be", lambda: chipdb.check("H20", rules=ANY)),
    ("chip must be", lambda: chipdb.check(ANY)),
    ("chips must be", lambda: chipdb.timeline([ANY])),
    ("derate must be", lambda: chipdb.check("H20", derate={"compute": ANY})),
    ("drop must be", lambda: chipdb.check("H20", drop=ANY)),
    ("catalog must be", lambda: chipdb.near(catalog=ANY)),
    ("vintage must be", lambda: chipdb.conflicts(vintage=ANY)),
    ("count must be", lambda: chipdb.budget("H20", count=[ANY])),
    ("count must be", lambda: chipdb.budget("H20", count=True)),
    ("reference must be", lambda: chipdb.budget("H20", reference=ANY)),
    ("baseline must be", lambda: chipdb.compare(["H20", "H100"], ANY)),
    ("path must be", lambda: chipdb.validate(ANY)),
    ("file must be", lambda: chipdb.audit(ANY)),
    ("output must be", lambda: chipdb.export(ANY)),
    ("kind must be", lambda: chipdb.chart(ANY)),
    ("name must be", lambda: chipdb.load()["H20"].metric(ANY)),
]


class TestErrors:
    """Errors speak Python: a wrong value is a ChipdbError, a wrong type a TypeError."""

    @pytest.mark.parametrize(("words", "call"), WRONG_VALUES)
    def test_wrong_values(self, words: str, call: Callable[[], Any]) -> None:
        with pytest.raises(ChipdbError, match=re.escape(words)) as caught:
            call()
        assert "--" not in str(caught.value)

    @pytest.mark.parametrize(("words", "call"), WRONG_TYPES)
    def test_wrong_types(self, words: str, call: Callable[[], Any]) -> None:
        with pytest.raises(TypeError, match=re.escape(words)):
            call()

    def test_the_command_line_names_the_option(self) -> None:
        wrong = run("check", "H20", "--law", "x")
        assert (wrong.status, wrong.lines) == (
            2,
            ["chipdb: --law must be 'enforced' or 'text', not 'x'"],
        )
        assert run("check", "H20", "--from", "Atlantis").err.startswith("chipdb: --from: unknown")


def parts(value: Any, seen: set[int], depth: int = 0) -> list[Any]:
    """A value and what it is made of."""
    if id(value) in seen or depth > 6:
        return []
    seen.add(id(value))
    found = [value] if type(value).__module__.startswith("chipdb.") else []
    if isinstance(value, dict):
        inner = list(value.values())
    elif isinstance(value, list | tuple):
        inner = list(value)
    else:
        names = getattr(value, "__dataclass_fields__", {})
        inner = [getattr(value, name) for name in names if not name.startswith("_")]
    for one in inner:
        found += parts(one, seen, depth + 1)
    return found


def test_every_object_is_short_to_look_at(tmp_path: Path) -> None:
    """A notebook that shows an answer, or a list of chips, stays readable."""
    path = tmp_path / "mine.csv"
    path.write_text("name,throughput.fp16\nH20,500\n")
    made: list[Any] = [call() for name, (_, call) in CALLS.items() if name != "validate"]
    made += [chipdb.audit(path, on=DAY), chipdb.chart("tpp-density", "H20", on=DAY)]
    made += [
        chipdb.dossier("H20", on=DAY),
        chipdb.load(),
        chipdb.load_rules(),
        chipdb.load()["H20"],
    ]
    made += list(chipdb.load_rules())
    seen: set[int] = set()
    long = {
        type(part).__qualname__
        for value in made
        for part in parts(value, seen)
        if not isinstance(part, list | dict) or hasattr(part, "to_dict")
        if len(repr(part)) >= 500
    }
    assert sorted(long) == []
