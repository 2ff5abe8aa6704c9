"""Reminds silent customers. If a customer stays silent, the chat no longer takes a slot of its agent."""

from __future__ import annotations

from collections.abc import Sequence

from chat.adapters.clocks import ActiveChat
from chat.frames.ephemeral import ChatSilent
from chat.silence import rests, step_reached
from clock import rfc3339
from routing.service import Dispatcher
from server.live.ports import Telling
from server.live.teams import Teams


class Silences:
    def __init__(self, telling: Telling, teams: Teams, routing: Dispatcher) -> None:
        self._telling = telling
        self._teams = teams
        self._routing = routing
        self._reminded: dict[str, tuple[int, int]] = {}
        """The moment at which each chat ends because of silence, and the step of the last reminder, by chat."""
        self._resting: set[str] = set()
        """The chats that take no slot, because their customer is silent."""

    def update(self, answered: Sequence[ActiveChat], now: int) -> None:
        """Act on silent customers. `answered` must contain every chat with an agent whose customer has been silent for
        long. Other chats with an agent may be in it too."""
        self._remind(answered, now)
        self.free_slots(answered, now)

    def of(self, chat: str) -> ChatSilent | None:
        """The event that says when the chat will end because of silence. None if the customer has not been reminded."""
        reminded = self._reminded.get(chat)
        return None if reminded is None else ChatSilent(chat=chat, ends_at=rfc3339(reminded[0]), step=reminded[1])

    def _remind(self, answered: Sequence[ActiveChat], now: int) -> None:
        reminded: dict[str, tuple[int, int]] = {}
        for chat in answered:
            due_at = chat.silent_due_at
            step = step_reached(due_at, self._teams.patience(chat.team), now)
            if step == 0 or due_at is None:
                continue
            reminded[chat.id] = (due_at, step)
            if self._reminded.get(chat.id) != reminded[chat.id]:
                event = ChatSilent(chat=chat.id, ends_at=rfc3339(due_at), step=step)
                self._telling.to_followers(chat.id, event, to_staff=False)
        self._reminded = reminded

    def free_slots(self, answered: Sequence[ActiveChat], now: int) -> None:
        """The part of `update` that tells nobody."""
        resting = {chat.id for chat in answered if rests(chat.silent_due_at, self._teams.patience(chat.team), now)}
        for chat in resting - self._resting:
            self._routing.chat_fell_silent(chat)
        for chat in self._resting - resting:
            self._routing.chat_spoke_again(chat)
        self._resting = resting
