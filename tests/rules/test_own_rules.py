"""Rules of a file: what they leave out has a default, and a wrong entry is one clear error."""

from __future__ import annotations

from datetime import date

import pytest

import chipdb
from chipdb.errors import ChipdbError

LICENSE = """\
id: mine
question: license
scope: {to: [NO]}
provisions: [{id: p, when: {metric: tpp, ge: 1000}}]
"""


def own_rule(text: str) -> chipdb.rules.rule.Rule:
    """The rule of a file among those of the rulebook."""
    return chipdb.load_rules().with_file(text.encode(), "mine.yaml")["mine"]


@pytest.mark.parametrize(
    ("flags", "could_require", "unless_required"),
    [
        ("", False, False),
        (", could_require_license: true", True, False),
        (", could_require_license: false, unless_required: true", False, True),
    ],
)
def test_flags_of_a_caution(flags: str, could_require: bool, unless_required: bool) -> None:
    """Docs of the format: both are false unless they are stated."""
    text = LICENSE + f"cautions: [{{kind: other-control, text: Look there{flags}}}]\n"
    (caution,) = own_rule(text).cautions
    assert caution.could_require_license is could_require
    assert caution.unless_required is unless_required


def test_an_exception_says_what_restricts_it() -> None:
    """In the words of the file; nothing where it has none."""
    text = LICENSE + (
        "exceptions: [{name: A, section: '1', scope: {to: [SE]}, restricted: only to Sweden},"
        " {name: B, section: '2'}]\n"
    )
    assert [each.restricted for each in own_rule(text).exceptions] == ["only to Sweden", ""]


@pytest.mark.parametrize("condition", ["text", "[]", "{}", "3"])
def test_a_condition_that_is_none(condition: str) -> None:
    text = LICENSE.replace("{metric: tpp, ge: 1000}", condition)
    with pytest.raises(ChipdbError, match=r"provisions\[0\]"):
        own_rule(text)


def test_a_name_of_one_letter_is_one() -> None:
    """Provisions may be called a, b and c, as paragraphs are; an empty name is refused."""
    assert own_rule(LICENSE.replace("id: p", "id: a")).provisions[0].id == "a"
    with pytest.raises(ChipdbError, match="id"):
        own_rule(LICENSE.replace("id: p", "id: ''"))


def test_an_id_of_the_rulebook_is_refused() -> None:
    with pytest.raises(ChipdbError, match="us-3a090-2023"):
        chipdb.load_rules().with_file(
            LICENSE.replace("id: mine", "id: us-3a090-2023").encode(), "mine.yaml"
        )


def test_rules_in_force_are_those_enforced_unless_the_printed_ones_are_asked_for() -> None:
    """742.6(a)(6)(iii)(A) as 90 FR 4544 prints it is worldwide, and BIS does not enforce it."""
    book, on = chipdb.load_rules(), date(2026, 6, 1)
    name = "us-license-742-6-iii-a-worldwide"
    assert name not in {rule.id for rule in book.in_force(on)}
    assert name in {rule.id for rule in book.in_force(on, as_printed=True)}
    assert not book[name].in_force(on)
    assert book[name].in_force(on, as_printed=True)


def test_a_file_without_a_rule() -> None:
    """No line of it is wrong, so none is named."""
    with pytest.raises(ChipdbError, match=r"^mine\.yaml: no rule in this file"):
        chipdb.load_rules().with_file(b"[]", "mine.yaml")
