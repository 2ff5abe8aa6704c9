"""Checks during an attack whether the server is ready and people can sign in."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.figures import Report
from bench.hostile_table import Measured

SIGNING_IN, PASSWORD = "signing-in@bench.example", "a kettle of fish on Tuesday"
PROBING_FROM = "127.0.0.3"
READY_EVERY_S, SIGN_IN_EVERY_S = 0.5, 2.0
PROBE_MAX_S = 60.0


class Probes:
    """Requests `/readyz` and signs in repeatedly, from a network address other than the attacker's."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._over = threading.Event()
        self._ready: list[tuple[float, bool]] = []
        self._sign_ins: list[tuple[float, bool]] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run until the end of the `with` block, then wait for the last answers."""
        threads = [
            threading.Thread(target=self._again, args=work)
            for work in ((self._is_ready, READY_EVERY_S, self._ready), (self._sign_in, SIGN_IN_EVERY_S, self._sign_ins))
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def measured(self, report: Report | None) -> Measured:
        """The results of the probes, together with the figures of the driver's report."""
        return Measured(
            p50_ms=report.p50_ms if report else None,
            p99_ms=report.p99_ms if report else None,
            ready_ms=max(ms for ms, _ in self._ready),
            not_ready=sum(not good for _, good in self._ready),
            sign_in_ms=max(ms for ms, _ in self._sign_ins),
            refused=sum(not good for _, good in self._sign_ins),
        )

    def _again(self, ask: Callable[[], bool], every_s: float, into: list[tuple[float, bool]]) -> None:
        while not self._over.is_set():
            begun = time.perf_counter()
            try:
                good = ask()
            except (OSError, http.client.HTTPException):
                good = False
            into.append(((time.perf_counter() - begun) * 1e3, good))
            self._over.wait(max(0.0, every_s - (time.perf_counter() - begun)))

    def _is_ready(self) -> bool:
        return self._status("GET", "/readyz") == 200

    def _sign_in(self) -> bool:
        return self._status("POST", "/api/session", json.dumps({"email": SIGNING_IN, "password": PASSWORD})) in (
            200,
            201,
        )

    def _status(self, method: str, path: str, body: str | None = None) -> int:
        line = http.client.HTTPConnection(
            "127.0.0.1", self._port, timeout=PROBE_MAX_S, source_address=(PROBING_FROM, 0)
        )
        try:
            headers = {"Origin": f"http://127.0.0.1:{self._port}", "Content-Type": "application/json"}
            line.request(method, path, body, headers)
            return line.getresponse().status
        finally:
            line.close()
