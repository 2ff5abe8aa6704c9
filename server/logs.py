"""The log: standard error, one JSON object a line; in a terminal, lines for people.

What libraries log, and Python's warnings, go the same way. Nothing that a stranger sent begins a line of its own.
"""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

EVENT_MAX = 1_000
"""Characters of what a library says."""
QUIET = ("python_multipart",)
"""Libraries that warn of what strangers send: only their errors are logged."""

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(stream: TextIO = sys.stderr) -> None:
    """Log to `stream` from now on, for the whole process."""
    people = stream.isatty()
    shape: list[Processor] = [_for_people()] if people else [_with_exception, structlog.processors.JSONRenderer()]
    always: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *always, *shape],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    formatter = structlog.stdlib.ProcessorFormatter
    handler.setFormatter(
        formatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *always, _shortened],
            processors=[formatter.remove_processors_meta, *shape],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)
    _log_what_python_would_print()


def _for_people() -> structlog.dev.ConsoleRenderer:
    # Without the values of variables: they may be somebody's words, or a token.
    return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)


_with_exception = structlog.processors.format_exc_info


def _shortened(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    event["event"] = str(event["event"])[:EVENT_MAX]
    return event


def _log_what_python_would_print() -> None:
    """What ends a thread, or is raised where nobody can catch it, is a line as well."""
    log = logging.getLogger("python")

    def unraisable(caught: sys.UnraisableHookArgs) -> None:
        log.error("unraisable", exc_info=_info(caught.exc_type, caught.exc_value, caught.exc_traceback))

    def in_thread(caught: threading.ExceptHookArgs) -> None:
        log.error("thread_failed", exc_info=_info(caught.exc_type, caught.exc_value, caught.exc_traceback))

    sys.unraisablehook = unraisable
    threading.excepthook = in_thread


def _info(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> ExceptionInfo:
    return kind, error if error is not None else kind(), trace
