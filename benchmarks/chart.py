"""Lines over powers of ten as one SVG: no script, no font of its own, readable on light and on dark ground."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

LEFT, RIGHT, TOP, GAP, WIDTH = 70, 230, 34, 66, 780
LINE_HEIGHT = 15
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #3d444d } .title { font-size: 14px; font-weight: 600 }
.grid { stroke: #d1d9e0; stroke-width: 1 } path { fill: none; stroke-width: 2 } .dashed { stroke-dasharray: 5 4 }
path.a, circle.a { stroke: #0b5fad } path.b, circle.b { stroke: #8a4b00 }
path.c, circle.c { stroke: #1a7038 } path.d, circle.d { stroke: #a0277a }
circle { stroke-width: 2; fill: #fff }
text.a { fill: #0b5fad } text.b { fill: #8a4b00 } text.c { fill: #1a7038 } text.d { fill: #a0277a }
.ground { fill: #fff }
@media (prefers-color-scheme: dark) {
text { fill: #c5ccd3 } .grid { stroke: #3d444d } .ground, circle { fill: #0d1117 }
path.a, circle.a { stroke: #6cb6ff } path.b, circle.b { stroke: #f0a95b }
path.c, circle.c { stroke: #6bd68a } path.d, circle.d { stroke: #f28bcf }
text.a { fill: #6cb6ff } text.b { fill: #f0a95b } text.c { fill: #6bd68a } text.d { fill: #f28bcf }
}
"""


@dataclass(frozen=True)
class Line:
    """A labelled line; tone: a to d."""

    label: str
    points: list[tuple[float, float]]
    tone: str
    dashed: bool = False


@dataclass(frozen=True)
class Panel:
    """Lines over one pair of axes; ticks: heights on the left, lowest first, and their words."""

    title: str
    ticks: dict[float, str]
    lines: list[Line]
    height: int


def drawn(panels: list[Panel]) -> str:
    """All panels, one below the other; the horizontal axis is a number of people."""
    parts, top = [], TOP
    for panel in panels:
        parts.append(_panel(panel, top))
        top += panel.height + GAP
    size = f'viewBox="0 0 {WIDTH} {top - GAP + 44}" width="{WIDTH}" height="{top - GAP + 44}"'
    title = escape(" and ".join(panel.title for panel in panels)) + " by number of people"
    ground = '<rect class="ground" width="100%" height="100%"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{title}</title><style>{STYLE}</style>'
    return "\n".join([head, ground, *parts, "</svg>"]) + "\n"


def _panel(panel: Panel, top: int) -> str:
    sizes = sorted({x for line in panel.lines for x, _ in line.points})
    across, down = WIDTH - LEFT - RIGHT, panel.height

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            LEFT + across * _share(x, sizes[0], sizes[-1]),
            top + down * (1 - _share(y, min(panel.ticks), max(panel.ticks))),
        )

    out = [f'<text class="title" x="{LEFT}" y="{top - 14}">{escape(panel.title)}</text>']
    for value, words in panel.ticks.items():
        y = place(sizes[0], value)[1]
        out.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{LEFT + across}"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(words)}</text>')
    for size in sizes:
        x = place(size, min(panel.ticks))[0]
        words = f"{size:,.0f}" + (" people" if size == sizes[-1] else "")
        out.append(f'<text x="{x:.1f}" y="{top + down + 18}" text-anchor="middle">{words}</text>')
    ends = _apart([place(*line.points[-1])[1] for line in panel.lines])
    for line, end in zip(panel.lines, ends, strict=True):
        spots = [place(*point) for point in line.points]
        way = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
        out.append(f'<path class="{line.tone}{" dashed" if line.dashed else ""}" d="M{way}"/>')
        out += [f'<circle class="{line.tone}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in spots]
        out.append(f'<text class="{line.tone}" x="{LEFT + across + 12}" y="{end + 4:.1f}">{escape(line.label)}</text>')
    return "\n".join(out)


def _share(value: float, low: float, high: float) -> float:
    """Where a value lies between two others, by its logarithm."""
    return math.log(value / low) / math.log(high / low)


def _apart(heights: list[float]) -> list[float]:
    """Heights of labels, moved down where they would lie on each other."""
    out, last = dict.fromkeys(range(len(heights)), 0.0), -math.inf
    for place in sorted(out, key=lambda place: heights[place]):
        last = out[place] = max(heights[place], last + LINE_HEIGHT)
    return list(out.values())
