"""Names and texts that would like to be more than text are shown as they are."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.chromium import Window
from tests.browser.desk import OpenDesk, Staff
from tests.browser.people import Agent, Visit, shows

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NAME = '<img src=x onerror="ran=1">evil 田中 <b>&amp; "Żółć"</b> 👩\u200d👩\u200d👧'
AGENT = Staff('Priya <script>ran=1</script> "R" رامان', ("media",))
SUBJECT = "</title><script>ran=1</script> 🧨 & < > \" ' `${7*7}` {{7*7}}"
TEXTS = (
    "<script>globalThis.ran = 1; alert(1)</script>",
    "<img src=/no-such-picture onerror='ran=1'><svg onload=ran=1><a href='javascript:ran=1'>click</a>",
    '"><iframe srcdoc="<script>parent.ran=1</script>"></iframe><style>*{display:none}</style><!--',
    "\u202edlrow olleh\u202c \u2066isolated\u2069 \u200fשלום עולם\u200e مرحبا بالعالم",
    "👩\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈 👍🏽 🇫🇷 e\u0301 ﷽",
    "Z\u0337\u0321\u031b\u0356a\u0334l\u0338g\u0337o\u0336 \u200b\u2060zero\u200bwidth\ufeff",
    "  spaces  before,   between and after  \n\n\ttabs\tand lines\n   the last line   ",
    "javascript:alert(1) data:text/html,<script>ran=1</script> https://desk.example/?q=<b>&x=\"y\"#'z'",
    "{{constructor.constructor('ran=1')()}} ${ran=1} <%= ran=1 %> \\u003cscript\\u003e %3Cscript%3E &lt;b&gt;",
    "\u2028line separators\u2029 \u0085 and controls \x01\x02\x1b[31m\x7f",
)
LONGEST = ("🧵<b>ß\u202ex\u202c" * 1_000)[:7_999] + "!"
"""8,000 code points, far more bytes."""


async def ran(page: Page) -> bool:
    """Has any script of a text run in the page or in a frame of it?"""
    return any([bool(await frame.evaluate("'ran' in globalThis")) for frame in page.frames])


async def test_hostile_texts_and_names_are_shown_as_text(open_desk: OpenDesk, window: Window, visit: Visit) -> None:
    """Markup, direction marks, emoji and 8,000 characters appear unchanged on every page that shows them. Nothing
    runs."""
    assert len(LONGEST) == 8_000
    desk = await open_desk([AGENT])
    agent = await Agent.at_console(await window(), desk.url, AGENT)
    await agent.become_available()
    customer = await visit()
    await customer.open_chat()
    await customer.start("Media", f"{SUBJECT}\nSecond line", name=NAME)
    said = [f"{SUBJECT}\nSecond line"]
    await agent.sees(*said)

    for text in TEXTS:
        await customer.write(text)
        await agent.reply(text)
        said += [text, text]
        await agent.has_stored_all()
        await customer.sees(*said)
    await customer.write(LONGEST)
    await agent.note(LONGEST)
    said.append(LONGEST)
    await agent.sees(*said)
    await customer.sees(*said)
    await agent.has_stored_all()
    note = agent.notes.last
    assert await note.text_content() == LONGEST

    # Names, wherever they stand.
    heading = customer.widget.get_by_role("heading", level=1)
    assert await heading.text_content() == AGENT.name
    assert await agent.rows.locator(".name").text_content() == NAME
    about = agent.page.get_by_role("complementary", name="About the customer")
    assert await about.get_by_role("heading").first.text_content() == NAME
    account = agent.page.get_by_role("button", name="Account of")
    await expect(account).to_have_accessible_name(f"Account of {AGENT.name}")

    # A link leads only to the web, and takes no opener along.
    links = await customer.log.get_by_role("link").evaluate_all(
        "(all) => all.map((a) => [a.protocol, a.rel, a.target])"
    )
    assert links
    assert {tuple(link) for link in links} == {("https:", "noopener noreferrer nofollow", "_blank")}

    # After a reload, and in the ticket, the same.
    await customer.page.reload()
    await customer.sees(*said)
    assert not await ran(customer.page)
    dialog = await agent.open_close_dialog()
    await expect(dialog.box.get_by_label("Subject")).to_have_value(SUBJECT)
    await dialog.choose_status("Open")
    await dialog.send()
    assert not await ran(agent.page)
    await agent.open_ticket()
    await shows(agent.page.get_by_role("region", name="Messages"), said)
    assert await agent.page.locator(".noted .text").text_content() == LONGEST
    assert await agent.page.get_by_role("heading", level=1).locator("b").text_content() == SUBJECT
    await expect(agent.page.get_by_label("Subject")).to_have_value(SUBJECT)
    assert SUBJECT in await agent.page.title()
    await expect(agent.page.get_by_role("region", name="Requester", exact=True)).to_contain_text(NAME)
    assert not await ran(agent.page)
    await agent.page.goto(f"{desk.url}/tickets")
    row = agent.page.locator("tbody tr")
    assert await row.get_by_role("link").text_content() == SUBJECT
    await expect(row).to_contain_text(NAME)
    assert not await ran(agent.page)
