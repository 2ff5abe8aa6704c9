"""The banner about an incident or maintenance, for the reader of a page."""

from __future__ import annotations

from contextlib import suppress

from starlette.requests import Request

from availability.board import Banner, banner
from refusals import Refused
from widgets.ports import program_of


async def banner_for(request: Request) -> Banner | None:
    """The banner for the products of the reader's client. During an outage, as for an unknown reader."""
    availability = program_of(request).availability
    board = availability.board()
    found = banner(board)
    if found is not None:
        with suppress(Refused):
            found = banner(board, await availability.products(request))
    return found
