"""Suggests resolution codes to staff. Every few minutes, the desk learns from its newest solved tickets, in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from chat.adapters.tables import ChatRow
from identity.actor import Actor
from server.live.metrics import Metrics
from storage.ports import Storage, Tx
from ticketing.adapters.coded_tickets import coded, conversation, newest_coded, said_in
from ticketing.errors import NotFound
from ticketing.likely_codes import Coded, Conversation, LikelyCodes, Predicted
from ticketing.ports import ChatLogs
from ticketing.search_words import words_of
from ticketing.service import Tickets

LEARNED_MAX = 2_000
"""The desk learns from at most this many tickets."""
PREDICTED_MAX = 200
"""Of these, the newest are predicted before they are learned, to measure the suggestions."""
AT_ONCE = 100
NEW_MAX = 20
"""At most this many tickets are learned at a question, so that what was solved just now counts."""
EVENTS_MAX = 50
SIZE_MAX = 8_000
"""The last texts of an open chat that are read, in events and characters."""


@dataclass(frozen=True, slots=True)
class SuggestedCodes:
    """The likeliest codes, and the code that the person used last."""

    codes: Sequence[str]
    used_last: str | None


class CodeSuggestions:
    def __init__(self, storage: Storage, tickets: Tickets, chat_logs: ChatLogs, metrics: Metrics) -> None:
        self._storage = storage
        self._tickets = tickets
        self._chat_logs = chat_logs
        self._metrics = metrics
        self._codes = LikelyCodes()
        self._newest: Sequence[int] | None = None
        self._learning = asyncio.Lock()

    async def for_ticket(self, actor: Actor, number: int) -> SuggestedCodes:
        """Raises NotFound if the actor may not see the ticket, and StorageUnavailable."""

        def about(tx: Tx) -> Conversation:
            ticket = self._tickets.theirs(tx, actor, number)
            return conversation(ticket.team, ticket.product, ticket.subject, said_in(tx, [number])[number])

        return await self._suggested(actor, await self._storage.read(about))

    async def for_chat(self, actor: Actor, chat: str) -> SuggestedCodes:
        """Raises like `for_ticket`."""

        def about(tx: Tx) -> Conversation:
            row = tx.session.get(ChatRow, chat)
            if row is None or not actor.sees(row.team):
                raise NotFound
            newest, _ = self._chat_logs.said(tx, chat, 0, EVENTS_MAX, SIZE_MAX)
            texts = (part for text in reversed(newest) if not text.staff_only for part in text.parts)
            return Conversation(row.team, row.product, words_of([row.subject, *texts]))

        return await self._suggested(actor, await self._storage.read(about))

    async def _suggested(self, actor: Actor, about: Conversation) -> SuggestedCodes:
        if self._newest is None:
            await self.learn()
        else:
            await self._learn_more()
        return SuggestedCodes(self._codes.suggested(about), self._codes.used_last(actor.id))

    async def _learn_more(self) -> None:
        """Learn from tickets that were solved since, at most NEW_MAX."""
        async with self._learning:
            known = set(self._newest or ())

            def new(tx: Tx) -> list[tuple[int, Coded]]:
                numbers = [number for number in newest_coded(tx, NEW_MAX) if number not in known]
                found = coded(tx, numbers) if numbers else {}
                return [(number, found[number]) for number in reversed(numbers) if number in found]

            for number, ticket in await self._storage.read(new):
                self._codes.learn(ticket)
                self._newest = [number, *(self._newest or ())]

    async def learn(self) -> None:
        """Learn anew from the newest solved tickets, if there are others than last time. So texts that were removed are
        forgotten with the next ticket that is solved. Raises StorageUnavailable."""
        async with self._learning:
            newest = await self._storage.read(lambda tx: newest_coded(tx, LEARNED_MAX), "heavy")
            if newest == self._newest:
                return
            tickets = list[Coded]()
            for at in range(0, len(newest), AT_ONCE):
                some = newest[at : at + AT_ONCE]
                found = await self._storage.read(partial(coded, numbers=some), "heavy")
                tickets += [found[number] for number in some if number in found]
            self._codes, predicted = await asyncio.to_thread(_learned, tickets)
            self._newest = newest
            self._metrics.code_suggestions(predicted.tickets, predicted.first, predicted.among)


def _learned(newest: Sequence[Coded]) -> tuple[LikelyCodes, Predicted]:
    codes, predicted = LikelyCodes(), Predicted()
    for left, ticket in zip(range(len(newest), 0, -1), reversed(newest), strict=True):
        if left <= PREDICTED_MAX and left < len(newest):
            predicted = predicted.with_one(ticket.code, codes.suggested(ticket.about))
        codes.learn(ticket)
        # Gives up the interpreter, so that messages do not wait.
        time.sleep(0)
    return codes, predicted
