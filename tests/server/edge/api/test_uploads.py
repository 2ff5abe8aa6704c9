"""Uploads over HTTP: quotas, space on the disk, and pictures in turn."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
import pytest
from sqlmodel import select

from attachments.adapters.disk_reserve import DiskReserve
from attachments.adapters.pictures.pool import Pictures
from attachments.adapters.pictures.process import PictureProcess
from attachments.adapters.tables import FileRow
from attachments.adapters.uploads import AHEAD, AT_ONCE, Upload
from attachments.disk_space import ReserveSize
from attachments.quotas import COST_MIN, DAY_MS, Quotas
from identity.actor import Actor
from refusals import Refused
from tests.attachments.adapters.test_disk_reserve import Disk
from tests.attachments.samples import PDF, picture
from tests.running import SettableClock, eventually
from tests.server.edge.api.conftest import OTHER_VISITOR as OTHER
from tests.server.edge.api.conftest import VISITOR, Api
from tests.server.edge.api.uploading import kept, send, sent

ANA = Actor("customer", VISITOR)
Start = Callable[..., Awaitable[Api]]


async def here() -> bool:
    """The client has not left."""
    return False


async def test_person_has_a_daily_upload_quota(start: Start, clock: SettableClock) -> None:
    """Beyond it: `rate_limited` until the first upload is a day old. Other people are not affected."""
    api: Api = await start(rate_limits="chats=100/h")
    api.desk.desk.attachments.quotas = Quotas(files=2)
    ana, other = await api.visitor(), await api.visitor(OTHER)
    for _ in range(2):
        await sent(ana)
        clock.forward(60)
    answer = await send(ana)
    assert answer.status_code == 429 and "2 files" in answer.json()["detail"]
    assert int(answer.headers["retry-after"]) == DAY_MS // 1000 - 120
    assert len(kept(api)) == 2
    await sent(other)
    clock.forward(DAY_MS / 1000 - 119)
    await sent(await api.visitor())


@pytest.mark.parametrize(
    ("quotas", "content", "people", "statuses"),
    [
        (Quotas(size=2 * len(PDF) - 1), PDF, [VISITOR] * 2, [201, 429]),
        (Quotas(files=1, network_times=3), PDF, [f"{VISITOR[:-1]}{n}" for n in range(4)], [201, 201, 201, 429]),
        (Quotas(unverified_size=4 * COST_MIN, little_part=500), b"x", [VISITOR] * 3, [201, 201, 429]),
    ],
    ids=["bytes of a person", "files of a network", "bytes of all unverified people"],
)
async def test_upload_over_another_quota_is_refused_and_not_stored(
    start: Start, quotas: Quotas, content: bytes, people: list[str], statuses: list[int]
) -> None:
    """Staff are not affected. A small file counts as 64 KiB."""
    api: Api = await start(rate_limits="chats=100/h")
    api.desk.desk.attachments.quotas = quotas
    answers = [
        await send(await api.visitor(visitor), content, "a.pdf" if content is PDF else "a.txt") for visitor in people
    ]
    assert [answer.status_code for answer in answers] == statuses
    assert int(answers[-1].headers["retry-after"]) > 0
    await eventually(lambda: len(kept(api)) == statuses.count(201), "the refused file is off the disk")
    await sent(await api.staff(), content, "a.pdf" if content is PDF else "a.txt")


@pytest.mark.parametrize("count", [130, pytest.param(10_000, marks=pytest.mark.soak)])
async def test_repeated_empty_uploads_are_rate_limited_and_not_stored(start: Start, count: int) -> None:
    """They use up no quota: the next valid file is accepted."""
    api: Api = await start(rate_limits="commands=60/10s")
    ana = await api.visitor()
    answers = [await send(ana, b"") for _ in range(count)]
    assert answers[0].status_code == 422 and "empty" in answers[0].json()["fields"]["file"]
    assert {answer.status_code for answer in answers} == {422, 429}
    assert int(answers[-1].headers["retry-after"]) > 0
    rows = await api.desk.desk.storage.read(lambda tx: list(tx.session.exec(select(FileRow))))
    assert not kept(api) and rows == []
    await sent(await api.visitor(OTHER))


async def test_disk_space_is_reserved_as_bytes_arrive(api: Api) -> None:
    """Large uploads that have hardly begun reserve little, and release it when they end."""
    uploads, reserve = api.desk.desk.uploads, api.desk.desk.uploads.reserve
    announced, under_way = 20 * 10**6, 3

    async with AsyncExitStack() as all_:
        coming = [
            await all_.enter_async_context(uploads.admitted(Upload(ANA, "10.0.0.1", here), announced))
            for _ in range(under_way)
        ]
        assert reserve.promised_bytes == under_way * 2 * AHEAD
        await coming[0].more(AHEAD)
        assert reserve.promised_bytes == under_way * 2 * AHEAD
        await coming[0].more(1)
        assert reserve.promised_bytes == (under_way + 1) * 2 * AHEAD + 2
        await coming[0].more(announced - AHEAD - 1)
        assert reserve.promised_bytes == (under_way - 1) * 2 * AHEAD + 2 * announced
    assert reserve.promised_bytes == 0
    async with uploads.admitted(Upload(ANA, "10.0.0.1", here), 1000):
        assert reserve.promised_bytes == 2000


async def test_upload_is_refused_when_disk_space_runs_out(start: Start) -> None:
    """503 during the upload. Nothing of it is stored."""
    api: Api = await start(rate_limits="chats=100/h")
    reserve = DiskReserve(api.desk.settings.data, ReserveSize(size=0), Disk(100 * AHEAD, 4 * AHEAD))
    api.desk.desk.uploads.reserve = reserve
    ana = await api.visitor()
    await sent(ana, b"x" * AHEAD, "a.txt")
    answer = await send(ana, b"x" * (4 * AHEAD), "a.txt")
    assert answer.status_code == 503 and len(kept(api)) == 1
    assert reserve.promised_bytes == 0


async def test_person_has_a_limit_of_concurrent_uploads(start: Start) -> None:
    api: Api = await start(rate_limits="chats=100/h")
    desk = api.desk.desk

    ana = Upload(ANA, "10.0.0.1", here)
    async with AsyncExitStack() as under_way:
        for _ in range(AT_ONCE - 1):
            await under_way.enter_async_context(desk.uploads.admitted(ana, 5))
        async with desk.uploads.admitted(ana, 5):
            with pytest.raises(Refused) as refused:
                await under_way.enter_async_context(desk.uploads.admitted(ana, 5))
        assert refused.value.code == "rate_limited"
        await under_way.enter_async_context(desk.uploads.admitted(ana, 5))


async def test_upload_to_an_unwritable_folder_is_unavailable(api: Api) -> None:
    ana = await api.visitor()
    folder = api.desk.settings.data / "files"
    folder.write_text("in the way")
    assert (await send(ana)).status_code == 503
    folder.unlink()
    await sent(ana)


@asynccontextmanager
async def waiting_picture(api: Api, client: httpx2.AsyncClient) -> AsyncIterator[asyncio.Task[httpx2.Response]]:
    """An upload that waits while all picture slots are busy."""
    pictures = api.desk.desk.uploads.pictures
    async with AsyncExitStack() as held:
        for number in range(pictures.count):
            await held.enter_async_context(pictures.turns.turn(f"10.0.0.{number}", "busy"))
        waiting = asyncio.create_task(send(client, picture(), "a.png"))
        await eventually(lambda: pictures.turns.waiting() == 1, "the picture waits")
        yield waiting


async def test_text_file_does_not_wait_behind_pictures(start: Start) -> None:
    """All picture slots are busy and another picture waits, but a text is accepted at once."""
    api: Api = await start(rate_limits="chats=100/h")
    ana, other = await api.visitor(), await api.visitor(OTHER)
    async with waiting_picture(api, ana) as waiting:
        await sent(other, b"hello", "a.txt")
        assert not waiting.done()
    assert (await waiting).status_code == 201


async def test_picture_of_a_disconnected_client_is_not_processed(start: Start) -> None:
    api: Api = await start(rate_limits="chats=100/h")
    ana = await api.visitor()
    pictures = api.desk.desk.uploads.pictures
    async with waiting_picture(api, ana) as waiting:
        waiting.cancel()
        await asyncio.wait([waiting])
        # The server has heard that the connection is gone once it has read what came behind it.
        await ana.get("/api/me")
    await eventually(lambda: pictures.turns.waiting() == 0, "its turn came")
    assert pictures.pids == [] and not kept(api)


async def test_pictures_are_unavailable_without_a_picture_process(api: Api) -> None:
    """503 with Retry-After. Texts are accepted, and pictures again once a process starts."""
    ana = await api.visitor()
    uploads = api.desk.desk.uploads
    usual = uploads.pictures
    uploads.pictures = Pictures([PictureProcess(("/nothing/there",))])
    answer = await send(ana, picture(), "a.png")
    assert answer.status_code == 503 and answer.json()["code"] == "unavailable" and "retry-after" in answer.headers
    await sent(ana, b"hello", "a.txt")
    uploads.pictures.close()
    uploads.pictures = usual
    await sent(ana, picture(), "a.png")
    (pid,) = usual.pids
    os.kill(pid, signal.SIGKILL)
    assert [(await send(ana, picture(), "a.png")).status_code for _ in range(2)][1] == 201
    figures = (await (await api.client()).get("/metrics")).text
    assert re.search(r'uploads_refused_total\{reason="unavailable"\} [1-9]', figures)


async def test_idle_picture_processes_are_ended(api: Api) -> None:
    ana, pictures = await api.visitor(), api.desk.desk.uploads.pictures
    await sent(ana, picture(), "a.png")
    assert pictures.pids
    pictures.end_idle()
    await sent(ana, picture(), "a.png")
    pictures.end_idle()
    await eventually(lambda: not pictures.pids, "the process is gone")


async def test_upload_at_the_disk_reserve_is_refused_before_its_body(start: Start) -> None:
    """503, counted in the metrics. Tickets can still be opened."""
    api: Api = await start(upload_reserve="99%")
    ana = await api.visitor()

    reader, writer = await asyncio.open_connection("127.0.0.1", api.desk.port)
    head = (
        f"POST /api/files HTTP/1.1\r\nHost: 127.0.0.1:{api.desk.port}\r\n"
        f"Authorization: {ana.headers['authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n"
    )
    writer.write(head.encode())
    answer = (await reader.readuntil(b"}")).decode().lower()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith("http/1.1 503") and "can't store files" in answer and "retry-after: 60" in answer
    figures = (await (await api.client()).get("/metrics")).text
    assert 'switchboard_uploads_refused_total{reason="reserve"} 1.0' in figures
    assert re.search(r"^switchboard_disk_free_bytes [1-9]", figures, re.MULTILINE)
    opened = await ana.post("/api/tickets", json={"team": "media", "text": "hello"})
    assert opened.status_code == 201
