"""Blocks without a known network or author. The rest: `tests/stories/test_bans.py`."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from chat.adapters import networks
from identity.actor import SYSTEM, Actor
from identity.adapters import ban_store
from identity.bans import BanKind
from refusals import Refused
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import always_open, begun

HOURS = """\
timezone: UTC
schedules:
  always: {mon: ["00:00-24:00"]}
teams:
  media: {name: Media, schedule: always}
"""
now = 1_763_942_400_000
SOFIA = Actor("staff", "sofia", "Sofia", role="supervisor")


@dataclass(frozen=True)
class Wanted:
    chat: str
    kind: BanKind = "network"
    subject: str | None = None
    wide: bool = False
    hours: int = 1
    reason: str = "Insults"
    close: bool = False


async def test_network_that_is_no_longer_known_cannot_be_blocked() -> None:
    """Networks of chats are kept for 30 days."""
    async with desk_in_memory(always_open()) as place:
        _, chat = await begun(place)
        storage, blocking, now = place.desk.storage, place.desk.blocking, place.clock()
        await storage.write(lambda tx: networks.forget(tx, now + networks.KEPT_MS + 1))
        with pytest.raises(Refused, match="Block the customer instead"):
            await storage.write(lambda tx: blocking.block(tx, SOFIA, Wanted(chat), now))


async def test_block_from_the_command_line_is_listed_without_an_author() -> None:
    async with desk_in_memory(always_open()) as place:
        storage, blocking, now = place.desk.storage, place.desk.blocking, place.clock()
        await storage.write(lambda tx: ban_store.block(tx, SYSTEM, "network", "203.0.113.9/32", 1, now))
        (listed,) = await storage.read(lambda tx: blocking.list(tx, SOFIA, now))
        assert (listed.by, listed.chat, listed.shows) == (None, None, "203.0.113.x")
