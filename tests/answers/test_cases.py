"""Cases that a lawyer can read and add to: a chip, a day, a place, and what the rule demands of
them.

Every file in ``cases`` is a list; ``cases/examples.yaml`` explains how a case is written.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import chipdb
from chipdb.catalog.yaml_text import parse

FOLDER = Path(__file__).parents[1] / "cases"
LISTS = ("chip", "on", "to")
CASE_KEYS = {
    "name",
    "source",
    "expect",
    "figures",
    "set",
    "drop",
    "derate",
    "from",
    "headquarters",
    "role",
    "law",
    "rule",
    "beside",
    *LISTS,
}
EXCEPTION_KEYS = {"published", "reason"}
HEADROOM_KEYS = {"leaves", "knob", "cut", "value", "binding", "attained"}


@dataclass(frozen=True)
class Case:
    """One case of a file, with a single chip, day and place."""

    label: str
    written: dict[str, Any]
    to: str | None = None
    expect: dict[str, Any] = field(default_factory=dict)
    published: dict[str, Any] = field(default_factory=dict)

    def chip(self) -> chipdb.Chip | str:
        """The chip of the case, changed as it says; the name alone where nothing is changed."""
        changes = self.written.keys() & {"figures", "set", "drop", "derate"}
        if not changes:
            return str(self.written["chip"])
        chip = self._base()
        chip = chip.set(self.written["set"]) if "set" in changes else chip
        chip = chip.drop(*self.written["drop"]) if "drop" in changes else chip
        knobs = {
            knob.replace("-", "_"): amount
            for knob, amount in self.written.get("derate", {}).items()
        }
        return chip.derate(**knobs) if knobs else chip

    def _base(self) -> chipdb.Chip:
        if "chip" in self.written:
            return chipdb.load()[self.written["chip"]]
        return chipdb.load().adopt(json.dumps(self.written["figures"]).encode(), "case.json")[0]

    def check(self) -> chipdb.Check:
        """What chipdb answers."""
        asked = {
            "to": self.to,
            "from_": self.written.get("from"),
            "headquarters": self.written.get("headquarters", ()),
        }
        asked |= {key: self.written[key] for key in ("role", "law") if key in self.written}
        if "rule" in self.written:
            asked["rules"] = self.written["rule"]
        return chipdb.check(self.chip(), on=self.written["on"], **asked)


def read(path: Path) -> Iterator[Case]:
    """The cases of a file; every scalar is text, so that `no` is a word and 4800.00 keeps its
    digits.
    """
    for written in parse(path.read_bytes(), path.name)[0].value:
        yield from cases_of(written)


def cases_of(written: dict[str, Any]) -> Iterator[Case]:
    """One case for each combination of the lists in it; a key or an expectation that nothing reads
    is refused.
    """
    refuse(written["name"], written.keys() - CASE_KEYS - EXCEPTION_KEYS)
    expect, published = written["expect"], written.get("published", {})
    refuse(written["name"], (expect.keys() | published.keys()) - READERS.keys())
    varied = {
        key: [written[key]] if isinstance(written[key], str) else written[key]
        for key in LISTS
        if key in written
    }
    for values in itertools.product(*varied.values()):
        chosen = dict(zip(varied, values, strict=True))
        label = " ".join([f"{written['name']}:", *chosen.values()])
        yield Case(label, {**written, **chosen}, chosen.get("to"), expect, published)


def refuse(name: str, keys: set[str]) -> None:
    """Nothing in a case may be left unread."""
    if keys:
        raise ValueError(f"{name}: unknown keys {', '.join(sorted(keys))}")


def agrees(published: str, value: float | None) -> bool:
    """Whether a value rounds to the published figure or, where that is said to be about right, lies
    within 1 in 1000.
    """
    if published == "none" or value is None:
        return published == "none" and value is None
    stated = Decimal(published.removeprefix("about "))
    last_digit = Decimal(1).scaleb(int(stated.as_tuple().exponent))
    slack = abs(stated) / 1000 if published.startswith("about ") else last_digit / 2
    return abs(Decimal(repr(value)) - stated) <= slack


def disagreements(case: Case, expected: dict[str, Any]) -> list[str]:
    """Where chipdb says something else than the case, a line for each."""
    check = case.check()
    answer = check.to_dict() | {"exit": str(check.exit_status), "declared": check.chip.declared}
    found = [
        f"{key}: {line}"
        for key, value in expected.items()
        for line in READERS[key](case, answer, value)
    ]
    return [f"{case.label}: {line}" for line in found]


Answer = dict[str, Any]
Reader = Callable[[Case, Answer, Any], Iterator[str]]


def verbatim(read_one: Callable[[Answer], Any]) -> Reader:
    """A reader of one word or list of the answer, compared as it stands."""

    def compared(_: Case, answer: Answer, expected: Any) -> Iterator[str]:
        found = read_one(answer)
        if found != expected:
            yield f"should be {expected}, is {found}"

    return compared


def number(name: str, expected: str, value: float | None) -> Iterator[str]:
    """A line if a value does not agree with the published one."""
    if not agrees(expected, value):
        yield f"{name} should be {expected}, is {value}"


def metric(name: str) -> Reader:
    """A reader of a metric."""
    return lambda _, answer, expected: number(name, expected, answer["metrics"][name]["value"])


def declared(_: Case, answer: Answer, expected: dict[str, str]) -> Iterator[str]:
    """What the maker states, word for word."""
    statement = answer["declared"]
    stated = {"tpp": statement.tpp, "eccn": statement.eccn} if statement else {}
    for key, value in expected.items():
        found = stated.get(key)
        text = "none" if found is None else str(found)
        if text != value:
            yield f"{key} should be {value}, is {text}"


def statuses(_: Case, answer: Answer, expected: dict[str, str]) -> Iterator[str]:
    """The status of single rules; a rule that was not asked has none."""
    found = {entry["rule"]: entry["status"] for entry in answer["answers"]}
    for rule, status in expected.items():
        if found.get(rule) != status:
            yield f"{rule} should be {status}, is {found.get(rule)}"


def break_evens(_: Case, answer: Answer, expected: list[str]) -> Iterator[str]:
    """The values of the one missing figure where the answer changes."""
    found = answer["classification"]["needs"][0]["break_evens"]
    if len(found) != len(expected) or not all(map(agrees, expected, found)):
        yield f"should be {expected}, is {found}"


def warnings(_: Case, answer: Answer, expected: list[str]) -> Iterator[str]:
    """Words that some warning contains."""
    for words in expected:
        if not any(words in warning for warning in answer["warnings"]):
            yield f"no warning says {words!r}"


def headroom(case: Case, _: Answer, expected: list[dict[str, str]]) -> Iterator[str]:
    """Rows of ``headroom``, found by what they leave and the knob they turn."""
    rows = [
        row.to_dict() for row in chipdb.headroom(case.chip(), on=case.written["on"], to=case.to)
    ]
    found = {(row["leaves"], row["knob"]): row for row in rows}
    for row in expected:
        refuse(case.label, row.keys() - HEADROOM_KEYS)
        there = found[row["leaves"], row["knob"]]
        for key, value in (("cut", there["cut_percent"]), ("value", there["value"])):
            yield from number(f"{row['knob']} {key}", row[key], value) if key in row else ()
        for key, text in (("binding", there["binding"]), ("attained", word(there["attained"]))):
            if row.get(key, text) != text:
                yield f"{row['knob']} {key} should be {row[key]}, is {text}"


def beside(case: Case, _: Answer, expected: dict[str, list[str]]) -> Iterator[str]:
    """Figures of this chip and of the one beside it, with the ratio of the two."""
    lines = {
        line.figure: line.cells for line in chipdb.compare([case.chip(), case.written["beside"]])
    }
    for figure, published in expected.items():
        mine, other = lines[figure]
        for value, text in zip((mine.value, other.value, mine.ratio), published, strict=True):
            yield from number(figure, text, None if value is None else float(value))


def fits(_: Case, answer: Answer, expected: dict[str, str]) -> Iterator[str]:
    """How many of the chip an allocation holds."""
    yield from number(
        "chips", expected["chips"], int(expected["tpp"]) // answer["metrics"]["tpp"]["value"]
    )


def word(value: object) -> str:
    """`yes`, `no` or `none` for what Python writes otherwise."""
    if value is None:
        return "none"
    return str(value) if not isinstance(value, bool) else "yes" if value else "no"


READERS: dict[str, Reader] = {
    "chip": verbatim(lambda answer: answer["chip"]),
    "outcome": verbatim(lambda answer: word(answer["classification"]["outcome"])),
    "status": verbatim(lambda answer: answer["classification"]["status"]),
    "contested": verbatim(lambda answer: word(answer["classification"]["contested"])),
    "provisions": verbatim(lambda answer: answer["classification"]["provisions"]),
    "sides": verbatim(
        lambda answer: sorted({word(side["outcome"]) for side in answer["classification"]["sides"]})
    ),
    "license": verbatim(lambda answer: answer["license"]["required"]),
    "review": verbatim(lambda answer: word(answer["license"]["review"])),
    "conditions": verbatim(
        lambda answer: "listed" if answer["license"]["review_conditions"] else "none"
    ),
    "exceptions": verbatim(
        lambda answer: [entry["name"] for entry in answer["license"]["exceptions"]]
    ),
    "sections": verbatim(
        lambda answer: [entry["section"] for entry in answer["license"]["requirements"]]
    ),
    "exit": verbatim(lambda answer: answer["exit"]),
    "contested answers": verbatim(
        lambda answer: [entry["rule"] for entry in answer["answers"] if entry["contested"]]
    ),
    "answers": statuses,
    "declared": declared,
    "break-evens": break_evens,
    "says": warnings,
    "headroom": headroom,
    "compare": beside,
    "fits": fits,
    "tpp": metric("tpp"),
    "density": metric("performance_density"),
    "memory bandwidth": metric("memory_bandwidth"),
}

FILES = sorted(FOLDER.glob("*.yaml"))
CASES = [
    pytest.param(case, id=f"{path.stem}: {case.label}") for path in FILES for case in read(path)
]
EXCEPTIONS = list(read(FOLDER / "exceptions.yaml"))


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    """chipdb says what the case says."""
    assert disagreements(case, case.expect) == []


@pytest.mark.parametrize("case", EXCEPTIONS, ids=lambda case: case.label)
def test_exception_still_disagrees(case: Case) -> None:
    """Each published answer that is listed as an exception is one that chipdb does not give."""
    assert case.published
    agreed = [key for key, value in case.published.items() if not disagreements(case, {key: value})]
    assert agreed == []


class TestFiles:
    """What a case must have to be read by others."""

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_every_case_expects_something_and_names_its_source(self, path: Path) -> None:
        for case in read(path):
            assert case.expect, case.label
            assert case.written["source"].startswith(("https://", "http://")), case.label
            assert ("chip" in case.written) != ("figures" in case.written), case.label

    def test_no_two_cases_of_a_file_bear_one_name(self) -> None:
        labels = [case.id for case in CASES]
        assert len(labels) == len(set(labels))

    def test_only_exceptions_have_a_published_answer_and_each_has_a_reason(self) -> None:
        for path in FILES:
            for case in read(path):
                assert (
                    ("published" in case.written)
                    == ("reason" in case.written)
                    == (path.stem == "exceptions")
                )

    @pytest.mark.parametrize("place", ["case", "expect"])
    def test_a_misspelled_key_is_refused(self, place: str) -> None:
        written: dict[str, Any] = {
            "name": "a case",
            "chip": "H20",
            "on": "2023-12-01",
            "source": "",
            "expect": {},
        }
        (written if place == "case" else written["expect"])["licence"] = "no"
        with pytest.raises(ValueError, match="licence"):
            list(cases_of(written))


class TestReading:
    """The cases can fail: each reader notices a wrong answer."""

    @pytest.mark.parametrize(
        ("published", "right", "wrong"),
        [
            ("3.2", 3.196, 3.26),
            ("3.20", 3.196, 3.194),
            ("about 4800", 4797.0, 4806.0),
            ("none", None, 0.0),
            ("0", 0.0, None),
        ],
    )
    def test_a_figure_agrees_with_what_rounds_to_it(
        self, published: str, right: float | None, wrong: float | None
    ) -> None:
        assert agrees(published, right)
        assert not agrees(published, wrong)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"outcome": "3A090.b"},
            {"license": "no"},
            {"exit": "0"},
            {"provisions": ["3A090.a.1"]},
            {"tpp": "4800"},
            {"answers": {"us-letter-2025": "met"}},
            {"declared": {"tpp": "4992"}},
            {"says": ["no such words"]},
            {"fits": {"tpp": "4992000", "chips": "999"}},
            {"headroom": [{"leaves": "3A090.a", "knob": "compute", "cut": "50"}]},
            {"headroom": [{"leaves": "3A090.a", "knob": "compute", "attained": "yes"}]},
        ],
        ids=lambda wrong: next(iter(wrong)),
    )
    def test_a_wrong_expectation_fails(self, wrong: dict[str, Any]) -> None:
        case = Case("A100", {"chip": "A100", "on": "2023-12-01"}, "CN")
        assert len(disagreements(case, wrong)) == 1
