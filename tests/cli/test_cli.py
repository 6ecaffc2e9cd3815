"""The command line: exit statuses, whose rules count, formats, where output goes, and help for
everything.
"""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from running import Ran, run
from typer.core import TyperGroup

import chipdb
from chipdb.cli.parser import COMMANDS as COMMANDS_BY_SECTION
from chipdb.cli.parser import app_for

UNKNOWN_AREA = "name: Mine\ndesigned_for: [datacenter]\nmetrics: {tpp: 4799}\n"
# Below .b by density (2408 / 1510 = 1.595), inside it where the area is 5 % smaller.
CONTESTED = """\
name: Mine
designed_for: [datacenter]
throughput: {fp8: 301 TFLOPS}
dies: [{name: A, transistors_are: non-planar, area: {value: 1510 mm^2, tolerance: 5 %, basis: teardown}}]
"""
DECLARED = """\
name: Mine
designed_for: [datacenter]
metrics: {tpp: 1500, applicable_die_area: 800 mm^2}
declared: {tpp: 4900}
"""


def called(call: str, stdin: str = "", folder: Path | None = None) -> Ran:
    """A call written in one line."""
    return run(*call.split(), stdin=stdin, folder=folder)


def status(call: str, stdin: str = "", folder: Path | None = None) -> int:
    """How a call ends."""
    return called(call, stdin, folder).status


class TestStatusOfClassification:
    """Without ``--to``: 1 met, 3 undetermined or contested and not met, 0 otherwise; the worst of
    several, 2 before all.
    """

    @pytest.mark.parametrize(
        ("call", "expected"),
        [
            ("check A100 --on 2023-12-01", 1),
            ("check H20 --on 2023-12-01", 0),
            ("check H800 --on 2023-06-01", 0),
            ("check 910B4 --on 2024-01-01", 1),
            ("check H20 A100 --on 2023-12-01", 1),
            ("check H20 L2 --on 2023-12-01", 0),
            ("check H20 A100 h2o --on 2023-12-01", 2),
            ("check --all --on 2023-12-01", 1),
        ],
    )
    def test_catalog(self, call: str, expected: int) -> None:
        assert status(call) == expected

    @pytest.mark.parametrize(
        ("text", "names", "expected"),
        [
            (UNKNOWN_AREA, "-", 3),
            (CONTESTED, "-", 3),
            (CONTESTED.replace(", basis: teardown", ""), "-", 3),
            (DECLARED, "-", 3),
            (UNKNOWN_AREA, "H20 -", 3),
            (UNKNOWN_AREA, "- A100", 1),
            (UNKNOWN_AREA, "- A100 h2o", 2),
        ],
    )
    def test_user_files(self, text: str, names: str, expected: int) -> None:
        assert status(f"check {names} --on 2023-12-01", stdin=text) == expected


class TestStatusOfLicense:
    """With ``--to`` the license decides; duty, review and at-control never set the status."""

    @pytest.mark.parametrize(
        ("call", "expected"),
        [
            ("A100 --to CN --on 2023-12-01", 1),
            ("A100 --to DE --on 2023-12-01", 0),
            ("H20 --to CN --on 2023-12-01", 0),
            ("H20 --to CN --on 2025-05-01", 1),
            ("H20 --to RU --on 2024-06-01", 1),
            ("H20 --to IR --on 2024-06-01", 1),
            ("H100 --to SG --on 2024-06-01", 0),
            ("H100 --to SG --headquarters CN --on 2024-06-01", 1),
            ("H200 --to US --on 2026-02-01", 0),
            ("H200 --to CN --on 2026-02-01", 1),
        ],
    )
    def test_catalog(self, call: str, expected: int) -> None:
        assert status(f"check {call}") == expected

    @pytest.mark.parametrize(("to", "expected"), [("CN", 3), ("DE", 0)])
    def test_an_unknown_figure(self, to: str, expected: int) -> None:
        assert status(f"check - --to {to} --on 2024-01-01", stdin=UNKNOWN_AREA) == expected

    def test_duty_is_met_and_silent(self) -> None:
        answers = chipdb.check("H200", on="2026-02-01", to="US").to_dict()["answers"]
        assert [entry["status"] for entry in answers if entry["question"] == "duty"] == ["met"]


class TestStrict:
    """Used defaults are printed as assumptions; ``--strict`` makes what they decide undetermined."""

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ("--to SG", 0),
            ("--to SG --strict", 3),
            ("--to SG --strict --from US --headquarters SG", 0),
            ("--to CN --strict", 1),
        ],
    )
    def test_status(self, options: str, expected: int) -> None:
        assert status(f"check nvidia-h100-pcie-80gb --on 2024-06-01 {options}") == expected

    def test_assumptions(self) -> None:
        ran = run("check", "H100", "--to", "SG", "--on", "2024-06-01")
        assert "United States" in ran.out + ran.err
        assert "headquartered at the destination" in ran.out + ran.err
        (stated,) = called(
            "check H100 --to SG --from US --headquarters SG --on 2024-06-01 --format json"
        ).json
        assert not any(
            "headquartered" in text or "exported from" in text
            for text in stated["license"]["assumptions"]
        )
        strict = chipdb.check("H100", on="2024-06-01", to="SG", strict=True).to_dict()
        assert (strict["from"], strict["headquarters"]) == (None, [])


class TestLaw:
    """``--law text`` swaps the law as printed and the law as enforced."""

    @pytest.mark.parametrize(
        ("day", "law", "expected"),
        [
            ("2025-03-01", "enforced", 0),
            ("2025-03-01", "text", 0),
            ("2026-06-01", "enforced", 0),
            ("2026-06-01", "text", 1),
        ],
    )
    def test_germany(self, day: str, law: str, expected: int) -> None:
        """The worldwide requirement of January 2025 stands in the books, due from 2025-05-15, and
        is not enforced. An answer by the printed text says so on any day.
        """
        assert status(f"check H100 --to DE --on {day} --law {law}") == expected
        ran = called(f"check H100 --to DE --on {day} --law {law}")
        says_so = "as printed" in ran.out or "the law as" in ran.err
        assert says_so == (day > "2025-05" or law == "text")

    @pytest.mark.parametrize("law", ["enforced", "text"])
    @pytest.mark.parametrize(
        "call",
        [
            "timeline H100 --to IN",
            "near --within 20% --on 2026-06-01 --to IN",
            "flips 2023-06-01 2026-06-01 --to IN",
            "headroom H100 --on 2026-06-01 --to IN",
        ],
    )
    def test_rows_say_by_which_law(self, call, law):
        """JSON and CSV of other commands name the law that was asked, as those of ``check`` do."""
        found = run(*call.split(), "--law", law, "--format", "json").json
        assert {row["law"] for row in found} == {law}

        rows = csv.DictReader(io.StringIO(run(*call.split(), "--law", law, "--format", "csv").out))
        assert {row["law"] for row in rows} == {law}


class TestRule:
    """``--rule ID`` limits the answers to these rules, which then decide the status."""

    @pytest.mark.parametrize(
        ("call", "found", "expected"),
        [
            ("A100 --on 2024-01-01 --rule us-3a090-2023", {"us-3a090-2023": "met"}, 1),
            ("A100 --on 2024-01-01 --rule us-3a090-2022", {"us-3a090-2022": "not-covered"}, 0),
            ("A100 --on 2022-11-01 --rule us-3a090-2022", {"us-3a090-2022": "met"}, 1),
            ("H20 --on 2024-01-01 --rule us-3a991-p", {"us-3a991-p": "met"}, 0),
            (
                "H20 --on 2025-05-01 --to DE --rule us-letter-2025",
                {"us-letter-2025": "not-covered"},
                0,
            ),
            ("H20 --on 2025-05-01 --to CN --rule us-letter-2025", {"us-letter-2025": "met"}, 1),
            ("H20 --on 2024-01-01 --rule us-4a090-2022", {"us-4a090-2022": "not-covered"}, 0),
        ],
    )
    def test_answers(self, call: str, found: dict[str, str], expected: int) -> None:
        ran = called(f"check {call} --format json")
        assert ran.status == expected
        assert {entry["rule"]: entry["status"] for entry in ran.json[0]["answers"]} == found


OWN = "- id: ours\n  question: {}\n  provisions: [{{id: limit, when: {{metric: memory_bandwidth, ge: {}}}}}]\n"


class TestOwnRules:
    """Rules of ``--rules FILE`` always stand in the answers; only their own question feeds
    classification or license.
    """

    @pytest.mark.parametrize(
        ("question", "limit", "options", "expected"),
        [
            ("license", 1000, "--to DE", 1),
            ("license", 9000, "--to CN", 0),
            ("classification", 1000, "", 1),
            ("classification", 9000, "", 0),
            ("proposal", 1000, "", 1),
            ("proposal", 1000, "--rule ours", 1),
            ("proposal", 9000, "--rule ours", 0),
            ("at-control", 1000, "", 0),
            ("duty", 1000, "--to US", 0),
            ("review", 1000, "--to CN", 0),
            ("presumption", 1000, "--role foundry", 0),
        ],
    )
    def test_status(
        self, tmp_path: Path, question: str, limit: int, options: str, expected: int
    ) -> None:
        (tmp_path / "ours.yaml").write_text(OWN.format(question, limit))
        call = f"check H20 --on 2024-01-01 --rules ours.yaml {options} --format json"
        ran = called(call, folder=tmp_path)
        (answer,) = ran.json
        assert {entry["rule"]: entry["status"] for entry in answer["answers"]}["ours"] == (
            "met" if limit == 1000 else "not-met"
        )
        assert ran.status == expected
        assert (answer["classification"]["status"] == "met") == (
            question == "classification" and limit == 1000
        )
        if "--to" in options:
            assert (answer["license"]["required"] == "yes") == (
                question == "license" and limit == 1000
            )

    def test_a_rule_by_name_leaves_own_rules_standing(self, tmp_path: Path) -> None:
        (tmp_path / "ours.yaml").write_text(OWN.format("license", 9000))
        ran = called(
            "check A100 --on 2024-01-01 --rules ours.yaml --rule us-3a090-2023 --format json",
            folder=tmp_path,
        )
        assert {entry["rule"] for entry in ran.json[0]["answers"]} == {"ours", "us-3a090-2023"}
        assert ran.status == 1

    def test_a_proposal_is_evaluated_on_any_date_as_if_enacted(self, tmp_path: Path) -> None:
        (tmp_path / "ours.yaml").write_text(
            OWN.format("proposal", 1000) + "  dates: {effective: 2030-01-01}\n"
        )
        assert (
            status("check H20 --on 2024-01-01 --rules ours.yaml --rule ours", folder=tmp_path) == 1
        )

    def test_rules_lists_them(self, tmp_path: Path) -> None:
        (tmp_path / "ours.yaml").write_text(OWN.format("license", 9000))
        assert (
            "memory bandwidth at least 9,000 GB/s"
            in run("rules", "ours", "--rules", "ours.yaml", folder=tmp_path).out
        )


CONTRACT = "--on --to --from --headquarters --rule --rules --law --role --strict --derate --set --drop --catalog --format --output -o"
COMMANDS = [
    "check H20 --on 2024-01-01",
    "headroom H20 --on 2024-01-01",
    "compare H20 A100",
    "show H20",
    "list",
    "rules",
]


class TestOutput:
    """Data on standard output, notes on standard error, the same in a file."""

    @pytest.mark.parametrize("call", COMMANDS)
    @pytest.mark.parametrize(
        ("style", "mark"),
        [
            ("markdown", r"^\|:?--"),
            ("csv", r"^\w+,\w+"),
            ("json", '"schema": 1,'),
            ("html", "<table>"),
            ("table", r"\w  +\S"),
        ],
    )
    def test_formats(self, tmp_path: Path, call: str, style: str, mark: str) -> None:
        ran = called(f"{call} --format {style}")
        assert ran.status == 0, ran.err
        assert re.search(mark, ran.out, re.MULTILINE)
        assert called(f"{call} --format {style} -o out.txt", folder=tmp_path).out == ""
        assert (tmp_path / "out.txt").read_text() == ran.out
        assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]

    def test_notes(self) -> None:
        ran = called("check Blackwell --on 2026-06-01 --to CN --format json")
        assert ran.json[0]["warnings"]
        cautions = {caution["text"] for caution in ran.json[0]["cautions"]}
        for warning in ran.json[0]["warnings"]:
            # a caution stands in the answer; a remark on a rule is in JSON and the trace only
            stands_elsewhere = warning in cautions or warning.startswith("us-")
            assert (warning in ran.err) != stands_elsewhere
        assert all(line.startswith("note: ") for line in ran.lines)
        # that a "no" covers chip rules alone is said under a "no"
        said = "It does not mean you may ship."
        assert said not in ran.err
        assert said in called("check L20 --on 2026-06-01 --to DE --format json").err

    def test_all(self) -> None:
        found = [
            answer["chip"] for answer in called("check --all --on 2024-01-01 --format json").json
        ]
        assert found == [chip.id for chip in chipdb.load()]

    @pytest.mark.parametrize(
        "arguments", [*COMMANDS, "list --format json", "--help", "check --help", "--version"]
    )
    def test_a_closed_pipe_ends_quietly(self, arguments: str) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        call = [sys.executable, "-m", "chipdb", *arguments.split()]
        ended = subprocess.run(call, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
        os.close(writing)
        assert ended.returncode == 0
        assert all(line.startswith("note: ") for line in ended.stderr.splitlines())

    def test_a_fault_of_chipdb_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("chipdb.answers.check.checks_of", lambda *_: 1 // 0)
        ran = called("check H20 --on 2024-01-01")
        assert (ran.status, ran.out, len(ran.lines)) == (70, "", 1)

    def test_version(self) -> None:
        assert re.fullmatch(
            rf"\S* ?{chipdb.__version__}, data [0-9a-f]+, rules [0-9a-f]+\n",
            called("--version").out,
        )


VERBS = {
    "Check",
    "Cite",
    "Compare",
    "Count",
    "Draw",
    "Estimate",
    "Find",
    "List",
    "Serve",
    "Show",
    "Validate",
    "Write",
}


def parameters() -> Iterator[tuple[str, str, str | None]]:
    """Command, parameter and help of everything that can be written on a line."""
    group = typer.main.get_command(app_for([]))
    assert isinstance(group, TyperGroup)
    for name, command in group.commands.items():
        yield name, "", command.help
        for parameter in command.params:
            yield name, "/".join(parameter.opts), getattr(parameter, "help", None)


class TestHelp:
    """Every command and every option is there and says what it does."""

    @pytest.mark.parametrize("command", ["list", "show", "compare", "check", "headroom", "rules"])
    def test_command(self, command: str) -> None:
        assert command in run("--help").out
        said = run(command, "--help")
        assert (said.status, said.err) == (0, "")

    def test_everything_has_help(self) -> None:
        assert [
            (command, name)
            for command, name, text in parameters()
            if not text or not text.rstrip().endswith((".", "]"))
        ] == []

    @pytest.mark.parametrize("command", COMMANDS_BY_SECTION)
    def test_summary_and_example(self, command: str) -> None:
        """A summary is an order of under 60 characters; each command shows how it is called."""
        (text,) = {text for name, option, text in parameters() if (name, option) == (command, "")}
        assert text is not None
        summary = text.partition("\n")[0]
        assert len(summary) < 60
        assert summary.endswith(".")
        assert summary.split()[0] in VERBS
        assert f"Example:\n    chipdb {command}" in run(command, "--help").out

    @pytest.mark.parametrize("command", ["check", "headroom"])
    def test_options_of_the_contract(self, command: str) -> None:
        there = {
            option
            for name, opts, _ in parameters()
            if name == command
            for option in opts.split("/")
        }
        assert (
            set(CONTRACT.split()) | ({"--explain"} if command == "check" else {"--knob"}) <= there
        )
