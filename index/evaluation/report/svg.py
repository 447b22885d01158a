"""Small SVG plots as strings. Colours and fonts come from the page's style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_WIDTH = 340
_HEIGHT = 220
_LEFT = 42
_RIGHT = 26
_TOP = 24
_BOTTOM = 38


def interval_bar(value: float, low: float | None, high: float | None) -> str:
    """A value between 0 and 1 with its interval, on a line with quarters marked."""
    width, middle, margin = 220, 11, 8

    def x(share: float) -> str:
        return f"{margin + share * (width - 2 * margin):.1f}"

    ticks = "".join(
        f'<line class="grid" x1="{x(at)}" x2="{x(at)}" y1="3" y2="19"/>'
        for at in (0, 0.25, 0.5, 0.75, 1)
    )
    span = ""
    if low is not None and high is not None:
        span = f'<line class="span" x1="{x(low)}" x2="{x(high)}" y1="{middle}" y2="{middle}"/>'
    told = f"{value:.3f}" if low is None else f"{value:.3f}, from {low:.3f} to {high:.3f}"
    return (
        f'<svg viewBox="0 0 {width} 22" role="img"><title>{told}</title>{ticks}'
        f'<line class="grid" x1="{x(0)}" x2="{x(1)}" y1="{middle}" y2="{middle}"/>{span}'
        f'<circle class="dot" cx="{x(value)}" cy="{middle}" r="4.5"/></svg>'
    )


class Plot:
    """A frame with axes into which marks are put; data coordinates from (x0, y0) to (x1, y1)."""

    def __init__(self, title: str, *, x: tuple[float, float], y: tuple[float, float]) -> None:
        self._title = title
        self._x0, self._x1 = x
        self._y0, self._y1 = y
        self._parts: list[str] = []

    def x(self, value: float) -> float:
        share = (value - self._x0) / (self._x1 - self._x0)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        share = (value - self._y0) / (self._y1 - self._y0)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    def x_ticks(self, ticks: Sequence[tuple[float, str]], label: str) -> None:
        foot = _HEIGHT - _BOTTOM
        for at, told in ticks:
            self._text(self.x(at), foot + 16, told, anchor="middle")
        self._text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 4, label, anchor="middle")

    def y_ticks(self, ticks: Sequence[tuple[float, str]]) -> None:
        for at, told in ticks:
            y = self.y(at)
            self._line("grid", _LEFT, y, _WIDTH - _RIGHT, y)
            self._text(_LEFT - 6, y + 4, told, anchor="end")

    def baseline(self, at: float) -> None:
        self._line("axis", _LEFT, self.y(at), _WIDTH - _RIGHT, self.y(at))

    def bar(self, style: str, x0: float, x1: float, base: float, top: float) -> None:
        """A bar over x0 to x1, a hair apart from its neighbours."""
        upper, lower = sorted((self.y(base), self.y(top)))
        if lower - upper > 0:
            left, right = self.x(x0) + 0.75, self.x(x1) - 0.75
            self._parts.append(
                f'<rect class="{style}" x="{left:.1f}" y="{upper:.1f}" '
                f'width="{max(right - left, 0.5):.1f}" height="{lower - upper:.1f}"/>'
            )

    def curve(self, style: str, points: Sequence[tuple[float, float]]) -> None:
        path = "L".join(f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in points)
        self._parts.append(f'<path class="{style}" d="M{path}"/>')

    def vertical(self, at: float, label: str, *, leftwards: bool = False) -> None:
        """A dashed line with a label above the frame, to its right or left."""
        x = self.x(at)
        self._line("mark", x, _TOP - 4, x, _HEIGHT - _BOTTOM)
        shift, anchor = (-5, "end") if leftwards else (5, "start")
        self._text(x + shift, _TOP - 10, label, anchor=anchor, style="strong")

    def svg(self) -> str:
        return (
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
            f"<title>{escape(self._title)}</title>{''.join(self._parts)}</svg>"
        )

    def _line(self, style: str, x1: float, y1: float, x2: float, y2: float) -> None:
        self._parts.append(
            f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
        )

    def _text(self, x: float, y: float, text: str, *, anchor: str, style: str = "") -> None:
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{style}">'
            f"{escape(text)}</text>"
        )
