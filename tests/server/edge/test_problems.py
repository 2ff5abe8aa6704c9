"""Refusals as problem details."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from refusals import Refused
from server.edge.problems import STATUS_OF, ProblemCode, problem, problem_of
from storage.ports import CommitUnknown, StorageUnavailable
from ticketing.errors import NotFound, Stale

REQUEST = Request({"type": "http", "method": "GET", "path": "/api/x", "headers": []})


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound(), 404, "not_found"),
        (Stale(7, 2), 412, "conflict"),
        (Refused("conflict", "No."), 409, "conflict"),
        (Refused("rate_limited", "Wait.", retry_after_s=7.2), 429, "rate_limited"),
        (StorageUnavailable("disk full"), 503, "unavailable"),
        (HTTPException(404), 404, "not_found"),
        (HTTPException(413), 413, "too_large"),
        (HTTPException(418, "Teapot"), 418, "invalid"),
        (CommitUnknown("disk full"), 503, "unavailable"),
        (HTTPException(500), 500, "internal_error"),
        (RuntimeError("secret of the inside"), 500, "internal_error"),
    ],
)
def test_every_error_has_a_status_and_a_code(error: Exception, status: int, code: str) -> None:
    """For refusals and internal errors. Details of an internal error are not revealed."""
    answer = problem_of(REQUEST, error)
    body: dict[str, Any] = json.loads(bytes(answer.body))
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert answer.media_type == "application/problem+json" and body["detail"] and body["type"] == "about:blank"
    assert "inside" not in str(body) and "disk" not in str(body)
    assert ("retry-after" in answer.headers) == (code in ("rate_limited", "unavailable"))


@pytest.mark.parametrize(
    ("error", "method", "unchanged", "check"),
    [
        (StorageUnavailable("disk full"), "POST", True, False),
        (StorageUnavailable("disk full"), "GET", False, False),
        (CommitUnknown("no answer"), "POST", False, True),
        (RuntimeError("a fault"), "POST", False, True),
        (RuntimeError("a fault"), "GET", False, False),
    ],
)
def test_nothing_was_changed_is_said_only_if_certain(
    error: Exception, method: str, unchanged: bool, check: bool
) -> None:
    answer = problem_of(Request({"type": "http", "method": method, "path": "/api/x", "headers": []}), error)
    detail = json.loads(bytes(answer.body))["detail"]
    assert ("Nothing was changed" in detail, "Check whether" in detail) == (unchanged, check)


def test_retry_after_is_rounded_up_to_whole_seconds() -> None:
    assert problem("rate_limited", "Wait.", retry_after_s=7.2).headers["retry-after"] == "8"


def test_codes_have_the_statuses_of_the_protocol() -> None:
    """A client can distinguish them by status alone."""
    said: dict[ProblemCode, int] = {
        "bad_frame": 400, "unauthorized": 401, "forbidden": 403, "not_found": 404, "conflict": 409, "too_large": 413,
        "invalid": 422, "rate_limited": 429, "internal_error": 500, "unavailable": 503,
    }  # fmt: skip
    assert {code: STATUS_OF[code] for code in said} == said
