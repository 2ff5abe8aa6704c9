"""Refusals and internal errors as problem details (RFC 9457) with the protocol's `code`."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Raw, Struct
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from identity.errors import Outdated
from refusals import Code, Refused
from routing.errors import FileChanged
from server.edge.proofs import Challenge
from storage.ports import CommitUnknown, StorageUnavailable
from ticketing.errors import Stale
from zendesk.problems import Detail, details_of, error_of

ZENDESK = "/api/v2/"
"""The paths below which refusals also have the fields of Zendesk's errors."""
FIELD_NUMBERS = "switchboard.field_numbers"
"""The numbers of custom fields by their keys, in the scope of a request below ZENDESK that was refused for them."""
SCIM = "/scim/"
"""The paths below which refusals are errors of SCIM."""
SCIM_JSON = "application/scim+json"

Endpoint = Callable[[Request], Awaitable[Response]]

ProblemCode = Literal[Code, "internal_error"]
"""`internal_error` is never the code of a `Refused`."""

STATUS_OF: dict[ProblemCode, int] = {
    "bad_frame": 400, "unauthorized": 401, "forbidden": 403, "not_found": 404, "conflict": 409, "too_large": 413,
    "invalid": 422, "proof_needed": 428, "rate_limited": 429, "unavailable": 503,
    "team_closed": 409, "queue_full": 409, "already_chatting": 409, "chat_closed": 409, "unknown_type": 400,
    "internal_error": 500,
}  # fmt: skip
_CODE_OF = {status: code for code, status in reversed(STATUS_OF.items())}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
RETRY_AFTER_S = 2
"""The `Retry-After`, in seconds, of refusals that have no `retry_after_s` of their own."""


class NotDeclared(Refused):
    """Status 415: the body is not declared as the media type that the call reads."""

    def __init__(self, media_type: str) -> None:
        super().__init__("bad_frame", f"Send the body as `Content-Type: {media_type}`.")


_SCIM_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
_OTHER_STATUS: dict[type[Exception], int] = {
    Stale: HTTPStatus.PRECONDITION_FAILED,
    Outdated: HTTPStatus.PRECONDITION_FAILED,
    FileChanged: HTTPStatus.PRECONDITION_FAILED,
    NotDeclared: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}
EXPECTED: tuple[type[Exception], ...] = (Refused, StorageUnavailable, ClientDisconnect)
"""Failures of a request that are not errors of the program."""


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The reason why a request had no effect (RFC 9457). `detail` is for people.

    `fields` has a sentence for each wrong field. `challenge` comes with `proof_needed`. `since` has the texts that
    others wrote on a ticket after `seen`. `fault` says what is wrong with a file.
    """

    type: Annotated[str, Meta(extra_json_schema={"format": "uri-reference"})]
    title: str
    status: int
    detail: str
    code: ProblemCode
    fields: dict[str, str] | None = None
    challenge: Challenge | None = None
    since: Sequence[Raw] | None = None
    fault: str | None = None


class ZendeskProblem(Problem, frozen=True, kw_only=True, omit_defaults=True):
    """A `Problem` with what programs that were written for Zendesk read: `error`, `description` and `details`."""

    error: str
    description: str
    details: dict[str, list[Detail]] | None = None


class ScimError(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """An error of SCIM (RFC 7644, 3.12). It has no other fields: clients refuse them."""

    schemas: list[str]
    status: str
    detail: str
    scim_type: str | None = None


def problem(
    code: ProblemCode,
    detail: str,
    *,
    status: int | None = None,
    fields: Mapping[str, str] | None = None,
    retry_after_s: float | None = None,
    headers: Mapping[str, str] | None = None,
    challenge: Challenge | None = None,
    since: Sequence[Raw] | None = None,
    fault: str | None = None,
) -> Response:
    status = status if status is not None else STATUS_OF[code]
    body = Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        fields=dict(fields) if fields else None,
        challenge=challenge,
        since=since,
        fault=fault,
    )
    said = {"Cache-Control": "no-store", **(headers or {})}
    if code in ("rate_limited", "unavailable") and retry_after_s is None:
        retry_after_s = RETRY_AFTER_S
    if retry_after_s is not None:
        said["Retry-After"] = str(max(1, math.ceil(retry_after_s)))
    if status == HTTPStatus.UNAUTHORIZED:
        said.setdefault("WWW-Authenticate", "Bearer")
    return Response(msgspec.json.encode(body), status, said, "application/problem+json")


def problem_of(request: Request, error: Exception) -> Response:
    """The answer to a request that failed. It does not reveal the cause of an internal error."""
    return as_read_by(request, _problem_of(request, error))


def as_read_by(request: Request, response: Response) -> Response:
    """The problem in the form that the sender of the request reads.

    Below SCIM it is an error of SCIM. Below ZENDESK it has the fields of Zendesk's errors, and is declared as plain
    JSON: programs that were written for Zendesk read no other answers.
    """
    if request.url.path.startswith(SCIM):
        return _scim_error(response)
    if not request.url.path.startswith(ZENDESK):
        return response
    said = msgspec.json.decode(response.body, type=Problem)
    given = {name: getattr(said, name) for name in Problem.__struct_fields__}
    numbers = request.scope.get(FIELD_NUMBERS, {})
    details = details_of(said.fields, numbers) if said.fields is not None else None
    body = ZendeskProblem(**given, error=error_of(said.code), description=said.detail, details=details)
    headers = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
    return Response(msgspec.json.encode(body), response.status_code, headers, "application/json")


def status_of(path: str, status: int) -> int:
    """The status of an error below this path. SCIM has no 422."""
    return 400 if path.startswith(SCIM) and status == 422 else status


def _scim_error(response: Response) -> Response:
    said = msgspec.json.decode(response.body, type=Problem)
    status = status_of(SCIM, said.status)
    body = ScimError(schemas=[_SCIM_ERROR], status=str(status), detail=said.detail, scim_type=_scim_type(said))
    headers = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
    return Response(msgspec.json.encode(body), status, headers, SCIM_JSON)


def _scim_type(said: Problem) -> str | None:
    if said.code == "conflict":
        return "uniqueness" if said.fields and "roles" not in said.fields else None
    if said.code == "bad_frame":
        return "invalidSyntax"
    if said.code != "invalid":
        return None
    named = next((name for name in ("filter", "path") if name in (said.fields or {})), "value")
    return f"invalid{named.title()}"


def _problem_of(request: Request, error: Exception) -> Response:
    if isinstance(error, Refused):
        status = _OTHER_STATUS.get(type(error))
        return problem(
            error.code,
            error.message,
            status=status,
            fields=error.fields,
            retry_after_s=error.retry_after_s,
            challenge=error.facts.get("challenge"),
            since=error.facts.get("since"),
            fault=error.facts.get("fault"),
        )
    if isinstance(error, StorageUnavailable):
        return problem("unavailable", unavailable(error, request.method))
    if isinstance(error, HTTPException):
        return _problem_of_http(request, error)
    if isinstance(error, ClientDisconnect):
        # The sender of the request is gone, so nobody reads the answer.
        return problem("bad_frame", "The request was cut off.")
    detail = f"Something went wrong on our side, and we have logged it.{_check(request.method)}"
    return problem("internal_error", detail)


def unavailable(error: StorageUnavailable, method: str) -> str:
    """The sentence for a request of this method that the database did not serve."""
    if isinstance(error, CommitUnknown):
        return f"Our database did not confirm your change.{_check(method)}"
    unchanged = "" if method in SAFE_METHODS else " Nothing was changed."
    return f"We can't reach our database right now.{unchanged} Try again in a moment."


def _check(method: str) -> str:
    return "" if method in SAFE_METHODS else " Check whether your change was saved before you try again."


def answered(endpoint: Endpoint) -> Endpoint:
    """The endpoint, changed to answer its refusals with problem details."""

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except EXPECTED as error:
            return problem_of(request, error)

    return guarded


def _problem_of_http(request: Request, error: HTTPException) -> Response:
    status = error.status_code
    if status == HTTPStatus.NOT_FOUND:
        detail = "There is nothing at this address."
    elif status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "")
        detail = f"{request.method} is not served at this address" + (f"; {allowed} is." if allowed else ".")
    else:
        detail = error.detail
    code = _CODE_OF.get(status, "invalid" if status < 500 else "internal_error")
    return problem(code, detail, status=status, headers=error.headers)
