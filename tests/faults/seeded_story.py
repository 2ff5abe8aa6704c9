"""What happens on a server with a seeded fault."""

from __future__ import annotations

import signal

from tests.faults.history import Stored, faults_of
from tests.faults.seeded import LAST_WORDS
from tests.faults.server import ServerProcess
from tests.faults.survivor import Survivor
from tests.running import eventually


class Story:
    """An agent and two customers, of whom one gives the last words before the server is killed."""

    def __init__(self, server: ServerProcess, bearer: str, ports: tuple[int, int] | None = None) -> None:
        """`ports`: of the process that is killed, to which the agent and the first customer connect, and of the process
        to which the second one does."""
        killed, other = ports or (server.port, server.port)
        self._server = server
        self.agent = Survivor(killed, bearer=bearer)
        self.customers = [Survivor(killed), Survivor(other)]
        self.everybody = [self.agent, *self.customers]
        self.cut_off = [one for one, port in ((self.agent, killed), (self.customers[1], other)) if port == killed]

    async def tell(self, fault: str) -> None:
        await self._begin()
        await self._talk()
        for customer in self.customers:
            await self._repeat(customer)
            await self._break_the_line(customer)
        await self._talk()
        await self._kill(fault)
        await self.customers[1].commit("chat.end", chat=next(iter(self.customers[1].last)))
        await self._answered(self.customers[1])

    async def _begin(self) -> None:
        for one in self.everybody:
            one.start()
        await eventually(lambda: all(one.live for one in self.everybody), "everybody is greeted")
        for customer in self.customers:
            await customer.commit("chat.start", team="media", text="Hello")
        held = len(self.customers)
        await eventually(
            lambda: len(self.agent.last) == held and all(one.last for one in self.customers),
            "each chat has its agent, and each customer knows their chat",
        )

    async def _talk(self) -> None:
        for number in range(5):
            for customer in self.customers:
                chat = next(iter(customer.last))
                await customer.commit("message.send", chat=chat, text=f"question {number}")
                await self.agent.commit("note.add", chat=chat, text=f"note {number}")
                await self.agent.commit("message.send", chat=chat, text=f"answer {number}")
        await self._answered(*self.everybody)

    async def _repeat(self, customer: Survivor) -> None:
        id_ = list(customer.history.sent)[-1]
        await customer.repeat(id_, "other words")
        await eventually(lambda: len(customer.history.answers[id_]) == 2, "the second answer")

    async def _break_the_line(self, customer: Survivor) -> None:
        """And the agent writes on meanwhile."""
        await customer.stop()
        for number in range(3):
            await self.agent.commit("message.send", chat=next(iter(customer.last)), text=f"meanwhile {number}")
        await self._answered(self.agent)
        customer.start()
        await eventually(lambda: customer.live, "a new line")

    async def _kill(self, fault: str) -> None:
        """In the moment in which a message was acknowledged, and shown to the other side."""
        customer, others = self.customers[0], self.cut_off
        id_ = await customer.commit("message.send", chat=next(iter(customer.last)), text=LAST_WORDS)
        if fault != "publish_before_commit":
            await eventually(lambda: id_ in customer.history.acknowledged, "the last words are acknowledged")
        if fault != "an_ack_before_the_commit":
            await eventually(self._last_words_shown, "the last words are shown to the agent")
        await customer.stop()
        before = [one.connected for one in others]
        await self.kill()
        # What is said from here on reaches them as it happens, or not at all: no replay hides a dropped event.
        await eventually(
            lambda: all(one.caught_up and one.connected > n for one, n in zip(others, before, strict=True)),
            "others are back",
        )

    async def kill(self) -> None:
        await self._server.end(signal.SIGKILL)
        await self._server.start()

    def _last_words_shown(self) -> bool:
        return any(frame.get("text") == LAST_WORDS for frame in self.agent.history.connections[-1])

    async def _answered(self, *people: Survivor) -> None:
        await eventually(lambda: not any(one.in_flight for one in people), "everything is acknowledged")

    def faults(self, stored: Stored) -> list[str]:
        return faults_of([one.history for one in self.everybody], stored)
