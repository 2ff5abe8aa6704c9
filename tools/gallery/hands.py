"""Gallery moments of the console: closing, transferring and offering chats, and the work of supervisors."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.people import Agent, CloseDialog
from tests.running import eventually
from tools.gallery.afternoon import afternoon, queued, state, taken, the_dialog, with_danielle
from tools.gallery.moments import Face, Mockup
from tools.gallery.scenes import DANIELLE, LONGEST, QUESTION
from tools.gallery.stage import Stage

FACE = Face("console", "Chats that change hands")
moment = FACE.moment


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
    said = agent.page.get_by_text(re.compile("^You transferred Danielle"))
    await expect(said).to_be_attached()
    if stage.phone:
        await agent.page.get_by_role("link", name="Back to your chats").click()
    await expect(said).to_be_visible()
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
    await agent.page.get_by_role("button", name=re.compile("^Media, show its chats")).click()
    await expect(the_dialog(agent.page).get_by_text("Kwabena Asante-Boateng").first).to_be_visible()
    return agent.page


@moment("A supervisor looks at a chat of somebody else’s")
async def looked_at(stage: Stage) -> Page:
    scene = await afternoon(stage)
    agent = await stage.agent("Ines")
    await agent.page.goto(f"{stage.desk.url}/console#chat={scene.chats['Danielle']}")
    await expect(agent.page.get_by_role("button", name="Take over")).to_be_visible()
    return agent.page


async def blocking(stage: Stage) -> Agent:
    """A supervisor's console with the completed form for blocking a waiting customer."""
    await stage.at(16, 24)
    kevin = await stage.visitor("Kevin M.")
    chat = (await kevin.command("chat.start", team="media", text="You are all idiots"))["chat"]
    agent = await stage.agent("Ines")
    await agent.page.goto(f"{stage.desk.url}/console#chat={chat}")
    await agent.page.get_by_role("button", name="Block…").click()
    dialog = the_dialog(agent.page)
    await dialog.get_by_role("radio", name="7 days").check(force=True)
    await dialog.get_by_label(re.compile("^Reason")).fill("Insults, for the third time today")
    return agent


@moment("Block", part=the_dialog)
async def block(stage: Stage) -> Page:
    return (await blocking(stage)).page


@moment("Block, on the page")
async def block_on_the_page(stage: Stage) -> Page:
    agent = await blocking(stage)
    await the_dialog(agent.page).get_by_role("button", name="Cancel").click()
    return agent.page


@moment("Block, done", part=the_dialog)
async def block_done(stage: Stage) -> Page:
    agent = await blocking(stage)
    await the_dialog(agent.page).get_by_role("button", name=re.compile("^Block for")).click()
    await expect(the_dialog(agent.page).get_by_role("status")).to_contain_text("Kevin M. is blocked until")
    return agent.page


@moment("Block list", part=the_dialog)
async def blocked(stage: Stage) -> Page:
    agent = await blocking(stage)
    dialog = the_dialog(agent.page)
    await dialog.get_by_role("radio", name=re.compile("^Their network[^a-z]*Everyone")).check(force=True)
    await dialog.get_by_role("button", name=re.compile("^Block for")).click()
    await expect(dialog.get_by_role("status")).to_contain_text("The network")
    await dialog.get_by_role("button", name="Done").click()
    await agent.page.get_by_role("button", name="Block…").click()
    await dialog.get_by_role("button", name=re.compile("^Block for")).click()
    await dialog.get_by_role("button", name="Block list").click()
    # Two of the four blocks are in the sample data.
    await expect(dialog.get_by_role("listitem")).to_have_count(4)
    return agent.page


@moment("Nobody is blocked", part=the_dialog)
async def nobody_blocked(stage: Stage) -> Page:
    await stage.at(16, 24)
    agent = await stage.agent("Ines")
    await agent.page.get_by_role("button", name=re.compile("^Account of")).click()
    await agent.page.get_by_role("menuitem", name="Block list").click()
    rows = the_dialog(agent.page).get_by_role("listitem")
    for left in (1, 0):
        await rows.first.get_by_role("button", name="Lift").click()
        await expect(rows).to_have_count(left)
    await expect(the_dialog(agent.page)).to_contain_text("Nobody is blocked")
    return agent.page


@moment("A chat that somebody else took first", part=the_dialog)
async def pick_conflict(stage: Stage) -> Page:
    page = await team_chats(stage)
    dialog = the_dialog(page)
    row = dialog.get_by_role("listitem").filter(has_text="Kwabena Asante-Boateng")
    mateo = await stage.colleague("Mateo")
    # Mateo becomes available, so the waiting chats are assigned to him.
    await mateo.command("presence.set", status="available", capacity=9)
    await eventually(lambda: not stage.desk.desk.routing.floor.waiting_chats("media"), "Mateo has them all")
    await row.get_by_role("button", name="Take").click()
    await expect(row.get_by_role("alert")).to_contain_text("already has this chat")
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
    """A supervisor's console with five alarms. Their causes include an agent who disconnected, a late first reply, and
    a team without agents (Finance)."""
    await stage.at(16, 39)
    mateo = await stage.colleague("Mateo", status="available", capacity=1)
    await taken(stage, mateo, "Marie-Ève Tremblay-Desrosiers", "Bonjour, le fichier CFILE n’est pas arrivé.")
    wei_ling = await stage.colleague("Wei-Ling", status="available", capacity=1)
    danielle, chat = await taken(stage, wei_ling, DANIELLE[0], QUESTION)
    await wei_ling.command("message.send", chat=chat, text="Hi Danielle, Wei-Ling here.")
    await queued(stage, "Omar El-Sayed", "Where do I see who changed a rate?", team="finance")
    # The wait for a first reply starts when the desk has checked which chats need a reply.
    await stage.desk.desk.answered_chats.sweep()
    await stage.at(16, 45, 20)
    await queued(stage, LONGEST, "Hello? I was sent over from Prod.")
    await wei_ling.close()
    await danielle.event("chat.presence", chat=chat)
    await stage.at(16, 46, 30)
    agent = await stage.agent("Ines")
    # The page shows some of the five alarms, and how many more there are.
    await expect(the_alarms(agent.page).get_by_role("button", name=re.compile("^[24] more alarms$"))).to_be_visible()
    return agent


def the_alarms(page: Page) -> Locator:
    """The region of a supervisor's page that contains the alarms."""
    return page.get_by_role("region", name="Alarms")


@moment("A supervisor’s alarms", mockup=Mockup("supervisor-floor"))
async def alarms(stage: Stage) -> Page:
    return (await alarmed(stage)).page


@moment("A supervisor’s alarms, all of them", mockup=Mockup("supervisor-floor"))
async def all_alarms(stage: Stage) -> Page:
    agent = await alarmed(stage)
    await the_alarms(agent.page).get_by_role("button", name=re.compile("more alarms$")).click()
    await expect(the_alarms(agent.page)).to_contain_text("Wei-Ling Tan disconnected")
    await expect(the_alarms(agent.page)).to_contain_text("Finance closes in")
    return agent.page


async def rung(stage: Stage, *, beside: bool) -> Agent:
    """Priya's console while a chat is offered to her. If `beside`, Priya also has another customer's chat open."""
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
    await expect(agent.page.get_by_text("you didn’t answer in time")).to_be_visible()
    return agent.page


def after(caption: str) -> Mockup:
    """A figure on the mockup page `states-console-after`."""
    return Mockup("states-console-after", figure=caption)


@moment(
    "An offered chat, on the page with tickets",
    mockup=after("Offered chat, on every staff page"),
    media="assign: offer",
)
async def offered_elsewhere(stage: Stage) -> Page:
    page = (await rung(stage, beside=False)).page
    await page.goto(f"{stage.desk.url}/tickets")
    await expect(page.get_by_role("region", name="Offered chat")).to_be_visible()
    return page


@moment("A supervisor’s alarms, on the page with tickets")
async def alarms_elsewhere(stage: Stage) -> Page:
    page = (await alarmed(stage)).page
    await page.goto(f"{stage.desk.url}/tickets")
    await page.get_by_role("button", name=re.compile("alarms$")).click()
    await expect(the_alarms(page)).to_be_visible()
    return page


@moment("Leaving with a chat in hand", mockup=after("Leaving with chats held"), part=the_dialog)
async def leaving(stage: Stage) -> Page:
    priya = await stage.colleague("Priya", status="available")
    await stage.colleague("Hannah", status="available")
    await taken(stage, priya, "Marie-Ève Tremblay-Desrosiers", "Bonjour, le fichier CFILE n’est pas arrivé.")
    agent = await stage.agent("Priya")
    await expect(agent.rows).to_have_count(1)
    await stage.forward(168)
    await agent.page.locator("#presence").click()
    await agent.page.get_by_role("menuitemradio", name="Offline").click()
    await expect(the_dialog(agent.page)).to_be_visible()
    return agent.page
