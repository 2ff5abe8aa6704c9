"""Spans of letters, webhook messages and other outgoing calls."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from typing import Self
from urllib.parse import urlsplit

from opentelemetry.trace import SpanKind

from egress import Answer, Egress
from mail.ports import NotAccepted, Transport
from server.tracing.beginning import OUTCOME, Spans
from webhooks.signing import ID


class TracedLetters:
    """Implements `mail.ports.Transport`."""

    def __init__(self, transport: Transport, spans: Spans) -> None:
        self._transport = transport
        self._spans = spans

    async def send(self, message: EmailMessage, sender: str, to: str) -> None:
        with self._spans.span("letter", SpanKind.CLIENT, {}) as span:
            try:
                await self._transport.send(message, sender, to)
            except NotAccepted as refused:
                span.set_attribute(OUTCOME, "refused_for_good" if refused.for_good else "refused")
                raise

    async def close(self) -> None:
        await self._transport.close()


class TracedEgress(Egress):
    _spans: Spans | None = None

    def traced_by(self, spans: Spans) -> Self:
        self._spans = spans
        return self

    async def send(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        if self._spans is None:
            return await super().send(method, url, headers, body)
        name = "webhook" if headers is not None and ID in headers else "call"
        # Not the path: it can contain a secret.
        about = {"http.request.method": method, "server.address": urlsplit(url).hostname or ""}
        with self._spans.span(name, SpanKind.CLIENT, about) as span:
            answer = await super().send(method, url, headers, body)
            span.set_attribute("http.response.status_code", answer.status)
            return answer
