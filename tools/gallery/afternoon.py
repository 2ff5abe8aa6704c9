"""The scene with which the moments of agents and supervisors begin: the chats of the agent Priya, and customers in
queues."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.browser.people import Agent
from tests.running import Client
from tools.gallery.moments import Mockup
from tools.gallery.scenes import ANSWER, DANIELLE, LONGEST, QUESTION
from tools.gallery.stage import Stage


def state(caption: str) -> Mockup:
    """A figure on the mockup page with the console's states."""
    return Mockup("states-console", figure=caption)


def the_dialog(page: Page) -> Locator:
    """The open dialog."""
    return page.get_by_role("dialog")


@dataclass(slots=True)
class Afternoon:
    """The scene at 16:41: the agent Priya, the customer Danielle, and Priya's chats."""

    priya: Client
    danielle: Client
    chats: dict[str, str]
    """The ids of the chats, by the customer's first name."""


async def taken(
    stage: Stage, priya: Client, name: str | None, text: str, team: str = "media", **hello: str
) -> tuple[Client, str]:
    """Start a chat as a customer, and wait until it is assigned to the agent `priya`. Returns the customer and the
    chat's id."""
    customer = await stage.visitor(name, **hello)
    chat = (await customer.command("chat.start", team=team, text=text))["chat"]
    await priya.event("chat.assigned", chat=chat)
    return customer, chat


async def afternoon(stage: Stage) -> Afternoon:
    """Create the scene. Priya has seven chats: two without a first reply, three in which she must answer the customer,
    and two in which the customer must answer her. Four more customers wait in queues."""
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
    # The chat of a customer who is silent for ten minutes takes no slot. Then Priya would be assigned more chats.
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
    """Let Danielle start four chats, one after the other. Priya answers and closes each."""
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
    """Put a customer into the queue of a team. Returns the customer and the chat's id."""
    customer = await stage.visitor(name, **hello)
    return customer, (await customer.command("chat.start", team=team, text=text))["chat"]


async def more_room(priya: Client, capacity: int, chat: str) -> None:
    """Set Priya's capacity, and wait until she is assigned `chat`."""
    await priya.command("presence.set", status="available", capacity=capacity)
    await priya.event("chat.assigned", chat=chat)


async def with_danielle(stage: Stage) -> tuple[Afternoon, Agent]:
    """Create the scene, and open Danielle's chat in Priya's console."""
    scene = await afternoon(stage)
    agent = await stage.agent("Priya")
    await agent.rows.filter(has_text="Danielle").click()
    await expect(agent.log.get_by_text("I’d move line 3")).to_be_visible()
    return scene, agent
