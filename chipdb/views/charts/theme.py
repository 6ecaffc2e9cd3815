"""Colors, fonts and the look of every chart, light and dark.

The hues follow those of Okabe and Ito. Their lightness was chosen so that color-blind readers can
tell the first four, "not controlled" and "undetermined" apart, and so that each stands out from
the background; a test checks both.
"""

from __future__ import annotations

from typing import Any

from chipdb.errors import UnknownNameError
from chipdb.lazy_dataclasses import dataclass

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""Three families of the same widths, so that a label is as wide as the layout assumed."""

TITLE, SUBTITLE = 17, 12

SHAPES = (
    "triangle-up",
    "square",
    "diamond",
    "triangle-down",
    "triangle-right",
    "triangle-left",
    "wedge",
)
"""The marks of controlled chips, the strictest first.

Not controlled is a circle and undetermined a cross, so that no answer is shown only by color.
"""


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A look: background, text colors, and hues.

    ``aside`` is a hue besides those of controlled chips, for an answer that is none of theirs.
    """

    name: str
    paper: str
    ink: str
    quiet: str
    grid: str
    controlled: tuple[str, ...]
    aside: str
    not_controlled: str
    unknown: str
    tint: float

    def series(self) -> tuple[str, ...]:
        """Hues for things of equal rank, such as chips that are compared."""
        # they need as many distinct hues as answers do, so both use the same ones
        return (self.not_controlled, *self.controlled)

    def hue(self, index: int) -> str:
        """The hue of one of several things of equal rank; they repeat after the last."""
        # a repeated hue is still a readable chart, which an error in its place would not be
        hues = self.series()
        return hues[index % len(hues)]


LIGHT = Theme(
    name="light",
    paper="#ffffff",
    ink="#1b1f24",
    quiet="#59626e",
    grid="#e4e7eb",
    controlled=("#963615", "#c6871e", "#82397c", "#1d936b", "#82770b", "#784f41", "#148391"),
    aside="#cf5f8d",
    not_controlled="#147dd8",
    unknown="#61666d",
    tint=0.13,
)
DARK = Theme(
    name="dark",
    paper="#15181d",
    ink="#eceff3",
    quiet="#a4adb8",
    grid="#2b3038",
    controlled=("#e97033", "#f6c934", "#c77ca3", "#0aec94", "#b4b41c", "#c9836e", "#25d2cd"),
    aside="#ff9fc6",
    not_controlled="#059bec",
    unknown="#c2d4e7",
    tint=0.17,
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def theme_of(name: str) -> Theme:
    """The theme of a name; raises :class:`UnknownNameError` with the valid names.

    >>> theme_of("dark").paper
    '#15181d'
    """
    if name not in THEMES:
        raise UnknownNameError("theme", name, list(THEMES))
    return THEMES[name]


def config(theme: Theme) -> dict[str, Any]:
    """The settings of Vega-Lite for a whole chart."""
    # ticks are placed by the layout so that labels never overlap, and none may be dropped
    axis = {
        "labelColor": theme.quiet,
        "titleColor": theme.ink,
        "gridColor": theme.grid,
        "domainColor": theme.quiet,
        "tickColor": theme.quiet,
        "labelFontSize": 11,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "labelOverlap": False,
    }
    title = {
        "color": theme.ink,
        "subtitleColor": theme.quiet,
        "fontSize": TITLE,
        "subtitleFontSize": SUBTITLE,
        "lineHeight": 20,
    }
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis,
        "title": {**title, "anchor": "start", "subtitlePadding": 6, "subtitleLineHeight": 16},
        "text": {"font": FONT},
    }
