"""Applies what other processes have committed to the memory and the connections of this process.

A wake-up only names what has changed. The present state is read from the database. Wake-ups of this process itself are
handled too: after each commit the database is read once more, so that the last read of a chat follows its last commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

import msgspec
import structlog

from bus.wakes import Wake
from chat.adapters import archive
from chat.adapters.hub import Hub
from chat.ports import Committed
from server.live.chats.open_chats import OpenChats
from server.live.processes.agent_choices import AgentChoices
from server.live.processes.people_elsewhere import PeopleElsewhere
from server.live.reactions import Reactions
from server.live.tickets.ticket_followers import TicketFollowers
from server.live.tickets.ticket_news import TicketNewsSender
from server.live.wakes import event_carried
from storage.ports import Storage, StorageUnavailable, Tx

RETRY_S = 1.0
READ_AT_ONCE = 200
"""Maximum number of chats per read."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Due:
    """What must be read."""

    chats: dict[str, None] = field(default_factory=dict)
    agents: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    redacted: set[tuple[str, int]] = field(default_factory=set)


class OtherCommits:
    def __init__(
        self,
        storage: Storage,
        hub: Hub,
        open_chats: OpenChats,
        reactions: Reactions,
        agents: AgentChoices,
        people: PeopleElsewhere,
        tickets: TicketNewsSender,
        ticket_followers: TicketFollowers,
        answered: Callable[[str], None],
        pass_on: Callable[[str], None],
        alarms_asked: Callable[[str], None],
        watched: Callable[[str, str], None],
        rights_changed: Callable[[], None],
    ) -> None:
        """`answered(staff)` notes that an agent took or declined a chat, or chose a status. `pass_on(data)` sends news
        to the connections of this process. `alarms_asked(staff)` sends the active alarms to somebody who connected to
        another process. `watched(chat, data)` learns who watches a chat there. `rights_changed()` closes the
        connections of those who have lost access there."""
        self._storage = storage
        self._hub = hub
        self._open_chats = open_chats
        self._reactions = reactions
        self._agents = agents
        self._people = people
        self._tickets = tickets
        self._ticket_followers = ticket_followers
        self._answered = answered
        self._pass_on = pass_on
        self._alarms_asked = alarms_asked
        self._watched = watched
        self._rights_changed = rights_changed
        self._due = _Due()
        self._committed_meanwhile: set[str] = set()
        """Chats that this process has changed since the current read began."""
        self._woken = asyncio.Event()
        self._reading = False

    @property
    def idle(self) -> bool:
        """True if everything that was due is read."""
        return not self._woken.is_set() and not self._reading

    def receive(self, wakes: Sequence[Wake], own: bool) -> None:
        for wake in wakes:
            if wake.kind == "chat":
                self._due.chats[wake.id] = None
            elif wake.kind == "agent":
                self._due.agents.add(wake.id)
            elif not own:
                self._receive_from_another(wake)
        self._woken.set()

    def _receive_from_another(self, wake: Wake) -> None:
        if wake.kind == "log":
            self._logged(wake)
        elif wake.kind == "news":
            self._pass_on(wake.news)
        elif wake.kind == "watched":
            self._watched(wake.id, wake.news)
        elif wake.kind == "rights":
            self._rights_changed()
        elif wake.kind == "alarms":
            self._alarms_asked(wake.id)
        elif wake.kind == "person":
            self._due.people.add(wake.id)
        elif wake.kind == "ticket" and wake.id.isdecimal():
            self._tickets.changed(int(wake.id))
        elif wake.kind == "answered":
            self._answered(wake.id)
        elif wake.kind == "redacted":
            chat, _, seq = wake.id.rpartition("/")
            if chat and seq.isdecimal():
                self._due.redacted.add((chat, int(seq)))

    def _logged(self, wake: Wake) -> None:
        if wake.news:
            try:
                self._hub.deliver(event_carried(wake.news), None)
            except msgspec.MsgspecError:
                log.warning("news_refused", bytes=len(wake.news))
        # Without the event, or after a gap, it is read from the database.
        self._hub.heard_of(wake.id, wake.seq)

    def committed(self, command: Committed) -> None:
        """Note a commit of this process."""
        self._committed_meanwhile.add(command.chat.id)

    async def run(self) -> None:
        """Read what is due, whenever something is. Never returns."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            self._reading = True
            try:
                await self._read_due()
            except StorageUnavailable:
                await asyncio.sleep(RETRY_S)
                self._woken.set()
            except Exception:
                log.exception("wake_up_failed")
            finally:
                self._reading = False

    async def read_again(self) -> bool:
        """Read everything that may have changed. Returns False if the database cannot be read."""
        try:
            await self._people.read()
            await self._agents.read()
            stored = await self._read(archive.open_snapshots)
            closed = {chat.id for chat in self._open_chats.all()} - {one.chat.id for one in stored}
            self._apply([*stored, *await self._read(lambda tx: archive.snapshots_of(tx, closed))])
        except StorageUnavailable:
            return False
        self._ticket_followers.all_changed()
        return True

    async def _read_due(self) -> None:
        due, self._due = self._due, _Due()
        try:
            if due.people:
                await self._people.read(due.people)
            if due.agents:
                await self._agents.read(due.agents)
            await self._rewrite(due.redacted)
            while due.chats:
                chats = [*due.chats][:READ_AT_ONCE]
                new = [chat for chat in chats if self._open_chats.get(chat) is None]
                self._apply(await self._read(partial(archive.snapshots_of, chats=chats)))
                await self._let_join(new)
                for chat in chats:
                    del due.chats[chat]
        except StorageUnavailable:
            self._due.chats |= due.chats
            self._due.agents |= due.agents
            self._due.people |= due.people
            self._due.redacted |= due.redacted
            raise

    async def _rewrite(self, redacted: Collection[tuple[str, int]]) -> None:
        """Replace redacted texts wherever they wait to be sent."""
        for chat, seq in redacted:
            for event in await self._storage.read(partial(archive.after, chat=chat, seq=seq - 1, limit=1)):
                self._hub.rewrite(event)

    async def _read(self, query: Callable[[Tx], list[archive.Snapshot]]) -> list[archive.Snapshot]:
        """Snapshots that are not older than the memory. A chat that this process changed during the read is left out:
        its own wake-up follows."""
        self._committed_meanwhile.clear()
        found = await self._storage.read(query)
        return [one for one in found if one.chat.id not in self._committed_meanwhile]

    async def _let_join(self, new: Sequence[str]) -> None:
        """Let the customer's other tabs follow chats that began in another process."""
        begun = {id_: chat.customer for id_ in new if (chat := self._open_chats.get(id_)) is not None}
        if not begun:
            return
        firsts = await self._storage.read(lambda tx: [event for id_ in begun for event in archive.after(tx, id_, 0, 1)])
        for event in firsts:
            self._hub.let_join(event.chat, begun[event.chat], *((event.person,) if event.person else ()))

    def _apply(self, stored: Iterable[archive.Snapshot]) -> None:
        for snapshot in stored:
            chat, known = snapshot.chat, self._open_chats.get(snapshot.chat.id)
            if chat == known or (known is None and chat.state == "closed"):
                self._hub.heard_of(chat.id, snapshot.seq)
            else:
                self._reactions.make_up_for(snapshot)
