"""The head of a worksheet: the question, the row of a classification matrix, the result."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chipdb.answers.check import Check
from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import replace
from chipdb.metrics import Metric, best_member, measure, totals
from chipdb.rules.places import places
from chipdb.solver.labels import NAMES, finding_words, metric_text, verdict_words
from chipdb.solver.verdict import Verdict
from chipdb.views.dossier.document import (
    DossierCell,
    Field,
    FieldsBlock,
    ListBlock,
    Section,
    TextBlock,
    cell,
)
from chipdb.views.dossier.figures import ANSWER_DIGITS, YES_NO, number
from chipdb.views.dossier.source_list import Sources
from chipdb.views.json.answers import exception_record
from chipdb.views.wording import (
    because_words,
    review_words,
    unknown_policies,
    unsettled_exceptions_words,
)
from chipdb.vocabulary import LawView, Required, RuleQuestion, Status


def question_section(check: Check, pins: tuple[tuple[str, str], ...]) -> Section:
    """The question: day, places, parties, law, changes to the chip, hashes of the user's files.

    ``pins`` are labels and hashes of these files. Whoever repeats the check needs all of it, so
    what was not given is stated as such and not left out.
    """
    question = check.question
    chip = check.chip
    # The origin has a default, which says nothing if no export was asked about.
    exported_from = DossierCell("no export asked about", None)
    if question.to:
        exported_from = place_cell(question.places_asked.origin, question.on)

    law = "as codified"
    if question.law == LawView.ENFORCED:
        law = "as enforced"

    given = chip.id
    if check.entry.digest:
        given = "a chip of the user's file"
    row = "–"
    if check.entry.row is not None:
        row = str(check.entry.row)
    named = ", ".join(question.named) or "all in force"
    changes = "; ".join(chip.changes) or "nothing"
    fields = [
        Field("on", "day", cell(question.on.isoformat())),
        Field("chip_given", "chip as asked for", cell(check.entry.resolved_from or given)),
        Field("from", "exported from", exported_from),
        Field("to", "exported to", place_cell(question.places_asked.to, question.on)),
        Field(
            "headquarters",
            "headquarters of the parties",
            _places(question.places_asked.headquarters, question.on),
        ),
        Field("law", "law", cell(law, question.law)),
        Field("role", "role of the exporter", cell(question.role)),
        Field("asked_rules", "rules asked by name", DossierCell(named, list(question.named))),
        Field("changes", "changed from the chip as sold", DossierCell(changes, list(chip.changes))),
        Field("row", "row of the table", DossierCell(row, check.entry.row)),
        Field("file_sha256", "SHA-256 of the chip's file", cell(check.entry.digest)),
    ]
    for label, digest in pins:
        # "SHA-256 of your rules" is "rules_sha256" in JSON.
        kind = label.rsplit(" ", 1)[-1]
        fields.append(Field(f"{kind}_sha256", label, cell(digest)))
    return Section("question", "Question", (FieldsBlock(tuple(fields)),))


def place_cell(code: str | None, on: date) -> DossierCell:
    """A country by name and code, with the one it is treated as; the code is the value for JSON."""
    if code is None:
        return DossierCell("not given", None)
    text = f"{places().name_of(code)} ({code})"
    country = places().treated_as(code, on)
    if country != code:
        text += f", treated as {places().name_of(country)} ({country})"
    return cell(text, code)


def _places(codes: tuple[str, ...] | None, on: date) -> DossierCell:
    """Several countries in one cell; an empty list for JSON if none were given."""
    if not codes:
        return DossierCell("not given", [])
    names = [place_cell(code, on).text for code in codes]
    return cell(", ".join(names), list(codes))


def matrix_section(check: Check, sources: Sources) -> Section:
    """One row of a classification matrix, with its columns below each other.

    Compliance departments keep such a matrix of all their products and can copy this row into it.
    """
    fields = (*_identity_fields(check), *_metric_fields(check), *_answer_fields(check, sources))
    return Section("matrix", "Classification matrix row", (FieldsBlock(fields),))


def _identity_fields(check: Check) -> Iterator[Field]:
    """Which chip it is. The keys are older than the labels and stay as they are."""
    chip = check.chip
    id_label = "chip id"
    if chip.changes:
        # The changed chip is in no catalog, so it has no id of its own.
        id_label = "chip id before the change"
    yield Field("maker", "vendor", cell(chip.vendor))
    yield Field("name", "name", cell(full_name(chip)))
    yield Field("part_id", id_label, cell(chip.id))
    yield Field("aliases", "also called", cell(", ".join(chip.aliases), list(chip.aliases)))
    yield Field("form", "form", cell(chip.form))


def _metric_fields(check: Check) -> Iterator[Field]:
    """The metrics of the chip, or of the leading chip of a system.

    The rules look at one chip; the TPP of all is stated for the notice under 740.8 only.
    """
    chip = check.chip
    if chip.members:
        yield Field("figures_of", "figures are those of one chip", cell(best_member(chip).name))
    for name, label in NAMES.items():
        yield Field(name, label, metric_cell(check.metrics[name]))
    for name in _further_metrics(check):
        yield Field(name, metric_text(name), metric_cell(measure(chip, name)))
    if chip.members:
        total = totals(chip)["tpp"].value
        yield Field("total_tpp", "TPP of all chips added up", number(total))
    yield Field("datacenter", "designed or marketed for datacenters", datacenter_cell(check))


def _answer_fields(check: Check, sources: Sources) -> Iterator[Field]:
    """What the rules answer: entries, license, exceptions and review."""
    answer = check.license
    license_label = "license required"
    if check.question.to:
        to = check.question.places_asked.to or check.question.to
        license_label += f" to {places().name_as_treated(to, check.question.on)}"
    met = DossierCell(parameters_text(check), check.classification.finding.outcome)
    required = DossierCell(license_answer(check), answer.required)
    yield Field("parameters_met", "ECCN parameters met", met)
    yield Field("as_module", "as a module, card or server", _module(check))
    yield Field("at_control", "other entries met (at-control)", _at_control(check))
    yield Field("declared_eccn", "ECCN declared by the vendor", _declared_eccn(check, sources))
    yield Field("license_required", license_label, required)
    yield Field("exceptions", "exceptions that may be available", _exceptions(check))
    yield Field("review", "review policy", DossierCell(review_answer(check), answer.review))


def full_name(chip: Chip) -> str:
    """The chip's name with its changes, so that it is not mistaken for the chip as sold.

    A derated or hypothetical chip keeps the name of the chip that it was made from.
    """
    if not chip.changes:
        return chip.name
    return f"{chip.name}, changed: {'; '.join(chip.changes)}"


def _further_metrics(check: Check) -> tuple[str, ...]:
    """Metrics that only some classifications compare: the bandwidth density of a memory stack."""
    names: dict[str, None] = {}
    for verdict in check.answers:
        if verdict.rule.question == RuleQuestion.CLASSIFICATION:
            names |= dict.fromkeys(verdict.rule.metrics())
    # the sheet has the metrics of every answer in any case
    return tuple(name for name in names if name not in NAMES)


def metric_cell(metric: Metric) -> DossierCell:
    """A metric with the range of its credible claims, if they differ.

    The value for JSON is None if the metric is unknown or undefined; the text says which.
    """
    if metric.state != "known":
        text = str(metric.state)
        if metric.missing:
            text += f", missing: {', '.join(metric.missing)}"
        return DossierCell(text, None)

    # as many digits as everywhere; the derivation has more, so that it can be recomputed
    value = number(metric.value, metric.unit, ANSWER_DIGITS, metric.name)
    low = number(metric.low, digits=ANSWER_DIGITS, metric=metric.name).text
    high = number(metric.high, digits=ANSWER_DIGITS, metric=metric.name).text
    if low == high:
        return value
    return DossierCell(f"{value.text} (credible: {low} to {high})", value.value)


def datacenter_cell(check: Check) -> DossierCell:
    """Whether the chip is designed or marketed for datacenters; None is unknown."""
    value = check.chip.datacenter
    interpretation = check.classification.interpretation
    if value is None and interpretation is not None:
        # Of a system whose own market is unknown, the answer may rest on that of its chips.
        value = interpretation.facts.get("datacenter")
    return DossierCell(YES_NO[value], value)


def parameters_text(check: Check) -> str:
    """Which parameters of 3A090 and 4A090 the figures meet, in words.

    The figures show no more than this: whether the item is in the entry also depends on facts that
    a data sheet does not state.
    """
    verdict = check.classification
    if verdict.rule.id == "none":
        return "no classification rule of the rulebook covers it on this day"
    if verdict.status == Status.MET:
        # The sides are named below, so the verdict is worded as if it were not contested.
        text = f"meets the parameters of {verdict_words(replace(verdict, find_sides=tuple))}"
    elif verdict.status == Status.NOT_MET:
        text = "meets no parameters of 3A090 or 4A090"
    else:
        text = "undetermined"
    if verdict.sides:
        sides = dict.fromkeys(finding_words(side.finding) for side in verdict.sides)
        text += f", contested with {' or '.join(sides)}"
    return text


def _module(check: Check) -> DossierCell:
    """The entries of a module, card or server with this chip in it, such as 4A090.a."""
    if not check.as_module:
        return DossierCell("no other entry follows", [])
    return DossierCell(f"{', '.join(check.as_module)} or a .z entry", list(check.as_module))


def _at_control(check: Check) -> DossierCell:
    """The entries outside 3A090 and 4A090 that are met, such as 3A991.p.

    They are controlled for antiterrorism reasons (AT) only. If no such rule was asked, that is
    stated, since "none" would be an answer.
    """
    # the words are for people, the outcomes for JSON, where "undetermined" is not an outcome
    has_rule = False
    met = []
    undetermined = []
    outcomes = []
    for verdict in check.answers:
        if verdict.rule.question != RuleQuestion.AT_CONTROL:
            continue
        has_rule = True
        if verdict.status == Status.MET:
            met.append(verdict_words(verdict))
            outcomes.append(verdict.finding.outcome)
        elif verdict.status == Status.UNDETERMINED:
            undetermined.append(f"{verdict.rule.id} undetermined")

    nothing = "not asked"
    if has_rule:
        nothing = "none"
    return DossierCell("; ".join(met + undetermined) or nothing, outcomes)


def _declared_eccn(check: Check, sources: Sources) -> DossierCell:
    """The ECCN that the vendor declares, with its source and day; not checked by chipdb."""
    declared = check.chip.declared
    if declared is None or declared.eccn is None:
        return DossierCell("not known", None)
    # Vendors change their declarations as the entries change, so the day belongs to it.
    day = ""
    if declared.as_of:
        day = f", as of {declared.as_of}"
    return DossierCell(f"{declared.eccn} ({sources.mark(declared.source)}{day})", declared.eccn)


_NOT_ASKED = {
    None: "not asked: no destination given",
    Required.NO: "none: the rules checked require no license",
    Required.UNDETERMINED: "undetermined, as the license is",
}
"""Why there is no review policy and no exception, by whether a license is required."""


_LICENSE_WORDS = {
    Required.YES: "yes",
    # Never a plain "no": rules that chipdb does not model may require one.
    Required.NO: "not required by the rules checked",
    Required.UNDETERMINED: "undetermined",
}


def license_answer(check: Check) -> str:
    """Whether a license is required, in words.

    Without a destination the question has no answer, so it says so.
    """
    required = check.license.required
    if required is None:
        return "no destination given"
    word = _LICENSE_WORDS[required]
    if check.license.contested:
        return f"{word}; contested"
    return word


def review_answer(check: Check) -> str:
    """How a license application is reviewed, in words.

    Without a requirement it says why there is no policy; a policy may also not be public.
    """
    answer = check.license
    if answer.required != Required.YES:
        return _NOT_ASKED[answer.required]
    # The strictest known policy is the answer; the requirements without one are named.
    return "; ".join([review_words(answer), *unknown_policies(answer)])


def _exceptions(check: Check) -> DossierCell:
    """The exceptions open under every requirement, as "may qualify for", and those that depend.

    Each has conditions that figures cannot show, so a stronger word would be wrong.
    """
    answer = check.license
    if answer.required != Required.YES:
        return DossierCell(_NOT_ASKED[answer.required], [])
    # the same words as in the answer on a terminal
    names = [f"may qualify for {entry.name} ({entry.section})" for entry in answer.exceptions]
    texts = names or ["none known to be open under every requirement"]
    unsettled = unsettled_exceptions_words(answer)
    if unsettled is not None:
        texts.append(unsettled)
    return DossierCell("; ".join(texts), [exception_record(entry) for entry in answer.exceptions])


def result_section(check: Check) -> Section:
    """The result in one sentence, what contests it, the notes; the cautions are in the core.

    The sides of every deciding rule are listed, each once, with the rule that it belongs to.
    """
    sides: dict[str, None] = {}
    for verdict in deciding(check):
        for side in verdict.sides:
            outcome = finding_words(side.finding, "not met")
            sides[f"{verdict.rule.id}: {outcome} if {because_words(side.because)}"] = None

    classification = cell(check.classification.status)
    required = DossierCell(license_answer(check), check.license.required)
    contested = DossierCell("no", False)
    if sides:
        contested = DossierCell("yes, see below", True)
    fields = (
        Field("classification", "classification", classification),
        Field("license", "license required", required),
        Field("contested", "contested", contested),
    )
    blocks = (
        TextBlock("sentence", "", sentence(check)),
        FieldsBlock(fields),
        ListBlock("sides", "Evidence that would lead to another answer", tuple(sides)),
        ListBlock("asides", "Ways to count that do not contest the answer", check.asides),
        ListBlock("warnings", "Notes that do not change the answer", check.notes),
    )
    return Section("result", "Result", blocks)


def deciding(check: Check) -> tuple[Verdict, ...]:
    """The verdicts of the result: the classification, the license, then every other rule.

    The rule of the classification is not repeated; "none" stands for it if no rule covers the
    chip.
    """
    verdicts = [check.classification]
    if check.license.verdict is not None:
        verdicts.append(check.license.verdict)
    for verdict in check.answers:
        if verdict.rule.id != check.classification.rule.id:
            verdicts.append(verdict)
    return tuple(verdicts)


def sentence(check: Check) -> str:
    """The result in one sentence, for a memo or the subject of a mail.

    >>> import chipdb
    >>> sentence(chipdb.check("RTX 4090", on="2026-06-01", to="DE"))  # doctest: +ELLIPSIS
    'On 2026-06-01 ...; none of the rules checked requires a license from United States to Germany.'
    """
    # The changes are set off by a comma before them, so they need one after them as well.
    name = full_name(check.chip)
    if check.chip.changes:
        name += ","
    text = f"On {check.question.on} {name} {_classified(check)}"
    if check.question.to is None:
        return f"{text}."
    return f"{text}; {_license_clause(check)}."


def _license_clause(check: Check) -> str:
    """The half of the sentence on the license; only if a destination was given."""
    answer = check.license
    export = _export_words(check)
    if answer.required == Required.UNDETERMINED:
        return f"whether a license is required {export} is undetermined"

    contested = ""
    if answer.contested:
        contested = ", which is contested"
    if answer.required != Required.YES:
        return f"none of the rules checked requires a license {export}{contested}"

    sections = [requirement.section for requirement in answer.requirements]
    # Each rule by itself may leave it open while every possible case requires a license.
    by = ", ".join(sections) or "the rules taken together"
    may = "no exception is known to be open under every requirement"
    if answer.exceptions:
        names = [entry.name for entry in answer.exceptions]
        # "may": whether the conditions are met is for the exporter to show
        may = f"it may qualify for {', '.join(names)}"
    unsettled = unsettled_exceptions_words(answer)
    if unsettled is not None:
        may += f"; {unsettled}"
    return (
        f"{export} a license is required ({by}){contested}; review: {review_answer(check)}; {may}"
    )


def _export_words(check: Check) -> str:
    """From where, if that is stated, and to where."""
    on, asked = check.question.on, check.question.places_asked
    words: list[str] = []
    if asked.origin:
        words.append(f"from {places().name_as_treated(asked.origin, on)}")
    if asked.to:
        words.append(f"to {places().name_as_treated(asked.to, on)}")
    return " ".join(words)


def _classified(check: Check) -> str:
    """The half of the sentence on the classification, beginning with its verb."""
    verdict = check.classification
    if verdict.rule.id == "none":
        return "is covered by no classification rule of the rulebook"
    if verdict.status == Status.UNDETERMINED:
        missing = ", ".join(need.figure for need in verdict.needs)
        text = "has an undetermined classification under 3A090 and 4A090"
        if missing:
            return f"{text} (missing: {missing})"
        return text
    return parameters_text(check)
