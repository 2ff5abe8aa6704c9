"""`/brand.css`: the design in the shades of a color, computed once for each color.

Every page with the widget may choose a color, so anybody can request any color. Computing a sheet takes 0.8 ms, and the
event loop does nothing else meanwhile. So the rate of new colors is limited.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from widgets.ports import program_of
from widgets.shared import brand

KEPT = 1_000
"""Maximum number of cached sheets, 0.7 kB each. The least recently used sheet is dropped first."""


class BrandSheets:
    """`own` returns the color of the brand, `#rrggbb`. The sheet of this color is always cached, and requests for it
    are not limited."""

    def __init__(
        self,
        own: Callable[[], str | None],
        read: Callable[[Request], str | None],
        compute: Callable[[str], str] = brand.stylesheet,
        kept_max: int = KEPT,
    ) -> None:
        self._own = own
        self._read = read
        self._compute = compute
        self._kept_max = kept_max
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._sheet_of_own: tuple[str, str] | None = None

    async def serve(self, request: Request) -> Response:
        """The answer to `/brand.css?color=rrggbb`. It is 429 after too many new colors, and 404 for a text that is no
        color. The page then has the default color."""
        digits = self._read(request)
        if digits is None:
            return _css("/* color: six hexadecimal digits, like 0a6e8a */\n", 404)
        color = f"#{digits}"
        sheet = self._known(color)
        if sheet is None:
            if wait := await program_of(request).color_wait(request):
                later = {"Retry-After": str(math.ceil(wait)), "Cache-Control": "no-store"}
                return _css("/* too many new colors: try again in a while */\n", 429, later)
            sheet = self._kept[color] = self._compute(color)
            if len(self._kept) > self._kept_max:
                self._kept.popitem(last=False)
        return _css(sheet, 200, {"Cache-Control": "public, max-age=86400"})

    def _known(self, color: str) -> str | None:
        if color == self._own():
            if self._sheet_of_own is None or self._sheet_of_own[0] != color:
                self._sheet_of_own = color, self._compute(color)
            return self._sheet_of_own[1]
        if color in self._kept:
            self._kept.move_to_end(color)
        return self._kept.get(color)


def _css(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(text, status, headers, media_type="text/css")
