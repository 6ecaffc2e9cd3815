"""Review policies in words.

Everything else that answers say in words is in :mod:`chipdb.solver.labels` and
:mod:`chipdb.rules.wording`. JSON keeps its own words (``presumption-of-denial``), which programs
read.
"""

from __future__ import annotations

from chipdb.vocabulary import Policy

NOT_PUBLIC = "policy not public"

_POLICIES = {
    Policy.POLICY_OF_DENIAL: "policy of denial",
    Policy.PRESUMPTION_OF_DENIAL: "presumption of denial",
    Policy.CASE_BY_CASE: "case-by-case",
    Policy.PRESUMPTION_OF_APPROVAL: "presumption of approval",
}


def policy_text(policy: str | None) -> str:
    """Return a review policy in words; None is a policy that is not published.

    Raises :class:`ValueError` for a policy that does not exist.

    >>> policy_text("presumption-of-denial"), policy_text(None)
    ('presumption of denial', 'policy not public')
    """
    if policy is None:
        return NOT_PUBLIC
    return _POLICIES[Policy(policy)]
