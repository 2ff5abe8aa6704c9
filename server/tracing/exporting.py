"""Traces by OpenTelemetry, sent over HTTP (OTLP). The endpoint, the sampler and the limits are those of the variables
OTEL_…"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from threading import Thread

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from starlette.types import ASGIApp

from chat.adapters.socket import Handlers
from egress import Egress
from mail.ports import Transport
from server.tracing.beginning import Spans
from server.tracing.calls import TracedEgress, TracedLetters
from server.tracing.commands import TracedCommands
from server.tracing.requests import TracedRequests
from server.tracing.transactions import TracedStorage
from storage.ports import Storage

CLOSE_S = 2.0


class Exporting:
    """Implements `server.tracing.port.Tracing`."""

    def __init__(self, version: str, instance: str) -> None:
        self._provider = TracerProvider(resource=_resource(version, instance), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._spans = Spans(self._provider.get_tracer("switchboard", version))

    def app(self, app: ASGIApp) -> ASGIApp:
        return TracedRequests(app, self._spans)

    def commands(self, handlers: Handlers) -> Handlers:
        return TracedCommands(handlers, self._spans)

    def storage(self, storage: Storage) -> Storage:
        return TracedStorage(storage, self._spans)

    def letters(self, transport: Transport) -> Transport:
        return TracedLetters(transport, self._spans)

    def egress(self, allowed: Collection[str]) -> Egress:
        return TracedEgress(allowed).traced_by(self._spans)

    async def close(self) -> None:
        # The endpoint may not answer, and the thread must not keep the process alive.
        closing = Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        await asyncio.to_thread(closing.join, CLOSE_S)


def _resource(version: str, instance: str) -> Resource:
    ours = {"service.name": "switchboard", "service.version": version, "service.instance.id": instance}
    # The operator's values take precedence.
    return Resource.create({**ours, **OTELResourceDetector().detect().attributes})
