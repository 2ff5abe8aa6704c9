"""Begins spans. They have no texts of people and no messages of errors, which can contain such texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, get_current_span

from refusals import Refused

Attributes = Mapping[str, str | int]
OUTCOME = "switchboard.outcome"
"""The attribute with `ok` or the code of a refusal."""


class Spans:
    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    @contextmanager
    def span(self, name: str, kind: SpanKind, attributes: Attributes, *, root: bool = False) -> Iterator[Span]:
        """A span for the `with` block, inside the current one unless `root`. If the block fails, the span has the type
        of the error, or the code if it is refused."""
        context = Context() if root else None
        with self._tracer.start_as_current_span(
            name, context, kind, attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except Refused as refused:
                span.set_attribute(OUTCOME, refused.code)
                raise
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(StatusCode.ERROR)
                raise


def is_traced() -> bool:
    """True inside a span."""
    return get_current_span().get_span_context().is_valid
