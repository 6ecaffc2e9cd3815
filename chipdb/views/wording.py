"""Review policies, answers and what contests them, in words.

Everything else that answers say in words is in :mod:`chipdb.solver.labels` and
:mod:`chipdb.rules.wording`. JSON keeps its own words (``presumption-of-denial``), which programs
read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chipdb.rules.rule import LicenseException
from chipdb.rules.wording import metric_text
from chipdb.solver.labels import NOT_CONTROLLED
from chipdb.solver.licensing import License
from chipdb.solver.requirement import PrintedRequirement, Requirement, ReviewIf
from chipdb.vocabulary import ExceptionState, Policy, PolicyState, Required

# three different things that people would all read as "no policy"
_NO_POLICY = {
    PolicyState.NOT_PUBLIC: "policy not public",
    PolicyState.NOT_READ: "policy not read",
    PolicyState.NONE: "no review policy",
}
"""What replaces a policy that is not known: a letter's is not public, others are."""
ON_WHAT_IS_NOT_STATED = "on what is not stated"
"""What follows "depends" or "depend" wherever the exceptions are named that facts would settle."""
UNKNOWN_STATES = tuple(_NO_POLICY)

_OUTSIDE = "outside"
"""What JSON and CSV call "not controlled"; programs read it, so it stays."""
_PUT_METRIC = re.compile(r"\bput (\w+) (between|at)")
# the solver names interpretations by the word of the data format, people say "interpretation"
_READING = re.compile(r"(?P<without>without )?reading (?P<name>[\w-]+)(?:: (?P<meaning>.+))?")

_WITH_ARTICLE = {"Bahamas", "Comoros", "Gambia", "Maldives", "Netherlands", "Philippines"}
"""Countries whose names take an article, besides those named after what they are."""

_KINDS_BEFORE = ("United ", "Democratic Republic ", "Republic ", "Isle ")
_KINDS_AFTER = (" Republic", " Islands", " region", " Territory", " Territories")
"""How a name begins or ends that says what the place is; such a name takes an article."""

_POLICIES = {
    Policy.POLICY_OF_DENIAL: "policy of denial",
    Policy.PRESUMPTION_OF_DENIAL: "presumption of denial",
    Policy.CASE_BY_CASE: "case-by-case",
    Policy.PRESUMPTION_OF_APPROVAL: "presumption of approval",
}


def with_article(country: str) -> str:
    """The name of a country with the article that it takes in a sentence.

    >>> with_article("United Arab Emirates"), with_article("India")
    ('the United Arab Emirates', 'India')
    """
    says_what_it_is = country.startswith(_KINDS_BEFORE) or country.endswith(_KINDS_AFTER)
    if says_what_it_is or country in _WITH_ARTICLE:
        return f"the {country}"
    return country


def answer_value(answer: str) -> str:
    """Return the answer of `near` or `flips` as JSON and CSV have it.

    >>> answer_value("not controlled; license no"), answer_value("3A090.a")
    ('outside; license no', '3A090.a')
    """
    first, separator, rest = answer.partition(";")
    if first != NOT_CONTROLLED:
        return answer
    return f"{_OUTSIDE}{separator}{rest}"


def changed_name(name: str, changes: Sequence[str]) -> str:
    """Return the name of a chip with what was changed of it.

    >>> changed_name("nvidia-h20-96gb", ()), changed_name("nvidia-h20-96gb", ["compute=30%"])
    ('nvidia-h20-96gb', 'nvidia-h20-96gb (compute=30%)')
    """
    if not changes:
        return name
    return f"{name} ({', '.join(changes)})"


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
        # the metric gets its name for people
        return _PUT_METRIC.sub(_with_metric_text, because)

    choice = "chosen"
    if interpretation["without"]:
        choice = "left out"
    text = f"interpretation {interpretation['name']} is {choice}"
    if interpretation["meaning"]:
        text += f" ({interpretation['meaning']})"
    return text


def _with_metric_text(match: re.Match[str]) -> str:
    """A part of a reason with the name of its metric for people."""
    return f"put {metric_text(match[1])} {match[2]}"


def policy_text(policy: str | None) -> str:
    """Return a review policy in words; None is a policy that is not known.

    Raises :class:`ValueError` for a policy that does not exist.

    >>> policy_text("presumption-of-denial"), policy_text(None)
    ('presumption of denial', 'policy not known')
    """
    if policy is None:
        return "policy not known"
    return _POLICIES[Policy(policy)]


def state_text(state: PolicyState, text: str = "") -> str:
    """Return what replaces a policy that is not known; ``text`` is what the rule says instead.

    >>> state_text(PolicyState.NOT_READ)
    'policy not read'
    """
    return text or _NO_POLICY[state]


def requirement_policy(entry: Requirement) -> str:
    """Return the review policy of one requirement in words."""
    if entry.review_if:
        return _depending(entry.review_if)
    if entry.review is None:
        return state_text(entry.policy_state, entry.policy_text)
    text = _with_condition(entry.review, entry.otherwise)
    if entry.policy_because:
        text += f" because of {entry.policy_because}"
    for side in entry.review_sides:
        text += f"; {policy_text(side.policy)} by {side.because}"
    return text


def review_words(answer: License) -> str:
    """Return how an application is reviewed, in words.

    An eased policy is never quoted without its condition. Policies that are not known are named
    here only where no requirement has a known one; see :func:`unknown_policies`.
    """
    if answer.review_if:
        return _depending(answer.review_if)
    if answer.review is not None:
        return _with_condition(answer.review, answer.review_otherwise)
    unknown = [state_text(each.policy_state, each.policy_text) for each in answer.requirements]
    return "; ".join(dict.fromkeys(unknown)) or policy_text(None)


def _with_condition(policy: Policy, otherwise: Policy | None) -> str:
    """Return a policy, and the one that holds without the certifications that ease it."""
    if otherwise in (None, policy):
        return policy_text(policy)
    return f"{policy_text(policy)} if certified, otherwise {policy_text(otherwise)}"


def _depending(branches: Sequence[ReviewIf]) -> str:
    """Return a policy that depends on a fact nobody has sourced, with the one that holds else."""
    eased, otherwise = branches
    condition = f"certified and {eased.condition}"
    return f"{policy_text(eased.policy)} if {condition}, otherwise {policy_text(otherwise.policy)}"


def unknown_policies(answer: License) -> list[str]:
    """Return a clause for each requirement whose policy is not known, where another one's is.

    Without a known policy there are none: :func:`review_words` says then what is not known.
    """
    if not _has_policy(answer):
        return []
    clauses: dict[str, None] = {}
    for entry in answer.requirements:
        if not _has_policy(entry):
            clauses[_unknown_policy(entry)] = None
    return list(clauses)


def _has_policy(entry: License | Requirement) -> bool:
    """Return whether a review policy is known, including one that depends on a fact."""
    return entry.review is not None or bool(entry.review_if)


def _unknown_policy(entry: Requirement) -> str:
    """Return a clause that names a requirement, and why its policy is not known."""
    if entry.policy_state == PolicyState.NOT_PUBLIC:
        return "for the letter the policy is unknown"
    words = state_text(entry.policy_state, entry.policy_text)
    return f"for {entry.section}: {words}"


def exception_words(requirement: Requirement) -> list[str]:
    """Return each exception of a requirement by name and section, with its state and why."""
    texts = []
    for entry in requirement.exceptions:
        text = f"{entry.name} ({entry.section}): "
        if entry.state == ExceptionState.OPEN:
            text += "may apply"
        elif entry.state == ExceptionState.CLOSED:
            text += f"closed, {entry.because}"
        else:
            text += entry.because
        texts.append(text)
    return texts


def printed_words(printed: PrintedRequirement) -> str:
    """Return what the printed text asks for, and what lifts it."""
    text = f"{printed.section} as printed"
    if printed.lifted_by:
        lifting = " or ".join(map(_lifting_words, printed.lifted_by))
        return f"{text} asks for a license or for License Exception {lifting}"
    evidence = printed.rule.dates.evidence_to
    if printed.may_be_lifted_by:
        names = " or ".join(f"{each.name} ({each.section})" for each in printed.may_be_lifted_by)
        return (
            f"{text} requires one, whether License Exception {names} lifts it is undetermined, and "
            f"no rescission was found up to {evidence}"
        )
    # "no" here is contested: only credible evidence besides the figures leads to "yes"
    if printed.required != Required.YES:
        return f"{text} may require one, and no rescission was found up to {evidence}"
    return (
        f"{text} requires one, no exception checked here lifts it on these facts, and no "
        f"rescission was found up to {evidence}"
    )


def _lifting_words(entry: LicenseException) -> str:
    """Return a license exception with the first thing that it needs; the cautions have the rest."""
    text = f"{entry.name} ({entry.section})"
    if not entry.conditions:
        return text
    first = re.split("[,;]", entry.conditions[0])[0]
    return f"{text}, which needs {first}"


def exceptions_in_short(requirement: Requirement) -> str:
    """Return the exceptions of a requirement by their state, without why each is closed."""
    names: dict[ExceptionState, list[str]] = {}
    for entry in requirement.exceptions:
        names.setdefault(entry.state, []).append(f"{entry.name} ({entry.section})")
    texts = []
    for state, words in _STATES_IN_SHORT.items():
        if state in names:
            texts.append(f"{words}: {', '.join(names[state])}")
    return "; ".join(texts)


def exceptions_in(answer: License, state: ExceptionState) -> list[str]:
    """Return the names of the exceptions in a state under some requirement, each once."""
    names: dict[str, None] = {}
    for requirement in answer.requirements:
        for entry in requirement.exceptions:
            if entry.state == state:
                names[entry.name] = None
    return list(names)


def unsettled_exceptions(answer: License) -> list[str]:
    """Return the exceptions that depend on what is not stated and that no requirement closes."""
    depending = dict.fromkeys(exceptions_in(answer, ExceptionState.DEPENDS))
    for requirement in answer.requirements:
        states = {entry.name: entry.state for entry in requirement.exceptions}
        for name in list(depending):
            # an exception that a requirement does not list is closed under it
            if states.get(name, ExceptionState.CLOSED) == ExceptionState.CLOSED:
                del depending[name]
    return list(depending)


def unsettled_exceptions_words(answer: License) -> str | None:
    """Return which exceptions depend on what is not stated; None if none does."""
    names = unsettled_exceptions(answer)
    if not names:
        return None
    return f"{depending(names)} {ON_WHAT_IS_NOT_STATED}"


def depending(names: Sequence[str]) -> str:
    """Return names followed by "depends" or "depend".

    >>> depending(["NAC"]), depending(["NAC", "ACA"])
    ('NAC depends', 'NAC, ACA depend')
    """
    verb = "depend"
    if len(names) == 1:
        verb = "depends"
    return f"{', '.join(names)} {verb}"


_STATES_IN_SHORT = {
    ExceptionState.OPEN: "may apply",
    ExceptionState.DEPENDS: "depend on what is not stated",
    ExceptionState.CLOSED: "closed, for reasons in the appendix",
}
"""What is said of exceptions in each state, in the order of interest."""
