"""The core of a worksheet, two pages at most: what counsel reads first and files.

Verdict, question with the parties, figures, each requirement, cautions and what was not checked.
Everything after it, from every claim of a figure to every provision, is the appendix.
"""

from __future__ import annotations

from collections.abc import Iterator

from chipdb.answers.check import Check
from chipdb.metrics import SHOWN
from chipdb.rules.rule import Rule
from chipdb.rules.wording import condition_words
from chipdb.solver.labels import finding_words, metric_text, needs_texts, verdict_words
from chipdb.solver.licensing import NOT_CHECKED
from chipdb.solver.missing import Need
from chipdb.solver.requirement import Requirement
from chipdb.solver.verdict import Verdict
from chipdb.views.dossier.document import (
    BLANK,
    NOTHING,
    Block,
    DossierCell,
    Field,
    FieldsBlock,
    ListBlock,
    RecordsBlock,
    Section,
    TableBlock,
    TextBlock,
    cell,
    columns,
    quantity_cell,
)
from chipdb.views.dossier.figures import on_sale_words
from chipdb.views.dossier.matrix import datacenter_cell, full_name, metric_cell, place_cell
from chipdb.views.dossier.overview import result_words
from chipdb.views.dossier.source_list import Sources
from chipdb.views.text import NOT_CLASSIFIED
from chipdb.views.verdict_sentence import verdict_sentence, verdict_status
from chipdb.views.wording import because_words, exceptions_in_short, requirement_policy
from chipdb.vocabulary import Required, RuleQuestion

PARTIES = (
    ("exporter", "exporter"),
    ("consignee", "consignee"),
    ("end_user", "end user"),
    ("ultimate_parent", "ultimate parent of the recipient"),
    ("end_use", "end use"),
)
"""What a compliance file names and chipdb is not told: lines for people to fill in."""


def core_section(check: Check, sources: Sources) -> Section:
    """Everything that decides the answer, with the verdict at the top."""
    blocks: list[Block] = [
        TextBlock("verdict", "", verdict_sentence(check)),
        FieldsBlock(tuple(_question_fields(check, sources))),
        _figures(check, sources),
    ]
    if check.asks_license:
        blocks.append(_requirements(check, sources))
    if check.license.review_conditions:
        title = "Conditions of the eased review, each to be certified"
        blocks.append(ListBlock("review_conditions", title, check.license.review_conditions))
    blocks += _doubts(check)
    blocks.append(_cautions(check))
    unchecked = ", ".join(NOT_CHECKED).replace("-", " ").replace("eccn", "ECCN")
    blocks.append(
        TextBlock("not_checked", "Not checked", f"{unchecked}. The appendix says what to settle.")
    )
    return Section("core", "Answer", tuple(blocks))


def references_section(sources: Sources) -> Section:
    """The sources that the core names, as numbered references."""
    return Section("references", "Sources", (sources.listed(""),))


def _question_fields(check: Check, sources: Sources) -> Iterator[Field]:
    """The transaction as it was asked about, and the lines for what was not given."""
    question, asked = check.question, check.question.places_asked
    yield Field("status", "result", cell(result_words(check), verdict_status(check)))
    yield Field("item", "item", cell(f"{full_name(check.chip)} ({check.chip.id})"))
    if check.entry.sku is not None:
        yield Field("sku", "SKU", cell(check.entry.sku))
    # a blank is a line for people to fill in
    yield Field("quantity", "quantity", quantity_cell(check.entry.quantity, BLANK))
    yield Field(
        "classification", "classification by its figures", cell(_classification(check, sources))
    )
    yield Field("on", "day", cell(question.on.isoformat()))
    if question.to is not None:
        yield Field("from", "exported from", place_cell(asked.origin, question.on))
        yield Field("to", "exported to", place_cell(asked.to, question.on))
        headquarters = [place_cell(code, question.on).text for code in asked.headquarters or ()]
        text = " and ".join(headquarters) or "not stated"
        yield Field("headquarters", "headquarters of recipient and parent", cell(text))
    for key, label in PARTIES:
        yield Field(key, label, BLANK)


def _classification(check: Check, sources: Sources) -> str:
    """The paragraphs that the figures meet, the entries of what contains the chip, the source."""
    text = verdict_words(check.classification, NOT_CLASSIFIED)
    if check.as_module:
        text += f"; as a module, card or server {' or '.join(check.as_module)} or a .z entry"
    source = check.classification.rule.citation.get("source")
    if source:
        text += f" ({sources.mark(source)})"
    return text


def _figures(check: Check, sources: Sources) -> TableBlock:
    """The figures that the rules compare, each with the sources that it rests on."""
    rows = []
    for name in SHOWN:
        metric = check.metrics[name]
        keys = [claim.source for _, claim in metric.inputs]
        rows.append((cell(metric_text(name), name), metric_cell(metric), sources.cells(keys)))
    market = check.chip.sources.get("market")
    market_fact = cell("designed or marketed for data centers")
    rows.append((market_fact, datacenter_cell(check), _mark(market, sources)))
    sale = check.chip.us_available
    sale_fact = cell("on sale in the United States")
    rows.append((sale_fact, cell(on_sale_words(sale)), _mark(sale.source, sources)))
    return TableBlock(
        key="figures",
        title="Figures and facts",
        columns=columns(figure="figure", value="value", sources="sources"),
        rows=tuple(rows),
    )


def _mark(key: str | None, sources: Sources) -> DossierCell:
    """The mark of a source, or a dash where a fact has none."""
    if not key:
        return NOTHING
    return sources.cell(key)


def _requirements(check: Check, sources: Sources) -> RecordsBlock:
    """Each license rule of the day whose scope holds: whether it asks for a license, and why."""
    # a rule that is not met is listed too: a file must show that it was asked
    asking = {entry.rule: entry for entry in check.license.requirements}
    rows = []
    for verdict in check.answers:
        if verdict.rule.question == RuleQuestion.LICENSE:
            rows.append(_requirement(verdict, asking.get(verdict.rule.id), sources))
    return RecordsBlock(
        key="requirements",
        title="Requirement by requirement",
        columns=columns(
            section="section",
            answer="license",
            rule="rule",
            reason="why here",
            review="review policy",
            exceptions="exceptions",
            source="source",
        ),
        rows=tuple(rows),
        empty="no license rule of this day reaches these places and parties",
    )


def _requirement(
    verdict: Verdict, requirement: Requirement | None, sources: Sources
) -> tuple[DossierCell, ...]:
    """One license rule; ``requirement`` is what it asks for, if it does."""
    rule = verdict.rule
    section = _section_of(rule, requirement)
    title = cell(rule.title or rule.id, rule.id)
    answer = verdict_words(verdict, "not required")
    if verdict.status == "met" and requirement is not None:
        answer = "required"
    if rule.is_no_law:
        answer += " if enacted"
    source = sources.cell(rule.citation.get("source"))
    if requirement is None:
        return cell(section), cell(answer), title, NOTHING, NOTHING, NOTHING, source
    return (
        cell(section),
        cell(answer),
        title,
        cell(_reason(verdict, requirement)),
        cell(requirement_policy(requirement), requirement.review),
        cell(exceptions_in_short(requirement) or "none of those modeled"),
        source,
    )


def _section_of(rule: Rule, requirement: Requirement | None) -> str:
    """The paragraph that asks, or the one that would; of a letter only its name."""
    if requirement is not None:
        return requirement.section
    return rule.provisions[0].id.partition(",")[0]


def _reason(verdict: Verdict, requirement: Requirement) -> str:
    """The condition that is met, and why the places are in the rule's scope."""
    reasons = []
    for provision in verdict.rule.provisions:
        if provision.id in verdict.provisions:
            reasons.append(condition_words(provision.when))
    if requirement.in_scope_because:
        reasons.append(requirement.in_scope_because)
    return "; ".join(reasons)


def _doubts(check: Check) -> Iterator[ListBlock]:
    """What contests the answer, and what is missing to know it; nothing for a settled answer."""
    # several claims may lead to the same other answer, which is listed once
    sides = dict.fromkeys(_sides(check))
    if sides:
        yield ListBlock("contested_by", "What contests the answer", tuple(sides))

    # what other rules lack changes neither the classification nor the license
    verdicts = [check.classification]
    if check.license.verdict is not None:
        verdicts.append(check.license.verdict)
    needs: list[Need] = []
    for verdict in verdicts:
        needs += verdict.needs
    if needs:
        yield ListBlock("missing", "What is missing", tuple(needs_texts(needs)))


def _sides(check: Check) -> Iterator[str]:
    """The other answers that credible evidence leads to, on the classification and the license."""
    for side in check.classification.sides:
        answer = finding_words(side.finding, NOT_CLASSIFIED)
        yield f"classification: {answer} if {because_words(side.because)}"
    for license_side in check.license.sides:
        because = because_words(license_side.because)
        yield f"license {_REQUIRED[license_side.required]}: {because}"


_REQUIRED = {
    Required.YES: "required",
    Required.NO: "not required",
    Required.UNDETERMINED: "undetermined",
}


def _cautions(check: Check) -> ListBlock:
    """What may reverse the answer, those that change it first and marked."""
    texts = []
    for caution in check.cautions:
        mark = ""
        if caution.changes_status:
            mark = "could require a license: "
        texts.append(f"{mark}{caution.kind.replace('-', ' ')}: {caution.text}")
    return ListBlock("cautions", "Cautions", tuple(texts))
