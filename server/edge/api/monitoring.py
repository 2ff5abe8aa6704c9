"""Health, readiness and metrics, for operators."""

from __future__ import annotations

import asyncio
import hmac
from typing import Literal, Protocol

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from refusals import Refused
from server.edge.api.bodies import answer
from server.edge.api.registry import OPERATOR, Answer, Api, Call, Operation
from server.live.metrics import Metrics
from server.live.process_standing import Standing
from server.settings import Settings
from server.settings.origins import host_of, host_of_url, is_loopback
from storage.ports import Storage, StorageUnavailable

READY_WITHIN_S = 1.0
"""If the database does not answer within this many seconds, the server reports it as unavailable."""


class Health(Struct, frozen=True):
    """The state of the server, in one word."""

    status: Literal["ok"]


class Readiness(Struct, frozen=True, omit_defaults=True):
    """`process` is present if the desk has several processes. It is about the one that answers."""

    status: Literal["ready"]
    process: Process | None = None


class Process(Struct, frozen=True):
    """How a process is doing. Wake-ups arrive while `bus` is `live`. With `polling` the process reads again and again
    instead, and with `down` it cannot do that either. `ping_age_s` is the time since the last ping came back. `leads`
    is true in the process that assigns chats, for at least `lease_s` more."""

    bus: Literal["live", "polling", "down"]
    bus_since_s: float
    ping_age_s: float
    leads: bool
    lease_s: float
    processes: int


class OneOfSeveral(Protocol):
    @property
    def standing(self) -> Standing: ...


_BY_PROXY = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


def _from_this_machine(request: Request) -> bool:
    # A proxy on this machine connects from loopback too, for anybody. So does a page whose host name was made to
    # resolve here.
    if request.client is None or any(name in request.headers for name in _BY_PROXY):
        return False
    return is_loopback(request.client.host) and is_loopback(host_of(request.headers.get("host", "")) or "")


class MonitoringApi(Api):
    def __init__(
        self, settings: Settings, storage: Storage, metrics: Metrics, process: OneOfSeveral | None = None
    ) -> None:
        """`process` is this process, if the desk has several."""
        self._settings = settings
        self._own = process
        if process is not None:
            metrics.watch_process(lambda: process.standing)
        self._storage = storage
        self._metrics = metrics

    async def healthz(self, call: Call) -> Response:
        return answer(Health("ok"))

    async def readyz(self, call: Call) -> Response:
        """Says that the server is ready if the database can be read, and was not replaced since it was opened."""
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                await self._storage.check()
        except TimeoutError:
            raise StorageUnavailable from None
        return answer(Readiness("ready", self._process()))

    def _process(self) -> Process | None:
        if self._own is None:
            return None
        now = self._own.standing
        since, age, lease = (round(value, 1) for value in (now.bus_since_s, now.ping_age_s, now.lease_s))
        return Process(now.bus, since, age, now.leads, lease, now.processes)

    async def metrics(self, call: Call) -> Response:
        """The metrics, for callers with METRICS_TOKEN.

        If METRICS_TOKEN is not set, only callers on this machine get the metrics, and only if BASE_URL is local.
        """
        self._check_may_see_metrics(call.request)
        return Response(
            self._metrics.exposition(), headers={"Cache-Control": "no-store"}, media_type=self._metrics.content_type
        )

    def _check_may_see_metrics(self, request: Request) -> None:
        token = self._settings.metrics_token
        if token is not None:
            scheme, _, given = request.headers.get("authorization", "").partition(" ")
            right = hmac.compare_digest(given.strip().encode(), token.get_secret_value().encode())
            if scheme.lower() != "bearer" or not right:
                raise Refused("unauthorized", "Send METRICS_TOKEN as `Authorization: Bearer TOKEN`.")
        elif not is_loopback(host_of_url(self._settings.base_url)):
            raise Refused("forbidden", "Metrics need a token. Set METRICS_TOKEN and send it as a bearer token.")
        elif not _from_this_machine(request):
            sentence = "Metrics are only available from this machine. Set METRICS_TOKEN to read them from elsewhere."
            raise Refused("forbidden", sentence)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/healthz",
            endpoint=healthz,
            summary="Alive?",
            answers=(Answer(200, "The process is running and its event loop responds.", Health),),
        ),
        Operation(
            method="GET",
            path="/readyz",
            endpoint=readyz,
            summary="Check readiness",
            answers=(Answer(200, "The database can be read.", Readiness),),
        ),
        Operation(
            method="GET",
            path="/metrics",
            endpoint=metrics,
            summary="Metrics for Prometheus",
            open_to=OPERATOR,
            answers=(Answer(200, "In the text exposition format.", media_type="text/plain"),),
        ),
    )
