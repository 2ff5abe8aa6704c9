"""Gallery moments of the supervisor's floor."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tools.gallery.afternoon import afternoon, taken, the_dialog
from tools.gallery.moments import Face, Mockup
from tools.gallery.stage import Stage

FACE = Face("floor", "The supervisor’s floor")
moment = FACE.moment


async def followed(stage: Stage, path: str = "/floor") -> Page:
    """Open the floor as a supervisor, and wait until it is live."""
    page = await stage.page(await stage.staff("Ines"), path)
    await expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    return page


async def staffed(stage: Stage) -> None:
    """Create the scene of the afternoon, with colleagues of Priya: some available, some away, one gone."""
    await afternoon(stage)
    tech = await stage.colleague("Jonas", status="available", capacity=4)
    for name, text in (
        ("Aurélie Fontaine-Bouchard", "The export stops at 40 %"),
        ("Tomasz Wiśniewski", "Our certificate runs out on Sunday"),
    ):
        await taken(stage, tech, name, text, team="tech")
    await stage.colleague("Deshawn", status="away", reason="At lunch")
    await stage.colleague("Chloe", status="away", reason="In a training about the new order forms")
    leaving = await stage.colleague("Abimbola", status="available", capacity=3)
    await taken(stage, leaving, "Noor Haddad", "Our invoice 7718-B has no tax column", team="finance")
    await leaving.close()
    await stage.forward(25)


@moment("The floor", mockup=Mockup("supervisor-floor"))
async def floor(stage: Stage) -> Page:
    await staffed(stage)
    page = await followed(stage)
    await expect(page.get_by_role("rowheader", name="Priya Raman")).to_be_visible()
    return page


@moment("An agent, managed", part=the_dialog)
async def managed(stage: Stage) -> Page:
    page = await floor(stage)
    await page.get_by_role("button", name="Manage Priya Raman").click()
    await the_dialog(page).get_by_role("button", name="Reassign the chat with Bartholomew").click()
    await expect(the_dialog(page).get_by_label("Reassign to")).to_be_visible()
    return page


@moment("Nobody signed in, nobody waiting")
async def empty(stage: Stage) -> Page:
    page = await followed(stage)
    await expect(page.get_by_text("Nobody is signed in.")).to_be_visible()
    return page


@moment("On a wall", widths=("desktop",))
async def wall(stage: Stage) -> Page:
    await staffed(stage)
    page = await followed(stage, "/floor?wall")
    await expect(page.get_by_role("heading", name="Media")).to_be_visible()
    return page
