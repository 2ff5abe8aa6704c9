"""Takes new screenshots for the README: `.venv/bin/python scripts/screenshots.py`.

Runs the demo in a temporary folder, lets a few people chat, and writes docs/images/*.png. Needs pngquant, and what the
tests need (`make test`).
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.chromium import Witness, chromium, person, settled
from tests.browser.desk import demo
from tests.browser.people import Agent, Customer
from tests.sample import make

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
LARGEST = 80 * 1024
"""Maximum size of a picture, in bytes."""

NAMES = ("live-chat", "tickets", "ticket", "offer", "transfer")
WIDGET_PX = 420
"""Width of the part of the customer's page that shows the widget."""
GAP_PX = 12
TALK = (
    ("agent", "Hi Dana, Priya here. I have the order open: line 3 now ends on Dec 14, and line 4 begins on Dec 12."),
    ("customer", "Ah, so it overlaps with line 4! Can you end line 3 on the 11th?"),
    ("agent", "Done ✅ Line 3 runs from Nov 30 to Dec 11. Please reload the page."),
    ("customer", "That was quick, it’s green now. Thank you!"),
)


def main() -> None:
    """Take all pictures and compress them. Exits with a message if pngquant is missing or a picture is larger than
    LARGEST."""
    pngquant = shutil.which("pngquant")
    if pngquant is None:
        sys.exit("There is no pngquant on the PATH, which makes pictures small. On Debian: apt-get install pngquant")
    os.environ.setdefault("FONTCONFIG_FILE", str(ROOT / "tests" / "browser" / "fonts.conf"))
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "sample"
        make(sample)
        asyncio.run(take_all(Path(folder), sample))
    for picture in (IMAGES / f"{name}.png" for name in NAMES):
        subprocess.run([pngquant, "256", "--force", "--strip", "--ext", ".png", picture], check=True)
        size = picture.stat().st_size
        sys.stdout.write(f"{picture.relative_to(ROOT)}  {size / 1024:.0f} KB\n")
        if size > LARGEST:
            sys.exit(f"{picture.name} is larger than {LARGEST // 1024} KB.")


async def take_all(folder: Path, sample: Path) -> None:
    """Run the demo in `folder`, and take the pictures."""
    async with demo(folder, sample) as desk, chromium() as browser:
        await show(browser, desk.url)


async def show(browser: Browser, desk: str) -> None:
    """Let people chat, and save pictures of their windows."""
    witness = Witness()
    async with AsyncExitStack() as everybody:
        priya = await sign_in(everybody, browser, witness, desk, "Priya Raman")
        hannah = await sign_in(everybody, browser, witness, desk, "Hannah Bergström-Oyelaran")
        page = priya.page
        await page.goto(f"{desk}/tickets")
        await expect(page.locator("tbody tr").first).to_be_visible()
        await take(page, "tickets")
        await page.goto(f"{desk}/tickets?status=fixed_pending_rca")
        await page.get_by_role("link", name="Totals differ between the screen and the PDF").click()
        await expect(page.get_by_role("region", name="Requester")).to_be_visible()
        await expect(page.get_by_role("button", name="Available")).to_be_visible()
        await take(page, "ticket")

        await page.goto(f"{desk}/console")
        await priya.rows.filter(has_text="Rajesh").click()
        await expect(priya.log).to_contain_text("Any news?")
        await page.get_by_role("button", name=re.compile("^Transfer")).click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_role("radio", name=re.compile("^Hannah"))).to_be_attached()
        await take(page, "transfer", around=dialog)
        await page.keyboard.press("Escape")
        await ask_in_french(everybody, browser, witness, desk)
        await expect(page.get_by_role("button", name=re.compile("^Accept"))).to_be_visible()
        await take(page, "offer")
        await page.get_by_role("button", name=re.compile("^Pass")).click()
        await hannah.page.locator("#presence").click()
        await hannah.page.get_by_role("menuitemradio", name=re.compile("^Away")).click()
        await expect(hannah.page.locator("#presence")).to_have_accessible_name(re.compile("^Away"))
        await show_live_chat(await come(everybody, browser, witness, desk), priya)
        assert witness.faults() == []


async def ask_in_french(everybody: AsyncExitStack, browser: Browser, witness: Witness, desk: str) -> None:
    """Start a chat in French with the team Canadian Spot. Agents of this team must accept a chat before they get it."""
    customer = await come(everybody, browser, witness, desk)
    await customer.start(
        "Canadian Spot",
        "Six nouveaux arrivent lundi : on peut avoir la formation en français ?",
        name="Jean-Baptiste Archambault",
    )


async def show_live_chat(dana: Customer, priya: Agent) -> None:
    """Let Dana and Priya chat, and put their windows beside each other."""
    await dana.start(
        "Orders and estimates",
        "Order SO-448210 says its flight dates overlap, but I only moved line 3.",
        name="Dana Whitfield",
    )
    await priya.rows.filter(has_text="Dana").click()
    for by, text in TALK:
        await {"agent": priya.reply, "customer": dana.write}[by](text)
        await expect(priya.log).to_contain_text(text)
        await expect(dana.log).to_contain_text(text)
    await priya.page.locator("#reply").press_sequentially("You’re welcome. Anything else I can")
    await expect(dana.log.get_by_text("is typing")).to_be_visible()
    for page in (dana.page, priya.page):
        await page.set_viewport_size({"width": 1100, "height": 720})
    left, right = [await drawn(page) for page in (dana.page, priya.page)]
    both = Image.new("RGB", (WIDGET_PX + GAP_PX + right.width, right.height), "white")
    both.paste(left.crop((left.width - WIDGET_PX, 0, left.width, left.height)))
    both.paste(right, (WIDGET_PX + GAP_PX, 0))
    both.save(IMAGES / "live-chat.png")


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


async def take(page: Page, name: str, *, around: Locator | None = None) -> None:
    """Save a picture of the page as `name`.png. With `around`, the picture shows only this element and a margin."""
    picture = await drawn(page)
    if around is not None:
        box = await around.bounding_box()
        assert box is not None, f"not on the page: {around}"
        left, top, width, height = (round(box[side]) for side in ("x", "y", "width", "height"))
        picture = picture.crop((left - 16, top - 16, left + width + 16, top + height + 16))
    picture.save(IMAGES / f"{name}.png")


async def drawn(page: Page) -> Image.Image:
    """A picture of the page, as it is displayed."""
    await page.bring_to_front()
    await page.mouse.move(0, 0)
    await settled(page)
    return Image.open(BytesIO(await page.screenshot(animations="disabled", caret="hide"))).convert("RGB")


if __name__ == "__main__":
    main()
