"""`/api/admin/people` and `/api/admin/retention`: the data of customers, and how long the desk keeps it."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, structs
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import versions_of
from server.edge.personal_data_adapter import PersonalDataAdapter
from widgets.admin.personal_data_ports import PersonFound, RetentionDays

_Address = Annotated[str, Meta(min_length=1, max_length=320)]
_Days = Annotated[int, Meta(ge=0, le=100_000)]


class PersonWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """The email address of a customer."""

    email: _Address


class PersonToErase(Struct, frozen=True, forbid_unknown_fields=True):
    """`confirm` repeats the email address, because an erasure cannot be undone."""

    email: _Address
    confirm: _Address


class PersonData(Struct, frozen=True, kw_only=True):
    """What the desk has of a customer, as numbers. `entries` are accounts and browsers, `unproven` those of them whose
    address nobody has proven. `taking_part` counts tickets of others. `obstacle` says why the customer cannot be erased
    now; null if nothing is in the way."""

    chats: int
    tickets: int
    taking_part: int
    entries: int
    unproven: int
    obstacle: str | None


class PersonErased(Struct, frozen=True):
    """The id of the erasure. Its first six characters are part of the name that stands in place of the customer's."""

    erasure: str


class Retention(Struct, frozen=True, kw_only=True):
    """For how many days each kind is kept: texts (`conversations`) and `files` after their ticket was closed for good,
    the others after their last use. Null: for ever."""

    version: int
    conversations: int | None
    files: int | None
    mails: int | None
    browsers: int | None
    networks: int | None
    reviews: int | None
    feedback: int | None
    training: int | None


class RetentionChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of the retention. An absent field keeps its value. Null keeps for ever."""

    conversations: _Days | None | UnsetType = UNSET
    files: _Days | None | UnsetType = UNSET
    mails: _Days | None | UnsetType = UNSET
    browsers: _Days | None | UnsetType = UNSET
    networks: _Days | None | UnsetType = UNSET
    reviews: _Days | None | UnsetType = UNSET
    feedback: _Days | None | UnsetType = UNSET
    training: _Days | None | UnsetType = UNSET


class AdminPersonalDataApi(Api):
    def __init__(self, pages: PersonalDataAdapter) -> None:
        self._pages = pages

    async def find(self, call: Call) -> Response:
        said = await read_body(call.request, PersonWanted)
        return answer(_data(await self._pages.find(call.actor, said.email)))

    async def export(self, call: Call) -> Response:
        said = await read_body(call.request, PersonWanted)
        file = await self._pages.export(call.actor, said.email)
        done = BackgroundTask(file.unlink, missing_ok=True)
        return FileResponse(file, media_type="application/zip", filename="person.zip", background=done)

    async def erase(self, call: Call) -> Response:
        said = await read_body(call.request, PersonToErase)
        if said.confirm.strip().lower() != said.email.strip().lower():
            sentence = "Repeat the address in `confirm`."
            raise Refused("invalid", sentence, {"confirm": sentence})
        return answer(PersonErased(await self._pages.erase(call.actor, said.email)))

    async def retention(self, call: Call) -> Response:
        return _kept(await self._pages.retention(call.actor))

    async def change(self, call: Call) -> Response:
        said = structs.asdict(await read_body(call.request, RetentionChange))
        wanted = {kind: days for kind, days in said.items() if days is not UNSET}
        return _kept(await self._pages.change_retention(call.actor, wanted, versions_of(call.request)))

    OPERATIONS = (
        Operation(
            method="POST",
            path="/api/admin/people/find",
            endpoint=find,
            summary="Count what the desk has of a customer",
            needs=("change", "personal_data"),
            body=PersonWanted,
            answers=(Answer(200, "The numbers.", PersonData),),
            errors=("not_found", "conflict"),
        ),
        Operation(
            method="POST",
            path="/api/admin/people/export",
            endpoint=export,
            summary="Export everything that the desk has of a customer",
            needs=("export", "personal_data"),
            body=PersonWanted,
            answers=(Answer(200, "A zip file.", media_type="application/zip"),),
            errors=("not_found", "conflict"),
        ),
        Operation(
            method="POST",
            path="/api/admin/people/erase",
            endpoint=erase,
            summary="Erase a customer for good",
            needs=("change", "personal_data"),
            body=PersonToErase,
            answers=(Answer(200, "The customer is erased.", PersonErased),),
            errors=("not_found", "conflict"),
        ),
        Operation(
            method="GET",
            path="/api/admin/retention",
            endpoint=retention,
            summary="Read how long the desk keeps what it stores",
            needs=("read", "settings"),
            answers=(Answer(200, "The days of each kind.", Retention),),
            etag=True,
        ),
        Operation(
            method="PATCH",
            path="/api/admin/retention",
            endpoint=change,
            summary="Change how long the desk keeps what it stores",
            needs=("change", "settings"),
            body=RetentionChange,
            answers=(Answer(200, "The days of each kind after the change.", Retention),),
            errors=("conflict",),
            if_match=True,
            etag=True,
        ),
    )


def _data(found: PersonFound) -> PersonData:
    return PersonData(
        chats=found.chats,
        tickets=found.tickets,
        taking_part=found.taking_part,
        entries=found.entries,
        unproven=found.unproven,
        obstacle=found.obstacle or None,
    )


def _kept(found: RetentionDays) -> Response:
    kept = Retention(version=found.version, **found.days)
    return answer(kept, headers={"ETag": f'"{found.version}"'})
