"""Colors that everybody can read and tell apart, color-blind readers included.

Contrast is that of the Web Content Accessibility Guidelines (relative luminance). Color blindness
is simulated by the matrices of Machado, Oliveira and Fernandes (2009) for a full deficiency.
Distance is CIE 1976 in L*a*b*.
"""

from __future__ import annotations

import itertools

import pytest

from chipdb.views.charts.theme import DARK, LIGHT, SHAPES, Theme

Color = tuple[float, float, float]
EYES = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE = (0.95047, 1.0, 1.08883)
MAIN = 4


def linear(color: str) -> Color:
    """A color's light, linear from 0 to 1."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def turned(matrix: tuple[Color, ...], color: Color) -> Color:
    red, green, blue = (
        sum(weight * part for weight, part in zip(row, color, strict=True)) for row in matrix
    )
    return red, green, blue


def contrast(one: str, other: str) -> float:
    low, high = sorted(turned(XYZ, linear(color))[1] for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(color: Color) -> Color:
    inside = tuple(min(max(part, 0), 1) for part in color)
    light = turned(XYZ, inside)  # type: ignore[arg-type]
    shares = (part / white for part, white in zip(light, WHITE, strict=True))
    x, y, z = (
        share ** (1 / 3) if share > 0.008856 else 7.787 * share + 16 / 116 for share in shares
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, eyes: str) -> float:
    first, second = (lab(turned(EYES[eyes], linear(color))) for color in (one, other))
    return sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
class TestColors:
    def test_texts_are_readable(self, theme: Theme) -> None:
        """4.5 for texts, as the guidelines ask."""
        assert contrast(theme.ink, theme.paper) >= 7
        assert contrast(theme.quiet, theme.paper) >= 4.5

    def test_texts_on_bands_are_readable(self, theme: Theme) -> None:
        """White on ochre or green has less than 4.5."""
        hues = (*theme.controlled, theme.aside, theme.not_controlled, theme.unknown)
        assert [hue for hue in hues if contrast(theme.text_on(hue), hue) < 4.5] == []

    def test_marks_stand_out(self, theme: Theme) -> None:
        """3 for graphics, as the guidelines ask."""
        assert [
            hue
            for hue in (*theme.controlled, theme.aside, theme.not_controlled, theme.unknown)
            if contrast(hue, theme.paper) < 3
        ] == []

    @pytest.mark.parametrize("eyes", EYES)
    def test_the_main_hues_are_told_apart(self, theme: Theme, eyes: str) -> None:
        hues = (*theme.controlled[:MAIN], theme.not_controlled, theme.unknown)
        near = [
            (one, other)
            for one, other in itertools.combinations(hues, 2)
            if distance(one, other, eyes) < 12
        ]
        assert near == []

    def test_color_is_never_alone(self, theme: Theme) -> None:
        """Each hue of controlled chips has a mark of its own."""
        assert len(SHAPES) == len(set(SHAPES)) == len(theme.controlled)
        assert not {"circle", "cross"} & set(SHAPES)


def test_the_measure_sees_what_is_too_near() -> None:
    """Red and green of one lightness: far apart for most, near for those who lack green."""
    assert distance("#b05030", "#707018", "normal") > 30
    assert distance("#b05030", "#707018", "deuteranopia") < 12
