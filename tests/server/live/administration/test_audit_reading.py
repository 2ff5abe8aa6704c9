"""A search of the audit log that finds little looks at a bounded number of lines, and says how far it got."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest

from identity.actor import Actor
from identity.adapters.store import SqlStore
from identity.audit import AuditLine
from identity.audit_search import AuditSearch
from routing.desk import Team
from server.live.administration.audit_reading import AuditReading
from server.live.hours.hours_editing import AffectedChats
from storage.ports import Tx
from tests.server.edge.api.conftest import Api, api, clock, start
from tests.server.edge.api.test_admin_teams import desk, path
from tests.stories.test_from_chat_to_ticket import begin

__all__ = ["api", "clock", "desk", "path", "start"]

ADMIN = Actor(kind="staff", id="ada", role="admin")
NOW = 1_764_000_000_000


class NothingUndone:
    async def undo(self, by: Actor, line: AuditLine) -> None:
        raise NotImplementedError

    async def closing(self, by: Actor, line: AuditLine) -> Sequence[tuple[Team, AffectedChats]]:
        raise NotImplementedError


@pytest.fixture
async def reading(desk: Api) -> AuditReading:
    """A log of 30 lines, one second apart. Every tenth line is about a team."""

    def unit(tx: Tx) -> None:
        for number in range(30):
            thing = "team" if number % 10 == 0 else "hours"
            line = AuditLine(
                at=NOW + 1_000 * number,
                actor_kind="staff",
                actor="ada",
                verb="change",
                thing=thing,
                thing_id=f"t{number}",
                detail={},
            )
            SqlStore().record(tx, line)

    live = desk.desk.desk
    await live.storage.write(unit)

    return AuditReading(live.storage, live.clock, live.people, NothingUndone(), looked_at=8)


async def test_search_that_stops_says_how_far_it_got_and_goes_on(reading: AuditReading) -> None:
    wanted, found, stops = AuditSearch(since=NOW, until=NOW + 60_000, words=["team"]), list[str | None](), list[int]()
    while True:
        page = await reading.page(ADMIN, wanted)
        found += [line.thing_id for _, line in page.lines]
        if page.more is None:
            break
        assert page.searched_to is not None
        stops.append((page.searched_to - NOW) // 1_000)
        wanted = AuditSearch(since=NOW, until=NOW + 60_000, words=["team"], before=page.more)
    assert found == ["t20", "t10", "t0"] and stops == [22, 14, 6]
    assert page.searched_to is None


async def test_page_of_a_short_period_needs_no_more(reading: AuditReading) -> None:
    page = await reading.page(ADMIN, AuditSearch(since=NOW + 25_000, until=NOW + 60_000, words=["nothing"]))
    assert (page.lines, page.more, page.searched_to) == ([], None, None)


async def test_export_has_the_lines_of_the_whole_period(reading: AuditReading) -> None:
    text = await reading.exported(ADMIN, AuditSearch(since=NOW, until=NOW + 60_000, words=["team"]))
    assert [row["thing_id"] for row in csv.DictReader(io.StringIO(text))] == ["t20", "t10", "t0"]


async def test_chat_has_the_number_of_its_ticket(api: Api) -> None:
    _, agent, chat = await begin(api.desk)
    await agent.command("chat.close", chat=chat, status="solved", resolution="set_up", subject="Plan")
    live = api.desk.desk
    line = AuditLine(at=NOW, actor_kind="staff", actor="ada", verb="watch", thing="chat", thing_id=chat, detail={})
    other = replace(line, thing="alarm", thing_id=None, detail={"chat": "no ticket"})
    for one in (line, other):
        await live.storage.write(partial(SqlStore().record, line=one))

    reading = AuditReading(live.storage, live.clock, live.people, NothingUndone())
    names = (await reading.page(ADMIN, AuditSearch(since=NOW, until=NOW + 60_000))).names
    assert [name for key, name in names.items() if key.startswith("chat ")] == ["#1"]
