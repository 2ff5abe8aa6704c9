"""What axe finds in a page."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Literal

from playwright.async_api import Error, Page

from tests.browser.chromium import settled

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
EVERY_RULE = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLORS = ("color-contrast", "link-in-text-block")
"""The rules whose result depends on the theme."""
# Frames are checked one by one.
RUN = "(rules) => axe.run(document, { resultTypes: ['violations'], runOnly: rules, iframes: false })"


async def faults_of(page: Page, rules: Sequence[str] = EVERY_RULE) -> list[str]:
    """What axe finds in a page and its frames: the rule, and where it is broken."""
    found: list[str] = []
    for frame in page.frames:
        try:
            # Loading axe takes a browser as long as running it.
            if not await frame.evaluate("'axe' in globalThis"):
                await frame.evaluate(AXE)
            results = await frame.evaluate(RUN, list(rules))
        except Error:
            if frame.is_detached():
                continue  # The page removed it meanwhile.
            raise
        for violation in results["violations"]:
            places = ", ".join(str(node["target"]) for node in violation["nodes"])
            found.append(f"{violation['id']} ({violation['help']}) at {places}")
    return found


async def faults_by_day_and_night(page: Page) -> list[str]:
    """What axe finds in a page as it is: every rule in the light theme, and the colors again in the dark one."""
    found: list[str] = []
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await settled(page)
        rules = EVERY_RULE if scheme == "light" else COLORS
        found += [f"{scheme}: {fault}" for fault in await faults_of(page, rules)]
    return found
