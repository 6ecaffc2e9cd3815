"""The data format of ``data/workloads/`` and of a user's model file, as pydantic models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from chipdb.catalog.schema_types import (
    EXACT,
    EXACT_WHOLE,
    BandwidthText,
    Day,
    Flag,
    Identifier,
    Strict,
)

Size = Annotated[int, Field(ge=1, le=10_000_000), EXACT_WHOLE]
Share = Annotated[float, Field(gt=0), EXACT]
Least = Annotated[float, Field(ge=0), EXACT]


class Attention(Strict):
    """Grouped attention, or latent attention with its ranks and widths."""

    query_heads: Size
    key_value_heads: Size | None = None
    head_width: Size | None = None
    query_rank: Size | None = None
    key_value_rank: Size | None = None
    rope_width: Size | None = None
    key_width: Size | None = None
    value_width: Size | None = None

    @model_validator(mode="after")
    def _complete(self) -> Attention:
        """Demand all fields of one kind of attention and none of the other."""
        grouped = (self.key_value_heads, self.head_width)
        latent = (self.key_value_rank, self.rope_width, self.key_width, self.value_width)
        is_only_grouped = latent == (None,) * len(latent) and self.query_rank is None
        if None not in grouped and is_only_grouped:
            if self.query_heads % (self.key_value_heads or 1):
                raise ValueError("query_heads must be a multiple of key_value_heads")
            return self
        if None not in latent and grouped == (None, None):
            return self
        raise ValueError(
            "needs query_heads with key_value_heads and head_width, or with key_value_rank, "
            "rope_width, key_width, value_width and, if queries are compressed, query_rank"
        )


class FeedForward(Strict):
    """The feed-forward part of a dense layer; width 0 where every layer has experts."""

    width: Annotated[int, Field(ge=0, le=10_000_000), EXACT_WHOLE]
    matrices: Annotated[int, Field(ge=2, le=3), EXACT_WHOLE]


class Experts(Strict):
    """The experts of a layer."""

    count: Size
    active: Size
    width: Size
    shared: Annotated[int, Field(ge=0), EXACT_WHOLE] = 0
    dense_layers: Annotated[int, Field(ge=0), EXACT_WHOLE] = 0

    @model_validator(mode="after")
    def _active(self) -> Experts:
        """Refuse more active experts than there are.

        The two numbers are next to each other in configurations, and are easily swapped.
        """
        if self.active > self.count:
            raise ValueError(f"{self.active} active experts of {self.count}")
        return self


class Model(Strict):
    """An entry of ``models.yaml``, or a user's model."""

    id: Identifier
    name: str | None = None
    layers: Size
    width: Size
    attention: Attention
    feed_forward: FeedForward
    experts: Experts | None = None
    vocabulary: Size
    source: str | None = None
    notes: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _layers(self) -> Model:
        """Refuse a model whose layers have no feed-forward part.

        A width of 0 is right only where every layer has experts instead.
        """
        dense_layers = self.layers
        if self.experts is not None:
            dense_layers = self.experts.dense_layers
        if dense_layers > self.layers:
            raise ValueError(f"{dense_layers} dense layers of {self.layers}")
        if dense_layers and not self.feed_forward.width:
            raise ValueError("feed_forward needs a width, since some layers have no experts")
        return self


class Ridge(Strict):
    """The share of the peak as a function of operations for each byte."""

    at_balance: Share
    balance: Share
    slope: Share
    least: Share
    most: Share
    fitted: Flag
    sources: list[str]
    note: str | None = None


class Constant(Strict):
    """One number of the model."""

    value: Share
    fitted: Flag
    sources: list[str] | None = None
    note: str | None = None


class Workspace(Strict):
    """Memory that is neither weights nor cache."""

    bytes: Share
    fitted: Flag
    note: str | None = None


class Band(Strict):
    """Low, nominal and high of one efficiency."""

    band: Annotated[list[Least], Field(min_length=3, max_length=3)]
    fitted: Flag
    sources: list[str]
    note: str | None = None


class EfficienciesFile(Strict):
    """``efficiencies.yaml``."""

    as_of: Day
    fitted_on: list[str]
    exponent: Constant
    most_products: Constant
    ridge: Ridge
    bands: dict[str, Band]
    workspace: Workspace


class HardwareDefaults(Strict):
    """What holds where nothing is known."""

    domain: Size
    node: Size
    network: BandwidthText


class CapacityUnit(Strict):
    """How many bytes a gigabyte of a data sheet's memory has."""

    bytes: Annotated[int, Field(gt=0), EXACT_WHOLE]
    source: str


class EightBits(Strict):
    """The format in which chips without FP8 are known to serve models of 8 bits."""

    chips: list[str]
    format: Literal["int8"]
    source: str
    note: str | None = None


class HardwareFile(Strict):
    """``hardware.yaml``."""

    defaults: HardwareDefaults
    capacity_unit: CapacityUnit
    design_capacity_of: str
    eight_bits: list[EightBits]


class HourlyPrice(Strict):
    """What an hour of some chips costs; ``owner`` is the cost of owning them."""

    chips: list[str]
    of: Literal["owner"]
    usd_per_hour: Share
    source: str
    note: str | None = None


class VendorPoints(Strict):
    """How the measurements of a vendor's chips came out."""

    vendor: str
    points: Size
    inside: Least
    measured_over_nominal: Share


def _blank(value: object) -> object:
    """A cell of a table: an empty one is absent."""
    return None if value == "" else value


Cell = BeforeValidator(_blank)


class MeasuredRow(Strict):
    """A row of a file of measurements; a cell is empty where it does not apply or is not stated."""

    id: Identifier
    chip: Identifier
    chips: Size
    model: Identifier
    precision: str
    phase: str
    batch: Annotated[Share | None, Cell]
    input: Size
    output: Annotated[int, Field(ge=0), EXACT_WHOLE]
    layout: Annotated[str | None, Cell]
    draft: Annotated[int | None, Cell]
    accepted: Annotated[float | None, Cell]
    value: Share
    source: Identifier
    note: str
