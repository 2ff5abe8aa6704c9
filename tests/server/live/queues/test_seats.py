"""A claim holds a proposal against the store: what was chosen or changed since the floor was told counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from identity.adapters.store import SqlStore
from routing.adapters import store
from routing.assign import Placement
from storage.ports import Tx
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, open_chat

HOURS = always_open()


def pauses(tx: Tx, staff: str) -> None:
    store.set_presence(tx, staff, "available", None, None, ["media"], 0)


def leaves(tx: Tx, staff: str) -> None:
    SqlStore().set_role(tx, staff, "agent", (), {"prod"})


@pytest.mark.parametrize("changes", [pauses, leaves])
async def test_claim_respects_changes_stored_meanwhile(changes: Callable[[Tx, str], None]) -> None:
    """An agent who paused or left the team in the meantime gets none of its chats, but still gets those of the other
    team."""
    async with desk_in_memory(HOURS) as place:
        ada = (await available(place, "Ada", "media", "prod", capacity=0)).greeting["staff"]
        _, chat = await begun(place)
        _, other = await begun(place, "prod")

        def unit(tx: Tx) -> None:
            changes(tx, ada)
            store.set_presence(tx, ada, "available", None, 5, None, 0)

        await place.desk.storage.write(unit)
        now = place.clock()
        assert not await place.desk.seats.claim(Placement(chat, "media", ada), now)
        assert await place.desk.seats.claim(Placement(other, "prod", ada), now)
        assert open_chat(place, chat) == ("queued", "media", None)
        assert open_chat(place, other) == ("active", "prod", ada)
