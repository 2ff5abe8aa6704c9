"""API calls of benchmarks, over one connection."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Self

from bench.figures import Void


class Caller:
    """Calls the API with the bearer token of one person. Raises Void if a call is refused."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str) -> dict[str, object]:
        return self._call("GET", path, None)

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, object]:
        return self._call("POST", path, json.dumps(body))

    def _call(self, method: str, path: str, body: str | None) -> dict[str, object]:
        self._connection.request(method, path, body, self._headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status not in (200, 201):
            raise Void(f"{path}: {response.status}: {answer.decode()[:300]}")
        found: dict[str, object] = json.loads(answer)
        return found
