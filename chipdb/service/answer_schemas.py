"""The JSON Schema of what each command answers, for the OpenAPI document.

A schema has the keys that programs build on, with the words that they can hold; the specification
says what each means. Objects may have further keys, so that a later version can add some.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
ANY_OBJECT: Schema = {"type": "object"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
WHOLE_OR_NULL: Schema = {"type": ["integer", "null"]}
NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}
FLAG_OR_NULL: Schema = {"type": ["boolean", "null"]}
DAY: Schema = {"type": "string", "format": "date"}
DAY_OR_NULL: Schema = {"type": ["string", "null"], "format": "date"}


def word(*words: str | int | None) -> Schema:
    """One of some words or numbers; None stands for null."""
    return {"enum": list(words)}


def listed(items: Schema) -> Schema:
    """A list whose entries are all alike."""
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    """A schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def record(**properties: Schema) -> Schema:
    """An object that has at least these keys."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def stamped(**properties: Schema) -> Schema:
    """An object with the version of the format and the hashes of data and rules in front."""
    # an envelope has the rules that it stays outside of under the name of their hash
    stamps = {"schema": WHOLE, "data": TEXT, "rules": TEXT}
    return record(**(stamps | properties))


def described(schema: Schema, text: str) -> Schema:
    """A schema with what it means."""
    return {**schema, "description": text}


TEXTS = listed(TEXT)
LAW = described(word("enforced", "text"), "The law that was asked: `text` is as printed.")
LEGAL_STATUS = word("met", "not-met", "undetermined")
SPREAD = record(value=NUMBER_OR_NULL, low=NUMBER_OR_NULL, high=NUMBER_OR_NULL)
METRICS: Schema = {
    "type": "object",
    "additionalProperties": record(
        value=NUMBER_OR_NULL,
        low=NUMBER_OR_NULL,
        high=NUMBER_OR_NULL,
        unit=TEXT,
        state=word("known", "unknown", "undefined"),
    ),
}
ESTIMATED = or_null(record(low=NUMBER, nominal=NUMBER, high=NUMBER))
LARGEST = or_null(record(value=NUMBER, attained=FLAG))
OF_BOTH = record(chip={}, of={})

VERDICT = record(
    text=described(TEXT, "One sentence with the date, the places, the result and what decides it."),
    status=described(
        word(
            "license-required",
            "license-not-required",
            "controlled",
            "not-controlled",
            "undetermined",
        ),
        "About the license if `to` is given, otherwise about the classification. No value is a "
        "permission to ship.",
    ),
    contested=described(FLAG, "Whether credible evidence would lead to another answer."),
)
CAUTION = record(
    kind=TEXT,
    about=word("item", "transaction"),
    text=TEXT,
    could_require_license=described(FLAG, 'Whether it can turn "no license required" around.'),
)
CLASSIFICATION = record(
    outcome=described(TEXT_OR_NULL, "The entry, such as 3A090.a; null where none is met."),
    status=LEGAL_STATUS,
    contested=FLAG,
    sides=listed(ANY_OBJECT),
    provisions=TEXTS,
    needs=described(listed(ANY_OBJECT), "What is missing to settle the answer."),
)
LICENSE = record(
    required=described(word("yes", "no", "undetermined", None), "Null without `to`."),
    contested=FLAG,
    sides=listed(ANY_OBJECT),
    codified=described(or_null(ANY_OBJECT), "What the printed text answers, if it differs."),
    enforced=described(
        or_null(ANY_OBJECT), "What is enforced, if the law is `text` and that differs."
    ),
    review=described(TEXT_OR_NULL, "The review policy, such as presumption-of-denial."),
    review_conditions=TEXTS,
    exceptions=listed(ANY_OBJECT),
    requirements=described(listed(ANY_OBJECT), "Each instrument that asks for a license."),
    assumptions=TEXTS,
    not_checked=TEXTS,
)

CHECK = stamped(
    chip=TEXT_OR_NULL,
    name=TEXT,
    resolved_from=described(TEXT_OR_NULL, "The name as it was given; null for an id."),
    position=described(WHOLE, "The place of the chip in the call, counted from 1."),
    changes=TEXTS,
    on=DAY,
    law=LAW,
    to=TEXT_OR_NULL,
    headquarters=or_null(TEXTS),
    metrics=METRICS,
    verdict=VERDICT,
    exit_status=described(
        word(0, 1, 3),
        "0: not controlled or no license required; 1: controlled or a license is required; "
        "3: undetermined, contested, or a caution could require a license.",
    ),
    classification=CLASSIFICATION,
    license=LICENSE,
    cautions=listed(CAUTION),
    answers=described(listed(ANY_OBJECT), "The result of each rule, with its trace."),
    warnings=TEXTS,
)
HEADROOM = stamped(
    chip=TEXT,
    position=WHOLE,
    law=LAW,
    rule=TEXT,
    leaves=TEXT_OR_NULL,
    enters=TEXT_OR_NULL,
    knob=TEXT,
    factor=described(NUMBER_OR_NULL, "What the knob is multiplied by; null if it cannot."),
    cut_percent=NUMBER_OR_NULL,
    attained=described(FLAG_OR_NULL, "Whether the answer changes at the value itself."),
    value=NUMBER_OR_NULL,
    unit=TEXT,
    binding=TEXT_OR_NULL,
)
COMPARED = record(
    figure=TEXT,
    unit=TEXT,
    of=word("chip", "system"),
    values=listed(
        record(
            chip=TEXT,
            position=WHOLE,
            value=NUMBER_OR_NULL,
            low=NUMBER_OR_NULL,
            high=NUMBER_OR_NULL,
            ratio=NUMBER_OR_NULL,
        )
    ),
)
NEAR = stamped(
    chip=TEXT,
    rule=TEXT,
    metric=TEXT,
    value=NUMBER,
    limit=NUMBER,
    unit=TEXT,
    margin_percent=NUMBER,
    now=TEXT,
    beyond=TEXT,
    question=TEXT,
    law=LAW,
)
FLIP_SIDE = described(
    record(side=TEXT, answer=TEXT),
    "Of a day with a destination also `review`, `review_if`, `review_conditions` and "
    "`review_otherwise`, as in `check`.",
)
FLIP = stamped(chip=TEXT, to=TEXT_OR_NULL, before=FLIP_SIDE, after=FLIP_SIDE, law=LAW)
TIMELINE = stamped(
    chip=TEXT,
    position=WHOLE,
    **{"from": DAY},
    until=DAY_OR_NULL,
    to=TEXT_OR_NULL,
    classification=TEXT_OR_NULL,
    status=LEGAL_STATUS,
    license=word("yes", "no", "undetermined", None),
    review=TEXT_OR_NULL,
    because=TEXT,
    contested=FLAG,
    cautions=TEXTS,
    law=LAW,
)
BUDGET = stamped(
    on=DAY,
    chip=described(TEXT_OR_NULL, "Null for the sum of several chips."),
    position=WHOLE_OR_NULL,
    tpp=or_null(SPREAD),
    count=WHOLE_OR_NULL,
    total_tpp=or_null(SPREAD),
    budgets=listed(ANY_OBJECT),
    warnings=TEXTS,
)
LISTED = stamped(
    id=TEXT,
    name=TEXT,
    vendor=TEXT_OR_NULL,
    country=TEXT_OR_NULL,
    architecture=TEXT_OR_NULL,
    kind=word("processor", "system", "memory-stack"),
    announced=described(TEXT_OR_NULL, "A date, or a month or year where no day is known."),
    tpp=NUMBER_OR_NULL,
    performance_density=NUMBER_OR_NULL,
)
SHOWN = stamped(
    id=TEXT,
    name=TEXT,
    vendor=TEXT_OR_NULL,
    kind=word("processor", "system", "memory-stack"),
    aliases=TEXTS,
    dies=or_null(listed(ANY_OBJECT)),
    links=or_null(listed(ANY_OBJECT)),
    figures=described(
        {"type": "object", "additionalProperties": ANY_OBJECT},
        "By the path of each figure: its value, and the claims with their sources.",
    ),
    metrics=METRICS,
)
IDENTIFIED = stamped(
    given=TEXT,
    chip=described(TEXT_OR_NULL, "The id of one accelerator; null if unknown or ambiguous."),
    count=described({"type": ["integer", "string", "null"]}, "A share is a text such as 1/8."),
    kind=TEXT_OR_NULL,
    system=TEXT_OR_NULL,
    candidates=TEXTS,
    note=TEXT_OR_NULL,
)
RULE = stamped(
    id=TEXT,
    question=TEXT,
    title=TEXT,
    citation=TEXT_OR_NULL,
    dates=ANY_OBJECT,
    provisions=listed(ANY_OBJECT),
)
CONFLICT = stamped(
    chip=TEXT,
    figure=TEXT,
    kind=TEXT,
    low=NUMBER_OR_NULL,
    high=NUMBER_OR_NULL,
    unit=TEXT_OR_NULL,
    claims=listed(ANY_OBJECT),
)
STALE = stamped(kind=TEXT, entry=TEXT_OR_NULL, text=TEXT)
ESTIMATE = stamped(
    chip=TEXT,
    resolved_from=TEXT_OR_NULL,
    position=WHOLE,
    model=TEXT,
    phase=word("prefill", "decode", "serve", "train"),
    precision=TEXT_OR_NULL,
    chips=WHOLE_OR_NULL,
    layout=TEXT_OR_NULL,
    batch=WHOLE_OR_NULL,
    input=WHOLE_OR_NULL,
    output=WHOLE_OR_NULL,
    tokens_per_second_per_chip=ESTIMATED,
    step_ms=ESTIMATED,
    time_to_first_token_ms=ESTIMATED,
    bound_by=TEXT_OR_NULL,
    assumptions=TEXTS,
    missing=described(TEXTS, "The figures without which nothing can be estimated."),
    measured=listed(ANY_OBJECT),
    usd_per_million_tokens=ESTIMATED,
    tokens_per_joule=ESTIMATED,
)
EQUIVALENT = stamped(
    chip=TEXT,
    of=TEXT,
    position=WHOLE,
    model=TEXT,
    phase=TEXT,
    ratio=ESTIMATED,
    tpp_ratio=NUMBER_OR_NULL,
    memory_bandwidth_ratio=NUMBER_OR_NULL,
    precision=OF_BOTH,
    layout=OF_BOTH,
)
ENVELOPE = stamped(
    rules=described(TEXTS, "The rules that the designs stay outside of."),
    given=ANY_OBJECT,
    tpp=LARGEST,
    memory_bandwidth=LARGEST,
    io_bandwidth=LARGEST,
    binding=TEXTS,
    best=or_null(ANY_OBJECT),
    assumptions=TEXTS,
)

ANSWERS: dict[str, Schema] = {
    "check": described(listed(CHECK), "One object for each chip and place, chips first."),
    "headroom": described(listed(HEADROOM), "One object for each rule, knob and change."),
    "compare": stamped(baseline=TEXT, lines=listed(COMPARED)),
    "near": listed(NEAR),
    "flips": listed(FLIP),
    "timeline": described(listed(TIMELINE), "One object for each period; `until` is excluded."),
    "budget": listed(BUDGET),
    "list": listed(LISTED),
    "show": SHOWN,
    "identify": described(listed(IDENTIFIED), "One object for each name, never merged."),
    "rules": listed(RULE),
    "conflicts": listed(CONFLICT),
    "sources": described(
        listed(stamped()), "Figures with their sources, or the figures that depend on a source."
    ),
    "stale": listed(STALE),
    "estimate": listed(ESTIMATE),
    "equivalents": listed(EQUIVALENT),
    "envelope": described(listed(ENVELOPE), "One object for each largest region of designs."),
}
"""The schema of each command's answer."""
