"""An agent's choice of status."""

from __future__ import annotations

from sqlmodel import col, select

from chat.frames.staff_commands import PresenceSet
from routing.adapters.tables import AgentStateRow
from server.edge.peers import actor_of
from storage.ports import Tx
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import always_open, joined


async def test_choice_follows_the_connection_in_the_timeline() -> None:
    """Even if nothing of the connection is written yet."""

    def timeline(tx: Tx) -> list[tuple[str, bool]]:
        return [
            (row.status, row.connected)
            for row in tx.session.exec(select(AgentStateRow).order_by(col(AgentStateRow.id)))
        ]

    async with desk_in_memory(always_open()) as place:
        client = await joined(place, "Ada")
        ada = actor_of(client.peer)
        await place.cut(client)
        await place.quiet()
        place.desk.attendance.came(ada.id)
        await place.desk.status_choices.set(ada, PresenceSet(id="1", status="available"))
        assert await place.desk.storage.read(timeline) == [
            ("away", True),
            ("away", False),
            ("away", True),
            ("available", True),
        ]
