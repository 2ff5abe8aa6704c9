"""What axe finds in a page."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Literal

from playwright.async_api import Error, Locator, Page

from tests.browser.chromium import settled

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
EVERY_RULE = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLORS = ("color-contrast", "link-in-text-block")
"""The rules whose result depends on the theme."""
MODAL = "dialog:modal"
ALIKE = 3
"""So many rows of a table or list that are built alike are looked at. In a long log all of them took 20 s."""
# Frames are checked one by one.
RUN = """
(part, [rules, alike]) => {
  const shapes = new Map();
  const shapeOf = (row) => [row, ...row.querySelectorAll('*')]
    .map((each) => [each.tagName, ...each.getAttributeNames(), each.getAttribute('class'), each.getAttribute('style')])
    .join();
  const exclude = [...part.querySelectorAll('tr, li')].filter((row) => {
    const shape = shapeOf(row);
    shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
    return shapes.get(shape) > alike;
  });
  return axe.run({ include: [part], exclude }, { resultTypes: ['violations'], runOnly: rules, iframes: false });
}
"""


async def faults_of(page: Page, rules: Sequence[str] = EVERY_RULE) -> list[str]:
    """What axe finds in a page and its frames: the rule, and where it is broken."""
    found: list[str] = []
    for frame in page.frames:
        try:
            found += await faults_in(frame.locator("html"), rules)
        except Error:
            if frame.is_detached():
                continue  # The page removed it meanwhile.
            raise
    return found


async def faults_in(part: Locator, rules: Sequence[str] = EVERY_RULE) -> list[str]:
    """What axe finds in a part of a page."""
    # Loading axe takes a browser as long as running it.
    if not await part.evaluate("() => 'axe' in globalThis"):
        await part.evaluate(f"() => {{ {AXE} }}")
    results = await part.evaluate(RUN, [list(rules), ALIKE])
    return [
        f"{violation['id']} ({violation['help']}) at {', '.join(str(node['target']) for node in violation['nodes'])}"
        for violation in results["violations"]
    ]


async def faults_by_day_and_night(page: Page, part: Locator | None = None) -> list[str]:
    """What axe finds in a page, or in a part of it: every rule in the light theme, and the colors again in the dark
    one. While a modal dialog is open, only the dialog is looked at: the rest of the page cannot be reached."""
    found: list[str] = []
    modal = page.locator(MODAL)
    if part is None and await modal.count() == 1:
        part = modal
    for scheme in SCHEMES:
        await shown_in(page, scheme)
        rules = EVERY_RULE if scheme == "light" else COLORS
        faults = await (faults_in(part, rules) if part else faults_of(page, rules))
        found += [f"{scheme}: {fault}" for fault in faults]
    return found


async def shown_in(page: Page, scheme: Scheme) -> None:
    """Show a page in a theme, at rest."""
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await settled(page)
