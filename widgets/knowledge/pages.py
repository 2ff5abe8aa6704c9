"""The routes of `/knowledge`, for authors."""

from __future__ import annotations

from starlette.routing import Route

from widgets.knowledge import editor, exchange, listing, needed, sessions, versions


def routes() -> list[Route]:
    return [
        *listing.routes(),
        *editor.routes(),
        *versions.routes(),
        *needed.routes(),
        *sessions.routes(),
        *exchange.routes(),
    ]
