"""Mutants of the rules: each number, operator, date, place, outcome, fact, all and any once.

Of reviews, exceptions, cautions and ways out, each is left out once, too, and each policy, state
and flag changed.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from mutant_trials import Mutant

ROOT = Path(__file__).parent.parent
RULES = ROOT / "data" / "rules"
PLACES = "places"
LAW = (
    *("tests/law", "tests/answers/test_cases.py", "tests/oracle/test_agreement.py"),
    *("tests/oracle/test_other_items.py", "tests/oracle/test_text.py"),
    "tests/oracle/test_license_requirements.py",
)
"""What knows the law: tests of paragraphs, cases with their citations, the rules written twice.

No text snapshot is among them.
"""
OPERATORS = {"ge": "gt", "gt": "ge", "le": "lt", "lt": "le", "all": "any", "any": "all"}
DATES = ("effective", "compliance", "ends", "enforcement_ends", "printed_ends", "from", "until")
FLAGS = ("reported", "counted", "could_require_license", "unless_required", "in_country")
ENTRIES = ("review", "sides", "exceptions", "cautions", "ways_out")
"""What is a list of entries, each of which changes an answer."""
CLOSES = ("closed", "restricted", "depends_on")
"""What keeps a license exception from being open on the facts that a user states."""
POLICIES = {
    "presumption-of-denial": "case-by-case",
    "case-by-case": "presumption-of-denial",
    "policy-of-denial": "presumption-of-denial",
    "presumption-of-approval": "case-by-case",
}
STATES = {"not-public": "not-read", "not-read": "none", "none": "not-public"}
Path_ = tuple[Any, ...]


def data_mutants(only: str) -> list[Callable[[], Mutant]]:
    """Every mutant of the rule files and the dated groups of places whose name begins so."""
    from chipdb.rules.rulebook import read_records

    _rulebook_record()  # before the processes part, so that each has it
    mutants: list[Mutant] = []
    for file in sorted(RULES.rglob("*.yaml")):
        group = file.relative_to(RULES).with_suffix("").as_posix()
        if group.startswith(only):
            records = read_records(file.read_bytes(), group, complete=True)
            for at, change, text in _changes(records, ()):
                rule = records[at[0]]["id"]
                # a classification begins on its effective day; only a license waits for compliance
                if at[-1] == "compliance" and records[at[0]]["question"] != "license":
                    continue
                label = f"{_place_in(records, at)}: {_entry_of(at)}{text}"
                install = _rule_installer(rule, at[1:], change)
                mutants.append(Mutant(group=group, text=label, near=rule, install=install))
    if PLACES.startswith(only) or only == PLACES:
        groups = _places_record()["groups"]
        for at, change, text in _changes(groups, ()):
            label = f"{groups[at[0]]['id']}: {text}"
            near = groups[at[0]]["id"]
            install = _place_installer(at, change)
            mutants.append(Mutant(group=PLACES, text=label, near=near, install=install))
    return [functools.partial(_made, mutant) for mutant in _named_apart(mutants)]


def _named_apart(mutants: list[Mutant]) -> Iterator[Mutant]:
    """The mutants, with a number in the words of those that are otherwise named alike."""
    alike: Counter[str] = Counter()
    for mutant in mutants:
        alike[mutant.text] += 1
        number = alike[mutant.text]
        if number == 1:
            yield mutant
        else:
            yield dataclasses.replace(mutant, text=f"{mutant.text} ({number})")


def without_change() -> Mutant:
    """What a mutant does, without a change: no test may notice it."""
    rule = "us-3a090-2023"
    install = _rule_installer(rule, (), dict)
    return Mutant(group="us/3a090", text="no change", near=rule, install=install)


Change = Callable[[Any], Any]


def _changes(value: Any, at: Path_) -> Iterator[tuple[Path_, Change, str]]:
    """The changes within a value: the path of what is replaced, its replacement, and words."""
    if isinstance(value, dict):
        yield from _key_changes(value, at)
        for key, inner in value.items():
            if key not in ("citation", "changes", "title", "conditions"):
                yield from _changes(inner, (*at, key))
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield from _list_changes(value, at)
        if at and at[-1] in ENTRIES and isinstance(value[0], dict):
            yield from _entry_changes(value, at)
        for index, inner in enumerate(value):
            yield from _changes(inner, (*at, index))


def _key_changes(value: dict[str, Any], at: Path_) -> Iterator[tuple[Path_, Change, str]]:
    """The changes of operators, numbers, facts and dates in one mapping."""
    for key, inner in value.items():
        metric = f"{value['metric']} " if "metric" in value else ""
        where = f"{metric}{key} {_shown(inner)}"
        if key in OPERATORS and not (isinstance(inner, list) and len(inner) < 2):
            if key in ("all", "any") and isinstance(inner, list) and isinstance(inner[0], str):
                continue  # places of a scope, which have no `all`
            other = OPERATORS[key]
            yield at, _renamed(key, other), f"{where} -> {other}"
        if key in ("ge", "gt", "le", "lt"):
            for other in _beside(str(inner)):
                yield (*at, key), _replaced(other), f"{where} -> {other}"
        if key == "is":
            other = "false" if inner == "true" else "true"
            yield (*at, key), _replaced(other), f"{value.get('fact')} is {inner} -> {other}"
        if key in DATES and isinstance(inner, str):
            day = date.fromisoformat(inner) + timedelta(days=1)
            of = f"{value['code']} " if "code" in value else ""
            yield (*at, key), _replaced(day.isoformat()), f"{of}{where} -> {day}"
    yield from _word_changes(value, at)


def _word_changes(value: dict[str, Any], at: Path_) -> Iterator[tuple[Path_, Change, str]]:
    """The changes of policies, states, flags and numbers of days in one mapping."""
    for key, inner in value.items():
        where = f"{key} {_shown(inner)}"
        if key in FLAGS:
            other = "false" if inner == "true" else "true"
            yield (*at, key), _replaced(other), f"{where} -> {other}"
        if key in CLOSES:
            yield at, _without(key), f"{value['name']} without {key}"
        if key == "policy" and inner is not None:
            other = POLICIES[inner]
            yield (*at, key), _replaced(other), f"{where} -> {other}"
        if key == "policy_state":
            other = STATES[inner]
            yield (*at, key), _replaced(other), f"{where} -> {other}"
        if key == "application_days":
            for other in _beside(inner):
                yield (*at, key), _replaced(other), f"{where} -> {other}"


def _entry_changes(value: list[Any], at: Path_) -> Iterator[tuple[Path_, Change, str]]:
    """A list of entries, each time without one of them."""
    for index, entry in enumerate(value):
        rest = [*value[:index], *value[index + 1 :]]
        name = entry.get("name") or entry.get("way") or entry.get("policy") or ""
        yield at, _replaced(rest), f"without {at[-1]} {index + 1} {name}".rstrip()


def _entry_of(at: Path_) -> str:
    """Which entry of a rule a path is in, such as ``review 2``; nothing outside such lists."""
    names = []
    for name, index in itertools.pairwise(at):
        if name in ENTRIES and isinstance(index, int):
            names.append(f"{name} {index + 1}")
    return "".join(f"{name}: " for name in names)


def _list_changes(value: list[str], at: Path_) -> Iterator[tuple[Path_, Change, str]]:
    """A list of places, outcomes or parts, each time without one of them."""
    if "kind" in at or "aliases" in at:
        return
    whose = ""
    if at[-1] in ("any", "not"):
        whose = next(f"{key} " for key in reversed(at) if key in ("to", "from", "headquarters"))
    for index, item in enumerate(value):
        rest = [*value[:index], *value[index + 1 :]]
        yield at, _replaced(rest), f"{whose}{at[-1]} without {item}"


def _beside(number: str) -> list[str]:
    """The numbers one unit of the last digit beside a number."""
    exact = Decimal(number)
    unit = Decimal(1).scaleb(exact.as_tuple().exponent)
    return [str(exact + unit), str(exact - unit)]


def _replaced(other: Any) -> Change:
    """The change to another value."""
    return lambda _: other


def _without(key: str) -> Change:
    """The change to a mapping without one key."""
    return lambda value: {name: inner for name, inner in value.items() if name != key}


def _renamed(key: str, other: str) -> Change:
    """The change of one key of a mapping to another, in its place."""
    return lambda value: {other if name == key else name: inner for name, inner in value.items()}


def _place_in(records: Any, at: Path_) -> str:
    """The rule, and where there is one the paragraph, that a path leads into."""
    names = []
    value = records
    for step in at:
        value = value[step]
        if isinstance(value, dict) and "id" in value:
            names.append(str(value["id"]))
    return ", ".join(names)


def _shown(value: Any) -> str:
    """A value in a line of a list."""
    return str(value)[:60]


def _with_change(record: Any, at: Path_, change: Change) -> Any:
    """A copy of a record that is changed at one path."""
    if not at:
        return change(record)
    made = copy.copy(record)
    made[at[0]] = _with_change(record[at[0]], at[1:], change)
    return made


def _made(mutant: Mutant) -> Mutant:
    """A mutant that needs no more work."""
    return mutant


@functools.cache
def _rulebook_record() -> dict[str, Any]:
    """Rules and notices as they are, read once for all mutants."""
    from chipdb.rules.rulebook import read_rulebook

    return read_rulebook()


@functools.cache
def _places_record() -> dict[str, Any]:
    """Groups of places as they are, read once for all mutants."""
    from chipdb.rules.places import read_record

    return read_record()


def _rule_installer(rule: str, at: Path_, change: Change) -> Callable[[], None]:
    """Make the process read one rule with a change; ValueError where the format refuses it."""

    def install() -> None:
        from chipdb import data_files
        from chipdb.rules import rulebook, schema

        record = _rulebook_record()
        rules = []
        for entry in record["rules"]:
            changed = _with_change(entry, at, change) if entry["id"] == rule else entry
            rules.append(changed)
            if changed is not entry:
                schema.Rule.model_validate(changed)
        mutated = {**record, "rules": rules}
        _read_from_yaml(data_files)
        rulebook.read_rulebook = lambda: mutated
        rulebook.load_rules.cache_clear()

    return install


def _place_installer(at: Path_, change: Change) -> Callable[[], None]:
    """Make the process read one group of places with a change."""

    def install() -> None:
        from chipdb import data_files
        from chipdb.rules import places

        record = _places_record()
        mutated = {**record, "groups": _with_change(record["groups"], at, change)}
        _read_from_yaml(data_files)
        places.read_record = lambda: mutated
        places.places.cache_clear()

    return install


def _read_from_yaml(data_files: Any) -> None:
    """Let the process pass over the compiled rules, which have no change."""
    compiled = data_files.compiled
    data_files.compiled = lambda name: None if name == data_files.RULES else compiled(name)
