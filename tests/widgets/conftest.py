"""The pages on an application of their own: who is signed in is what the test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from identity.actor import Actor
from widgets.pages import error_page, routes

AGENT = Actor(
    kind="staff", id="u-1", name="Priya </script> Raman", email="priya@support.example", verified=True, role="agent",
    teams=frozenset({"media", "prod"}),
)  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """What pages are given of the settings."""

    demo: bool = False
    brand_name: str = "Mediaocean"
    brand_color: str | None = None


TICKET = 7
"""The one that there is."""

Open = Callable[..., TestClient]


@pytest.fixture
def pages() -> Iterator[Open]:
    """Opens the pages: `pages(actor=…, demo=…, people=…)`."""
    with ExitStack() as stack:

        def open_pages(
            actor: Actor | None = None,
            *,
            demo: bool = False,
            people: list[dict[str, str]] | None = None,
            brand_color: str | None = None,
        ) -> TestClient:
            settings = Desk(demo, brand_color=brand_color)

            async def actor_of(request: Request) -> Actor | None:
                return actor

            async def not_found(request: Request, error: Exception) -> Response:
                return error_page(request, 404)

            app = Starlette(routes=routes(settings), exception_handlers={404: not_found})

            async def has_ticket(request: Request, actor: Actor, number: int) -> bool:
                return number == TICKET

            async def color_wait(request: Request) -> float:
                return 0.0

            app.state.actor_of = actor_of
            app.state.has_ticket = has_ticket
            app.state.color_wait = color_wait
            app.state.desk = SimpleNamespace(
                settings=settings,
                demo_people=people or [],
                demo_password="open <all> hours",
                routing=SimpleNamespace(desk=SimpleNamespace(timezone="America/New_York")),
            )
            return stack.enter_context(TestClient(app, base_url="http://desk.example", follow_redirects=False))

        yield open_pages
