"""Where readers stopped in the videos of an article, on a running desk."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2

from knowledge.adapters.front_matter import read_folder
from server.operations.article_folders import files_of, store_folder
from tests.running import RunningDesk
from tests.stories.test_accounts import signed_up
from tests.stories.test_help_center import WEBM, file
from tests.stories.test_learning_center import FOLDER, stored
from tests.stories.test_portal import browser

COURSE = FOLDER.replace("link: /articles/1,", 'link: "https://videos.example/2",').replace(
    'link: "https://videos.example/1"', "link: /articles/1-moving-a-flight"
)


async def course(desk: RunningDesk, folder: Path, film: bytes = WEBM, **front: str) -> None:
    """A course with the parts `a` and `b` in article 1, which leads the plan and the topic of the desk."""
    (folder / "films").mkdir(parents=True)
    for name in "ab":
        (folder / "films" / f"{name}.webm").write_bytes(film)
    (folder / "move.md").write_text(file("Moving a flight", "![A](films/a.webm)\n\n![B](films/b.webm)", **front))
    live = desk.desk
    products = {product for team in live.teams.by_key.values() for product in team.products}
    read = read_folder(files_of(folder), products)
    await store_folder(live.storage, live.settings.data, folder, read, live.clock)
    await stored(desk, COURSE)


def films(html: str) -> list[str]:
    return re.findall(r'src="(/articles/files/[^"]+)"', html)


async def keep(page: httpx2.AsyncClient, video: str, seconds: int, article: int = 1) -> int:
    body = {"video": video, "seconds": seconds, "length": 1_200}
    return (await page.put(f"/api/articles/{article}/place", json=body)).status_code


async def test_course_goes_on_where_its_reader_stopped_and_ends_with_its_last_part(
    desk: RunningDesk, tmp_path: Path
) -> None:
    """On the plan, the playlist, the account, and the pages of the product and the learning center."""
    await course(desk, tmp_path / "folder")
    danielle = await signed_up(desk)
    article = (await danielle.get("/articles/1", follow_redirects=True)).text
    first, second = films(article)
    assert 'data-place=""' in article
    assert await keep(danielle, first, 860) == 204
    playlist = (await danielle.post("/learning/playlists", data={"t-orders": "1"}, follow_redirects=True)).url.path
    pages = ("/learning/plans/planner", playlist, "/learning", "/account")
    for path in pages:
        page = (await danielle.get(path)).text
        assert "You stopped at 14:20 in part 1 of 2." in page and "/articles/1-moving-a-flight#continue" in page, path
    assert "&#34;seconds&#34;: 860" in (await danielle.get("/articles/1", follow_redirects=True)).text
    async with browser(desk) as other:
        for path in pages[:3]:
            # A script says where this browser stopped.
            shown = (await other.get(path)).text
            assert "You stopped at" not in shown and 'data-stopped-in="1"' in shown, path
    assert await keep(danielle, first, 1_199) == 204
    assert "Next: part 2 of 2." in (await danielle.get("/account")).text
    assert await keep(danielle, second, 1_200) == 204
    plan = (await danielle.get("/learning/plans/planner")).text
    assert "1 of 1" in plan and "You stopped" not in plan and "part 2 of 2" not in plan


async def test_place_is_kept_only_in_videos_that_the_reader_may_watch(desk: RunningDesk, tmp_path: Path) -> None:
    await course(desk, tmp_path / "folder", visibility="product")
    danielle = await signed_up(desk)
    assert await keep(danielle, "/articles/files/none.webm", 10) == 404
    assert await keep(danielle, "/articles/files/none.webm", 10, article=4711) == 404
    too_far = {"video": "/x", "seconds": 86_401, "length": 86_401}
    assert (await danielle.put("/api/articles/1/place", json=too_far)).status_code == 422
    async with browser(desk) as visitor:
        assert await keep(visitor, "/articles/files/none.webm", 10) in (401, 403)
