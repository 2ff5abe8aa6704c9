"""To follow a chat: resume, watch, and stop watching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chat import wire
from chat.adapters import archive, closing
from chat.adapters.archive import chat_of
from chat.adapters.peer import coalescing_key
from chat.adapters.socket import SocketPeer
from chat.adapters.tables import ChatRow
from chat.conversation import WAITING, Chat, check, party
from chat.errors import NotFound, invalid
from chat.frames import (
    About,
    ChatResume,
    ChatUnwatch,
    ChatWatch,
    QueuePosition,
)
from clock import rfc3339
from identity.actor import Actor
from refusals import Refused
from server.edge.commands.people import actor_of
from server.edge.limits import SocketLimits
from storage.ports import Tx

if TYPE_CHECKING:
    from server.live.desk import LiveDesk


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a chat stands, as the store has it."""

    row: ChatRow
    position: int | None
    agent: str | None
    about: About | None


class Following:
    """Who follows which chat, from where on."""

    def __init__(self, desk: LiveDesk, limits: SocketLimits) -> None:
        self._desk = desk
        self._limits = limits

    async def resume(self, peer: SocketPeer, frame: ChatResume) -> None:
        await self._follow(peer, frame.id, frame.chat, frame.after, "follow")

    async def watch(self, peer: SocketPeer, frame: ChatWatch) -> None:
        await self._follow(peer, frame.id, frame.chat, frame.after, "watch")

    async def _follow(self, peer: SocketPeer, id_: str, chat: str, after: int, verb: Any) -> None:
        desk, actor = self._desk, actor_of(peer)

        def look(tx: Tx) -> tuple[ChatRow, int]:
            row = archive.chat_row(tx, chat)
            if row is None:
                raise NotFound
            check(verb, chat_of(row), actor)
            return row, archive.size_after(tx, row, after)

        row, size = await desk.storage.read(look)
        if after > row.last_seq:
            raise invalid("after", f"The chat has {row.last_seq} events. Resume from 0 if you don't know.")
        too_much = self._limits.allow_replay(peer, size)
        if too_much is not None:
            raise too_much
        if verb == "watch" or _looks_on(chat_of(row), actor):
            await desk.storage.write(
                lambda tx: desk.people.record(tx, actor, "watch", "chat", chat, {"team": row.team}, desk.clock())
            )

        async def arrived(seq: int) -> bool:
            found = await desk.storage.read(lambda tx: self._standing(tx, chat, seq, actor))
            # What was told meanwhile may not be in it, and is told once.
            if found is None or desk.hub.has_missed(peer, chat):
                return False
            answer = self._told(found, peer)
            peer.send(wire.ok(id_, answer))
            self._tell_absence(peer, chat)
            if not peer.staff and "position" in answer:
                place = QueuePosition(chat=chat, position=answer["position"], wait_s=answer["wait_s"])
                peer.tell(place, coalescing_key(place))
            return True

        desk.hub.follow(peer, chat, after, arrived, lambda why: peer.send(wire.error(id_, why)))

    def _tell_absence(self, peer: SocketPeer, chat: str) -> None:
        """Who comes to a chat is told that its customer is gone, as those were who were there when they went."""
        absent = self._desk.presence.absence(chat) if peer.staff else None
        if absent is not None:
            peer.tell(absent, coalescing_key(absent))

    def _standing(self, tx: Tx, chat: str, seq: int, actor: Actor) -> _Standing | None:
        """How a chat stands in the store; None where its log goes on beyond `seq`."""
        row = archive.chat_row(tx, chat)
        if row is None or row.last_seq > seq:
            return None
        return _Standing(
            row,
            archive.place_in_line(tx, row) if row.state in WAITING else None,
            self._desk.people.names(tx, [row.agent]).get(row.agent) if row.agent is not None else None,
            self._desk.abouts.of(tx, row) if actor.kind == "staff" else None,
        )

    def _told(self, found: _Standing, peer: SocketPeer) -> dict[str, Any]:
        """The answer to `chat.resume`: what the store says, and who is here."""
        desk, row = self._desk, found.row
        marks = desk.reading.marks(row.id)
        answer: dict[str, Any] = {
            "chat": row.id,
            "seq": row.last_seq if peer.staff else row.last_public_seq,
            "state": row.state,
            "read": {
                "customer": max(row.read_customer, marks.customer),
                "staff": max(row.read_staff, marks.staff),
            },
        }
        if found.position is not None:
            answer |= {"position": found.position, "wait_s": desk.routing.wait_s(row.id, row.team, found.position)}
        if row.state in ("queued", "offered") and row.closing_at is not None:
            answer["closing"] = {"decide_by": rfc3339(row.closing_at), "default": "ticket"}
        if row.state in ("queued", "offered") and (until := closing.asked_of(row).stays_until) is not None:
            answer["waits_until"] = rfc3339(until)
        if not peer.staff and (silent := desk.silences.of(row.id)) is not None:
            answer["silent"] = {"ends_at": silent.ends_at, "step": silent.step}
        if row.agent is not None:
            answer["agent"] = {"id": row.agent, "name": found.agent, "connected": desk.hub.is_here(row.agent)}
        if row.ticket is not None:
            answer["ticket"] = row.ticket
        if found.about is not None:
            answer["about"] = found.about
        return answer

    async def unwatch(self, peer: SocketPeer, frame: ChatUnwatch) -> bytes:
        if not self._desk.hub.follows(peer, frame.chat):
            raise NotFound
        if actor_of(peer).role != "supervisor" or frame.chat in self._desk.routing.floor.held_by(peer.person):
            raise Refused("forbidden", "Only a supervisor who isn't the chat's agent can view it.")
        self._desk.hub.unfollow(peer, frame.chat)
        return wire.ok(frame.id, {"chat": frame.chat})


def _looks_on(chat: Chat, actor: Actor) -> bool:
    """Does a supervisor look at a talk of others', by whatever command?"""
    return party(chat, actor) == "supervisor" and chat.state != "closed"
