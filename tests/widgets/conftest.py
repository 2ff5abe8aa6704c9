"""The pages on an application of their own: who is signed in is what the test says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from identity.actor import Actor
from widgets.pages import error_page, routes
from widgets.ports import SamplePerson, Samples

AGENT = Actor(
    kind="staff", id="u-1", name="Priya </script> Raman", email="priya@support.example", verified=True, role="agent",
    teams=frozenset({"media", "prod"}),
)  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """`widgets.ports.Settings`."""

    demo: bool = False
    brand_name: str = "Mediaocean"
    brand_color: str | None = None


TICKET = 7
"""The only one that exists."""


@dataclass(frozen=True)
class Program:
    """`widgets.ports.Program` with one ticket; `actor` is signed in."""

    settings: Desk
    samples: Samples | None
    actor: Actor | None

    async def actor_of(self, request: Request) -> Actor | None:
        return self.actor

    def has_session(self, request: Request) -> bool:
        return self.actor is not None

    async def has_ticket(self, request: Request, actor: Actor, number: int) -> bool:
        return number == TICKET

    async def color_wait(self, request: Request) -> float:
        return 0.0

    def timezone(self, request: Request) -> str:
        return "America/New_York"

    def team_names(self, request: Request, keys: Iterable[str]) -> list[str]:
        return [key.upper() for key in keys]


Open = Callable[..., TestClient]


@pytest.fixture
def pages() -> Iterator[Open]:
    """Opens the pages: `pages(actor=…, demo=…, people=…)`."""
    with ExitStack() as stack:

        def open_pages(
            actor: Actor | None = None,
            *,
            demo: bool = False,
            people: Sequence[SamplePerson] = (),
            brand_color: str | None = None,
        ) -> TestClient:
            async def not_found(request: Request, error: Exception) -> Response:
                return error_page(request, 404)

            settings = Desk(demo, brand_color=brand_color)
            app = Starlette(routes=routes(settings), exception_handlers={404: not_found})
            app.state.pages = Program(settings, Samples(people, "open <all> hours"), actor)
            return stack.enter_context(TestClient(app, base_url="http://desk.example", follow_redirects=False))

        yield open_pages
