"""What customers and agents do with a browser, and what they see: by the names on the buttons, as they would."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Self

from playwright.async_api import BrowserContext, Error, FrameLocator, Locator, Page, expect
from playwright.async_api import TimeoutError as StillWaiting

from identity.adapters.store import SqlStore
from identity.service import Identity
from tests.browser.chromium import DEADLINE_MS
from tests.browser.desk import PASSWORD, Staff
from tests.running import Client, RunningDesk, eventually

WIDGET = "switchboard-chat iframe"

_SEND_ALL = "(box, texts) => { for (const text of texts) { box.value = text; box.form.requestSubmit(); } }"


class Customer:
    """Somebody on a page with the Chat button."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.received: list[str] = []
        self.sockets = 0
        """Sockets to the desk that were opened from this page."""
        page.on("websocket", lambda socket: self._opened())
        page.on("websocket", lambda socket: socket.on("framereceived", self._frame))

    @classmethod
    async def visit(cls, context: BrowserContext, address: str) -> Customer:
        """A new tab on a page that carries the widget."""
        customer = cls(await context.new_page())
        await customer.page.goto(address)
        return customer

    def _opened(self) -> None:
        self.sockets += 1

    def _frame(self, payload: str | bytes) -> None:
        self.received.append(payload if isinstance(payload, str) else payload.decode())

    @property
    def button(self) -> Locator:
        return self.page.locator("switchboard-chat").get_by_role("button", name=re.compile("^Chat"))

    @property
    def badge(self) -> Locator:
        """What the button says of messages that were not seen."""
        return self.button.locator("b")

    @property
    def widget(self) -> FrameLocator:
        return self.page.frame_locator(WIDGET)

    @property
    def log(self) -> Locator:
        return self.widget.get_by_role("log", name="Messages")

    def outcome(self, number: int) -> Locator:
        """The card that says what the conversation has become."""
        return self.widget.get_by_role("group", name=f"Ticket #{number}")

    @property
    def in_line(self) -> Locator:
        """The bar above a conversation that waits."""
        return self.widget.get_by_role("region", name="Your place in line")

    @property
    def any_outcome(self) -> Locator:
        """The same of whichever ticket."""
        return self.widget.get_by_role("group", name=re.compile(r"^Ticket #\d+$"))

    async def has_become(self, number: int, status: str) -> None:
        """Wait until the conversation is shown as this ticket."""
        await expect(self.outcome(number).get_by_role("heading")).to_have_text(re.compile(status, re.IGNORECASE))

    async def begin_anew(self) -> None:
        """Leave what is over for a new form."""
        await self.widget.get_by_role("button", name="Menu").click()
        await self.widget.get_by_role("menuitem", name="New conversation").click()

    async def open_chat(self) -> None:
        """Open the chat, where the page has not opened it by itself, or is about to."""
        await self.page.locator("switchboard-chat").wait_for(state="attached")
        while await self.button.is_visible():
            with suppress(StillWaiting):
                await self.button.click(timeout=5_000)
                return

    async def start(self, team: str, text: str, *, name: str = "", email: str = "", product: str = "") -> None:
        """Write the first message, from the form."""
        await self.choose(team)
        if product:
            await self.widget.get_by_label("Which product?").select_option(label=product)
        await self.widget.get_by_label(re.compile("^Name")).fill(name)
        await self.widget.get_by_label(re.compile("^Email")).fill(email)
        await self.widget.get_by_label("What can we help with?").fill(text)
        await self.widget.get_by_role("button", name="Start the chat").click()

    async def choose(self, topic: str) -> None:
        """Say what it is about."""
        await self.widget.get_by_role("group", name="What is it about?").get_by_text(topic, exact=True).click()

    async def remove(self, text: str) -> None:
        """Take back a message of one's own."""
        await remove(self.log, text)
        await self.widget.get_by_role("button", name="Remove", exact=True).click()

    async def write(self, text: str) -> None:
        await self.widget.get_by_label("Message", exact=True).fill(text)
        await self.widget.get_by_label("Message", exact=True).press("Enter")

    async def write_at_once(self, texts: Sequence[str]) -> None:
        """Send several messages faster than anybody can type."""
        await self.widget.get_by_label("Message", exact=True).evaluate(_SEND_ALL, texts)

    async def sees(self, *texts: str) -> None:
        """Wait until exactly these messages are shown, in this order."""
        await shows(self.log, texts)

    async def has_stored_all(self) -> None:
        """Wait until nothing that was written is still on its way."""
        await has_stored_all(self.log)


Visit = Callable[..., Awaitable[Customer]]
"""Opens a page with the Chat button in a browser of somebody's own; takes an address."""


class Agent:
    """Somebody of staff, in their console."""

    def __init__(self, page: Page, desk: str) -> None:
        self.page = page
        self.desk = desk

    @classmethod
    async def sign_in(cls, context: BrowserContext, desk: str, who: Staff) -> Agent:
        """By the sign-in page, to which the console sends whoever is not signed in."""
        agent = cls(await context.new_page(), desk)
        await agent.page.goto(f"{desk}/console")
        await agent.page.get_by_label("Email").fill(who.email)
        await agent.page.get_by_label("Password").fill(PASSWORD)
        await agent.page.get_by_role("button", name="Sign in", exact=True).click()
        await agent.page.wait_for_url("**/console")
        return agent

    @classmethod
    async def at_console(cls, context: BrowserContext, desk: str, who: Staff, fragment: str = "") -> Agent:
        """Signed in without the sign-in page, which takes a browser as long to load as the console."""
        answer = await context.request.post(
            f"{desk}/api/session", data={"email": who.email, "password": PASSWORD}, headers={"Origin": desk}
        )
        assert answer.ok, await answer.text()
        agent = cls(await context.new_page(), desk)
        await agent.page.goto(f"{desk}/console{fragment}")
        return agent

    async def become_available(self) -> None:
        await self.page.get_by_role("button", name="Go available").click()
        await expect(self.page.get_by_role("button", name=re.compile("^Available"))).to_be_visible()

    @property
    def rows(self) -> Locator:
        """The chats they hold."""
        return self.page.get_by_role("navigation", name="Your chats").get_by_role("link")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Messages")

    @property
    def notes(self) -> Locator:
        return self.log.locator(".noted .text")

    async def reply(self, text: str) -> None:
        await self.page.get_by_text("Reply", exact=True).click()
        await self._write(text)

    async def note(self, text: str) -> None:
        await self.page.get_by_text("Note", exact=True).click()
        await self._write(text)

    async def write_at_once(self, texts: Sequence[str]) -> None:
        """Send several replies faster than anybody can type."""
        await self.page.locator("#reply").evaluate(_SEND_ALL, texts)

    async def _write(self, text: str) -> None:
        await self.page.locator("#reply").fill(text)
        await self.page.locator("#reply").press("Enter")

    async def sees(self, *texts: str) -> None:
        """Wait until exactly these messages are shown, notes aside, in this order."""
        await shows(self.log, texts)

    async def has_stored_all(self) -> None:
        """Wait until nothing that was written is still on its way."""
        await has_stored_all(self.log)

    async def open_close_dialog(self) -> CloseDialog:
        await self.page.get_by_role("button", name="Close", exact=True).click()
        return CloseDialog(self.page)

    @property
    def ticket_link(self) -> Locator:
        """To the ticket that the chat has become."""
        return self.page.get_by_role("link", name=re.compile(r"^Ticket #\d+"))

    async def open_ticket(self) -> None:
        """The page of that ticket, by way of the sheet beside the chat."""
        await self.ticket_link.click()
        await self.page.get_by_role("dialog", name=re.compile("^Ticket")).get_by_role("link", name="Open").click()
        await self.page.wait_for_url(re.compile(r"/tickets/\d+$"))


class Colleague:
    """Somebody of staff without a browser, for tests of what customers see: a console costs as much as their page."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._followed: set[str] = set()
        self._said: dict[str, dict[int, str]] = {}
        """Their own messages of each chat, by `seq`."""

    @classmethod
    async def available(cls, desk: RunningDesk, who: Staff) -> Self:
        """Connected, and ready for chats."""
        identity = Identity(SqlStore())
        token = await desk.desk.storage.write(lambda tx: identity.create_token(tx, who.email, desk.clock()))
        client = await desk.staff_again(token)
        await client.command("presence.set", status="available")
        return cls(client)

    async def chat(self) -> str:
        """The newest chat that they have, waited for. It is followed from its beginning."""
        await self._client.event("chat.assigned")
        chat: str = [event for event in self._client.events if event["type"] == "chat.assigned"][-1]["chat"]
        if chat not in self._followed:
            self._followed.add(chat)
            await self._client.command("chat.resume", chat=chat, after=0)
        return chat

    async def reply(self, text: str) -> None:
        chat = await self.chat()
        stored = await self._client.command("message.send", chat=chat, text=text)
        self._said.setdefault(chat, {})[stored["seq"]] = text

    async def sees(self, *texts: str) -> None:
        """Wait until the chat has exactly these messages, in this order."""
        chat = await self.chat()
        await eventually(lambda: self._texts(chat) == list(texts), f"{texts} are in the chat: {self._texts(chat)}")

    def _texts(self, chat: str) -> list[str]:
        heard = {event["seq"]: event["text"] for event in self._client.durable(chat) if event["type"] == "message"}
        return [text for _, text in sorted((heard | self._said.get(chat, {})).items())]

    async def close(self, status: str, **more: str) -> None:
        """End the chat as a ticket."""
        await self._client.command("chat.close", chat=await self.chat(), status=status, **more)


class CloseDialog:
    """Status, code, and what goes with them."""

    def __init__(self, page: Page) -> None:
        self.box = page.get_by_role("dialog", name=re.compile("^(Close the chat|Choose a code)"))
        self.search = self.box.get_by_role("combobox", name=re.compile("^Resolution code"))
        self.codes = self.box.get_by_role("listbox", name="Resolution codes").get_by_role("option")

    async def choose_status(self, name: str) -> None:
        await self.box.get_by_role("radio", name=name, exact=True).check()

    def code(self, name: str) -> Locator:
        """The choice of a resolution code, by its name."""
        return self.codes.filter(has=self.box.page.get_by_text(name, exact=True))

    async def choose_code(self, name: str) -> None:
        await self.code(name).click()

    async def show_details(self) -> None:
        """Subject, product, team and assignee."""
        if not await self.box.get_by_label("Subject").is_visible():
            await self.box.locator("summary").click()

    async def choose_product(self, name: str) -> None:
        await self.show_details()
        await self.box.get_by_role("combobox", name="Product").select_option(label=name)

    async def send(self) -> None:
        await self.box.get_by_role("button", name=re.compile("^(Close( as|,)|Save as|Leave it open)")).click()

    def reason(self, field: str) -> Locator:
        """What is said beside a field that was refused."""
        return self.box.locator(f"[data-field={field}] [role=alert]")


async def remove(log: Locator, text: str) -> None:
    """Ask for the removal of what was said."""
    said = log.locator(".msg, .noted").filter(has_text=text)
    await said.hover()
    await said.get_by_role("button", name=re.compile("^Remove this")).click()


def bubbles(log: Locator) -> Locator:
    """The texts that customer and staff wrote to each other."""
    return log.locator(".bubble")


async def texts_of(log: Locator) -> list[str]:
    """The messages as the document has them, to the character."""
    found: list[str] = await bubbles(log).evaluate_all("(all) => all.map((one) => one.textContent)")
    return found


async def shows(log: Locator, texts: Sequence[str]) -> None:
    """Wait until exactly these messages are shown, in this order."""
    found: list[str] = []
    deadline = monotonic() + DEADLINE_MS / 1000
    pause_s = 0.02
    while monotonic() < deadline:
        found = await texts_of(log)
        if found == list(texts):
            return
        await asyncio.sleep(pause_s)
        # Each look costs a busy machine some milliseconds.
        pause_s = min(2 * pause_s, 0.2)
    assert found == list(texts), f"shown on {log.page.url}: {found}, expected: {list(texts)}"


async def has_stored_all(log: Locator) -> None:
    """Wait until nothing that was written here is still on its way."""
    await expect(log.locator(".pending .msg, .pending .noted")).to_have_count(0)


async def becomes_online(page: Page) -> None:
    """Tell every frame of a page that the network is back, as the system would: nobody waits out a pause then."""
    for frame in page.frames:
        try:
            await frame.evaluate("dispatchEvent(new Event('online'))")
        except Error:
            continue  # It was on its way to another document.
