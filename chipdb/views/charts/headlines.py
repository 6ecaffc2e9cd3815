"""The titles of charts: what a reader should see first, in a sentence with its day.

A chart without named chips, or one whose finding is not known, keeps the title that says what its
axes are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction

from chipdb.answers.check import Check
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
    place = with_article(places().name_of(first.places_asked.to))
    when = f"on {first.on} for {place}"
    answers = {name: _license_words(check) for name, check in after.items()}
    if not before:
        if len(after) > 1:
            return _of_licenses(after, licensed_on(first.on, place))
        return f"{_each_answer(answers)} {when}"

    ((start, earlier),) = before.items()
    ((_, later),) = after.items()
    turned = " and ".join(changes(later.chip))
    now, was = _license_words(later), _license_words(earlier)
    if now == was:
        return f"{start} with {turned}: {now} {when}, as before"
    return f"{start} with {turned}: {now} {when}, before {was}"


def _of_licenses(checks: Mapping[str, Check], says: Predicate) -> str:
    """Which of several chips require a license, then how each application is reviewed."""
    kinds: dict[str, str] = {}
    by_review: dict[str, list[str]] = {}
    for name, check in checks.items():
        kinds[name] = _license_kind(check)
        if kinds[name] == CONTROLLED:
            by_review.setdefault(review_words(check.license), []).append(name)
    title = of_kinds(kinds, says)
    if not by_review:
        return title
    reviews = [f"{_few(names)} ({review})" for review, names in by_review.items()]
    if len(reviews) == 1 and set(kinds.values()) == {CONTROLLED}:
        (review,) = by_review
        return f"{title} ({review})"
    return f"{title}: {', '.join(reviews)}"


def _license_kind(check: Check) -> str:
    """The kind of an answer about a license, in the words that titles use of controls."""
    if check.license.required == Required.YES:
        return CONTROLLED
    if check.license.required != Required.NO:
        return UNDETERMINED
    if check.license.contested or check.is_cautioned:
        return CONTESTED
    return NOT_CONTROLLED


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
    """Each answer with the chips that have it.

    >>> _each_answer({"A": "license", "B": "license", "C": "rule not met", "D": "license"})
    'A, B and D: license; C: rule not met'
    """
    names: dict[str, list[str]] = {}
    for name, answer in answers.items():
        names.setdefault(answer, []).append(name)
    return "; ".join(f"{_few(chips)}: {answer}" for answer, chips in names.items())


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
    kinds = {name: _kind_of(answer) for name, answer in answers.items()}
    return of_kinds(kinds, controlled_on(on))


@dataclass(frozen=True, kw_only=True)
class Predicate:
    """What a title says of chips: each pair is for one chip and for several.

    ``yes`` and ``no`` are whole predicates, ``others`` a short "no" after a "yes". ``doubt`` is
    the word for a "no" that is not a clear one.
    """

    yes: tuple[str, str]
    no: tuple[str, str]
    others: tuple[str, str]
    doubt: str


def controlled_on(on: date) -> Predicate:
    """Whether chips are controlled on a day."""
    return Predicate(
        yes=(f"is controlled on {on}", f"are controlled on {on}"),
        no=(f"is not controlled on {on}", f"are not controlled on {on}"),
        others=("is not", "are not"),
        doubt="contested",
    )


def licensed_on(on: date, place: str) -> Predicate:
    """Whether chips require a license for a place on a day."""
    end = f"license for {place} by these rules on {on}"
    return Predicate(
        yes=(f"requires a license for {place} on {on}", f"require a license for {place} on {on}"),
        no=(f"requires no {end}", f"require no {end}"),
        others=("does not", "do not"),
        doubt="in doubt",
    )


def of_kinds(kinds: Mapping[str, str], says: Predicate) -> str:
    """Which of several chips have which kind of answer; few chips are named, many counted.

    >>> kinds = {"A": CONTROLLED, "B": UNDETERMINED, "C": UNDETERMINED}
    >>> of_kinds(kinds, controlled_on(date(2024, 6, 1)))
    'A is controlled on 2024-06-01; for B and C this is undetermined'
    """
    names: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for name, kind in kinds.items():
        names[kind].append(name)
    yes, contested, unknown = names[CONTROLLED], names[CONTESTED], names[UNDETERMINED]
    no = [*names[NOT_CONTROLLED], *contested]
    if not yes and not no:
        return _of_unknown(unknown, says)

    if yes:
        text = f"{_subject(yes, list(kinds))} {_verb(len(yes), *says.yes)}"
        # "all but A" has said already which are not
        if no and (len(yes) < MOST_NAMES or unknown):
            text += f", {_few(no)} {_verb(len(no), *says.others)}"
    else:
        text = f"{_subject(no, list(kinds))} {_verb(len(no), *says.no)}"
    if contested == no and no:
        text += f", which is {says.doubt}"
    elif contested:
        text += f"; for {_few(contested)} this is {says.doubt}"
    if unknown:
        text += f"; for {_few(unknown)} this is {UNDETERMINED}"
    return text


def _of_unknown(names: Sequence[str], says: Predicate) -> str:
    """That an answer is undetermined for every one of some chips."""
    if len(names) < MOST_NAMES:
        return f"Whether {listed(names)} {_verb(len(names), *says.yes)} is {UNDETERMINED}"
    return f"For each of {len(names)} chips it is {UNDETERMINED} whether it {says.yes[0]}"


def _subject(names: Sequence[str], chips: Sequence[str]) -> str:
    """Some of the chips as a subject: by their names, by those that are left out, or a count.

    >>> _subject(["A", "B", "C", "D"], ["A", "B", "C", "D", "E"])
    'Of 5 chips, all but E'
    """
    rest = [name for name in chips if name not in names]
    if not rest and len(names) >= MOST_NAMES - 1:
        return f"All {len(names)} chips"
    if len(names) < MOST_NAMES:
        return listed(names)
    if len(rest) < MOST_NAMES:
        return f"Of {len(chips)} chips, all but {listed(rest)}"
    return f"{len(names)} of {len(chips)} chips"


def _few(names: Sequence[str]) -> str:
    """A few chips by their names, and the number of many."""
    if len(names) < MOST_NAMES:
        return listed(names)
    return f"{len(names)} chips"


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


def _verb(count: int, one: str, many: str) -> str:
    """A verb in the number of its subject; zero takes the plural.

    >>> _verb(1, "is", "are"), _verb(0, "requires", "require")
    ('is', 'require')
    """
    return one if count == 1 else many


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


def of_roofs(
    bandwidths: Mapping[str, Fraction],
    throughputs: Mapping[str, Fraction],
    formats: Mapping[str, str],
) -> str | None:
    """Which of some chips has the most memory bandwidth, and which the highest throughput.

    ``formats`` are those in which each chip has its throughput. None for a single chip, and where
    chips share a first place.

    >>> three, four = Fraction(3), Fraction(4)
    >>> formats = {"H20": "FP8", "H100": "FP8"}
    >>> of_roofs({"H20": four, "H100": three}, {"H20": three, "H100": four}, formats)
    'H20 has the most memory bandwidth, H100 the highest throughput (FP8)'
    """
    widest, fastest = _first(bandwidths), _first(throughputs)
    if widest is None or fastest is None:
        return None
    # a format of one bit beats every chip without one, so it has to be said
    reached = formats[fastest]
    if widest == fastest:
        return f"{widest} has the most memory bandwidth and the highest throughput ({reached})"
    return f"{widest} has the most memory bandwidth, {fastest} the highest throughput ({reached})"


def of_ridges(ridges: Mapping[str, Fraction], formats: str) -> str:
    """Up to how many operations for each byte memory bandwidth limits chips.

    ``formats`` are those of the throughputs, empty if they are not the same ones.

    >>> of_ridges({"H20": Fraction(74)}, "FP8")
    'Memory bandwidth limits H20 below 74 operations a byte in FP8'
    """
    of_format = f" in {formats}" if formats else " at its highest throughput"
    amounts = {name: display(round(ridge)) for name, ridge in ridges.items()}
    if len(amounts) < MOST_NAMES:
        parts = [f"{name} below {amount}" for name, amount in amounts.items()]
        parts[0] += " operations a byte"
        return f"Memory bandwidth limits {listed(parts)}{of_format}"
    first = min(ridges, key=lambda name: ridges[name])
    last = max(ridges, key=lambda name: ridges[name])
    return (
        f"Memory bandwidth limits {first} below {amounts[first]} operations a byte, {last} below "
        f"{amounts[last]}, {len(amounts) - 2} others between"
    )


def of_prices(
    rates: dict[str, Fraction],
    memories: dict[str, Fraction],
    amount: str,
    estimated: Collection[str] = (),
) -> str:
    """Which chip gives the most throughput and memory for an amount.

    ``rates`` are the TOPS of 16 bits for the amount by the names of chips, ``memories`` the GB; one
    of them has a chip. ``estimated`` are the chips whose price is an estimate, which a title must
    not hide.

    >>> rates = {"A": Fraction(3), "B": Fraction(2)}
    >>> of_prices(rates, {"A": Fraction(1), "B": Fraction(4)}, "CNY 9")
    'A gives the most 16-bit throughput for CNY 9, B the most memory'
    """
    names = list({**rates, **memories})
    fastest, largest = _most(rates, len(names)), _most(memories, len(names))
    leaders = list(dict.fromkeys([*fastest, *largest]))
    by_estimates = _by_estimates(leaders or names, estimated)
    if not leaders:
        return _of_bought(names, rates, memories, amount) + by_estimates
    if fastest == largest:
        what = "16-bit throughput and memory"
        return f"{_giving(fastest)} the most {what} for {amount}{by_estimates}"
    if not fastest:
        return f"{_giving(largest)} the most memory for {amount}{by_estimates}"
    text = f"{_giving(fastest)} the most 16-bit throughput for {amount}"
    if largest:
        text += f", {listed(largest)} the most memory"
    return text + by_estimates


def _most(values: dict[str, Fraction], chips: int) -> list[str]:
    """The names with the highest value; none if only one has a value, or if all have the same.

    ``chips`` is how many there are, with a value or without.
    """
    highest = max(values.values(), default=None)
    names = [name for name, value in values.items() if value == highest]
    if len(values) < 2 or len(names) == chips:
        return []
    return names


def _giving(names: Sequence[str]) -> str:
    """Chips that give the most of something."""
    return f"{listed(names)} {_verb(len(names), 'gives', 'give')}"


def _of_bought(
    names: Sequence[str],
    rates: Mapping[str, Fraction],
    memories: Mapping[str, Fraction],
    amount: str,
) -> str:
    """What an amount buys of each chip, where none of them gives the most.

    >>> _of_bought(["A"], {}, {"A": Fraction(4)}, "CNY 9")
    'A: CNY 9 buys 4 GB of memory'
    """
    parts = []
    for name in names[:MOST_NAMES]:
        bought = []
        if name in rates:
            bought.append(f"{display(rates[name])} TOPS in 16 bits")
        if name in memories:
            bought.append(f"{display(memories[name])} GB of memory")
        parts.append(" and ".join(bought))
    if len(names) == 1:
        return f"{names[0]}: {amount} buys {parts[0]}"
    of_each = [f"{bought} of {name}" for name, bought in zip(names, parts, strict=False)]
    return f"{amount} buys {', '.join(of_each)}"


def _by_estimates(names: Sequence[str], estimated: Collection[str]) -> str:
    """That the price of one of some chips is an estimate, as the end of a title."""
    if any(name in estimated for name in names):
        return ", by an estimated price"
    return ""


def _first(values: Mapping[str, Fraction]) -> str | None:
    """The name with the highest value; None if there are not two, or several are the highest."""
    highest = max(values.values(), default=None)
    names = [name for name, value in values.items() if value == highest]
    if len(values) < 2 or len(names) != 1:
        return None
    return names[0]
