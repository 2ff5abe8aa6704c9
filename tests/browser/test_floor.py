"""The floor of a supervisor: chats as they move, reassigned from there, and right again after a lost connection."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect
from sqlmodel import select

from chat.adapters.tables import ChatRow
from identity.adapters.store import SqlStore
from routing.adapters.tables import AgentRow
from storage.ports import Tx
from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window, Witness
from tests.browser.desk import PRIYA, OpenDesk, Staff
from tests.browser.injections import INJECTIONS
from tests.browser.line import Line
from tests.browser.people import Agent, CloseDialog
from tests.running import DEADLINE_S, Client, RunningDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

INES = Staff("Ines Moreau", ("media",), role="supervisor")
# The figures of each team, and the chats and the handled chats of each agent, by name.
SHOWN = """
() => {
  const words = (cell) => cell.innerText.replace(/\\s+/g, ' ').trim();
  const rows = (part) => [...document.querySelectorAll(`${part} tbody tr`)];
  const teams = rows('floor-teams').map((row) => {
    const [answered, abandoned] = [...row.cells].slice(-2);
    const cells = ['.c-line', '.c-there', '.c-seats'].map((name) => row.querySelector(name));
    return [words(row.cells[0]), [...cells, answered, abandoned].map(words)];
  });
  const agents = rows('floor-agents').map((row) => {
    const held = [...row.querySelectorAll('[data-square]')].map((square) => [
      square.dataset.square,
      / (first response owed|reply owed|waiting for the customer)/.exec(square.textContent)[1],
    ]);
    return [words(row.querySelector('.cut')), [held.sort(), words(row.cells[5])]];
  });
  return Object.fromEntries([...teams, ...agents]);
}
"""


async def at_floor(context: BrowserContext, desk: RunningDesk, who: Staff = INES) -> Page:
    """Ines, on the floor by its link, which is live."""
    page = (await Agent.at_console(context, desk.url, who)).page
    await page.get_by_role("link", name="Floor").click()
    await expect(head(page)).to_contain_text("Live")
    return page


def head(page: Page) -> Locator:
    """Whether the floor is live, and its time."""
    return page.locator("floor-line")


def row(page: Page, name: str) -> Locator:
    """The row of a team or an agent."""
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))


async def asks(desk: RunningDesk, name: str, text: str, team: str = "media") -> tuple[Client, str]:
    customer = await desk.customer(name=name)
    return customer, (await customer.command("chat.start", team=team, text=text))["chat"]


async def test_supervisor_sees_chats_live_and_reassigns_one(open_desk: OpenDesk, window: Window) -> None:
    """A waiting chat becomes a square of the agent who gets it. The arrows lead to the next square, and Enter opens its
    chat: what Ines types at once is a whisper, and no shortcut. From the chat, a link leads to the dialog of its agent.
    Reassigned, it is a square of another agent, and its agent reads by whom. Times are those of the desk's zone.
    """
    desk = await open_desk([PRIYA, INES])
    ines = await at_floor(await window(timezone="Asia/Tokyo"), desk)
    await expect(head(ines)).to_contain_text(re.compile(r"day, \w+ \d+, \d\d:\d\d ET \(\d\d:\d\d your time\)$"))
    await expect(ines.get_by_text("Nobody is signed in.")).to_be_visible()
    _, zoe = await asks(desk, "Zoe", "The dates are refused")
    _, omar = await asks(desk, "Omar", "Invoice 7718-B")
    await expect(row(ines, "Media").locator(".c-line")).to_have_text("2")

    priya = await Agent.at_console(await window(), desk.url, PRIYA)
    await priya.become_available()
    squares = row(ines, "Priya Raman").get_by_role("link")
    await expect(squares).to_have_text([re.compile("^Zoe, first response"), re.compile("^Omar, first response")])
    await expect(row(ines, "Media").locator(".c-line")).to_have_text("0")
    assert await faults_by_day_and_night(ines) == []

    await squares.first.focus()
    await ines.keyboard.press("ArrowRight")
    await expect(squares.last).to_be_focused()
    await ines.keyboard.press("Enter")
    await ines.keyboard.type("stek best rate, then close")
    await ines.wait_for_url(f"**/console#chat={omar}")
    await expect(ines.get_by_role("log", name="Messages")).to_contain_text("Invoice 7718-B")
    whisper = ines.get_by_role("textbox", name="Whisper to Priya")
    await expect(whisper).to_be_focused()
    # A busy browser may leave the page before the first key.
    await ines.keyboard.type(" as usual")
    await expect(whisper).to_have_value(re.compile(" as usual$"))
    await expect(ines.locator("dialog[open], [role=menu]:popover-open")).to_have_count(0)
    await whisper.clear()
    await ines.keyboard.press("Escape")
    await ines.keyboard.press("j")
    await ines.wait_for_url(f"**/console#chat={zoe}")
    await expect(ines.get_by_role("log", name="Messages")).to_contain_text("The dates are refused")
    await ines.get_by_role("link", name="Reassign").click()
    dialog = ines.get_by_role("dialog", name="Priya Raman")
    await expect(dialog.get_by_label("Reassign to")).to_be_visible()

    tom = await desk.staff("Tom", teams=["media"])
    await tom.command("presence.set", status="available")
    await expect(row(ines, "Tom")).to_contain_text("Available")
    await dialog.get_by_role("button", name="Reassign the chat with Omar").click()
    assert await faults_by_day_and_night(ines, dialog) == []
    await dialog.get_by_label("Reassign to").select_option(value=f"staff:{tom.greeting['staff']}")
    await dialog.get_by_role("button", name="Reassign", exact=True).click()
    await expect(dialog.get_by_role("status")).to_have_text("The chat with Omar went to Tom.")
    await expect(priya.page.locator("parting-list")).to_contain_text(
        "Ines Moreau reassigned the chat with Omar to Tom."
    )
    await tom.event("chat.assigned", chat=omar)
    await dialog.get_by_role("button", name="Done").click()
    await expect(squares).to_have_text([re.compile("^Zoe")])
    await expect(row(ines, "Tom").get_by_role("link")).to_have_text([re.compile("^Omar")])


async def test_supervisor_closes_a_chat_from_the_floor(open_desk: OpenDesk, window: Window) -> None:
    """The chat opens beside the form that its agent has too. The agent reads who closed it. The
    customer's name stays text everywhere.
    """
    desk, zoe = await open_desk([PRIYA, INES]), INJECTIONS[0]
    priya = await Agent.at_console(await window(), desk.url, PRIYA)
    await priya.become_available()
    await asks(desk, zoe, "The dates are refused")
    await expect(priya.rows).to_have_count(1)
    ines = await at_floor(await window(), desk)
    await ines.get_by_role("button", name="Manage Priya Raman").click()
    await ines.get_by_role("dialog").get_by_role("link", name=f"Close… the chat with {zoe}").click()
    dialog = CloseDialog(ines)
    await expect(ines.get_by_role("log", name="Messages")).to_contain_text("The dates are refused")
    await expect(dialog.box).to_contain_text(f"Nobody replied to {zoe}.")
    assert await faults_by_day_and_night(ines) == []
    await dialog.show_details()
    await expect(dialog.box.get_by_label("Assignee").locator("option:checked")).to_have_text("Priya Raman")
    await dialog.choose_code("Data fix")
    await dialog.send()
    await expect(dialog.box).to_be_hidden()
    await expect(priya.log).to_contain_text("Ines Moreau closed the chat.")
    await ines.get_by_role("link", name="Floor").click()
    await expect(row(ines, "Priya Raman").get_by_role("link")).to_have_count(0)
    await expect(row(ines, "Media").locator("td").nth(-2)).to_have_text("0")
    assert [await page.evaluate("globalThis.ran") for page in (ines, priya.page)] == [None, None]


async def test_open_floor_equals_a_recount_at_ten_moments_of_a_shift(open_desk: OpenDesk, window: Window) -> None:
    """Agents of two teams get, answer, transfer and close chats, customers leave, and agents pause. Whatever happens,
    the page shows what a plain count of the database gives."""
    random = Random(18)
    both = replace(INES, teams=("media", "finance"))
    desk = await open_desk([both], rate_limits="off")
    ines = await at_floor(await window(), desk, both)
    teams = (["media"], ["finance"], ["media", "finance"], ["media"])
    agents = [await desk.staff(f"Agent{n}", teams=teams[n], capacity=2) for n in range(4)]
    for agent in agents:
        await agent.command("presence.set", status="available")
    customers: dict[str, Client] = {}
    steps = 40
    moments = set(random.sample(range(steps), 10))
    for step in range(steps):
        if step % 2 == 0:
            customer, chat = await asks(
                desk, f"Zoe{step}", "The dates are refused", random.choice(["media", "finance"])
            )
            customers[chat] = customer
        await something(desk, random, customers, agents)
        if step in moments:
            await equals_a_recount(ines, desk, {agent.greeting["staff"]: agent.greeting["name"] for agent in agents})


async def something(desk: RunningDesk, random: Random, customers: dict[str, Client], agents: Sequence[Client]) -> None:
    """One chat goes on, ends or changes hands, or an agent pauses. It may be refused, since chats move meanwhile."""
    by_id = {agent.greeting["staff"]: agent for agent in agents}
    chat = random.choice(desk.desk.open_chats.all() or [None])
    what = random.random()
    if chat is None or what < 0.1:
        status = random.choice(["available", "available", "away"])
        await random.choice(agents).command("presence.set", status=status)
    elif what < 0.35:
        await customers[chat.id].ask("message.send", chat=chat.id, text="And now?")
    elif chat.agent is None:
        await customers[chat.id].ask("chat.end", chat=chat.id)
    elif what < 0.65:
        await by_id[chat.agent].ask("message.send", chat=chat.id, text="One moment")
    elif what < 0.85:
        await by_id[chat.agent].ask("chat.close", chat=chat.id, status="solved", resolution="support_question")
    else:
        await by_id[chat.agent].ask("chat.transfer", chat=chat.id, team=random.choice(["media", "finance"]))


async def equals_a_recount(page: Page, desk: RunningDesk, names: dict[str, str]) -> None:
    """Wait until the page shows what is in the database at the same moment."""
    shown = expected = None
    try:
        async with asyncio.timeout(DEADLINE_S):
            while expected is None or shown != expected:
                await page.evaluate("new Promise(requestAnimationFrame)")
                expected = await desk.desk.storage.read(lambda tx: recount(tx, names))
                shown = await page.evaluate(SHOWN)
    except TimeoutError:
        assert shown == expected


def recount(tx: Tx, names: dict[str, str]) -> dict[str, list[object]]:
    """The figures by name of team and agent, without the code of the floor."""
    chats = list(tx.session.exec(select(ChatRow)))
    members = {user.id: set(user.teams) for user in SqlStore().users(tx)}
    agents = {row.staff: row for row in tx.session.exec(select(AgentRow)) if row.staff in names}
    found: dict[str, list[object]] = {}
    for key, name in (("media", "Media"), ("finance", "Finance")):
        mine = [chat for chat in chats if chat.team == key]
        theirs = [row for row in agents.values() if key in members[row.staff]]
        here = [row for row in theirs if row.status == "available"]
        taken = sum(chat.state == "active" and chat.agent == row.staff for chat in chats for row in here)
        kept = sum(chat.state == "active" for chat in mine)
        word = "chat" if kept == 1 else "chats"
        found[name] = [
            str(sum(chat.state == "queued" for chat in mine)),
            f"{len(here)} / {len(theirs) - len(here)} away",
            f"{taken} of {sum(row.capacity for row in here)}"
            if here or not kept
            else f"{kept} {word}, nobody available",
            str(sum(chat.first_reply_at is not None for chat in mine)),
            str(sum(chat.closed_reason == "abandoned" for chat in mine)),
        ]
    for staff, name in names.items():
        own = [chat for chat in chats if chat.agent == staff]
        held = sorted([chat.id, waits(chat)] for chat in own if chat.state == "active")
        found[name] = [held, str(sum(chat.state == "closed" for chat in own))]
    return found


def waits(chat: ChatRow) -> str:
    if chat.reply_owed_since is None:
        return "waiting for the customer"
    return "first response owed" if chat.agent_reply_at is None else "reply owed"


async def test_floor_is_right_again_after_a_lost_connection(
    open_desk: OpenDesk, window: Window, witness: Witness
) -> None:
    """While it is lost, the page says that its figures are not current. An agent gets no floor."""
    witness.expects("status of 403", "status of 503")
    desk = await open_desk([PRIYA, INES])
    priya = await Agent.at_console(await window(), desk.url, PRIYA)
    await priya.page.goto(f"{desk.url}/floor")
    await expect(priya.page.get_by_role("heading", name="You can’t open this page")).to_be_visible()

    context, line = await window(), Line()
    await line.through(context)
    ines = await at_floor(context, desk)
    tom = await desk.staff("Tom", teams=["media"])
    await tom.command("presence.set", status="available")
    _, zoe = await asks(desk, "Zoe", "The dates are refused")
    squares = row(ines, "Tom").get_by_role("link")
    await expect(squares).to_have_text([re.compile("^Zoe")])

    await line.cut()
    await expect(head(ines)).to_contain_text("No connection. These figures are not current.")
    await tom.command("message.send", chat=zoe, text="Which dates?")
    await tom.command("chat.close", chat=zoe, status="solved", resolution="support_question")
    await asks(desk, "Omar", "Invoice 7718-B")
    await expect(squares).to_have_text([re.compile("^Zoe")])

    line.mend()
    await ines.evaluate("dispatchEvent(new Event('online'))")
    await expect(head(ines)).to_contain_text("Live")
    await expect(squares).to_have_text([re.compile("^Omar")])
    await expect(row(ines, "Media").locator("td").nth(-2)).to_have_text("1")
