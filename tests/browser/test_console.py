"""An agent's console, with customers who speak the protocol: what it shows, what keys do, whom it calls."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from identity.adapters.store import SqlStore
from identity.service import Identity
from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import DESKTOP, PHONE, Witness, person
from tests.browser.desk import DESHAWN, PRIYA, Staff, serving_here
from tests.browser.line import Line
from tests.browser.people import Agent, shows
from tests.running import Client, RunningDesk, SettableClock

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CARD = "4111 1111 1111 1111"

# Whether somebody looks at the page, and what it does to call them, as the test says and asks.
CALLS = """
globalThis.looking = true;
globalThis.calls = { sounds: 0, shown: [], open: new Map() };
Document.prototype.hasFocus = () => looking;
globalThis.Notification = class {
  static permission = 'granted';
  static requestPermission = async () => 'granted';
  constructor(title, { body, tag }) {
    calls.shown.push(`${title}: ${body}`);
    calls.open.set(tag, this);
    this.tag = tag;
  }
  close() { calls.open.delete(this.tag); }
};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) {
  calls.sounds += 0.5; // a call has two tones
  return start.apply(this, at);
};
"""

KEY = "new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...OF })"
COMPOSING = (
    "(box) => box.dispatchEvent(" + KEY.replace("OF", "{ key: 'Enter', code: 'Enter', isComposing: true }") + ")"
)
HELD = "document.body.dispatchEvent(" + KEY.replace("OF", "{ key: 'e', code: 'KeyE', repeat: true }") + ")"

# The pointer goes on moving among the chats.
MOVING = """
const move = () => document.getElementById('rows').dispatchEvent(new PointerEvent('pointermove'));
globalThis.moving = setInterval(move, 100);
"""


@dataclass(slots=True)
class Shift:
    """Priya at her console, available, at a desk whose clock stands and is hers too."""

    desk: RunningDesk
    clock: SettableClock
    context: BrowserContext
    agent: Agent
    line: Line

    @property
    def page(self) -> Page:
        return self.agent.page

    async def forward(self, seconds: float) -> None:
        """Let that much time be over, for everybody."""
        self.clock.forward(seconds)
        await self.context.clock.set_fixed_time(self.clock.at / 1000)

    async def asks(self, name: str, text: str, *, subject: str | None = None) -> tuple[Client, str]:
        """Somebody asks Media; Priya has the chat."""
        customer = await self.desk.customer(name=name)
        more = {"subject": subject} if subject else {}
        chat = (await customer.command("chat.start", team="media", text=text, **more))["chat"]
        await expect(self.row(name)).to_be_visible()
        return customer, chat

    async def token(self) -> str:
        """Priya's, for another connection of hers."""
        identity = Identity(SqlStore())
        return await self.desk.desk.storage.write(lambda tx: identity.create_token(tx, PRIYA.email, self.clock.at))

    def row(self, name: str) -> Locator:
        return self.agent.rows.filter(has=self.page.get_by_text(name, exact=True))

    async def order(self, *names: str) -> None:
        """Wait until there are these rows, in this order."""
        await expect(self.agent.rows.locator(".name")).to_have_text(names)

    async def calls(self) -> dict[str, list[str]]:
        """What was done to call Priya so far: sounds, notices, and those that are still there."""
        found: dict[str, list[str]] = await self.page.evaluate(
            "({ sounds: [...'.'.repeat(calls.sounds)], shown: calls.shown, open: [...calls.open.keys()] })"
        )
        return found

    async def sounded(self, times: int) -> None:
        """Wait until she was called so often."""
        await self.page.wait_for_function("(times) => calls.sounds >= times", arg=times)
        assert len((await self.calls())["sounds"]) == times


@asynccontextmanager
async def on_shift(
    browser: Browser,
    witness: Witness,
    folder: Path,
    viewport: ViewportSize = DESKTOP,
    people: Sequence[Staff] = (PRIYA,),
) -> AsyncIterator[Shift]:
    clock = SettableClock()
    async with serving_here(folder, people, clock) as desk, person(browser, witness, viewport) as context:
        await context.add_init_script(CALLS)
        await context.clock.set_fixed_time(clock.at / 1000)
        line = Line()
        await line.through(context)
        shift = Shift(desk, clock, context, await Agent.sign_in(context, desk.url, PRIYA), line)
        await shift.page.get_by_role("button", name=re.compile("change your status")).click()
        await shift.page.get_by_role("menuitemradio", name="Available").click()
        await expect(shift.page.get_by_role("button", name=re.compile("^Available"))).to_be_visible()
        yield shift


async def test_chats_are_grouped_by_urgency_and_sorted_by_wait(
    browser: Browser, witness: Witness, tmp_path: Path
) -> None:
    """Chats that are owed a first response come first, amber in the last minute and red afterwards. Then come chats
    that wait for the agent, then chats that wait for the customer. Rows are sorted only once the pointer rests."""
    async with on_shift(browser, witness, tmp_path) as shift:
        customers = {}
        for name in ("Omar", "Sofía", "Bartholomew", "Danielle"):
            customers[name] = await shift.asks(name, f"{name} asks")
            await shift.forward(5)
        headings = shift.page.get_by_role("navigation", name="Your chats").get_by_role("heading")
        await expect(headings).to_have_text(["First reply owed"])
        await shift.order("Omar", "Sofía", "Bartholomew", "Danielle")

        for name in ("Sofía", "Omar"):
            await shift.row(name).click()
            await shift.agent.reply(f"Hi {name}")
            await shift.agent.has_stored_all()
            await shift.forward(1)
        await shift.order("Bartholomew", "Danielle", "Sofía", "Omar")
        await expect(headings).to_have_text(["First reply owed", "Waiting for them"])
        for name in ("Omar", "Sofía"):
            client, chat = customers[name]
            await client.command("message.send", chat=chat, text="and another thing")
            await shift.forward(1)
        await expect(headings).to_have_text(["First reply owed", "Waiting for you"])
        await shift.order("Bartholomew", "Danielle", "Omar", "Sofía")

        # Bartholomew's first reply is due 180 s after he came, 7 s after Omar's row began to wait.
        await shift.forward(180 - 14 - 60)
        await expect(shift.row("Bartholomew")).to_have_class(re.compile(r"\bdue\b"))
        await expect(shift.row("Bartholomew")).to_contain_text("1:00 left")
        await shift.forward(62)
        await expect(shift.row("Bartholomew")).to_contain_text("0:02 over")
        await expect(shift.row("Bartholomew")).to_have_accessible_name(re.compile("first reply overdue"))
        await expect(
            shift.page.get_by_role("status").filter(has_text="First reply overdue: Bartholomew")
        ).to_have_count(1)
        await expect(shift.row("Danielle")).to_contain_text("0:03 left")
        assert await faults_by_day_and_night(shift.page) == []

        # The pointer is on a row: what happens changes its words, not its place.
        await shift.row("Danielle").hover()
        await shift.page.evaluate(MOVING)
        await shift.agent.write_at_once(["One moment"])
        await shift.agent.has_stored_all()
        await shift.asks("Ingrid", "a new one")
        await expect(shift.row("Omar")).to_contain_text("You: One moment")
        await shift.order("Bartholomew", "Danielle", "Ingrid", "Omar", "Sofía")
        # One that only rests there keeps no row under a heading that is not true any more.
        await shift.page.evaluate("clearInterval(moving)")
        await shift.order("Bartholomew", "Danielle", "Ingrid", "Sofía", "Omar")
        assert witness.faults() == []


async def test_unread_messages_are_counted_and_drafts_kept_per_chat(
    browser: Browser, witness: Witness, tmp_path: Path
) -> None:
    """Rows, title and icon show unread counts. A draft reply and a draft note survive a reload."""
    async with on_shift(browser, witness, tmp_path) as shift:
        omar, chat = await shift.asks("Omar", "one")
        # It opens by itself, and is seen once the agent does something.
        await expect(shift.page.get_by_role("heading", name="Omar").first).to_be_visible()
        await expect(shift.row("Omar")).to_have_accessible_name(re.compile("1 unread"))
        await shift.page.mouse.move(600, 300)
        await expect(shift.row("Omar")).not_to_have_accessible_name(re.compile("unread"))
        await shift.asks("Sofía", "two")
        await shift.row("Sofía").click()
        await expect(shift.page.locator("#reply")).to_be_focused()
        for text in ("and", "so"):
            await omar.command("message.send", chat=chat, text=text)
        await expect(shift.row("Omar")).to_have_accessible_name(re.compile("2 unread"))
        await expect(shift.page).to_have_title("(2) Chats · Switchboard")
        await expect(shift.page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("%3E2%3C"))

        box = shift.page.locator("#reply")
        await box.fill("half an ans")
        await shift.page.get_by_text("Note", exact=True).click()
        await expect(box).to_have_value("")
        await box.fill("half a note")
        await shift.row("Omar").click()
        await expect(box).to_have_value("")
        await expect(box).to_have_attribute("placeholder", "Reply to Omar")
        await expect(shift.row("Sofía")).to_contain_text("Draft half an ans")
        await expect(shift.page).to_have_title("Chats · Switchboard")
        await expect(shift.page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("mark.svg$"))
        await omar.event("read", chat=chat)

        await shift.page.reload()
        await shift.row("Sofía").click()
        await expect(box).to_have_value("half an ans")
        await shift.page.get_by_text("Note", exact=True).click()
        await expect(box).to_have_value("half a note")
        await box.press("Enter")
        await expect(shift.agent.notes).to_have_text(["half a note"])
        await expect(box).to_have_value("half an ans")
        assert witness.faults() == []


async def test_close_dialog_suggests_codes_and_explains_refusals(
    browser: Browser, witness: Witness, tmp_path: Path
) -> None:
    """The team's recently used codes come first. Each rule is checked before sending, with the reason beside the
    field."""
    async with on_shift(browser, witness, tmp_path) as shift:
        await shift.asks("Omar", "The dates are refused")
        await shift.agent.rows.click()
        dialog = await shift.agent.open_close_dialog()
        await dialog.choose_code("Data fix")
        await dialog.send()
        await expect(dialog.box).to_be_hidden()
        await expect(shift.agent.ticket_link).to_be_focused()

        await shift.page.reload()
        await shift.asks("Sofía", "The dates are refused again")
        await shift.row("Sofía").click()
        dialog = await shift.agent.open_close_dialog()
        codes = dialog.box.get_by_role("group", name=re.compile("^Resolution")).get_by_role("radio")
        await expect(codes.first).to_have_accessible_name(re.compile("^Data fix"))
        await expect(dialog.box.get_by_label("Subject")).to_have_value("The dates are refused again")

        # Configuration requests are of one product alone.
        request = dialog.code("Configuration request")
        await expect(request).to_be_disabled()
        await expect(dialog.box.get_by_text("Only for Lumina. No product is set.")).to_be_visible()
        await dialog.choose_product("Spectra OX")
        await expect(dialog.box.get_by_text("Only for Lumina. This is about Spectra OX.")).to_be_visible()
        await dialog.choose_product("Lumina")
        await request.check()
        await dialog.choose_product("Spectra OX")
        await expect(request).not_to_be_checked()
        await dialog.send()
        await expect(dialog.reason("resolution")).to_have_text("Choose a resolution code to solve this ticket.")
        assert await faults_by_day_and_night(shift.page) == []

        # A duplicate names the other ticket; what only the desk can know, it says beside the same field.
        await dialog.box.get_by_label("Search the resolution codes").fill("same issue")
        await expect(codes).to_have_count(1)
        await dialog.box.get_by_label("Search the resolution codes").press("Enter")
        await expect(codes.first).to_be_checked()
        await dialog.box.get_by_label("Search the resolution codes").press("Enter")
        await expect(dialog.reason("duplicate_of")).to_have_text("Enter the number of the original ticket.")
        await expect(dialog.box.get_by_label("Number of the original ticket")).to_be_focused()
        await dialog.box.get_by_label("Number of the original ticket").fill("4711")
        await expect(dialog.reason("duplicate_of")).to_have_count(0)
        await dialog.send()
        await expect(dialog.reason("duplicate_of")).to_contain_text("4711")

        # A workaround is the customer's to read.
        await dialog.choose_status("Fixed – Pending RCA")
        await dialog.send()
        await expect(dialog.reason("workaround")).to_have_text("Add a workaround for the customer.")
        await expect(dialog.box.get_by_label("Workaround (required")).to_be_focused()
        await dialog.choose_status("Solved")
        await dialog.box.get_by_label("Search the resolution codes").fill("")
        await dialog.box.get_by_role("radio", name="Solved", exact=True).press("Digit1")
        await expect(codes.first).to_be_checked()
        await dialog.box.get_by_label("Subject").press("Control+Enter")
        await expect(shift.agent.ticket_link).to_have_text("Ticket #2, Solved")
        assert witness.faults() == []


async def test_redacted_line_is_not_proposed_as_the_subject(browser: Browser, witness: Witness, tmp_path: Path) -> None:
    """The dialog proposes the customer's first line, unless it was redacted. A subject typed by the agent stays."""
    async with on_shift(browser, witness, tmp_path) as shift:
        customers = [await shift.asks(name, CARD) for name in ("Omar", "Sofía", "Lena")]
        subject = shift.page.get_by_label("Subject")
        for name, written, left in (("Omar", None, ""), ("Sofía", "A card was refused", "A card was refused")):
            customer, chat = customers.pop(0)
            await shift.row(name).click()
            dialog = await shift.agent.open_close_dialog()
            await expect(subject).to_have_value(CARD)
            if written:
                await subject.fill(written)
            await customer.command("message.redact", chat=chat, of=2, reason="A card number")
            await expect(shift.agent.log).to_contain_text("Message removed")
            await expect(subject).to_have_value(left)
            await shift.page.keyboard.press("Escape")
            await expect(dialog.box).to_be_hidden()

        customer, chat = customers.pop(0)
        await shift.row("Lena").click()
        await customer.command("message.redact", chat=chat, of=2, reason="A card number")
        await shift.agent.sees("Message removed")
        dialog = await shift.agent.open_close_dialog()
        await expect(subject).to_have_value("")
        await dialog.choose_code("Data fix")
        await dialog.send()
        await expect(shift.agent.ticket_link).to_have_text("Ticket #1, Solved")
        await shift.page.goto(f"{shift.desk.url}/tickets/1")
        await expect(shift.page.get_by_role("heading", name="#1 No subject")).to_be_visible()
        assert witness.faults() == []


async def test_agent_handles_chats_by_keyboard_alone(browser: Browser, witness: Witness, tmp_path: Path) -> None:
    """An agent becomes available, answers two customers, writes a note, searches, and closes a chat. Each dialog holds
    the focus and returns it."""
    async with on_shift(browser, witness, tmp_path) as shift:
        keys = shift.page.keyboard
        await keys.press("s")
        menu = shift.page.get_by_role("menu", name="Your status")
        await expect(menu.get_by_role("menuitemradio", name="Available")).to_be_focused()
        assert await faults_by_day_and_night(shift.page) == []
        for _ in range(3):
            await keys.press("ArrowDown")
        await keys.press("Enter")
        await expect(shift.page.get_by_role("button", name="Away, At lunch, change your status")).to_be_focused()
        await keys.press("s")
        await keys.press("Home")
        await keys.press("Enter")
        await expect(shift.page.get_by_role("button", name="Available, change your status")).to_be_focused()

        await shift.asks("Omar", "Where do I see rates?")
        await shift.forward(3)
        await shift.asks("Sofía", "The report does not open")
        await keys.press("1")
        await shows(shift.agent.log, ["Where do I see rates?"])
        await keys.press("r")
        await expect(shift.page.get_by_role("textbox", name="Reply to Omar")).to_be_focused()
        await keys.type("In the history")
        await keys.press("Shift+Enter")
        await keys.type("of the estimate")
        await keys.press("Enter")
        await shows(shift.agent.log, ["Where do I see rates?", "In the history\nof the estimate"])
        await shift.agent.has_stored_all()

        await keys.press("Alt+ArrowDown")
        await shows(shift.agent.log, ["The report does not open"])
        await expect(shift.page.get_by_role("textbox", name="Reply to Sofía")).to_be_focused()
        await keys.type("nre")
        await expect(shift.page.locator("#reply")).to_have_value("nre")
        await keys.press("Escape")
        await keys.press("n")
        await expect(shift.page.get_by_role("textbox", name="Note (only staff see it)")).to_be_focused()
        await keys.type("Second time")
        await keys.press("Enter")
        await expect(shift.agent.notes).to_have_text(["Second time"])

        await keys.press("Control+k")
        search = shift.page.get_by_role("combobox", name="Search your chats")
        await expect(search).to_be_focused()
        await keys.type("history")
        options = shift.page.get_by_role("option")
        await expect(options).to_have_count(2)
        await expect(options.first).to_contain_text("In the history of the estimate")
        await expect(options.first).to_have_attribute("aria-selected", "true")
        assert await faults_by_day_and_night(shift.page) == []
        await keys.press("ArrowDown")
        await expect(options.last).to_have_attribute("aria-selected", "true")
        await keys.press("ArrowUp")
        await keys.press("Enter")
        await expect(shift.page.get_by_role("textbox", name="Reply to Omar")).to_be_focused()

        await keys.press("Escape")
        await keys.press("e")
        dialog = shift.page.get_by_role("dialog", name="Close the chat with Omar")
        await expect(dialog.get_by_role("radio", name="Solved", exact=True)).to_be_focused()
        await keys.press("Tab")
        await keys.press("Space")
        await expect(dialog.get_by_role("radio", name="Set up")).to_be_checked()
        await keys.press("Enter")
        await expect(dialog).to_be_hidden()
        await expect(shift.agent.ticket_link).to_be_focused()
        await expect(shift.agent.rows).to_have_count(1)
        await keys.press("j")
        await shows(shift.agent.log, ["The report does not open"])
        assert witness.faults() == []


async def test_text_typed_into_an_ended_chat_reaches_nobody_else(
    browser: Browser, witness: Witness, tmp_path: Path
) -> None:
    """When a chat ends while the agent is typing, the unsent text is kept and shown. Until the agent leaves that text,
    further typing is neither a shortcut nor a message to somebody else."""
    async with on_shift(browser, witness, tmp_path) as shift:
        anna, chat = await shift.asks("Anna", "Where is my invoice?")
        await shift.asks("Bruno", "And mine?")
        await shift.row("Anna").click()
        box, keys = shift.page.locator("#reply"), shift.page.keyboard
        await box.focus()
        await keys.type("Your invoice 4711")
        await anna.command("chat.end", chat=chat)
        ended = shift.page.locator(".ended")
        await expect(ended).to_be_focused()
        await expect(ended).to_contain_text("This chat has ended.")
        await expect(ended).to_contain_text("Your invoice 4711")
        assert await faults_by_day_and_night(shift.page) == []
        await keys.type(" is on its way, as said l1")
        await keys.press("Enter")
        await expect(shift.page.get_by_role("menu", name="Your status")).to_have_count(0)
        await expect(shift.agent.rows.filter(has=shift.page.locator("[aria-current]"))).to_have_count(0)
        await expect(ended).to_be_visible()
        await keys.press("Escape")
        await keys.press("j")
        await expect(shift.page.get_by_role("region", name="Conversation with Bruno")).to_be_visible()
        await shows(shift.agent.log, ["And mine?"])
        assert witness.faults() == []


async def test_single_key_shortcuts_skip_fields_and_can_be_disabled(
    browser: Browser, witness: Witness, tmp_path: Path
) -> None:
    """The help sheet lists the keys and saves the choice. Without single keys, Ctrl+Enter sends. A held key counts
    once, and the Enter of an input method is ignored."""
    async with on_shift(browser, witness, tmp_path) as shift:
        await shift.asks("Omar", "one")
        await shift.agent.rows.click()
        keys = shift.page.keyboard
        box = shift.page.locator("#reply")
        await keys.press("Control+Slash")
        sheet = shift.page.get_by_role("dialog", name="Shortcuts and alerts")
        await expect(sheet).to_be_visible()
        assert await faults_by_day_and_night(shift.page) == []
        await sheet.get_by_role("checkbox", name="Single keys").uncheck()
        await sheet.get_by_role("checkbox", name="Enter sends").uncheck()
        await sheet.get_by_role("button", name="Done").click()
        await expect(box).to_be_focused()
        await keys.press("Escape")
        for key in ("e", "s", "n", "?", "1"):
            await keys.press(key)
        await expect(shift.page.get_by_role("dialog")).to_have_count(0)
        await expect(shift.page.get_by_role("menu", name="Your status")).to_have_count(0)

        await shift.page.reload()
        await expect(box).to_be_visible()
        await box.focus()
        await keys.type("first")
        await keys.press("Enter")
        await keys.type("second")
        await expect(box).to_have_value("first\nsecond")
        await keys.press("Control+Enter")
        await shows(shift.agent.log, ["one", "first\nsecond"])

        await keys.press("Control+Slash")
        await sheet.get_by_role("checkbox", name="Single keys").check()
        await sheet.get_by_role("checkbox", name="Enter sends").check()
        await keys.press("Escape")
        await expect(sheet).to_be_hidden()
        await box.fill("変換")
        assert await box.evaluate(COMPOSING), "Enter of an input method is not taken from it"
        await expect(box).to_have_value("変換")
        await keys.press("Escape")
        await shift.page.evaluate(HELD)
        await expect(shift.page.get_by_role("dialog")).to_have_count(0)
        await keys.press("?")
        await expect(sheet).to_be_visible()
        assert witness.faults() == []


async def test_unanswered_chat_alerts_the_agent_again(browser: Browser, witness: Witness, tmp_path: Path) -> None:
    """A new chat plays a sound, and in a hidden page shows a notification, every 15 seconds until it is answered. Then
    both end, and the notification is removed."""
    async with on_shift(browser, witness, tmp_path) as shift:
        await shift.page.keyboard.press("?")
        sheet = shift.page.get_by_role("dialog", name="Shortcuts and alerts")
        await sheet.get_by_role("checkbox", name="Desktop notifications").check()
        await sheet.get_by_role("button", name="Done").click()
        await shift.page.evaluate("looking = false")
        omar, chat = await shift.asks("Omar", "Anybody there?")
        await shift.sounded(1)
        assert (await shift.calls())["shown"] == ["Omar is waiting for a first reply: Anybody there?"]
        await shift.forward(14)
        await expect(shift.row("Omar")).to_contain_text("2:46 left")
        await shift.sounded(1)
        for times in (2, 3):
            await shift.forward(15)
            await shift.sounded(times)
        assert (await shift.calls())["open"] == [chat]

        # It is answered: nobody is called any longer.
        await shift.agent.rows.click()
        await shift.agent.write_at_once(["Here I am"])
        await shift.agent.log.hover()
        await omar.event("message", text="Here I am")
        await shift.agent.has_stored_all()
        await shift.forward(60)
        await expect(shift.page.get_by_role("heading", name="Waiting for them")).to_be_visible()
        await expect(shift.row("Omar")).to_contain_text("1:00")
        assert await shift.calls() | {"shown": []} == {"sounds": ["."] * 3, "shown": [], "open": []}

        # A further message calls too, for whoever looks elsewhere.
        await omar.command("message.send", chat=chat, text="Thank you")
        await shift.sounded(4)
        assert (await shift.calls())["shown"][-1] == "Omar: Thank you"
        await shift.page.evaluate("looking = true")
        await shift.page.evaluate("dispatchEvent(new Event('focus'))")
        await expect(shift.page).to_have_title("Chats · Switchboard")
        assert (await shift.calls())["open"] == []
        assert witness.faults() == []


async def test_lost_connection_is_shown_with_what_was_missed(
    browser: Browser, witness: Witness, tmp_path: Path
) -> None:
    """The console says that it is offline. After it reconnects, it shows for how long, what arrived, and a link to
    it."""
    async with on_shift(browser, witness, tmp_path) as shift:
        omar, chat = await shift.asks("Omar", "one")
        await shift.asks("Sofía", "two")
        await shift.row("Sofía").click()
        await shift.line.cut()
        await expect(shift.page.get_by_role("button", name="Connecting, change your status")).to_be_disabled()
        await shift.forward(2)
        await expect(shift.page.get_by_text("Connection lost.")).to_be_visible()
        assert await faults_by_day_and_night(shift.page) == []
        await omar.command("message.send", chat=chat, text="and")
        await omar.command("message.send", chat=chat, text="so")
        await shift.forward(70)
        shift.line.mend()
        await shift.page.evaluate("dispatchEvent(new Event('online'))")
        back = shift.page.get_by_role("status").filter(has_text="Back after 1 min 12 s.")
        await expect(back).to_contain_text("2 new messages in 1 chat.")
        await expect(shift.page.get_by_text("Connection lost.")).to_have_count(0)
        await back.get_by_role("button", name="Show").click()
        await shows(shift.agent.log, ["one", "and", "so"])
        await expect(back).to_have_count(0)
        assert witness.faults(expected=["status of 503"]) == []


async def test_unsent_text_of_lost_chats_can_be_copied_or_deleted(
    browser: Browser, witness: Witness, tmp_path: Path
) -> None:
    """While offline, one chat is taken over and one ends. After reconnecting, and after a reload, the console lists
    Priya's unsent texts and drafts with recipient and reason, to copy or delete by keyboard."""
    async with on_shift(browser, witness, tmp_path) as shift:
        page = shift.page
        await shift.context.grant_permissions(["clipboard-read", "clipboard-write"])
        ines = await shift.desk.staff("Ines", role="supervisor", teams=["media"])
        _, taken = await shift.asks("Omar", "one")
        sofia, ended = await shift.asks("Sofía", "two")
        await shift.asks("Lena", "three")
        await shift.row("Sofía").click()
        await page.get_by_text("Note", exact=True).click()
        await page.locator("#reply").fill("Half a note")
        await shift.line.cut()
        for name in ("Omar", "Sofía"):
            await shift.row(name).click()
            await shift.agent.reply(f"To {name}")
        await shift.row("Lena").click()
        # Of a sign that the server does not take.
        await shift.agent.reply("To Lena\0")
        await ines.command("chat.take", chat=taken)
        await sofia.command("chat.end", chat=ended)
        await page.get_by_role("heading", name="Your chats").first.click()
        shift.line.mend()
        await page.evaluate("dispatchEvent(new Event('online'))")
        await shift.order("Lena")

        left = page.get_by_role("region", name="Not sent")
        rows = left.get_by_role("listitem")
        await expect(left.get_by_role("alert")).to_have_text("2 replies and 1 draft weren’t sent.")
        await page.reload()
        await expect(left.get_by_role("alert")).to_have_text("2 replies and 1 draft weren’t sent.")
        await expect(rows.nth(0)).to_contain_text("Omara colleague has this chat To Omar")
        await expect(rows.nth(1)).to_contain_text("Sofíathis chat is closed To Sofía")
        await expect(rows.nth(2)).to_contain_text("Sofíadraft Half a note")
        assert await faults_by_day_and_night(page) == []

        # That of a chat which is hers still stands there, and in its row while another is on the screen.
        await page.evaluate("location.hash = ''")
        await expect(left.get_by_role("alert")).to_have_text("3 replies and 1 draft weren’t sent.")
        await expect(shift.row("Lena")).to_contain_text("Not sent")
        await rows.filter(has_text="Lena").get_by_role("button", name="Show").click()
        await expect(shift.agent.log).to_contain_text("Not sent")
        await expect(rows).to_have_count(3)

        await rows.nth(0).get_by_role("button", name="Copy your message to Omar").focus()
        await page.keyboard.press("Enter")
        await expect(rows.nth(0).get_by_role("status")).to_have_text("Copied")
        assert await page.evaluate("navigator.clipboard.readText()") == "To Omar"
        for remaining in (2, 1):
            await page.keyboard.press("Tab")
            await page.keyboard.press("Enter")
            await expect(rows).to_have_count(remaining)
            await page.keyboard.press("Shift+Tab")
        await rows.get_by_role("button", name="Delete").click()
        await expect(left).to_have_count(0)
        await page.reload()
        await shift.order("Lena")
        await expect(left).to_have_count(0)
        assert witness.faults(expected=["status of 503"]) == []


async def test_unsent_text_is_not_sent_as_another_user(browser: Browser, witness: Witness, tmp_path: Path) -> None:
    """Deshawn signs in in the same browser while Priya's console is offline. After it reconnects, her text is not sent
    as his. The page says so and is his after a reload, and Priya's text waits for her."""
    async with on_shift(browser, witness, tmp_path, people=[PRIYA, DESHAWN]) as shift:
        omar, chat = await shift.asks("Omar", "one")
        await shift.row("Omar").click()
        await shift.line.cut()
        await shift.agent.reply("Of Priya")
        await shift.context.clear_cookies()
        other = await Agent.sign_in(shift.context, shift.desk.url, DESHAWN)
        shift.line.mend()
        await shift.page.evaluate("dispatchEvent(new Event('online'))")
        said = shift.page.get_by_role("status").filter(has_text="Someone else signed in here. Reload the page.")
        await expect(said).to_be_visible()
        assert await faults_by_day_and_night(shift.page) == []
        await expect(shift.agent.log.get_by_text("Of Priya")).to_be_visible()
        assert [frame for frame in omar.durable(chat) if frame["type"] == "message"] == []
        await said.get_by_role("button", name="Reload").click()
        await expect(shift.page.get_by_role("button", name="Account of Deshawn")).to_be_visible()
        await other.page.close()
        await expect(shift.page.get_by_role("button", name="Away, change your status")).to_be_visible()

        # Back as herself, what she wrote goes out.
        await shift.context.clear_cookies()
        await Agent.sign_in(shift.context, shift.desk.url, PRIYA)
        await omar.event("message", text="Of Priya")
        assert witness.faults(expected=["status of 503"]) == []


async def top_of(what: Locator) -> float:
    """How far down the page it is."""
    box = await what.bounding_box()
    assert box is not None
    return box["y"]


async def test_conversation_scrolls_only_from_its_end(browser: Browser, witness: Witness, tmp_path: Path) -> None:
    """A reader at the end sees new messages. A reader further up keeps their place."""
    async with on_shift(browser, witness, tmp_path) as shift:
        omar, chat = await shift.asks("Omar", "The first of many")
        await shift.row("Omar").click()
        for number in range(30):
            await omar.command("message.send", chat=chat, text=f"Line {number} of the order")
        log = shift.agent.log
        await expect(log.get_by_text("Line 29 of the order")).to_be_in_viewport()
        await omar.command("message.send", chat=chat, text="The newest")
        await expect(log.get_by_text("The newest")).to_be_in_viewport()

        await log.evaluate("(box) => { box.scrollTop = -(box.scrollHeight - box.clientHeight) / 2; }")
        reading = log.get_by_text("Line 12 of the order")
        await reading.scroll_into_view_if_needed()
        before = await top_of(reading)
        await omar.command("message.send", chat=chat, text="One more")
        await expect(log.get_by_text("One more")).to_be_attached()
        assert abs(await top_of(reading) - before) < 1
        await expect(log.get_by_text("One more")).not_to_be_in_viewport()
        assert witness.faults() == []


async def test_phone_shows_the_list_or_one_conversation(browser: Browser, witness: Witness, tmp_path: Path) -> None:
    """A row opens the conversation, the name opens the customer's details, and Back returns to the same row."""
    async with on_shift(browser, witness, tmp_path, PHONE) as shift:
        await shift.asks("Omar", "From the train")
        await shift.asks("Sofía", "two")
        await expect(shift.agent.log).to_be_hidden()
        await shift.row("Omar").click()
        await shows(shift.agent.log, ["From the train"])
        await expect(shift.agent.rows.first).to_be_hidden()
        await expect(shift.page.get_by_role("region", name="Conversation with Omar")).to_be_focused()

        about = shift.page.get_by_role("complementary", name="About the customer")
        await expect(about).to_be_hidden()
        await shift.page.get_by_role("button", name="Omar").click()
        await expect(about).to_be_visible()
        assert await faults_by_day_and_night(shift.page) == []
        await shift.page.keyboard.press("Escape")
        await expect(about).to_be_hidden()
        await expect(shift.page.get_by_role("button", name="Omar")).to_be_focused()
        await shift.page.get_by_role("link", name="Back to your chats").click()
        await expect(shift.agent.log).to_be_hidden()
        await expect(shift.row("Omar")).to_be_focused()
        assert witness.faults() == []


HOSTILE = (
    "<script>ran=1</script>",
    "<img src=x onerror=ran=1>",
    "<svg/onload=ran=1>",
    '"><svg onload=ran=1>',
    "' autofocus onfocus=ran=1 x='",
    "</title><script>ran=1</script>",
    "</textarea><script>ran=1</script>",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    "<a href=javascript:ran=1>click</a>",
    "javascript:ran=1//",
    "data:text/html,<script>ran=1</script>",
    "${ran=1}{{ran=1}}<%=ran=1%>",
    "<!--<img src=--><img src=x onerror=ran=1>",
    "<math><mtext><style><img src=x onerror=ran=1>",
    "<details open ontoggle=ran=1>",
    "<template><script>ran=1</script></template>",
    "\u202e<b>gnp.exe</b>\u202c",
    "Z\u0337\u0321\u031ba\u0334l\u0338g\u0337o\u0336",
    "&lt;img src=x onerror=ran=1&gt;",
    "?lit$123$<!--?lit$--><i lit$=ran>",
)


TURNED = str.maketrans("", "", "\u202a\u202b\u202c\u202d\u202e")
"""No name and no subject may hold these."""


async def test_hostile_strings_are_shown_as_text_in_every_field(
    browser: Browser, witness: Witness, tmp_path: Path
) -> None:
    """As name, page address, subject, message, note and search query, in every part of the console. Nothing runs."""
    async with on_shift(browser, witness, tmp_path) as shift:
        more = await shift.desk.staff_again(await shift.token())
        await more.command("presence.set", status="available", capacity=len(HOSTILE))
        names = {string: string.translate(TURNED) for string in HOSTILE}
        for string, name in names.items():
            customer = await shift.desk.customer(
                name=name, page=f"https://host.example/{string}", referrer=f"https://host.example/?{string}"
            )
            started = await customer.command("chat.start", team="media", text=string, subject=name)
            await more.event("chat.assigned", chat=started["chat"])
            await more.command("note.add", chat=started["chat"], text=string)
            await customer.command("message.send", chat=started["chat"], text=string)
        await expect(shift.agent.rows).to_have_count(len(HOSTILE))
        assert sorted(await shift.agent.rows.locator(".name").all_text_contents()) == sorted(names.values())
        about = shift.page.get_by_role("complementary", name="About the customer")
        for string, name in names.items():
            await shift.row(name).click()
            await shows(shift.agent.log, [string, string])
            assert await shift.agent.notes.last.text_content() == string
            assert await about.get_by_role("heading", level=2).text_content() == name
            assert await shift.page.locator("#talk-name").text_content() == name
            assert name in str(await shift.page.locator(".talk-head p").text_content())
            await shift.agent.write_at_once([string])
            dialog = await shift.agent.open_close_dialog()
            await expect(dialog.box.get_by_label("Subject")).to_have_value(name)
            await dialog.box.get_by_label("Search the resolution codes").fill(string)
            await dialog.box.get_by_role("button", name="Cancel").click()
            await expect(dialog.box).to_be_hidden()
            await shift.page.keyboard.press("Control+k")
            await shift.page.get_by_role("combobox", name="Search your chats").fill(name)
            await expect(shift.page.get_by_role("option").first).to_contain_text(name)
            await shift.page.keyboard.press("Escape")
        assert not await shift.page.evaluate("'ran' in globalThis")
        assert witness.faults() == []


async def test_chats_stay_live_on_the_ticket_pages(browser: Browser, witness: Witness, tmp_path: Path) -> None:
    """On the pages for tickets, one ticket and the account, the bar shows held chats and unread messages. The title
    shows them too, a sound plays, and the agent can go away there."""
    async with on_shift(browser, witness, tmp_path) as shift:
        client, chat = await shift.asks("Omar", "Where is it?")
        page = shift.page
        await client.command("message.send", chat=chat, text="Hello?")
        for path in ("/account", "/tickets"):
            await page.goto(f"{shift.desk.url}{path}")
            await expect(page.get_by_role("link", name="Chats 1 held 2 unread")).to_be_visible()
            await expect(page).to_have_title(re.compile(r"^\(2\) "))
            assert await faults_by_day_and_night(page) == []
        await page.get_by_role("button", name=re.compile("^Available")).click()
        await page.get_by_role("menuitemradio", name="At lunch").click()
        await expect(page.get_by_role("button", name=re.compile("^Away, At lunch"))).to_be_visible()
        await client.command("message.send", chat=chat, text="Are you there?")
        await expect(page.get_by_role("link", name="Chats 1 held 3 unread")).to_be_visible()
        await page.wait_for_function("calls.sounds > 0")
        await page.get_by_role("link", name="Chats 1 held 3 unread").click()
        await expect(shift.row("Omar")).to_be_visible()
        await expect(page.get_by_role("button", name=re.compile("^Away"))).to_be_visible()
        assert witness.faults() == []
