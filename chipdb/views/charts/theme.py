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
BLACK = "#000000"
LEAST_CONTRAST = 4.5
"""The contrast that small text needs with what is behind it (WCAG 2.2, level AA)."""

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

    def text_on(self, color: str) -> str:
        """The color of a text on a filled shape.

        That of the background, or black where the background has too little contrast.

        >>> LIGHT.text_on("#c6871e"), LIGHT.text_on("#963615")
        ('#000000', '#ffffff')
        """
        if contrast(self.paper, color) >= LEAST_CONTRAST:
            return self.paper
        # on whatever white is hard to read, black has a contrast of 4.6 or more
        return BLACK

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


def contrast(one: str, other: str) -> float:
    """The contrast of two colors, from 1 to 21, as WCAG 2.2 defines it."""
    lower, higher = sorted((_luminance(one), _luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


def _luminance(color: str) -> float:
    """The relative luminance of a color such as ``#147dd8``, from 0 to 1."""
    linear = []
    for start in (1, 3, 5):
        value = int(color[start : start + 2], 16) / 255
        if value <= 0.04045:
            linear.append(value / 12.92)
        else:
            linear.append(((value + 0.055) / 1.055) ** 2.4)
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


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
