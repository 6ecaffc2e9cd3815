"""List the answers about the catalog that differ between two versions of chipdb, by reason.

    python tools/changed_answers.py record -o before.json            # with PYTHONPATH at a version
    python tools/changed_answers.py record --like before.json -o now.json
    python tools/changed_answers.py compare before.json now.json

A record holds what `check` says of each chip for twelve places and six days. Only what `check`
has answered by the same keys since its first version is read, so that old versions can be asked,
too. `--like` asks the chips, places and days of another record, as far as the catalog has them.

Two answers differ where the license, its being contested, its review policy or the exit status
does. Changes are grouped by both answers, by the sections that ask for the license before and
now, by the cautions that keep a "no" from being clear, and by whether the figures or the vendor
of the chip differ as well, in which case the change may be one of data.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

PLACES = ("CN", "HK", "MO", "RU", "IR", "VN", "IN", "SA", "AE", "DE", "CA", "BR")
"""One of each kind: embargoed, treated as another, D:1, D:4, part 746, changed groups, allies."""
DAYS = ("2022-09-15", "2023-12-01", "2024-12-15", "2025-06-01", "2026-06-01", "2026-11-20")
"""One after each large change: the letters of 2022, the rules of October 2023, those on memory of
December 2024, the letters and the announcement of 2025, the reviews of 2026, and the latest."""
HEADERS = (
    *("answers", "chips", "before", "now", "asked by before", "asked by now", "cautions"),
    *("data differ", "places", "days", "for example"),
)
FIGURES = ("tpp", "performance_density", "memory_bandwidth", "aggregate_io_bandwidth")
Record = dict[str, Any]


class Answer(NamedTuple):
    """What is compared of an answer, and what explains it."""

    required: str
    contested: bool
    review: str | None
    exit_status: int
    sections: tuple[str, ...]
    cautions: tuple[str, ...]

    @property
    def compared(self) -> tuple[str, bool, str | None, int]:
        """What makes two answers differ."""
        return self.required, self.contested, self.review, self.exit_status

    @property
    def text(self) -> str:
        """The answer in words, with its exit status."""
        words = [f"license {self.required}"]
        if self.contested:
            words.append("contested")
        if self.required == "yes":
            words.append(self.review or "review not known")
        return f"{', '.join(words)} ({self.exit_status})"


class Reason(NamedTuple):
    """What the changes of one group have in common."""

    before: str
    now: str
    sections_before: tuple[str, ...]
    sections_now: tuple[str, ...]
    cautions: tuple[str, ...]
    data_differ: bool


@dataclass
class Group:
    """The changes of one reason: how many, and of which chips, places and days."""

    answers: int = 0
    chips: dict[str, None] = field(default_factory=dict)
    places: dict[str, None] = field(default_factory=dict)
    days: dict[str, None] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a record, or print the groups of changes between two."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    record = commands.add_parser("record", help="ask the installed version and write a file")
    record.add_argument("-o", "--output", type=Path, required=True)
    record.add_argument("--like", type=Path, help="a record with the chips, places and days to ask")
    record.add_argument("--chips", nargs="*", help="ids of the chips to ask instead of all")
    compare = commands.add_parser("compare", help="print what differs between two records")
    compare.add_argument("before", type=Path)
    compare.add_argument("now", type=Path)
    asked = parser.parse_args(arguments)
    if asked.command == "record":
        like = _read(asked.like) if asked.like else None
        asked.output.write_text(json.dumps(recorded(asked.chips, like)))
    else:
        sys.stdout.write(table(_read(asked.before), _read(asked.now)) + "\n")


def _read(path: Path) -> Record:
    """A record; a file of another kind ends the program with one line."""
    try:
        record = json.loads(path.read_text())
        record["chips"], record["places"], record["days"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f"{path}: not a record of answers: {error}")
    return dict(record)


def recorded(ids: Sequence[str] | None = None, like: Record | None = None) -> Record:
    """What the imported version answers about chips of its catalog; all without ``ids``.

    With another record, about its chips, places and days.
    """
    import chipdb

    warnings.simplefilter("ignore")
    chips = {chip.id: chip for chip in chipdb.load()}
    wanted = list(ids or chips)
    places, days = list(PLACES), list(DAYS)
    if like is not None:
        wanted, places, days = list(like["chips"]), like["places"], like["days"]
    record: Record = {"places": places, "days": days, "chips": {}}
    for id_ in wanted:
        if id_ in chips:
            record["chips"][id_] = _of_chip(chips[id_], places, days)
    return record


def _of_chip(chip: Any, places: Sequence[str], days: Sequence[str]) -> Record:
    """The figures of a chip and its answers by day and place."""
    import chipdb

    answers: Record = {}
    said: Record = {}
    for day in days:
        for place in places:
            check = chipdb.check(chip, on=day, to=place)
            said = check.to_dict()
            answers[f"{day} {place}"] = _of_answer(said, check.exit_status)
    figures = [[said["metrics"][name][end] for end in ("low", "high")] for name in FIGURES]
    markets = [list(chip.designed_for or ()), list(chip.marketed_for or ())]
    return {"facts": [chip.vendor, figures, markets], "answers": answers}


def _of_answer(said: Record, exit_status: int) -> list[Any]:
    """The parts of :class:`Answer` from the JSON of ``check``."""
    license_ = said["license"]
    sections = []
    for requirement in license_["requirements"]:
        if requirement["status"] == "met":
            sections.append(requirement["section"])
    kinds = []
    # the first versions had no cautions
    for caution in said.get("cautions", ()):
        if caution["about"] == "item" and caution["could_require_license"]:
            kinds.append(caution["kind"])
    return [
        license_["required"],
        license_["contested"],
        license_["review"],
        exit_status,
        sorted(set(sections)),
        sorted(set(kinds)),
    ]


def changes(before: Record, now: Record) -> Iterator[tuple[str, str, Reason]]:
    """Each changed answer about a chip of both records: its id, ``day place``, and the reason."""
    for id_, was in before["chips"].items():
        became = now["chips"].get(id_)
        if became is None:
            continue
        data_differ = was["facts"] != became["facts"]
        for asked, parts in was["answers"].items():
            old, new = _answer(parts), _answer(became["answers"][asked])
            if old.compared == new.compared:
                continue
            cautions = new.cautions if new.required == "no" else ()
            yield (
                id_,
                asked,
                Reason(
                    before=old.text,
                    now=new.text,
                    sections_before=old.sections,
                    sections_now=new.sections,
                    cautions=cautions,
                    data_differ=data_differ,
                ),
            )


def _answer(parts: Sequence[Any]) -> Answer:
    """An answer from its parts in a record."""
    *plain, sections, cautions = parts
    return Answer(*plain, sections=tuple(sections), cautions=tuple(cautions))


def grouped(before: Record, now: Record) -> dict[Reason, Group]:
    """The changes by their reason, the largest group first."""
    groups: dict[Reason, Group] = {}
    for id_, asked, reason in changes(before, now):
        day, place = asked.split(" ")
        group = groups.setdefault(reason, Group())
        group.answers += 1
        group.chips[id_] = group.places[place] = group.days[day] = None
    by_size = sorted(groups.items(), key=lambda item: -item[1].answers)
    return dict(by_size)


def table(before: Record, now: Record) -> str:
    """The groups as a table of Markdown, below how many answers were compared."""
    in_both = [id_ for id_ in before["chips"] if id_ in now["chips"]]
    compared = len(in_both) * len(before["days"]) * len(before["places"])
    groups = grouped(before, now)
    changed = sum(group.answers for group in groups.values())
    lines = [
        f"{compared:,} answers about {len(in_both):,} chips of both; {changed:,} differ",
        "",
        _row(HEADERS),
        _row(["---"] * len(HEADERS)),
    ]
    for reason, group in groups.items():
        cells = [
            str(group.answers),
            str(len(group.chips)),
            reason.before,
            reason.now,
            "; ".join(reason.sections_before),
            "; ".join(reason.sections_now),
            "; ".join(reason.cautions),
            "yes" if reason.data_differ else "",
            " ".join(group.places),
            " ".join(group.days),
            ", ".join(list(group.chips)[:3]),
        ]
        lines.append(_row(cells))
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    """A row of a table of Markdown."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
