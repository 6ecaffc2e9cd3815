"""What a chip's text must satisfy beyond its shape. Each gate yields the place and says what it compared."""

from __future__ import annotations

from collections.abc import Iterator

from chipdb.catalog import schema
from chipdb.catalog.lookup import nearest
from chipdb.catalog.text import Place

Finding = tuple[Place, str]


def problems_of(chip: schema.Chip, *, sourced: bool) -> Iterator[Finding]:
    """Everything wrong with one chip; ``sourced`` adds what the catalog asks of itself."""
    yield from _areas(chip)
    yield from _links(chip)
    yield from _derived_metrics(chip)
    yield from _accepted(chip)
    if sourced:
        yield from _identity(chip)
        yield from _sources(chip)
        yield from _dense_at_most_sparse(chip)


def _areas(chip: schema.Chip) -> Iterator[Finding]:
    for index, die in enumerate(chip.dies or ()):
        if any(claim.amount.value == 0 for claim in die.area or ()):
            yield ("dies", index, "area"), "a die has an area above 0 mm^2; leave the area out if it is unknown"


def _links(chip: schema.Chip) -> Iterator[Finding]:
    for index, link in enumerate(chip.links or ()):
        if link.capped_by == "firmware" and not link.uncapped:
            yield ("links", index, "capped_by"), "a firmware cap needs the uncapped rate under `uncapped`, with its source"


def _accepted(chip: schema.Chip) -> Iterator[Finding]:
    from chipdb.catalog.gate_schema import gates

    for key, why in chip.accepted.items():
        name = key.partition(":")[0]
        if name not in gates():
            yield ("accepted", key), f"{name!r} is no gate{nearest(name, list(gates()))}"
        elif not why.strip():
            yield ("accepted", key), "an exception gives its reason"


def _derived_metrics(chip: schema.Chip) -> Iterator[Finding]:
    names = ("tpp", "applicable_die_area", "performance_density")
    if not all(name in chip.metrics for name in names):
        return
    tpp, area, density = (chip.metrics[name][0].amount for name in names)
    agree = area.value > 0 and abs(tpp.value / area.value - density.value) <= density.half_digit
    if not agree:
        value = f"{float(tpp.value / area.value):.6g}" if area.value else "undefined"
        yield ("metrics", "performance_density"), f"tpp / applicable_die_area is {value}; the three must agree"


def _identity(chip: schema.Chip) -> Iterator[Finding]:
    for field in ("id", "kind", "name", "vendor"):
        if getattr(chip, field) is None:
            yield (field,), "is missing; every chip of the catalog has it"
    for field, values in (("designed_for", chip.designed_for), ("marketed_for", chip.marketed_for)):
        if values and "market" not in chip.sources:
            yield (field,), "needs its source under sources.market"


def _sources(chip: schema.Chip) -> Iterator[Finding]:
    for place, claim in _claims(chip):
        if claim.source is None:
            yield place, "a claim of the catalog names its source"
        if claim.basis == "hypothetical":
            yield place, "a claim of the catalog has a basis: official, declared, teardown, third-party, reported, estimated"
        if claim.basis == "teardown" and place[-1] == "area" and claim.tolerance is None:
            yield place, "a measured die area states its tolerance"
        if claim.basis == "declared" and place[0] == "throughput":
            yield place, "a declared value is no rate; it belongs under declared"


def _claims(chip: schema.Chip) -> Iterator[tuple[Place, schema.Claim]]:
    def walk(value: object, place: Place) -> Iterator[tuple[Place, schema.Claim]]:
        if isinstance(value, schema.Claim):
            yield place[:-1], value
        elif isinstance(value, schema.Strict):
            for name in value.model_fields_set:
                yield from walk(getattr(value, name), (*place, name))
        elif isinstance(value, dict):
            for name, entry in value.items():
                yield from walk(entry, (*place, name))
        elif isinstance(value, list):
            for index, entry in enumerate(value):
                yield from walk(entry, (*place, index))

    return walk(chip, ())


def _dense_at_most_sparse(chip: schema.Chip) -> Iterator[Finding]:
    rates = chip.throughput or {}
    for name, claims in rates.items():
        dense = rates.get(name.removesuffix("_sparse"), [])
        if name.endswith("_sparse") and dense:
            top = max((claim.amount.value for claim in dense if claim.rejected is None), default=None)
            sparse = max(claim.amount.value for claim in claims)
            if top is not None and top > sparse:
                yield ("throughput", name), f"sparse {float(sparse):g} is below dense {float(top):g}"
