"""Computers: systems of circuits, and what the entries for computers say of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import chipdb
from oracle import answers, paragraphs
from oracle.answers import Answer, folded
from oracle.asked import answer_of, chips_of
from oracle.exact import Fraction
from oracle.made import Record, a_deal, decimal, draws, of_metrics, some_metrics
from oracle.notes import MISSING, Reach
from oracle.paragraphs import Circuit
from oracle.places import Deal, required_for_entry, unmarked
from oracle.unknowns import Known, Marks, circuits, spots

APP_OF_4A003 = [Fraction("0.75"), Fraction(70)]
APPS = ["0.75", "0.750001", "3", "70", "70.000001"]


@dataclass(frozen=True)
class Computer:
    """A file of a system with its members, what is known of each kind, and a deal.

    ``app`` is the Adjusted Peak Performance in WT, as stated or missing.
    """

    number: int
    records: tuple[Record, ...]
    members: tuple[Known, ...]
    app: Reach
    deal: Deal


def a_computer(number: int) -> Computer:
    """One or two kinds of circuits, all for one market, one to eight of each."""
    rng = draws(number)
    market = rng.choice([True, True, False, None])
    deal = a_deal(rng)
    records, members, parts = [], [], []
    for at in range(rng.choice([1, 2])):
        stated = {name: Reach.exactly(value) for name, value in some_metrics(rng).items()}
        case = of_metrics(number, stated, {"datacenter": market, "digital": True}, deal)
        records.append({**case.record, "id": f"own-part-{at}", "name": f"Own part {at}"})
        members.append(case.known)
        parts.append({"chip": f"own-part-{at}", "count": f"{rng.randint(1, 8)}"})
    system: Record = {"id": "own-computer", "name": "Own computer", "kind": "system"}
    system["members"] = parts
    for key in ("designed_for", "marketed_for"):
        if key in records[0]:
            system[key] = records[0][key]
    app = MISSING
    if rng.random() < 0.5:
        app = Reach.exactly(Fraction(rng.choice(APPS)))
        assert app.value is not None
        system["metrics"] = {"app": decimal(app.value)}
    return Computer(number, (*records, system), tuple(members), app, deal)


def whole(computer: Computer, marks: Marks) -> Iterator[tuple[Fraction, list[Circuit]]]:
    """Every case of a computer: its APP and one circuit for each kind of its members."""
    apps = spots(APP_OF_4A003, computer.app.interval(wide=False))
    kinds = [circuits(known, marks) for known in computer.members]
    for app, *members in itertools.product(apps, *kinds):
        yield app, members


def expected(computer: Computer) -> dict[str, Answer]:
    """4A090, 4A994.l and 4A003 on the day that is asked."""
    on = computer.deal.on
    marks = answers.P_OF_3A991 | answers.marks_of_entry(on)
    cases = list(whole(computer, marks))
    found = {
        "classification": folded({paragraphs.computer(each, on) for _, each in cases}, "4A090")
    }
    if on >= "2022-10-21":
        found["us-4a994-l"] = folded({paragraphs.l_of_4a994(each, on) for _, each in cases}, None)
    entries: set[str | None] = set()
    for app, each in cases:
        entries |= paragraphs.of_4a003(app, each, on)
    if on >= "2024-04-04":
        # .z.1.a and .z.1.b have more in common than the entry
        is_z = entries <= {"4A003.z.1.a", "4A003.z.1.b"}
        found["us-4a003-b"] = folded(entries, "4A003.z.1" if is_z else "4A003")
    else:
        found["us-4a003-b-2006"] = folded(entries, "4A003.b")
    return found


def license_required(computer: Computer) -> str:
    """``yes``, ``no`` or ``undetermined``.

    For 4A003 under NS column 1 no more is said than that a license may be required, because license
    exceptions and other entries were not examined.
    """
    deal = computer.deal
    marks = answers.P_OF_3A991 | answers.marks_of_entry(deal.on)
    for name in answers.letters(deal):
        marks |= answers.OF_LETTERS[name]
    marks |= answers.TPP_6000
    found = {_required(app, each, deal) for app, each in whole(computer, marks)}
    return "yes" if found == {True} else "no" if found == {False} else "undetermined"


def _required(app: Fraction, members: list[Circuit], deal: Deal) -> bool | None:
    assert deal.to
    outcome = paragraphs.computer(members, deal.on)
    required = required_for_entry(outcome, deal)
    for name in answers.letters(deal):
        required |= any(paragraphs.letter(circuit, name) for circuit in members)
    if answers.european_export(deal):
        required |= any(paragraphs.european_union(circuit) for circuit in members)
    entries = paragraphs.of_4a003(app, members, deal.on)
    if deal.to == "RU":
        required |= bool(outcome or paragraphs.l_of_4a994(members, deal.on))
        required |= None not in entries
        return required or None
    if required:
        return True
    marked = deal.to != "US" and not unmarked(deal.to, deal.on)
    if entries != {None} and marked:
        return None
    return False


def disagreements(computer: Computer) -> Iterator[str]:
    """Every answer of ``chipdb.check`` about a computer that is not the oracle's, in words."""
    deal = computer.deal
    found = chipdb.check(
        chips_of(computer.records)[-1],
        on=deal.on,
        to=deal.to,
        from_=deal.origin if deal.to else None,
        headquarters=deal.headquarters or (),
    )
    given = {verdict.rule.id: answer_of(verdict) for verdict in found.answers}
    given["classification"] = answer_of(found.classification)
    for name, want in expected(computer).items():
        if given.get(name) != want:
            yield f"{name}: chipdb {given.get(name)}, text {want}"
    if deal.to is not None:
        wanted = license_required(computer)
        if found.license.required != wanted:
            yield f"license: chipdb {found.license.required}, text {wanted}"
