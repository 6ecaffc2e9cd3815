"""The words that a shell offers while a call is typed.

What an argument or option takes follows from the placeholder in its help: ``CHIP`` offers chips,
``COUNTRY`` places, ``enforced|text`` these two words. A word with a blank would need quotes, which
shells do not add, so only names without one are offered; an id always is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

SHELLS = ("bash", "zsh", "fish")
COMPLETE_VARIABLE = "_CHIPDB_COMPLETE"
"""The variable of the environment by which a shell asks for words instead of an answer."""

Words = Iterator[tuple[str, str]]
"""Words, each with a short description, which shells may show next to it."""


def completer_of(metavar: str | None) -> Callable[[str], list[tuple[str, str]]] | None:
    """Return the function that completes what a placeholder stands for; None if nothing can.

    The function takes the beginning of a word and returns the words that begin so. Case does not
    matter, as in every lookup, and what was typed stays as it is: shells keep only such words.

    >>> completer_of("enforced|text")("EN")
    [('ENforced', '')]
    """
    words = _source_of(metavar)
    if words is None:
        return None

    def complete(incomplete: str) -> list[tuple[str, str]]:
        """The words that begin with what was typed, each with its description."""
        beginning = incomplete.casefold()
        offered = []
        for word, described in words():
            if word.casefold().startswith(beginning) and " " not in word:
                offered.append((incomplete + word[len(incomplete) :], described))
        return offered

    return complete


def _source_of(metavar: str | None) -> Callable[[], Words] | None:
    """The function that lists the words of a placeholder."""
    if metavar is None:
        return None
    if metavar in SOURCES:
        return SOURCES[metavar]
    # choices are written as they are typed, and placeholders in capitals
    choices = metavar.split("|")
    if len(choices) == 1 or not all(map(str.islower, choices)):
        return None
    return lambda: ((choice, "") for choice in choices)


def _chips() -> Words:
    """The ids of all chips, and the names without a blank that mean one."""
    from chipdb.catalog.catalog import load

    offered = set()
    for name, key in load().written_names():
        # a name and an alias may be written alike
        if name not in offered:
            offered.add(name)
            yield name, key


def _places() -> Words:
    """The code of each country with its English name, and the names of one word."""
    from chipdb.rules.places import places

    # the code is offered for every country, since many names have a blank
    for code, entry in places().countries.items():
        yield code, entry["name"]
        yield entry["name"], code


def _rules() -> Words:
    """The id of each rule with its title."""
    from chipdb.rules.rulebook import load_rules

    for rule in load_rules():
        yield rule.id, rule.title


def _proposals() -> Words:
    """The id of each rule that can be enacted."""
    from chipdb.rules.rulebook import load_rules

    # other rules are law already, or were never proposed as law
    for rule in load_rules():
        if rule.enacted_as:
            yield rule.id, rule.title


def _chips_and_rules() -> Words:
    """What `cite` takes."""
    yield from _chips()
    yield from _rules()


def _vintages() -> Words:
    """The dated vintages of the catalog."""
    from chipdb.catalog.vintages import vintage_names

    for name in vintage_names():
        yield name, ""


def _vendors() -> Words:
    """The vendors of the catalog; those whose name has a blank are not offered."""
    from chipdb.catalog.catalog import load

    catalog = load()
    vendors = {catalog[key].vendor for key in catalog.ids}
    for name in sorted(filter(None, vendors)):
        yield name, ""


def _models() -> Words:
    """The id of each model that `estimate` knows, with its name."""
    from chipdb.workloads.data import models

    for key, model in models().items():
        yield key, model.name


def _formats() -> Words:
    """The number formats that a chip can lose."""
    from chipdb.catalog.formats import format_table

    for name in format_table().bits:
        yield name, ""


def _knobs() -> Words:
    """What `headroom` turns."""
    from chipdb.answers.knob_search import ALL_KNOBS

    for knob in ALL_KNOBS:
        yield knob, ""


def _charts() -> Words:
    """The kinds of charts that `plot` draws."""
    from chipdb.views.charts import KINDS

    for kind in KINDS:
        yield kind, ""


SOURCES: dict[str, Callable[[], Words]] = {
    "CHIP": _chips,
    "CHIP|FILE|-": _chips,
    "[CHIP|RULE]": _chips_and_rules,
    "COUNTRY": _places,
    "ID": _rules,
    "ID|FILE": _models,
    "[ID]...": _rules,
    "PROPOSAL": _proposals,
    "VENDOR": _vendors,
    "KIND": _charts,
    "KNOB": _knobs,
    "YYYY.MM": _vintages,
    "[CHIP:]FORMAT": _formats,
}
"""What each placeholder of the help offers."""
