"""What axe finds in a page."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

from playwright.async_api import Error, Page

from tests.browser.chromium import settled

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Each frame is looked at by itself.
    "iframes": False,
}


async def faults_of(page: Page) -> list[str]:
    """What axe finds in a page and its frames: the rule, and where it is broken."""
    found: list[str] = []
    for frame in page.frames:
        try:
            await frame.evaluate(AXE)
            results = await frame.evaluate("(options) => axe.run(document, options)", OPTIONS)
        except Error:
            if frame.is_detached():
                continue  # Its page took it away meanwhile.
            raise
        for violation in results["violations"]:
            places = ", ".join(str(node["target"]) for node in violation["nodes"])
            found.append(f"{violation['id']} ({violation['help']}) at {places}")
    return found


async def faults_by_day_and_night(page: Page) -> list[str]:
    """What axe finds in a page as it stands, in both themes."""
    found: list[str] = []
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await settled(page)
        found += [f"{scheme}: {fault}" for fault in await faults_of(page)]
    return found
