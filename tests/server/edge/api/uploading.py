"""Uploads over HTTP, and what of them is on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2

from tests.attachments.samples import PDF
from tests.server.edge.api.conftest import Api


async def send(client: httpx2.AsyncClient, content: bytes = PDF, name: str = "plan.pdf") -> httpx2.Response:
    return await client.post("/api/files", files={"file": (name, content)})


async def sent(client: httpx2.AsyncClient, content: bytes = PDF, name: str = "plan.pdf") -> dict[str, Any]:
    answer = await send(client, content, name)
    assert answer.status_code == 201, answer.text
    file: dict[str, Any] = answer.json()
    return file


def kept(api: Api) -> list[Path]:
    """The contents on the disk."""
    return [path for path in (api.desk.settings.data / "files").rglob("*") if path.is_file()]
