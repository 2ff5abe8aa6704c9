"""Gallery moments of the customer's widget after the chat, and around the conversation."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.browser.people import Customer
from tools.gallery.moments import Face
from tools.gallery.scenes import DANIELLE, Talk, asked, inside, talk, the_widget
from tools.gallery.stage import TOPICS, Stage
from tools.gallery.widget import opened, picture_sent, second_round, state

FACE = Face("widget", "The widget after the chat")
moment = FACE.moment
NEXT_MORNING_S = 16.5 * 3600
FOUR_WEEKS_S = 28.5 * 24 * 3600
GREY = "Lise still gets the grey button"
TAX = "The invoice export has no tax column"
NEWS = "I’ve moved her to the new group. She needs to sign in again, once."


async def closed(talking: Talk, status: str, **outcome: str) -> None:
    """Close the chat as its agent, and wait until the customer's widget shows the outcome."""
    await talking.agent.command("chat.close", chat=talking.chat, status=status, **outcome)
    await expect(talking.customer.any_outcome.get_by_role("button", name="Chat again about this")).to_be_visible()


async def solved(stage: Stage) -> Talk:
    """Danielle's chat after it was closed with a solved ticket."""
    talking = await talk(stage)
    await asked(stage, talking)
    await closed(talking, "solved", resolution="action_needed", product="Spectra OX")
    return talking


async def ticket_of(talking: Talk) -> int:
    """The number of the ticket that the card shows."""
    label = await talking.customer.any_outcome.get_attribute("aria-label") or ""
    return int(label.removeprefix("Ticket #"))


async def answered(stage: Stage, ticket: int, **reply: str) -> None:
    """Reply to a ticket as Priya, through the API."""
    window = await stage.staff("Priya")
    answer = await window.request.post(
        f"{stage.desk.url}/api/tickets/{ticket}/replies", data=reply, headers={"Origin": stage.desk.url}
    )
    assert answer.ok, await answer.text()


async def waiting(stage: Stage) -> Talk:
    """Danielle's chat after the agent closed it as awaiting Danielle's reply. Danielle's text field contains a message
    that she has not sent."""
    talking = await talk(stage)
    await asked(stage, talking)
    await talking.says("Then I’ll leave this with you until Lise is in tomorrow.")
    await talking.customer.widget.get_by_label("Message", exact=True).fill("I’ll ask her at nine")
    await closed(talking, "awaiting_reply", product="Spectra OX")
    return talking


async def next_day(stage: Stage) -> tuple[Talk, int]:
    """The conversation of `waiting` on the next morning. Danielle has written and left the page, Priya has replied, and
    Danielle has come back. Returns the conversation and the ticket's number."""
    talking = await waiting(stage)
    ticket = await ticket_of(talking)
    await stage.forward(NEXT_MORNING_S)
    await talking.customer.write(f"{GREY}.")
    await expect(talking.customer.log.get_by_text(GREY)).to_be_visible()
    await talking.customer.has_stored_all()
    page = talking.customer.page
    address = page.url
    await page.goto("about:blank")
    await stage.forward(300)
    await answered(stage, ticket, text=NEWS, status="awaiting_reply")
    await page.goto(address)
    await Customer(page).open_chat()
    await expect(inside(page).get_by_text(NEWS)).to_be_visible()
    await expect(inside(page).get_by_role("button", name="This solved it")).to_be_visible()
    return talking, ticket


# -- conversations ---------------------------------------------------------------------------


@moment("Your conversations", mockup=second_round("Your conversations", "conversations"), part=the_widget)
async def conversations(stage: Stage) -> Page:
    talking = await solved(stage)
    customer = talking.customer
    await customer.begin_anew()
    await customer.start(TOPICS["Media"], TAX, name=DANIELLE[0], email=DANIELLE[1])
    second = Talk(customer, talking.agent, (await talking.agent.event("message", text=TAX))["chat"])
    await second.says("Could you run the October export again?")
    await closed(second, "awaiting_reply", product="Spectra OX")
    ticket = await ticket_of(second)
    jonas = await stage.colleague("Jonas", status="available")
    await customer.begin_anew()
    await customer.start(TOPICS["Tech"], "Add 3 planners to Lumina", name=DANIELLE[0], email=DANIELLE[1])
    third = Talk(customer, jonas, (await jonas.event("chat.assigned"))["chat"])
    await third.says("With pleasure. Who are they?")
    await customer.widget.get_by_role("button", name="Your conversations").click()
    await answered(stage, ticket, text="The column is there again.")
    await expect(customer.widget.get_by_text("1 unread")).to_be_attached()
    await expect(customer.widget.get_by_role("button", name=re.compile("SO-448210"))).to_be_visible()
    return customer.page


# -- after the chat --------------------------------------------------------------------------


@moment("After the chat", mockup=state("After the chat", "after-the-chat"), part=the_widget)
async def after_the_chat(stage: Stage) -> Page:
    return (await solved(stage)).customer.page


@moment("After the chat, rated", mockup=second_round("Solved"), part=the_widget)
async def rated(stage: Stage) -> Page:
    page = (await solved(stage)).customer.page
    await inside(page).get_by_role("radio", name="4 of 5").click(force=True)
    await expect(inside(page).get_by_text(re.compile("Thanks. 4 of 5"))).to_be_visible()
    return page


@moment("Just closed", mockup=second_round("Just closed, waiting for the customer", "outcome"), part=the_widget)
async def just_closed(stage: Stage) -> Page:
    return (await waiting(stage)).customer.page


@moment("The ticket, next day", mockup=second_round("The ticket, next day", "ticket"), part=the_widget)
async def ticket_next_day(stage: Stage) -> Page:
    return (await next_day(stage))[0].customer.page


@moment("It isn’t fixed", mockup=second_round("“It isn’t fixed”"), part=the_widget)
async def not_fixed(stage: Stage) -> Page:
    page = (await next_day(stage))[0].customer.page
    await inside(page).get_by_role("button", name="It isn’t fixed").click()
    await inside(page).get_by_label("Message", exact=True).fill("She signed in again twice, the button is still grey")
    return page


@moment("The ticket is solved", mockup=second_round("Solved"), part=the_widget)
async def ticket_solved(stage: Stage) -> Page:
    talking, ticket = await next_day(stage)
    await answered(stage, ticket, text="Repaired.", status="solved", resolution="data_fix")
    await talking.customer.has_become(ticket, "Solved")
    return talking.customer.page


@moment("The ticket is closed for good", part=the_widget)
async def closed_for_good(stage: Stage) -> Page:
    talking = await solved(stage)
    await stage.forward(FOUR_WEEKS_S)
    await talking.customer.page.reload()
    await Customer(talking.customer.page).open_chat()
    await expect(inside(talking.customer.page).get_by_text(re.compile("closed for good")).first).to_be_visible()
    return talking.customer.page


# -- around the conversation -----------------------------------------------------------------


@moment("A message is too long", mockup=second_round("A message too long"), part=the_widget)
async def too_long(stage: Stage) -> Page:
    talking = await talk(stage)
    await talking.says("Could you paste the lines around 16:31? That’s when the sync ran.")
    box = inside(talking.customer.page).get_by_label("Message", exact=True)
    await box.fill("16:31:02 sync start, group NLK-2. " * 242)
    await expect(inside(talking.customer.page).get_by_text(re.compile("^Too long by"))).to_be_visible()
    return talking.customer.page


@moment("Scrolled up", mockup=second_round("Scrolled up"), part=the_widget)
async def scrolled_up(stage: Stage) -> Page:
    talking = await talk(stage)
    await asked(stage, talking)
    await talking.says(
        "I have Mateo’s notes, no need to repeat anything. Line 4 starts on the same day. Shall I move it, too?"
    )
    await talking.answers(
        "Yes, both of them. And the estimate should show the new dates, before we send it to the client."
    )
    await talking.says("Then I’d do it in this order: line 3, line 4, the estimate.")
    await talking.customer.log.evaluate("(log) => { log.scrollTop = -log.scrollHeight; }")
    await talking.agent.command("message.send", chat=talking.chat, text="Done, all three.")
    await expect(talking.customer.widget.get_by_role("button", name="New message", exact=True)).to_be_visible()
    return talking.customer.page


@moment("A picture, large", mockup=second_round("A picture, large"), part=the_widget)
async def picture_large(stage: Stage) -> Page:
    page = await picture_sent(stage)
    await inside(page).get_by_role("link", name=re.compile("Order SO-448210")).click()
    await expect(inside(page).get_by_role("button", name="Close the picture")).to_be_visible()
    return page


@moment("What is kept", part=the_widget)
async def kept(stage: Stage) -> Page:
    customer = await opened(stage)
    await customer.widget.get_by_role("button", name="Menu").click()
    await customer.widget.get_by_role("menuitem", name="What is kept about you").click()
    await expect(customer.widget.get_by_role("dialog")).to_be_visible()
    return customer.page


@moment(
    "The identity is not confirmed",
    mockup=second_round("Identity not confirmed"),
    part=the_widget,
    expected=("The signed identity is not valid",),
)
async def unconfirmed(stage: Stage) -> Page:
    token = stage.signed("danielle", *DANIELLE)
    await stage.forward(3600)
    customer = await stage.customer()
    await customer.page.evaluate("(token) => Switchboard('identify', { token })", token)
    await customer.open_chat()
    await expect(customer.widget.get_by_text("We couldn’t confirm who you are").first).to_be_visible()
    return customer.page
