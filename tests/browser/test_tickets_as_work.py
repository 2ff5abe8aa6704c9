"""An agent's day on tickets: saved views, bulk changes, needed fields, macros by keyboard, and mentions."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, Route, expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window, Witness
from tests.browser.desk import PASSWORD, PRIYA, OpenDesk, Staff
from tests.browser.people import Agent
from tests.running import Frame, RunningDesk
from ticketing.adapters.field_store import SqlCustomFields
from ticketing.custom_fields import CustomField, Option

PACKED = Path(__file__).parents[2] / "widgets" / "packed"
HANNAH = Staff("Hannah Reyes", ("media",))
CAUSE = CustomField(
    key="cause",
    kind="choice",
    labels={"en": "Cause"},
    options=[Option("weather", {"en": "Weather"})],
    needed_to_solve=True,
)
NEEDED = "Fill in Cause to solve the ticket."

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def post(page: Page, desk: RunningDesk, path: str, body: Frame) -> Frame:
    answer = await page.request.post(f"{desk.url}{path}", data=body, headers={"Origin": desk.url})
    assert answer.ok, await answer.text()
    found: Frame = await answer.json()
    return found


async def opened(page: Page, desk: RunningDesk, **more: object) -> int:
    said = {"team": "media", "text": "The dates are wrong", "requester": {"name": "Omar", "email": "o@fluvio.example"}}
    number: int = (await post(page, desk, "/api/tickets", {**said, **more}))["number"]
    return number


async def test_saved_view_bulk_change_and_needed_field_agree(
    witness: Witness, desk: RunningDesk, window: Window
) -> None:
    """A preview names the ticket that cannot be solved, and why. Its page says the same beside the field. A note stays
    on the ticket, a reply goes on to the next that is still in the list. Enter finds the ticket that stays, and
    merges. A long ticket opens at its end."""
    # The letter about the new ticket may be stored while its page is open.
    witness.expects("status of 412", "status of 422")
    await desk.desk.storage.write(lambda tx: SqlCustomFields().put_field(tx, CAUSE))
    page = (await Agent.at_console(await window(), desk.url, PRIYA)).page
    lacking, ready = await opened(page, desk), await opened(page, desk, custom_fields={"cause": "weather"})
    await page.goto(f"{desk.url}/tickets?priority=normal")
    rows, views = page.locator("tbody tr"), page.get_by_role("navigation", name="Views")
    await expect(rows).to_have_count(2)
    await page.get_by_role("button", name="Save view").click()
    await page.get_by_role("dialog", name="Save this view").get_by_label("Name").fill("Usual")
    await page.keyboard.press("Control+Enter")
    await page.get_by_role("button", name="Edit view").click()
    await expect(page.get_by_role("dialog", name="Edit this view").get_by_label("Name")).to_have_value("Usual")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("Ordinary")
    await page.keyboard.press("Control+Enter")
    await expect(views.get_by_role("link", name="Ordinary")).to_contain_text("2")

    first = await opened(page, desk)
    await page.goto(f"{desk.url}/tickets?priority=normal")
    await rows.first.get_by_role("link").first.click()
    await page.get_by_label("Next after sending").check()

    async def sort(number: int, priority: str) -> None:
        await page.request.patch(
            f"{desk.url}/api/tickets/{number}", data={"priority": priority}, headers={"Origin": desk.url}
        )

    async def send(box: str | None = None) -> None:
        if box is not None:
            await page.locator("#modes").get_by_text(box, exact=True).click()
        await page.locator("#reply").press_sequentially("Which one?")
        await page.locator("#reply").press("Control+Enter")

    await sort(ready, "high")
    await send()
    await page.wait_for_url(f"**/tickets/{lacking}")
    for box, said in (("Note", "Note added"), ("Reply", "Sent. This was the last one")):
        await send(box)
        await expect(page.locator("#seen")).to_have_text(said)
    await sort(ready, "normal")
    await sort(first, "high")
    await page.get_by_label("Next after sending").uncheck()
    await page.goto(f"{desk.url}/tickets?priority=normal")

    await page.get_by_label("Choose all rows").check()
    await page.keyboard.press("e")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Status").select_option("solved")
    await dialog.get_by_label("Resolution code").select_option("set_up")
    await dialog.get_by_label("Resolution code").press("Control+Enter")
    await expect(dialog.get_by_role("heading", name="1 ticket will change")).to_be_visible()
    refusal = dialog.get_by_role("listitem").filter(has_text=NEEDED)
    await expect(refusal.get_by_role("link", name=f"#{lacking}")).to_be_visible()
    await expect(dialog.locator(".facts")).to_contain_text("Solved: 1 ticket")
    await dialog.get_by_role("button", name="Change 1 ticket").click()
    await expect(dialog.get_by_role("status")).to_have_text("1 ticket changed")
    await expect(dialog.get_by_role("heading", name="1 ticket did not change, and stays chosen")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label(f"Choose ticket {ready}")).to_have_count(0)
    await expect(views.get_by_role("link", name="Ordinary")).to_contain_text("1")

    await page.goto(f"{desk.url}/tickets/{lacking}")
    # The keys of the form are there with the field.
    await expect(page.locator("[data-field='custom_fields.cause'] select")).to_be_visible()
    await page.locator("#reply").press_sequentially("It is set up.")
    await page.keyboard.press("Alt+Digit4")
    await expect(page.get_by_role("combobox", name="Resolution code")).to_be_focused()
    await page.keyboard.type("Set")
    needs = page.locator("#reply-needs")
    cause = needs.get_by_role("combobox", name="Cause")
    await expect(cause).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await expect(needs.get_by_role("alert")).to_have_text(NEEDED)
    await expect(cause).to_be_focused()
    assert await faults_by_day_and_night(page) == []
    await cause.select_option("weather")
    await expect(needs.get_by_role("alert")).to_have_count(0)
    await expect(page.locator("#reply-wrong")).to_be_hidden()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#seen")).to_have_text("Sent")
    await expect(needs).to_have_count(0)

    await page.goto(f"{desk.url}/tickets/{await opened(page, desk, custom_fields={'cause': 'weather'})}")
    await expect(page.locator("[data-field='custom_fields.cause'] select")).to_be_visible()
    for key, text, name in (("3", "Export it by hand.", "Workaround"), ("4", "A lost index.", "Finding")):
        await page.locator("#reply").press_sequentially("This is how it stands.")
        await page.keyboard.press(f"Alt+Digit{key}")
        if name == "Finding":
            await page.keyboard.type("Code f")
            await page.keyboard.press("Control+Enter")
        await expect(needs.get_by_role("textbox", name=name)).to_be_focused()
        await page.keyboard.type(text)
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#seen")).to_have_text("Sent")
        await expect(page.locator("#reply")).to_have_value("")
        await expect(page.locator("#kv").get_by_role("textbox", name=name)).to_have_value(text)
    # A refusal that comes late leaves the focus to whoever types on.
    refused, types_on = page.locator("#reply-wrong"), asyncio.Event()

    async def late(route: Route) -> None:
        await types_on.wait()
        await route.fulfill(status=422, json={"code": "invalid", "detail": "No.", "fields": {"finding": "Say more."}})

    await page.route("**/replies", late)
    await page.locator("#reply").press_sequentially("One ")
    await page.locator("#reply").press("Control+Enter")
    await page.keyboard.type("mo")
    types_on.set()
    await expect(refused).to_be_visible()
    await page.keyboard.type("re")
    await expect(page.locator("#reply")).to_have_value("One more")
    await page.unroute("**/replies")

    stays, goes = await opened(page, desk), await opened(page, desk)
    await page.goto(f"{desk.url}/tickets/{goes}")
    await page.get_by_role("button", name="Into another ticket").click()
    merge = page.get_by_role("button", name=f"Merge into #{stays}")
    await page.keyboard.type(str(stays))
    await page.keyboard.press("Enter")
    await expect(merge).to_be_focused()
    # The other tickets of the requester are proposed.
    await page.get_by_label("Merge into").fill("")
    await page.get_by_role("button", name=f"#{stays} ").click()
    await expect(merge).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#seen")).to_have_text("Merged")

    # A long ticket opens at its end, and shows what was merged into it.
    for count in range(3):
        await post(page, desk, f"/api/tickets/{stays}/replies", {"text": f"Answer {count}. " + "Long. " * 300})
    await page.goto(f"{desk.url}/tickets/{stays}")
    messages = page.get_by_role("region", name="Messages")
    await expect(messages.get_by_text("Answer 2.")).to_be_in_viewport()
    await page.get_by_role("button", name="First message").click()
    await expect(messages).to_be_focused()
    await expect(page.get_by_role("button", name="First message")).to_be_hidden()
    await expect(messages.get_by_text("The dates are wrong")).to_be_in_viewport()
    await expect(messages.get_by_role("link", name=f"#{goes}")).to_be_visible()
    await messages.get_by_role("button", name="Show its conversation").click()
    merged = messages.get_by_role("region", name=f"Conversation of ticket #{goes}")
    await expect(merged.get_by_text(f"Merged into ticket #{stays}.")).to_be_visible()


def menu_of_replies() -> re.Pattern[str]:
    """The script of the menu of canned replies, packed or not."""
    packed = [path.stem for path in PACKED.glob("staff-*.js") if "canned-found" in path.read_text()]
    return re.compile(rf"/({'|'.join([*packed, 'canned-menu'])})\.js")


async def test_macro_takes_three_keys_and_a_mention_reaches_its_inbox(
    witness: Witness, open_desk: OpenDesk, window: Window
) -> None:
    """Slash, a letter, Enter. The name of a reply waits for the menu. A canned reply brings its files. A mention of
    nobody is held. The colleague is chosen behind an @, and opens the note from the bell. Three keys solve the ticket
    with an answer."""
    witness.expects("status of 401")
    desk = await open_desk(people=(PRIYA, HANNAH))
    menu_comes, hers = asyncio.Event(), await window()
    menu_comes.set()

    async def late_menu(route: Route) -> None:
        await menu_comes.wait()
        await route.continue_()

    # From the start: nothing is cached then.
    await hers.route(menu_of_replies(), late_menu)
    page = (await Agent.at_console(hers, desk.url, PRIYA)).page
    macro: Frame = {
        "shortcut": "urgent",
        "name": "Urgent",
        "texts": {"en": ""},
        "actions": {"priority": "urgent", "take": True},
    }
    await post(page, desk, "/api/replies", macro)
    form: FilePayload = {"name": "form.csv", "mimeType": "text/csv", "buffer": b"Order,Gross\r\n"}
    await page.goto(f"{desk.url}/canned-replies")
    for label, text in (("Shortcut", "form"), ("Name", "Form"), ("English", "Fill this in.")):
        await page.get_by_label(label, exact=True).fill(text)
    await expect(page.get_by_role("button", name="Add files")).to_be_visible()
    await page.get_by_label("Add files", exact=True).set_input_files(form)
    await expect(page.get_by_role("checkbox", name="form.csv")).to_be_checked()
    # The form of somebody whose session was ended stays until they are back.
    own = {"Origin": desk.url}
    await page.request.delete(f"{desk.url}/api/session", headers=own)
    signed_out = page.get_by_role("alert").filter(has_text="You were signed out.")
    await expect(signed_out.get_by_role("link", name="Sign in")).to_be_visible()
    await page.get_by_role("button", name="Add the reply").click()
    await expect(page.get_by_label("Shortcut", exact=True)).to_have_value("form")
    await page.request.post(f"{desk.url}/api/session", data={"email": PRIYA.email, "password": PASSWORD}, headers=own)
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await expect(page.locator("#presence")).not_to_contain_text("Disconnected")
    await expect(signed_out).to_have_count(0)
    await page.get_by_role("button", name="Add the reply").click()
    await expect(page.get_by_text("Added.", exact=True)).to_be_visible()
    number = await opened(page, desk)
    menu_comes.clear()
    await page.goto(f"{desk.url}/tickets/{number}")
    await page.get_by_role("textbox", name="Reply to Omar").focus()
    await page.keyboard.type("/u")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#reply-wrong")).to_contain_text("Not sent: the canned replies are not here yet.")
    await page.evaluate("self.inputs = 0; addEventListener('input', () => { inputs += 1; })")
    menu_comes.set()
    await expect(page.get_by_role("option", name="/urgent")).to_be_visible()
    await expect(page.locator("#reply-wrong")).to_be_hidden()
    assert await page.evaluate("inputs") == 0, "the menu reports nothing typed: a new text would get a new key"
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("combobox", name="Priority")).to_have_value("urgent")
    await expect(page.locator("#reply")).to_have_value("")
    await page.keyboard.type("/f")
    await expect(page.get_by_role("option", name="/form")).to_contain_text("Fill this in.")
    await page.keyboard.press("Enter")
    attached = page.get_by_role("list", name="Attached")
    await expect(attached).to_contain_text("form.csv")
    await attached.get_by_role("button", name="Remove form.csv").click()
    await page.locator("#reply").fill("")

    await page.get_by_text("Note", exact=True).click()
    await page.get_by_role("button", name="Emoji and formats").click()
    await expect(page.get_by_role("combobox", name="Find an emoji")).to_be_focused()
    await page.keyboard.type("rocket")
    await page.keyboard.press("Enter")
    await expect(page.locator("#reply")).to_have_value("🚀 ")
    await page.locator("#reply").press_sequentially("@nobody")
    await expect(page.get_by_text("Nobody who can see this is called “nobody”.")).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("Send again to add the note as it is.")).to_be_visible()
    await page.locator("#reply").press_sequentially("s")
    await page.get_by_role("button", name="Add note").first.click()
    await expect(page.get_by_text("Send again to add the note as it is.")).to_be_visible()
    await expect(page.locator("#reply")).to_have_value("🚀 @nobodys")
    await page.locator("#reply").fill("")
    await page.locator("#reply").press_sequentially("@han")
    await expect(page.get_by_role("listbox", name="Colleagues").get_by_role("option")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.type("is it the same cause?")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("region", name="Messages")).to_contain_text("@Hannah Reyes is it the same cause?")
    # What is typed before the answer still belongs to the note.
    await expect(page.locator("#seen")).to_have_text("Note added")
    await page.locator("#reply").press_sequentially("It is done.")
    await page.keyboard.press("Alt+4")
    await expect(page.locator("#reply-code")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#seen")).to_have_text("Sent")
    await expect(page.get_by_role("combobox", name="Status", exact=True)).to_have_value("solved")
    hannah = (await Agent.at_console(await window(), desk.url, HANNAH)).page
    await hannah.goto(f"{desk.url}/inbox")
    entry = hannah.get_by_role("listitem").filter(has_text="Priya Raman mentioned you")
    await expect(entry).to_contain_text("is it the same cause?")
    await entry.get_by_role("link").click()
    await expect(hannah.get_by_role("region", name="Messages")).to_contain_text("is it the same cause?")
