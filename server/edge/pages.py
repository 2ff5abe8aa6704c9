"""`widgets.ports.Program`: what pages ask of the program."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request

from identity.actor import Actor
from server.edge.api.tickets import has_ticket
from server.edge.authentication import actor_of_page, desk_of
from server.settings import Settings
from widgets.ports import Samples


class ProgramOfPages:
    def __init__(self, settings: Settings, samples: Samples | None) -> None:
        self.settings = settings
        self.samples = samples

    async def actor_of(self, request: Request) -> Actor | None:
        return await actor_of_page(request)

    async def has_ticket(self, request: Request, actor: Actor, number: int) -> bool:
        return await has_ticket(request, actor, number)

    async def color_wait(self, request: Request) -> float:
        return await desk_of(request).http_limits.color_wait(request)

    def timezone(self, request: Request) -> str:
        return desk_of(request).routing.desk.timezone

    def team_names(self, request: Request, keys: Iterable[str]) -> list[str]:
        teams = desk_of(request).teams
        return [teams[key].name if key in teams else key for key in keys]
