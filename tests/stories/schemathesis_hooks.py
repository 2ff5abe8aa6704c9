"""What schemathesis is told beside the description: loaded by it, in a process of its own (`test_schemathesis.py`).

A schema says what the shape of a request is. What a desk knows besides (which teams, people and tickets there are,
which code goes with which status, whose a field is to say) no schema can: there a request of the right shape may be
refused, as long as the fields at fault are those named here. One that is refused for its shape is described wrongly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import RejectedPositiveData

from server.edge.api import OPERATIONS
from server.live.personal_data.kinds import KINDS

if TYPE_CHECKING:
    from schemathesis.specs.openapi.schemas import OpenApiOperation

    AnyCase = Case[OpenApiOperation]

TEAMS = ("media", "prod")
TICKETS = 4
"""The desk has these from the start (`test_schemathesis.py`), all but the last."""

_TICKET = frozenset({"status", "resolution", "duplicate_of", "with", "workaround", "finding", "training"})
_OTHERS = frozenset({"team", "product", "assignee", "client", "participants", "external_ref", "subject", "requester"})
_SORTED = frozenset({"priority", "tags", "add_tags", "remove_tags", "snoozed_until", "custom_fields"})
_ARTICLE = frozenset({"product", "title", "summary", "body"})
_MACRO = frozenset({"actions", "custom_fields", "status", "resolution", "priority", "tags", "assignee"})
_SCIM = frozenset({"userName", "displayName", "externalId", "emails", "active", "roles", "members"})
_SCIM_PATCH = _SCIM | {"op", "path"}
_CANNED = frozenset({"shortcut", "name", "scope", "team", "texts", "files"}) | _MACRO
_RULE = frozenset(
    {"name", "conditions", "actions", "team", "assignee", "priority", "tags", "status", "resolution", "reply", "notify"}
) | {"notify_team", "webhook", "time", "inbox", "inbox_people", "custom_fields", "end_chat"}
_POLICY = frozenset({"name", "teams", "first_reply"})
_INCIDENT = frozenset({"title", "text", "effect", "affects", "began_at", "next_update_at", "team"})
_MAINTENANCE = frozenset({"title", "text", "starts_at", "ends_at", "components"})
_ZENDESK = _TICKET | _OTHERS | _SORTED | {"text", "files", "comment", "group", "organization"}
_HELP_CENTER = _ARTICLE | {"locale", "label_names", "labels", "topic", "name", "section", "parent_section", "user"}
_HELP_CENTER |= {"user_segment", "translations"}
_REPORTED = frozenset({"from", "to", "team", "agent"})
RULED: dict[str, frozenset[str]] = {
    "GET /api/admin/audit": frozenset({"person", "verb", "thing", "q"}),
    "GET /api/tickets": frozenset({"cursor", "flags"}),
    "POST /api/tickets": _TICKET | _OTHERS | _SORTED | {"text", "files", "requester", "name", "email"},
    "PATCH /api/tickets/{number}": _TICKET | _OTHERS | _SORTED | {"note"},
    "DELETE /api/tickets/{number}/merge": frozenset({"into"}),
    "POST /api/people/{id}/notes": frozenset({"text"}),
    "POST /api/bans": frozenset({"chat", "kind", "subject"}),
    "PATCH /api/people/{id}": frozenset({"name", "email"}),
    "POST /api/tickets/{number}/replies": _TICKET
    | {"text", "files", "says", "public", "team", "assignee", "priority", "add_tags", "mentions", "custom_fields"},
    "POST /api/inbox/read": frozenset({"entries", "ticket", "chat", "everything"}),
    "PUT /api/tickets/{number}/followers/{staff}": frozenset({"staff"}),
    "POST /api/files": frozenset({"file"}),
    "POST /api/account": frozenset({"email", "name", "locale", "timezone"}),
    "POST /api/account/reset": frozenset({"email"}),
    "POST /api/account/confirm": frozenset({"token", "password", "name"}),
    "PATCH /api/me": frozenset({"name", "locale", "timezone", "password", "current_password"}),
    "POST /api/me/password": frozenset({"password", "new_password"}),
    "POST /api/me/sign-on": frozenset({"password"}),
    "DELETE /api/me/sign-on": frozenset({"password"}),
    "POST /api/me/passkeys/options": frozenset({"password"}),
    "POST /api/me/passkeys": frozenset({"name", "passkey_refused"}),
    "PATCH /api/me/passkeys/{id}": frozenset({"name"}),
    "DELETE /api/me/passkeys/{id}": frozenset({"password"}),
    "POST /api/me/totp": frozenset({"password"}),
    "POST /api/me/totp/confirm": frozenset({"totp"}),
    "POST /api/me/totp/off": frozenset({"password", "totp"}),
    "POST /api/articles": _ARTICLE,
    "PATCH /api/articles/{id}": _ARTICLE | {"owner"},
    "POST /api/articles/{id}/publish": _ARTICLE | {"what_changed", "at"},
    "POST /api/components": frozenset({"name", "product"}),
    "PATCH /api/components/{id}": frozenset({"name", "product"}),
    "POST /api/incidents": _INCIDENT,
    "PATCH /api/incidents/{id}": _INCIDENT | {"resolved_at"},
    "POST /api/incidents/{id}/updates": _INCIDENT,
    "POST /api/incidents/{id}/run": frozenset({"text", "code"}),
    "POST /api/maintenances": _MAINTENANCE,
    "PATCH /api/maintenances/{id}": _MAINTENANCE | {"note"},
    "PUT /api/admin/products": frozenset({"product", "teams", "name", "is_new"}),
    "POST /api/playlists": frozenset({"items"}),
    "PATCH /api/playlists/{id}": frozenset({"title", "items"}),
    "GET /api/reports/overview": _REPORTED,
    "GET /api/reports/tickets": _REPORTED | {"code", "hour", "status", "age", "told", "client", "order"},
    "GET /api/reports/tickets.csv": _REPORTED | {"code", "hour", "status", "age", "told", "client", "order"},
    "GET /api/reports/{name}.csv": _REPORTED,
    "GET /api/agents/{id}/timeline": frozenset({"day"}),
    "POST /api/chats/{id}/reassign": frozenset({"team", "staff"}),
    "PATCH /api/staff/{id}": frozenset({"status", "capacity", "teams", "usual"}),
    "POST /api/tickets/{number}/review": _TICKET | {"verdict", "reason", "scores", "feedback"},
    "PATCH /api/reviews/settings": frozenset({"share", "rules", "rows"}),
    "POST /api/tickets/{number}/merge": frozenset({"into"}),
    "POST /api/tickets/{number}/links": frozenset({"url"}),
    "POST /api/issue-sources": frozenset({"url"}),
    "POST /api/tickets/bulk": frozenset({"change", "numbers"}),
    "POST /api/tickets/{number}/assist": frozenset({"to"}),
    "POST /api/chats/{id}/assist": frozenset({"to"}),
    "POST /api/views": frozenset({"name", "team", "query", "filters"}),
    "PATCH /api/views/{id}": frozenset({"name", "query", "filters"}),
    "POST /api/v2/tickets": _ZENDESK,
    "PUT /api/v2/tickets/{number}": _ZENDESK,
    "PUT /api/v2/tickets/update_many": _ZENDESK | {"ticket", "ids"},
    "GET /api/v2/tickets/show_many": frozenset({"ids"}),
    **{f"{method} /api/v2/tickets/{{number}}/tags": frozenset({"tags"}) for method in ("POST", "PUT", "DELETE")},
    "POST /api/v2/users/create_or_update": frozenset({"email", "name"}),
    "GET /api/v2/search": frozenset({"query", "requester", "cursor"}),
    "GET /api/v2/tickets": frozenset({"cursor"}),
    "GET /api/v2/incremental/tickets/cursor": frozenset({"cursor", "start_time"}),
    "POST /api/v2/uploads": frozenset({"file"}),
    **{f"{one.method} {one.path}": _HELP_CENTER for one in OPERATIONS if "/help_center/" in one.path},
    "GET /scim/v2/Users": frozenset({"filter"}),
    "GET /scim/v2/Groups": frozenset({"filter"}),
    "POST /scim/v2/Users": _SCIM,
    "PUT /scim/v2/Users/{id}": _SCIM,
    "PATCH /scim/v2/Users/{id}": _SCIM_PATCH,
    "POST /scim/v2/Groups": _SCIM,
    "PUT /scim/v2/Groups/{id}": _SCIM,
    "PATCH /scim/v2/Groups/{id}": _SCIM_PATCH,
    "POST /api/replies": _CANNED,
    "PATCH /api/replies/{id}": _CANNED,
    "POST /api/admin/people/find": frozenset({"email"}),
    "POST /api/admin/people/export": frozenset({"email"}),
    "POST /api/admin/people/erase": frozenset({"email", "confirm"}),
    "POST /api/admin/ticket-fields": frozenset({"labels", "options", "teams", "products"}),
    "PATCH /api/admin/ticket-fields/{key}": frozenset({"labels", "options", "teams", "products"}),
    "PATCH /api/admin/retention": frozenset(KINDS),
    "POST /api/admin/alarms": frozenset({"name", "address", "team"}),
    "PATCH /api/admin/alarms/{id}": frozenset({"name", "team"}),
    "POST /api/webhooks": frozenset({"url", "events", "include_texts"}),
    "PATCH /api/webhooks/{id}": frozenset({"url", "events", "include_texts"}),
    "POST /api/webhooks/{id}/replay": frozenset({"from", "to"}),
    "POST /api/rules": _RULE,
    "POST /api/rules/trial": _RULE,
    "PATCH /api/rules/{id}": _RULE,
    "POST /api/sla-policies": _POLICY,
    "PATCH /api/sla-policies/{id}": _POLICY,
    "POST /api/admin/hours/clocks": frozenset({"changes", "If-Match"}),
    "POST /api/admin/hours/preview": frozenset({"changes", "from"}),
    "POST /api/admin/hours/waits": frozenset({"changes"}),
    "PUT /api/admin/hours": frozenset({"changes"}),
}
"""Fields by call that a rule may refuse though their shape is right."""

_BODIES = {f"{operation.method} {operation.path}": operation.body for operation in OPERATIONS}


@schemathesis.hook
def map_case(context: HookContext, case: AnyCase) -> AnyCase:
    """Aim what is right at what there is: a team of the desk, one of its tickets. Else most would miss. What is wrong
    goes without a key: one that was used answers for what was asked with it first, as is promised."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        if re.fullmatch(r"[ -~]+", str(case.headers.get("Idempotency-Key", ""))):
            del case.headers["Idempotency-Key"]
        return case
    if isinstance(case.body, dict) and isinstance(team := case.body.get("team"), str):
        case.body["team"] = TEAMS[len(team) % len(TEAMS)]
    number = (case.path_parameters or {}).get("number")
    if isinstance(number, int):
        case.path_parameters["number"] = 1 + number % TICKETS
    return case


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: AnyCase, response: Response) -> bool:
    """Keep every failure but a refusal by a rule of a request of the right shape."""
    return not (isinstance(failure, RejectedPositiveData) and ruled(case, response))


@schemathesis.hook
def filter_body(context: HookContext, body: object) -> bool:
    """Whole numbers are written without a point, as the description says; JSON Schema does not tell `1` from `1.0`."""
    return not any(isinstance(value, float) and value.is_integer() for value in _values(body))


def ruled(case: AnyCase, response: Response) -> bool:
    """Was it refused by a rule, for fields that rules speak of?"""
    label = f"{case.method} {case.path}"
    if response.status_code != 422:
        return False
    # `changes[0].schedule` is part of the field `changes`.
    at_fault = {re.split(r"[\[.]", field)[0] for field in json.loads(response.content).get("fields") or ()}
    return bool(at_fault) and at_fault <= RULED.get(label, frozenset()) and _of_the_right_shape(label, case.body)


def _of_the_right_shape(label: str, body: object) -> bool:
    type_ = _BODIES[label]
    if not isinstance(type_, type):
        return True
    try:
        # Unlike `convert`, this knows values of any shape.
        msgspec.json.decode(msgspec.json.encode(body), type=type_)
    except msgspec.ValidationError:
        return False
    return True


def _values(value: object) -> Iterator[object]:
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _values(part)
