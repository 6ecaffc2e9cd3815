"""Names mean the same on the page and in the library; asked of both, with Node.js."""

from __future__ import annotations

from page_scripts import answer_of_script

import chipdb
from chipdb.errors import AmbiguousNameError, UnknownNameError

OTHERS = [
    "H20",
    "h 20",
    "nvidia h20",
    "S60",
    "Enflame S60",
    "昇腾910B",
    "Ascend 910B™",
    "Atlas",
    "Blackwell",
    "N300",
    "h2o",
    "",
    "NVIDIA",
    "RTX 4090 D",
    "MTT S60",
    "MI300",
    "NVIDIA Corporation L40S",
]


def by_library(name: str) -> list[str]:
    """What a name means: the chip and those that it could also mean, or nothing."""
    try:
        entry = chipdb.load().find(name)
    except AmbiguousNameError as error:
        return ["ambiguous", *sorted(error.suggestions)]
    except UnknownNameError:
        return []
    return [entry.chip.id, *entry.siblings]


def test_every_name_means_the_same_chip() -> None:
    """All names and aliases, generic names, and names that are ambiguous or unknown."""
    catalog = chipdb.load()
    written = sorted({name for name, _ in catalog.written_names()})
    names = [*written[:: len(written) // 400], *OTHERS]
    chips = [
        {
            "id": chip.id,
            "vendor": chip.vendor,
            "architecture": chip.architecture,
            "model": chip.model,
        }
        for chip in catalog
    ]
    given = {"names": names, "lookup": catalog.name_index(), "chips": chips}
    meanings = answer_of_script("look_up.mjs", given)
    assert len(names) > 400
    assert [meanings[name] for name in names] == [by_library(name) for name in names]
