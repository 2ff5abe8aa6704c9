"""The interface between pages and the rest of the program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from identity.actor import Actor


class Settings(Protocol):
    @property
    def demo(self) -> bool: ...
    @property
    def brand_name(self) -> str: ...
    @property
    def brand_color(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A person of the demo. `teams` are keys."""

    name: str
    email: str
    role: str
    teams: Sequence[str]


@dataclass(frozen=True, slots=True)
class Samples:
    """The people whom the demo's sign-in page offers, and the password that they share."""

    people: Sequence[SamplePerson]
    password: str


class Program(Protocol):
    """The functions of the program that pages use. The program puts a `Program` into `app.state.pages`."""

    @property
    def settings(self) -> Settings: ...

    @property
    def samples(self) -> Samples | None:
        """The demo's people; None outside the demo."""
        ...

    async def actor_of(self, request: Request) -> Actor | None:
        """The signed-in person. The call counts as activity in their session."""
        ...

    def has_session(self, request: Request) -> bool:
        """True if the browser sends a session cookie of staff. The cookie is not checked."""
        ...

    async def has_ticket(self, request: Request, actor: Actor, number: int) -> bool:
        """True if there is such a ticket that the actor may read."""
        ...

    async def color_wait(self, request: Request) -> float:
        """Seconds until a style sheet may be computed for one more color. 0 if it may be computed now."""
        ...

    def timezone(self, request: Request) -> str:
        """The desk's time zone, as an IANA name."""
        ...

    def team_names(self, request: Request, keys: Iterable[str]) -> list[str]: ...


def program_of(request: Request) -> Program:
    program: Program = request.app.state.pages
    return program
