"""The rules that have thresholds, paragraph by paragraph, for a circuit of which everything is known.

Written from the printed text to be read beside it: one function for each paragraph, each with its
citation. No function here knows what a missing figure is (see ``unknowns``) and none knows a place
(see ``places``). A day is a text such as ``2024-06-01``, so that days compare as they are written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from oracle.exact import Fraction

DENSITY_A2 = Fraction("5.92")
"""3A090.a.2: 'performance density' of 5.92 or more; .b.1 and .b.2: less than 5.92."""

DENSITY_B1 = Fraction("1.6")
"""3A090.b.1: 'performance density' of 1.6 or more."""

DENSITY_B2 = Fraction("3.2")
"""3A090.b.2: 'performance density' of 3.2 or more."""


@dataclass(slots=True, kw_only=True)
class Circuit:
    """An integrated circuit, as packaged, of which every fact that a rule reads is known.

    Bandwidths are in GB/s, with both directions added.
    """

    tpp: Fraction = Fraction(0)
    """'Total processing performance', Technical Notes 1 and 2 to 3A090."""
    density: Fraction | None = None
    """'Performance density', Technical Note 4; None where all logic is planar.

    Such a circuit has no applicable die area to divide by; it reaches no threshold of density.
    """
    tops: Fraction = Fraction(0)
    """TOPS whatever the bit length, Note 3 to 3A991.p."""
    memory: Fraction = Fraction(0)
    """Total DRAM bandwidth."""
    all_links: Fraction = Fraction(0)
    """All inputs and outputs to circuits other than volatile memories."""
    chip_links: Fraction = Fraction(0)
    """The links from chip to chip alone; they are among all links."""
    letter_links: Fraction = Fraction(0)
    """What the letters of 2025 mean by I/O bandwidth: from the chip links up to all links."""
    transistors: Fraction | None = None
    """'Aggregated approximated transistor count'; None where nobody states one."""
    datacenter: bool = True
    """Designed or marketed for use in datacenters."""
    digital: bool = True
    """Its processing units are digital, and not analog, multi-value or multi-level."""
    hbm: bool = False
    """The final package contains high-bandwidth memory."""
    advanced_logic: bool = True
    """Made at the 16/14 nanometer node or below, or with non-planar transistors (15 CFR 772.1)."""
    addressed: bool = False
    """The letter that is asked about was sent to the maker of this circuit."""
    on_sale: bool = False
    """Commercially available in the United States on 2026-01-15."""
    roughly_a100: bool = False
    """It reaches the thresholds of the letter of 2022, which were not published."""
    marketed_later: bool = False
    """First marketed after 2026-01-01."""

    def dense(self, least: Fraction) -> bool:
        """Whether there is a performance density and it is ``least`` or more."""
        return self.density is not None and self.density >= least


# --- ECCN 3A090 as first published, 87 FR 62186: from 2022-10-21 to 2023-11-16


def a_of_2022(circuit: Circuit) -> bool:
    """3A090.a: an aggregate bidirectional transfer rate of 600 Gbyte/s or more, **and** a.1 or a.3.

    a.1: digital units, bit length per operation times TOPS, aggregated, of 4800 or more.
    a.3: analog, multi-value or multi-level units, TOPS times 8, of 4800 or more.
    """
    if circuit.all_links < 600:
        return False
    if circuit.digital:
        return circuit.tpp >= 4800
    return circuit.tops * 8 >= 4800


# --- ECCN 3A090 of 88 FR 73458: from 2023-11-17


def note_2(circuit: Circuit) -> bool:
    """Note 2: .a and .b do not apply to items neither designed nor marketed for datacenters that do

    not have a TPP of 4800 or more. True where the circuit is out by this note.
    """
    return not circuit.datacenter and not circuit.tpp >= 4800


def a1(circuit: Circuit) -> bool:
    """3A090.a.1: a TPP of 4800 or more."""
    return circuit.tpp >= 4800


def a2(circuit: Circuit) -> bool:
    """3A090.a.2: a TPP of 1600 or more and a performance density of 5.92 or more."""
    return circuit.tpp >= 1600 and circuit.dense(DENSITY_A2)


def b1(circuit: Circuit) -> bool:
    """3A090.b.1: a TPP of 2400 or more and less than 4800, density 1.6 or more and less than 5.92."""
    return (
        2400 <= circuit.tpp < 4800 and circuit.dense(DENSITY_B1) and not circuit.dense(DENSITY_A2)
    )


def b2(circuit: Circuit) -> bool:
    """3A090.b.2: a TPP of 1600 or more and a density of 3.2 or more and less than 5.92."""
    return circuit.tpp >= 1600 and circuit.dense(DENSITY_B2) and not circuit.dense(DENSITY_A2)


def entry_of_2023(circuit: Circuit) -> str | None:
    """3A090.a before 3A090.b: b.2 has no upper TPP, so what meets both is in .a.

    Both paragraphs speak of circuits "having one or more digital processing units".
    """
    if not circuit.digital or note_2(circuit):
        return None
    if a1(circuit) or a2(circuit):
        return "3A090.a"
    if b1(circuit) or b2(circuit):
        return "3A090.b"
    return None


def entry(circuit: Circuit, on: str) -> str | None:
    """The paragraph of 3A090.a or .b that a circuit meets on a day.

    The entry of 2022 applied from 2022-10-21 (the advanced computing amendments of 87 FR 62186
    came later than its equipment rules), that of 2023 from 2023-11-17.
    """
    if on < "2022-10-21":
        return None
    if on < "2023-11-17":
        return "3A090.a" if a_of_2022(circuit) else None
    return entry_of_2023(circuit)


# --- ECCN 3A090.c, 89 FR 96790: from 2024-12-02


def c(bandwidth: Fraction, area: Fraction) -> bool:
    """3A090.c: memory bandwidth (GB/s) over the area of package or stack **greater than** 2."""
    return bandwidth / area > 2


def exception_hbm(bandwidth: Fraction, area: Fraction) -> bool:
    """15 CFR 740.25: License Exception HBM, a density **less than** 3.3 GB/s/mm2."""
    return bandwidth / area < Fraction("3.3")


# --- ECCN 4A090: from 2022-10-21, its .b from 2024-04-04


def computer(circuits: list[Circuit], on: str) -> str | None:
    """4A090.a and .b: computers containing circuits "any of which" meet 3A090.a or 3A090.b.

    Paragraph .b was reserved until 2024-04-04 (89 FR 23876).
    """
    entries = {entry(circuit, on) for circuit in circuits}
    if "3A090.a" in entries:
        return "4A090.a"
    if "3A090.b" in entries and on >= "2024-04-04":
        return "4A090.b"
    return None


# --- 3A991.p and 4A994.l: from 2022-10-21


def p_of_3a991(circuit: Circuit, on: str) -> str | None:
    """3A991.p, circuits "n.e.s.": 8 TOPS or more, or 150 Gbyte/s or more over all links.

    "Not elsewhere specified": what 3A090 specifies is not in this entry.
    """
    if on < "2022-10-21" or entry(circuit, on) is not None:
        return None
    p1 = circuit.tops >= 8
    p2 = circuit.all_links >= 150
    return "3A991.p" if p1 or p2 else None


def l_of_4a994(circuits: list[Circuit], on: str) -> str | None:
    """4A994.l, computers "n.e.s." containing circuits any of which meets 3A991.p."""
    if on < "2022-10-21" or computer(circuits, on) is not None:
        return None
    if any(p_of_3a991(circuit, on) for circuit in circuits):
        return "4A994.l"
    return None


# --- ECCN 4A003.b from 2006-04-24, and .z.1: as printed since 2024-04-04


def of_4a003(app: Fraction, circuits: list[Circuit], on: str) -> set[str | None]:
    """4A003.b: digital computers of an APP **exceeding** 70 WT; .z.1 what meets 4A090 as well.

    Before 2024-04-04 both answers where the limit of the day decides, which was not read: it began
    at 0.75 WT (71 FR 20876) and only rose, up to 70.
    """
    if on < "2024-04-04":
        if app > 70:
            return {"4A003.b"}
        return {"4A003.b", None} if app > Fraction("0.75") else {None}
    if not app > 70:
        return {None}
    entries = {"4A090.a": "4A003.z.1.a", "4A090.b": "4A003.z.1.b", None: "4A003.b"}
    return {entries[computer(circuits, on)]}


# --- "Is informed" letters: they bind their addressee


def letter_of_2022(circuit: Circuit) -> bool:
    """2022-08-26, to NVIDIA: peak performance **and** chip-to-chip I/O about those of the A100.

    The A100's own figures stand for "about": 312 TFLOPS in 16 bits, which is 4992, and NVLink of
    600 GB/s. ECCN 3A090, which took the letter over, has 4800 and 600 GB/s, so whether the letter
    reached what lies between is not known. (The parts that the letter names are catalog chips and
    are tested as such.)
    """
    performs = circuit.tpp >= 4992 or (circuit.tpp >= 4800 and circuit.roughly_a100)
    return performs and circuit.chip_links >= 600


def letter_of_2023(circuit: Circuit) -> bool:
    """2023-10-23, to NVIDIA: a TPP of 4800 or more, for datacenters."""
    return circuit.tpp >= 4800 and circuit.datacenter


def letter_of_2025(circuit: Circuit) -> bool:
    """2025-04-09: total DRAM bandwidth of 1,400, I/O of 1,100, or both together of 1,700 GB/s."""
    return (
        circuit.memory >= 1400
        or circuit.letter_links >= 1100
        or circuit.memory + circuit.letter_links >= 1700
    )


@dataclass(frozen=True)
class Letter:
    """A letter with its test and the days on which it asks for a license, the last one excluded."""

    test: Callable[[Circuit], bool]
    since: str
    until: str


LETTERS = {
    # taken over by ECCN 3A090 on 2022-10-21
    "us-letter-nvidia-2022": Letter(letter_of_2022, "2022-08-26", "2022-10-21"),
    # brought the rule of 2023-11-17 forward
    "us-letter-nvidia-2023": Letter(letter_of_2023, "2023-10-23", "2023-11-17"),
    "us-letter-2025": Letter(letter_of_2025, "2025-04-09", "9999-12-31"),
}


def letter(circuit: Circuit, name: str) -> bool:
    """Whether a letter asks its addressee for a license for this circuit."""
    return circuit.addressed and LETTERS[name].test(circuit)


# --- 91 FR 1684: from 2026-01-15


def review_of_2026(circuit: Circuit) -> bool:
    """742.6(b)(10)(iii)(A)(1): 3A090.a, TPP **less than** 21,000, DRAM **less than** 6,500 GB/s.

    Only for what was commercially available in the United States when the rule was published.
    """
    return (
        entry_of_2023(circuit) == "3A090.a"
        and circuit.tpp < 21000
        and circuit.memory < 6500
        and circuit.on_sale
    )


# --- Section 232, HTSUS 9903.79.01: from 2026-01-15


def duty_of_2026(circuit: Circuit) -> bool:
    """Note 39: two bands, "greater than" and "less than" on all eight bounds."""
    first = 14000 < circuit.tpp < 17500 and 4500 < circuit.memory < 5000
    second = 20800 < circuit.tpp < 21100 and 5800 < circuit.memory < 6200
    return first or second


# --- Note 1 to 3A090.a: presumption against fabricators and OSAT companies, from 2025-01-16


def below_the_count(circuit: Circuit, year: int) -> bool | None:
    """Note 1, paragraphs b and c: the aggregated approximated transistor count is low enough.

    Below 30 billion; or, without high-bandwidth memory, below 35 billion for what is completed in
    2027 and below 40 billion in 2029 or thereafter. For 2028 no second figure is printed. None
    where no count is stated.
    """
    if circuit.transistors is None:
        return None
    if circuit.transistors < 30_000_000_000:
        return True
    if circuit.hbm:
        return False
    if year == 2027:
        return circuit.transistors < 35_000_000_000
    if year >= 2029:
        return circuit.transistors < 40_000_000_000
    return False


# --- Other jurisdictions


def european_union(circuit: Circuit) -> bool:
    """Annex I to Regulation (EU) 2021/821, 3A501.a.16 and 4A507: digital, TPP of 6000 or more."""
    return circuit.digital and circuit.tpp >= 6000


def canada_proposed(circuit: Circuit) -> bool:
    """Canada Gazette I, 2026-04-25, as summarized: TPP of 6,000 or more."""
    return circuit.tpp >= 6000


# --- Bills of the 119th Congress, asked by name as if enacted


def base_test(circuit: Circuit) -> bool:
    """The test that the bills share: TPP 4,800; 2,400 with density 1.6; 1,600 with density 3.2."""
    return (
        circuit.tpp >= 4800
        or (circuit.tpp >= 2400 and circuit.dense(DENSITY_B1))
        or (circuit.tpp >= 1600 and circuit.dense(DENSITY_B2))
    )


def bandwidth_test(circuit: Circuit, memory: int, links: int, together: int) -> bool:
    """DRAM bandwidth, interconnect bandwidth, or their sum, each "or more", in GB/s."""
    return (
        circuit.memory >= memory
        or circuit.chip_links >= links
        or circuit.memory + circuit.letter_links >= together
    )


def classified(circuit: Circuit, on: str) -> bool:
    """ "Classified under ECCN 3A090 or 4A090" on the day that is asked."""
    return entry(circuit, on) is not None


def gain(circuit: Circuit, on: str) -> str | None:
    """S. 3150: classified, or the base test, or 1,400, 1,100, 1,700 GB/s."""
    inside = base_test(circuit) or bandwidth_test(circuit, 1400, 1100, 1700)
    return "advanced integrated circuit" if classified(circuit, on) or inside else None


def overwatch_house(circuit: Circuit, on: str) -> str | None:
    """H.R. 6875: as S. 3150, for datacenters only."""
    if not circuit.datacenter:
        return None
    inside = base_test(circuit) or bandwidth_test(circuit, 1400, 1100, 1700)
    return "covered integrated circuit" if classified(circuit, on) or inside else None


def overwatch_senate(circuit: Circuit, on: str) -> str | None:
    """S. 4456: restricted from TPP 21,000, or 1,600 with density 21, or if marketed later and base.

    Covered as in H.R. 6875. Restricted comes first.
    """
    if not circuit.datacenter:
        return None
    very_dense = circuit.tpp >= 1600 and circuit.dense(Fraction(21))
    newer = circuit.marketed_later and base_test(circuit)
    if circuit.tpp >= 21000 or very_dense or newer:
        return "restricted integrated circuit"
    return overwatch_house(circuit, on)


def safe_chips(circuit: Circuit, on: str) -> str | None:
    """S. 3374: classified, or the base test, or 4,100, 1,100, 5,000 GB/s, for datacenters."""
    if not circuit.datacenter:
        return None
    inside = base_test(circuit) or bandwidth_test(circuit, 4100, 1100, 5000)
    return "advanced integrated circuit" if classified(circuit, on) or inside else None


def restrict(circuit: Circuit, on: str) -> str | None:
    """RESTRICT Act: what is classified, for datacenters only."""
    inside = classified(circuit, on) and circuit.datacenter
    return "advanced integrated circuit" if inside else None


def chip_security(circuit: Circuit, on: str) -> str | None:
    """H.R. 3447, section 3(3): what is classified under 3A090 or 4A090."""
    return "covered integrated circuit product" if classified(circuit, on) else None


def no_advanced_chips(circuit: Circuit, on: str) -> str | None:
    """No Advanced Chips for the CCP Act, as summarized: each of five figures is enough by itself.

    TPP 2,400; density 1.6; memory 4,100; interconnect 1,100; both together 5,100 GB/s.
    """
    del on  # it does not refer to the entries
    inside = (
        circuit.tpp >= 2400
        or circuit.dense(DENSITY_B1)
        or bandwidth_test(circuit, 4100, 1100, 5100)
    )
    return "advanced chip" if inside else None


BILLS: dict[str, Callable[[Circuit, str], str | None]] = {
    "us-bill-gain-s3150": gain,
    "us-bill-overwatch-hr6875": overwatch_house,
    "us-bill-overwatch-s4456": overwatch_senate,
    "us-bill-safe-chips-s3374": safe_chips,
    "us-bill-restrict-hr6879": restrict,
    "us-bill-chip-security-hr3447": chip_security,
    "us-bill-no-advanced-chips-hr5022": no_advanced_chips,
}
