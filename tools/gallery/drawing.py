"""Draws moments in the light and the dark color scheme, and looks for faults."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, FloatRect, Locator, Page, ViewportSize

from tests.browser.axe import SCHEMES, Scheme, faults_of
from tests.browser.chromium import settled
from tools.gallery.moments import WIDTHS, Mockup, Moment, NotShownYet
from tools.gallery.stage import HOURS, Stage, Template, staged

DEADLINE_S = 120
"""Maximum seconds for one moment at one width."""
MARGIN = 16
"""Pixels shown around the part of the page that is drawn."""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass(slots=True)
class Drawn:
    """The result of drawing a moment at one width. `pictures` and `mockups` have the names of files, by color
    scheme."""

    moment: Moment
    width: str
    pictures: dict[str, str] = field(default_factory=dict)
    mockups: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """Problems found by axe, frames with content that is too wide, and problems that the browser reported."""
    missing: str = ""
    """The reason why the product cannot show the moment yet. Empty if the product can show it."""
    failed: str = ""
    """The error that prevented the moment from being reached. Empty if there was none."""

    @property
    def name(self) -> str:
        """The beginning of the file names of this result."""
        return f"{self.moment.name}-{self.width}"


class Drawing:
    """Draws moments into the folder `out`, and the mockups from the folder `mockups` if there is one."""

    def __init__(self, browser: Browser, template: Template, scratch: Path, out: Path, mockups: Path | None) -> None:
        self._browser = browser
        self._template = template
        self._scratch = scratch
        self._out = out
        self._mockups = mockups
        self._drawn_mockups: dict[tuple[Mockup, str], asyncio.Task[dict[str, str]]] = {}

    async def draw(self, moment: Moment, width: str) -> Drawn:
        """Draw a moment at one width. An error in the moment is not raised, but stored in the result."""
        drawn = Drawn(moment, width)
        task = asyncio.create_task(self._play(moment, drawn))
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            drawn.failed = f"{type(error).__name__}: {error}"
        if moment.mockup is not None and self._mockups is not None:
            drawn.mockups = await self._mockup(moment.mockup, width)
        return drawn

    async def _play(self, moment: Moment, drawn: Drawn) -> None:
        folder = self._scratch / drawn.name
        async with asyncio.timeout(DEADLINE_S):
            hours = HOURS
            if moment.media:
                hours = folder.with_suffix(".yaml")
                hours.write_text(HOURS.read_text().replace("{name: Media,", f"{{name: Media, {moment.media},"))
            async with staged(self._browser, self._template, WIDTHS[drawn.width], folder, hours) as stage:
                await self._look(stage, moment, drawn)
            await asyncio.to_thread(shutil.rmtree, folder)

    async def _look(self, stage: Stage, moment: Moment, drawn: Drawn) -> None:
        try:
            page = await moment.show(stage)
        except NotShownYet as reason:
            drawn.missing = str(reason)
            return
        except BaseException:
            await self._keep_what_is_seen(stage, drawn)
            raise
        part = moment.part(page) if moment.part is not None and not stage.phone else None
        await page.mouse.move(0, 0)
        for scheme in SCHEMES:
            await by(page, scheme)
            drawn.pictures[scheme] = name = f"{drawn.name}-{scheme}.png"
            clip = None if part is None else await around(part, page.viewport_size)
            await page.screenshot(path=self._out / name, clip=clip, animations="disabled")
        for scheme in SCHEMES:
            await by(page, scheme)
            drawn.faults += [f"{scheme}: {fault}" for fault in await faults_of(page)]
        if moment.fits:
            drawn.faults += [
                f"wider than the page: {frame.url}" for frame in page.frames if await frame.evaluate(TOO_WIDE)
            ]
        stage.witness.expects(*moment.expected)
        drawn.faults += stage.witness.faults()

    async def _keep_what_is_seen(self, stage: Stage, drawn: Drawn) -> None:
        """Save pictures of all open pages, as they were when the moment failed."""
        for at, page in enumerate(stage.pages):
            name = f"{drawn.name}-failed-{at}.png"
            await page.screenshot(path=self._out / name)
            drawn.pictures[f"failed {at}"] = name

    # -- mockups -----------------------------------------------------------------------------

    async def _mockup(self, mockup: Mockup, width: str) -> dict[str, str]:
        key = (mockup, width)
        if key not in self._drawn_mockups:
            self._drawn_mockups[key] = asyncio.create_task(self._draw_mockup(mockup, width))
        return await self._drawn_mockups[key]

    async def _draw_mockup(self, mockup: Mockup, width: str) -> dict[str, str]:
        assert self._mockups is not None
        file = self._mockups / f"{mockup.page}.html"
        if not file.is_file():
            return {}
        phone = width == "phone"
        fragment = mockup.fragment or (mockup.on_phone if phone else "")
        window = await self._browser.new_context(
            viewport=WIDTHS[width],
            device_scale_factor=2 if phone else 1,
            is_mobile=phone,
            has_touch=phone,
            reduced_motion="reduce",
        )
        try:
            page = await window.new_page()
            await page.goto(f"{file.absolute().as_uri()}{fragment and '#'}{fragment}")
            whole = not mockup.figure or (phone and bool(mockup.on_phone))
            what = page if whole else figure(page, mockup.figure)
            stem = "-".join(filter(None, ("mockup", mockup.page, slug(mockup.figure), fragment, width)))
            pictures: dict[str, str] = {scheme: f"{stem}-{scheme}.png" for scheme in SCHEMES}
            for scheme in SCHEMES:
                await by(page, scheme)
                await what.screenshot(path=self._out / pictures[scheme], animations="disabled")
            return pictures
        finally:
            await window.close()


async def by(page: Page, scheme: Scheme) -> None:
    """Show the page in the color scheme `scheme`, and wait until it is painted."""
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await settled(page)


def slug(text: str) -> str:
    """`text` in a form for file names: letters in lower case, digits, and dashes in place of everything else."""
    return "-".join("".join(sign if sign.isalnum() else " " for sign in text.lower()).split())


def figure(page: Page, caption: str) -> Locator:
    """A figure on a page of mockups. Its caption has the bold text `caption`."""
    return page.locator("figure").filter(has=page.locator("figcaption > b").get_by_text(caption, exact=True))


async def around(part: Locator, viewport: ViewportSize | None) -> FloatRect:
    """The rectangle around `part`, with a margin where the window has room for it."""
    await part.scroll_into_view_if_needed()
    box = await part.bounding_box()
    assert box is not None and viewport is not None, f"not on the page: {part}"
    left, top = max(0, box["x"] - MARGIN), max(0, box["y"] - MARGIN)
    right = min(viewport["width"], box["x"] + box["width"] + MARGIN)
    bottom = min(viewport["height"], box["y"] + box["height"] + MARGIN)
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def of_all(moments: Sequence[Moment]) -> list[tuple[Moment, str]]:
    """Each moment, paired with each of its widths."""
    return [(moment, width) for moment in moments for width in moment.widths]
