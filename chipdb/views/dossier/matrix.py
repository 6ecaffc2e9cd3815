"""The head of a worksheet: what was asked, the row of a classification matrix, the result in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chipdb.answers.check import Check
from chipdb.catalog.chip import Chip
from chipdb.metrics import Metric, best_member, measure, totals
from chipdb.rules.conditions import Atom
from chipdb.rules.places import places
from chipdb.solver.labels import NAMES, finding_text, metric_text, verdict_text
from chipdb.solver.verdict import Verdict
from chipdb.views.dossier.document import Cell, Field, Fields, Items, Section, Text, cell
from chipdb.views.dossier.figures import number
from chipdb.views.dossier.source_list import Sources
from chipdb.views.json.answers import exception_record, side_record
from chipdb.vocabulary import Required, RuleQuestion, Status


def question_section(check: Check, pins: tuple[tuple[str, str], ...]) -> Section:
    """Day, places, parties, which law; what the chip was turned into; the hashes of a user's own files."""
    asked, chip = check.question, check.chip
    given = "a chip of the user's file" if check.entry.digest else chip.id
    rows = [
        Field("on", "day", cell(asked.on.isoformat())),
        Field("chip_given", "chip as asked for", cell(check.entry.resolved_from or given)),
        Field(
            "from",
            "exported from",
            _place(asked.origin) if asked.to else Cell("no export asked about", None),
        ),
        Field("to", "exported to", _place(asked.to)),
        Field("headquarters", "headquarters of the parties", _places(asked.headquarters)),
        Field(
            "law",
            "law",
            cell("as enforced" if asked.law == "enforced" else "as printed", asked.law),
        ),
    ]
    rows += [
        Field("role", "role of the exporter", cell(asked.role)),
        Field(
            "asked_rules",
            "rules asked for by name",
            Cell(", ".join(asked.named) or "all in force", list(asked.named)),
        ),
        Field(
            "changes",
            "changed from the part as sold",
            Cell("; ".join(chip.changes) or "nothing", list(chip.changes)),
        ),
        Field("row", "row of the table", Cell(str(check.entry.row or "–"), check.entry.row)),
        Field("file_sha256", "SHA-256 of the chip's file", cell(check.entry.digest)),
    ]
    rows += [
        Field(key, label, cell(value))
        for key, (label, value) in zip(_pin_keys(pins), pins, strict=True)
    ]
    return Section("question", "Question", (Fields(tuple(rows)),))


def _pin_keys(pins: tuple[tuple[str, str], ...]) -> list[str]:
    return [f"{label.rsplit(' ', 1)[-1]}_sha256" for label, _ in pins]


def _place(code: str | None) -> Cell:
    return (
        Cell("not given", None)
        if code is None
        else cell(f"{places().name_of(code)} ({code})", code)
    )


def _places(codes: tuple[str, ...] | None) -> Cell:
    return (
        Cell("not given", [])
        if not codes
        else cell(", ".join(_place(code).text for code in codes), list(codes))
    )


def matrix_section(check: Check, sources: Sources) -> Section:
    """One row of a classification matrix, its columns under each other."""
    chip = check.chip
    rows = [
        Field("maker", "maker", cell(chip.vendor)),
        Field("name", "part", cell(full_name(chip))),
        Field(
            "part_id", "part id" if not chip.changes else "part id before the change", cell(chip.id)
        ),
        Field("aliases", "also called", cell(", ".join(chip.aliases), list(chip.aliases))),
        Field("form", "form", cell(chip.form)),
        *(
            Field("figures_of", "figures are those of one chip", cell(subject.name))
            for subject in _lead(chip)
        ),
        *(Field(name, label, _shown(check.metrics[name])) for name, label in NAMES.items()),
        *(Field(name, metric_text(name), _shown(measure(chip, name))) for name in _further(check)),
        *(
            Field("total_tpp", "TPP of all chips added up", number(totals(chip)["tpp"].value))
            for _ in _lead(chip)
        ),
        Field("datacenter", "designed or marketed for datacenters", _market(check)),
        Field(
            "parameters_met",
            "ECCN parameters met",
            Cell(parameters_text(check), check.classification.finding.outcome),
        ),
        Field("as_module", "as a module, card or server", _module(check)),
        Field("at_control", "other entries met (at-control)", _at_control(check)),
        Field("declared_eccn", "ECCN declared by the maker", _declared(check, sources)),
        Field(
            "license_required",
            _license_label(check),
            Cell(license_text(check), check.license.required),
        ),
        Field("exceptions", "exceptions that may be open", _exceptions(check)),
        Field("review", "review policy", Cell(review_text(check), check.license.review)),
    ]
    return Section("matrix", "Classification matrix row", (Fields(tuple(rows)),))


def full_name(chip: Chip) -> str:
    """The chip's name with what was changed of it, so that nobody takes it for the part that is sold."""
    return f"{chip.name}, changed: {'; '.join(chip.changes)}" if chip.changes else chip.name


def _lead(chip: Chip) -> tuple[Chip, ...]:
    """The chip that stands for a system; nothing where the item is a chip itself."""
    return (best_member(chip),) if chip.members else ()


def _further(check: Check) -> tuple[str, ...]:
    """What the classification of the day asks for besides: the bandwidth density of a memory stack."""
    rules = [
        verdict.rule
        for verdict in check.answers
        if verdict.rule.question == RuleQuestion.CLASSIFICATION
    ]
    asked = [leaf.metric for rule in rules for leaf in rule.leaves() if isinstance(leaf, Atom)]
    return tuple(dict.fromkeys(name for name in asked if name not in NAMES))


def _shown(metric: Metric) -> Cell:
    if metric.state != "known":
        missing = f", missing: {', '.join(metric.missing)}" if metric.missing else ""
        return Cell(f"{metric.state}{missing}", None)
    known = number(metric.value, metric.unit)
    ranged = (
        ""
        if metric.low == metric.high
        else f" (credible: {number(metric.low).text} to {number(metric.high).text})"
    )
    return Cell(known.text + ranged, known.value)


def _market(check: Check) -> Cell:
    value = check.chip.datacenter
    if value is None and check.classification.interpretation is not None:
        value = check.classification.interpretation.facts.get("datacenter")
    return Cell({True: "yes", False: "no", None: "unknown"}[value], value)


def parameters_text(check: Check) -> str:
    """What of 3A090 and 4A090 the figures meet, in words."""
    verdict = check.classification
    sides = " or ".join(dict.fromkeys(finding_text(side.finding) for side in verdict.sides))
    contested = f", contested with {sides}" if sides else ""
    if verdict.rule.id == "none":
        return "no classification rule of the rulebook speaks of it on this day"
    if verdict.status == Status.MET:
        return f"meets the parameters of {verdict_text(replace(verdict, sides=()))}{contested}"
    if verdict.status == Status.NOT_MET:
        return f"meets no parameters of 3A090 or 4A090{contested}"
    return f"undetermined{contested}"


def _module(check: Check) -> Cell:
    if not check.as_module:
        return Cell("no other entry follows", [])
    return Cell(f"{', '.join(check.as_module)} or a .z entry", list(check.as_module))


def _at_control(check: Check) -> Cell:
    found = [
        verdict for verdict in check.answers if verdict.rule.question == RuleQuestion.AT_CONTROL
    ]
    met = [verdict for verdict in found if verdict.status == Status.MET]
    open_ = [verdict.rule.id for verdict in found if verdict.status == Status.UNDETERMINED]
    texts = [verdict_text(verdict) for verdict in met] + [f"{name} undetermined" for name in open_]
    return Cell(
        "; ".join(texts) or ("none" if found else "not asked"),
        [verdict.finding.outcome for verdict in met],
    )


def _declared(check: Check, sources: Sources) -> Cell:
    declared = check.chip.declared
    if declared is None or declared.eccn is None:
        return Cell("not known", None)
    day = f", as of {declared.as_of}" if declared.as_of else ""
    return Cell(f"{declared.eccn} ({sources.mark(declared.source)}{day})", declared.eccn)


def _license_label(check: Check) -> str:
    return (
        f"license required to {places().name_of(check.question.to)}"
        if check.question.to
        else "license required"
    )


_NOT_ASKED = {
    None: "not asked: no destination given",
    Required.NO: "none: the rules checked require no license",
    Required.UNDETERMINED: "open, as the license is",
}


def license_text(check: Check) -> str:
    """Whether a license is required, in words."""
    answer = check.license
    if check.question.to is None:
        return "no destination given"
    if answer.required == Required.YES:
        word = "yes"
    elif answer.required == Required.UNDETERMINED:
        word = "undetermined"
    else:
        word = "not required by the rules checked"
    return word + ("; contested" if answer.contested else "")


def review_text(check: Check) -> str:
    """How an application is looked at, in words."""
    answer = check.license
    if answer.required != Required.YES:
        return _NOT_ASKED[answer.required]
    silent = [requirement.rule for requirement in answer.requirements if requirement.review is None]
    if answer.review is None:
        return "policy not public"
    return answer.review + (f"; policy not public: {', '.join(silent)}" if silent else "")


def _exceptions(check: Check) -> Cell:
    if check.license.required != Required.YES:
        return Cell(_NOT_ASKED[check.license.required], [])
    entries = check.license.exceptions
    text = (
        "; ".join(f"may qualify for {entry.name} ({entry.section})" for entry in entries)
        or "none open under every requirement"
    )
    return Cell(text, [exception_record(entry) for entry in entries])


def result_section(check: Check) -> Section:
    """The result in one sentence, the disputes, the warnings."""
    sides = tuple(text for verdict in deciding(check) for text in _sides(verdict))
    records = [side_record(side) for verdict in deciding(check) for side in verdict.sides]
    statuses = (
        Field("classification", "classification", cell(check.classification.status)),
        Field("license", "license required", Cell(license_text(check), check.license.required)),
    )
    contested = Field(
        "contested", "contested", Cell("yes, see below" if sides else "no", bool(records))
    )
    return Section(
        "result",
        "Result",
        (
            Text("sentence", "", sentence(check)),
            Fields((*statuses, contested)),
            Items("sides", "Disputes that lead elsewhere", tuple(dict.fromkeys(sides))),
            Items("asides", "Ways to count that do not contest", check.asides),
            Items("warnings", "Warnings", check.warnings),
        ),
    )


def deciding(check: Check) -> tuple[Verdict, ...]:
    """The verdicts of the result: the classification, the license, and each further answer that is contested."""
    folded = [check.license.verdict] if check.license.verdict is not None else []
    others = [
        verdict for verdict in check.answers if verdict.rule.id != check.classification.rule.id
    ]
    return (check.classification, *folded, *others)


def _sides(verdict: Verdict) -> Iterator[str]:
    for side in verdict.sides:
        finding = side.finding.outcome or side.finding.status
        yield f"{verdict.rule.id}: {finding} if {side.because}"


def sentence(check: Check) -> str:
    """The result in one sentence.

    >>> import chipdb
    >>> sentence(chipdb.check("A100", on="2023-12-01"))
    'On 2023-12-01 NVIDIA A100 SXM4 80GB meets the parameters of 3A090.a by 3A090.a.1 and 3A090.a.2.'
    """
    comma = "," if check.chip.changes else ""
    text = f"On {check.question.on} {full_name(check.chip)}{comma} {_classified(check)}"
    if check.question.to is None:
        return f"{text}."
    origin = f"from {places().name_of(check.question.origin)} " if check.question.origin else ""
    deal = f"{origin}to {places().name_of(check.question.to)}"
    answer = check.license
    contested = ", which is contested" if answer.contested else ""
    if answer.required == Required.YES:
        by = (
            ", ".join(requirement.section for requirement in answer.requirements)
            or "the rules taken together"
        )
        exceptions = ", ".join(entry.name for entry in answer.exceptions)
        may = (
            f"it may qualify for {exceptions}"
            if exceptions
            else "no exception is open under every requirement"
        )
        return f"{text}; {deal} a license is required ({by}){contested}; review: {review_text(check)}; {may}."
    if answer.required == Required.UNDETERMINED:
        return f"{text}; whether a license is required {deal} is undetermined."
    return f"{text}; none of the rules checked requires a license {deal}{contested}."


def _classified(check: Check) -> str:
    verdict = check.classification
    if verdict.rule.id == "none":
        return "is spoken of by no classification rule of the rulebook"
    if verdict.status == Status.UNDETERMINED:
        needed = ", ".join(need.figure for need in verdict.needs)
        return "has an undetermined classification under 3A090 and 4A090" + (
            f" (missing: {needed})" if needed else ""
        )
    return parameters_text(check)
