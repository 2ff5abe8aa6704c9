"""What everything costs at most: each route and each command with its worst input, on a desk with much in it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio
from uuid_utils import uuid7

from chat.adapters.archive import chat_row
from identity.actor import SYSTEM
from identity.customers import acting
from server.edge.api import OPERATIONS
from server.edge.commands import SERVED_TO_CUSTOMERS, SERVED_TO_STAFF
from server.live.sweeps import Intervals
from storage.ports import Tx
from tests.contract import Frame
from tests.running import RunningDesk, SettableClock, running
from tests.signing import DESK, Site
from tests.stories.acting import Stage
from tests.stories.costs import ASSET, COSTS, PHRASE, PUBLISHED, Cost
from tests.stories.counting import Work, counted
from tests.stories.matrix import OWN, OWN_CHAT, ROWS, Actor, Owner, Row
from tests.stories.nine_people import MARKS, METRICS_TOKEN, Answer
from ticketing.adapters.store import SqlStore
from ticketing.events import reply
from ticketing.ticket import Requester
from ticketing.wanted import Opening

PLANNER = Site("the secret of the media planner that is long enough", "planner")
TICKETS = 600
"""On the desk: of the visitor, and of their team."""
EVENTS = 300
"""Messages in each chat that a row is about, and replies on the visitor's ticket."""
AT_ONCE = 50
AGAIN = 2

pytestmark = pytest.mark.asyncio(loop_scope="module")

Measured = tuple["MeasuredStage", Work]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def measured(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Measured]:
    """A desk with much in it and no jobs by the clock, and how much work it does."""
    clock = SettableClock()
    with counted() as work:
        folder, intervals = tmp_path_factory.mktemp("costs") / "data", Intervals(indexing=1e6, mail=1e6, news=0.0)
        async with running(
            folder,
            clock,
            demo=True,
            intervals=intervals,
            base_url=DESK,
            identity_secret=f"{PLANNER.kid}:{PLANNER.secret}",
            metrics_token=METRICS_TOKEN,
            security_contact="security@company.example",
        ) as desk:
            stage = MeasuredStage(desk, clock, PLANNER)
            await stage.open()
            await _fill(stage)
            await desk.desk.sweeps.stop()
            yield stage, work


class MeasuredStage(Stage):
    """A stage on which what a row has used up is taken away after its measurement."""

    def __init__(self, desk: RunningDesk, clock: SettableClock, site: Site) -> None:
        super().__init__(desk, clock, site)
        self._used: list[tuple[Row, Actor, Answer, Frame | None]] = []

    async def forget(self, row: Row, actor: Actor, answer: Answer, frame: Frame | None) -> None:
        self._used.append((row, actor, answer, frame))

    async def forget_used(self) -> None:
        while self._used:
            await super().forget(*self._used.pop())


async def _fill(stage: Stage) -> None:
    """As much as the bounds speak of: tickets, a long ticket. A long chat is added to each row about one."""
    for start in range(0, TICKETS, AT_ONCE):
        await stage.desk.desk.storage.write(partial(_open_tickets, stage=stage, start=start))
    for owner in MARKS:
        await stage.file(owner)
        await stage.chat(owner)
    number = (await stage.tickets("visitor"))[0]
    await stage.desk.desk.storage.write(partial(_reply, stage=stage, number=number))


async def _fill_chat(stage: Stage, owner: Owner) -> None:
    """Makes the chat of its owner a long one, unless it is. An earlier call may have ended the last one."""
    line, chat = await stage.line("customer", owner), await stage.chat(owner)
    row = await stage.desk.desk.storage.read(lambda tx: chat_row(tx, chat))
    if row is not None and row.last_seq >= EVENTS:
        return
    texts = [f"Message {event} about {PHRASE} once more" for event in range(EVENTS)]
    # All are sent before the first is answered: the desk stores many in one transaction.
    for id_ in [await line.send("message.send", chat=chat, text=text) for text in texts]:
        assert (await line.answer(id_))["type"] == "ok"


def _open_tickets(tx: Tx, stage: Stage, start: int) -> None:
    for number in range(start, start + AT_ONCE):
        opening = Opening(
            channel="form",
            team="media",
            product="Spectra OX",
            subject=f"{PHRASE} {number}, and more of it",
            by=SYSTEM,
            requester=Requester(stage.ids["visitor"], "Vic", None, verified=False),
            at=stage.clock(),
            created_at=stage.clock() + number,
        )
        stage.desk.desk.tickets.open(tx, opening)


def _reply(tx: Tx, stage: Stage, number: int) -> None:
    ticket = SqlStore().find(tx, number, lock=True)
    assert ticket is not None
    actor, at = acting(stage.ids["visitor"], None, "Vic", None), stage.clock()
    for event in range(EVENTS):
        said = reply(actor, f"Reply {event} about {PHRASE} once more", [], None, at)
        stage.desk.desk.tickets.append(tx, actor, ticket, said, at, staff_only=False)


def _row(cost: Cost) -> Row:
    """The matrix's row for it, with the worst input in place of the usual one."""
    found = [row for row in ROWS if row.what == cost.what and row.about == cost.about]
    row = found[0] if found else next(row for row in ROWS if row.what == cost.what)
    if cost.says is not None:
        row = dataclasses.replace(row, says=cost.says, staff_say=None)
    if cost.query:
        row = dataclasses.replace(row, query=cost.query)
    return row


async def test_every_served_item_has_a_cost_bound_and_no_other() -> None:
    """The calls, pages and commands of the matrix are compared with the table of costs."""
    in_table, bounded = {row.what for row in ROWS}, {cost.what for cost in COSTS}
    assert in_table - bounded == set(), "without a row in tests/stories/costs.py"
    assert bounded - in_table == set(), "bounds of what is not served"
    assert {f"{operation.method} {operation.path}" for operation in OPERATIONS} <= bounded
    assert len(SERVED_TO_CUSTOMERS) + len(SERVED_TO_STAFF) <= len(bounded)
    assert len({cost.id for cost in COSTS}) == len(COSTS)


@pytest.mark.parametrize("cost", COSTS, ids=lambda cost: cost.id)
async def test_worst_input_stays_within_its_cost_bound(measured: Measured, cost: Cost) -> None:
    """Counts statements, database steps and bytes sent, from the call until the desk is idle again."""
    stage, _ = measured
    row = _row(cost)
    if row.in_chat == "none":
        await stage.without_chat(cost.by)
    elif row.thing == "chat" or OWN_CHAT in row.says.values():
        await _fill_chat(stage, OWN[cost.by])
    thing = await stage.thing(row, OWN[cost.by], asker=cost.by, own=True)
    # Letters that an earlier call has queued.
    await stage.desk.desk.delivery.idle()
    most = dataclasses.astuple(cost.bound)
    done = await _measured(measured, cost, row, thing)
    # A worker may ask the database during one measurement. A call that changes nothing can be measured again.
    for _ in range(AGAIN if cost.what.startswith("GET ") or cost.bound in (ASSET, PUBLISHED) else 0):
        if _within(done, most):
            break
        done = await _measured(measured, cost, row, thing)
    assert _within(done, most), f"{done}, of at most {most}"


def _within(done: tuple[int, ...], most: tuple[int, ...]) -> bool:
    return all(did <= may for did, may in zip(done, most, strict=True))


async def _measured(measured: Measured, cost: Cost, row: Row, thing: str | int) -> tuple[int, int, int]:
    """Statements, thousands of database steps and KiB of one call."""
    stage, work = measured
    await _at_rest(stage, work)
    before = {line: len(line.heard) for line in stage.desk.clients}
    work.begin()
    answer = await stage.ask(row, cost.by, thing, str(uuid7()), own=True)
    await _at_rest(stage, work)
    assert answer.word == cost.answer, answer.said[-400:]
    heard = [frame for line in stage.desk.clients for frame in line.heard[before.get(line, 0) :]]
    sent = sum(len(str(frame).encode()) for frame in heard) + len(answer.said.encode())
    done = work.statements, work.steps // 1000, sent // 1024
    await stage.forget_used()
    return done


async def _at_rest(stage: Stage, work: Work) -> None:
    """Until nothing is asked of the database any more, in whichever thread, and no news wait to be sent."""
    desk = stage.desk.desk
    await desk.background_tasks.settle()
    await desk.indexing.idle()
    before = -1
    while before != work.ticks + work.statements or work.under_way or not (desk.idle and desk.indexing.resting):
        before = work.ticks + work.statements
        # After these, whatever was asked for before has begun.
        await desk.storage.write(lambda tx: None)
        await desk.storage.read(lambda tx: None)
        for _ in range(20):
            await asyncio.sleep(0)
