"""Gates that compare dies: with the reticle, with their process, with what they compute."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.catalog.consistency import ClassRange, Gate, node_of
from chipdb.catalog.figures import Claim, Die, Figure, preferred_claim
from chipdb.curation.comparison import Comparison
from chipdb.curation.throughput_gates import bit_rates
from chipdb.units import display

MILLION = 10**6

_PLANAR = {True: "non-planar", False: "planar"}


def _dies(chip: Chip) -> Iterator[tuple[int, Die, Claim | None]]:
    """The dies of a chip by their place in the list, with the preferred claim of the area.

    The place is part of a figure's path, since several dies may have one name.
    """
    for index, die in enumerate(chip.dies or ()):
        yield index, die, preferred_claim(die.area)


def reticle(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A die fits into the reticle of a lithography scanner.

    A larger area is that of the package, or of several dies that were listed as one.
    """
    # The schema is one for all gates, so it does not demand the field that this one needs.
    assert gate.area is not None, "the gate states an area"
    most = gate.area[0].amount.value
    for index, die, area in _dies(chip):
        # Interposers are made of several exposures.
        if area is None or die.is_passive:
            continue
        # A rounded or measured area may be a little larger than the die.
        yield Comparison(
            gate=gate.gate,
            what=die.name,
            path=f"dies[{index}].area",
            holds=area.value - area.slack <= most,
            text=f"{area.text} against {display(most)} mm^2",
        )


def densities(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """Transistors per area fit the class of the process.

    A count that is too high for its area is that of the package, stated with the area of one die.

    >>> import chipdb
    >>> from chipdb.catalog.consistency import gates
    >>> (compared,) = densities(chipdb.load()["A100"], gates()["density"])
    >>> compared.text
    '65.62 million transistors per mm^2 against 15 to 125 of the 7 nm class'
    """
    for index, die, area in _dies(chip):
        count = preferred_claim(die.transistors)
        node = node_of(die.process)
        if area is None or count is None or node is None or not area.value:
            continue

        density = count.value / area.value / MILLION
        text = (
            f"{display(density)} million transistors per mm^2 against {node.least} to {node.most} "
            f"of the {node.nm} nm class"
        )
        yield Comparison(
            gate=gate.gate,
            what=die.name,
            path=f"dies[{index}].transistors",
            holds=Fraction(node.least) <= density <= Fraction(node.most),
            text=text,
        )


def planar(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """Transistors are planar or not as the class of the process has them.

    Only non-planar logic counts as applicable die area (3A090, Technical Note 4), so a wrong word
    here leads to a wrong density.

    >>> import chipdb
    >>> from chipdb.catalog.consistency import gates
    >>> (compared,) = planar(chipdb.load()["A100"], gates()["planar"])
    >>> compared.text
    'stated non-planar against TSMC N7, a class with non-planar transistors'
    """
    for index, die, _ in _dies(chip):
        node = node_of(die.process)
        if node is None or die.non_planar is None or _is_on_insulator(die):
            continue

        expected = node.nm <= (gate.non_planar_to or 0)
        text = (
            f"stated {_PLANAR[die.non_planar]} against {die.process}, "
            f"a class with {_PLANAR[expected]} transistors"
        )
        yield Comparison(
            gate=gate.gate,
            what=die.name,
            path=f"dies[{index}]",
            holds=die.non_planar == expected,
            text=text,
        )


def _is_on_insulator(die: Die) -> bool:
    """Whether a die's process is silicon on insulator.

    That stayed planar below the node at which bulk silicon changed.

    >>> _is_on_insulator(Die(name="core", process="GlobalFoundries 22FD-SOI"))
    True
    """
    return "soi" in (die.process or "").casefold()


def compute(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """TPP per mm^2 of logic fits the class of the process.

    The fastest dense format must be within the range, and no other above it: a slow format says
    nothing, but no format is faster than its silicon.
    """
    area = _logic_area(chip)
    rates = bit_rates(chip)
    if not area or not rates:
        return

    least, most = _widest_range(_class_ranges(chip, gate))
    fastest = max(rates.values())
    for figure, bit_rate in rates.items():
        per_area = bit_rate / area
        is_too_slow = bit_rate == fastest and per_area < least
        text = (
            f"{_text(figure)} on {display(area)} mm^2 is {display(per_area, 4)} TPP per mm^2 "
            f"against {display(least)} to {display(most)}"
        )
        yield Comparison(
            gate=gate.gate,
            what=figure.path.removeprefix("throughput."),
            path=figure.path,
            holds=per_area <= most and not is_too_slow,
            text=text,
        )


def _widest_range(ranges: list[ClassRange]) -> tuple[Fraction, Fraction]:
    """The lowest and the highest end of several ranges, in TPP per mm^2.

    A package may join dies of several processes, and no source states the share of each.

    >>> of_7_nm = ClassRange(nm=7, least="0.05", most="60")
    >>> of_5_nm = ClassRange(nm=5, least="0.1", most="200")
    >>> [float(end) for end in _widest_range([of_7_nm, of_5_nm])]
    [0.05, 200.0]
    """
    least = min(Fraction(each.least) for each in ranges)
    most = max(Fraction(each.most) for each in ranges)
    return least, most


def _text(figure: Figure) -> str:
    """What the preferred claim of a figure states, as it is written.

    >>> import chipdb
    >>> _text(chipdb.load()["A100"].throughput["fp16"])
    '312 TFLOPS'
    """
    claim = figure.preferred()
    if claim is None:
        return "unknown"
    return claim.text


def _logic_area(chip: Chip) -> Fraction | None:
    """The area of all logic dies in mm^2; None if that of one is unknown, or if none is known.

    >>> import chipdb
    >>> int(_logic_area(chipdb.load()["MI250X"]))  # two dies of 724 mm^2
    1448
    """
    total = Fraction(0)
    for die in chip.active_dies():
        area = preferred_claim(die.area)
        if area is None:
            return None
        total += area.value * die.count
    return total or None


def _class_ranges(chip: Chip, gate: Gate) -> list[ClassRange]:
    """The ranges of the classes of a chip's logic dies; all if that of one is unknown.

    A die of an unknown process may be of any class, and the widest range raises the
    fewest false alarms.

    >>> import chipdb
    >>> from chipdb.catalog.consistency import gates
    >>> [each.nm for each in _class_ranges(chipdb.load()["A100"], gates()["compute"])]
    [7]
    """
    sizes: set[int] = set()
    for die in chip.active_dies():
        node = node_of(die.process)
        if node is None:
            return list(gate.classes)
        sizes.add(node.nm)
    return [each for each in gate.classes if each.nm in sizes]
