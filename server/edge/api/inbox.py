"""`/api/inbox`: what the caller should look at, and the letters about it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct
from starlette.responses import Response

from clock import Clock
from identity.actor import Actor
from inbox.entry import LettersWanted
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, choice, number
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.heavy_reads import HeavyReads
from server.live.inbox.desk_inbox import DeskInbox
from server.live.inbox.inbox_reading import InboxPage
from storage.ports import Storage, Tx
from ticketing.ticket import Number

PAGE_MAX = 100
PAGE = 30
UNREAD = choice("unread", ("true",), "Only unread entries.", type=Literal["true"])
BEFORE = number("before", 1, 2**53, "`next` of the previous page.")
LIMIT = number("limit", 1, PAGE_MAX, f"Default: {PAGE}.")


class UnreadCount(Struct, frozen=True):
    """The number of unread entries, at most 100."""

    unread: int


class ReadWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """What was read: `entries` by id, or the entries about a `ticket` or a `chat`, or `everything`. Exactly one."""

    entries: Annotated[list[Number], Meta(min_length=1, max_length=PAGE_MAX)] | None = None
    ticket: Number | None = None
    chat: Annotated[str, Meta(min_length=1, max_length=64, pattern=TEXT_PATTERN)] | None = None
    everything: bool = False


class InboxLettersView(Struct, frozen=True, forbid_unknown_fields=True):
    """The letters that the caller gets about unread entries: about `mentions`, and about tickets that they follow."""

    mentions: bool
    follows: bool


class InboxApi(Api):
    def __init__(self, storage: Storage, clock: Clock, inbox: DeskInbox, heavy_reads: HeavyReads) -> None:
        self._storage = storage
        self._clock = clock
        self._inbox = inbox
        self._heavy_reads = heavy_reads

    async def inbox(self, call: Call) -> Response:
        before, limit, unread = call.query[BEFORE], call.query[LIMIT] or PAGE, call.query[UNREAD] is not None

        def page(tx: Tx) -> InboxPage:
            return self._inbox.reader.page(tx, call.actor, before, limit, unread=unread)

        return answer(await self._heavy_reads.read_for(call.request, call.actor, page))

    async def unread(self, call: Call) -> Response:
        return answer(await self._storage.read(lambda tx: self._unread(tx, call.actor)))

    async def read(self, call: Call) -> Response:
        wanted, now = await read_body(call.request, ReadWanted), self._clock()
        given = [wanted.entries is not None, wanted.ticket is not None, wanted.chat is not None, wanted.everything]
        if sum(given) != 1:
            said = "Name entries, a ticket or a chat, or say everything."
            raise Refused("invalid", said, {"entries": said})

        def unit(tx: Tx) -> UnreadCount:
            marked = self._inbox.entries.read(
                tx, call.actor.id, now, ids=wanted.entries, ticket=wanted.ticket, chat=wanted.chat
            )
            if marked:
                self._inbox.entering.changed(tx, call.actor.id)
            return self._unread(tx, call.actor)

        return answer(await self._storage.write(unit))

    async def letters(self, call: Call) -> Response:
        return answer(await self._storage.read(lambda tx: self._letters(tx, call.actor)))

    async def choose_letters(self, call: Call) -> Response:
        chosen = await read_body(call.request, InboxLettersView)
        wanted = LettersWanted(chosen.mentions, chosen.follows)
        await self._storage.write(lambda tx: self._inbox.entries.want_letters(tx, call.actor.id, wanted))
        return answer(chosen)

    def _unread(self, tx: Tx, actor: Actor) -> UnreadCount:
        return UnreadCount(self._inbox.reader.unread(tx, actor))

    def _letters(self, tx: Tx, actor: Actor) -> InboxLettersView:
        wanted = self._inbox.entries.letters_wanted(tx, actor.id)
        return InboxLettersView(wanted.mentions, wanted.follows)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/inbox",
            endpoint=inbox,
            summary="List the entries of your inbox",
            needs=("read", "inbox"),
            in_query=(UNREAD, BEFORE, LIMIT),
            answers=(Answer(200, "A page.", InboxPage),),
        ),
        Operation(
            method="GET",
            path="/api/inbox/unread",
            endpoint=unread,
            summary="Count the unread entries of your inbox",
            needs=("read", "inbox"),
            answers=(Answer(200, "The count.", UnreadCount),),
        ),
        Operation(
            method="POST",
            path="/api/inbox/read",
            endpoint=read,
            summary="Mark entries of your inbox as read",
            needs=("change", "inbox"),
            body=ReadWanted,
            answers=(Answer(200, "What is still unread.", UnreadCount),),
        ),
        Operation(
            method="GET",
            path="/api/inbox/letters",
            endpoint=letters,
            summary="Show which letters you get about unread entries",
            needs=("read", "inbox"),
            answers=(Answer(200, "The choice.", InboxLettersView),),
        ),
        Operation(
            method="PUT",
            path="/api/inbox/letters",
            endpoint=choose_letters,
            summary="Choose which letters you get about unread entries",
            needs=("change", "inbox"),
            body=InboxLettersView,
            answers=(Answer(200, "The choice.", InboxLettersView),),
        ),
    )
