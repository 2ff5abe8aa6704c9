"""Frames over HTTP: how much one request carries."""

from __future__ import annotations

import httpx2
import pytest

from chat.frames.fields import FRAME_MAX
from server.edge.polled import LINE
from tests.polling import JSON
from tests.server.edge.api.conftest import Api


def padded(size: int, id_: str = "pad") -> str:
    """A ping of exactly so many bytes."""
    start, end = f'{{"type":"ping","id":"{id_}"', "}"
    return start + " " * (size - len(start) - len(end)) + end


async def posted(http: httpx2.AsyncClient, *frames: str, line: str | None = None) -> httpx2.Response:
    """The answer to a request with these frames, which opens a line unless one is named."""
    headers = JSON | ({LINE: line} if line else {})
    side = "" if line else ',"side":"customer"'
    return await http.post("/api/wire", content=f'{{"frames":[{",".join(frames)}]{side}}}', headers=headers)


async def test_frame_over_128_kib_is_refused_and_connection_stays(api: Api) -> None:
    """The limit is that of the socket, for the first request and later ones. Nothing of a refused request is
    accepted."""
    http = await api.client()
    opened = await posted(http, padded(FRAME_MAX))
    assert opened.status_code == 200
    line = opened.json()["line"]
    assert (await posted(http, '{"type":"hello","id":"hello"}', padded(FRAME_MAX - 100), line=line)).status_code == 200
    for beyond in (FRAME_MAX + 1, 2 * FRAME_MAX):
        refused = await posted(http, padded(20, "not taken"), padded(beyond), line=line)
        assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert (await posted(http, padded(FRAME_MAX, "last"), line=line)).status_code == 200
    told = (await http.get("/api/wire", headers={LINE: line})).json()
    assert [frame["id"] for frame in told["frames"]] == ["pad", "hello", "pad", "last"]
    assert "close" not in told


@pytest.mark.parametrize("frames", ["{", "[1", '{"type":"ping"},'])
async def test_request_with_bad_json_is_refused_and_connection_stays(api: Api, frames: str) -> None:
    http = await api.client()
    line = (await posted(http, '{"type":"hello","id":"hello"}')).json()["line"]
    refused = await posted(http, frames, line=line)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_frame")
    assert (await posted(http, '{"type":"ping","id":"p"}', line=line)).status_code == 200
