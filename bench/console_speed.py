"""The speed of the agent's console, on a slow network and with a large number of chats and messages.

`python -m bench.console_speed` starts a desk and a Chromium. The agent Priya has CHATS chats of MESSAGES messages each.
The benchmark measures the time until the console is usable, with an empty cache over a 4G network. Then it measures the
cost of a key press while she writes, and the memory of the page while another MORE messages arrive. It prints the
figures as JSON, and exits with 1 if a figure is over its limit. It requires what the tests require (`make test`).
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

import httpx2
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, expect
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from chat.frames.fields import SUBPROTOCOL
from tests.browser.chromium import Witness, chromium, person
from tests.browser.desk import PASSWORD, PRIYA, serving
from widgets.shared.assets import ASSETS

CHATS = 20
MESSAGES = 500
MORE = 10_000
STEPS = 5
"""Number of memory measurements while MORE messages are sent."""
OPENINGS = 9
KEYS = 300

READY_MS = 1_000
KEY_MS = 16
GROWTH = 0.05
"""Maximum relative difference of memory between two steps with the same contents."""

FOUR_G = {"offline": False, "latency": 170, "downloadThroughput": 9e6 / 8, "uploadThroughput": 9e6 / 8}
"""9 Mbit/s and 170 ms round-trip time, as in WebPageTest."""

# Ready means that all chats are listed, the messages of the open chat are drawn, and there is a message box.
READY = """
const chats = %d;
const ready = () => document.querySelectorAll('.row').length >= chats
  && document.querySelector('.log .bubble') && document.querySelector('#reply')?.checkVisibility();
const painted = () => requestAnimationFrame(() => setTimeout(() => { globalThis.readyAt ??= performance.now(); }));
new MutationObserver(() => ready() && painted())
  .observe(document, { childList: true, subtree: true, attributes: true });
"""
# From the key press until its handlers have run and the layout is updated.
TIME_KEYS = """
(box) => {
  globalThis.keys = [];
  globalThis.tasks = 0;
  new PerformanceObserver((list) => { tasks += list.getEntries().length; }).observe({ type: 'longtask' });
  const channel = new MessageChannel();
  let began = 0;
  channel.port1.onmessage = () => {
    document.body.getBoundingClientRect();
    keys.push(performance.now() - began);
  };
  box.addEventListener('keydown', () => {
    began = performance.now();
    channel.port2.postMessage(0);
  }, { capture: true });
}
"""


class Line:
    """A connection to the desk that sends commands and ignores events."""

    def __init__(self, socket: ClientConnection) -> None:
        self.chat = ""
        self._socket = socket
        self._ids = count()
        self._answers: dict[str, asyncio.Future[dict[str, object]]] = {}
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for text in self._socket:
            frame: dict[str, object] = json.loads(text)
            if frame["type"] in ("ok", "error"):
                self._answers.pop(str(frame["id"])).set_result(frame)

    async def ask(self, type_: str, **fields: object) -> dict[str, object]:
        """Send a command and return its `ok`. Raises AssertionError if the command is refused."""
        id_ = f"{type_}-{next(self._ids)}"
        answer = self._answers[id_] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"type": type_, "id": id_, **fields}))
        frame: dict[str, object] = await answer
        assert frame["type"] == "ok", frame
        return frame

    async def close(self) -> None:
        await self._socket.close()
        await self._reading


@dataclass(frozen=True, slots=True)
class Opened:
    """Milliseconds until the console is usable."""

    ready_ms_median: int
    ready_ms_max: int
    ready_must_ms: int = READY_MS


@dataclass(frozen=True, slots=True)
class Typed:
    """The cost of a key press, in ms."""

    keys: int
    key_ms_median: float
    key_ms_p95: float
    key_ms_max: float
    key_cpu_ms: float
    """CPU time of the page's thread per key press, including painting. Other programs do not affect it."""
    long_tasks: int
    """Number of tasks over 50 ms while typing."""
    key_must_ms: int = KEY_MS


@dataclass(frozen=True, slots=True)
class Grown:
    """The page's memory after each step."""

    heap_mb: list[float]
    dom_nodes: list[int]
    more_messages: int = MORE

    @property
    def is_flat(self) -> bool:
        """True if the memory at the end is about the same as two steps earlier. At both times, each conversation has
        the same number of items."""
        return all(abs(kept[-1] / kept[-3] - 1) <= GROWTH for kept in (self.heap_mb, self.dom_nodes))


async def main() -> int:
    """Run the benchmark and return the exit status."""
    if not ASSETS.packed:
        print("Nothing is packed as it is now: `make vendor` first, for figures that mean something.", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            serving(Path(folder), [PRIYA], limits="off") as desk,
            chromium() as browser,
            crowd(desk.url) as customers,
        ):
            opened = await openings(browser, desk.url, customers[0].chat)
            typed, grown = await work(browser, desk.url, customers)
    print(json.dumps({"packed": ASSETS.packed, **asdict(opened), **asdict(typed), **asdict(grown)}))
    return 0 if opened.ready_ms_median <= READY_MS and typed.key_ms_median <= KEY_MS and grown.is_flat else 1


# -- people --------------------------------------------------------------------------------


@asynccontextmanager
async def crowd(desk: str) -> AsyncIterator[list[Line]]:
    """Make Priya available and give her CHATS chats of MESSAGES messages. Yields the connections of the customers."""
    cookie = await session(desk)
    staff = await line(desk, "staff", {"Cookie": cookie, "Origin": desk})
    await staff.ask("hello")
    await staff.ask("presence.set", status="available", capacity=CHATS)
    customers = [await customer(desk, number) for number in range(CHATS)]
    await write(customers, MESSAGES - 1)
    await staff.close()
    yield customers
    for one in customers:
        await one.close()


async def session(desk: str) -> str:
    async with httpx2.AsyncClient(base_url=desk) as http:
        answer = await http.post(
            "/api/session", json={"email": PRIYA.email, "password": PASSWORD}, headers={"Origin": desk}
        )
        answer.raise_for_status()
        return "; ".join(f"{name}={value}" for name, value in http.cookies.items())


async def line(desk: str, side: str, headers: dict[str, str] | None = None) -> Line:
    """Open a connection, without a `hello`."""
    socket = await connect(
        f"{desk.replace('http', 'ws')}/ws/{side}",
        additional_headers=headers,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,
        ping_interval=None,
    )
    return Line(socket)


async def customer(desk: str, number: int) -> Line:
    """Connect a customer and start a chat."""
    one = await line(desk, "customer")
    await one.ask("hello", name=f"Customer {number}", email=f"customer{number}@host.example")
    one.chat = str((await one.ask("chat.start", team="media", text=f"Question {number}"))["chat"])
    return one


async def write(customers: list[Line], each: int) -> None:
    """Send `each` messages from each customer, as fast as they are stored."""

    async def one(line_: Line) -> None:
        for number in range(each):
            text = f"Message {number}: the dates of line {number % 9} are refused, and nobody knows why that is."
            await line_.ask("message.send", chat=line_.chat, text=text)

    await asyncio.gather(*(one(line_) for line_ in customers))


# -- opening it ----------------------------------------------------------------------------


async def openings(browser: Browser, desk: str, chat: str) -> Opened:
    """Run `opening` several times. Returns the median and the slowest time."""
    taken = [await opening(browser, desk, chat) for _ in range(OPENINGS)]
    return Opened(round(statistics.median(taken)), round(max(taken)))


async def opening(browser: Browser, desk: str, chat: str) -> float:
    """Milliseconds from opening the console's URL until the console is usable, without a cache."""
    async with person(browser, Witness()) as context:
        await sign_in(context, desk)
        page = await context.new_page()
        await page.add_init_script(READY % CHATS)
        network = await context.new_cdp_session(page)
        await network.send("Network.enable")
        await network.send("Network.emulateNetworkConditions", FOUR_G)
        await page.goto(f"{desk}/console#chat={chat}", wait_until="commit")
        found = await page.wait_for_function("() => globalThis.readyAt")
        at: float = await found.json_value()
        return at


async def sign_in(context: BrowserContext, desk: str) -> None:
    """Sign in as Priya. This is not measured."""
    answer = await context.request.post(
        f"{desk}/api/session", data={"email": PRIYA.email, "password": PASSWORD}, headers={"Origin": desk}
    )
    assert answer.ok, await answer.text()


# -- working in it -------------------------------------------------------------------------


async def work(browser: Browser, desk: str, customers: list[Line]) -> tuple[Typed, Grown]:
    """The cost of a key press, and the memory after each of STEPS steps. In all steps together, MORE messages
    arrive."""
    async with person(browser, Witness()) as context:
        await sign_in(context, desk)
        page = await context.new_page()
        await page.goto(f"{desk}/console#chat={customers[0].chat}")
        await expect(page.locator(".row")).to_have_count(CHATS)
        await seen(page, MESSAGES * CHATS)
        probe = await context.new_cdp_session(page)
        keys = await key_costs(page, probe)
        heap: list[float] = []
        nodes: list[int] = []
        for step in range(STEPS):
            await write(customers, MORE // STEPS // CHATS)
            await seen(page, MESSAGES * CHATS + (step + 1) * MORE // STEPS)
            used, drawn = await memory(probe)
            heap.append(used)
            nodes.append(drawn)
        return keys, Grown(heap, nodes)


async def seen(page: Page, messages: int) -> None:
    """Wait until this number of messages has arrived in the console."""
    unread = messages - messages // CHATS
    await page.wait_for_function(
        "(unread) => Number(/\\((\\d+)\\)/.exec(document.title)?.[1] ?? 0) >= unread", arg=unread
    )


async def key_costs(page: Page, probe: CDPSession) -> Typed:
    """Type KEYS keys into the message box, one after the other. Returns the cost of a key press."""
    box = page.locator("#reply")
    await box.evaluate(TIME_KEYS)
    await box.focus()
    await probe.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = await busy_s(probe)
    await page.keyboard.type("The dates of line 3 overlap. " * (KEYS // 29), delay=20)
    spent = await busy_s(probe) - before
    taken: list[float] = sorted(await page.evaluate("keys"))
    return Typed(
        keys=len(taken),
        key_ms_median=round(statistics.median(taken), 2),
        key_ms_p95=round(taken[int(len(taken) * 0.95)], 2),
        key_ms_max=round(taken[-1], 2),
        key_cpu_ms=round(spent * 1000 / len(taken), 2),
        long_tasks=await page.evaluate("tasks"),
    )


async def busy_s(probe: CDPSession) -> float:
    """Seconds of CPU time of the page's thread so far."""
    metrics = (await probe.send("Performance.getMetrics"))["metrics"]
    spent: float = next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")
    return spent


async def memory(probe: CDPSession) -> tuple[float, int]:
    """The heap in MB after a garbage collection, and the number of DOM nodes."""
    await probe.send("HeapProfiler.collectGarbage")
    usage = await probe.send("Runtime.getHeapUsage")
    counted = await probe.send("Memory.getDOMCounters")
    return round(usage["usedSize"] / 1e6, 1), counted["nodes"]


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
