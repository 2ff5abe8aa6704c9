"""`/api/webhooks`: webhooks that subscribe to events, for admins."""

from __future__ import annotations

from functools import cache
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta, Raw, Struct, json, structs
from msgspec.json import schema_components
from starlette.responses import Response

from clock import rfc3339, rfc3339_or_none
from identity.permissions import may
from server.edge.api.bodies import answer, read_body, read_moment
from server.edge.api.queries import TEXT_PATTERN, Parameter, choice, moment, number
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.webhooks.webhook_admin import WebhookAdmin
from webhooks.events import KINDS
from webhooks.message import Known, Message, Receiver, State, Totals
from webhooks.subscriptions import Change

URL_MAX = 2_000
PAGE = 50
_ENDING = 4
"""Characters of an address that auditors see behind its host."""
_Url = Annotated[str, Meta(min_length=1, max_length=URL_MAX, pattern=TEXT_PATTERN)]
_Events = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=64, pattern=TEXT_PATTERN)]], Meta(max_length=len(KINDS))
]


class WebhookView(Struct, frozen=True, kw_only=True):
    """A webhook. `fault` says why it gets no messages, until it is enabled again. `accepted` and `failed` are numbers
    of messages of the last 24 hours, `waiting` is the number of all messages that wait."""

    id: str
    url: str
    events: list[str]
    enabled: bool
    include_texts: bool
    fault: str | None
    created_at: str
    accepted: int
    waiting: int
    failed: int


class AddedWebhook(WebhookView, frozen=True, kw_only=True):
    """A new webhook, or one with a new secret. The secret cannot be read again."""

    secret: str


class Webhooks(Struct, frozen=True):
    webhooks: list[WebhookView]


class NewWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`include_texts` adds texts, names and addresses. It needs a supervisor of all teams besides the admin."""

    url: _Url
    events: _Events
    include_texts: bool = False


class WebhookChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields that are left out keep their values."""

    url: _Url | None = None
    events: _Events | None = None
    enabled: bool | None = None
    include_texts: bool | None = None


class DeliveryView(Struct, frozen=True, kw_only=True):
    """A message. `id` is its `webhook-id`. `answered` is the HTTP status of the latest answer, null if there was none.
    `next_try` is null unless the message waits."""

    id: str
    event: str
    ticket: int | None
    state: State
    attempts: int
    created_at: str
    tried_at: str | None
    took_ms: int | None
    answered: int | None
    error: str | None
    settled_at: str | None
    next_try: str | None


class WholeDelivery(DeliveryView, frozen=True, kw_only=True):
    """A message with its body."""

    body: Raw


class Deliveries(Struct, frozen=True):
    """At most 50 messages, newest first. `more` is the value of `before` for the next page, null at the end."""

    deliveries: list[DeliveryView]
    more: int | None


class Period(Struct, frozen=True, kw_only=True, rename={"from_": "from"}, forbid_unknown_fields=True):
    """Messages made from `from` until before `to`. Without `all`, only those that have not been accepted."""

    from_: Annotated[str, Meta(max_length=40, extra_json_schema={"format": "date-time"})]
    to: Annotated[str, Meta(max_length=40, extra_json_schema={"format": "date-time"})]
    all: bool = False


class Replayed(Struct, frozen=True):
    messages: int


class EventView(Struct, frozen=True):
    """A kind of event. `schema` is the JSON Schema of `data`, and `example` an example of it."""

    name: str
    means: str
    schema: Raw
    example: Raw


class Events(Struct, frozen=True):
    events: list[EventView]


_WEBHOOK = Parameter("id", str, "Id of the webhook.")
_DELIVERY = Parameter("delivery", str, "The `webhook-id` of the message.")
STATES: tuple[State, ...] = ("waiting", "accepted", "failed")
STATUS = choice("status", STATES, "Only messages in this state.")
SINCE = moment("since", "Only messages made from this moment on.")
BEFORE = number("before", 1, 10**15, "The value of `more` of the previous page.")


class WebhooksApi(Api):
    def __init__(self, webhooks: WebhookAdmin) -> None:
        self._webhooks = webhooks

    async def all(self, call: Call) -> Response:
        shown = [_known(one) for one in await self._webhooks.all(call.actor)]
        if not may(call.actor, "change", "settings"):
            # The path may have a key, with which anybody can send messages.
            shown = [structs.replace(one, url=_without_path(one.url)) for one in shown]
        return answer(Webhooks(shown))

    async def events(self, call: Call) -> Response:
        return answer(Events([_event(name) for name in KINDS]))

    async def add(self, call: Call) -> Response:
        said = await read_body(call.request, NewWebhook)
        added = await self._webhooks.add(call.actor, said.url, said.events, include_texts=said.include_texts)
        return answer(_added(*added), status=201)

    async def change(self, call: Call) -> Response:
        said = await read_body(call.request, WebhookChange)
        change = Change(said.url, said.events, said.enabled, said.include_texts)
        changed = await self._webhooks.change(call.actor, _id(call), change)
        return answer(_view(changed, await self._webhooks.totals(changed.id)))

    async def rotate(self, call: Call) -> Response:
        rotated, secret = await self._webhooks.rotate(call.actor, _id(call))
        return answer(_added(rotated, secret, await self._webhooks.totals(rotated.id)))

    async def remove(self, call: Call) -> Response:
        await self._webhooks.remove(call.actor, _id(call))
        return Response(status_code=204)

    async def test(self, call: Call) -> Response:
        return answer(_delivery(await self._webhooks.test(call.actor, _id(call))), status=202)

    async def deliveries(self, call: Call) -> Response:
        query = call.query
        found = await self._webhooks.deliveries(
            call.actor, _id(call), query[STATUS], query[SINCE], query[BEFORE], PAGE + 1
        )
        more = found[PAGE - 1].id if len(found) > PAGE else None
        return answer(Deliveries([_delivery(one) for one in found[:PAGE]], more))

    async def delivery(self, call: Call) -> Response:
        found = await self._webhooks.delivery(call.actor, _id(call), call.request.path_params["delivery"])
        return answer(_whole(found))

    async def replay(self, call: Call) -> Response:
        name = call.request.path_params["delivery"]
        return answer(_delivery(await self._webhooks.replay(call.actor, _id(call), name)), status=202)

    async def replay_all(self, call: Call) -> Response:
        said = await read_body(call.request, Period)
        since, until = read_moment("from", said.from_), read_moment("to", said.to)
        number = await self._webhooks.replay_all(call.actor, _id(call), since, until, failed_only=not said.all)
        return answer(Replayed(number), status=202)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/webhooks",
            endpoint=all,
            summary="List the webhooks",
            needs=("read", "settings"),
            answers=(Answer(200, "Oldest first.", Webhooks),),
        ),
        Operation(
            method="GET",
            path="/api/webhooks/events",
            endpoint=events,
            summary="List the events that webhooks can get",
            needs=("read", "settings"),
            answers=(Answer(200, "The catalogue.", Events),),
        ),
        Operation(
            method="POST",
            path="/api/webhooks",
            endpoint=add,
            summary="Add a webhook",
            needs=("change", "settings"),
            body=NewWebhook,
            answers=(Answer(201, "The new webhook, with its secret.", AddedWebhook),),
            errors=("conflict",),
        ),
        Operation(
            method="PATCH",
            path="/api/webhooks/{id}",
            endpoint=change,
            summary="Change, pause or enable a webhook",
            needs=("change", "settings"),
            in_path=(_WEBHOOK,),
            body=WebhookChange,
            answers=(Answer(200, "The webhook.", WebhookView),),
        ),
        Operation(
            method="DELETE",
            path="/api/webhooks/{id}",
            endpoint=remove,
            summary="Remove a webhook",
            needs=("change", "settings"),
            in_path=(_WEBHOOK,),
            answers=(Answer(204, "No messages are sent there any more.", media_type=None),),
        ),
        Operation(
            method="POST",
            path="/api/webhooks/{id}/secret",
            endpoint=rotate,
            summary="Replace the secret of a webhook",
            needs=("change", "settings"),
            in_path=(_WEBHOOK,),
            answers=(Answer(200, "The webhook, with its new secret.", AddedWebhook),),
        ),
        Operation(
            method="POST",
            path="/api/webhooks/{id}/test",
            endpoint=test,
            summary="Send a test message to a webhook",
            needs=("change", "settings"),
            in_path=(_WEBHOOK,),
            answers=(Answer(202, "The message. It is sent at once, and only once.", DeliveryView),),
            errors=("conflict",),
        ),
        Operation(
            method="GET",
            path="/api/webhooks/{id}/deliveries",
            endpoint=deliveries,
            summary="List the messages to a webhook",
            needs=("change", "settings"),
            in_path=(_WEBHOOK,),
            in_query=(STATUS, SINCE, BEFORE),
            answers=(Answer(200, "A page, newest first.", Deliveries),),
        ),
        Operation(
            method="GET",
            path="/api/webhooks/{id}/deliveries/{delivery}",
            endpoint=delivery,
            summary="Read a message with its body",
            needs=("change", "settings"),
            in_path=(_WEBHOOK, _DELIVERY),
            answers=(Answer(200, "The message.", WholeDelivery),),
            errors=("forbidden",),
        ),
        Operation(
            method="POST",
            path="/api/webhooks/{id}/deliveries/{delivery}/replay",
            endpoint=replay,
            summary="Send a message to a webhook again",
            needs=("change", "settings"),
            in_path=(_WEBHOOK, _DELIVERY),
            answers=(Answer(202, "The message, which is sent at once.", DeliveryView),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/webhooks/{id}/replay",
            endpoint=replay_all,
            summary="Send the messages of a period to a webhook again",
            needs=("change", "settings"),
            in_path=(_WEBHOOK,),
            body=Period,
            answers=(Answer(202, "The number of messages.", Replayed),),
            errors=("conflict",),
        ),
    )


def _id(call: Call) -> str:
    found: str = call.request.path_params["id"]
    return found


def _without_path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…{url[-_ENDING:]}"


def _known(known: Known) -> WebhookView:
    return _view(known.webhook, known.totals)


def _view(webhook: Receiver, totals: Totals | None = None) -> WebhookView:
    totals = totals or Totals()
    return WebhookView(
        id=webhook.id,
        url=webhook.url,
        events=list(webhook.events),
        enabled=webhook.enabled,
        include_texts=webhook.include_texts,
        fault=webhook.fault,
        created_at=rfc3339(webhook.created_at),
        accepted=totals.accepted,
        waiting=totals.waiting,
        failed=totals.failed,
    )


def _added(webhook: Receiver, secret: str, totals: Totals | None = None) -> AddedWebhook:
    return AddedWebhook(**structs.asdict(_view(webhook, totals)), secret=secret)


def _delivery(message: Message) -> DeliveryView:
    return DeliveryView(
        id=message.name,
        event=message.event,
        ticket=message.ticket,
        state=message.state,
        attempts=message.attempts,
        created_at=rfc3339(message.created_at),
        tried_at=rfc3339_or_none(message.lately_at),
        took_ms=message.took_ms,
        answered=message.answered,
        error=message.error,
        settled_at=rfc3339_or_none(message.settled_at),
        next_try=rfc3339(message.due_at) if message.state == "waiting" else None,
    )


def _whole(message: Message) -> WholeDelivery:
    return WholeDelivery(**structs.asdict(_delivery(message)), body=Raw(message.payload.encode()))


@cache
def _event(name: str) -> EventView:
    kind = KINDS[name]
    schemas, components = schema_components([kind.data], ref_template="#/$defs/{name}")
    whole = {**schemas[0], "$defs": components} if components else schemas[0]
    return EventView(name, kind.means, Raw(json.encode(whole)), Raw(json.encode(kind.example)))
