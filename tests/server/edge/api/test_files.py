"""Files over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO

import pytest
from PIL import Image

from attachments.adapters.tables import FileRow
from attachments.addresses import SIGNED_MS
from attachments.quotas import DAY_MS
from identity.actor import Actor
from server.edge.allowances import Allowances
from tests.attachments.samples import PDF, SVG, bomb, picture, telling
from tests.running import SettableClock, eventually
from tests.server.edge.api.conftest import OTHER_VISITOR as OTHER
from tests.server.edge.api.conftest import VISITOR, Api
from tests.server.edge.api.uploading import kept, send, sent

ANA = Actor("customer", VISITOR)
Start = Callable[..., Awaitable[Api]]
ONE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xe9.txt"\r\n\r\nx\r\n--x--\r\n'
"""A form with one file, whose name is not UTF-8."""


async def hang(api: Api, id_: str, actor: Actor, holder: str, *, staff_only: bool = False) -> None:
    desk = api.desk.desk
    await desk.storage.write(
        lambda tx: desk.attachments.claim(tx, [id_], actor, holder, staff_only=staff_only, now=desk.clock())
    )


async def test_uploaded_file_is_downloaded_unchanged_as_an_attachment(api: Api) -> None:
    """Its download address makes browsers save the file and not display it."""
    ana = await api.visitor()
    file = await sent(ana, name="Mediaplan März.pdf")
    assert file == {"id": file["id"], "name": "Mediaplan März.pdf", "type": "application/pdf", "size": len(PDF)}
    answer = await ana.get(f"/api/files/{file['id']}")
    assert answer.status_code == 302 and answer.headers["cache-control"] == "private, no-store"
    nobody = await api.client()
    content = await nobody.get(answer.headers["location"])
    assert (content.status_code, content.content) == (200, PDF)
    assert content.headers["content-type"] == "application/pdf"
    assert content.headers["content-length"] == str(len(PDF))
    assert content.headers["content-disposition"] == (
        "attachment; filename=\"Mediaplan M_rz.pdf\"; filename*=UTF-8''Mediaplan%20M%C3%A4rz.pdf"
    )
    assert content.headers["x-content-type-options"] == "nosniff"
    assert content.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert content.headers["cache-control"] == "private, no-store"
    assert (await nobody.head(answer.headers["location"])).headers["content-length"] == str(len(PDF))
    address = (await ana.get(f"/api/files/{file['id']}", headers={"Accept": "application/json"})).json()
    assert list(address) == ["url", "expires_at"] and (await nobody.get(address["url"])).content == PDF


async def test_pdf_is_shown_by_the_browsers_viewer_on_request(api: Api) -> None:
    """With the same policy, and no other type of file."""
    ana = await api.visitor()
    for name, content, shown in (("plan.pdf", PDF, "inline"), ("plan.txt", b"Nov 30", "attachment")):
        file = await sent(ana, name=name, content=content)
        address = (await ana.get(f"/api/files/{file['id']}")).headers["location"]
        answer = await ana.get(f"{address}&as=shown")
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["content-disposition"].startswith(f"{shown}; filename=")
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_download_address_is_valid_for_minutes_and_one_file(api: Api, clock: SettableClock) -> None:
    """Expired, changed and made-up addresses are refused, whether or not the file exists."""
    ana = await api.visitor()
    file, other = await sent(ana), await sent(ana)
    url = (await ana.get(f"/api/files/{file['id']}")).headers["location"]
    key = url.partition("key=")[2]
    assert (await ana.get(url)).status_code == 200
    wrong = [
        url[:-3] + ("AAA" if not url.endswith("AAA") else "BBB"),
        f"/api/files/{other['id']}/content?key={key}",
        f"/api/files/{OTHER}/content?key={key}",
        f"/api/files/{file['id']}/content?key=",
        f"/api/files/{file['id']}/content",
        f"/api/files/{file['id']}/content?key=%C3%A9",
        f"/api/files/..%2F{file['id']}/content?key={key}",
    ]
    for address in wrong:
        assert (await ana.get(address)).status_code in (403, 404), address
    assert len({(await ana.get(address)).content for address in wrong[:6]}) == 1
    clock.forward(SIGNED_MS / 1000 + 1)
    assert (await ana.get(url)).status_code == 403


async def test_removed_file_is_unavailable_at_once(api: Api) -> None:
    """Also under an address issued earlier. Its content is deleted from the disk."""
    ana, number = await api.visitor(), await api.ticket()
    file = await sent(ana)
    await hang(api, file["id"], ANA, f"ticket:{number}")
    url = (await ana.get(f"/api/files/{file['id']}")).headers["location"]
    assert (await ana.get(url)).status_code == 200
    await api.desk.desk.storage.write(lambda tx: api.desk.desk.files.remove(tx, [file["id"]]))
    assert (await ana.get(url)).status_code == 404
    assert (await ana.get(f"/api/files/{file['id']}")).status_code == 404
    await eventually(lambda: not kept(api), "the content is gone")


async def test_file_of_a_note_is_for_staff_only(api: Api) -> None:
    """For the customer the answer is the same as for a missing file."""
    number = await api.ticket()
    ana, maya = await api.visitor(), await api.staff()
    note, supervisor = await sent(maya), await api.staff("sam", "supervisor", ())
    staff = Actor("staff", (await maya.get("/api/me")).json()["id"], role="agent", teams=frozenset({"media"}))
    await hang(api, note["id"], staff, f"ticket:{number}", staff_only=True)
    for reader in (maya, supervisor):
        assert (await reader.get(f"/api/files/{note['id']}")).status_code == 302
    foreign, missing = await ana.get(f"/api/files/{note['id']}"), await ana.get(f"/api/files/{OTHER}")
    assert (foreign.status_code, foreign.content) == (404, missing.content)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.pdf", b"", "empty"),
        ("a.svg", SVG, ".svg"),
        ("a.png", bomb(), "million pixels"),
    ],
)
async def test_unacceptable_file_is_refused_and_not_stored(api: Api, name: str, content: bytes, says: str) -> None:
    answer = await send(await api.visitor(), content, name)
    assert answer.status_code == 422 and says in answer.json()["fields"]["file"], answer.text
    assert not kept(api)


async def test_picture_is_stored_without_its_metadata(api: Api) -> None:
    """Neither the download nor the disk has it. The reported size is that of the stored file."""
    ana = await api.visitor()
    file = await sent(ana, telling("JPEG", orientation=6), "IMG_0001.jpg")
    url = (await ana.get(f"/api/files/{file['id']}")).headers["location"]
    content = (await ana.get(url)).content
    assert b"CanaryCam" not in content and b"CanaryCam" not in kept(api)[0].read_bytes()
    assert len(content) == file["size"] and Image.open(BytesIO(content)).size == (48, 64)


async def test_oversized_upload_is_refused_before_it_is_complete(start: Start) -> None:
    """By its Content-Length or, without one, once it passes the limit. The rest is not read."""
    api: Api = await start(allowances=Allowances(upload_bytes=1_500))
    ana = await api.visitor()
    assert (await send(ana, PDF + bytes(5000))).status_code == 413

    async def unannounced() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        for _ in range(200):
            yield bytes(100)

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await ana.post("/api/files", content=unannounced(), headers=headers)).status_code == 413
    assert not kept(api)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, b"{}", 415),
        ({}, b"--x--", 415),
        ({"Content-Type": "multipart/form-data"}, b"--x--", 400),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"rubbish", 400),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--\r\n", 422),
        (
            {"Content-Type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file\r\n--x--\r\n',
            400,
        ),
        (
            {"Content-Type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\nx\r\n--x--\r\n',
            422,
        ),
        (
            {"Content-Type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n' * 2 + b"--x--\r\n",
            400,
        ),
        (
            {"Content-Type": "multipart/form-data; boundary=x; charset=utf-7"},
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="+AC8-.."\r\n\r\nx\r\n--x--\r\n',
            400,
        ),
        *(
            ({"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}, ONE, status)
            for charset, status in (
                ("undefined", 400),
                ('"undefined"', 400),
                ("idna", 400),
                ("", 400),
                ("UTF-8", 201),
                ('"utf8"', 201),
            )
        ),
    ],
)
async def test_upload_must_be_a_form_with_one_file(api: Api, headers: dict[str, str], body: bytes, status: int) -> None:
    answer = await (await api.visitor()).post("/api/files", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert bool(kept(api)) == (status == 201)


async def test_unattached_file_is_deleted_after_a_day(api: Api, clock: SettableClock) -> None:
    ana, number = await api.visitor(), await api.ticket()
    unused, used = await sent(ana), await sent(ana, picture(), "a.png")
    await hang(api, used["id"], ANA, f"ticket:{number}")
    await api.desk.desk.files.expire()
    assert len(kept(api)) == 2
    clock.forward(DAY_MS / 1000)
    await api.desk.desk.files.expire()
    await eventually(lambda: len(kept(api)) == 1, "the content is gone")
    assert (await ana.get(f"/api/files/{unused['id']}")).status_code == 404
    assert (await ana.get(f"/api/files/{used['id']}")).status_code == 302
    assert kept(api)[0].name == used["id"]
    assert await api.desk.desk.storage.read(lambda tx: tx.session.get(FileRow, unused["id"])) is None


async def test_sweep_deletes_content_left_by_a_crash(api: Api) -> None:
    """Content without a row and partial files, in the second sweep. Other files stay."""
    ana = await api.visitor()
    file = await sent(ana)
    for name in (OTHER, f"{OTHER[:-2]}ff.part"):
        folder = api.desk.settings.data / "files" / name.removesuffix(".part")[-2:]
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(PDF)
    await api.desk.desk.files.sweep()
    assert len(kept(api)) == 3
    await api.desk.desk.files.sweep()
    await eventually(lambda: [path.name for path in kept(api)] == [file["id"]], "only the known one is there")
