"""Unread counts: the list, the greeting and the news count in different ways, and must agree."""

from __future__ import annotations

from random import Random

from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import available
from tests.stories.test_following_tickets import HOURS, asked, reply, unread

STEPS = 40


class Ticket:
    """A ticket, and the events of it that can be removed."""

    def __init__(self, place: DeskInMemory, number: int, sofia: Client) -> None:
        self.place = place
        self.number = number
        self.sofia = sofia
        self.texts = [1]
        self.last = 1

    async def write(self, by: Client, *, public: bool) -> None:
        await reply(self.place, by, self.number, "More", **({} if public else {"public": False}))
        self.last += 1
        self.texts.append(self.last)

    async def remove(self, of: int) -> None:
        wanted = {"of": of, "reason": "A password"}
        http = self.place.http(self.sofia.token)
        (await http.post(f"/api/tickets/{self.number}/redactions", json=wanted)).raise_for_status()
        self.texts.remove(of)
        self.last += 1

    async def read(self, by: Client, upto: int) -> None:
        """By somebody who may not have been sent as much: such a mark counts for nothing."""
        by.tell("ticket.read", ticket=self.number, upto=upto)
        await self.place.quiet()


async def test_list_greeting_and_news_agree_on_what_is_unread(database_url: str | None) -> None:
    random, counts = Random(4), set[int]()
    async with desk_in_memory(HOURS, database_url=database_url) as place:
        priya, sofia = await available(place, "Priya"), await available(place, "Sofia", role="supervisor")
        customer = await place.customer()
        ticket = Ticket(place, await asked(place, customer), sofia)
        # News of what one has read go to one's other windows.
        others = [await place.customer(customer.token), *[await place.staff(one.token) for one in (priya, sofia)]]
        readers = list(zip((customer, priya, sofia), others, strict=True))
        for reader, _ in readers:
            await reader.command("ticket.follow", ticket=ticket.number, after=0)
        await place.quiet()
        for _ in range(STEPS):
            who, what = random.choice((customer, priya, sofia)), random.random()
            if what < 0.5:
                await ticket.write(who, public=who is customer or random.random() < 0.6)
            elif what < 0.65 and ticket.texts:
                await ticket.remove(random.choice(ticket.texts))
            else:
                await ticket.read(who, random.randint(1, ticket.last))
            await place.quiet()
            for reader, other in readers:
                (listed,) = await unread(place, reader)
                told = other.last("ticket.news", ticket=ticket.number)
                assert told is None or told["unread"] == listed
                counts.add(listed)
        assert len(counts) > 3
        again = await place.customer(customer.token)
        assert [one["unread"] for one in again.greeting["tickets"]] == await unread(place, customer)
