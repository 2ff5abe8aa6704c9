"""Following a chat: resume, watch, and stop watching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType, structs

from chat import wire
from chat.adapters import archive, closing_time_rows
from chat.adapters.archive import chat_of
from chat.adapters.hub import Hub
from chat.adapters.peer import coalescing_key
from chat.adapters.socket import SocketPeer
from chat.adapters.tables import ChatRow
from chat.conversation import WAITING, Chat, check, party
from chat.errors import NotFound
from chat.frames.commands import ChatResume
from chat.frames.ephemeral import QueuePosition
from chat.frames.people import About
from chat.frames.staff_commands import ChatUnwatch, ChatWatch
from clock import Clock, rfc3339
from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused, invalid
from routing.service import Dispatcher
from server.edge.commands.answers import (
    Decision,
    Marks,
    PresentAgent,
    Resumed,
    ResumedFields,
    Silence,
    StaffResumed,
    Unwatched,
)
from server.edge.limits import SocketLimits
from server.edge.peers import actor_of
from server.live.chats.chat_details import ChatDetails
from server.live.chats.reading import Marks as UnsavedMarks
from server.live.chats.reading import Reading
from server.live.clocks.silence import Silences
from server.live.presence.presence import Presence
from storage.ports import Storage, Tx


@dataclass(frozen=True, slots=True)
class _Standing:
    """The state of a chat in the database. The answer is made from it."""

    row: ChatRow
    position: int | None
    agent: str | None
    about: About | None


class Following:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        hub: Hub,
        presence: Presence,
        routing: Dispatcher,
        reading: Reading,
        silences: Silences,
        chat_details: ChatDetails,
        limits: SocketLimits,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._hub = hub
        self._presence = presence
        self._routing = routing
        self._reading = reading
        self._silences = silences
        self._chat_details = chat_details
        self._limits = limits

    async def resume(self, peer: SocketPeer, frame: ChatResume) -> None:
        await self._follow(peer, frame.id, frame.chat, frame.after, "follow")

    async def watch(self, peer: SocketPeer, frame: ChatWatch) -> None:
        await self._follow(peer, frame.id, frame.chat, frame.after, "watch")

    async def _follow(self, peer: SocketPeer, id_: str, chat: str, after: int, verb: Any) -> None:
        actor = actor_of(peer)

        def look(tx: Tx) -> tuple[ChatRow, int]:
            row = archive.chat_row(tx, chat)
            if row is None:
                raise NotFound
            check(verb, chat_of(row), actor)
            return row, archive.size_after(tx, row, after)

        row, size = await self._storage.read(look)
        if after > row.last_seq:
            raise invalid("after", f"The chat has {row.last_seq} events. Resume from 0 if you don't know.")
        too_much = self._limits.allow_replay(peer, size)
        if too_much is not None:
            raise too_much
        if verb == "watch" or _looks_on(chat_of(row), actor):
            await self._storage.write(
                lambda tx: self._people.record(tx, actor, "watch", "chat", chat, {"team": row.team}, self._clock())
            )

        async def arrived(seq: int) -> bool:
            # Marks that are saved during the read may be missing in its result.
            unsaved = self._reading.marks(chat)
            found = await self._storage.read(lambda tx: self._standing(tx, chat, seq, actor))
            # Events sent during the read may be missing in its result. Each event is sent only once.
            if found is None or self._hub.has_missed(peer, chat):
                return False
            answer = self._answer(found, peer, unsaved)
            peer.send(wire.ok(id_, answer))
            self._tell_absence(peer, chat)
            if not peer.staff and answer.position is not UNSET and answer.wait_s is not UNSET:
                place = QueuePosition(chat=chat, position=answer.position, wait_s=answer.wait_s)
                peer.tell(place, coalescing_key(place))
            return True

        self._hub.follow(peer, chat, after, arrived, lambda why: peer.send(wire.error(id_, why)))

    def _tell_absence(self, peer: SocketPeer, chat: str) -> None:
        """Notify a staff member who joins a chat if its customer is disconnected. The other followers already know."""
        absent = self._presence.absence(chat) if peer.staff else None
        if absent is not None:
            peer.tell(absent, coalescing_key(absent))

    def _standing(self, tx: Tx, chat: str, seq: int, actor: Actor) -> _Standing | None:
        """The stored chat, with what the answer needs. None if the chat has events after `seq`."""
        row = archive.chat_row(tx, chat)
        if row is None or row.last_seq > seq:
            return None
        return _Standing(
            row,
            archive.queue_position(tx, row) if row.state in WAITING else None,
            self._people.names(tx, [row.agent]).get(row.agent) if row.agent is not None else None,
            self._chat_details.of(tx, row) if actor.kind == "staff" else None,
        )

    def _answer(self, found: _Standing, peer: SocketPeer, unsaved: UnsavedMarks) -> ResumedFields:
        """The answer: the stored chat, and who is connected now. `unsaved` are the read marks that were not saved
        before the chat was read."""
        row = found.row
        answer = ResumedFields(
            chat=row.id,
            seq=row.last_seq if peer.staff else row.last_public_seq,
            state=chat_of(row).state,
            read=self._marks(row, unsaved),
            ticket=row.ticket if row.ticket is not None else UNSET,
        )
        if found.position is not None:
            wait_s = self._routing.wait_s(row.id, row.team, found.position)
            answer = structs.replace(answer, position=found.position, wait_s=wait_s)
        if row.state in WAITING:
            answer = structs.replace(answer, closing=_decision(row), waits_until=_waits_until(row))
        if row.agent is not None:
            agent = PresentAgent(row.agent, found.agent or "", self._presence.is_here(row.agent))
            answer = structs.replace(answer, agent=agent)
        if found.about is not None:
            return StaffResumed(**structs.asdict(answer), about=found.about)
        silent = self._silences.of(row.id)
        told = UNSET if silent is None else Silence(silent.ends_at, silent.step)
        return Resumed(**structs.asdict(answer), silent=told)

    def _marks(self, row: ChatRow, before: UnsavedMarks) -> Marks:
        now = self._reading.marks(row.id)
        return Marks(
            customer=max(row.read_customer, before.customer, now.customer),
            staff=max(row.read_staff, before.staff, now.staff),
        )

    async def unwatch(self, peer: SocketPeer, frame: ChatUnwatch) -> bytes:
        if not self._hub.follows(peer, frame.chat):
            raise NotFound
        if actor_of(peer).role != "supervisor" or frame.chat in self._routing.floor.held_by(peer.person):
            raise Refused("forbidden", "Only a supervisor who isn't the chat's agent can view it.")
        self._hub.unfollow(peer, frame.chat)
        return wire.ok(frame.id, Unwatched(frame.chat))


def _decision(row: ChatRow) -> Decision | UnsetType:
    return UNSET if row.closing_at is None else Decision(decide_by=rfc3339(row.closing_at), default="ticket")


def _waits_until(row: ChatRow) -> str | UnsetType:
    until = closing_time_rows.asked_of(row).stays_until
    return UNSET if until is None else rfc3339(until)


def _looks_on(chat: Chat, actor: Actor) -> bool:
    """True if `actor` is a supervisor who reads another agent's open chat."""
    return party(chat, actor) == "supervisor" and chat.state != "closed"
