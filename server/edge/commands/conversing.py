"""Commands of one chat: describe, end, rate, keep the place in the queue, give an email address, redact, send files.

Commands that change the agent of a chat are in `server.edge.commands.handover`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from chat.adapters.socket import SocketPeer
from chat.addressing import Addressing
from chat.describing import Describing
from chat.events import Logged
from chat.frames.commands import Command, MessageRedact, MessageSend
from chat.frames.customer_commands import ChatAddress, ChatDescribe, ChatEnd, ChatRate, ChatWait
from chat.frames.staff_commands import ChatClose, NoteAdd
from chat.ports import Stamp
from chat.service import Conversations
from identity.actor import Actor
from identity.adapters.people import People
from refusals import invalid
from server.edge.commands.starting import check_product
from server.edge.commands.transactions import Transactions
from server.edge.email_addresses import checked_email
from server.edge.peers import actor_of
from server.live.chats.attachments import FilesOfChats
from server.live.chats.redacting import TracesOfTexts
from server.live.inbox.inbox_news import InboxNews
from server.live.teams import Teams
from storage.ports import Tx


class Conversing:
    def __init__(
        self,
        transactions: Transactions,
        teams: Teams,
        conversations: Conversations,
        addressing: Addressing,
        describing: Describing,
        people: People,
        files: FilesOfChats,
        traces: TracesOfTexts,
        inbox_news: InboxNews,
    ) -> None:
        self._transactions = transactions
        self._teams = teams
        self._conversations = conversations
        self._addressing = addressing
        self._describing = describing
        self._people = people
        self._files = files
        self._traces = traces
        self._inbox_news = inbox_news
        self.transacted: dict[type[Command], Callable[[SocketPeer, Any], Awaitable[bytes | None]]] = {
            ChatWait: self.wait,
            ChatAddress: self.address,
            ChatDescribe: self.describe,
            ChatEnd: self.end,
            ChatClose: self.close,
            ChatRate: self.rate,
            MessageRedact: self.redact,
        }

    async def send_with_files(self, peer: SocketPeer, frame: MessageSend) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            return self._conversations.send_with_files(tx, frame, self._files, actor, self._teams.silent_ms, now, stamp)

        return await self._transactions.run(peer, frame.id, body)

    async def note_with_files(self, peer: SocketPeer, frame: NoteAdd) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            logged = self._conversations.note_with_files(tx, frame, self._files, actor, now, stamp)
            if frame.mentions:
                chat = self._conversations.chat(tx, frame.chat)
                assert chat is not None, "a note was written in it"
                self._inbox_news.noted_in_chat(tx, chat.id, chat.team, logged.seq, actor, frame.mentions, now)
            return logged

        return await self._transactions.run(peer, frame.id, body)

    async def wait(self, peer: SocketPeer, frame: ChatWait) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            return self._conversations.wait(tx, frame, actor, self._teams.drain_ms, now, stamp)

        return await self._transactions.run(peer, frame.id, body)

    async def address(self, peer: SocketPeer, frame: ChatAddress) -> bytes | None:
        email = checked_email(frame.email)
        if email is None:
            raise invalid("email", "Write an address, like name@company.example.")
        before = actor_of(peer)
        actor = before if before.verified else replace(before, email=email)

        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            given = self._addressing.give(tx, frame, email, actor, now, stamp)
            self._people.keep_visitor(tx, actor, now)
            return given

        answer = await self._transactions.run(peer, frame.id, body, actor)
        if answer is None:
            peer.actor = actor
        return answer

    async def describe(self, peer: SocketPeer, frame: ChatDescribe) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            return self._describing.describe(tx, frame, actor, now, stamp)

        return await self._transactions.run(peer, frame.id, body)

    async def end(self, peer: SocketPeer, frame: ChatEnd) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            return self._conversations.end(tx, frame, actor, now, stamp)

        return await self._transactions.run(peer, frame.id, body)

    async def close(self, peer: SocketPeer, frame: ChatClose) -> bytes | None:
        if frame.team is not None:
            self._teams.open_team(frame.team)

        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            before = self._conversations.chat(tx, frame.chat) if actor.role == "supervisor" else None
            closed = self._conversations.close(tx, frame, actor, now, stamp, self._check_product)
            if before is not None and before.agent != actor.id:
                detail = {"team": before.team, "from": before.agent}
                self._people.record(tx, actor, "close", "chat", before.id, detail, now)
            return closed

        return await self._transactions.run(peer, frame.id, body)

    async def redact(self, peer: SocketPeer, frame: MessageRedact) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            return self._conversations.redact(tx, frame, self._traces, actor, now, stamp)

        return await self._transactions.run(peer, frame.id, body)

    async def rate(self, peer: SocketPeer, frame: ChatRate) -> bytes | None:
        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            return self._conversations.rate(tx, frame, actor, now, stamp)

        return await self._transactions.run(peer, frame.id, body)

    def _check_product(self, product: str, team: str) -> None:
        check_product(self._teams.by_key[team], product)
