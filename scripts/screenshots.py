"""Takes the pictures of the README again: `.venv/bin/python scripts/screenshots.py`.

Runs the demo in a temporary folder, lets a few people chat, and writes docs/images/*.png. Needs pngquant, and what the
tests need (`make test`).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import Witness, chromium, person, settled
from tests.browser.desk import demo
from tests.browser.people import Agent, Customer

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
LARGEST = 80 * 1024
"""Maximum size of a picture, in bytes."""

DANIELLE = "Danielle Okonkwo-Hartley"
TALK = (
    ("agent", "Hi Danielle, Hannah here. Let me look at the rate card."),
    ("agent", "Found it: the card was published for Toronto alone. Shall I publish it for Chicago too?"),
    ("customer", "Yes please! The Montréal client also asks: « Les nouveaux tarifs valent-ils dès lundi ? »"),
    ("agent", "Done ✅ The new rates hold from Monday, for both offices."),
    ("customer", "perfect, thank you"),
)


def main() -> None:
    """Take all pictures and compress them. Exits with a message if pngquant is missing or a picture is larger than
    LARGEST."""
    pngquant = shutil.which("pngquant")
    if pngquant is None:
        sys.exit("There is no pngquant on the PATH, which makes pictures small. On Debian: apt-get install pngquant")
    os.environ.setdefault("FONTCONFIG_FILE", str(ROOT / "tests" / "browser" / "fonts.conf"))
    asyncio.run(make())
    for picture in sorted(IMAGES.glob("*.png")):
        subprocess.run([pngquant, "--force", "--skip-if-larger", "--strip", "--ext", ".png", picture], check=True)
        size = picture.stat().st_size
        sys.stdout.write(f"{picture.relative_to(ROOT)}  {size / 1024:.0f} KB\n")
        if size > LARGEST:
            sys.exit(f"{picture.name} is larger than {LARGEST // 1024} KB.")


async def make() -> None:
    """Run the demo, and take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        async with demo(Path(folder)) as desk, chromium() as browser:
            await show(browser, desk.url)


async def show(browser: Browser, desk: str) -> None:
    """Let people chat, and take their pictures."""
    witness = Witness()
    async with AsyncExitStack() as everybody:
        priya = await sign_in(everybody, browser, witness, desk, "Priya Raman")
        await expect(priya.rows).to_have_count(6)
        await priya.rows.filter(has_text="Rajesh").click()
        await expect(priya.log).to_contain_text("Any news?")
        await priya.page.locator("#reply").fill("Sorry for the wait. ")
        await take(priya.page, "console")

        hannah = await sign_in(everybody, browser, witness, desk, "Hannah Bergström-Oyelaran")
        danielle = await come(everybody, browser, witness, desk)
        await danielle.start(
            "Media",
            "Hi, estimate 40112 still shows last week’s rates, the new card isn’t picked up 😕",
            name=DANIELLE,
            email="danielle.okonkwo-hartley@northlake.example",
            product="Spectra DS",
        )
        await expect(hannah.log).to_be_visible()
        for by, text in TALK:
            await {"agent": hannah.reply, "customer": danielle.write}[by](text)
            await hannah.has_stored_all()
            await expect(hannah.log).to_contain_text(text)
        await hannah.page.locator("#reply").press_sequentially("Happy to help")
        await expect(danielle.log.get_by_text("is typing")).to_be_visible()
        await take(danielle.page, "widget")

        page = priya.page
        await page.goto(f"{desk}/tickets")
        await expect(page.locator("tbody tr").first).to_be_visible()
        await take(page, "tickets")
        await page.goto(f"{desk}/tickets?q=SO-448210&status=solved")
        await page.get_by_role("link", name="SO-448210 won’t take new flight dates").click()
        await expect(page.get_by_role("region", name="Requester")).to_be_visible()
        await take(page, "ticket")
        assert witness.faults() == []


async def sign_in(everybody: AsyncExitStack, browser: Browser, witness: Witness, desk: str, name: str) -> Agent:
    """Sign in as a person whom the demo's sign-in page offers. Returns the person's console."""
    page = await (await everybody.enter_async_context(person(browser, witness))).new_page()
    await page.goto(f"{desk}/console")
    await page.get_by_role("button", name=name).click()
    await page.wait_for_url("**/console")
    await expect(page.get_by_role("button", name="Available")).to_be_visible()
    return Agent(page, desk)


async def come(everybody: AsyncExitStack, browser: Browser, witness: Witness, desk: str) -> Customer:
    """Open the chat as a customer in Chicago, and return the customer."""
    context = await everybody.enter_async_context(person(browser, witness, timezone="America/Chicago"))
    customer = await Customer.visit(context, f"{desk}/demo")
    await customer.open_chat()
    return customer


async def take(page: Page, name: str) -> None:
    """Save a picture of what the page shows as `name`.png."""
    await page.bring_to_front()
    await page.mouse.move(0, 0)
    await settled(page)
    IMAGES.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=IMAGES / f"{name}.png", animations="disabled", caret="hide")


if __name__ == "__main__":
    main()
