"""The log on standard error: one JSON object per line, or readable lines in a terminal.

Messages of libraries and warnings of Python have this form too. Text that a browser or program sent cannot begin a new
line. Each place in the code logs at most one traceback per minute (`server.operations.traceback_sampling`).
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Sequence
from logging import LogRecord
from types import TracebackType
from typing import TextIO

import structlog
from structlog.exceptions import DropEvent
from structlog.typing import EventDict, Processor, WrappedLogger

from clock import Clock, steady_clock
from server.operations.traceback_sampling import TracebackSampler

EVENT_MAX = 1_000
"""Maximum characters of a library's message."""
QUIET = ("python_multipart",)
"""Libraries that warn about what browsers and programs send: only the errors of these libraries are logged."""

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


_KNOWN = "Logged as request_failed, or not an error of the desk."
"""Added as a note to errors that are logged already and that uvicorn would log again."""

log = structlog.get_logger(__name__)


def configure(stream: TextIO = sys.stderr, clock: Clock = steady_clock) -> TracebackSampler:
    """Set up logging for the whole process. Returns the sampler, which counts tracebacks that are not logged.

    `clock` is monotonic.
    """
    people = stream.isatty()
    tracebacks = TracebackSampler(clock)

    def sampled(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        error = _error_of(event.get("exc_info"))
        if error is not None and not tracebacks.is_first(str(event["event"]), error):
            raise DropEvent
        return event

    def is_first(record: LogRecord) -> bool:
        error = _error_of(record.exc_info)
        if error is None:
            return True
        return _KNOWN not in getattr(error, "__notes__", ()) and tracebacks.is_first(record.name, error)

    shape: list[Processor] = [_for_people()] if people else [_with_exception, structlog.processors.JSONRenderer()]
    always: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, sampled, *always, *shape],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
    _log_libraries(stream, shape, always, is_first)
    logging.captureWarnings(capture=True)
    _log_what_python_would_print()
    return tracebacks


def _log_libraries(
    stream: TextIO, shape: Sequence[Processor], always: Sequence[Processor], is_logged: Callable[[LogRecord], bool]
) -> None:
    handler = logging.StreamHandler(stream)
    handler.addFilter(is_logged)
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


def request_failed(error: Exception, method: str, path: str) -> None:
    """Log a failed request. `path` is the path of the route, without values from the request."""
    log.error("request_failed", method=method, path=path, error=type(error).__name__, exc_info=error)
    known(error)


def known(error: Exception) -> None:
    """Drop the line that uvicorn logs for this error."""
    if _KNOWN not in getattr(error, "__notes__", ()):
        error.add_note(_KNOWN)


def log_left_out(tracebacks: TracebackSampler) -> None:
    for event, place, many in tracebacks.left_out():
        log.error("faults_left_out", of=event, place=place, left_out=many)


def _error_of(info: object) -> BaseException | None:
    if info is True:
        return sys.exc_info()[1]
    if isinstance(info, tuple):
        info = info[1]
    return info if isinstance(info, BaseException) else None


def _for_people() -> structlog.dev.ConsoleRenderer:
    # Without the values of variables: they may contain messages or tokens.
    return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)


_with_exception = structlog.processors.format_exc_info


def _shortened(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    event["event"] = str(event["event"])[:EVENT_MAX]
    return event


def _log_what_python_would_print() -> None:
    """Log the errors that Python would otherwise print: those that end a thread, and those that no code can catch."""
    log = logging.getLogger("python")

    def unraisable(caught: sys.UnraisableHookArgs) -> None:
        log.error("unraisable", exc_info=_info(caught.exc_type, caught.exc_value, caught.exc_traceback))

    def in_thread(caught: threading.ExceptHookArgs) -> None:
        log.error("thread_failed", exc_info=_info(caught.exc_type, caught.exc_value, caught.exc_traceback))

    sys.unraisablehook = unraisable
    threading.excepthook = in_thread


def _info(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> ExceptionInfo:
    return kind, error if error is not None else kind(), trace
