"""Counts open chats of unverified customers by network, site and team. The counts are updated after each commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from chat.adapters.networks import Origin
from chat.conversation import WAITING, Chat
from identity.networks import site_of
from routing.admission import Crowd


@dataclass(slots=True)
class _Stranger:
    """An open chat.

    `counts` is true if the chat is included in the counts. It is left out while its last message is the customer's
    answer to the agent. `waits_for` is the team for which the chat waits.
    """

    network: str
    site: str | None
    counts: bool = False
    waits_for: str | None = None
    agent: str | None = None
    agent_wrote: bool = False
    answered: bool = False


class UnverifiedChats:
    """The counts of open chats. Chats of verified customers are not counted."""

    def __init__(self) -> None:
        self._open: dict[str, _Stranger] = {}
        self._of_place: Counter[str] = Counter()
        """The number of chats that count, by network and by site."""
        self._of_team: Counter[str] = Counter()

    def around(self, network: str, team: str) -> Crowd:
        """The counts that decide whether a customer of this network may start a chat with this team."""
        site = site_of(network)
        return Crowd(self._of_place[network], self._of_place[site] if site else 0, self._of_team[team])

    def of_network(self, network: str) -> int:
        """The number of this network's chats that are included in the counts (`_Stranger.counts`)."""
        return self._of_place[network]

    def begin(self, chat: str, network: str, team: str) -> None:
        """Count a chat that is about to join the queue of `team`."""
        stranger = self._open[chat] = _Stranger(network, site_of(network))
        self._count(stranger, counts=True, waits_for=team)

    def adopt(self, origins: Mapping[str, Origin]) -> None:
        """Add chats that were open before this server started. Call it before `moved`."""
        for chat, origin in origins.items():
            self._open[chat] = _Stranger(
                origin.network, site_of(origin.network), agent_wrote=origin.agent_wrote, answered=origin.answered
            )

    def moved(self, chat: Chat) -> None:
        """Update the counts after the state, the team or the agent of a chat has changed."""
        stranger = self._open.get(chat.id)
        if stranger is None:
            return
        if chat.state == "closed":
            self.forget(chat.id)
            return
        waits = chat.state in WAITING
        if waits or stranger.agent not in (None, chat.agent):
            stranger.agent_wrote = stranger.answered = False
        stranger.agent = None if waits else chat.agent
        self._count(stranger, counts=not stranger.answered, waits_for=chat.team if waits else None)

    def wrote(self, chat: str, *, staff: bool) -> None:
        """Update the counts after a message was stored. Called for every message, so it must be fast."""
        stranger = self._open.get(chat)
        if stranger is None or stranger.agent is None:
            return
        if staff:
            stranger.agent_wrote = True
        stranger.answered = not staff and stranger.agent_wrote
        if stranger.counts == stranger.answered:
            self._count(stranger, counts=not stranger.answered, waits_for=None)

    def forget(self, chat: str) -> None:
        """Stop counting a chat that has closed, or that could not be stored."""
        stranger = self._open.pop(chat, None)
        if stranger is not None:
            self._count(stranger, counts=False, waits_for=None)

    def _count(self, stranger: _Stranger, *, counts: bool, waits_for: str | None) -> None:
        if stranger.counts != counts:
            stranger.counts = counts
            for place in (stranger.network, stranger.site):
                if place is not None:
                    _add(self._of_place, place, 1 if counts else -1)
        if stranger.waits_for != waits_for:
            if stranger.waits_for is not None:
                _add(self._of_team, stranger.waits_for, -1)
            if waits_for is not None:
                _add(self._of_team, waits_for, 1)
            stranger.waits_for = waits_for


def _add(counter: Counter[str], key: str, count: int) -> None:
    counter[key] += count
    if not counter[key]:
        del counter[key]
