"""Rules in words: metrics, conditions with units, and scopes with the names of places.

JSON and traces print the formula of :func:`chipdb.rules.conditions.text_of` instead. Everything
for people goes through this module, so that one thing has one name everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.rules.conditions import (
    Atom,
    Condition,
    Fact,
    Leaf,
    NamedChip,
    Not,
    Outcome,
    fact_text,
    fold,
)
from chipdb.rules.places import places
from chipdb.rules.scopes import EVERYWHERE, Scope, Selection, names_in
from chipdb.units import METRIC_UNITS, display

NAMES = {
    "tpp": "TPP",
    "performance_density": "performance density",
    "applicable_die_area": "applicable die area",
    "memory_bandwidth": "memory bandwidth",
    "aggregate_io_bandwidth": "I/O bandwidth, all links",
    "interconnect_bandwidth": "chip-to-chip bandwidth",
}
"""The metrics that every answer shows, by their names for people."""

_OTHER_NAMES = {"tops": "aggregated throughput", "app": "APP"}

COMPARISONS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
"""The operators of the data in words."""

FACTS_NOT_SO = {
    "datacenter": "neither designed nor marketed for use in datacenters",
    "digital": "no digital processing units",
    "transistors_stated": "no stated transistor count",
}
"""Facts that a rule expects not to hold, where "not" before the fact reads badly."""


# Metrics


def metric_text(name: str) -> str:
    """A metric's name for people.

    >>> metric_text("aggregate_io_bandwidth"), metric_text("letter_io_bandwidth")
    ('I/O bandwidth, all links', 'letter I/O bandwidth')
    """
    named = NAMES.get(name) or _OTHER_NAMES.get(name)
    if named:
        return named
    # The others need no entry above: their field names read well, apart from the abbreviation.
    return name.replace("_", " ").replace("io bandwidth", "I/O bandwidth")


# Conditions


def condition_words(condition: Condition) -> str:
    """A condition in words.

    >>> import chipdb
    >>> rule = chipdb.load_rules()["us-3a090-2023"]
    >>> condition_words(rule.provisions[0].when)
    'TPP at least 4,800'
    >>> condition_words(rule.unless)  # doctest: +NORMALIZE_WHITESPACE
    'no digital processing units or (neither designed nor marketed for use in datacenters and
    TPP below 4,800)'
    """
    return fold(condition, _Words()).text


def unmet_words(condition: Condition) -> str:
    """A condition that does not hold, in words.

    >>> from fractions import Fraction
    >>> unmet_words(Atom("tpp", "lt", Fraction(21000), "21000"))
    'TPP is not below 21,000'
    """
    if isinstance(condition, Atom):
        threshold = threshold_text(condition)
        return f"{metric_text(condition.metric)} is not {COMPARISONS[condition.op]} {threshold}"

    if isinstance(condition, Fact):
        return condition_words(replace(condition, expected=not condition.expected))

    # Without a case of its own, "not (is nvidia-h20)" would come out in parentheses.
    if isinstance(condition, Outcome | NamedChip):
        return f"not {condition_words(condition)}"

    return condition_words(Not(condition))


def threshold_words(leaf: Atom) -> str:
    """The comparison of a metric with its threshold, in its unit.

    >>> from fractions import Fraction
    >>> threshold_words(Atom("memory_bandwidth", "lt", Fraction(6500), "6500"))
    'memory bandwidth below 6,500 GB/s'
    """
    # As a label it is "I/O bandwidth, all links"; the comma would cut a sentence in two.
    metric = metric_text(leaf.metric).replace(", ", " of ")
    return f"{metric} {COMPARISONS[leaf.op]} {threshold_text(leaf)}"


def threshold_text(leaf: Atom) -> str:
    """A threshold with its unit, such as 6,500 GB/s; a bare number such as a TPP has none.

    >>> from fractions import Fraction
    >>> threshold_text(Atom("tpp", "ge", Fraction(4800), "4800"))
    '4,800'
    """
    return f"{display(leaf.limit)} {METRIC_UNITS[leaf.metric]}".rstrip()


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A condition in words, and the word that joins its parts if it has several."""

    text: str
    joint: str = ""

    def within(self, joint: str) -> str:
        """The phrase as a part of another, in parentheses if that is joined by another word.

        >>> _Phrase("TPP or area", joint="or").within("and")
        '(TPP or area)'
        """
        if self.joint in ("", joint):
            return self.text
        return f"({self.text})"


class _Words:
    """The algebra that writes a tree in words."""

    def all_of(self, parts: Iterator[_Phrase]) -> _Phrase:
        """The parts joined by "and"; a tree without parts always holds."""
        return _joined(list(parts), "and", "always")

    def any_of(self, parts: Iterator[_Phrase]) -> _Phrase:
        """The parts joined by "or"; a tree without parts never holds."""
        return _joined(list(parts), "or", "never")

    def negated(self, part: _Phrase) -> _Phrase:
        """The part after "not", in parentheses if it has parts of its own."""
        return _Phrase(f"not {part.within('not')}")

    def leaf(self, leaf: Leaf) -> _Phrase:
        """A comparison, a fact, an entry of the control list, or chips by id.

        Only the last two may name several things, which are alternatives.
        """
        match leaf:
            case Atom():
                return _Phrase(threshold_words(leaf))
            case Fact():
                return _Phrase(_fact_words(leaf))
            case Outcome():
                return _alternatives("classified under", leaf.names)
            case NamedChip():
                return _alternatives("is", leaf.ids)

    def member(self, condition: Condition) -> _Phrase:
        """A condition on some chip of a system."""
        return _Phrase(f"contains a chip with: {fold(condition, self).text}")


def _joined(parts: list[_Phrase], joint: str, without_parts: str) -> _Phrase:
    """Several phrases as one; ``without_parts`` is what an empty list says.

    >>> _joined([_Phrase("a or b", "or"), _Phrase("c")], "and", "always").text
    '(a or b) and c'
    """
    if not parts:
        return _Phrase(without_parts)
    if len(parts) == 1:
        # It keeps its own joint, since a wrapper around one part adds no meaning.
        return parts[0]
    texts = [part.within(joint) for part in parts]
    return _Phrase(f" {joint} ".join(texts), joint)


def _alternatives(verb: str, names: tuple[str, ...]) -> _Phrase:
    """A verb with its names; several are alternatives, so within "and" they need parentheses.

    >>> _alternatives("is", ("nvidia-h20", "nvidia-h800"))
    _Phrase(text='is nvidia-h20 or nvidia-h800', joint='or')
    """
    text = f"{verb} {' or '.join(names)}"
    if len(names) > 1:
        return _Phrase(text, "or")
    return _Phrase(text)


def _fact_words(fact: Fact) -> str:
    """A fact, or that the rule expects it not to hold.

    >>> _fact_words(Fact("digital", expected=False))
    'no digital processing units'
    >>> _fact_words(Fact("us_available", expected=False))
    'not on sale in the United States when the rule was published'
    """
    text = fact_text(fact.name)
    if fact.expected:
        return text
    return FACTS_NOT_SO.get(fact.name, f"not {text}")


# Scopes


def scope_text(scope: Scope) -> str:
    """Where a rule applies.

    >>> from chipdb.rules.scopes import scope_from
    >>> scope_text(scope_from({"to": {"any": ["D:1", "D:5"], "not": ["A:5", "US"]}}))
    'to country group D:1 or D:5, except country group A:5 and United States'
    >>> scope_text(scope_from({"any": [{"to": ["MO"]}, {"headquarters": ["MO"]}]}))
    'to Macau, or for parties headquartered in Macau'
    >>> scope_text(scope_from(None))
    'everywhere'
    """
    # Sides are joined by commas only: each of them must match, and "or" joins alternatives.
    words = [
        *_side_words("to", scope.to),
        *_side_words("for parties headquartered in", scope.headquarters),
        *_side_words("from", scope.origin),
    ]
    if scope.in_country is not None:
        words.append(_TRANSFERS[scope.in_country])
    if scope.any:
        words.append(", or ".join(map(_alternative, scope.any)))
    return ", ".join(words) or "everywhere"


_TRANSFERS = {True: "as a transfer in-country", False: "as an export or reexport"}


def _side_words(preposition: str, selection: Selection | None) -> list[str]:
    """The places of one side of a scope after a preposition; no words where it names none."""
    if selection is None:
        return []
    return [f"{preposition} {selection_text(selection)}"]


def _alternative(scope: Scope) -> str:
    """One of several scopes; "and" inside it would read as joining the alternatives.

    >>> from chipdb.rules.scopes import scope_from
    >>> _alternative(scope_from({"not": ["A:5", "A:6"]}))
    '(to any place, except country group A:5 and A:6)'
    """
    text = scope_text(scope)
    if " and " in text:
        return f"({text})"
    return text


def selection_text(selection: Selection) -> str:
    """A set of places: a list, followed by what is left out of it.

    >>> selection_text(Selection(("D:5",), ("CY",)))
    'country group D:5, except Cyprus'
    """
    text = _listed(selection.any, "or") or "any place"
    if selection.less:
        text += f", except {_listed(selection.less, 'and')}"
    return text


def _listed(names: Sequence[str | Selection], joint: str) -> str:
    """Places as a list whose last two are joined by ``joint``; empty for no places.

    >>> _listed(["D:1", "D:5", "MO"], "or")
    'country group D:1, D:5 or Macau'
    """
    words = []
    before: str | Selection | None = None
    for name in names:
        # Only the first of several groups in a row says what it is: "country group D:1 or D:5".
        follows_a_group = isinstance(before, str) and before in places().groups
        words.append(_name(name, follows_a_group))
        before = name
    return word_list(words, joint)


def word_list(words: Sequence[str], joint: str) -> str:
    """Words as a list whose last two are joined by ``joint``; empty for no words.

    >>> word_list(["D:1", "D:4", "D:5"], "or"), word_list(["D:5"], "or")
    ('D:1, D:4 or D:5', 'D:5')
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def _name(name: str | Selection, follows_a_group: bool) -> str:
    """One place, country group or set of places within a list.

    ``follows_a_group`` leaves out the words "country group", which the group before it carries.

    >>> _name("D:5", follows_a_group=False), _name("D:5", follows_a_group=True)
    ('country group D:5', 'D:5')
    >>> _name(Selection(("D:1",), ("MO",)), follows_a_group=False)
    '(country group D:1, except Macau)'
    """
    if isinstance(name, Selection):
        # What a set leaves out belongs only to that set, which parentheses show.
        if name.less:
            return f"({selection_text(name)})"
        return _listed(name.any, "or")

    if name in places().groups:
        if follows_a_group:
            return name
        return _group_name(name)

    if name == EVERYWHERE:
        return "any place"
    return places().name_of(_code(name))


def _group_name(name: str) -> str:
    """A group after the word for what it is.

    >>> _group_name("D:5"), _group_name("746.6")
    ('country group D:5', 'list 746.6')
    """
    # The country groups of the EAR are written D:5; other lists of places have plain ids.
    if ":" in name:
        return f"country group {name}"
    return f"list {name}"


def _code(name: str) -> str:
    """The code of a country that a scope names by code, name or alias.

    Raises :class:`KeyError` for any other name; the schema has refused those before.

    >>> _code("VN"), _code("Vietnam")
    ('VN', 'VN')
    """
    countries = places().countries
    if name in countries:
        return name
    for code, entry in countries.items():
        if name in (entry["name"], *entry.get("aliases", ())):
            return code
    raise KeyError(name)


def groups_named(scope: Scope) -> list[str]:
    """The country groups that a scope names, each once.

    >>> from chipdb.rules.scopes import scope_from
    >>> groups_named(scope_from({"to": ["D:5", "DE"], "headquarters": ["D:5"]}))
    ['D:5']
    """
    groups = places().groups
    return [name for name in dict.fromkeys(names_in(scope)) if name in groups]
