"""A rulebook of a few rules, chips of a few figures, and a ruling on them.

The law of the day has dozens of rules that bear on one answer. What a single step of the solver
means can be told apart only where nothing else bears on it.
"""

from __future__ import annotations

import chipdb
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.item import Item
from chipdb.solver.question import question
from chipdb.solver.ruling import Ruling

DAY = "2026-06-01"

ENTRIES = """\
- id: entries
  question: classification
  kind: [processor]
  provisions:
    - {id: X.a, outcome: X.a, when: {metric: tpp, ge: 100}}
    - {id: X.b, outcome: X.b, when: {metric: tpp, ge: 50}}
"""
"""A control list of one entry: X.a from a TPP of 100 on, X.b from 50 on."""


def small_law(*texts: str, entries: str = ENTRIES) -> Rulebook:
    """A rulebook of some rules in YAML and a control list, as if they were the law."""
    notices = tuple(each for each in chipdb.load_rules().notices if each.question == "coverage")
    text = "".join([entries, *texts])
    return Rulebook(list(Rulebook([]).with_file(text.encode(), "law.yaml")), notices)


def made_chip(metrics: str = "", more: str = "") -> chipdb.Chip:
    """A chip with metrics such as ``tpp: 300``, and further fields in YAML."""
    text = f"{{id: made, name: Made, kind: processor, metrics: {{{metrics}}}, {more}}}"
    (chip,) = chipdb.load().adopt(text.encode(), "made.yaml")
    return chip


def ruled(
    rulebook: Rulebook,
    chip: chipdb.Chip,
    to: str | None = "CN",
    on: str = DAY,
    *,
    strict: bool = False,
) -> Ruling:
    """What the rules say of a chip that goes to a place; ``strict`` assumes nothing about it."""
    return Ruling(Item(chip), question(on, to, book=rulebook, strict=strict))
