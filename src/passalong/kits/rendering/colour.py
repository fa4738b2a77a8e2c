"""The practice's colour, moved lighter or darker until it can be read on our papers."""

from __future__ import annotations

import colorsys
import re

ACCENT = "#0e6a62"  # where a practice has named no colour
LIGHT = "#faf7f2"  # the darker of the two light papers
DARK = "#1c2227"  # the lighter of the two dark ones
CONTRAST = 4.6
_STEPS = 200


def is_colour(text: str) -> bool:
    """Whether this is a colour as #rrggbb."""
    return bool(re.fullmatch(r"#[0-9a-fA-F]{6}", text))


def contrast(one: str, two: str) -> float:
    """WCAG's contrast of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(two)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, paper: str) -> str:
    """The colour nearest to this one, of the same hue, that reads on the paper (and the paper's colour on it)."""
    wanted = colour.lower() if is_colour(colour) else ACCENT
    if contrast(wanted, paper) >= CONTRAST:
        return wanted
    hue, light, saturation = colorsys.rgb_to_hls(*_channels(wanted))
    end = 0.0 if _luminance(paper) > 0.18 else 1.0
    for step in range(1, _STEPS + 1):
        share = step / _STEPS
        moved = _hex(*colorsys.hls_to_rgb(hue, light + (end - light) * share, saturation))
        if contrast(moved, paper) >= CONTRAST:
            return moved
    return "#000000" if end == 0.0 else "#ffffff"


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(*channels: float) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
