"""Gallery moments of the agent's console."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import FilePayload, Page, expect

from tools.gallery.afternoon import afternoon, state, the_dialog, with_danielle
from tools.gallery.moments import Face, Mockup, NotShownYet
from tools.gallery.scenes import ask_to_remove
from tools.gallery.stage import Stage

FACE = Face("console", "The console")
moment = FACE.moment


# -- at work ---------------------------------------------------------------------------------


@moment("Chats, one of them on the screen", mockup=Mockup("console"), widths=("desktop",))
async def chat(stage: Stage) -> Page:
    scene, agent = await with_danielle(stage)
    await scene.priya.command(
        "message.send", chat=scene.chats["Danielle"], text="Patched ✅ Line 3 now runs Nov 30 to Dec 14."
    )
    await agent.page.get_by_role("textbox").last.fill(
        "For the invoice, Finance is the right team: they’re here until 17:00 ET. Shall I"
    )
    await scene.danielle.raw(
        {
            "type": "typing",
            "chat": scene.chats["Danielle"],
            "on": True,
            "preview": "perfect, last one: who do I ask about the invoi",
        }
    )
    await expect(agent.log.get_by_text("is typing")).to_be_attached()
    return agent.page


@moment("Chats, nothing chosen", mockup=Mockup("console"))
async def list_alone(stage: Stage) -> Page:
    await afternoon(stage)
    agent = await stage.agent("Priya")
    await expect(agent.rows).to_have_count(7)
    # The last message of each chat is loaded after the list.
    await expect(agent.page.get_by_role("heading", name="First reply owed")).to_be_visible()
    await expect(agent.rows.filter(has_text="You: I’ll look and write back here.")).to_be_visible()
    return agent.page


@moment("The conversation on a phone", mockup=Mockup("console", fragment="conversation"), widths=("phone",))
async def conversation(stage: Stage) -> Page:
    return await chat(stage)


@moment("About the customer, on a phone", widths=("phone",))
async def about(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    await agent.page.get_by_role("button", name=re.compile("^Danielle")).click()
    await expect(agent.page.get_by_role("complementary", name="About the customer")).to_be_visible()
    return agent.page


@moment("No chats, available", mockup=state("Empty"))
async def empty(stage: Stage) -> Page:
    await stage.colleague("Priya", status="available")
    agent = await stage.agent("Priya")
    await expect(agent.page.get_by_text(re.compile("No chats")).first).to_be_visible()
    return agent.page


@moment("No chats, away")
async def away(stage: Stage) -> Page:
    await stage.colleague("Priya", status="away")
    agent = await stage.agent("Priya")
    await expect(agent.page.get_by_text(re.compile("No chats")).first).to_be_visible()
    return agent.page


@moment("Loading", mockup=state("Loading"))
async def loading(stage: Stage) -> Page:
    page = await (await stage.staff("Priya")).new_page()
    await page.route_web_socket(re.compile("/ws/staff"), lambda socket: None)
    await page.goto(f"{stage.desk.url}/console")
    await page.wait_for_timeout(400)
    return page


# -- messages --------------------------------------------------------------------------------


@moment("States of a message", mockup=state("Message states"))
async def message_states(stage: Stage) -> Page:
    scene, agent = await with_danielle(stage)
    await agent.reply("Seen by the customer")
    await scene.danielle.event("message", text="Seen by the customer")
    last = scene.danielle.durable(scene.chats["Danielle"])[-1]["seq"]
    await scene.danielle.raw({"type": "read", "chat": scene.chats["Danielle"], "upto": last})
    await expect(agent.log.get_by_text("Read", exact=True).first).to_be_visible()
    await agent.reply("Stored, seen by the server")
    await expect(agent.log.get_by_text("Sent", exact=True)).to_be_visible()
    await agent.reply("Of a sign that the server does not take\0")
    await expect(agent.log.get_by_text(re.compile("Not sent"))).to_be_visible()
    await agent.reply("Held by the one before")
    return agent.page


@moment("Notes, and a whisper of the supervisor", mockup=state("Whisper"))
async def whisper(stage: Stage) -> Page:
    scene, agent = await with_danielle(stage)
    ines = await stage.colleague("Ines")
    await ines.command("chat.watch", chat=scene.chats["Danielle"])
    await ines.command(
        "note.add", chat=scene.chats["Danielle"], text="Confirm both dates in writing, their client is strict about it."
    )
    await expect(agent.log.get_by_text("Confirm both dates in writing")).to_be_visible()
    await expect(agent.log.get_by_text(re.compile("supervisor"))).to_be_visible()
    return agent.page


@moment("A note is written")
async def note(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    await agent.page.get_by_text("Note", exact=True).first.click()
    await agent.page.get_by_role("textbox", name=re.compile("Note")).fill("Second time this month")
    return agent.page


@moment("Asked before a message is taken back")
async def remove_dialog(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    await agent.reply("The card ends in 1111")
    await agent.has_stored_all()
    await ask_to_remove(stage, agent.log, "The card ends in 1111")
    await expect(the_dialog(agent.page)).to_be_visible()
    return agent.page


@moment("Canned replies", mockup=state("Canned replies"))
async def canned_replies(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    await agent.page.get_by_role("textbox").last.press_sequentially("/inv")
    if not await agent.page.get_by_role("listbox").count():
        raise NotShownYet("There are no canned replies.")
    return agent.page


# -- keys, menus -----------------------------------------------------------------------------


@moment("Search or jump to", mockup=Mockup("states-console-after", figure="Search or jump to"), part=the_dialog)
async def finder(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    await agent.page.keyboard.press("Control+K")
    await agent.page.keyboard.type("line 3")
    options = the_dialog(agent.page).get_by_role("option")
    await expect(options.filter(has_text="All tickets with “line 3”")).to_be_visible()
    await expect(options.first).to_contain_text("Danielle")
    return agent.page


@moment("Files are attached")
async def attached(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    await agent.page.locator("[type=file]").set_input_files(
        [
            FilePayload(name="IO_448210_révisé_final_v7.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7 " * 20_000),
            FilePayload(name="nothing.csv", mimeType="text/csv", buffer=b""),
        ]
    )
    await expect(agent.page.get_by_text("This file is empty.")).to_be_visible()
    await expect(agent.page.get_by_text("180 KB")).to_be_visible()
    return agent.page


@moment("Keys", mockup=state("Keyboard"), part=the_dialog)
async def keys(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    await agent.page.keyboard.press("Escape")
    await agent.page.keyboard.press("?")
    sheet = the_dialog(agent.page)
    if not await sheet.count():
        raise NotShownYet("There is no sheet of keys.")
    await expect(sheet).to_be_visible()
    return agent.page


@moment("The menu of one’s status")
async def status_menu(stage: Stage) -> Page:
    agent = await stage.agent("Priya")
    await agent.page.get_by_role("button", name=re.compile("change your status")).click()
    await agent.page.get_by_role("menuitemradio", name="At lunch").click()
    await agent.page.get_by_role("button", name=re.compile("^Away")).click()
    await agent.page.get_by_role("menuitemcheckbox").last.click()
    await expect(agent.page.get_by_role("menuitemcheckbox", checked=False)).to_be_focused()
    return agent.page


@moment("The menu of the account")
async def account_menu(stage: Stage) -> Page:
    agent = await stage.agent("Hannah")
    await agent.page.get_by_role("button", name=re.compile("^Account of")).click()
    await expect(agent.page.get_by_role("menu", name="Account")).to_be_visible()
    return agent.page


# -- banners ---------------------------------------------------------------------------------


@moment("The line is lost", mockup=state("Banners"))
async def banner_lost(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    # The first pause before an attempt to connect is six seconds. After two of them, the clock stands still.
    await agent.page.evaluate("Math.random = () => 12")
    await stage.cut()
    # On a phone the conversation covers the text, so check that the menu for the status is disabled.
    await expect(agent.page.locator("#presence")).to_be_disabled()
    await stage.forward(2)
    await expect(agent.page.get_by_text("Trying again in 4 s")).to_be_visible()
    return agent.page


@moment("The line is back", mockup=state("Banners"))
async def banner_back(stage: Stage) -> Page:
    scene, agent = await with_danielle(stage)
    await stage.cut()
    await stage.forward(42)
    await scene.danielle.command("message.send", chat=scene.chats["Danielle"], text="Are you there?")
    await stage.mend()
    await expect(agent.page.get_by_text(re.compile("^Back after")).first).to_be_visible()
    return agent.page


@moment("Nothing can be stored", mockup=state("Banners"))
async def banner_not_stored(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    stage.fill_disk()
    await agent.reply("And Friday 17:00 is fine")
    await expect(agent.page.get_by_text("We can’t save messages right now.")).to_be_visible()
    return agent.page


@moment("Replies that were not sent, in chats that are gone", mockup=state("Banners"))
async def banner_not_sent(stage: Stage) -> Page:
    scene, agent = await with_danielle(stage)
    ines = await stage.colleague("Ines")
    await stage.cut()
    await scene.priya.command("message.send", chat=scene.chats["Sofía"], text="Back in a moment.")
    for name, text in (
        ("Omar", "You can take it back yourself: History, the line of Tuesday, Restore."),
        ("Misaki", "PDF exports keep your fonts from tomorrow on. Until then, choose Print and save as PDF there."),
        ("Sofía", "A sign that the server does not take\0"),
    ):
        await agent.page.evaluate("(chat) => { location.hash = `chat=${chat}`; }", scene.chats[name])
        await agent.reply(text)
    await agent.page.evaluate("(chat) => { location.hash = `chat=${chat}`; }", scene.chats["Danielle"])
    await ines.command("chat.take", chat=scene.chats["Omar"])
    await scene.priya.command("chat.close", chat=scene.chats["Misaki"], status="open")
    await stage.mend()
    await expect(agent.page.get_by_text("3 replies weren’t sent.")).to_be_visible()
    return agent.page


@moment("Away by oneself", mockup=state("Banners"))
async def banner_away(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    said = agent.page.get_by_text("You’ve been away since")
    async with asyncio.timeout(30):
        while not await said.count():
            await stage.forward(16 * 60)
            await asyncio.sleep(2)
    return agent.page
