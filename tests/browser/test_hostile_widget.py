"""Whatever is put into the widget's fields stays text: nothing runs, nothing breaks out of its place."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from playwright.async_api import FilePayload, Locator, ViewportSize, expect

from tests.browser.chromium import Witness
from tests.browser.desk import HOURS, PRIYA, OpenDesk
from tests.browser.injections import INJECTIONS
from tests.browser.people import Colleague, Customer, Visit, texts_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NARROWEST: ViewportSize = {"width": 320, "height": 640}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OUT_OF_PLACE = """() => [...document.querySelectorAll('.bubble, .file, .name')].filter((one) => {
  const { left, right } = one.getBoundingClientRect();
  return left < 0 || right > innerWidth + 1;
}).map((one) => one.textContent.slice(0, 40))"""
UNWIELDY = (
    "w" * 4_000,
    "a line" + "\n" * 300 + "and another",
    "".join(letter + "\u0337\u0321\u031b\u0356\u0334\u0338" * 8 for letter in "Zalgo is here"),
    "abc \u202edlrow\u202c \u2066שלום\u2069 עולם mixed مرحبا with 123 \u200f(and) brackets\u200e",
)


PART = 50
FILL_WITH_EACH = """async (field, texts) => {
  for (const text of texts) {
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    // Whatever follows from it is drawn.
    await new Promise((done) => setTimeout(done));
  }
}"""


async def ran(page: Customer) -> bool:
    """Has any script of a text run in the page or in a frame of it?"""
    return any([bool(await frame.evaluate("'ran' in globalThis")) for frame in page.page.frames])


async def fill_with_each(field: Locator, texts: Sequence[str]) -> None:
    """All of them in a field, one after the other, as fast as the page takes them; the last one as a person does it."""
    await field.evaluate(FILL_WITH_EACH, texts[:-1])
    await expect(field).to_have_value(texts[-2])
    await field.fill(texts[-1])
    await expect(field).to_have_value(texts[-1])


@pytest.mark.parametrize(
    "texts",
    [
        # Every element, and every way to break out of a place.
        pytest.param(INJECTIONS[::5], id="40"),
        pytest.param(INJECTIONS, id="200", marks=pytest.mark.soak),
    ],
)
async def test_injections_stay_text_in_every_field(
    witness: Witness, open_desk: OpenDesk, visit: Visit, texts: Sequence[str]
) -> None:
    """As product, in the form, as messages, as file names and as a comment, each appears unchanged."""
    witness.expects("status of 422")
    assert len(set(INJECTIONS)) == 200
    products = json.dumps([text for text in texts if len(text) <= 100])
    topic = json.dumps(texts[2])
    hours = HOURS.replace("name: Media,", f"name: Media, topic: {topic}, products: {products},")
    desk = await open_desk(open_at=hours, rate_limits="off")
    colleague = await Colleague.available(desk, PRIYA)
    customer = await visit()
    await customer.open_chat()
    topics = customer.widget.get_by_role("group", name="What is it about?").locator("label")
    assert await topics.first.text_content() == texts[2]
    await topics.first.click()
    shown = customer.widget.get_by_label("Which product?").locator("option:not([value='?'])")
    await expect(shown).to_have_count(len(json.loads(products)))
    assert await shown.all_text_contents() == json.loads(products)
    for name in ("Name", "Email", "What can we help with?"):
        await fill_with_each(customer.widget.get_by_role("textbox", name=name), texts)
    assert not await ran(customer)

    for name, text in (("Name", texts[1]), ("Email", ""), ("What can we help with?", texts[0])):
        await customer.widget.get_by_role("textbox", name=name).fill(text)
    await customer.widget.get_by_role("button", name="Start the chat").click()
    await colleague.sees(texts[0])
    # In parts, each with a deadline of its own: pages draw 200 messages slowly on a busy machine.
    for begin in range(1, len(texts), PART):
        await customer.write_at_once(texts[begin : begin + PART])
        await customer.has_stored_all()
    drawn = await texts_of(customer.log)
    assert len(drawn) >= min(len(texts), 100)
    assert drawn == list(texts[-len(drawn) :])

    # More than a message takes: each is refused, by its name.
    files: list[FilePayload] = [
        {"name": text.replace("/", "|"), "mimeType": "text/plain", "buffer": b"a"} for text in texts
    ]
    await customer.widget.locator("input[type=file]").set_input_files(files)
    names = customer.widget.get_by_role("list", name="Files for your next message").locator(".name")
    await expect(names).to_have_count(len(files))
    assert not await ran(customer)

    await colleague.close("open")
    comment = customer.widget.get_by_label("Anything to add?")
    await fill_with_each(comment, texts)
    await customer.widget.get_by_role("radio", name="2 of 5").click(force=True)
    await expect(customer.widget.get_by_text("Thanks. 2 of 5")).to_be_visible()
    await customer.page.reload()
    await customer.open_chat()
    await expect(comment).to_have_value(texts[-1])
    assert not await ran(customer)


async def test_unwieldy_texts_fit_the_widget(customer: Customer, colleague: Colleague) -> None:
    """A word of 4,000 letters, 300 empty lines, stacked accents and mixed directions fit a widget of 320 px."""
    await customer.page.set_viewport_size(NARROWEST)
    await customer.open_chat()
    await customer.start("Media", UNWIELDY[0], name=UNWIELDY[2][:200])
    await colleague.sees(UNWIELDY[0])
    for text in UNWIELDY[1:]:
        await customer.write(text)
        await colleague.reply(text)
    await customer.has_stored_all()
    await expect(customer.log.locator(".bubble")).to_have_count(7)
    long: FilePayload = {"name": f"{'n' * 200}.txt", "mimeType": "text/plain", "buffer": b"a"}
    await customer.widget.locator("input[type=file]").set_input_files(long)
    await expect(customer.widget.get_by_role("list", name="Files for your next message")).to_be_visible()
    frame = customer.page.frames[-1]
    assert not await frame.evaluate(TOO_WIDE)
    assert await frame.evaluate(OUT_OF_PLACE) == []
