"""Authors import archives of articles on `/knowledge/exchange`, and export all articles."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import httpx2
from sqlalchemy import select
from sqlmodel import col

from identity.adapters.tables import AuditRow
from storage.ports import Tx
from tests.attachments.samples import picture as drawn
from tests.knowledge.guide_exports import article as guide_article
from tests.knowledge.guide_exports import export
from tests.running import RunningDesk
from tests.stories.test_knowledge import author, written

PAGE = "/knowledge/exchange"
ARTICLE = "---\ntitle: {title}\nproduct: Lumina\nsection: faqs\n{more}---\n\n{body}\n"


def article(title: str, body: str = "A text.", more: str = "") -> str:
    return ARTICLE.format(title=title, body=body, more=more)


def packed(files: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


async def uploaded(page: httpx2.AsyncClient, content: bytes) -> httpx2.Response:
    return await page.post(PAGE, files={"file": ("articles.zip", content, "application/zip")})


async def looked(page: httpx2.AsyncClient, content: bytes) -> tuple[str, str]:
    """The address of the look at an archive, and its page."""
    sent = await uploaded(page, content)
    assert sent.status_code == 303, sent.text
    address = sent.headers["location"]
    return address, (await page.get(address)).text


async def test_author_sees_what_an_import_changes_before_it_does(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    files: dict[str, str | bytes] = {
        "help/one.md": article("First", "![List](list.png)"),
        "help/two.md": article("Second"),
        "help/list.png": drawn("PNG"),
        "__MACOSX/help/._one.md": "not an article",
    }
    address, page = await looked(nadia, packed(files))
    assert "2 new, 0 changed, 0 moved, 0 unchanged" in page and "First (en)" in page
    assert "First" not in (await nadia.get("/knowledge")).text
    done = await nadia.post(address, data={"do": "apply"})
    assert done.headers["location"] == f"{PAGE}?added=2&changed=0&unchanged=0"
    assert "2 new, 0 changed" in (await nadia.get(done.headers["location"])).text
    assert "First" in (await nadia.get("/knowledge")).text
    assert (await nadia.get(address)).status_code == 404

    files |= {"help/two.md": article("Second", "Another text."), "help/three.md": article("Third")}
    files["help/old.md"] = article("Old", more="moved_to: three.md\n")
    address, page = await looked(nadia, packed(files))
    assert "1 new, 1 changed, 1 moved, 1 unchanged" in page
    assert (await nadia.post(address, data={"do": "drop"})).headers["location"] == PAGE
    assert (await nadia.post(address, data={"do": "apply"})).status_code == 404

    def lines(tx: Tx) -> list[AuditRow]:
        return list(tx.session.scalars(select(AuditRow).where(col(AuditRow.verb) == "import")))

    (line,) = await desk.desk.storage.read(lines)
    assert line.actor != "system"


async def test_author_imports_an_export_of_zendesk_guide(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    lost = guide_article(
        1, "From Guide", body='<p>x</p><img src="https://guide.invalid/hc/article_attachments/7/a.png">'
    )
    content = packed(export([lost]))
    address, page = await looked(nadia, content)
    assert "1 new" in page and "From Guide (en)" in page
    done = await nadia.post(address, data={"do": "apply"})
    assert "1 new, 0 changed" in done.text and "a.png is missing" in done.text
    _, page = await looked(nadia, content)
    # The picture may be there the next time.
    assert "0 new, 1 changed, 0 moved, 0 unchanged" in page


async def test_archive_with_a_fault_is_refused_as_a_whole(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    faulty = packed({"good.md": article("Good"), "bad.md": article("Bad", more="kind: poem\n")})
    address, page = await looked(nadia, faulty)
    assert "Nothing can be imported yet" in page and "bad.md" in page and 'value="apply"' not in page
    assert (await nadia.post(address, data={"do": "apply"})).status_code == 422
    assert "Good" not in (await nadia.get("/knowledge")).text
    odd: dict[str, str | bytes] = {"odd.md": article("Odd").encode("utf-16"), "long.md": b"x" * ((1 << 20) + 1)}
    _, page = await looked(nadia, packed(odd))
    assert "odd.md: It is not in UTF-8. Save it as UTF-8." in page and "long.md: It is larger than 1 MiB" in page
    for name, content, says in (
        ("pictures/a.png", drawn("PNG"), "has no articles"),
        ("help.zip", packed({"a.md": article("A")}), "another archive, help.zip, and no articles. Unpack it"),
    ):
        address = (await uploaded(nadia, packed({name: content}))).headers["location"]
        refused = await nadia.get(address)
        assert refused.status_code == 422 and says in refused.text
    cut_off = await uploaded(nadia, packed({"a.md": article("A")})[:-10])
    assert cut_off.status_code == 422 and "It may be cut off. Pack it again." in cut_off.text
    out = packed({"../out.md": article("Out")})
    refused = await uploaded(nadia, out)
    assert refused.status_code == 422 and "leads out of it" in refused.text
    refused = await uploaded(nadia, b"no zip file")
    assert refused.status_code == 422 and "not a zip file" in refused.text and "/imports/" not in refused.text


async def test_archive_belongs_to_the_author_who_uploaded_it(desk: RunningDesk) -> None:
    """It lies where every host of the desk finds it."""
    nadia, noor = await author(desk, "Nadia"), await author(desk, "Noor")
    address, _ = await looked(nadia, packed({"one.md": article("One")}))
    assert len(list((desk.settings.data / "files").rglob("*.zip"))) == 1
    assert (await noor.get(address)).status_code == 404
    assert (await noor.post(address, data={"do": "apply"})).status_code == 404
    await looked(nadia, packed({"two.md": article("Two")}))
    assert (await nadia.get(address)).status_code == 404
    noor.headers["Origin"] = "https://elsewhere.example"
    assert (await uploaded(noor, packed({"one.md": article("One")}))).status_code == 403


async def test_export_is_an_archive_that_changes_nothing_here(desk: RunningDesk) -> None:
    nadia = await author(desk, "Nadia")
    address, _ = await looked(nadia, packed({"one.md": article("One"), "deep/two.md": article("Two")}))
    await nadia.post(address, data={"do": "apply"})
    await written(nadia, "Draft")
    exported = await nadia.get("/knowledge/articles.zip")
    assert exported.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        assert {"one.md", "deep/two.md"} <= set(archive.namelist())
    _, page = await looked(nadia, exported.content)
    assert "0 new, 0 changed, 0 moved, 2 unchanged" in page
