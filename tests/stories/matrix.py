"""Who may do what, as a table: each route and each command, for each of ten people, with what is their own and with
what is not. `test_matrix.py` fills it from the registries: what has no row here fails, and so does a row of nothing.

A row is named as the server has it: `GET /api/tickets/{number}`, `customer chat.end` (a command of that socket). `own`
and `others` have a word for each of COLUMNS, in their order. Authors and auditors have no column: they get what
`author_gets` and `auditor_gets` say.

    ok             it is done, or shown
    unauthorized   forbidden   not_found   conflict …      refused with that code
    sign_in        sent to the sign-in page
    4001 · 4003    the socket is closed at the door
    heard · quiet  of what is never answered: the other side hears of it, or does not

`others` is what they get for each thing that is not theirs; for a thing that is not there it must be the same, byte for
byte. Where a row has no `others` there is no thing to ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal, get_args

Actor = Literal[
    "nobody",
    "visitor",
    "customer",
    "other_customer",
    "agent",
    "other_agent",
    "supervisor",
    "other_supervisor",
    "admin",
    "author",
    "auditor",
]
Owner = Literal["visitor", "customer", "other_customer"]
Thing = Literal[
    "ticket",
    "chat",
    "ban",
    "file",
    "upload",
    "session",
    "passkey",
    "team",
    "colleague",
    "employee",
    "person",
    "words",
    "view",
    "proof",
    "line",
]
"""What a row asks for: a ticket's number, ids of a chat, of a file that hangs on a ticket, of one that hangs on nothing
yet, of a session, of a passkey, of a block, of a person of staff, of one who is new, of a customer; a team's key; words
to search for; the number of a view of a team; a signed identity; a line over HTTP."""

ACTORS: tuple[Actor, ...] = get_args(Actor)
COLUMNS = ACTORS[:-2]
"""`other_…` are of another client (customers) and of another team (staff)."""
STAFF: tuple[Actor, ...] = ("agent", "other_agent", "supervisor", "other_supervisor", "admin", "author", "auditor")
WITHOUT_TEAM: tuple[Actor, ...] = ("admin", "author", "auditor")

OWN: Mapping[Actor, Owner] = {
    "nobody": "customer",
    "visitor": "visitor",
    "customer": "customer",
    "other_customer": "other_customer",
    "agent": "customer",
    "other_agent": "other_customer",
    "supervisor": "customer",
    "other_supervisor": "other_customer",
    "admin": "customer",
    "author": "customer",
    "auditor": "customer",
}
"""Whose things stand for somebody's own: staff have those of their team's customers. For nobody, an admin, an
author and an auditor nothing is their own; they get a customer's."""

FOREIGN: Mapping[Actor, tuple[Owner, ...]] = {
    "nobody": ("visitor", "other_customer"),
    "visitor": ("customer", "other_customer"),
    "customer": ("visitor", "other_customer"),
    "other_customer": ("visitor", "customer"),
    "agent": ("other_customer",),
    "other_agent": ("visitor", "customer"),
    "supervisor": ("other_customer",),
    "other_supervisor": ("visitor", "customer"),
    "admin": ("other_customer",),
    "author": ("other_customer",),
    "auditor": ("other_customer",),
}
"""Whose things are another's for them. The visitor and the customer ask Media, the other customer Finance."""

THING = "<the thing>"
"""Stands in a body, a query or a frame for what the row asks for; where it does not, the path's is that."""
OWN_TEAM, OWN_CHAT, EVENT, CODE = "<own team>", "<own chat>", "<event>", "<code>"
"""Stand for the team and the chat of the one who asks; for the place of what they said last; for what their
authenticator app shows."""
PASSWORD, NEXT_PASSWORD = "correct horse battery", "tr0ubador and staple"


Standing = Literal["active", "closed", "watched", "none"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `about` tells rows of one route or command apart."""

    what: str
    own: str
    others: str | None = None
    _: KW_ONLY
    about: str = ""
    thing: Thing | None = None
    says: Mapping[str, object] = field(default_factory=dict)
    """The body, or the fields of the frame."""
    staff_say: Mapping[str, object] | None = None
    """The same of staff, where it is another."""
    query: Mapping[str, str] = field(default_factory=dict)
    lists: bool = False
    """Their own thing stands in the answer."""
    upload: bool = False
    """The body is a form with a file."""
    alone: bool = False
    """Staff do it to themselves: somebody new does."""
    form: bool = False
    """What they say is sent as a form of our own pages."""
    in_browser: bool = False
    """Only for who is signed in: forbidden by any token."""
    in_chat: Standing = "active"
    """How things stand before the command: their chat goes on, is over, is watched by them; or they have none."""
    follows: bool = False
    """They follow their own ticket before."""
    ends: bool = False
    """Their own thing is not the same afterwards."""
    author: str = ""
    """What an author gets, where it is not what follows from the other words."""
    auditor: str = ""
    """What an auditor gets, where it is not what follows from the other words."""

    @property
    def name(self) -> str:
        return f"{self.what}, {self.about}" if self.about else self.what

    def author_gets(self, words: Mapping[Actor, str]) -> str:
        """The word for an author. What admins may and agents may not, authors may not either; nor may they read
        reports. Elsewhere they get what an admin gets."""
        if self.author:
            return self.author
        if "/reports" in self.what or (words["agent"] == "forbidden" and words["admin"] != "4003"):
            return "forbidden"
        return words["admin"]

    def auditor_gets(self, words: Mapping[Actor, str]) -> str:
        """The word for an auditor. They read reports like an admin, and write no articles. Elsewhere they get what an
        author gets."""
        if self.auditor or "/reports" in self.what:
            return self.auditor or words["admin"]
        if self.author and "knowledge" not in self.what and "articles" not in self.what:
            return self.author
        return "forbidden" if words["agent"] == "forbidden" and words["admin"] != "4003" else words["admin"]


_PUBLIC = "ok            ok        ok        ok        ok        ok        ok        ok        ok"
_NO_SIGN_ON = " ".join(["forbidden"] * 9)
_UNPROVEN = " ".join(["unauthorized"] * 9)
_REQUEST = {"team": OWN_TEAM, "text": "It fails"}
_STOPPED = {"video": "/articles/files/x.webm", "seconds": 7, "length": 12}
_MANY_AT_ZENDESK = {"ticket": {"priority": "high"}}
_AT_ZENDESK = {"ticket": {"comment": {"body": "A word more"}}}
_SUBSCRIBED = {"subscription": {"include_comments": True}}
_NO_CONTENT = "unauthorized  forbidden forbidden forbidden invalid   invalid   invalid   invalid   forbidden"
_FOR_SOMEBODY = {**_REQUEST, "requester": {"name": "Zoe", "email": "zoe@elsewhere.example"}}

#                nobody        visitor   customer  other_c…  agent     other_a…  supervis… other_s…  admin
_STAFF = "unauthorized  forbidden forbidden forbidden ok        ok        ok        ok        ok"
_NOT_LINKED = "unauthorized  forbidden forbidden forbidden conflict  conflict  conflict  conflict  conflict"
_AGENTS = "unauthorized  forbidden forbidden forbidden ok        ok        ok        ok        forbidden"
_SUPERVISORS = "unauthorized  forbidden forbidden forbidden forbidden forbidden ok        ok        forbidden"
PERIOD = {"from": "2026-11-24T00:00:00Z", "to": "2026-11-25T00:00:00Z"}
_ADMINS = "unauthorized  forbidden forbidden forbidden forbidden forbidden forbidden forbidden ok"
_NO_ALARM = "unauthorized  forbidden forbidden forbidden forbidden forbidden not_found not_found forbidden"
_ADMINS_WRONG = "unauthorized  forbidden forbidden forbidden forbidden forbidden forbidden forbidden invalid"
_HOURS = "unauthorized  forbidden forbidden forbidden forbidden forbidden ok        ok        ok"
_HOURS_WRONG = "unauthorized  forbidden forbidden forbidden forbidden forbidden invalid   invalid   invalid"
_NO_SUCH_SYSTEM = "unauthorized  forbidden forbidden forbidden forbidden forbidden not_found not_found not_found"
_INCIDENT = {"title": "Exports are slow", "text": "We look into it", "banner": True}
_NO_MAINTENANCE = {
    "title": "Read only",
    "starts_at": "2027-01-01T00:00:00.000Z",
    "ends_at": "2027-01-01T01:00:00.000Z",
    "components": [4711],
}
_HOURS_OF_ALL = "unauthorized  forbidden forbidden forbidden forbidden forbidden ok        forbidden ok"
_ADMINS_BAD = "unauthorized  forbidden forbidden forbidden forbidden forbidden forbidden forbidden invalid"
_NAMELESS_FIELD = {"key": "cause", "kind": "text", "labels": {"fr": "Cause"}}
_STRANGER = {"email": "nobody@stranger.example"}
_ADMINS_NONE = "unauthorized  forbidden forbidden forbidden forbidden forbidden forbidden forbidden not_found"
_ADMINS_GONE = "unauthorized  forbidden forbidden forbidden forbidden forbidden forbidden forbidden conflict"
_NOT_ADMINS = "unauthorized  ok        ok        ok        ok        ok        ok        ok        forbidden"
_IDENTIFIED = "unauthorized  forbidden ok        ok        ok        ok        ok        ok        ok"
_NO_SESSION = "unauthorized  forbidden not_found not_found forbidden forbidden forbidden forbidden forbidden"
_NO_RESOURCE = "unauthorized  invalid   invalid   invalid   forbidden forbidden forbidden forbidden forbidden"
_OF_LEARNERS = "unauthorized  ok        ok        ok        forbidden forbidden forbidden forbidden forbidden"
_NO_PLAYLIST = "unauthorized  not_found not_found not_found forbidden forbidden forbidden forbidden forbidden"
_FOLLOWED_BEFORE = "unauthorized  forbidden not_found not_found not_found not_found not_found not_found not_found"
_HIDDEN = "unauthorized  not_found not_found not_found not_found not_found not_found not_found forbidden"
_HIDDEN_FROM_STAFF = "unauthorized  forbidden forbidden forbidden not_found not_found not_found not_found forbidden"
_PROVEN = "unauthorized  forbidden forbidden forbidden conflict  conflict  conflict  conflict  forbidden"
_INVALID = "unauthorized  invalid   invalid   invalid   invalid   invalid   invalid   invalid   forbidden"
_FORBIDDEN = "unauthorized  forbidden forbidden forbidden forbidden forbidden forbidden forbidden forbidden"
_BEGUN_HERE = "unauthorized  conflict  conflict  conflict  forbidden forbidden forbidden forbidden forbidden"
_HIDDEN_FROM_CUSTOMERS = "unauthorized  not_found not_found not_found forbidden forbidden forbidden forbidden forbidden"
_UNCHECKED = "unauthorized  forbidden forbidden forbidden invalid   invalid   invalid   invalid   invalid"
_NOT_OF_STAFF = "unauthorized  forbidden forbidden forbidden not_found not_found not_found not_found not_found"
_REVIEWED = "unauthorized  forbidden forbidden forbidden forbidden forbidden conflict  conflict  forbidden"
_UNREVIEWED = "unauthorized  forbidden forbidden forbidden forbidden forbidden not_found not_found forbidden"
_NO_PASSKEY = {"id": "AA", "client_data": "", "attestation": ""}
_NO_SUCH_LINE = "not_found     not_found not_found not_found not_found not_found not_found not_found not_found"


def _of_a_team(what: str, own: str, *, lists: bool = False, **query: str) -> Row:
    """A list of one team. Another team's is empty."""
    return Row(what, own, own, about="of a team", thing="team", query={"team": THING, **query}, lists=lists)


HTTP: tuple[Row, ...] = (
    Row("POST /api/session", _PUBLIC, says={"email": "sam@desk.example", "password": PASSWORD}, alone=True),
    Row("DELETE /api/session", _PUBLIC, alone=True),
    Row("GET /api/me", "unauthorized  ok        ok        ok        ok        ok        ok        ok        ok"),
    Row("PATCH /api/me", _FORBIDDEN, says={"name": "Zoe"}),
    Row("POST /api/account", _PUBLIC, says={"email": "zoe@elsewhere.example", "name": "Zoe"}),
    Row("POST /api/account/reset", _PUBLIC, says={"email": "zoe@elsewhere.example"}),
    Row("POST /api/account/confirm", _NO_SUCH_LINE, says={"token": "x" * 43, "password": PASSWORD}),
    Row("GET /api/me/sessions", _STAFF, in_browser=True),
    Row("DELETE /api/me/sessions", _STAFF, says={"password": PASSWORD}, alone=True, in_browser=True),
    Row(
        "DELETE /api/me/sessions/{id}",
        _STAFF,
        "unauthorized  forbidden forbidden forbidden not_found not_found not_found not_found not_found",
        thing="session",
        says={"password": PASSWORD},
        alone=True,
        in_browser=True,
    ),
    Row("DELETE /api/me/failed-sign-ins", _STAFF),
    Row(
        "POST /api/me/password",
        _STAFF,
        says={"password": PASSWORD, "new_password": NEXT_PASSWORD},
        alone=True,
        in_browser=True,
    ),
    Row("GET /api/me/sign-on", _STAFF, in_browser=True),
    Row("POST /api/me/sign-on", _NOT_LINKED, says={"password": PASSWORD}, in_browser=True),
    Row("DELETE /api/me/sign-on", _NOT_LINKED, says={"password": PASSWORD}, in_browser=True),
    Row("POST /api/me/totp", _STAFF, says={"password": PASSWORD}, alone=True, in_browser=True),
    Row("POST /api/me/totp/confirm", _STAFF, says={"totp": CODE}, alone=True, in_browser=True),
    Row("POST /api/me/totp/off", _STAFF, says={"password": PASSWORD, "totp": CODE}, alone=True, in_browser=True),
    Row("POST /api/me/recovery-codes", _STAFF, says={"password": PASSWORD}, alone=True, in_browser=True),
    Row("GET /api/me/passkeys", _STAFF, in_browser=True),
    Row("POST /api/me/passkeys/options", _STAFF, says={"password": PASSWORD}, alone=True, in_browser=True),
    Row("POST /api/me/passkeys", _UNCHECKED, says={"name": "Laptop", "passkey": _NO_PASSKEY}, in_browser=True),
    Row("PATCH /api/me/passkeys/{id}", _STAFF, _NOT_OF_STAFF, thing="passkey", says={"name": "Desk"}, in_browser=True),
    Row(
        "DELETE /api/me/passkeys/{id}",
        _STAFF,
        _NOT_OF_STAFF,
        thing="passkey",
        says={"password": PASSWORD},
        in_browser=True,
    ),
    Row("POST /api/session/passkey", _PUBLIC),
    Row("GET /api/hours", _PUBLIC),
    Row("GET /api/articles", _PUBLIC, query={"product": "Lumina"}),
    Row(
        "POST /api/articles",
        _ADMINS_BAD,
        says={"product": "Nothing", "section": "faqs", "title": "x"},
        author="invalid",
    ),
    Row("GET /api/articles/{id}", _NO_SUCH_LINE, thing="employee"),
    Row("PATCH /api/articles/{id}", _ADMINS_NONE, thing="employee", says={"title": "x"}, author="not_found"),
    Row(
        "POST /api/articles/{id}/publish",
        _ADMINS_NONE,
        thing="employee",
        says={"tell_followers": False},
        author="not_found",
    ),
    Row("GET /api/articles/{id}/versions", _NO_SUCH_LINE, thing="employee"),
    Row("POST /api/articles/{id}/feedback", _NO_SUCH_LINE, thing="employee", says={"helpful": True}),
    Row("GET /api/search", _PUBLIC, query={"q": "dates"}),
    Row("GET /api/admin/hours", _HOURS),
    Row("GET /api/admin/holidays", _HOURS),
    Row("GET /api/admin/teams", _ADMINS),
    Row("POST /api/admin/teams", _ADMINS_WRONG, says={"team": "media", "name": "Media", "schedule": "always"}),
    Row("PATCH /api/admin/teams/{id}", _ADMINS, thing="team", says={"name": "Media"}),
    Row("PUT /api/admin/products", _ADMINS_WRONG, says={"product": "Aura", "teams": ["nobody"]}),
    Row("POST /api/admin/hours/clocks", _HOURS, says={"changes": []}),
    Row("POST /api/admin/hours/preview", _HOURS, says={"changes": []}),
    Row(
        "POST /api/admin/hours/waits",
        _HOURS_OF_ALL,
        says={"changes": [{"do": "team", "team": "media", "schedule": "always"}]},
    ),
    Row(
        "PUT /api/admin/hours",
        _HOURS_OF_ALL,
        says={"changes": [{"do": "team", "team": "media", "schedule": "always"}]},
    ),
    Row("GET /api/chats", _AGENTS, lists=True),
    _of_a_team("GET /api/chats", _AGENTS, lists=True),
    Row("GET /api/chats/{id}/pages", _AGENTS, _HIDDEN_FROM_STAFF, thing="chat"),
    Row("GET /api/floor", _SUPERVISORS),
    Row("GET /api/alarms", _SUPERVISORS),
    Row("POST /api/alarms/have", _NO_ALARM, says={"kind": "queue", "team": OWN_TEAM}),
    Row("POST /api/alarms/mute", _NO_ALARM, says={"kind": "queue", "team": OWN_TEAM, "minutes": 5}),
    Row("GET /api/reports/overview", _STAFF),
    Row("GET /api/reports/definitions", _STAFF),
    Row("GET /api/reports/tickets", _AGENTS, query={"metric": "offered"}),
    Row("GET /api/reports/tickets.csv", _AGENTS, query={"metric": "offered"}),
    Row("GET /api/reports/tickets/{number}", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("GET /api/reports/tickets/{number}.csv", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("GET /api/reports/{name}.csv", _NOT_OF_STAFF),
    Row(
        "GET /api/agents/{id}/timeline",
        "unauthorized  forbidden forbidden forbidden not_found not_found ok        ok        forbidden",
        _HIDDEN_FROM_STAFF,
        thing="employee",
    ),
    Row("GET /api/components", _PUBLIC),
    Row("POST /api/components", _HOURS, says={"name": "Orders"}),
    Row("PATCH /api/components/{id}", _NO_SUCH_SYSTEM, thing="words", says={"state": "degraded"}),
    Row("GET /api/incidents", _PUBLIC),
    Row("POST /api/incidents", _HOURS, says=_INCIDENT),
    Row("PATCH /api/incidents/{id}", _NO_SUCH_SYSTEM, thing="words", says={"banner": True}),
    Row(
        "POST /api/incidents/{id}/updates",
        _NO_SUCH_SYSTEM,
        thing="words",
        says={"step": "resolved", "text": "It is over"},
    ),
    Row("GET /api/incidents/{id}/tickets", _NO_SUCH_SYSTEM, thing="words"),
    Row("POST /api/incidents/{id}/tickets", _HIDDEN_FROM_STAFF, thing="words", says={"ticket": 1}),
    Row("POST /api/incidents/{id}/run", _NO_SUCH_SYSTEM, thing="words", says={"do": "stop"}),
    Row("GET /api/maintenances", _PUBLIC),
    Row("POST /api/maintenances", _HOURS_WRONG, says=_NO_MAINTENANCE),
    Row("PATCH /api/maintenances/{id}", _NO_SUCH_SYSTEM, thing="words", says={"cancel": True}),
    Row("GET /api/bans", _SUPERVISORS),
    Row(
        "POST /api/bans",
        _SUPERVISORS,
        "unauthorized  forbidden forbidden forbidden forbidden forbidden not_found not_found forbidden",
        thing="chat",
        says={"chat": THING, "kind": "customer", "hours": 1},
        ends=True,
    ),
    Row("DELETE /api/bans/{id}", _SUPERVISORS, thing="ban"),
    Row("GET /api/people/{id}", _AGENTS, _HIDDEN_FROM_STAFF, thing="person"),
    Row("GET /api/people/{id}/notes", _AGENTS, _HIDDEN_FROM_STAFF, thing="person"),
    Row("GET /api/people/{id}/timeline", _AGENTS, _HIDDEN_FROM_STAFF, thing="person"),
    Row("POST /api/people/{id}/notes", _AGENTS, _HIDDEN_FROM_STAFF, thing="person", says={"text": "Prefers mail"}),
    Row("DELETE /api/people/{id}/notes/{note}", _HIDDEN_FROM_STAFF, _HIDDEN_FROM_STAFF, thing="person"),
    Row("PATCH /api/people/{id}", _PROVEN, _HIDDEN_FROM_STAFF, thing="person", says={"name": "Zoe"}),
    Row("POST /api/people/{id}/merge", _PROVEN, _HIDDEN_FROM_STAFF, thing="person", says={"into": THING}),
    Row("DELETE /api/people/{id}/merge", _PROVEN, _HIDDEN_FROM_STAFF, thing="person"),
    _of_a_team("GET /api/staff", _AGENTS),
    # The agent is new, and so already away.
    Row(
        "PATCH /api/staff/{id}",
        "unauthorized  forbidden forbidden forbidden forbidden forbidden conflict  conflict  forbidden",
        "unauthorized  forbidden forbidden forbidden forbidden forbidden not_found not_found forbidden",
        thing="employee",
        says={"status": "away"},
    ),
    Row(
        "PATCH /api/staff/{id}",
        "unauthorized  forbidden forbidden forbidden forbidden forbidden ok        ok        forbidden",
        "unauthorized  forbidden forbidden forbidden forbidden forbidden not_found not_found forbidden",
        about="capacity and teams for today",
        thing="employee",
        says={"capacity": 4, "teams": [OWN_TEAM]},
    ),
    Row("GET /api/admin/audit", _ADMINS, auditor="ok"),
    Row("GET /api/admin/audit/export", _ADMINS, auditor="ok"),
    Row("GET /api/admin/clients", _ADMINS),
    Row("POST /api/admin/clients", _ADMINS_BAD, says={"name": "Acme", "domains": ["gmail.com"]}),
    Row("GET /api/admin/clients/{id}", _ADMINS_NONE, thing="employee"),
    Row("PATCH /api/admin/clients/{id}", _ADMINS_NONE, thing="employee", says={"vip": True}),
    Row("GET /api/admin/alarms", _ADMINS, auditor="ok"),
    Row(
        "POST /api/admin/alarms",
        _ADMINS_BAD,
        says={"name": "Floor", "service": "mail", "address": "nobody", "kinds": ["queue"]},
    ),
    Row("PATCH /api/admin/alarms/{id}", _ADMINS_NONE, thing="employee", says={"name": "Night"}),
    Row("DELETE /api/admin/alarms/{id}", _ADMINS_NONE, thing="employee"),
    Row("POST /api/admin/alarms/{id}/restore", _ADMINS_GONE, thing="employee"),
    Row("POST /api/admin/alarms/{id}/test", _ADMINS_NONE, thing="employee"),
    Row("GET /api/issue-sources", _ADMINS, auditor="ok"),
    Row("POST /api/issue-sources", _ADMINS_BAD, says={"kind": "azure", "url": "https://desk.example/"}),
    Row("POST /api/issue-sources/{id}/secret", _ADMINS_NONE, thing="employee"),
    Row("DELETE /api/issue-sources/{id}", _ADMINS_NONE, thing="employee"),
    Row("POST /api/issue-sources/{id}/news", _UNPROVEN, thing="employee", says={"url": "https://desk.example/7"}),
    Row("GET /api/webhooks", _ADMINS, auditor="ok"),
    Row("GET /api/webhooks/events", _ADMINS, auditor="ok"),
    Row("POST /api/webhooks", _ADMINS_BAD, says={"url": "https://127.0.0.1/", "events": ["chat.closed"]}),
    Row("PATCH /api/webhooks/{id}", _ADMINS_NONE, thing="employee", says={"enabled": False}),
    Row("DELETE /api/webhooks/{id}", _ADMINS_NONE, thing="employee"),
    Row("POST /api/webhooks/{id}/secret", _ADMINS_NONE, thing="employee"),
    Row("POST /api/webhooks/{id}/test", _ADMINS_NONE, thing="employee"),
    Row("GET /api/webhooks/{id}/deliveries", _ADMINS_NONE, thing="employee"),
    Row("GET /api/webhooks/{id}/deliveries/{delivery}", _ADMINS_NONE, thing="employee"),
    Row("POST /api/webhooks/{id}/deliveries/{delivery}/replay", _ADMINS_NONE, thing="employee"),
    Row("POST /api/webhooks/{id}/replay", _ADMINS_NONE, thing="employee", says=PERIOD),
    Row("GET /api/rules", _ADMINS, auditor="ok"),
    Row("POST /api/rules", _ADMINS_BAD, says={"name": "A", "when": "ticket.created", "then": {}}),
    Row("POST /api/rules/trial", _ADMINS_BAD, says={"name": "A", "when": "ticket.created", "then": {}}),
    Row("PUT /api/rules/order", _ADMINS_GONE, says={"rules": ["nobody"]}),
    Row("PATCH /api/rules/{id}", _ADMINS_NONE, thing="employee", says={"enabled": False}),
    Row("DELETE /api/rules/{id}", _ADMINS_NONE, thing="employee"),
    Row("GET /api/sla-policies", _ADMINS, auditor="ok"),
    Row("POST /api/sla-policies", _ADMINS_BAD, says={"name": "A"}),
    Row("PUT /api/sla-policies/order", _ADMINS_GONE, says={"policies": ["nobody"]}),
    Row("PATCH /api/sla-policies/{id}", _ADMINS_NONE, thing="employee", says={"enabled": False}),
    Row("DELETE /api/sla-policies/{id}", _ADMINS_NONE, thing="employee"),
    Row("POST /api/admin/people/find", _ADMINS_NONE, says=_STRANGER),
    Row("POST /api/admin/people/export", _ADMINS_NONE, says=_STRANGER),
    Row("POST /api/admin/people/erase", _ADMINS_NONE, says={**_STRANGER, "confirm": _STRANGER["email"]}),
    Row("GET /api/admin/retention", _ADMINS, auditor="ok"),
    Row("PATCH /api/admin/retention", _ADMINS, says={"files": 400}),
    Row("GET /api/admin/settings", _ADMINS, auditor="ok"),
    Row("GET /api/admin/ticket-fields", _ADMINS, auditor="ok"),
    Row("POST /api/admin/ticket-fields", _ADMINS_BAD, says=_NAMELESS_FIELD),
    Row("PATCH /api/admin/ticket-fields/{key}", _ADMINS_NONE, thing="words", says={"archived": True}),
    Row("DELETE /api/admin/ticket-fields/{key}", _ADMINS_NONE, thing="words"),
    Row("PATCH /api/admin/settings", _ADMINS, says={"brand_color": "#0a6e8a"}),
    Row("GET /scim/v2/Users", _ADMINS),
    Row("POST /scim/v2/Users", _ADMINS_WRONG, says={"userName": "nobody"}),
    Row("GET /scim/v2/Users/{id}", _ADMINS, thing="employee"),
    Row("PUT /scim/v2/Users/{id}", _ADMINS_WRONG, thing="employee", says={"userName": "nobody"}),
    Row("PATCH /scim/v2/Users/{id}", _ADMINS, thing="employee", says={"Operations": [{"op": "add", "value": {}}]}),
    Row("DELETE /scim/v2/Users/{id}", _ADMINS, thing="employee"),
    Row("GET /scim/v2/Groups", _ADMINS),
    Row("POST /scim/v2/Groups", _ADMINS_WRONG, says={"displayName": "Nobody"}),
    Row("GET /scim/v2/Groups/{id}", _ADMINS, thing="team"),
    Row("PUT /scim/v2/Groups/{id}", _ADMINS_WRONG, thing="team", says={"displayName": "Nobody"}),
    Row("PATCH /scim/v2/Groups/{id}", _ADMINS, thing="team", says={"Operations": [{"op": "add", "value": {}}]}),
    Row("GET /scim/v2/ServiceProviderConfig", _ADMINS),
    Row("GET /scim/v2/ResourceTypes", _ADMINS),
    Row("GET /scim/v2/ResourceTypes/{id}", _ADMINS_NONE, thing="employee"),
    Row("GET /scim/v2/Schemas", _ADMINS),
    Row("GET /scim/v2/Schemas/{id}", _ADMINS_NONE, thing="employee"),
    Row("GET /api/admin/users", _ADMINS),
    Row("POST /api/admin/users", _ADMINS, says={"addresses": ["nobody"], "roles": ["admin"]}),
    Row("GET /api/admin/users/{id}", _ADMINS, thing="employee"),
    Row("PATCH /api/admin/users/{id}", _ADMINS, thing="employee", says={"capacity": 4}),
    Row(
        "POST /api/chats/{id}/reassign",
        "unauthorized  forbidden forbidden forbidden forbidden forbidden invalid   invalid   forbidden",
        "unauthorized  forbidden forbidden forbidden forbidden forbidden not_found not_found forbidden",
        thing="chat",
        says={"staff": "nobody"},
    ),
    Row(
        "POST /api/staff/{id}/sign-out",
        "unauthorized  forbidden forbidden forbidden forbidden forbidden ok        ok        ok",
        "unauthorized  forbidden forbidden forbidden forbidden forbidden not_found not_found ok",
        thing="employee",
        says={"tokens": False},
    ),
    Row(
        "POST /api/staff/{id}/sign-out",
        "unauthorized  forbidden forbidden forbidden forbidden forbidden forbidden forbidden ok",
        about="tokens too",
        thing="employee",
        says={"tokens": True},
    ),
    Row("GET /api/tickets", _NOT_ADMINS, lists=True),
    _of_a_team("GET /api/tickets", _NOT_ADMINS, lists=True),
    Row(
        "GET /api/tickets",
        _NOT_ADMINS,
        _NOT_ADMINS,
        about="of a person",
        thing="person",
        query={"requester": THING},
        lists=True,
    ),
    Row(
        "GET /api/tickets",
        _NOT_ADMINS,
        about="without some",
        query={"not_status": "solved", "not_resolution": "set_up"},
        lists=True,
    ),
    Row(
        "GET /api/tickets",
        "unauthorized  invalid   invalid   invalid   ok        ok        ok        ok        forbidden",
        about="of other companies",
        query={"not_client": "Northlake"},
        lists=True,
    ),
    Row("GET /api/tickets/export", _SUPERVISORS, about="without some", query={"not_status": "solved"}, lists=True),
    Row(
        "GET /api/tickets", _NOT_ADMINS, _NOT_ADMINS, about="with words", thing="words", query={"q": THING}, lists=True
    ),
    Row("POST /api/tickets", _NOT_ADMINS, says=_REQUEST, staff_say=_FOR_SOMEBODY),
    Row(
        "POST /api/tickets",
        _NOT_ADMINS,
        _INVALID,
        about="with a file",
        thing="upload",
        says={**_REQUEST, "files": [THING]},
        staff_say={**_FOR_SOMEBODY, "files": [THING]},
    ),
    _of_a_team("GET /api/tickets/counts", _AGENTS),
    Row("GET /api/tickets/tags", _AGENTS),
    Row("GET /api/ticket-fields", _NOT_ADMINS),
    Row("GET /api/tickets/numbers", _AGENTS),
    Row(
        "GET /api/tickets/{number}/merge",
        _AGENTS,
        "unauthorized  forbidden forbidden forbidden not_found not_found not_found not_found forbidden",
        thing="ticket",
    ),
    Row(
        "DELETE /api/tickets/{number}/merge",
        "unauthorized  forbidden forbidden forbidden conflict  conflict  conflict  conflict  forbidden",
        "unauthorized  forbidden forbidden forbidden not_found not_found not_found not_found forbidden",
        thing="ticket",
    ),
    Row(
        "POST /api/tickets/{number}/merge",
        _AGENTS,
        "unauthorized  forbidden forbidden forbidden invalid   invalid   invalid   invalid   forbidden",
        thing="ticket",
        says={"into": THING},
        ends=True,
    ),
    Row("POST /api/tickets/bulk", _AGENTS, thing="ticket", says={"numbers": [THING], "change": {"priority": "high"}}),
    Row(
        "GET /api/tickets",
        "unauthorized  invalid   invalid   invalid   ok        ok        ok        ok        forbidden",
        about="by tag, priority and snooze",
        query={"not_tag": "month-end", "not_priority": "low", "snoozed": "false"},
        lists=True,
    ),
    Row("GET /api/tickets/export", _SUPERVISORS, lists=True),
    _of_a_team("GET /api/tickets/export", _SUPERVISORS, lists=True, format="jsonl"),
    Row("GET /api/tickets/{number}", _NOT_ADMINS, _HIDDEN, thing="ticket", lists=True),
    Row(
        "PATCH /api/tickets/{number}",
        _AGENTS,
        "unauthorized  forbidden forbidden forbidden not_found not_found not_found not_found forbidden",
        thing="ticket",
        says={"external_ref": "PLM 4711"},
    ),
    Row(
        "PATCH /api/tickets/{number}",
        _AGENTS,
        "unauthorized  forbidden forbidden forbidden invalid   invalid   invalid   invalid   forbidden",
        about="a duplicate",
        thing="ticket",
        says={"status": "solved", "resolution": "duplicate", "duplicate_of": THING},
        ends=True,
    ),
    Row(
        "PATCH /api/tickets/{number}",
        _AGENTS,
        "unauthorized  forbidden forbidden forbidden invalid   invalid   invalid   invalid   forbidden",
        about="for a colleague",
        thing="colleague",
        says={"assignee": THING},
    ),
    Row("POST /api/tickets/{number}/not-mine", _BEGUN_HERE, _HIDDEN_FROM_CUSTOMERS, thing="ticket"),
    Row("POST /api/tickets/{number}/replies", _NOT_ADMINS, _HIDDEN, thing="ticket", says={"text": "A word more"}),
    Row(
        "POST /api/tickets/{number}/replies",
        "unauthorized  invalid   invalid   invalid   ok        ok        ok        ok        forbidden",
        _HIDDEN,
        about="a note",
        thing="ticket",
        says={"text": "Between us: they are late", "public": False},
    ),
    Row(
        "POST /api/tickets/{number}/replies",
        "unauthorized  invalid   invalid   invalid   ok        ok        ok        ok        forbidden",
        _HIDDEN,
        about="and takes it",
        thing="ticket",
        says={"text": "I look into it", "take": True},
    ),
    Row(
        "POST /api/tickets/{number}/replies",
        _NOT_ADMINS,
        _INVALID,
        about="with a file",
        thing="upload",
        says={"text": "See there", "files": [THING]},
    ),
    Row("GET /api/reviews", _SUPERVISORS),
    Row("GET /api/reviews/due", _SUPERVISORS),
    Row("GET /api/reviews/figures", _SUPERVISORS),
    Row("GET /api/reviews/settings", _SUPERVISORS),
    Row("GET /api/reviews/feedback", _AGENTS),
    # Those of the matrix supervise one team only.
    Row("PATCH /api/reviews/settings", _FORBIDDEN, says={"share": 20}),
    Row(
        "PATCH /api/reviews/settings",
        "unauthorized  forbidden forbidden forbidden forbidden forbidden invalid   invalid   forbidden",
        about="no number",
        says={"share": "most"},
    ),
    # Their chats are of today. tests/stories/test_reviews.py has those that can be reviewed.
    Row("GET /api/tickets/{number}/review", _UNREVIEWED, _UNREVIEWED, thing="ticket"),
    Row("POST /api/tickets/{number}/review", _REVIEWED, _UNREVIEWED, thing="ticket", says={"verdict": "confirmed"}),
    Row("DELETE /api/tickets/{number}/review", _REVIEWED, _UNREVIEWED, thing="ticket"),
    Row("POST /api/tickets/{number}/review/agreement", _REVIEWED, _UNREVIEWED, thing="ticket", says={"review": 1}),
    Row(
        "POST /api/tickets/{number}/review/answer",
        _HIDDEN_FROM_STAFF,
        _HIDDEN_FROM_STAFF,
        thing="ticket",
        says={"review": 1, "text": "I will"},
    ),
    Row("GET /api/tickets/{number}/letters", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("POST /api/tickets/{number}/letters/{letter}/send", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("POST /api/tickets/{number}/transcript", _NOT_ADMINS, _HIDDEN, thing="ticket"),
    Row("GET /api/tickets/{number}/mails/{mail}/quoted", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("GET /api/mail/suspended", _AGENTS),
    Row("GET /api/mail/suspended/{mail}", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("POST /api/mail/suspended/{mail}", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket", says={"do": "delete"}),
    Row("POST /api/tickets/{number}/address/try-again", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("PUT /api/follows/{kind}/{id}", _IDENTIFIED, says={"what": "new", "how": "weekly"}),
    Row("GET /api/follows/{kind}/{id}", _FOLLOWED_BEFORE),
    Row("DELETE /api/follows/{kind}/{id}", _IDENTIFIED),
    Row("GET /api/learning", _PUBLIC),
    Row("GET /api/plans", _PUBLIC),
    Row("GET /api/sessions", _PUBLIC),
    Row("POST /api/sessions/{id}/registration", _NO_SESSION, thing="ticket"),
    Row("DELETE /api/sessions/{id}/registration", _NO_SESSION, thing="ticket"),
    Row("PUT /api/progress/{kind}/{id}", _NO_SESSION, thing="ticket", says={"done": True}),
    Row("PUT /api/articles/{id}/place", _NO_SESSION, thing="ticket", says=_STOPPED),
    Row("GET /api/playlists", _OF_LEARNERS),
    Row("POST /api/playlists", _NO_RESOURCE, says={"items": [4711]}),
    Row("GET /api/playlists/{id}", _NO_PLAYLIST, thing="words"),
    Row("PATCH /api/playlists/{id}", _NO_PLAYLIST, thing="words", says={"title": "Mine"}),
    Row(
        "POST /api/tickets/{number}/insertions",
        _HIDDEN_FROM_STAFF,
        _HIDDEN_FROM_STAFF,
        thing="ticket",
        says={"article": 4711, "how": "link"},
    ),
    Row(
        "POST /api/chats/{id}/insertions",
        _HIDDEN_FROM_STAFF,
        _HIDDEN_FROM_STAFF,
        thing="chat",
        says={"article": 4711, "how": "link"},
    ),
    Row("GET /api/tickets/{number}/likely-codes", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("GET /api/chats/{id}/likely-codes", _AGENTS, _HIDDEN_FROM_STAFF, thing="chat"),
    Row("POST /api/tickets/{number}/assist", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket", says={"what": "reply"}),
    Row("POST /api/chats/{id}/assist", _AGENTS, _HIDDEN_FROM_STAFF, thing="chat", says={"what": "reply"}),
    Row("GET /api/inbox", _AGENTS),
    Row("GET /api/inbox/unread", _AGENTS),
    Row("POST /api/inbox/read", _AGENTS, says={"everything": True}),
    Row("GET /api/inbox/letters", _AGENTS),
    Row("PUT /api/inbox/letters", _AGENTS, says={"mentions": True, "follows": True}),
    Row("GET /api/tickets/{number}/followers", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row(
        "PUT /api/tickets/{number}/followers/{staff}",
        "unauthorized  forbidden forbidden forbidden invalid   invalid   invalid   invalid   forbidden",
        _HIDDEN_FROM_STAFF,
        thing="ticket",
    ),
    Row("DELETE /api/tickets/{number}/followers/{staff}", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("GET /api/tickets/{number}/links", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("POST /api/tickets/{number}/links", _NO_CONTENT, _HIDDEN_FROM_STAFF, thing="ticket", says={"url": "PM-7"}),
    Row("DELETE /api/tickets/{number}/links/{link}", _HIDDEN_FROM_STAFF, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("GET /api/tickets/{number}/colleagues", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("GET /api/chats/{id}/colleagues", _AGENTS, _HIDDEN_FROM_STAFF, thing="chat"),
    Row("GET /api/views", _AGENTS),
    Row("GET /api/views/counts", _AGENTS),
    Row("POST /api/views", _AGENTS, says={"name": "Open", "query": "", "filters": "status=open"}),
    Row("PATCH /api/views/{id}", _HIDDEN_FROM_STAFF, thing="words", says={"name": "Open"}),
    Row("DELETE /api/views/{id}", _HIDDEN_FROM_STAFF, thing="words"),
    Row("GET /api/v2/tickets", _AGENTS, lists=True),
    Row("POST /api/v2/tickets", _AGENTS, says=_AT_ZENDESK),
    Row("GET /api/v2/tickets/show_many", _AGENTS, query={"ids": THING}, thing="ticket", lists=True),
    Row("PUT /api/v2/tickets/update_many", _AGENTS, thing="ticket", query={"ids": THING}, says=_MANY_AT_ZENDESK),
    Row("GET /api/v2/tickets/{number}/tags", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("POST /api/v2/tickets/{number}/tags", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket", says={"tags": ["a"]}),
    Row("PUT /api/v2/tickets/{number}/tags", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket", says={"tags": ["b"]}),
    Row("DELETE /api/v2/tickets/{number}/tags", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket", says={"tags": ["a"]}),
    Row("GET /api/v2/tickets/{number}", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket", lists=True),
    Row("PUT /api/v2/tickets/{number}", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket", says=_AT_ZENDESK),
    Row("GET /api/v2/tickets/{number}/comments", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("GET /api/v2/incremental/tickets/cursor", _SUPERVISORS, query={"start_time": "0"}, lists=True),
    Row("GET /api/v2/search", _AGENTS, query={"query": "type:ticket status<solved"}, lists=True),
    Row("GET /api/v2/views", _AGENTS),
    Row("GET /api/v2/views/active", _AGENTS),
    Row("GET /api/v2/views/{id}", _AGENTS, _HIDDEN_FROM_STAFF, thing="view"),
    Row("GET /api/v2/views/{id}/tickets", _AGENTS, _HIDDEN_FROM_STAFF, thing="view"),
    Row("GET /api/v2/views/{id}/count", _AGENTS, _HIDDEN_FROM_STAFF, thing="view"),
    Row("GET /api/v2/ticket_fields", _AGENTS),
    Row("GET /api/v2/ticket_fields/{id}", _HIDDEN_FROM_STAFF, thing="words"),
    Row("GET /api/v2/users/me", _STAFF),
    Row("GET /api/v2/users/search", _AGENTS, query={"query": "zoe@elsewhere.example"}),
    Row("GET /api/v2/users/{id}", _NOT_OF_STAFF, thing="words"),
    Row("POST /api/v2/users/create_or_update", _AGENTS, says={"user": {"email": "zoe@elsewhere.example"}}),
    Row("GET /api/v2/organizations", _AGENTS),
    Row("GET /api/v2/organizations/{id}", _HIDDEN_FROM_STAFF, thing="words"),
    Row("GET /api/v2/groups", _AGENTS),
    Row("GET /api/v2/groups/{id}", _HIDDEN_FROM_STAFF, thing="words"),
    Row("POST /api/v2/uploads", _NO_CONTENT),
    Row("GET /api/v2/help_center/categories", _PUBLIC),
    Row("GET /api/v2/help_center/categories/{id}", _NO_SUCH_LINE, thing="words"),
    Row("GET /api/v2/help_center/categories/{id}/sections", _NO_SUCH_LINE, thing="words"),
    Row(
        "POST /api/v2/help_center/categories/{id}/sections",
        _ADMINS_NONE,
        thing="words",
        says={"section": {"name": "Billing"}},
        author="not_found",
        auditor="forbidden",
    ),
    Row("GET /api/v2/help_center/categories/{id}/articles", _NO_SUCH_LINE, thing="words"),
    Row("GET /api/v2/help_center/sections", _PUBLIC),
    Row("GET /api/v2/help_center/sections/{id}", _NO_SUCH_LINE, thing="words"),
    Row(
        "PUT /api/v2/help_center/sections/{id}",
        _ADMINS_NONE,
        thing="words",
        says={"section": {"name": "Billing"}},
        author="not_found",
        auditor="forbidden",
    ),
    Row("GET /api/v2/help_center/user_segments", _PUBLIC),
    Row("GET /api/v2/help_center/sections/{id}/articles", _NO_SUCH_LINE, thing="words"),
    Row(
        "POST /api/v2/help_center/sections/{id}/articles",
        _ADMINS_NONE,
        thing="words",
        says={"article": {"title": "Export", "body": "<p>Press it</p>"}},
        author="not_found",
    ),
    Row(
        "PUT /api/v2/help_center/articles/{id}",
        _ADMINS_NONE,
        thing="words",
        says={"article": {"position": 2}},
        author="not_found",
    ),
    Row(
        "POST /api/v2/help_center/articles/{id}/translations",
        _ADMINS_NONE,
        thing="words",
        says={"translation": {"locale": "fr", "title": "Export"}},
        author="not_found",
    ),
    Row(
        "PUT /api/v2/help_center/articles/{id}/translations/{locale}",
        _ADMINS_NONE,
        thing="words",
        says={"translation": {"title": "Export"}},
        author="not_found",
    ),
    Row("GET /api/v2/help_center/articles", _PUBLIC),
    Row("GET /api/v2/help_center/articles/{id}", _NO_SUCH_LINE, thing="words"),
    Row("GET /api/v2/help_center/articles/{id}/translations", _NO_SUCH_LINE, thing="words"),
    Row("GET /api/v2/help_center/articles/{id}/translations/missing", _NO_SUCH_LINE, thing="words"),
    Row("GET /api/v2/help_center/articles/{id}/translations/{locale}", _NO_SUCH_LINE, thing="words"),
    Row("GET /api/v2/help_center/articles/{id}/subscriptions", _FOLLOWED_BEFORE, thing="words"),
    Row("POST /api/v2/help_center/articles/{id}/subscriptions", _FOLLOWED_BEFORE, thing="words", says=_SUBSCRIBED),
    Row("GET /api/v2/help_center/articles/{id}/subscriptions/{subscription}", _FOLLOWED_BEFORE, thing="words"),
    Row(
        "PUT /api/v2/help_center/articles/{id}/subscriptions/{subscription}",
        _FOLLOWED_BEFORE,
        thing="words",
        says=_SUBSCRIBED,
    ),
    Row("DELETE /api/v2/help_center/articles/{id}/subscriptions/{subscription}", _FOLLOWED_BEFORE, thing="words"),
    Row("GET /api/v2/help_center/sections/{id}/subscriptions", _FOLLOWED_BEFORE, thing="words"),
    Row("POST /api/v2/help_center/sections/{id}/subscriptions", _FOLLOWED_BEFORE, thing="words", says=_SUBSCRIBED),
    Row("GET /api/v2/help_center/sections/{id}/subscriptions/{subscription}", _FOLLOWED_BEFORE, thing="words"),
    Row(
        "PUT /api/v2/help_center/sections/{id}/subscriptions/{subscription}",
        _FOLLOWED_BEFORE,
        thing="words",
        says=_SUBSCRIBED,
    ),
    Row("DELETE /api/v2/help_center/sections/{id}/subscriptions/{subscription}", _FOLLOWED_BEFORE, thing="words"),
    Row("GET /api/replies", _STAFF, author="forbidden"),
    Row(
        "POST /api/replies",
        _UNCHECKED,
        says={"shortcut": "hello", "name": "Hello", "texts": {"en": ""}},
        author="forbidden",
    ),
    Row(
        "POST /api/replies",
        "unauthorized  forbidden forbidden forbidden forbidden forbidden forbidden forbidden ok",
        about="for everybody",
        says={"shortcut": "hello", "name": "Hello", "scope": "all", "texts": {"en": "Hello"}},
        author="forbidden",
    ),
    Row("PATCH /api/replies/{id}", _NOT_OF_STAFF, thing="words", says={"name": "Hello"}, author="forbidden"),
    Row("DELETE /api/replies/{id}", _NOT_OF_STAFF, thing="words", author="forbidden"),
    Row("POST /api/replies/{id}/uses", _NOT_OF_STAFF, thing="words", author="forbidden"),
    Row("GET /api/training", _AGENTS),
    Row("GET /api/tickets/{number}/training", _NOT_ADMINS, _HIDDEN, thing="ticket"),
    Row("GET /api/tickets/{number}/handovers", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row("POST /api/tickets/{number}/handovers/{handover}/send", _AGENTS, _HIDDEN_FROM_STAFF, thing="ticket"),
    Row(
        "POST /api/tickets/{number}/handovers/{handover}/acknowledge",
        _AGENTS,
        _HIDDEN_FROM_STAFF,
        thing="ticket",
        says={"external_ref": "FR-12"},
    ),
    Row(
        "POST /api/tickets/{number}/redactions",
        _NOT_ADMINS,
        _HIDDEN,
        thing="ticket",
        says={"of": EVENT, "reason": "It was a password"},
    ),
    Row("POST /api/files", _NOT_ADMINS, upload=True),
    Row("GET /api/files/{id}", _NOT_ADMINS, _HIDDEN, thing="file"),
    Row("GET /api/files/{id}", _NOT_ADMINS, _HIDDEN, about="that hangs on nothing", thing="upload"),
    # The address is the proof, whoever has it; another file's opens nothing.
    Row(
        "GET /api/files/{id}/content",
        _PUBLIC,
        "forbidden     forbidden forbidden forbidden forbidden forbidden forbidden forbidden forbidden",
        thing="file",
    ),
    Row("POST /api/wire", _PUBLIC, about="a customer's line", says={"side": "customer", "frames": []}),
    Row("POST /api/wire", _AGENTS, about="a line of staff", says={"side": "staff", "frames": []}),
    Row(
        "POST /api/wire",
        _PUBLIC,
        _NO_SUCH_LINE,
        about="on a line",
        thing="line",
        says={"frames": [{"type": "ping", "id": "1"}]},
    ),
    # The id of a customer's line is the proof, whoever has it; that of staff is none without theirs.
    Row("GET /api/wire", _PUBLIC, _NO_SUCH_LINE, thing="line", query={"after": "0"}),
    Row("GET /healthz", _PUBLIC),
    Row("GET /readyz", _PUBLIC),
    # Where there is a METRICS_TOKEN, that alone opens it.
    Row("GET /metrics", _UNPROVEN),
    Row("GET /api/openapi.json", _PUBLIC),
    Row("GET /api/asyncapi.json", _PUBLIC),
)

_CONVERSING = "sign_in       forbidden forbidden forbidden ok        ok        ok        ok        forbidden"
_SIGNED_IN = "sign_in       forbidden forbidden forbidden ok        ok        ok        ok        ok"

_ACCOUNT_OF_NOBODY = "sign_in       forbidden forbidden forbidden forbidden forbidden forbidden forbidden forbidden"
"""The nine have no account that was made here: tests/stories/test_accounts.py is about one."""
_BEGUN_HERE_TOO = "sign_in       409       409       409       sign_in   sign_in   sign_in   sign_in   sign_in"
_NOT_THEIRS = "sign_in       not_found not_found not_found sign_in   sign_in   sign_in   sign_in   sign_in"
_IN_THE_PORTAL = "not_found     ok        ok        ok        not_found not_found not_found not_found not_found"
"""The portal is for customers: it knows nobody of staff."""

_FOLLOWING = "sign_in       sign_in   ok        ok        ok        ok        ok        ok        ok"
_HOURS_PAGE = "sign_in       forbidden forbidden forbidden forbidden forbidden ok        ok        ok"
_SYSTEMS_PAGE = "sign_in       forbidden forbidden forbidden forbidden forbidden 422       422       422"
_ADMIN_PAGE = "sign_in       forbidden forbidden forbidden forbidden forbidden forbidden forbidden ok"
_NO_CANNED_TEXT = "sign_in       forbidden forbidden forbidden 422       422       422       422       422"
_ADMIN_UNDO = "sign_in       forbidden forbidden forbidden forbidden forbidden forbidden forbidden not_found"
_ADMIN_INVITE = "sign_in       forbidden forbidden forbidden forbidden forbidden forbidden forbidden 422"
_LEARNER = "sign_in       sign_in   not_found not_found sign_in   sign_in   sign_in   sign_in   sign_in"
_REGISTRANT = {"session": "4711", "name": "Zoe", "email": "zoe@elsewhere.example"}
PAGES: tuple[Row, ...] = (
    Row("GET /", _PUBLIC),
    Row("GET /contacts", _PUBLIC, query={"zone": "Asia/Tokyo"}),
    Row("GET /products/{product}/{section}.atom", _NO_SUCH_LINE, thing="words"),
    Row("GET /search", _PUBLIC, query={"q": "dates"}),
    Row("GET /products/{product}", _NO_SUCH_LINE, thing="words"),
    Row("GET /articles/{address}.atom", _NO_SUCH_LINE, thing="ticket"),
    Row("GET /following/feeds/{token}.atom", _NO_SUCH_LINE),
    Row("GET /articles/{address}", _NO_SUCH_LINE, thing="ticket"),
    Row("GET /hc/{rest:path}", _NO_SUCH_LINE, thing="words"),
    Row("GET /articles/{address}/versions", _NO_SUCH_LINE, thing="ticket"),
    Row("GET /articles/files/{file}", _NO_SUCH_LINE, thing="employee"),
    Row("POST /articles/{address}/useful", _NO_SUCH_LINE, thing="ticket", says={"useful": "yes"}, form=True),
    Row("GET /status", _PUBLIC),
    Row("GET /status/{id}/affected", _NO_SUCH_LINE, thing="words"),
    Row("POST /status/{id}/affected", _NO_SUCH_LINE, thing="words", form=True),
    Row("GET /status.json", _PUBLIC),
    Row("GET /status.atom", _PUBLIC),
    Row("GET /maintenance.ics", _PUBLIC),
    Row("GET /learning", _PUBLIC),
    Row("POST /learning/playlists", " ".join(["422"] * 9), says={"platform": "Lumina"}, form=True),
    Row("GET /learning/playlists/{id}", _NO_SUCH_LINE, thing="words"),
    Row("POST /learning/playlists/{id}", _NO_SUCH_LINE, thing="words", says={"do": "up:1"}, form=True),
    Row("POST /learning/playlists/{id}/copy", _NO_SUCH_LINE, thing="words", form=True),
    # Progress is of customers with an account.
    Row("POST /learning/progress", _LEARNER, says={"item": "resource:x", "done": "yes"}, form=True),
    Row("GET /learning/plans", _PUBLIC),
    Row("GET /learning/plans/{plan}", _NO_SUCH_LINE, thing="words"),
    Row("GET /webinars", _PUBLIC),
    Row("GET /webinars/{session}", _NO_SUCH_LINE, thing="words"),
    Row("GET /webinars/{session}.ics", _NO_SUCH_LINE, thing="ticket"),
    Row("GET /webinars/dates/{token}.ics", _NO_SUCH_LINE, thing="words"),
    Row("POST /webinars/register", _NO_SUCH_LINE, says=_REGISTRANT, form=True),
    Row("POST /webinars/{session}/leave", _NO_SUCH_LINE, thing="ticket", form=True),
    Row("GET /webinars/registrations/{token}", _NO_SUCH_LINE, thing="words"),
    Row("POST /webinars/registrations/{token}", _NO_SUCH_LINE, thing="words", says={"do": "leave"}, form=True),
    Row("GET /submit", _PUBLIC),
    Row("GET /submit", _IN_THE_PORTAL, _NO_SUCH_LINE, about="that is sent", thing="ticket", query={"sent": THING}),
    Row("POST /submit", _PUBLIC, says=_REQUEST, form=True),
    Row("GET /learning/training", _PUBLIC),
    Row("POST /learning/training", _PUBLIC, says=_REQUEST, form=True),
    Row(
        "POST /submit",
        "422           ok        ok        ok        422       422       422       422       422",
        "422           422       422       422       422       422       422       422       422",
        about="with a file",
        thing="upload",
        says={**_REQUEST, "attached": THING, "key": "1"},
        form=True,
    ),
    Row("GET /requests", _PUBLIC),
    Row("GET /requests", _PUBLIC, _PUBLIC, about="of a person", thing="person", query={"person": THING}),
    Row("GET /requests/{number}", _IN_THE_PORTAL, _NO_SUCH_LINE, thing="ticket", lists=True),
    Row(
        "POST /requests/{number}",
        _IN_THE_PORTAL,
        _NO_SUCH_LINE,
        thing="ticket",
        says={"text": "A word more"},
        form=True,
    ),
    Row("GET /requests/{number}/files/{id}", _IN_THE_PORTAL, _NO_SUCH_LINE, thing="file"),
    Row("POST /requests/{number}/transcript", _IN_THE_PORTAL, _NO_SUCH_LINE, thing="ticket", form=True),
    Row("POST /requests/{number}/not-mine", _BEGUN_HERE_TOO, _NOT_THEIRS, thing="ticket", form=True),
    Row("GET /requests/{number}/confirm", _NO_SUCH_LINE, thing="ticket", query={"token": "x" * 43}),
    Row("POST /requests/{number}/confirm", _NO_SUCH_LINE, thing="ticket", says={"token": "x" * 43}, form=True),
    Row("GET /following", _FOLLOWING),
    Row("POST /following", _PUBLIC, says={"kind": "system", "key": "all", "how": "daily", "do": "follow"}, form=True),
    Row("GET /following/confirm", _NO_SUCH_LINE, query={"token": "x" * 43}),
    Row("POST /following/confirm", _NO_SUCH_LINE, says={"token": "x" * 43}, form=True),
    Row("GET /unsubscribe/{token}", _NO_SUCH_LINE),
    # It needs no session, and no origin.
    Row("POST /unsubscribe/{token}", _NO_SUCH_LINE, says={"List-Unsubscribe": "One-Click"}, form=True),
    Row("GET /handovers/acknowledge", _NO_SUCH_LINE, query={"token": "x" * 43}),
    Row("POST /handovers/acknowledge", _NO_SUCH_LINE, says={"token": "x" * 43}, form=True),
    Row("POST /language", _PUBLIC, says={"locale": "fr", "next": "/contacts"}, form=True),
    Row("GET /sign-in", _PUBLIC),
    Row("POST /sign-in", _PUBLIC, says={"email": "sam@desk.example", "password": PASSWORD}, alone=True, form=True),
    Row("GET /sign-up", _PUBLIC),
    # This desk has no provider.
    Row("GET /auth/oidc/start", _NO_SIGN_ON),
    Row("GET /auth/oidc/callback", _NO_SIGN_ON, query={"code": "x", "state": "x"}),
    Row("GET /auth/oidc/staff/callback", _NO_SIGN_ON, query={"code": "x", "state": "x"}),
    Row("GET /auth/oidc/code", " ".join(["sign_in"] * 9)),
    Row("POST /auth/oidc/code", _NO_SIGN_ON, says={"totp": "000000"}, form=True),
    # What passkeys sign is in tests/stories/test_passkeys.py.
    Row("POST /sign-in/passkey", " ".join(["401"] * 9), says={"passkey": "{}"}, form=True),
    Row("POST /sign-up", _PUBLIC, says={"email": "zoe@elsewhere.example", "name": "Zoe"}, form=True),
    Row("GET /account/confirm", _NO_SUCH_LINE, query={"token": "x" * 43}),
    Row("POST /account/confirm", _NO_SUCH_LINE, says={"token": "x" * 43, "password": PASSWORD}, form=True),
    Row("POST /account", _ACCOUNT_OF_NOBODY, says={"do": "you", "name": "Zoe"}, form=True),
    Row("POST /account/passkeys", _ACCOUNT_OF_NOBODY, says={"do": "name", "name": "Zoe"}, form=True),
    Row("GET /offline", _PUBLIC),
    Row("GET /offline-worker.js", _PUBLIC),
    Row("GET /widget", _PUBLIC),
    Row("GET /widget.js", _PUBLIC),
    Row("GET /chat-frame.js", _PUBLIC),
    Row("GET /page-calls.js", _PUBLIC),
    Row("GET /page-attention.js", _PUBLIC),
    Row("GET /widget.d.ts", _PUBLIC),
    Row("GET /widget/codes", _PUBLIC),
    Row("GET /demo", _PUBLIC),
    Row("POST /demo/incident", _PUBLIC, form=True),
    # The demo's own letters. This desk has none.
    Row("GET /demo/mail", _NO_SUCH_LINE),
    Row("GET /demo/mail/{name}", _NO_SUCH_LINE),
    Row("GET /demo/mail/{name}/text", _NO_SUCH_LINE),
    Row("GET /demo/mail/{name}/answer", _NO_SUCH_LINE),
    Row("POST /demo/mail/{name}/answer", _NO_SUCH_LINE, says={"text": "Hello"}, form=True),
    Row("GET /.well-known/security.txt", _PUBLIC),
    Row("GET /robots.txt", _PUBLIC),
    Row("GET /sitemap.xml", _PUBLIC),
    Row("GET /static/shared", _PUBLIC),
    Row("GET /static/customer", _PUBLIC),
    Row("GET /static/console", _PUBLIC),
    Row("GET /static/portal", _PUBLIC),
    Row("GET /static/admin", _PUBLIC),
    Row("GET /static/reports", _PUBLIC, author="ok"),
    Row("GET /static/knowledge", _PUBLIC),
    Row("GET /static/packed/{build}/{file}", _PUBLIC),
    Row("GET /brand/logo", _PUBLIC),
    Row("GET /brand.css", _PUBLIC, query={"color": "0a6e8a"}),
    Row("GET /account", _SIGNED_IN),
    Row("GET /console", _SIGNED_IN),
    Row("GET /tickets", _CONVERSING, author="forbidden"),
    Row("GET /inbox", _CONVERSING, author="forbidden"),
    Row("GET /mail", _CONVERSING, author="forbidden"),
    Row("GET /review", "sign_in       forbidden forbidden forbidden forbidden forbidden ok        ok        forbidden"),
    Row("GET /reports", _SIGNED_IN),
    Row(
        "POST /reports/weekly",
        "sign_in       forbidden forbidden forbidden forbidden forbidden ok        ok        forbidden",
        says={"weekly": "on"},
        form=True,
    ),
    Row("GET /reports/weekly/{token}", _PUBLIC, author="ok"),
    Row(
        "POST /reports/weekly/{token}",
        _NO_SUCH_LINE,
        says={"List-Unsubscribe": "One-Click"},
        form=True,
        author="not_found",
    ),
    Row(
        "GET /reports/list",
        "sign_in       forbidden forbidden forbidden ok        ok        ok        ok        forbidden",
    ),
    Row(
        "GET /reports/agents/{id}",
        "sign_in       forbidden forbidden forbidden not_found not_found ok        ok        forbidden",
        "sign_in       forbidden forbidden forbidden not_found not_found not_found not_found forbidden",
        thing="employee",
    ),
    Row(
        "GET /reports/tickets/{number}",
        "sign_in       forbidden forbidden forbidden ok        ok        ok        ok        forbidden",
        "sign_in       forbidden forbidden forbidden not_found not_found not_found not_found forbidden",
        thing="ticket",
    ),
    Row("GET /floor", "sign_in       forbidden forbidden forbidden forbidden forbidden ok        ok        forbidden"),
    Row("GET /knowledge", _ADMIN_PAGE, author="ok"),
    Row("GET /knowledge/needs", _ADMIN_PAGE, author="ok"),
    Row("GET /knowledge/articles/{id}/links", _ADMIN_UNDO, thing="employee", author="not_found"),
    Row("GET /knowledge/new", _ADMIN_PAGE, author="ok"),
    Row("POST /knowledge/new", _ADMIN_INVITE, says={"product": "nothing"}, form=True, author="422"),
    Row("POST /knowledge/preview", _ADMIN_PAGE, says={"body": "# Hello"}, form=True, author="ok"),
    Row("GET /knowledge/articles/{id}", _ADMIN_UNDO, thing="employee", author="not_found"),
    Row(
        "POST /knowledge/articles/{id}",
        _ADMIN_UNDO,
        thing="employee",
        says={"do": "save"},
        form=True,
        author="not_found",
    ),
    Row("POST /knowledge/articles/{id}/files", _ADMIN_UNDO, thing="employee", upload=True, author="not_found"),
    Row("GET /knowledge/articles/{id}/versions", _ADMIN_UNDO, thing="employee", author="not_found"),
    Row("GET /knowledge/exchange", _ADMIN_PAGE, author="ok"),
    Row("POST /knowledge/exchange", _ADMIN_INVITE, upload=True, author="422"),
    Row("GET /knowledge/exchange/{archive}", _ADMIN_UNDO, thing="words", author="not_found"),
    Row(
        "POST /knowledge/exchange/{archive}",
        _ADMIN_UNDO,
        thing="words",
        says={"do": "apply"},
        form=True,
        author="not_found",
    ),
    Row("GET /knowledge/articles.zip", _ADMIN_PAGE, author="ok"),
    Row("GET /knowledge/sessions", _ADMIN_PAGE, author="ok"),
    Row("GET /knowledge/sessions/new", _ADMIN_PAGE, author="ok"),
    Row("POST /knowledge/sessions/new", _ADMIN_INVITE, says={"title": "Orders"}, form=True, author="422"),
    Row("GET /knowledge/sessions/{id}", _ADMIN_UNDO, thing="employee", author="not_found"),
    Row(
        "POST /knowledge/sessions/{id}",
        _ADMIN_UNDO,
        thing="employee",
        says={"do": "cancel"},
        form=True,
        author="not_found",
    ),
    Row("GET /admin/audit", _ADMIN_PAGE, auditor="ok"),
    Row("GET /admin/retention", _ADMIN_PAGE, auditor="ok"),
    Row("GET /admin/fields", _ADMIN_PAGE),
    Row("GET /admin/fields/{id}", _ADMIN_UNDO, thing="employee"),
    Row("POST /admin/fields/{id}", _ADMIN_UNDO, thing="employee", says={"label.en": "Cause"}, form=True),
    Row("GET /admin/clients", _ADMIN_PAGE),
    Row("GET /admin/clients/{id}", _ADMIN_UNDO, thing="employee"),
    Row("POST /admin/clients/{id}", _ADMIN_UNDO, thing="employee", says={"name": "Acme"}, form=True),
    Row("GET /admin/systems", _HOURS_PAGE),
    Row("POST /admin/systems", _SYSTEMS_PAGE, says={"do": "nothing"}, form=True),
    Row("GET /canned-replies", _SIGNED_IN, author="forbidden"),
    Row("POST /canned-replies", _NO_CANNED_TEXT, says={"do": "add"}, form=True, author="forbidden"),
    Row("GET /admin/alarms", _ADMIN_PAGE),
    Row("POST /admin/alarms", _ADMIN_INVITE, says={"do": "add"}, form=True),
    Row("GET /admin/rules", _ADMIN_PAGE),
    Row("POST /admin/rules", _ADMIN_UNDO, says={"do": "on", "id": "nobody"}, form=True),
    Row("GET /admin/rules/{id}", _ADMIN_UNDO, thing="employee"),
    Row("POST /admin/rules/{id}", _ADMIN_UNDO, thing="employee", says={"do": "remove"}, form=True),
    Row("GET /admin/service-levels", _ADMIN_PAGE),
    Row("POST /admin/service-levels", _ADMIN_UNDO, says={"do": "on", "id": "nobody"}, form=True),
    Row("GET /admin/service-levels/{id}", _ADMIN_UNDO, thing="employee"),
    Row("POST /admin/service-levels/{id}", _ADMIN_UNDO, thing="employee", says={"do": "remove"}, form=True),
    Row("GET /admin/issue-sources", _ADMIN_PAGE),
    Row("POST /admin/issue-sources", _ADMIN_INVITE, says={"kind": "jira", "url": "nowhere"}, form=True),
    Row("GET /admin/webhooks", _ADMIN_PAGE),
    Row("POST /admin/webhooks", _ADMIN_INVITE, says={"url": "nowhere"}, form=True),
    Row("GET /admin/webhooks/{id}", _ADMIN_UNDO, thing="employee"),
    Row("POST /admin/webhooks/{id}", _ADMIN_UNDO, thing="employee", says={"do": "test"}, form=True),
    Row("GET /admin/tokens", _ADMIN_PAGE),
    Row("POST /admin/tokens", _ADMIN_INVITE, says={"days": "0"}, form=True),
    Row("GET /admin/personal-data", _ADMIN_PAGE),
    Row("POST /admin/personal-data", _ADMIN_UNDO, says={**_STRANGER, "do": "find"}, form=True),
    Row("POST /admin/retention", _ADMIN_INVITE, says={"files": "1"}, form=True),
    Row("POST /admin/audit/{id}/undo", _ADMIN_UNDO, thing="employee", form=True),
    Row("GET /admin/invite", _ADMIN_PAGE),
    Row("POST /admin/invite", _ADMIN_INVITE, says={"addresses": "nobody"}, form=True),
    Row("GET /join", _NO_SUCH_LINE),
    Row("POST /join", _NO_SUCH_LINE, says={"token": "x" * 43, "password": PASSWORD}, form=True),
    Row("GET /admin", _HOURS_PAGE, auditor="ok"),
    Row("GET /admin/people", _ADMIN_PAGE),
    Row("GET /admin/people/{id}", _ADMIN_PAGE, thing="employee"),
    Row("POST /admin/people/{id}", _ADMIN_PAGE, thing="employee", says={"do": "check"}, form=True),
    Row("GET /admin/hours", _HOURS_PAGE),
    Row("GET /admin/teams", _ADMIN_PAGE),
    Row("GET /admin/widget", _ADMIN_PAGE),
    Row("POST /admin/widget", _ADMIN_PAGE, says={"do": "check", "brand_name": "Acme"}, form=True),
    Row("GET /admin/widget/frame", _ADMIN_PAGE, query={"name": "Acme"}),
    # The page is the same for every number; what it may show it asks for over HTTP.
    Row(
        "GET /tickets/{number}",
        _CONVERSING,
        "sign_in       forbidden forbidden forbidden not_found not_found not_found not_found forbidden",
        thing="ticket",
        author="forbidden",
    ),
)

# On the customers' socket a token of staff makes nobody somebody: they are visitors like any other there.
#                nobody        visitor   customer  other_c…  agent     other_a…  supervis… other_s…  admin
_IN_OWN_CHAT = "not_found     ok        ok        ok        not_found not_found not_found not_found not_found"
_NOT_THERE = _NO_SUCH_LINE
_HEARD = "quiet         heard     heard     heard     quiet     quiet     quiet     quiet     quiet"
_QUIET = "quiet         quiet     quiet     quiet     quiet     quiet     quiet     quiet     quiet"

#                nobody        visitor   customer  other_c…  agent     other_a…  supervis… other_s…  admin
_STAFF_ONLY = "4001          4003      4003      4003      ok        ok        ok        ok        4003"
_AGENT_ONLY = "4001          4003      4003      4003      ok        ok        forbidden forbidden 4003"
_SUPERVISOR_ONLY = "4001          4003      4003      4003      forbidden forbidden ok        ok        4003"
_NOT_OF_THE_TEAM = "4001          4003      4003      4003      not_found not_found not_found not_found 4003"
_NO_ALARM_OF_STAFF = "4001          4003      4003      4003      forbidden forbidden not_found not_found 4003"
_NO_OFFER = "4001          4003      4003      4003      conflict  conflict  conflict  conflict  4003"
_AGENTS_HEARD = "4001          4003      4003      4003      heard     heard     quiet     quiet     4003"
_NOBODY_HEARD = "4001          4003      4003      4003      quiet     quiet     quiet     quiet     4003"


def _chat(
    what: str, own: str, others: str = "", *, in_chat: Standing = "active", ends: bool = False, **says: object
) -> Row:
    """A command in a chat. Somebody else's chat answers like a missing one, unless `others` says otherwise."""
    others = others or (_NOT_OF_THE_TEAM if what.startswith("staff") else _NOT_THERE)
    fields = {"chat": THING, **says}
    return Row(what, own, others, thing="chat", says=fields, in_chat=in_chat, ends=ends)


def _ticket(side: str, own: str, others: str, quiet: str) -> tuple[Row, ...]:
    """The commands about a ticket."""
    ticket = {"ticket": THING}
    return (
        Row(f"{side} ticket.follow", own, others, thing="ticket", says={**ticket, "after": 0}),
        Row(f"{side} ticket.unfollow", own, others, thing="ticket", says=ticket, follows=True),
        Row(f"{side} ticket.read", quiet, quiet, thing="ticket", says={**ticket, "upto": 1}),
        Row(f"{side} ticket.writing", quiet, quiet, thing="ticket", says={**ticket, "on": True}),
    )


CUSTOMERS: tuple[Row, ...] = (
    Row("customer hello", _PUBLIC),
    Row("customer identify", _PUBLIC, _UNPROVEN, thing="proof", says={"identity": THING}),
    Row("customer chat.start", _PUBLIC, says={"team": "media", "text": "It fails"}, in_chat="none", ends=True),
    Row(
        "customer chat.start",
        _IN_OWN_CHAT,
        _NOT_THERE,
        about="about a ticket",
        thing="ticket",
        says={"team": OWN_TEAM, "text": "It fails again", "ticket": THING},
        in_chat="none",
        ends=True,
    ),
    _chat("customer chat.resume", _IN_OWN_CHAT, after=0),
    _chat("customer message.send", _IN_OWN_CHAT, text="Are you there?"),
    Row(
        "customer message.send",
        _IN_OWN_CHAT,
        "not_found     invalid   invalid   invalid   not_found not_found not_found not_found not_found",
        about="with a file",
        thing="upload",
        says={"chat": OWN_CHAT, "text": "See there", "files": [THING]},
    ),
    # Let through, and then told that the chat does not wait.
    _chat(
        "customer chat.wait",
        "not_found     conflict  conflict  conflict  not_found not_found not_found not_found not_found",
    ),
    # A proven address stays.
    _chat(
        "customer chat.address",
        "not_found     ok        conflict  conflict  not_found not_found not_found not_found not_found",
        email="lise@northlake.example",
    ),
    _chat("customer chat.describe", _IN_OWN_CHAT, fields={"Plan": "Gold"}),
    _chat("customer chat.end", _IN_OWN_CHAT, ends=True),
    _chat("customer chat.rate", _IN_OWN_CHAT, in_chat="closed", score=5),
    _chat("customer message.redact", _IN_OWN_CHAT, of=EVENT, reason="It was a password"),
    _chat("customer typing", _HEARD, _QUIET, on=True),
    _chat("customer read", _HEARD, _QUIET, upto=EVENT),
    _chat("customer page", _HEARD, _QUIET, page="https://planner.example/orders?token=s3cret"),
    Row("customer ping", _PUBLIC),
    *_ticket("customer", _IN_OWN_CHAT, _NOT_THERE, _QUIET),
)

STAFFS: tuple[Row, ...] = (
    *_ticket("staff", _STAFF_ONLY, _NOT_OF_THE_TEAM, _NOBODY_HEARD),
    Row("staff hello", _STAFF_ONLY),
    Row("staff ping", _STAFF_ONLY),
    Row("staff floor.follow", _SUPERVISOR_ONLY),
    Row("staff alarm.have", _NO_ALARM_OF_STAFF, says={"kind": "queue", "team": OWN_TEAM}),
    Row("staff alarm.mute", _NO_ALARM_OF_STAFF, says={"kind": "queue", "team": OWN_TEAM, "minutes": 5}),
    Row("staff presence.set", _STAFF_ONLY, says={"status": "offline"}),
    _chat("staff chat.resume", _STAFF_ONLY, after=0),
    _chat("staff message.send", _AGENT_ONLY, text="I am on it"),
    _chat("staff note.add", _STAFF_ONLY, text="Between us: they are late"),
    _chat("staff chat.watch", _SUPERVISOR_ONLY, after=0),
    _chat("staff chat.unwatch", _SUPERVISOR_ONLY, in_chat="watched"),
    _chat("staff message.redact", _STAFF_ONLY, of=EVENT, reason="It was a password"),
    _chat("staff typing", _AGENTS_HEARD, _NOBODY_HEARD, on=True),
    _chat("staff read", _AGENTS_HEARD, _NOBODY_HEARD, upto=EVENT),
    _chat("staff chat.accept", _NO_OFFER),
    _chat("staff chat.decline", _NO_OFFER),
    _chat("staff chat.pick", _NO_OFFER),
    _chat(
        "staff chat.take",
        "4001          4003      4003      4003      conflict  conflict  ok        ok        4003",
        ends=True,
    ),
    _chat("staff chat.transfer", _AGENT_ONLY, ends=True, team=OWN_TEAM, note="Knows the order"),
    Row(
        "staff chat.close",
        _STAFF_ONLY,
        "4001          4003      4003      4003      invalid   invalid   invalid   invalid   4003",
        about="as a duplicate",
        thing="ticket",
        says={"chat": OWN_CHAT, "status": "solved", "resolution": "duplicate", "duplicate_of": THING},
        ends=True,
    ),
    Row(
        "staff chat.close",
        _STAFF_ONLY,
        _NOT_OF_THE_TEAM,
        thing="chat",
        says={"chat": THING, "status": "open", "with": "product"},
        ends=True,
    ),
)

ROWS = HTTP + PAGES + CUSTOMERS + STAFFS
