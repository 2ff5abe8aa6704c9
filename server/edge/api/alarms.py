"""`/api/alarms`: the history of a supervisor's alarms, and what supervisors do about an alarm."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from chat.frames.fields import MUTE_MAX_MINUTES, AlarmKind
from chat.frames.people import Staff
from clock import rfc3339, rfc3339_or_none
from identity.actor import Actor
from routing.adapters.alarm_store import Cause, StoredAlarm
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.alarms.alarm_log import AlarmLog, History

DAYS = 7
_TeamKey = Annotated[str, Meta(min_length=1, max_length=32, pattern=TEXT_PATTERN)]
_ChatId = Annotated[str, Meta(min_length=1, max_length=64, pattern=TEXT_PATTERN)]


class AlarmOfThePast(Struct, frozen=True):
    """An alarm. `staff` is the agent whom it is about.

    `raised_at` is when its condition began: for a response, when it became overdue. `cleared_at` is null while the
    alarm is active.

    `ticket` is the ticket of the chat. It is null while the chat is open.

    `customer` is the name of the chat's customer. It is null if the chat is now in a team that the reader does not see.
    `chat_started_at` is the start of the chat.

    `had_by` is the supervisor who took care of it, `muted_by` the one who muted it until `muted_until`.
    """

    kind: str
    team: str
    chat: str | None
    ticket: int | None
    customer: str | None
    chat_started_at: str | None
    staff: Staff | None
    raised_at: str
    cleared_at: str | None
    had_by: Staff | None
    had_at: str | None
    muted_by: Staff | None
    muted_until: str | None


class AlarmHistory(Struct, frozen=True):
    """The newest alarms of the last seven days, newest first, at most 200."""

    alarms: list[AlarmOfThePast]


class AlarmToHave(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/alarms/have`. `kind`, `team` and `chat` identify an active alarm.

    If `on` is false, the caller no longer takes care of it.
    """

    kind: AlarmKind
    team: _TeamKey
    chat: _ChatId | None = None
    on: bool = True


class AlarmToMute(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `POST /api/alarms/mute`. `kind`, `team` and `chat` identify an active alarm. 0 minutes end a mute."""

    kind: AlarmKind
    team: _TeamKey
    chat: _ChatId | None = None
    minutes: Annotated[int, Meta(ge=0, le=MUTE_MAX_MINUTES)]


class AlarmsApi(Api):
    def __init__(self, log: AlarmLog) -> None:
        self._log = log

    async def history(self, call: Call) -> Response:
        found = await self._log.history(call.actor, DAYS)
        return answer(AlarmHistory([_past(alarm, found, call.actor) for alarm in found.alarms]))

    async def have(self, call: Call) -> Response:
        wanted = await read_body(call.request, AlarmToHave)
        await self._log.have(call.actor, Cause(wanted.kind, wanted.team, wanted.chat), on=wanted.on)
        return Response(status_code=204)

    async def mute(self, call: Call) -> Response:
        wanted = await read_body(call.request, AlarmToMute)
        await self._log.mute(call.actor, Cause(wanted.kind, wanted.team, wanted.chat), wanted.minutes)
        return Response(status_code=204)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/alarms",
            endpoint=history,
            summary="List the alarms of the last seven days",
            needs=("supervise", "chats"),
            answers=(Answer(200, "Newest first.", AlarmHistory),),
        ),
        Operation(
            method="POST",
            path="/api/alarms/have",
            endpoint=have,
            summary="Take care of an active alarm",
            needs=("supervise", "chats"),
            body=AlarmToHave,
            answers=(Answer(204, "The supervisors of the team are notified.", media_type=None),),
            errors=("not_found", "conflict"),
        ),
        Operation(
            method="POST",
            path="/api/alarms/mute",
            endpoint=mute,
            summary="Mute an active alarm for all supervisors of its team",
            needs=("supervise", "chats"),
            body=AlarmToMute,
            answers=(Answer(204, "The supervisors of the team are notified.", media_type=None),),
            errors=("not_found",),
        ),
    )


def _past(alarm: StoredAlarm, found: History, reader: Actor) -> AlarmOfThePast:
    def staff(id_: str | None) -> Staff | None:
        return None if id_ is None else Staff(id_, found.names.get(id_, ""))

    def at(moment: int | None) -> str | None:
        return rfc3339_or_none(moment)

    care, chat = alarm.care, found.chats.get(alarm.cause.chat or "")
    return AlarmOfThePast(
        kind=alarm.cause.kind,
        team=alarm.cause.team,
        chat=alarm.cause.chat,
        ticket=chat.ticket if chat is not None else None,
        customer=chat.customer if chat is not None and reader.sees(chat.team) else None,
        chat_started_at=at(chat.started_at) if chat is not None else None,
        staff=staff(alarm.staff),
        raised_at=rfc3339(alarm.raised_at),
        cleared_at=at(alarm.cleared_at),
        had_by=staff(care.had_by),
        had_at=at(care.had_at),
        muted_by=staff(care.muted_by),
        muted_until=at(care.muted_until),
    )
