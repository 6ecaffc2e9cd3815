"""The rulebook: every rule by id, and the rules in force on a day."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from chipdb import data_files
from chipdb.catalog.lookup import nearest, squash
from chipdb.errors import DataError, ParameterError, Problem, UnknownNameError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.rules.conditions import Outcome, leaves
from chipdb.rules.periods import is_within
from chipdb.rules.places import Places, Transaction, places
from chipdb.rules.rule import Dates, Rule
from chipdb.rules.rule_records import rule_from
from chipdb.rules.scopes import NO_SCOPE, Scope, scope_from
from chipdb.vocabulary import CautionKind, RuleQuestion

if TYPE_CHECKING:
    from chipdb.catalog.yaml_lists import FileEntry
    from chipdb.rules import schema

REQUIRED_HERE = ("id", "question", "title", "citation", "dates", "kind", "provisions")
"""What every rule of the rulebook states; a user's needs only id, question and provisions."""


RuleProblem = tuple[str, tuple[str, ...], str, str]
"""A problem of a rule: its id, the path inside it, the field to name, and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A text that answers to one question carry during a period, for every chip.

    ``scope`` limits it to some transactions. A notice to the license question is a caution:
    ``caution`` is its kind, ``could_require_license`` whether what it says could turn "not
    required" into "required". ``unless_required`` leaves it out where a license is required anyway.
    Notices of one ``sentence`` are read together: the first begins it, the others continue it.
    ``forms`` limits it to items whose form begins with one of these words, such as SXM.
    """

    question: str
    text: str
    since: date
    until: date | None = None
    scope: Scope = NO_SCOPE
    caution: CautionKind | None = None
    could_require_license: bool = False
    unless_required: bool = False
    sentence: str | None = None
    forms: tuple[str, ...] = ()

    def is_about(self, form: str | None) -> bool:
        """Whether it is about items of a form; one that names no form is about all of them."""
        if not self.forms:
            return True
        return form is not None and form.startswith(self.forms)

    def holds(self, transaction: Transaction) -> bool:
        """Whether it applies to a transaction; it does if the places are not known."""
        if not is_within(self.since, self.until, transaction.on):
            return False
        return places().holds(self.scope, transaction) is not False

    def countries_of_unstated_parties(self, transaction: Transaction) -> list[str]:
        """The codes of the countries on whose parties it is, where it only may hold without them.

        Empty if headquarters are stated, and if it names a group of countries: a group is wide
        enough for its notice to be read in any case.
        """
        if transaction.headquarters is not None or places().holds(self.scope, transaction):
            return []
        names: list[str] = []
        for scope in (self.scope, *self.scope.any):
            if scope.headquarters is not None:
                names += [name for name in scope.headquarters.any if isinstance(name, str)]
        if not all(name in places().countries for name in names):
            return []
        return names


MOST_SUGGESTED = 5
"""How many rules an error suggests."""


class Rulebook:
    """Rules by id, in the order of their files.

    ``own`` are the ids of the rules that the user added.

    >>> import chipdb
    >>> book = chipdb.load_rules()
    >>> book["us-3a090-2023"].dates.effective.isoformat()
    '2023-11-17'
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        notices: tuple[Notice, ...] = (),
        own: frozenset[str] = frozenset(),
        before: Rulebook | None = None,
    ) -> None:
        """Index rules by id; of two with the same id the later one replaces the first.

        ``before`` is the rulebook before some proposals were taken as law; None if none were.
        """
        self._rules = {rule.id: rule for rule in rules}
        self.notices = notices
        self.own = own
        self.before = before

    def __iter__(self) -> Iterator[Rule]:
        """Iterate over the rules in the order of their files."""
        return iter(self._rules.values())

    def __len__(self) -> int:
        """The number of rules."""
        return len(self._rules)

    def __getitem__(self, name: str) -> Rule:
        """The rule with an id; raises :class:`UnknownNameError` with suggestions."""
        if not isinstance(name, str):
            raise TypeError(f"name must be str, not {name!r}")
        # An id is found however it is typed: US-3A090-2023, or without its hyphens.
        wanted = squash(name)
        for key, rule in self._rules.items():
            if squash(key) == wanted:
                return rule

        # Imported here because only a misspelt name needs it.
        import difflib

        # People know a bill by a word of its name: every id with that word comes first.
        close = [key for key in self._rules if wanted and wanted in squash(key)]
        close += difflib.get_close_matches(name.casefold(), self._rules, n=3, cutoff=0.4)
        close = list(dict.fromkeys(close))[:MOST_SUGGESTED]
        raise UnknownNameError("rule", name, close, choices=("an id that `chipdb rules` lists",))

    def in_force(self, on: date, *, as_printed: bool = False) -> list[Rule]:
        """The rules that apply on a day, as enforced or as codified; never a proposal.

        >>> import chipdb
        >>> standing = chipdb.load_rules().in_force(date(2022, 11, 1))
        >>> "us-3a090-2022" in [rule.id for rule in standing]
        True
        """
        rules = []
        for rule in self:
            # A proposal is not binding, even if its record has dates.
            if rule.question == RuleQuestion.PROPOSAL:
                continue
            if rule.in_force(on, as_printed=as_printed):
                rules.append(rule)
        return rules

    def begins(self) -> date:
        """The first day that the rulebook covers; nothing earlier was read.

        >>> import chipdb
        >>> chipdb.load_rules().begins().isoformat()
        '2022-08-01'
        """
        # data/notices.yaml has exactly one notice of coverage.
        (coverage,) = (notice for notice in self.notices if notice.question == "coverage")
        return coverage.since

    def covers(self, kind: str, on: date) -> bool:
        """Whether the rules on a kind of item were read for a day.

        Where they were not, nothing may be answered "no".

        >>> import chipdb
        >>> book = chipdb.load_rules()
        >>> book.covers("processor", date(2022, 1, 1)), book.covers("processor", date(2024, 1, 1))
        (False, True)
        """
        if on < self.begins():
            return False
        return any(rule.classifies(kind) for rule in self)

    @property
    def own_rules(self) -> list[Rule]:
        """The rules that the user added, in their order."""
        return [rule for rule in self if rule.id in self.own]

    def cautioning(self, transaction: Transaction) -> list[Notice]:
        """The notices that caution about a transaction, with those of one sentence joined.

        A sentence is left out if only its beginning applies.
        """
        return list(_cautioning(self, transaction, places()))

    def __repr__(self) -> str:
        """The number of rules."""
        return f"<Rulebook of {len(self)} rules>"

    def enacting(self, names: Iterable[str]) -> Rulebook:
        """This rulebook with some proposals as law, on every day.

        Raises :class:`UnknownNameError` for a name that is not a rule, and :class:`ParameterError`
        for a rule that cannot be enacted.

        >>> import chipdb
        >>> chipdb.load_rules().enacting(["ca-ecl-2026"])["ca-ecl-2026"].question.value
        'license'
        """
        enacted: dict[str, Rule] = {}
        for name in names:
            rule = self[name]
            enacted[rule.id] = self._as_law(rule)
        if not enacted:
            return self

        rules = [enacted.get(rule.id, rule) for rule in self]
        # Enacting in two steps keeps the law as it stands, not the law after the first step.
        return Rulebook(rules, self.notices, self.own, before=self.before or self)

    def _as_law(self, rule: Rule) -> Rule:
        """A proposal as the law it would be; raises :class:`ParameterError` if it cannot be one."""
        if rule.question != RuleQuestion.PROPOSAL:
            why = "is not a proposal"
        elif rule.enacted_as is None:
            # Who would be bound decides whether a license is required, so it cannot be assumed.
            why = (
                "it requires no license, or whom it would bind was not read; "
                "check it by name as a rule"
            )
        else:
            # A bill has no dates of its own: enacted, it applies on any day.
            dates = Dates(evidence_to=rule.dates.evidence_to)
            return replace(rule, question=RuleQuestion(rule.enacted_as), dates=dates)

        others = ", ".join(other.id for other in self if other.enacted_as)
        raise ParameterError("enact", f"{rule.id}: {why}; these can be enacted: {others}")

    def with_file(self, data: bytes, name: str) -> Rulebook:
        """This rulebook with the rules of a user's file; ``name`` is the file's name in errors.

        Raises :class:`DataError` with every problem of the file.
        """
        own = [rule_from(record) for record in read_records(data, name, complete=False)]

        # A rule of the same id would silently replace the law's, so it is refused.
        problems: list[RuleProblem] = []
        for rule in own:
            if rule.id in self._rules:
                text = f"{rule.id!r} is a rule of the rulebook; choose another id"
                problems.append((rule.id, ("id",), "id", text))

        # Outcomes mean something only once the ids are settled.
        if not problems:
            problems = list(self._unknown_outcomes(own))
        if problems:
            raise DataError(_located(problems, data, name))

        ids = self.own | {rule.id for rule in own}
        # The law before a proposal is compared with it, so both need the user's rules.
        before = self.before
        if before is not None:
            before = Rulebook([*before, *own], self.notices, ids)
        return Rulebook([*self, *own], self.notices, ids, before)

    def _unknown_outcomes(self, own: list[Rule]) -> Iterator[RuleProblem]:
        """The outcomes that a user's rules refer to and no rule has.

        One that is misspelt would never be met, and the rule would silently clear every chip.
        """
        # A user's rule may refer to the outcome of another rule in the same file.
        outcomes: set[str] = set()
        for rule in (*self, *own):
            outcomes.update(rule.outcomes())

        for rule in own:
            for outcome in _outcomes_named(rule):
                if outcome not in outcomes:
                    hint = nearest(outcome, sorted(outcomes))
                    yield rule.id, (), rule.id, f"{outcome!r} is not an outcome of a rule{hint}"


# Kept, since a catalog asks about the same places for every chip. The places are part of the key
# because a test may replace them.
@functools.lru_cache(maxsize=256)
def _cautioning(book: Rulebook, transaction: Transaction, _: Places) -> tuple[Notice, ...]:
    """The notices of a rulebook that caution about a transaction."""
    single: list[Notice] = []
    by_sentence: dict[str, list[Notice]] = {}
    for notice in book.notices:
        if notice.caution is None or not notice.holds(transaction):
            continue
        if notice.sentence is None:
            single.append(notice)
            continue
        # The whole sentence takes the place of its first notice.
        if notice.sentence not in by_sentence:
            single.append(notice)
        by_sentence.setdefault(notice.sentence, []).append(notice)
    return tuple(_with_whole_sentences(single, by_sentence))


def _with_whole_sentences(
    notices: Iterable[Notice], by_sentence: dict[str, list[Notice]]
) -> Iterator[Notice]:
    """Notices, each sentence joined to its first notice; a beginning without an end is dropped.

    ``by_sentence`` has the notices of each sentence in the order in which they are read.
    """
    for notice in notices:
        if notice.sentence is None:
            yield notice
            continue
        _, *ends = by_sentence[notice.sentence]
        if ends:
            text = "; ".join(other.text for other in ends)
            yield replace(notice, text=f"{notice.text} {text}")


def _located(problems: list[RuleProblem], data: bytes, name: str) -> list[Problem]:
    """Problems of a user's rules with the line of the file that each is on."""
    from chipdb.catalog.yaml_lists import entries

    # The file is read a second time, because positions are needed only once there is a problem.
    positions = {}
    for document, place, entry in entries(data, name):
        positions[entry["id"]] = (document, place)

    located = []
    for rule, inner, field, text in problems:
        document, place = positions[rule]
        located.append(Problem(name, document.line((*place, *inner)), field, text))
    return located


def _outcomes_named(rule: Rule) -> list[str]:
    """The outcomes that a rule refers to in its provisions, exceptions and review, each once."""
    conditions = rule.deciding()
    conditions += [entry.when for entry in rule.exceptions]
    conditions += [entry.when for entry in rule.review]

    names: list[str] = []
    for leaf in itertools.chain.from_iterable(map(leaves, conditions)):
        if isinstance(leaf, Outcome):
            names += leaf.names
    return list(dict.fromkeys(names))


@functools.lru_cache(maxsize=1)
def load_rules() -> Rulebook:
    """The rulebook of this installation."""
    # A compiled file saves reading YAML in every process.
    lines = data_files.compiled(data_files.RULES)
    if lines:
        record = lines.record("rulebook")
    else:
        record = read_rulebook()

    rules = [rule_from(entry) for entry in record["rules"]]
    notices = tuple(_notice(entry) for entry in record["notices"])
    return Rulebook(rules, notices)


def read_rulebook() -> dict[str, Any]:
    """Rules and notices of ``data/`` as validated plain values.

    Raises :class:`DataError` with every problem of the first file that has any.
    """
    from chipdb.catalog.yaml_text import parse, read_bytes

    folder = data_files.data_folder()
    records = []
    # In the order of the paths, so that the rulebook does not depend on the file system.
    for path in sorted((folder / "rules").rglob("*.yaml")):
        name = f"data/{path.relative_to(folder).as_posix()}"
        records += read_records(read_bytes(path), name, complete=True)

    (notices,) = parse(read_bytes(folder / "notices.yaml"), "data/notices.yaml")
    return {"rules": records, "notices": notices.value}


def _notice(entry: dict[str, Any]) -> Notice:
    """A notice from its record."""
    until: date | None = None
    if entry.get("until"):
        until = date.fromisoformat(entry["until"])
    caution: CautionKind | None = None
    if entry.get("caution"):
        caution = CautionKind(entry["caution"])
    return Notice(
        question=entry["question"],
        text=entry["text"],
        since=date.fromisoformat(entry["from"]),
        until=until,
        scope=scope_from(entry.get("scope")),
        caution=caution,
        # scalars of data files are read as text
        could_require_license=entry.get("could_require_license") == "true",
        unless_required=entry.get("unless_required") == "true",
        sentence=entry.get("sentence"),
        forms=tuple(entry.get("forms") or ()),
    )


def read_records(data: bytes, name: str, *, complete: bool) -> list[dict[str, Any]]:
    """The validated records of a rule file.

    ``complete`` demands the keys that every rule of the rulebook has. Raises :class:`DataError`
    with every problem of the file.
    """
    from chipdb.catalog.file_contents import RULE, refuse_other_contents
    from chipdb.catalog.yaml_lists import entries_with_problems, raise_any, validated
    from chipdb.rules import schema

    records, of_text = entries_with_problems(data, name)
    if not records:
        raise_any(of_text)
        text = "no rule in this file; a rule has id, question and provisions"
        raise DataError([Problem(name, 0, "", text)])

    refuse_other_contents([record for _, _, record in records], name, RULE)
    rules, problems = validated(records, schema.Rule, name)
    problems += of_text
    seen: set[str] = set()
    for read in rules:
        if read.model.id in seen:
            problems.append(read.problem(("id",), f"{read.model.id!r} appears twice"))
        seen.add(read.model.id)
        if complete:
            problems += _missing_keys(read)

    # The records stay plain values: the compiled rulebook stores them, and ``rule_from`` reads
    # them without loading pydantic.
    raise_any(problems)
    return [record for _, _, record in records]


def _missing_keys(read: FileEntry[schema.Rule]) -> list[Problem]:
    """A problem for each key that a rule of the rulebook must have and this one lacks.

    A user's rule may leave them out: who writes one for a single question needs no citation.
    """
    problems = []
    for key in REQUIRED_HERE:
        if key not in read.model.model_fields_set:
            problems.append(read.problem((key,), "is missing; every rule of the rulebook has it"))
    return problems


def compile_rules() -> None:
    """Write the compiled rulebook; only the build hook does."""
    from chipdb.rules.places import read_record

    records = {"places": read_record(), "rulebook": read_rulebook()}
    data_files.write_compiled(data_files.RULES, {}, records)
