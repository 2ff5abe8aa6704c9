"""Whatever the way in: a ticket takes a status, a code and a product where the one table allows it, and only there.

A way is an entry of WAYS. What is fed to all of them is `cases()`; what should come of it is what
`ticketing.combinations` says, which `tests/ticketing/test_combinations.py` holds against the domain's own table.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from itertools import product as every
from typing import Literal, get_args

import httpx2
import pytest
import pytest_asyncio

from tests.contract import Document
from tests.running import Client, Frame, RunningDesk, running
from tests.stories.test_administration import token_of
from tests.ticketing.table import PRODUCTS
from ticketing.codes import CODES, STATUSES
from ticketing.combinations import Beside, Combination, needs, refused, sentence

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHARES = 3
"""In the short form a way tries every third refused case. Without a desk, `tests/ticketing/test_combinations.py` tries
all of them."""
LANES = 8
"""So many cases are under way at once. Those with a duplicate wait for one another, for ten seconds on PostgreSQL."""
BESIDES: tuple[Beside, ...] = get_args(Beside)
GIVEN = {"with": "product", "workaround": "Reload the page", "finding": "A race in the exporter"}
ANA = {"name": "Ana", "email": "ana@northlake.example"}


@dataclass(frozen=True)
class Case:
    """What somebody wants of a ticket. `survivor`: the ticket that they may name."""

    status: str
    code: str | None
    product: str
    given: frozenset[Beside]
    survivor: int

    def body(self) -> Frame:
        """As it goes over the wire, whatever the way, but for the product."""
        values: dict[str, object] = {**GIVEN, "duplicate_of": self.survivor}
        return {"status": self.status, "resolution": self.code, **{name: values[name] for name in self.given}}


def cases(way: Way, survivor: int) -> Iterator[Case]:
    """Every status with every code or none: with nothing besides, with what is needed besides, and with all that this
    way can carry. With every product where the code is bound to one, else with the products in turn."""
    turn = count()
    for status, code in every(STATUSES, [None, *CODES]):
        asked = needs(status, code, way.was).items()
        needed = frozenset(name for name, need in asked if need == "must" and name != "with")
        bound = code is not None and CODES[code].product is not None
        for given in dict.fromkeys((frozenset[Beside](), needed & way.carries, way.carries)):
            for product in PRODUCTS if bound else (PRODUCTS[next(turn) % len(PRODUCTS)],):
                yield Case(status, code, product, given, survivor)


def share(way: Way, rows: Iterable[Case], shares: int) -> Iterator[Case]:
    """Of these cases, those that the table accepts, and every `shares`-th of the others: for each way another part."""
    turn = count(WAYS.index(way))
    for case in rows:
        if not refused(combination(way, case)) or next(turn) % shares == 0:
            yield case


@dataclass
class Lane:
    """One row of cases, one after the other. The next is tried on the last of `chats`, or on that of `tickets` with
    its product."""

    way: Way
    desk: RunningDesk
    agent: Client
    staff: httpx2.AsyncClient
    customer: Client
    reading: asyncio.Lock
    """Held during a read. A desk reads one ticket at a time for a person, and refuses a read that waits too long."""
    chats: list[str] = field(default_factory=list)
    tickets: dict[str, int] = field(default_factory=dict)

    async def opened(self, **wanted: object) -> httpx2.Response:
        """A ticket that staff open for somebody, or why not."""
        request = {"team": "media", "text": "By telephone", "requester": ANA, **wanted}
        return await self.staff.post("/api/tickets", json=request)

    async def ticket(self, product: str) -> int:
        """A ticket of that product with the status from which this way begins."""
        if product not in self.tickets:
            stands = {
                "fixed_pending_rca": {"workaround": GIVEN["workaround"]},
                "solved": {"resolution": "set_up"},
            }.get(self.way.was, {})
            answer = await self.opened(status=self.way.was, product=product, **stands)
            self.tickets[product] = answer.json()["number"]
        return self.tickets[product]

    async def chat(self) -> str:
        """A chat that the agent has."""
        if not self.chats:
            self.chats.append((await self.customer.command("chat.start", team="media", text="Help"))["chat"])
            await self.agent.event("chat.assigned", chat=self.chats[-1])
        return self.chats[-1]

    async def read(self, number: int) -> Frame:
        """A ticket, as the agent sees it."""
        async with self.reading:
            answer = await self.staff.get(f"/api/tickets/{number}")
        assert answer.status_code == 200, answer.text
        ticket: Frame = answer.json()
        return ticket

    async def untouched(self) -> None:
        """What is still tried on is as it was before all refusals."""
        for chat in self.chats:
            await self.agent.command("message.send", chat=chat, text="Still here")
        for product, number in self.tickets.items():
            ticket = await self.read(number)
            assert (ticket["status"], ticket["product"], ticket["version"]) == (self.way.was, product, 1)


Came = tuple[dict[str, str], Frame | None]
"""The fields that were refused, each with its sentence; or none, and the ticket."""


async def close(lane: Lane, case: Case) -> Came:
    """The agent ends a chat with it."""
    chat = await lane.chat()
    answer = await lane.agent.ask("chat.close", chat=chat, product=case.product, **case.body())
    if answer["type"] == "error":
        return answer["fields"], None
    lane.chats.pop()
    return {}, await lane.read(answer["ticket"])


async def patch(lane: Lane, case: Case) -> Came:
    """Staff change a ticket."""
    number = await lane.ticket("Other")
    body = {**case.body(), "product": case.product}
    return came(lane, "Other", await lane.staff.patch(f"/api/tickets/{number}", json=body))


async def answer(lane: Lane, case: Case) -> Came:
    """Staff write on a ticket, and change it in the same step."""
    number = await lane.ticket(case.product)
    said = {**case.body(), "text": "It is mended"}
    return came(lane, case.product, await lane.staff.post(f"/api/tickets/{number}/replies", json=said))


async def note(lane: Lane, case: Case) -> Came:
    """Staff write a note on a ticket, and change it in the same step."""
    number = await lane.ticket(case.product)
    said = {**case.body(), "text": "Between us", "public": False}
    return came(lane, case.product, await lane.staff.post(f"/api/tickets/{number}/replies", json=said))


async def many(lane: Lane, case: Case) -> Came:
    """Staff change many tickets at once; here one."""
    number = await lane.ticket("Other")
    change = {**case.body(), "product": case.product}
    response = await lane.staff.post("/api/tickets/bulk", json={"numbers": [number], "change": change})
    response.raise_for_status()
    for refusal in response.json()["refused"]:
        return refusal["fields"], None
    lane.tickets.pop("Other", None)
    return {}, await lane.read(number)


async def create(lane: Lane, case: Case) -> Came:
    """Staff open a ticket for somebody with it."""
    return came(lane, "", await lane.opened(product=case.product, **case.body()))


async def zendesk_create(lane: Lane, case: Case) -> Came:
    """A program that was written for Zendesk opens a ticket with it."""
    wanted = {**in_zendesks_words(case), "description": "By telephone", "requester": ANA}
    return await shown(lane, "", await lane.staff.post("/api/v2/tickets", json={"ticket": wanted}))


async def zendesk_change(lane: Lane, case: Case) -> Came:
    """A program that was written for Zendesk writes on a ticket, and changes it in the same step."""
    number = await lane.ticket("Other")
    wanted = {**in_zendesks_words(case), "comment": {"body": "It is mended"}}
    return await shown(lane, "Other", await lane.staff.put(f"/api/v2/tickets/{number}", json={"ticket": wanted}))


def in_zendesks_words(case: Case) -> Frame:
    statuses = {"open": "open", "awaiting_reply": "pending", "fixed_pending_rca": "hold", "solved": "solved"}
    ids = {"resolution": 101, "workaround": 102, "finding": 103, "duplicate_of": 104, "product": 105}
    values = {**case.body(), "product": case.product}
    custom = [{"id": id_, "value": values[name]} for name, id_ in ids.items() if name in values]
    tags = {"tags": ["fixed_pending_rca"]} if case.status == "fixed_pending_rca" else {}
    return {"status": statuses[case.status], "custom_fields": custom, **tags}


async def shown(lane: Lane, key: str, response: httpx2.Response) -> Came:
    """What an answer in Zendesk's form says, and the ticket in ours."""
    fields, answered = came(lane, key, response)
    return fields, None if answered is None else await lane.read(answered["ticket"]["id"])


def came(lane: Lane, key: str, response: httpx2.Response) -> Came:
    """What an answer over HTTP says; the next case is tried on another ticket where this one was changed."""
    if response.status_code == 422:
        return response.json()["fields"], None
    response.raise_for_status()
    lane.tickets.pop(key, None)
    return {}, response.json()


@dataclass(frozen=True)
class Way:
    """A way in by which a status and a code come to a ticket. `through`: the call or the command, as it is published.

    `was`: the status of the ticket before. `carries`: what can be said besides. `thing`: what refusals speak of.
    """

    through: str
    tried: Callable[[Lane, Case], Awaitable[Came]]
    was: str = "open"
    carries: frozenset[Beside] = frozenset(BESIDES)
    thing: Literal["ticket", "chat"] = "ticket"

    def __str__(self) -> str:
        return f"{self.tried.__name__}-{self.was}"


WAYS = (
    Way("chat.close", close, thing="chat", carries=frozenset(BESIDES) - {"finding"}),
    *(Way("PATCH /api/tickets/{number}", patch, was) for was in STATUSES),
    Way("POST /api/tickets/{number}/replies", answer),
    Way("POST /api/tickets/{number}/replies", answer, "fixed_pending_rca"),
    Way("POST /api/tickets/{number}/replies", note, "solved"),
    Way("POST /api/tickets", create),
    Way("POST /api/tickets/bulk", many),
    Way("POST /api/v2/tickets", zendesk_create, carries=frozenset(BESIDES) - {"with"}),
    Way("PUT /api/v2/tickets/{number}", zendesk_change, carries=frozenset(BESIDES) - {"with"}),
    Way("POST /api/tickets/bulk", many, "fixed_pending_rca"),
    Way("POST /api/tickets/bulk", many, "solved"),
)
"""Every way in. A new one is one more entry here."""
REVIEW = "POST /api/tickets/{number}/review"
"""A correction by a reviewer changes only the code. `tests/stories/test_reviews.py` tries the refused codes."""

MACROS = frozenset({"POST /api/replies", "PATCH /api/replies/{id}"})
"""A macro gives its code to a ticket through the ways above."""
RULES = frozenset({"POST /api/rules", "POST /api/rules/trial", "PATCH /api/rules/{id}"})
"""A rule that solves tickets is checked when it is saved and when it runs (`tests/stories/test_rules.py`)."""
MANY_AT_ZENDESK = "PUT /api/v2/tickets/update_many"
"""Changes each ticket as `PUT /api/v2/tickets/{number}` does."""
SERVICE_LEVELS = frozenset({"POST /api/sla-policies", "PATCH /api/sla-policies/{id}"})
"""Their `resolution` is a time, not a code."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(module_database_url: str | None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningDesk]:
    """One desk for all ways."""
    async with running(tmp_path_factory.mktemp("ways"), database_url=module_database_url) as it:
        yield it


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("shares", [SHARES, pytest.param(1, marks=pytest.mark.soak)], ids=["short", "long"])
async def test_every_way_in_obeys_the_resolution_table(desk: RunningDesk, way: Way, shares: int) -> None:
    """All statuses × codes, bare, with the required fields, and with every field: accepted or refused as the table
    says, with its sentences. A refusal changes nothing.

    The short form tries all that the table accepts, and its share of what the table refuses.
    """
    agent = await desk.staff("Priya", email=f"{way}-{shares}@desk.example", capacity=50)
    await agent.command("presence.set", status="available", capacity=50)
    customers = [await desk.customer(email=f"ana{n}@northlake.example") for n in range(LANES)]
    reading = asyncio.Lock()
    lanes = [Lane(way, desk, agent, desk.http(agent.token), customer, reading) for customer in customers]
    survivor = (await lanes[0].opened()).json()["number"]
    rows = list(share(way, cases(way, survivor), shares))
    faults = await asyncio.gather(*(run(lane, rows[n::LANES]) for n, lane in enumerate(lanes)))
    assert [fault for found in faults for fault in found] == []
    for lane in lanes:
        await lane.untouched()
    await agent.close()


async def test_every_way_in_needs_the_fields_that_solving_needs(desk: RunningDesk) -> None:
    """A refusal changes nothing. A ticket that is solved already lacks the field since before it was defined."""
    agent = await desk.staff("Priya", email="fields@desk.example")
    await agent.command("presence.set", status="available", capacity=5)
    staff, customer, reading = desk.http(agent.token), await desk.customer(), asyncio.Lock()
    ways = {(way.through, way.was): way for way in WAYS if way.was != "solved"}.values()
    lanes = [Lane(way, desk, agent, staff, customer, reading) for way in ways]
    for lane in lanes:
        await (lane.chat() if lane.way.thing == "chat" else lane.ticket("Other"))
    path = "/api/admin/ticket-fields"
    async with desk.http(await token_of(desk, "Ada", "admin", ())) as http:
        field = {"key": "cause", "kind": "text", "labels": {"en": "Cause"}, "needed_to_solve": True}
        assert (await http.post(path, json=field)).status_code == 201
        try:
            for lane in lanes:
                given = frozenset[Beside]({"workaround", "finding"}) & lane.way.carries
                fields, _ = await lane.way.tried(lane, Case("solved", "set_up", "Other", given, 0))
                assert fields == {"custom_fields.cause": "Fill in Cause to solve the ticket."}, str(lane.way)
                await lane.untouched()
        finally:
            assert (await http.patch(f"{path}/cause", json={"archived": True})).status_code == 200
    await agent.close()


async def run(lane: Lane, rows: list[Case]) -> list[str]:
    """Try these one after the other; what came otherwise than it should."""
    faults: list[str] = []
    for case in rows:
        fields, ticket = await lane.way.tried(lane, case)
        wanted = combination(lane.way, case)
        should = {
            part: sentence(part, reason, wanted, lane.desk.settings.brand_name, lane.way.thing)
            for part, reason in refused(wanted).items()
        }
        if fields != should:
            faults.append(f"{case}: {fields or 'taken'}, not {should or 'taken'}")
        elif ticket is not None and (wrong := {k: v for k, v in stands(lane.way, case).items() if ticket[k] != v}):
            faults.append(f"{case}: {ticket} has not {wrong}")
    return faults


def combination(way: Way, case: Case) -> Combination:
    """What the ticket would be: an open one is support's unless something else is said, and a workaround stands."""
    standing = {"with"} if case.status == "open" else set()
    standing |= {"workaround"} if way.was == "fixed_pending_rca" else set()
    return Combination(
        status=case.status,
        code=case.code,
        product=case.product,
        was=way.was,
        beside=frozenset(name for name in BESIDES if name in case.given | standing),
    )


def stands(way: Way, case: Case) -> Frame:
    """How the ticket stands where it was taken."""
    keeps = {"workaround"} if way.was == "fixed_pending_rca" else set()
    beside = {name: GIVEN[name] if name in case.given | keeps else None for name in ("workaround", "finding")}
    with_ = ("product" if "with" in case.given else "support") if case.status == "open" else None
    survivor = case.survivor if "duplicate_of" in case.given else None
    return {
        "status": case.status,
        "resolution": case.code,
        "product": case.product,
        "with": with_,
        "duplicate_of": survivor,
        **beside,
    }


async def test_every_call_and_command_with_a_resolution_is_covered(desk: RunningDesk) -> None:
    """Every published call and command that takes a `resolution` is among the ways in."""
    openapi, asyncapi = desk.contract.openapi, desk.contract.asyncapi
    calls = {
        f"{method.upper()} {path}"
        for path, methods in openapi.document["paths"].items()
        for method, call in methods.items()
        if isinstance(call, dict) and gives_a_code(openapi, call.get("requestBody", {}))
    }
    commands = {
        name.removeprefix("command.")
        for channel in asyncapi.document["channels"].values()
        for name, message in channel["messages"].items()
        if name.startswith("command.") and gives_a_code(asyncapi, message)
    }
    assert (
        calls
        and commands
        and calls | commands
        == {REVIEW, MANY_AT_ZENDESK, *MACROS, *RULES, *SERVICE_LEVELS, *(way.through for way in WAYS)}
    )


def gives_a_code(document: Document, part: object, seen: tuple[object, ...] = ()) -> bool:
    """Has an object anywhere in this part of the document a field `resolution`, or Zendesk's `custom_fields`?"""
    if isinstance(part, list):
        return any(gives_a_code(document, each, seen) for each in part)
    if not isinstance(part, dict):
        return False
    if (reference := part.get("$ref")) is not None:
        return reference not in seen and gives_a_code(document, document.resolve(part), (*seen, reference))
    names = part.get("properties", ())
    given = "resolution" in names or "custom_fields" in names
    return given or any(gives_a_code(document, part[key], seen) for key in part)
