"""A chart: a Vega-Lite specification as plain values, and the pictures that are made of it."""

from __future__ import annotations

import contextlib
import html
import importlib.util
import json
import os
import re
from pathlib import Path
from types import ModuleType
from typing import Any

from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass
from chipdb.whole_files import whole_file

VEGA_LITE = "5.21"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
MIME = "application/vnd.vegalite.v5+json"
FORMATS = ("svg", "png", "html", "json")
STAND_IN = "\ufdd0"
"""Stands for ``<`` while a page is made, so that no chip's name can end the page's script.

It is a code point that Unicode reserves and no text contains.
"""

_SIZE = re.compile(r'width="([0-9.]+)" height="([0-9.]+)"')
SCALE = 2
"""How many pixels of a PNG there are for each pixel of the chart."""


@dataclass(frozen=True, repr=False)
class Chart:
    """A chart of one kind. ``spec`` is a Vega-Lite specification.

    SVG, PNG and HTML need the extra ``plot``; without it they raise
    :class:`~chipdb.errors.UsageError`, which names it.
    """

    kind: str
    spec: dict[str, Any]
    width: int | None = None
    """The width of the picture in pixels; its natural width, and for PNG twice that, if None."""

    def __repr__(self) -> str:
        """The kind and the title, since a specification fills pages."""
        return f"<Chart {self.kind}: {self.title}>"

    @property
    def title(self) -> str:
        """The title above the chart."""
        return " ".join(self.spec["title"]["text"])

    def json(self) -> str:
        """The specification as JSON text."""
        return json.dumps(self.spec, ensure_ascii=False, indent=1)

    def svg(self) -> str:
        """The chart as SVG; raises :class:`UsageError` without the extra ``plot``."""
        svg = str(_converter().vegalite_to_svg(self.spec, vl_version=VEGA_LITE))
        if self.width is None:
            return svg
        wide, high = _size_of(svg)
        # The picture keeps its coordinates, which the view box states; only its size changes.
        size = f'width="{self.width}" height="{round(self.width * high / wide)}"'
        return _SIZE.sub(size, svg, count=1)

    def png(self, scale: float = SCALE) -> bytes:
        """The chart as PNG, with ``scale`` pixels for each pixel of the chart."""
        converter = _converter()
        if self.width is not None:
            natural, _ = _size_of(str(converter.vegalite_to_svg(self.spec, vl_version=VEGA_LITE)))
            scale = self.width / natural
        return bytes(converter.vegalite_to_png(self.spec, vl_version=VEGA_LITE, scale=scale))

    def html(self) -> str:
        """The chart as a self-contained page that loads nothing."""
        # The converter writes the specification into a script, which "</script>" would end.
        spec = self.json().replace("<", STAND_IN)
        page = str(_converter().vegalite_to_html(spec, vl_version=VEGA_LITE, bundle=True))
        page = page.replace(STAND_IN, "\\u003c")
        title = f"<title>{html.escape(self.title)}</title>"
        paper = f"<style>body{{background:{self.spec['background']};margin:0}}</style>"
        return page.replace("<title>Chart</title>", title + paper, 1)

    def data(self, form: str) -> str | bytes:
        """The chart in one of the formats; :class:`UsageError` for another."""
        if form not in FORMATS:
            raise UsageError(f"form must be one of {', '.join(FORMATS)}, not {form!r}")
        made: str | bytes = getattr(self, form)()
        return made

    def save(self, path: str | os.PathLike[str], form: str | None = None) -> None:
        """Write the chart to a file, completely or not at all.

        The ending gives the format (.svg, .png, .html or .json), unless ``form`` does. Raises
        :class:`UsageError` where the file cannot be written.
        """
        target = Path(path)
        data = self.data(form or form_of(target))
        if isinstance(data, str):
            data = data.encode("utf-8")
        try:
            with whole_file(target) as temporary:
                temporary.write_bytes(data)
        except OSError as error:
            raise UsageError(f"{target}: {error.strerror}") from None

    def _repr_mimebundle_(
        self,
        include: Any = None,  # noqa: ARG002 - Jupyter passes it
        exclude: Any = None,  # noqa: ARG002 - Jupyter passes it
    ) -> dict[str, Any]:
        """What Jupyter shows: the picture, and the specification for those that draw it."""
        bundle: dict[str, Any] = {MIME: self.spec, "text/plain": repr(self)}
        # Without the extra, front ends that know Vega-Lite still draw the chart.
        with contextlib.suppress(UsageError):
            bundle["image/svg+xml"] = self.svg()
        return bundle


def _size_of(svg: str) -> tuple[float, float]:
    """The width and the height that an SVG states for itself, in pixels."""
    found = _SIZE.search(svg)
    if found is None:
        raise UsageError("the drawn chart states no size, so it cannot be given another")
    return float(found[1]), float(found[2])


def form_of(path: Path) -> str:
    """The format that a file's ending names; raises :class:`UsageError` for another."""
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        endings = ", ".join(f".{name}" for name in FORMATS)
        raise UsageError(f"{path}: end it in {endings}")
    return form


def can_draw() -> bool:
    """Whether the extra ``plot`` is installed, which makes pictures of specifications."""
    return importlib.util.find_spec("vl_convert") is not None


def _converter() -> ModuleType:
    """The converter of the extra ``plot``, imported only when a picture is drawn.

    Raises :class:`~chipdb.errors.UsageError` if it is not installed.
    """
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise UsageError(
            "drawing a chart needs the extra plot: pip install 'chipdb[plot]' "
            "(JSON works without it)"
        ) from None
    module: ModuleType = vl_convert
    return module
