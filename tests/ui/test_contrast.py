"""The colours can be read: WCAG 2.2 AA in the light and in the dark theme."""

import math
import re
from itertools import pairwise
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "frontend/src/css/tokens.css"
_COLOUR = r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)"
_TOKEN = re.compile(rf"--([\w-]+): light-dark\({_COLOUR}, {_COLOUR}\);")

SURFACES = ("paper", "surface", "raised", "sunken", "hover", "chosen")
TONES = ("pino", "azafran", "granate", "cielo")
TEXT = [
    *((ink, ground) for ink in ("ink", "muted") for ground in SURFACES),
    *(("faint", ground) for ground in ("paper", "surface", "raised", "sunken", "hover")),
    *((f"{tone}-ink", ground) for tone in TONES for ground in (*SURFACES, f"{tone}-soft")),
    *((f"on-{tone}", tone) for tone in TONES),
    *(("ink", f"{tone}-soft") for tone in TONES),
    *((f"on-{tone}", f"{tone}-strong") for tone in ("pino", "granate")),
    *((f"on-stage-{number}", f"stage-{number}") for number in range(1, 8)),
    *((f"on-avatar-{number}", f"avatar-{number}") for number in range(1, 9)),
]
SHAPES = [
    *(("edge", ground) for ground in ("paper", "surface", "raised")),
    *((tone, "surface") for tone in ("pino", "granate", "cielo")),
    ("pino", "hover"),
    ("stage-5-edge", "surface"),
]


def _luminance(lightness: float, chroma: float, hue: float) -> float:
    """Relative luminance of an OKLCH colour, clipped into sRGB."""
    a, b = (chroma * f(math.radians(hue)) for f in (math.cos, math.sin))
    cone = [
        (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
        (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
        (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3,
    ]
    matrix = [
        (4.0767416621, -3.3077115913, 0.2309699292),
        (-1.2684380046, 2.6097574011, -0.3413193965),
        (-0.0041960863, -0.7034186147, 1.7076147010),
    ]
    red, green, blue = (
        min(1.0, max(0.0, sum(k * c for k, c in zip(row, cone, strict=True)))) for row in matrix
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _luminances() -> dict[str, tuple[float, float]]:
    found = {}
    for name, *numbers in _TOKEN.findall(TOKENS.read_text()):
        values = [float(number) for number in numbers]
        found[name] = (
            _luminance(values[0] / 100, *values[1:3]),
            _luminance(values[3] / 100, *values[4:6]),
        )
    return found


def _contrasts(one: str, other: str) -> list[float]:
    known = _luminances()
    return [
        (max(a, b) + 0.05) / (min(a, b) + 0.05)
        for a, b in zip(known[one], known[other], strict=True)
    ]


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink: str, ground: str) -> None:
    assert min(_contrasts(ink, ground)) >= 4.5


@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_seen(shape: str, ground: str) -> None:
    assert min(_contrasts(shape, ground)) >= 3


def test_the_groups_differ_in_grey() -> None:
    groups = [_luminances()[f"group-{name}"] for name in ("current", "potential", "lost")]
    for theme in (0, 1):
        shades = sorted(group[theme] for group in groups)
        assert all(b / a >= 1.35 for a, b in pairwise(shades))
