"""One rule in full as text, for a terminal of 80 columns: everything its record says."""

from __future__ import annotations

from collections.abc import Iterator

from chipdb.answers.rule_diff import dates_of, exception_text, qualified
from chipdb.catalog.bibliography import bibliography
from chipdb.rules.rule import Review, Rule
from chipdb.rules.wording import condition_words, scope_text
from chipdb.views.wording import policy_text, state_text
from chipdb.views.wrapped_text import labeled_lines, wrapped

Row = list[str]


def rule_text(rule: Rule) -> str:
    """Return a rule: citation, dates, what was read, scope, provisions, exceptions, review.

    What the record does not have is left out, so that a short rule stays short. Addresses are not
    wrapped: each can be copied.
    """
    lines = [*wrapped(f"{rule.id}: {rule.title}"), *labeled_lines(_head_rows(rule))]
    lines += _source_lines(rule)
    lines += labeled_lines([*_provision_rows(rule), *_license_rows(rule), *_other_rows(rule)])
    return "\n".join(lines)


def _head_rows(rule: Rule) -> Iterator[Row]:
    """What the rule asks, of which items, whom it binds, when and where."""
    question = str(rule.question)
    if rule.kinds:
        question += f" of a {' or a '.join(rule.kinds)}"
    yield ["question", question]
    yield ["citation", rule.cited()]
    if rule.addressees:
        yield ["addressed to", ", ".join(rule.addressees)]
    dates = []
    for name, day in dates_of(rule.dates).items():
        dates.append(f"{name.replace('_', ' ')} {day}")
    if dates:
        yield ["dates", ", ".join(dates)]
    yield ["scope", scope_text(rule.scope)]


def _source_lines(rule: Rule) -> list[str]:
    """Where the rule was read, when and how far, with the address on a line of its own."""
    key = rule.citation.get("source")
    source = bibliography().get(key or "")
    if source is None:
        return labeled_lines([["read", f"as {key or 'your file'} states it"]])
    text = f"{source.title} ({source.publisher}, {source.date}), read {source.read} [{source.id}]"
    lines = labeled_lines([["read", text]])
    if source.url:
        lines.append(source.url)
    if source.note:
        lines += labeled_lines([["", source.note]])
    return lines


def _provision_rows(rule: Rule) -> Iterator[Row]:
    """The exclusion and the provisions; the first provision that is met gives the outcome."""
    if rule.unless is not None:
        yield ["not met if", condition_words(rule.unless)]
    # the label is written once, and the other provisions are listed below it
    label = "met if"
    for entry in rule.provisions:
        name = entry.id
        # several provisions may lead to one outcome, such as the two of 3A090.b
        if entry.outcome != entry.id:
            name += f" ({entry.outcome})"
        yield [label, f"{name}: {condition_words(entry.when)}"]
        label = ""


def _license_rows(rule: Rule) -> Iterator[Row]:
    """The exceptions with their conditions, and the review policies in the order they are tried."""
    label = "exceptions"
    for exception in rule.exceptions:
        where = exception_text(exception, condition_words)
        yield [label, f"{exception.name} ({exception.section}): {where}"]
        for text in exception.conditions:
            yield ["", f"- {text}"]
        label = ""
    label = "review"
    for review in rule.review:
        yield [label, _review_words(review)]
        label = ""


def _review_words(review: Review) -> str:
    """A review policy, or what is known of it where none is stated, and where it holds."""
    text = policy_text(review.policy)
    if review.policy is None:
        text = state_text(review.state, review.text)
    if review.of:
        text += f", of applications under {' and '.join(review.of)}"
    return text + qualified(review.when, review.scope, condition_words)


def _other_rows(rule: Rule) -> Iterator[Row]:
    """What figures cannot show, the cautions that it adds to answers, and what it changed."""
    label = "conditions"
    for text in rule.conditions:
        yield [label, text]
        label = ""
    label = "cautions"
    for caution in rule.cautions:
        kind = str(caution.kind)
        if not caution.scope.everywhere:
            kind += f" ({scope_text(caution.scope)})"
        yield [label, f"{kind}: {caution.text}"]
        label = ""
    if rule.changes:
        yield ["changes", rule.changes]
