"""The verdict of the explorer page is the sentence of ``chipdb check``; asked with Node.js.

The expected sentences are those of the library, which ``tests/views/test_verdict_sentence.py``
holds against the rules; here only the two must agree.
"""

from __future__ import annotations

import random
from typing import Any

from page_scripts import answer_of_script

import chipdb
from chipdb.views.explorer.chips import chip_record
from chipdb.views.explorer.page import page_data
from chipdb.views.verdict_sentence import verdict_object

DATES = ["2023-06-01", "2024-06-01", "2025-02-01", "2026-06-01", "2026-11-30"]
PLACES = [None, "CN", "DE", "AE", "RU", "IN", "HK", "VN", "TW", "CY", "ET"]
"""With Cyprus and Ethiopia, whose membership in D:5 is not settled on some of the dates."""
HEADQUARTERS = ["CN", "RU", "HK", "DE", "CY", "IL"]
CASES = 200


def cases(data: dict[str, Any]) -> list[list[Any]]:
    """Chips of the catalog, some with their compute halved, each on a date for a destination."""
    draws = random.Random(18)  # noqa: S311 - test cases, no secrets
    drawn: list[list[Any]] = []
    for record in draws.sample(data["chips"], CASES):
        knobs = {}
        if "compute" in record.get("knobs", []) and draws.random() < 0.3:
            knobs = {"compute": "50"}
        chosen = {"on": draws.choice(DATES), "to": draws.choice(PLACES)}
        if draws.random() < 0.4:
            chosen["role"] = draws.choice(["foundry", "osat"])
        if chosen["to"] and draws.random() < 0.5:
            chosen["hq"] = draws.choice(HEADQUARTERS)
        if chosen["to"] and draws.random() < 0.2:
            chosen["from"] = draws.choice(["TW", "DE", "CY"])
        drawn.append([record["id"], knobs, chosen])
    return drawn


def by_library(chip_id: str, knobs: dict[str, str], chosen: dict[str, Any]) -> dict[str, Any]:
    """The verdict of the library about the same chip, changed in the same way."""
    chip = chipdb.load()[chip_id]
    if knobs:
        chip = chip.derate(compute="x0.5")
    names = {"hq": "headquarters", "from": "from_"}
    asked = {names.get(name, name): value for name, value in chosen.items()}
    return verdict_object(chipdb.check(chip, **asked))


STATUS = {
    "met": "controlled",
    "not-met": "not-controlled",
    "undetermined": "undetermined",
    "yes": "license-required",
    "no": "license-not-required",
}
"""The status of a verdict of the library by that of the page."""


def said_by_page(asked: list[list[Any]], data: dict[str, Any]) -> list[dict[str, str]]:
    """The sentences of the page, each with its status."""
    given = {"data": data, "asked": asked}
    said: list[dict[str, str]] = answer_of_script("say_verdicts.mjs", given)
    return said


def compare(asked: list[list[Any]], data: dict[str, Any]) -> list[str]:
    """Hold the page's sentences against the library's, and return them."""
    texts = []
    for case, said in zip(asked, said_by_page(asked, data), strict=True):
        expected = by_library(*case)
        assert STATUS[said["status"]] == expected["status"], case
        assert said["text"].replace("mm²", "mm^2") == expected["text"], case
        texts.append(said["text"])
    return texts


def test_the_page_says_what_the_library_says() -> None:
    """Word for word, but for the sign of square millimeters; also what is cut where it is long."""
    data = page_data(chipdb.load(), chipdb.load_rules())
    texts = compare(cases(data), data)
    assert len(texts) == CASES
    assert any("because of" in text for text in texts)


def test_a_place_whose_group_is_not_settled_is_named() -> None:
    """Cyprus is in D:5 by the table of 2023-11-17, not by that of 2026-07-23; the day is unknown."""
    data = page_data(chipdb.load(), chipdb.load_rules())
    chosen = {"on": "2026-02-01", "to": "CY"}
    (text,) = compare([["nvidia-h20-96gb", {}, chosen]], data)
    assert "whether Cyprus belongs to D:5 on 2026-02-01 is not settled" in text


def test_a_letter_to_the_vendor_of_a_chip_of_ones_own() -> None:
    """NVIDIA received the letter of April 2025; whether it reaches this chip is open."""
    text = (
        "id: own\nname: Own\nvendor: NVIDIA\nkind: processor\n"
        "metrics: {tpp: 1000, memory_bandwidth: 1500 GB/s, letter_io_bandwidth: 64 GB/s}\n"
    )
    (own,) = chipdb.load().adopt(text.encode(), "own.yaml")
    data = page_data(chipdb.load(), chipdb.load_rules())
    data["chips"].append(chip_record(own))
    (said,) = said_by_page([["own", {}, {"on": "2026-02-01", "to": "CN"}]], data)
    assert said["text"] == verdict_object(chipdb.check(own, on="2026-02-01", to="CN"))["text"]
    assert "whether the letter that the vendor received reaches this chip" in said["text"]


def test_a_policy_is_because_of_the_headquarters_that_choose_it() -> None:
    """746.8(b): a policy of denial for Russia, whoever the party's parent is; part 742 has less."""
    data = page_data(chipdb.load(), chipdb.load_rules())
    russia = ["graphcore-gc200", {}, {"on": "2023-12-01", "to": "RU", "hq": "CN"}]
    emirates = ["nvidia-h100-sxm5-80gb", {}, {"on": "2023-12-01", "to": "AE", "hq": "CN"}]
    of_russia, of_the_emirates = compare([russia, emirates], data)
    assert "policy of denial" in of_russia
    assert "because of" not in of_russia
    assert "presumption of denial because of China (headquarters): D:5" in of_the_emirates


def test_a_presumption_decides_on_the_page_as_in_the_library() -> None:
    """Without a destination, of any classification: unmet, open, met, and contested.

    Note 1 to 3A090.a: a foundry takes its chip as 3A090.a unless an attestation overcomes that, so
    neither a figure that is missing nor one that is contested leaves the answer open.
    """
    data = page_data(chipdb.load(), chipdb.load_rules())
    chosen = {"on": "2026-06-01", "to": None, "role": "foundry"}
    asked: list[list[Any]] = []
    kinds: set[tuple[str, bool]] = set()
    for record in data["chips"][::4]:
        asked.append([record["id"], {}, chosen])
        classification = chipdb.check(record["id"], on="2026-06-01").classification
        kinds.add((str(classification.status), classification.contested))
    assert {("not-met", False), ("undetermined", True), ("met", True)} <= kinds
    compare(asked, data)
