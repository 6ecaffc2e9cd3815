"""Review policies, answers and what contests them, in words.

Everything else that answers say in words is in :mod:`chipdb.solver.labels` and
:mod:`chipdb.rules.wording`. JSON keeps its own words (``presumption-of-denial``), which programs
read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chipdb.rules.wording import metric_text
from chipdb.solver.labels import NOT_CONTROLLED
from chipdb.solver.licensing import Requirement
from chipdb.vocabulary import Policy

NOT_PUBLIC = "policy not public"

_OUTSIDE = "outside"
"""What JSON and CSV call "not controlled"; programs read it, so it stays."""
_PUT_METRIC = re.compile(r"\bput (\w+) between")
_READING = re.compile(r"(?P<without>without )?reading (?P<name>[\w-]+)(?:: (?P<meaning>.+))?")

_POLICIES = {
    Policy.POLICY_OF_DENIAL: "policy of denial",
    Policy.PRESUMPTION_OF_DENIAL: "presumption of denial",
    Policy.CASE_BY_CASE: "case-by-case",
    Policy.PRESUMPTION_OF_APPROVAL: "presumption of approval",
}


def answer_words(answer: str) -> str:
    """Return the answer of a table in the words of people.

    >>> answer_words("outside; license no"), answer_words("3A090.a")
    ('not controlled; license no', '3A090.a')
    """
    first, separator, rest = answer.partition(";")
    if first != _OUTSIDE:
        return answer
    return f"{NOT_CONTROLLED}{separator}{rest}"


def changed_name(name: str, changes: Sequence[str]) -> str:
    """Return the name of a chip with what was changed of it.

    >>> changed_name("nvidia-h20-96gb", ()), changed_name("nvidia-h20-96gb", ["compute=30%"])
    ('nvidia-h20-96gb', 'nvidia-h20-96gb (compute=30%)')
    """
    return f"{name} ({', '.join(changes)})" if changes else name


def because_words(because: str) -> str:
    """Return what contests an answer, to follow "if", with metrics by their names for people.

    >>> because_words("credible claims put tpp between 4,000 and 5,520")
    'credible claims put TPP between 4,000 and 5,520'
    >>> because_words("reading cube-only")
    'interpretation cube-only is chosen'
    >>> because_words("without reading tf32-32-bit: TF32 counted with 32 bits")
    'interpretation tf32-32-bit is left out (TF32 counted with 32 bits)'
    """
    interpretation = _READING.fullmatch(because)
    if interpretation is None:
        return _PUT_METRIC.sub(_put_metric, because)

    choice = "left out" if interpretation["without"] else "chosen"
    text = f"interpretation {interpretation['name']} is {choice}"
    if interpretation["meaning"]:
        text += f" ({interpretation['meaning']})"
    return text


def _put_metric(match: re.Match[str]) -> str:
    """Return the matched words with the metric by its name for people."""
    return f"put {metric_text(match[1])} between"


def policy_text(policy: str | None) -> str:
    """Return a review policy in words; None is a policy that is not published.

    Raises :class:`ValueError` for a policy that does not exist.

    >>> policy_text("presumption-of-denial"), policy_text(None)
    ('presumption of denial', 'policy not public')
    """
    if policy is None:
        return NOT_PUBLIC
    return _POLICIES[Policy(policy)]


def requirement_policy(requirement: Requirement) -> str:
    """Return how applications under one requirement are reviewed.

    An eased policy is never quoted without the one that holds where its conditions are not
    certified.
    """
    text = policy_text(requirement.review)
    if requirement.review is None or requirement.otherwise in (None, requirement.review):
        return text
    return f"{text} if certified, otherwise {policy_text(requirement.otherwise)}"
