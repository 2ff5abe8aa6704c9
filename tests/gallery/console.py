"""What agents and supervisors see of chats."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from playwright.async_api import FilePayload, Locator, Page, expect

from tests.browser.people import Agent, CloseDialog, remove
from tests.gallery.moments import Face, Mockup, NotShownYet
from tests.gallery.scenes import ANSWER, DANIELLE, LONGEST, QUESTION
from tests.gallery.stage import Stage
from tests.running import Client, eventually

FACE = Face("console", "The console")
moment = FACE.moment


def state(caption: str) -> Mockup:
    """A cell of the sheet of the console's states."""
    return Mockup("states-console", figure=caption)


def the_dialog(page: Page) -> Locator:
    """The dialog that is open."""
    return page.get_by_role("dialog")


@dataclass(slots=True)
class Afternoon:
    """Priya's chats, as they stand at 16:41."""

    priya: Client
    danielle: Client
    chats: dict[str, str]
    """By the customer's first name."""


async def taken(
    stage: Stage, priya: Client, name: str | None, text: str, team: str = "media", **hello: str
) -> tuple[Client, str]:
    """A customer writes, and Priya has the chat."""
    customer = await stage.visitor(name, **hello)
    chat = (await customer.command("chat.start", team=team, text=text))["chat"]
    await priya.event("chat.assigned", chat=chat)
    return customer, chat


async def afternoon(stage: Stage) -> Afternoon:
    """Seven chats: two are owed a first reply, three wait for Priya, two for their customers; four people in line."""
    await stage.at(16, 24)
    priya = await stage.colleague("Priya", status="available", capacity=5)
    chats: dict[str, str] = {}

    sofia, chats["Sofía"] = await taken(
        stage,
        priya,
        "Sofía Castañeda Villarreal",
        "Hola, el reporte de Monterrey no abre.",
        email="sofia.castaneda@grupomeridiano.example",
        locale="es-MX",
        timezone="America/Mexico_City",
    )
    omar, chats["Omar"] = await taken(
        stage,
        priya,
        "Omar El-Sayed",
        "Where do I see who changed a rate?",
        timezone="Europe/London",
        email="omar.elsayed@kestrelvane.example",
    )
    danielle = await stage.visitor(
        identity=stage.signed("danielle", *DANIELLE),
        page="https://planner.northlake.example/orders/SO-448210",
        referrer="https://planner.northlake.example/approvals",
    )
    await helped_before(priya, danielle)
    await stage.at(16, 27)
    chats["Danielle"] = (
        await danielle.command(
            "chat.start",
            team="media",
            text=QUESTION,
            product="Spectra OX",
            subject="SO-448210 won’t take new flight dates",
        )
    )["chat"]
    await priya.event("chat.assigned", chat=chats["Danielle"])
    await stage.at(16, 28)
    misaki, chats["Misaki"] = await taken(
        stage,
        priya,
        "田中 美咲 (Misaki Tanaka)",
        "The estimate shows 98,400.00 on the screen, the PDF 98,399.99.",
        locale="ja-JP",
        timezone="Asia/Tokyo",
        email="misaki.tanaka@hoshino.example",
    )
    visitor, chats["Visitor"] = await taken(stage, priya, None, "do you support SSO with Okta")
    # Whoever is silent for ten minutes takes no seat, and Priya would be given others.
    await stage.at(16, 32)
    for client, name, text in (
        (sofia, "Sofía", "Es urgente."),
        (omar, "Omar", "Somebody did, last week."),
        (danielle, "Danielle", "It worked yesterday."),
        (misaki, "Misaki", "Estimate 40112."),
        (visitor, "Visitor", "we are about forty"),
    ):
        await client.command("message.send", chat=chats[name], text=text)
    for name, text in (
        ("Omar", "Hi Omar, Priya here. Look at the history of the estimate, it has every rate."),
        ("Misaki", "Thank you Misaki, that should never differ. Let me look."),
        ("Visitor", "Hi, Priya here. Yes, with SAML. Are you setting it up?"),
        ("Danielle", "Hi Danielle, Priya here. I’d move line 3 to start on Nov 30. Does that match your plan?"),
    ):
        await priya.command("message.send", chat=chats[name], text=text)
    await stage.at(16, 33)
    await priya.command(
        "note.add",
        chat=chats["Danielle"],
        text="Line 3 overlaps estimate 40112 by one day (Nov 29). They can’t edit it once approved, so it needs "
        "patching on our side.",
    )
    await stage.at(16, 35)
    await omar.close()
    await stage.at(16, 36, 30)
    _, chats["Marie-Ève"] = await queued(
        stage,
        "Marie-Ève Tremblay-Desrosiers",
        "Bonjour, le fichier CFILE de ce matin n’est pas arrivé.",
        team="canadian-spot",
        email="marie-eve.tremblay@agenceboreale.example",
        locale="fr-CA",
        timezone="America/Toronto",
    )
    _, chats["Bartholomew"] = await queued(
        stage, LONGEST, "Hello? I was sent over from Prod.", email="b.featherstonehaugh@blueharbor.example"
    )
    await stage.at(16, 36, 48)
    for name, text, team in (
        ("Kwabena Asante-Boateng", "Password page loops with Okta", "media"),
        ("Ingrid Þórsdóttir", "Order patch for estimate 40077, lines 2 to 9", "media"),
        ("Anneke de Vries", "Who can add planners to Lumina?", "media"),
        ("Jean-Baptiste Archambault", "Formation pour six nouveaux", "canadian-spot"),
    ):
        await queued(stage, name, text, team=team)
        await stage.forward(5)
    await stage.at(16, 37, 12)
    await more_room(priya, 6, chats["Marie-Ève"])
    await stage.at(16, 38, 34)
    await more_room(priya, 7, chats["Bartholomew"])
    await stage.at(16, 39, 53)
    await misaki.command("message.send", chat=chats["Misaki"], text="Thank you 🙏 one more thing about the PDF")
    await stage.at(16, 40)
    await danielle.command("message.send", chat=chats["Danielle"], text=ANSWER)
    await stage.at(16, 40, 19)
    await priya.command("message.send", chat=chats["Sofía"], text="I’ll look and write back here.")
    await stage.at(16, 40, 38)
    await visitor.command("message.send", chat=chats["Visitor"], text="yes, by Friday")
    await stage.at(16, 41)
    return Afternoon(priya, danielle, chats)


async def helped_before(priya: Client, danielle: Client) -> None:
    """Priya has answered and closed a few of her chats."""
    for text, status, more in (
        ("Can two planners share one estimate?", "solved", {"resolution": "support_question"}),
        ("Invoice export has no tax column", "awaiting_reply", {}),
        ("Order patch for estimate 40031", "solved", {"resolution": "action_needed"}),
        (
            "Estimate 39877 missing after the upgrade",
            "fixed_pending_rca",
            {"resolution": "code_fix", "workaround": "Open it from the list of orders."},
        ),
    ):
        started = await danielle.command("chat.start", team="media", text=text, product="Spectra OX")
        await priya.event("chat.assigned", chat=started["chat"])
        await priya.command("message.send", chat=started["chat"], text="Hi Danielle, Priya here. Let me look.")
        await priya.command("chat.close", chat=started["chat"], status=status, **more)


async def queued(stage: Stage, name: str, text: str, team: str = "media", **hello: str) -> tuple[Client, str]:
    """A customer in the queue of a team."""
    customer = await stage.visitor(name, **hello)
    return customer, (await customer.command("chat.start", team=team, text=text))["chat"]


async def more_room(priya: Client, capacity: int, chat: str) -> None:
    """Priya takes one more, and gets that chat."""
    await priya.command("presence.set", status="available", capacity=capacity)
    await priya.event("chat.assigned", chat=chat)


async def with_danielle(stage: Stage) -> tuple[Afternoon, Agent]:
    """Priya's console, with Danielle's chat on the screen."""
    scene = await afternoon(stage)
    agent = await stage.agent("Priya")
    await agent.rows.filter(has_text="Danielle").click()
    await expect(agent.log.get_by_text("I’d move line 3")).to_be_visible()
    return scene, agent


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
    # What was said in each comes once the list is there.
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
    await remove(agent.log, "The card ends in 1111")
    await expect(the_dialog(agent.page)).to_be_visible()
    return agent.page


# -- closing, handing on ---------------------------------------------------------------------


@moment("The dialog that closes a chat", mockup=state("Close"), part=the_dialog)
async def close_dialog(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    dialog = await agent.open_close_dialog()
    await expect(dialog.box).to_be_visible()
    await dialog.choose_status("Solved")
    await dialog.choose_code("Mediaocean action needed")
    return agent.page


@moment("The dialog that closes a chat, refused", part=the_dialog)
async def close_dialog_refused(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    dialog: CloseDialog = await agent.open_close_dialog()
    await dialog.choose_status("Solved")
    await dialog.send()
    await expect(dialog.reason("resolution")).to_be_visible()
    return agent.page


@moment("The dialog that closes a chat, with a workaround", part=the_dialog)
async def close_dialog_workaround(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    dialog = await agent.open_close_dialog()
    await dialog.choose_status("Fixed – Pending RCA")
    return agent.page


@moment("A chat that is over")
async def chat_over(stage: Stage) -> Page:
    scene, agent = await with_danielle(stage)
    await scene.priya.command(
        "chat.close", chat=scene.chats["Danielle"], status="solved", resolution="action_needed", product="Spectra OX"
    )
    await expect(agent.ticket_link.first).to_be_visible()
    return agent.page


@moment("Transfer", mockup=state("Transfer"), part=the_dialog)
async def transfer(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    await stage.colleague("Hannah", status="available")
    await stage.colleague("Wei-Ling", status="available", capacity=8)
    await stage.colleague("Mateo", status="away")
    await agent.page.get_by_role("button", name=re.compile("^Transfer")).click()
    await expect(the_dialog(agent.page).get_by_text("Wei-Ling Tan")).to_be_visible()
    return agent.page


@moment("Transfer to a team that is closed", part=the_dialog)
async def transfer_closed(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    await stage.at(17, 1)
    await agent.page.get_by_role("button", name=re.compile("^Transfer")).click()
    await the_dialog(agent.page).get_by_role("radio", name=re.compile("^Finance")).check()
    await expect(the_dialog(agent.page).get_by_role("button", name="Close as a ticket for Finance")).to_be_visible()
    return agent.page


@moment("A chat that was handed on")
async def handed_on(stage: Stage) -> Page:
    scene, agent = await with_danielle(stage)
    hannah = await stage.colleague("Hannah", status="available")
    await agent.page.get_by_role("button", name=re.compile("^Transfer")).click()
    dialog = the_dialog(agent.page)
    await dialog.get_by_role("radio", name=re.compile("^Hannah")).check()
    await dialog.get_by_label(re.compile("^Note")).fill("Needs patching on our side")
    await dialog.get_by_role("button", name=re.compile("^Transfer to Hannah")).click()
    await hannah.event("chat.assigned", chat=scene.chats["Danielle"])
    await expect(agent.page.locator(".ended")).to_contain_text("You handed Danielle on")
    return agent.page


@moment("A chat was taken over by the supervisor")
async def taken_over(stage: Stage) -> Page:
    scene, agent = await with_danielle(stage)
    if not stage.phone:
        await agent.rows.filter(has_text="Omar").click()
    ines = await stage.colleague("Ines")
    await ines.command("chat.take", chat=scene.chats["Danielle"])
    await expect(agent.page.get_by_text("Ines Moreau took over the chat with Danielle.").last).to_be_visible()
    return agent.page


@moment("The chats of a team", part=the_dialog)
async def team_chats(stage: Stage) -> Page:
    await afternoon(stage)
    agent = await stage.agent("Priya")
    await agent.page.get_by_role("button", name=re.compile("^Media, who waits")).click()
    await expect(the_dialog(agent.page).get_by_text("Kwabena Asante-Boateng").first).to_be_visible()
    return agent.page


@moment("A supervisor looks at a chat of somebody else’s")
async def looked_at(stage: Stage) -> Page:
    scene = await afternoon(stage)
    agent = await stage.agent("Ines")
    await agent.page.goto(f"{stage.desk.url}/console#chat={scene.chats['Danielle']}")
    await expect(agent.page.get_by_role("button", name="Take over")).to_be_visible()
    return agent.page


@moment("A chat that somebody else took first", part=the_dialog)
async def pick_conflict(stage: Stage) -> Page:
    page = await team_chats(stage)
    dialog = the_dialog(page)
    row = dialog.get_by_role("listitem").filter(has_text="Kwabena Asante-Boateng")
    mateo = await stage.colleague("Mateo")
    # Whoever becomes available is given those who wait.
    await mateo.command("presence.set", status="available", capacity=9)
    await eventually(lambda: not stage.desk.desk.routing.line("media"), "Mateo has them all")
    await row.get_by_role("button", name="Take").click()
    await expect(row.get_by_role("alert")).to_contain_text("somebody has it")
    return page


@moment("A chat that a colleague was asked to take", media="assign: offer")
async def asked_to_take(stage: Stage) -> Page:
    agent = await rung(stage, beside=False)
    await agent.page.get_by_role("button", name=re.compile("^Accept")).click()
    await stage.colleague("Hannah", status="available")
    await agent.page.get_by_role("button", name=re.compile("^Transfer")).click()
    dialog = the_dialog(agent.page)
    await dialog.get_by_role("radio", name=re.compile("^Hannah")).check()
    await dialog.get_by_role("button", name=re.compile("^Transfer to Hannah")).click()
    await expect(agent.page.locator(".ended")).to_contain_text("You asked Hannah")
    return agent.page


async def alarmed(stage: Stage) -> Agent:
    """A supervisor's console: an agent is gone, a first reply is out, nobody is there for Finance."""
    await stage.at(16, 39)
    mateo = await stage.colleague("Mateo", status="available", capacity=1)
    await taken(stage, mateo, "Marie-Ève Tremblay-Desrosiers", "Bonjour, le fichier CFILE n’est pas arrivé.")
    wei_ling = await stage.colleague("Wei-Ling", status="available", capacity=1)
    danielle, chat = await taken(stage, wei_ling, DANIELLE[0], QUESTION)
    await wei_ling.command("message.send", chat=chat, text="Hi Danielle, Wei-Ling here.")
    await queued(stage, "Omar El-Sayed", "Where do I see who changed a rate?", team="finance")
    # A first reply is owed from when the desk has seen that it is.
    await stage.desk.desk.answered.keep()
    await stage.at(16, 45, 20)
    await queued(stage, LONGEST, "Hello? I was sent over from Prod.")
    await wei_ling.close()
    await danielle.event("chat.presence", chat=chat)
    await stage.at(16, 46, 30)
    agent = await stage.agent("Ines")
    # All five are told.
    await expect(the_alarms(agent.page).get_by_role("button", name=re.compile("^[24] more alarms$"))).to_be_visible()
    return agent


def the_alarms(page: Page) -> Locator:
    """What a supervisor is told."""
    return page.get_by_role("region", name="Alarms")


@moment("A supervisor’s alarms", mockup=Mockup("supervisor-floor"))
async def alarms(stage: Stage) -> Page:
    return (await alarmed(stage)).page


@moment("A supervisor’s alarms, all of them", mockup=Mockup("supervisor-floor"))
async def all_alarms(stage: Stage) -> Page:
    agent = await alarmed(stage)
    await the_alarms(agent.page).get_by_role("button", name=re.compile("more alarms$")).click()
    await expect(the_alarms(agent.page)).to_contain_text("Wei-Ling Tan is gone")
    await expect(the_alarms(agent.page)).to_contain_text("Finance closes in")
    return agent.page


@moment("Canned replies", mockup=state("Canned replies"))
async def canned_replies(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    await agent.page.get_by_role("textbox").last.press_sequentially("/inv")
    if not await agent.page.get_by_role("listbox").count():
        raise NotShownYet("There are no canned replies.")
    return agent.page


async def rung(stage: Stage, *, beside: bool) -> Agent:
    """A chat is offered to Priya; `beside`: while she has another on the screen."""
    await stage.colleague("Priya", status="available")
    agent = await stage.agent("Priya")
    if beside:
        await queued(stage, "Omar El-Sayed", "Where do I see who changed a rate?")
        await agent.page.get_by_role("button", name=re.compile("^Accept")).click()
        await expect(agent.log).to_contain_text("who changed a rate")
    customer = await stage.visitor("Geneviève Charbonneau-Léveillé")
    await customer.command("chat.start", team="media", text="Bonjour", product="Spectra DS")
    await expect(agent.page.get_by_role("button", name=re.compile("^Accept"))).to_be_visible()
    await stage.forward(12)
    await expect(agent.page.get_by_role("progressbar", name="18 seconds left")).to_be_visible()
    return agent


@moment("An offered chat", mockup=state("Offered chat"), media="assign: offer")
async def offered(stage: Stage) -> Page:
    return (await rung(stage, beside=False)).page


@moment("An offered chat, while one talks with somebody else", media="assign: offer")
async def offered_meanwhile(stage: Stage) -> Page:
    return (await rung(stage, beside=True)).page


@moment("An offer that nobody answered in time", media="assign: offer")
async def offer_gone(stage: Stage) -> Page:
    agent = await rung(stage, beside=False)
    await stage.forward(19)
    await expect(agent.page.get_by_text("there was no answer")).to_be_visible()
    return agent.page


# -- keys, menus -----------------------------------------------------------------------------


@moment("A chat is searched for", part=the_dialog)
async def finder(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    await agent.page.keyboard.press("Control+K")
    await agent.page.keyboard.type("line 3")
    await expect(the_dialog(agent.page).get_by_role("option")).to_have_count(2)
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
    await expect(agent.page.get_by_text("It is empty.")).to_be_visible()
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
    # The first pause is one of six seconds; once two of them are over, the clock stands.
    await agent.page.evaluate("Math.random = () => 12")
    await stage.cut()
    # On a phone it is behind the conversation.
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
    await expect(agent.page.get_by_text("Messages can’t be stored right now.")).to_be_visible()
    return agent.page


@moment("Away by oneself", mockup=state("Banners"))
async def banner_away(stage: Stage) -> Page:
    _, agent = await with_danielle(stage)
    said = agent.page.get_by_text("You’re away since")
    async with asyncio.timeout(30):
        while not await said.count():
            await stage.forward(16 * 60)
            await asyncio.sleep(2)
    return agent.page


# -- the floor -------------------------------------------------------------------------------

FLOOR = Face("floor", "The supervisor’s floor")


@FLOOR.moment("The floor", mockup=Mockup("supervisor-floor"), expected=("status of 404",))
async def floor(stage: Stage) -> Page:
    await afternoon(stage)
    page = await (await stage.staff("Ines")).new_page()
    answer = await page.goto(f"{stage.desk.url}/floor")
    if answer is None or answer.status == 404:
        raise NotShownYet("There is no page for supervisors.")
    await expect(page.get_by_role("heading", name="Floor")).to_be_visible()
    return page
