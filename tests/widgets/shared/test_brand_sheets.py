"""`widgets.shared.brand_sheets`: how often a sheet is computed, whoever asks."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.testclient import TestClient

from widgets.shared.brand_sheets import BrandSheets
from widgets.shared.pages import asked_color

OWN = "#ffcc00"
KEPT = 20


class Counted:
    """A desk that computes sheets, and lets `may` new colors be computed."""

    def __init__(self, may: int) -> None:
        self.computed: list[str] = []
        self.may = may
        self.own = OWN
        sheets = BrandSheets(lambda: self.own, asked_color, self._compute, kept_max=KEPT)
        app = Starlette(routes=[Route("/brand.css", sheets.serve)])
        app.state.pages = self
        self._client = TestClient(app)

    def ask(self, color: str) -> int:
        return self._client.get(f"/brand.css?color={color}").status_code

    def _compute(self, color: str) -> str:
        self.computed.append(color)
        return f"/* {color} */"

    async def color_wait(self, request: Request) -> float:
        self.may -= 1
        return 0.0 if self.may >= 0 else 3.5


def test_color_is_computed_once() -> None:
    """Also when its letters are capitals."""
    desk = Counted(may=10)
    assert [desk.ask(color) for color in ("0a6e8a", "0A6E8A", "0a6e8a")] == [200, 200, 200]
    assert desk.computed == ["#0a6e8a"] and desk.may == 9


def test_new_colors_beyond_the_budget_are_refused() -> None:
    """Known colors are still served. The desk's own color does not count toward the budget."""
    desk = Counted(may=2)
    asked = [f"00{number:04x}" for number in range(50)]
    assert [desk.ask(color) for color in asked] == [200] * 2 + [429] * 48
    assert desk.ask(asked[0]) == 200 and desk.ask(OWN[1:]) == 200 and desk.ask(OWN[1:]) == 200
    assert desk.computed == [f"#{asked[0]}", f"#{asked[1]}", OWN]


def test_sheets_kept_are_limited_to_the_recently_used() -> None:
    """The sheet not requested for the longest time is dropped, but never the desk's own."""
    desk = Counted(may=2 * KEPT)
    for color in (OWN[1:], *(f"{number:06x}" for number in range(KEPT)), "000000", f"{KEPT:06x}"):
        desk.ask(color)
    count = len(desk.computed)
    desk.ask("000000")
    desk.ask(OWN[1:])
    assert len(desk.computed) == count
    desk.ask("000001")
    assert len(desk.computed) == count + 1


def test_own_color_that_changes_is_computed_without_the_budget() -> None:
    desk = Counted(may=0)
    assert desk.ask(OWN[1:]) == 200
    desk.own = "#0a6e8a"
    assert desk.ask("0a6e8a") == 200 and desk.ask(OWN[1:]) == 429
