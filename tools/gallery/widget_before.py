"""Gallery moments of the customer's widget before the chat: the form, the closed desk, the queue."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.browser.people import Customer
from tools.gallery.moments import Face
from tools.gallery.scenes import DANIELLE, QUESTION, all_seats_taken, in_line, inside, talk, the_widget
from tools.gallery.stage import TOPICS, Stage
from tools.gallery.widget import opened, second_round, state

FACE = Face("widget", "The widget before the chat")
moment = FACE.moment


# -- before the chat -------------------------------------------------------------------------


@moment("Before the chat", mockup=second_round("New conversation", "form"), part=the_widget)
async def before_the_chat(stage: Stage) -> Page:
    await stage.colleague("Priya", status="available")
    customer = await opened(stage)
    await customer.widget.get_by_label("What can we help with?").fill("SO-448210 won’t take the new flight dates")
    return customer.page


@moment("Before the chat, the page says who it is", mockup=state("Before the chat", "before-the-chat"), part=the_widget)
async def before_the_chat_confirmed(stage: Stage) -> Page:
    await in_line(stage, "media", 1)
    customer = await stage.customer()
    token = stage.signed("danielle", *DANIELLE)
    await customer.page.evaluate("(token) => Switchboard('identify', { token })", token)
    await customer.open_chat()
    await customer.widget.get_by_label("What can we help with?").fill("SO-448210 won’t take the new flight dates")
    await expect(customer.widget.get_by_text(re.compile("You’re Danielle"))).to_be_visible()
    return customer.page


@moment("Before the chat, refused", part=the_widget)
async def before_the_chat_refused(stage: Stage) -> Page:
    customer = await opened(stage)
    await customer.widget.get_by_role("button", name="Start the chat").click()
    await expect(customer.widget.get_by_role("alert").filter(has_text="Write a few words")).to_be_visible()
    return customer.page


@moment("Open, and nobody is available", part=the_widget)
async def nobody_available(stage: Stage) -> Page:
    await stage.forward(240)
    customer = await opened(stage)
    await expect(customer.widget.get_by_text("Nobody is free right now")).to_be_visible()
    return customer.page


@moment("Open, and the wait goes past closing", part=the_widget)
async def late_before_closing(stage: Stage) -> Page:
    await stage.at(18, 56)
    await stage.colleague("Priya", status="available", capacity=1)
    await in_line(stage, "media", 2)
    customer = await opened(stage)
    await customer.choose(TOPICS["Media"])
    await expect(customer.widget.get_by_text(re.compile("we may not reach you before that"))).to_be_visible()
    return customer.page


@moment("Loading", mockup=state("Loading"), part=the_widget)
async def loading(stage: Stage) -> Page:
    page = (await talk(stage)).customer.page
    await page.route_web_socket(re.compile("/ws/customer"), lambda socket: None)
    await page.reload()
    await Customer(page).open_chat()
    await expect(inside(page).get_by_text("Loading your conversation")).to_be_visible()
    return page


@moment("Loading, the first time", part=the_widget)
async def loading_first(stage: Stage) -> Page:
    customer = await stage.customer()
    await customer.page.route_web_socket(re.compile("/ws/customer"), lambda socket: None)
    await customer.open_chat()
    await expect(customer.widget.locator("[aria-busy=true]").get_by_text("Opening")).to_be_visible()
    return customer.page


# -- closed ----------------------------------------------------------------------------------


@moment("Closed", mockup=state("Closed", "closed"), part=the_widget)
async def closed(stage: Stage) -> Page:
    await stage.at(17, 30)
    customer = await opened(stage)
    await customer.choose(TOPICS["Finance"])
    await expect(customer.widget.get_by_text(re.compile("Finance opens"))).to_be_visible()
    return customer.page


@moment("Closed, in French", part=the_widget)
async def ferme(stage: Stage) -> Page:
    await stage.at(17, 30)
    customer = await opened(stage, locale="fr-CA", zone="America/Vancouver")
    await customer.widget.get_by_text(TOPICS["Finance"], exact=True).click()
    await customer.widget.get_by_label("Quel produit ?").select_option(label="Autre")
    await expect(customer.widget.get_by_text("heure de l’Est")).to_be_visible()
    return customer.page


@moment("Closed, in Spanish", part=the_widget)
async def cerrado(stage: Stage) -> Page:
    await stage.at(17, 30)
    customer = await opened(stage, locale="es-MX", zone="America/Mexico_City")
    await customer.widget.get_by_text(TOPICS["Finance"], exact=True).click()
    await customer.widget.get_by_label("¿Qué producto?").select_option(label="Otro")
    await expect(customer.widget.get_by_text(re.compile("hora del este"))).to_be_visible()
    return customer.page


@moment("Closed, no address is given", part=the_widget)
async def closed_no_address(stage: Stage) -> Page:
    page = await closed(stage)
    await inside(page).get_by_label("Your message").fill("Our October invoice is missing the PO number")
    await inside(page).get_by_role("button", name="Send the message").click()
    await expect(inside(page).get_by_role("alert").filter(has_text="Without an address")).to_be_visible()
    return page


@moment("Closed, the message is a ticket", part=the_widget)
async def message_left(stage: Stage) -> Page:
    page = await closed(stage)
    await inside(page).get_by_label("Your message").fill("Our October invoice is missing the PO number")
    await inside(page).get_by_label(re.compile("^Email")).fill(DANIELLE[1])
    await inside(page).get_by_role("button", name="Send the message").click()
    await expect(Customer(page).any_outcome).to_be_visible()
    await expect(Customer(page).log.get_by_text("Our October invoice")).to_be_visible()
    return page


# -- in line ---------------------------------------------------------------------------------


async def waits(stage: Stage, team: str, ahead: int, *, locale: str = "en-US", zone: str = "America/Chicago") -> Page:
    """The page of a customer who waits for a team, behind `ahead` others. The team's agent has no free slot."""
    key = team.lower().replace(" ", "-")
    await all_seats_taken(stage, "Priya", key, 10)
    await in_line(stage, key, ahead)
    customer = await opened(stage, locale=locale, zone=zone)
    form = customer.widget.locator("form").first
    await customer.widget.locator(".topics").get_by_text(TOPICS[team], exact=True).click()
    await form.locator("textarea").fill(QUESTION)
    await form.locator("button:not([type=button])").click()
    await expect(customer.widget.locator(".line-bar .n")).to_have_text(str(ahead + 1))
    return customer.page


@moment("In line", mockup=second_round("In line, as a conversation", "waiting"), part=the_widget)
async def in_line_third(stage: Stage) -> Page:
    return await waits(stage, "Media", 2)


@moment("In line, in French", mockup=state("En file", "en-file"), part=the_widget)
async def en_file(stage: Stage) -> Page:
    page = await waits(stage, "Canadian Spot", 2, locale="fr-CA", zone="America/Toronto")
    await expect(inside(page).get_by_role("heading", name=re.compile("3ᵉ position"))).to_be_visible()
    return page


@moment("In line, in Spanish", part=the_widget)
async def turno(stage: Stage) -> Page:
    page = await waits(stage, "Media", 2, locale="es-MX", zone="America/Mexico_City")
    await expect(inside(page).get_by_role("heading", name=re.compile("de la fila"))).to_be_visible()
    return page


@moment("In line, and nobody is free", mockup=second_round("In line, nobody on duty"), part=the_widget)
async def nobody_is_free(stage: Stage) -> Page:
    await stage.forward(181)
    customer = await opened(stage)
    await customer.start(TOPICS["Media"], QUESTION)
    await expect(customer.in_line).to_contain_text("Nobody is free at Media right now")
    return customer.page


@moment("Closing while in line", mockup=state("Closing while in line"), part=the_widget)
async def closing_while_in_line(stage: Stage) -> Page:
    await stage.at(18, 55)
    page = await waits(stage, "Media", 1)
    await expect(inside(page).get_by_text("We may not reach you before closing", exact=True)).to_be_visible()
    return page


@moment("The place is kept beyond closing", part=the_widget)
async def place_kept(stage: Stage) -> Page:
    page = await closing_while_in_line(stage)
    await inside(page).get_by_role("button", name="Keep my place").click()
    await expect(
        inside(page).get_by_role("region", name="Your place in line").get_by_text("You keep your place until")
    ).to_be_visible()
    return page


@moment("Moved to another team while in line", media="overflow: {to: prod, after_s: 120}", part=the_widget)
async def overflowed(stage: Stage) -> Page:
    page = await waits(stage, "Media", 1)
    await stage.forward(121)
    await expect(inside(page).get_by_text(re.compile("^Prod can answer sooner")).first).to_be_visible()
    return page


@moment("The line was left", part=the_widget)
async def line_left(stage: Stage) -> Page:
    page = await waits(stage, "Media", 2)
    await inside(page).get_by_role("button", name="Leave it as a message instead").click()
    await inside(page).get_by_role("dialog").get_by_role("button", name="Leave it as a message").click()
    await expect(Customer(page).any_outcome).to_be_visible()
    return page


@moment("The line is full", media="queue_max: 1", part=the_widget)
async def line_full(stage: Stage) -> Page:
    await in_line(stage, "media", 1)
    customer = await opened(stage)
    await customer.start(TOPICS["Media"], QUESTION, name=DANIELLE[0], email=DANIELLE[1])
    await expect(customer.widget.get_by_text(re.compile("^The line for Media is full")).last).to_be_visible()
    return customer.page
