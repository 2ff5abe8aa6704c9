from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page

from tools.gallery import page as gallery_page
from tools.gallery.__main__ import FACES, draw, wrong_of
from tools.gallery.moments import Face, NotShownYet, chosen
from tools.gallery.portal import sign_in
from tools.gallery.stage import Stage, Template

pytestmark = pytest.mark.browser

MADE_UP = Face("made-up", "Made up for a test")
AT_A_DESK = ("desktop",)


@MADE_UP.moment("As it should be", widths=AT_A_DESK)
async def good(stage: Stage) -> Page:
    return await sign_in(stage)


@MADE_UP.moment("A picture without a name", widths=AT_A_DESK)
async def inaccessible(stage: Stage) -> Page:
    page = await sign_in(stage)
    await page.evaluate("document.querySelector('main').append(new Image())")
    return page


@MADE_UP.moment("Wider than the page, and the browser complains", widths=AT_A_DESK)
async def too_wide(stage: Stage) -> Page:
    page = await sign_in(stage)
    await page.evaluate("console.error('out of sorts'), document.body.style.width = '200vw'")
    return page


@MADE_UP.moment("Never reached", widths=AT_A_DESK)
async def unreachable(stage: Stage) -> Page:
    await sign_in(stage)
    raise AssertionError("the way there is blocked")


@MADE_UP.moment("Not there so far", widths=AT_A_DESK)
async def missing(stage: Stage) -> Page:
    raise NotShownYet("Nobody has made it.")


async def test_fault_of_one_moment_is_shown_and_stops_no_other(tmp_path: Path, demo_sample: Path) -> None:
    """Faults, unreachable moments and missing ones are on the page beside those that are well."""
    drawn = await draw(MADE_UP.moments, tmp_path, None, jobs=2, template=Template(demo_sample))
    fine, unnamed, wide, blocked, absent = drawn
    assert wrong_of(drawn) == [unnamed, wide, blocked]
    assert [fault.split(" ")[1] for fault in unnamed.faults] == ["image-alt", "image-alt"], unnamed.faults
    assert [fault for fault in wide.faults if "wider than the page" in fault or "out of sorts" in fault] == wide.faults
    assert "the way there is blocked" in blocked.failed and absent.missing == "Nobody has made it."
    html = gallery_page.write(tmp_path, drawn).read_text()
    for said in ("image-alt", "out of sorts", "the way there is blocked", "Nobody has made it."):
        assert said in html
    for name in (*fine.pictures.values(), *blocked.pictures.values()):
        assert (tmp_path / name).stat().st_size > 1_000 and name in html


def test_moment_names_are_unique_and_selectable_by_a_word() -> None:
    """No two moments share picture names. A word selects the moments with that word in their name."""
    names = [moment.name for moment in chosen(FACES, ())]
    assert len(set(names)) == len(names)
    assert {moment.name for moment in chosen(FACES, ["en-file", "turno"])} == {"widget-en-file", "widget-turno"}
