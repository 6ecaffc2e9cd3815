"""Number formats of a workload: the bits of its products, and the bytes of what it keeps."""

from __future__ import annotations

from chipdb.lazy_dataclasses import dataclass

WIDTHS = (16, 8, 4)
"""The bits at which a chip's products are counted, the widest first."""
BLOCK_SCALED = 0.5625
"""Bytes of a 4-bit weight with an 8-bit scale for each block of 16 (NVFP4): half a byte, and a
sixteenth. Group sizes of other 4-bit formats differ; their scales cost at most as much."""


@dataclass(frozen=True, kw_only=True)
class Precision:
    """A number format: how products are made, and how weights and cached values are kept.

    ``formats`` are the throughputs of a chip that make such products; the first known one counts.
    What is sent to an expert does not depend on it: see ``DISPATCHED_BYTES`` in ``step``.
    """

    id: str
    bits: int
    formats: tuple[str, ...]
    weight_bytes: float
    cache_bytes: float


DESIGN_PRECISION = "fp8"
"""The precision of a workload that states none: a design has a throughput at every width."""
PRECISIONS = {
    precision.id: precision
    for precision in (
        Precision(id="fp16", bits=16, formats=("fp16", "bf16"), weight_bytes=2.0, cache_bytes=2.0),
        Precision(id="bf16", bits=16, formats=("bf16", "fp16"), weight_bytes=2.0, cache_bytes=2.0),
        Precision(id="fp8", bits=8, formats=("fp8",), weight_bytes=1.0, cache_bytes=1.0),
        Precision(id="int8", bits=8, formats=("int8",), weight_bytes=1.0, cache_bytes=1.0),
        Precision(id="nvfp4", bits=4, formats=("fp4",), weight_bytes=BLOCK_SCALED, cache_bytes=1.0),
        Precision(
            id="w4a16",
            bits=16,
            formats=("fp16", "bf16"),
            weight_bytes=BLOCK_SCALED,
            cache_bytes=2.0,
        ),
        Precision(id="mxfp4", bits=8, formats=("fp8",), weight_bytes=BLOCK_SCALED, cache_bytes=1.0),
    )
}
"""The precisions that an estimate knows, by the name that users give."""
