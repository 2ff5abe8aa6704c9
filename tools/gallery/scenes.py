"""Scenes with which several moments begin: a conversation, and customers in a queue."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import FrameLocator, Locator, Page, expect

from tests.browser.people import WIDGET, Customer, remove
from tests.running import Client, Frame
from tools.gallery.stage import TOPICS, Stage

DANIELLE = ("Danielle Okonkwo-Hartley", "danielle.okonkwo-hartley@northlake.example")
QUESTION = "Hi, order SO-448210 won’t take the new flight dates. I get ERR_FLIGHT_OVERLAP each time 😕"
ANSWER = (
    "Yes, that’s right! The Montréal client also wrote: « Les dates de diffusion doivent être confirmées avant "
    "vendredi 17 h »"
)
LONGEST = "Bartholomew Featherstonehaugh-Cavendish"


def the_widget(page: Page) -> Locator:
    """The frame of the chat, as an element of the page around it."""
    return page.locator(WIDGET)


def inside(page: Page) -> FrameLocator:
    """The contents of the chat's frame."""
    return page.frame_locator(WIDGET)


@dataclass(frozen=True, slots=True)
class Talk:
    """A chat between a customer and an agent. The customer has the widget open in a browser. The agent has no browser,
    and speaks the protocol."""

    customer: Customer
    agent: Client
    chat: str

    async def says(self, text: str) -> Frame:
        """Send a message from the agent, and wait until the customer sees it."""
        said = await self.agent.command("message.send", chat=self.chat, text=text)
        await expect(self.customer.log.get_by_text(text)).to_be_visible()
        return said

    async def answers(self, text: str) -> None:
        """Write a message as the customer, and wait until it is stored."""
        await self.customer.write(text)
        await self.agent.event("message", text=text)
        await self.customer.has_stored_all()

    async def has_read(self) -> None:
        """Mark the chat as read by the agent, and wait until the customer sees this."""
        last = self.agent.durable(self.chat)[-1]["seq"]
        await self.agent.raw({"type": "read", "chat": self.chat, "upto": last})
        await expect(self.customer.log.get_by_text("Read").first).to_be_visible()


async def talk(stage: Stage, *, locale: str = "en-US", zone: str = "America/Chicago") -> Talk:
    """Let the customer Danielle start a chat with the team Media. The chat is assigned to the agent Priya."""
    await stage.at(16, 37)
    agent = await stage.colleague("Priya", status="available")
    customer = await stage.customer(locale=locale, zone=zone)
    await customer.open_chat()
    await customer.start(TOPICS["Media"], QUESTION, name=DANIELLE[0], email=DANIELLE[1], product="Spectra OX")
    chat = (await agent.event("chat.assigned"))["chat"]
    await expect(customer.log).to_be_visible()
    return Talk(customer, agent, chat)


async def asked(stage: Stage, talk_: Talk) -> None:
    """Add a question from Priya, and Danielle's answer."""
    await stage.at(16, 38)
    await talk_.says("Hi Danielle, Priya here. I’d move line 3 to start on Nov 30. Does that match your plan?")
    await stage.at(16, 40)
    await talk_.answers(ANSWER)
    await talk_.has_read()
    await stage.at(16, 41)


async def ask_to_remove(stage: Stage, log: Locator, text: str) -> None:
    """Ask for the removal of a message: with the pointer, or on a phone by tapping its bubble."""
    if not stage.phone:
        await remove(log, text)
        return
    await log.get_by_text(text).tap()
    await log.get_by_role("button", name="Remove", exact=True).tap()


async def all_seats_taken(stage: Stage, agent: str, team: str, seats: int) -> None:
    """Set the agent's capacity to `seats`, and start chats until all the agent's slots are taken."""
    answering = await stage.colleague(agent, status="available", capacity=seats)
    for _ in range(seats):
        await (await stage.visitor()).command("chat.start", team=team, text="A question about our orders")
        await answering.event("chat.assigned")


async def in_line(stage: Stage, team: str, ahead: int) -> None:
    """Put `ahead` customers (at most four) into the queue of a team."""
    names = ("Omar El-Sayed", "Sofía Castañeda Villarreal", "田中 美咲 (Misaki Tanaka)", "Kwabena Asante-Boateng")
    for name in names[:ahead]:
        waiting = await stage.visitor(name)
        await waiting.command("chat.start", team=team, text="A question about our orders")
        await stage.forward(20)
