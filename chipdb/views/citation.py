"""Citations of chipdb, a chip's entry or a rule's record: plain text, BibTeX, CSL JSON.

A citation pins what was read: the version of chipdb, the hashes of the data and of the rules, the
vintage that the data is, or that it was changed after, and the day on which it was read.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import chipdb
from chipdb import data_files
from chipdb.catalog.catalog import Catalog, load
from chipdb.catalog.vintages import open_vintage, vintage_names
from chipdb.errors import ParameterError, UnknownNameError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.rules.rule import Rule, entry_of
from chipdb.rules.rulebook import load_rules
from chipdb.views.json.envelope import envelope_json

if TYPE_CHECKING:
    import pandas

    from chipdb.catalog.chip import Chip

AUTHOR = "The chipdb developers"
ADDRESS: str | None = None
"""Where chipdb is published, as stated in ``CITATION.cff``; None if that names no address."""

TEX_SPECIAL = {character: f"\\{character}" for character in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
"""The characters that TeX reads as commands, as they are written in a text."""


@dataclass(frozen=True, kw_only=True)
class Citation:
    """What is cited, and in exactly which state.

    * ``kind``: ``chip``, ``rule`` or ``chipdb`` as a whole
    * ``id``: the id of the chip or rule, or ``chipdb``
    * ``title``: the name of the chip, the title of the rule
    * ``instrument``: the legal document of a rule and its part, such as ``88 FR 73458; 15 CFR 774``
    * ``data``: the hash of the catalog
    * ``rules``: the hash of the rulebook, None for a chip, whose entry rests on no rule
    * ``vintage``: the latest vintage of the catalog, None if there is none
    * ``exact``: whether the data is the vintage itself and was not changed after it
    * ``on``: the day on which it was read
    """

    kind: str
    id: str
    title: str
    instrument: str | None = None
    data: str
    rules: str | None = None
    vintage: str | None = None
    exact: bool = False
    on: date

    @property
    def key(self) -> str:
        """The key of the entry in a bibliography, such as ``chipdb-nvidia-h20-96gb``."""
        return "chipdb" if self.kind == "chipdb" else f"chipdb-{self.id}"

    @property
    def state(self) -> str:
        """The version of chipdb with the state of the data that is cited."""
        parts = [f"version {chipdb.__version__}"]
        if self.vintage is not None:
            changed = "vintage" if self.exact else "changed after vintage"
            parts.append(f"{changed} {self.vintage}")
        parts.append(f"data {self.data}")
        if self.rules is not None:
            parts.append(f"rules {self.rules}")
        return ", ".join(parts)

    @property
    def issued(self) -> list[int]:
        """Year and month of the vintage that is cited, or else the day on which the data was read.

        That day, too, where the vintage is of a later month: nothing is issued after it was read.
        """
        # data that changed after its vintage is not the one that was issued then
        if self.vintage is None or not self.exact:
            return [self.on.year, self.on.month, self.on.day]
        month = [int(part) for part in self.vintage.split(".")]
        # a vintage bears the month of its release, which may lie ahead of the day of reading
        if month > [self.on.year, self.on.month]:
            return [self.on.year, self.on.month, self.on.day]
        return month

    @property
    def text(self) -> str:
        """One sentence for a footnote."""
        what = "chipdb" if self.kind == "chipdb" else f"{self._described}, in: chipdb"
        address = "" if ADDRESS is None else f", {ADDRESS}"
        return f"{AUTHOR}, {what}, {self.state}{address}, read on {self.on}."

    @property
    def _described(self) -> str:
        """The title in quotation marks, with the instrument and the id."""
        instrument = "" if self.instrument is None else f" ({self.instrument})"
        return f'"{self.title}"{instrument}, entry {self.id}'

    def bibtex(self) -> str:
        """The entry for a BibTeX file."""
        fields = {
            "author": f"{{{AUTHOR}}}",
            "title": f"{{{_tex(self.title)}}}",
            "year": str(self.issued[0]),
            "month": str(self.issued[1]),
            "howpublished": None if self.kind == "chipdb" else f"Entry {_tex(self.id)} of chipdb",
            "note": _tex(f"{self._note()}, read on {self.on}"),
            "url": ADDRESS,
            "urldate": self.on.isoformat(),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value is not None]
        return f"@misc{{{self.key},\n" + ",\n".join(lines) + "\n}"

    def csl(self) -> dict[str, Any]:
        """The item of CSL JSON, which reference managers read."""
        read = [self.on.year, self.on.month, self.on.day]
        item: dict[str, Any] = {
            "id": self.key,
            "type": "software" if self.kind == "chipdb" else "dataset",
            "title": self.title,
            "author": [{"literal": AUTHOR}],
            "version": chipdb.__version__,
            "issued": {"date-parts": [self.issued]},
            "accessed": {"date-parts": [read]},
            "note": self._note(),
        }
        if ADDRESS is not None:
            item["URL"] = ADDRESS
        if self.kind != "chipdb":
            item["container-title"] = "chipdb"
            item["number"] = self.id
        return item

    def _note(self) -> str:
        """The instrument of a rule and the state of the data."""
        return self.state if self.instrument is None else f"{self.instrument}; {self.state}"

    def to_dict(self) -> dict[str, Any]:
        """The object of ``chipdb cite --format json``: each form of the citation."""
        record = {
            "kind": self.kind,
            "id": self.id,
            "title": self.title,
            "instrument": self.instrument,
            "vintage": self.vintage,
            "vintage_exact": self.exact,
            "date": self.on.isoformat(),
            "address": ADDRESS,
            "text": self.text,
            "bibtex": self.bibtex(),
            "csl_json": self.csl(),
        }
        return envelope_json(record, self.data)

    def to_frame(self) -> pandas.DataFrame:
        """One row with the plain values of :meth:`to_dict`."""
        import pandas

        record = self.to_dict()
        record["csl_json"] = json.dumps(record["csl_json"], ensure_ascii=False)
        return pandas.DataFrame([record])


def cite(name: str | None = None, *, vintage: str | None = None) -> Citation:
    """Say how to cite a chip, a rule by its id, or chipdb as a whole, as read today.

    With ``vintage`` the chip is that of the dated catalog, whose hash is cited. Raises
    :class:`~chipdb.errors.UnknownNameError` for a name that is neither a rule's id nor a chip, or a
    vintage that does not exist, and :class:`~chipdb.errors.ParameterError` for a rule with a
    vintage, since only the catalog has vintages.

    >>> import chipdb
    >>> chipdb.cite("H20").key
    'chipdb-nvidia-h20-96gb'
    """
    if not isinstance(name, str | None):
        raise TypeError(f"name must be str or None, not {name!r}")
    day = date.today()
    rule = _rule_named(name)
    if rule is not None:
        if vintage is not None:
            raise ParameterError("vintage", f"is for chips: the rule {rule.id} has no vintages")
        return _of_rule(rule, day)
    catalog = load(vintage)
    latest, exact = _vintage_of(vintage)
    plain = Citation(
        kind="chipdb",
        id="chipdb",
        title="chipdb",
        data=catalog.data or data_files.data_hash(),
        rules=data_files.rules_hash(),
        vintage=latest,
        exact=exact,
        on=day,
    )
    if name is None:
        return plain
    chip = _chip_named(catalog, name)
    return replace(plain, kind="chip", id=chip.id, title=chip.name, rules=None)


def _rule_named(name: str | None) -> Rule | None:
    """The rule with an id; None for any other name, since names of chips and rules never coincide.

    >>> _rule_named("H20") is None
    True
    """
    if name is None:
        return None
    try:
        return load_rules()[name]
    except UnknownNameError:
        return None


def _of_rule(rule: Rule, on: date) -> Citation:
    """How to cite the record of a rule, with the document it was read from."""
    vintage, exact = _vintage_of(None)
    parts = filter(None, [rule.citation.get("document"), rule.citation.get("part")])
    return Citation(
        kind="rule",
        id=rule.id,
        title=rule.title,
        instrument="; ".join(parts) or None,
        data=data_files.data_hash(),
        rules=data_files.rules_hash(),
        vintage=vintage,
        exact=exact,
        on=on,
    )


def _chip_named(catalog: Catalog, name: str) -> Chip:
    """The chip of a name; the error for an unknown one says that rules can be cited too."""
    try:
        return catalog[name]
    except UnknownNameError as error:
        # a paragraph is part of several rules, which are cited by their ids
        having = _rules_with(name)
        if having:
            raise UnknownNameError("chip or rule", name, having) from None
        # the catalog suggests chips only, and the name may be that of a rule
        rules = [rule.id for rule in load_rules()]
        close = [*error.suggestions, *difflib.get_close_matches(name, rules, n=2)]
        raise _NothingToCiteError("chip or rule", name, close) from None


class _NothingToCiteError(UnknownNameError):
    """A name that is neither a chip nor a rule, which says where the ids of rules are listed."""

    def __str__(self) -> str:
        """The sentence with the nearest names, or with where to look if none is near."""
        text = super().__str__()
        if self.suggestions:
            return text
        return f"{text}; the command `chipdb rules` lists the ids of rules"


def _rules_with(paragraph: str) -> list[str]:
    """The ids of the rules with a paragraph or an entry, those in force today first.

    >>> "us-3a090-2023" in _rules_with("3a090.A"), _rules_with("H20")
    (True, [])
    """
    wanted = paragraph.casefold()
    found: list[Rule] = []
    for rule in load_rules():
        names = {name.casefold() for name in _paragraphs_of(rule)}
        if wanted in names:
            found.append(rule)
    today = date.today()
    found.sort(key=lambda rule: not rule.in_force(today))
    return [rule.id for rule in found]


def _paragraphs_of(rule: Rule) -> Iterator[str]:
    """What the text of a rule calls its paragraphs: provisions, outcomes, the entry they share."""
    for provision in rule.provisions:
        yield provision.id
        yield provision.outcome
    entry = entry_of(set(rule.outcomes()))
    if entry is not None:
        yield entry


def _vintage_of(asked: str | None) -> tuple[str | None, bool]:
    """The vintage to name, and whether the data is that vintage unchanged."""
    if asked is not None:
        return asked, True
    # the data may be newer than any vintage, so the hash is cited in any case
    names = vintage_names()
    if not names:
        return None, False
    return names[-1], open_vintage(names[-1]).header["hash"] == data_files.data_hash()


def _tex(text: str) -> str:
    """A text as TeX prints it."""
    return "".join(TEX_SPECIAL.get(character, character) for character in text)
