"""The titles of charts: what a reader should see first, in a sentence with its day.

A chart without named chips, or one whose finding is not known, keeps the title that says what its
axes are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction

from chipdb.answers.check import Check
from chipdb.answers.timeline import Period
from chipdb.lazy_dataclasses import dataclass
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.solver.labels import NOT_CONTROLLED
from chipdb.units import display
from chipdb.views.charts.names import UNDETERMINED, changes, listed, said, short
from chipdb.views.charts.spots import Spot
from chipdb.views.wording import review_words, with_article
from chipdb.vocabulary import Required, RuleQuestion, Status

CONTROLLED = "controlled"
CONTESTED = f"{NOT_CONTROLLED}, contested"
_KINDS = (CONTROLLED, NOT_CONTROLLED, CONTESTED, UNDETERMINED)
REACHED = ", where these rules reach"
"""The end of a title on license rules without a destination: a reader may ship elsewhere."""
MOST_NAMES = 4
"""From this number of chips on, a title counts them instead of naming them."""


def of_plane(
    named: Sequence[Spot],
    crowd: Sequence[Spot],
    steps: Sequence[Sequence[Spot]],
    rules: Sequence[Rule],
    on: date,
    place: str = "",
) -> str | None:
    """What rules say of the named chips, else of the crowd; None without a chip or a rule.

    ``steps`` are the chips before and after each turn of a knob, for charts that show them.
    ``place`` are the words of the destination, which follow the day; without one, what license
    rules say holds only where they reach.
    """
    if not rules:
        return f"No license or review rule compares these figures{place} on {on}" if place else None
    if not named:
        return _of_crowd(crowd, rules, on, place)
    # a turned knob is what such a chart is about; the answers of other chips come second
    if len(steps) == 1 and len(steps[0]) > 1:
        return _of_turns(steps[0][0], steps[0][-1], rules)

    answers = {short(spot.chip): _said(rules, spot) for spot in named}
    if any(rule.question != RuleQuestion.CLASSIFICATION for rule in rules):
        # what rules of other questions say has no verb in common, so each answer is written by
        # itself
        return f"{_each_answer(answers)} on {on}{place or REACHED}"
    return _of_classes(answers, on)


def of_answers(before: Mapping[str, Check], after: Mapping[str, Check]) -> str:
    """Whether a license is required for the place and the day of the question, by all rules.

    ``after`` has the answers by the names of the chips. ``before`` has those before a turn of
    knobs, and is empty for a chart of no turn; then each has one chip.
    """
    first = next(iter(after.values())).question
    assert first.places_asked.to is not None, "only asked with a destination"
    when = f"on {first.on} for {with_article(places().name_of(first.places_asked.to))}"
    answers = {name: _license_words(check) for name, check in after.items()}
    if not before:
        return f"{_each_answer(answers)} {when}"

    ((start, earlier),) = before.items()
    ((_, later),) = after.items()
    turned = " and ".join(changes(later.chip))
    now, was = _license_words(later), _license_words(earlier)
    if now == was:
        return f"{start} with {turned}: {now} {when}, as before"
    return f"{start} with {turned}: {now} {when}, before {was}"


def _license_words(check: Check) -> str:
    """Whether a license is required, with the review policy and what that depends on."""
    answer = check.license
    if answer.required == Required.YES:
        return f"license required ({review_words(answer)})"
    if answer.required != Required.NO:
        return "license undetermined"
    if answer.contested or check.is_cautioned:
        return "no license as enforced, but in doubt,"
    return "no license by these rules"


def _each_answer(answers: dict[str, str]) -> str:
    """The answer of each chip by its name; of many chips how many have which answer.

    >>> _each_answer({"A": "license", "B": "license", "C": "rule not met", "D": "license"})
    'Of 4 chips, 3: license; 1: rule not met'
    """
    if len(answers) < MOST_NAMES:
        return "; ".join(f"{name}: {answer}" for name, answer in answers.items())
    counts = Counter(answers.values()).most_common()
    return f"Of {len(answers)} chips, {'; '.join(f'{count}: {answer}' for answer, count in counts)}"


def _of_crowd(crowd: Sequence[Spot], rules: Sequence[Rule], on: date, place: str) -> str | None:
    """How many of the chips that nobody named meet the rules; None without a chip.

    They are a choice among the chips of the catalog, hence "shown".
    """
    if not crowd:
        return None
    met = undetermined = 0
    for spot in crowd:
        statuses = {finding.status for finding in spot.findings}
        met += Status.MET in statuses
        undetermined += Status.MET not in statuses and Status.UNDETERMINED in statuses
    is_class = all(rule.question == RuleQuestion.CLASSIFICATION for rule in rules)
    if is_class:
        answer = f"{met:,} {_verb(met, 'is', 'are')} controlled on {on}"
    else:
        which = "this rule" if len(rules) == 1 else "one of these rules"
        verb = _verb(met, "meets", "meet")
        answer = f"{met:,} {verb} {which} on {on}{place or REACHED}"
    text = f"Of the {len(crowd):,} chips shown, {answer}"
    if undetermined:
        text += f"; {undetermined:,} {_verb(undetermined, 'is', 'are')} undetermined"
    return text


def _said(rules: Sequence[Rule], spot: Spot) -> str:
    """What rules say of a chip, which distinguishes a contested "not controlled"."""
    answer = said(rules, spot.findings)
    if answer == NOT_CONTROLLED and spot.contested:
        return CONTESTED
    return answer


def _of_turns(start: Spot, end: Spot, rules: Sequence[Rule]) -> str:
    """What the turns of knobs do to the answer about one chip."""
    before, after = _said(rules, start), _said(rules, end)
    turned = " and ".join(changes(end.chip))
    if before == after:
        return f"{short(start.chip)} with {turned}: {after}, as before"
    return f"{short(start.chip)} with {turned}: {after}, before {before}"


def _of_classes(answers: dict[str, str], on: date) -> str:
    """Which chips are controlled, by the answer of each chip.

    >>> _of_classes({"H100": "3A090.a", "H20": "not controlled"}, date(2024, 6, 1))
    'H100 is controlled on 2024-06-01, H20 is not'
    >>> _of_classes({"A": CONTESTED, "B": "not controlled"}, date(2024, 6, 1))
    'B and A are not controlled on 2024-06-01; for A this is contested'
    """
    if len(answers) == 1:
        ((name, answer),) = answers.items()
        return _of_class(name, answer, on)

    names: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for name, answer in answers.items():
        names[_kind_of(answer)].append(name)
    controlled, contested = names[CONTROLLED], names[CONTESTED]
    share = _share(len(controlled), len(answers))
    share = f"{share} chips {_verb(len(controlled), 'is', 'are')} controlled on {on}"
    if names[UNDETERMINED]:
        return f"{share}, {len(names[UNDETERMINED])} undetermined"
    if len(answers) >= MOST_NAMES:
        return share

    others = [*names[NOT_CONTROLLED], *contested]
    if not controlled:
        text = f"{listed(others)} are not controlled on {on}"
    else:
        text = f"{listed(controlled)} {_are(controlled)} controlled on {on}"
        if others:
            text += f", {listed(others)} {_are(others)} not"
    if not contested:
        return text
    if contested == others:
        return f"{text}, which is contested"
    return f"{text}; for {listed(contested)} this is contested"


def _kind_of(answer: str) -> str:
    """Which of the few kinds of answer a title distinguishes."""
    if UNDETERMINED in answer:
        return UNDETERMINED
    if answer in (NOT_CONTROLLED, CONTESTED):
        return answer
    # what is left names the entry or paragraph
    return CONTROLLED


def _of_class(name: str, answer: str, on: date) -> str:
    """Whether one chip is controlled."""
    if UNDETERMINED in answer:
        return f"Whether {name} is controlled on {on} is undetermined"
    if answer == NOT_CONTROLLED:
        return f"{name} is not controlled on {on}"
    if answer == CONTESTED:
        return f"{name}: not controlled on {on}, which is contested"
    return f"{name} is in {answer} on {on}"


def _are(names: Sequence[str]) -> str:
    """The verb for some names."""
    return _verb(len(names), "is", "are")


def _verb(count: int, one: str, many: str) -> str:
    """A verb in the number of its subject; zero takes the plural.

    >>> _verb(1, "is", "are"), _verb(0, "requires", "require")
    ('is', 'require')
    """
    return one if count == 1 else many


Row = tuple[str, str | None, Sequence[Period]]
"""The name of a chip, the name of the place or None, and the periods in order."""


def of_periods(rows: Sequence[Row], on: date) -> str | None:
    """What the rules of a day say of chips; None for a day before the rules that were read."""
    asked: list[_Asked] = []
    for name, place, periods in rows:
        period = _period_on(periods, on)
        if period is None:
            return None
        asked.append(_Asked(name, place, period))
    if len(asked) > 1:
        return _count(asked, on)
    ((_, place, periods),) = rows
    start, until = _days_of_answer(periods, asked[0].period, has_place=place is not None)
    if until is None:
        return f"{_answer(asked[0])} from {start} on"
    return f"{_answer(asked[0])} from {start} until {until}"


def _days_of_answer(
    periods: Sequence[Period], period: Period, *, has_place: bool
) -> tuple[date, date | None]:
    """The first day of an answer, and the day on which it ends.

    A period may differ from the one before only in what the title does not say, such as the review
    policy: a license was required before that, too.
    """
    answers: list[tuple[object, ...]] = []
    for each in periods:
        if has_place:
            answers.append((each.license, each.license == Required.NO and each.is_in_doubt))
        else:
            answers.append((each.status, each.classification, each.contested))
    first = last = periods.index(period)
    while first > 0 and answers[first - 1] == answers[first]:
        first -= 1
    while last + 1 < len(periods) and answers[last + 1] == answers[last]:
        last += 1
    return periods[first].start, periods[last].until


@dataclass(frozen=True)
class _Asked:
    """What the rules of one day say of one chip, for one place or, with None, for no place.

    Without a place the question is about classification, which no place changes.
    """

    name: str
    place: str | None
    period: Period

    def is_caught(self) -> bool:
        """Whether the chip is controlled, or, with a place, requires a license."""
        if self.place is None:
            return self.period.status == Status.MET
        return self.period.license == Required.YES

    def is_undetermined(self) -> bool:
        """Whether that is not known."""
        if self.place is None:
            return self.period.status == Status.UNDETERMINED
        return self.period.license not in (Required.YES, Required.NO)

    def is_in_doubt(self) -> bool:
        """Whether a "no" is not a clear one."""
        if self.place is None:
            return self.period.status == Status.NOT_MET and self.period.contested
        return self.period.license == Required.NO and self.period.is_in_doubt


def _count(asked: Sequence[_Asked], on: date) -> str:
    """How many of some chips and places have which answer; a few chips are named instead.

    Answers that are undetermined or in doubt are counted separately.
    """
    caught = sum(map(_Asked.is_caught, asked))
    undetermined = sum(map(_Asked.is_undetermined, asked))
    in_doubt = sum(map(_Asked.is_in_doubt, asked))
    is_settled = undetermined == 0 and in_doubt == 0
    if is_settled and len(asked) < MOST_NAMES:
        named = _named(asked, on)
        if named is not None:
            return named

    text = f"{_caught_text(asked, caught)} on {on}"
    # "none of 3" must not be the whole title where nothing is settled
    if undetermined:
        text += f", {undetermined} undetermined"
    if in_doubt:
        text += f", {in_doubt} in doubt"
    return text


def _named(asked: Sequence[_Asked], on: date) -> str | None:
    """The chips with either answer by their names; None where one name has several answers.

    Also None where all have the same answer, which a count says in fewer words.
    """
    names = {each.name for each in asked}
    places = {each.place for each in asked}
    if len(names) < len(asked) or len(places) > 1:
        return None
    caught: list[str] = []
    others: list[str] = []
    for each in asked:
        if each.is_caught():
            caught.append(each.name)
        else:
            others.append(each.name)
    if not caught or not others:
        return None

    (place,) = places
    if place is None:
        return (
            f"{listed(caught)} {_are(caught)} controlled on {on}, "
            f"{listed(others)} {_are(others)} not"
        )
    requires = _verb(len(caught), "requires", "require")
    does = _verb(len(others), "does", "do")
    return f"{listed(caught)} {requires} a license for {place} on {on}, {listed(others)} {does} not"


def _caught_text(asked: Sequence[_Asked], caught: int) -> str:
    """Which share of the chips is controlled or requires a license, named by what they share."""
    share = _share(caught, len(asked))
    names = {each.name for each in asked}
    named_places = {each.place for each in asked}
    if named_places == {None}:
        return f"{share} chips {_verb(caught, 'is', 'are')} controlled"
    if len(named_places) == 1:
        verb = _verb(caught, "requires", "require")
        return f"{share} chips {verb} a license for {asked[0].place}"
    if len(names) == 1:
        return f"{asked[0].name} requires a license for {share.lower()} places"
    return f"A license is required in {share.lower()} cases"


def _share(count: int, total: int) -> str:
    """How many of some things, in words where it is all or none.

    >>> _share(3, 3), _share(2, 3), _share(0, 3)
    ('All 3', '2 of 3', 'None of 3')
    """
    if count == total:
        return f"All {total}"
    return f"{count or 'None'} of {total}"


def _period_on(periods: Sequence[Period], on: date) -> Period | None:
    """The period with a day; None for a day before all of them."""
    found = None
    for period in periods:
        if period.start <= on:
            found = period
    return found


def _answer(asked: _Asked) -> str:
    """What the rules of a period say of one chip."""
    name, period = asked.name, asked.period
    if asked.place is not None:
        return _license(name, asked.place, period)
    if period.status == Status.UNDETERMINED:
        return f"{name}: classification undetermined"
    if period.classification is not None:
        return f"{name} is in {period.classification}"
    if period.contested:
        return f"{name}: {NOT_CONTROLLED}, which is contested,"
    return f"{name}: {NOT_CONTROLLED}"


def _license(name: str, place: str, period: Period) -> str:
    """Whether the rules of a period require a license for a chip and a place."""
    if period.license == Required.YES:
        return f"{name} requires a license for {place}"
    if period.license != Required.NO:
        return f"{name}: whether {place} requires a license is undetermined"
    if period.is_in_doubt:
        return f"{name}: no license for {place} as enforced, but in doubt,"
    return f"{name}: no license for {place} by these rules"


def of_ratios(names: Sequence[str], base: str, ratios: dict[str, list[Fraction]]) -> str | None:
    """How chips compare with a base; None where no ratio is known.

    ``ratios`` has the known ratios of each figure, named as in a sentence.

    >>> half = {"TPP": [Fraction(1, 2)], "memory bandwidth": [Fraction(2)]}
    >>> of_ratios(["H20"], "H100", half)
    'H20 against the H100: 0.5× the TPP, 2× the memory bandwidth'
    """
    parts = [f"{_span(values)} the {name}" for name, values in ratios.items() if values]
    if not parts:
        return None
    return f"{listed(names)} against the {base}: {', '.join(parts)}"


def _span(values: Sequence[Fraction]) -> str:
    """The lowest and the highest of some ratios; one number if they print alike."""
    low, high = display(min(values)), display(max(values))
    span = f"{low} to {high}"
    if low == high:
        span = low
    return f"{span}\N{MULTIPLICATION SIGN}"


def of_roofs(bandwidths: dict[str, Fraction], throughputs: dict[str, Fraction]) -> str | None:
    """Which of some chips has the most memory bandwidth, and which the highest throughput.

    None for a single chip, and where chips share a first place.

    >>> three, four = Fraction(3), Fraction(4)
    >>> of_roofs({"H20": four, "H100": three}, {"H20": three, "H100": four})
    'H20 has the most memory bandwidth, H100 the highest throughput'
    """
    widest, fastest = _first(bandwidths), _first(throughputs)
    if widest is None or fastest is None:
        return None
    if widest == fastest:
        return f"{widest} has the most memory bandwidth and the highest throughput"
    return f"{widest} has the most memory bandwidth, {fastest} the highest throughput"


def of_prices(
    rates: dict[str, Fraction],
    memories: dict[str, Fraction],
    amount: str,
    estimated: Collection[str] = (),
) -> str | None:
    """Which chip gives the most throughput and memory for an amount; None where none is first.

    ``rates`` are the TOPS of 16 bits for the amount by the names of chips, ``memories`` the GB.
    ``estimated`` are the chips whose price is an estimate, which a title must not hide.

    >>> rates = {"A": Fraction(3), "B": Fraction(2)}
    >>> of_prices(rates, {"A": Fraction(1), "B": Fraction(4)}, "CNY 9")
    'A gives the most 16-bit throughput for CNY 9, B the most memory'
    """
    if len(rates) == 1 and rates.keys() == memories.keys():
        ((name, rate),) = rates.items()
        bought = f"{display(rate)} TOPS in 16 bits and {display(memories[name])} GB of memory"
        return f"{name}: {amount} buys {bought}{_by_estimates([name], estimated)}"

    fastest, largest = _first(rates), _first(memories)
    leaders = [name for name in (fastest, largest) if name is not None]
    by_estimates = _by_estimates(leaders, estimated)
    if not leaders:
        return None
    if fastest == largest:
        text = f"{fastest} gives the most 16-bit throughput and memory for {amount}"
    elif fastest is None:
        text = f"{largest} gives the most memory for {amount}"
    else:
        text = f"{fastest} gives the most 16-bit throughput for {amount}"
        if largest is not None:
            text += f", {largest} the most memory"
    return text + by_estimates


def _by_estimates(names: Sequence[str], estimated: Collection[str]) -> str:
    """That the price of one of some chips is an estimate, as the end of a title."""
    if any(name in estimated for name in names):
        return ", by an estimated price"
    return ""


def _first(values: dict[str, Fraction]) -> str | None:
    """The name with the highest value; None if there are not two, or several are the highest."""
    highest = max(values.values(), default=None)
    names = [name for name, value in values.items() if value == highest]
    if len(values) < 2 or len(names) != 1:
        return None
    return names[0]
