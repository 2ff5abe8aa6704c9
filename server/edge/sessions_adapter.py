"""Implements `widgets.knowledge.session_ports.LiveSessions`: the authors' pages of live sessions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from starlette.requests import Request

from identity.actor import Actor
from learning.catalogue import Resource
from learning.ports import Listed
from learning.sessions import Session
from server.edge.authentication import Authentication
from server.edge.outages import as_refusals
from server.edge.plain_forms import read_plain_form
from server.live.learning.session_desk import PEOPLE_AT_ONCE, SessionDesk
from widgets.knowledge.session_ports import Worked

FORM_MAX = 64 * 1024
FIELDS_MAX = PEOPLE_AT_ONCE + 14


class SessionsAdapter:
    def __init__(self, authentication: Authentication, desk: SessionDesk) -> None:
        self._authentication = authentication
        self._desk = desk

    async def read_form(self, request: Request) -> Mapping[str, str]:
        self._authentication.refuse_foreign_origin(request)
        return (await read_plain_form(request, FORM_MAX, FIELDS_MAX)).values

    @as_refusals
    async def listed(self, by: Actor) -> Sequence[Listed]:
        return await self._desk.listed(by)

    @as_refusals
    async def courses(self, by: Actor) -> Sequence[Resource]:
        return await self._desk.courses(by)

    @as_refusals
    async def session(self, by: Actor, id_: int, after: int) -> Worked:
        return await self._desk.session(by, id_, after)

    @as_refusals
    async def add(self, by: Actor, session: Session) -> int:
        return await self._desk.add(by, session)

    @as_refusals
    async def change(self, by: Actor, id_: int, wanted: Session) -> None:
        await self._desk.change(by, id_, wanted)

    @as_refusals
    async def cancel(self, by: Actor, id_: int) -> None:
        await self._desk.cancel(by, id_)

    @as_refusals
    async def attendance(self, by: Actor, id_: int, after: int, came: Collection[int]) -> None:
        await self._desk.attendance(by, id_, after, came)
