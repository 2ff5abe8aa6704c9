"""What each route and each command may cost at most, with the worst input that the limits allow.

`test_costs.py` asks each once, on a desk with much in it, and counts work: statements and steps of the database, bytes
that come back. Never time. A route or command without a row here fails, and so does a row of nothing.

A row names a row of `matrix.py` (`what`, `about`), who asks, and what they ask instead of what the matrix says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal

from tests.stories.matrix import EVENT, OWN_CHAT, OWN_TEAM, PASSWORD, PERIOD, THING, Actor

Word = Literal[
    "ok",
    "heard",
    "quiet",
    "invalid",
    "conflict",
    "unauthorized",
    "not_found",
    "forbidden",
    "sign_in",
    "409",
    "401",
    "422",
]

HUNDRED = ",".join(map(str, range(1, 101)))


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that one call may cost."""

    statements: int
    """Sent to the database, by whatever thread, until the answer is there and the desk has nothing more to do."""
    steps: int
    """Of SQLite's virtual machine, in thousands."""
    kib: int
    """That come back: the whole HTTP answer, or all frames to all connections of the desk."""


FREE = Bound(statements=5, steps=2, kib=8)
"""Answered from memory. The statements look up a session or token; one asks whether texts wait to be indexed."""
REGISTRANT = {"session": "4711", "name": "Zoe", "email": "zoe@elsewhere.example"}
PAGE = Bound(statements=6, steps=4, kib=64)
RULES_PAGE = Bound(statements=14, steps=10, kib=64)
TRIAL = Bound(statements=20, steps=150, kib=320)
ASSET = Bound(statements=1, steps=0, kib=128)
"""Nothing is asked for it. The test itself asks once whether texts wait to be indexed."""
PUBLISHED = Bound(statements=1, steps=0, kib=640)
"""The description of all calls or all frames. It grows with each call: 459 KiB now."""
LIST_OF_PEOPLE = Bound(statements=30, steps=30, kib=128)
"""All staff, with how each signs in."""
QUICK = Bound(statements=16, steps=8, kib=32)
STORED = Bound(statements=60, steps=20, kib=96)
"""A transaction, the index after it included."""
CLOSED = Bound(statements=88, steps=20, kib=96)
"""Likewise, with the ticket and the letter that it causes. On a slow machine more than one transaction indexes it."""
ENDED = Bound(statements=750, steps=60, kib=128)
"""Likewise, of a chat with `EVENTS` messages: the index takes two statements for each."""
MANY = Bound(statements=176, steps=20, kib=96)
"""Likewise, of something that is a list of 50."""
A_HUNDRED = Bound(statements=1_400, steps=80, kib=96)
"""Likewise, of 100 tickets, each in a transaction of its own."""
LISTED = Bound(statements=16, steps=150, kib=320)
REPORTS = Bound(statements=32, steps=150, kib=320)
"""Figures, seats, incidents and tallies of two periods."""
TIMELINE = Bound(statements=22, steps=150, kib=320)
"""Entries of five kinds, each from its table."""
DAY_OF_AN_AGENT = Bound(statements=18, steps=150, kib=320)
"""Figures of two periods from facts of three kinds, statuses, chats and feedback."""
"""A page of 200 tickets out of all."""
WHOLE = Bound(statements=100, steps=60, kib=320)
RESUMED = Bound(statements=100, steps=60, kib=384)
"""A chat with all that was said in it, which began with the longest text."""
REDACTED = Bound(statements=124, steps=60, kib=320)
"""A ticket, or a chat, with all that was said in it: see `EVENTS` in test_costs.py. A letter about it included. On a
slow machine more than one transaction indexes it."""

EXPANDING = "\ufdfa" * 8_000
"""One character becomes 18 when it is normalized: the text that costs most to index."""
MARKS = "a" + "\u0345" * 4_000 + "\u0334" * 3_999
"""A run of combining marks, which takes quadratic time to put in order."""
NAME = "\u0915\u094d" * 100
RULE = {
    "name": NAME[:80],
    "when": "ticket.updated",
    "then": {"priority": "high"},
    "if": [{"if": "priority", "any": ["low"]}, {"if": "subject", "any": [NAME] * 20}],
}
STRANGER = {"email": "nobody@stranger.example"}
SUBJECT = "\ufdfa" * 200
FIELDS = {f"{number:02}" + "\u1e9b\u0323" * 49: "\ufb2c" * 500 for number in range(20)}
PHRASE = "-".join(["the-order"] * 3)
SEARCH = " ".join([PHRASE, PHRASE, "an", "pq"])
"""As many words as a search may have, most of them in every ticket."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The worst call of one route or command."""

    what: str
    bound: Bound
    _: KW_ONLY
    about: str = ""
    by: Actor = "visitor"
    answer: Word = "ok"
    says: Mapping[str, object] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    @property
    def id(self) -> str:
        return f"{self.what}, {self.name or self.about}" if self.name or self.about else self.what


def _all(bound: Bound, by: Actor, *whats: str) -> tuple[Cost, ...]:
    return tuple(Cost(what, bound, by=by) for what in whats)


HTTP: tuple[Cost, ...] = (
    *_all(
        STORED,
        "agent",
        "DELETE /api/session",
        "DELETE /api/me/sessions",
        "DELETE /api/me/sessions/{id}",
        "POST /api/me/password",
        "POST /api/me/totp",
        "POST /api/me/totp/confirm",
        "POST /api/me/totp/off",
        "POST /api/me/recovery-codes",
        "DELETE /api/me/failed-sign-ins",
        "POST /api/me/passkeys/options",
        "PATCH /api/me/passkeys/{id}",
        "DELETE /api/me/passkeys/{id}",
    ),
    *_all(PUBLISHED, "nobody", "GET /api/openapi.json", "GET /api/asyncapi.json"),
    *_all(QUICK, "agent", "GET /api/me/sessions", "GET /api/me/sign-on", "GET /api/me/passkeys"),
    Cost("POST /api/me/passkeys", QUICK, by="agent", answer="invalid"),
    *_all(FREE, "nobody", "POST /api/session/passkey"),
    *_all(QUICK, "nobody", "GET /api/components", "GET /api/incidents", "GET /api/maintenances"),
    *_all(STORED, "supervisor", "POST /api/components", "POST /api/incidents"),
    Cost("PATCH /api/components/{id}", STORED, by="supervisor", answer="not_found"),
    Cost("PATCH /api/incidents/{id}", STORED, by="supervisor", answer="not_found"),
    Cost("POST /api/incidents/{id}/updates", STORED, by="supervisor", answer="not_found"),
    Cost("GET /api/incidents/{id}/tickets", QUICK, by="supervisor", answer="not_found"),
    Cost("POST /api/incidents/{id}/tickets", QUICK, by="agent", answer="not_found"),
    Cost("POST /api/incidents/{id}/run", STORED, by="supervisor", answer="not_found"),
    Cost("PATCH /api/maintenances/{id}", STORED, by="supervisor", answer="not_found"),
    Cost("POST /api/maintenances", STORED, by="supervisor", answer="invalid"),
    *_all(STORED, "supervisor", "POST /api/staff/{id}/sign-out", "POST /api/bans", "DELETE /api/bans/{id}"),
    *_all(LISTED, "supervisor", "GET /api/bans", "GET /api/chats", "GET /api/tickets/counts", "GET /api/tickets/tags"),
    Cost("GET /api/chats/{id}/pages", LISTED, by="agent"),
    *_all(QUICK, "supervisor", "GET /api/reviews", "GET /api/reviews/due"),
    *_all(QUICK, "supervisor", "GET /api/reviews/figures", "GET /api/reviews/settings"),
    *_all(QUICK, "agent", "GET /api/reviews/feedback"),
    Cost("PATCH /api/reviews/settings", QUICK, by="supervisor", answer="forbidden"),
    Cost("GET /api/tickets/{number}/review", QUICK, by="supervisor", answer="not_found"),
    Cost("POST /api/tickets/{number}/review", QUICK, by="supervisor", answer="conflict"),
    Cost("DELETE /api/tickets/{number}/review", QUICK, by="supervisor", answer="conflict"),
    Cost("POST /api/tickets/{number}/review/agreement", QUICK, by="supervisor", answer="conflict"),
    Cost("POST /api/tickets/{number}/review/answer", QUICK, by="agent", answer="not_found"),
    *_all(LIST_OF_PEOPLE, "admin", "GET /api/admin/users", "GET /api/admin/users/{id}"),
    *_all(LIST_OF_PEOPLE, "admin", "GET /api/admin/audit", "GET /api/admin/audit/export"),
    *_all(LIST_OF_PEOPLE, "admin", "GET /api/admin/clients"),
    Cost("POST /api/admin/clients", QUICK, by="admin", says={"name": NAME, "domains": ["gmail.com"]}, answer="invalid"),
    Cost("GET /api/admin/clients/{id}", QUICK, by="admin", answer="not_found"),
    Cost("PATCH /api/admin/clients/{id}", QUICK, by="admin", answer="not_found"),
    *_all(QUICK, "admin", "GET /api/admin/ticket-fields"),
    *_all(QUICK, "agent", "GET /api/ticket-fields"),
    Cost(
        "POST /api/admin/ticket-fields",
        STORED,
        by="admin",
        says={"key": "cause", "kind": "text", "labels": {"en": NAME[:80]}},
    ),
    Cost("PATCH /api/admin/ticket-fields/{key}", QUICK, by="admin", says={"archived": True}, answer="not_found"),
    Cost("DELETE /api/admin/ticket-fields/{key}", QUICK, by="admin", answer="not_found"),
    *_all(QUICK, "admin", "GET /api/admin/alarms"),
    Cost(
        "POST /api/admin/alarms",
        STORED,
        by="admin",
        says={"name": NAME[:80], "service": "mail", "address": "floor@desk.example", "kinds": ["queue"]},
    ),
    Cost("PATCH /api/admin/alarms/{id}", QUICK, by="admin", says={"name": NAME[:80]}, answer="not_found"),
    Cost("DELETE /api/admin/alarms/{id}", QUICK, by="admin", answer="not_found"),
    Cost("POST /api/admin/alarms/{id}/restore", QUICK, by="admin", answer="conflict"),
    Cost("POST /api/admin/alarms/{id}/test", QUICK, by="admin", answer="not_found"),
    *_all(QUICK, "admin", "GET /api/webhooks", "GET /api/webhooks/events", "GET /api/issue-sources"),
    Cost(
        "POST /api/issue-sources",
        STORED,
        by="admin",
        says={"kind": "other", "url": "https://desk.example/" + "x" * 900},
    ),
    Cost("DELETE /api/issue-sources/{id}", QUICK, by="admin", answer="not_found"),
    Cost("POST /api/issue-sources/{id}/secret", QUICK, by="admin", answer="not_found"),
    Cost("POST /api/issue-sources/{id}/news", QUICK, by="nobody", says={"url": "x" * 100_000}, answer="unauthorized"),
    Cost(
        "POST /api/webhooks",
        STORED,
        by="admin",
        says={"url": "https://hooks.example.com/" + "x" * 1_900, "events": ["chat.closed"]},
    ),
    Cost("PATCH /api/webhooks/{id}", QUICK, by="admin", says={"enabled": False}, answer="not_found"),
    Cost("DELETE /api/webhooks/{id}", QUICK, by="admin", answer="not_found"),
    Cost("POST /api/webhooks/{id}/secret", QUICK, by="admin", answer="not_found"),
    Cost("POST /api/webhooks/{id}/test", QUICK, by="admin", answer="not_found"),
    Cost("GET /api/webhooks/{id}/deliveries", QUICK, by="admin", answer="not_found"),
    Cost("GET /api/webhooks/{id}/deliveries/{delivery}", QUICK, by="admin", answer="not_found"),
    Cost("POST /api/webhooks/{id}/deliveries/{delivery}/replay", QUICK, by="admin", answer="not_found"),
    Cost("POST /api/webhooks/{id}/replay", QUICK, by="admin", says=PERIOD, answer="not_found"),
    *_all(QUICK, "admin", "GET /api/rules"),
    Cost("POST /api/rules", STORED, by="admin", says=RULE),
    Cost("POST /api/rules/trial", TRIAL, by="admin", says=RULE),
    Cost("PUT /api/rules/order", QUICK, by="admin", says={"rules": ["nobody"]}, answer="conflict"),
    Cost("PATCH /api/rules/{id}", QUICK, by="admin", says={"enabled": False}, answer="not_found"),
    Cost("DELETE /api/rules/{id}", QUICK, by="admin", answer="not_found"),
    *_all(QUICK, "admin", "GET /api/sla-policies"),
    Cost("POST /api/sla-policies", STORED, by="admin", says={"name": NAME[:80], "first_reply": 60}),
    Cost("PUT /api/sla-policies/order", QUICK, by="admin", says={"policies": ["nobody"]}, answer="conflict"),
    Cost("PATCH /api/sla-policies/{id}", QUICK, by="admin", says={"enabled": False}, answer="not_found"),
    Cost("DELETE /api/sla-policies/{id}", QUICK, by="admin", answer="not_found"),
    *_all(QUICK, "admin", "GET /api/admin/settings", "GET /api/admin/retention"),
    Cost("PATCH /api/admin/retention", STORED, by="admin", says={"files": 400}),
    *(
        Cost(f"POST /api/admin/people/{step}", QUICK, by="admin", says={**STRANGER, **more}, answer="not_found")
        for step, more in (("find", {}), ("export", {}), ("erase", {"confirm": STRANGER["email"]}))
    ),
    Cost("PATCH /api/admin/settings", STORED, by="admin", says={"brand_name": NAME[:80]}),
    Cost("POST /api/admin/users", QUICK, by="admin", says={"addresses": ["nobody"] * 50, "roles": ["admin"]}),
    Cost("PATCH /api/admin/users/{id}", STORED, by="admin", says={"capacity": 4}),
    *_all(QUICK, "supervisor", "GET /api/floor", "GET /api/alarms"),
    Cost("POST /api/alarms/have", QUICK, by="supervisor", answer="not_found"),
    Cost("POST /api/alarms/mute", QUICK, by="supervisor", answer="not_found"),
    *_all(FREE, "agent", "GET /api/reports/definitions"),
    Cost("GET /api/reports/overview", REPORTS, by="supervisor", query={"from": "2025-01-01", "to": "2028-01-01"}),
    Cost("GET /api/reports/tickets", LISTED, by="supervisor", query={"metric": "offered"}),
    Cost("GET /api/agents/{id}/timeline", LISTED, by="supervisor"),
    Cost("GET /api/reports/tickets.csv", LISTED, by="supervisor", query={"metric": "offered"}),
    Cost("GET /api/reports/tickets/{number}", LISTED, by="supervisor"),
    Cost("GET /api/reports/tickets/{number}.csv", LISTED, by="supervisor"),
    Cost("GET /api/reports/{name}.csv", FREE, by="supervisor", answer="not_found"),
    *_all(
        LISTED,
        "admin",
        "GET /api/admin/hours",
        "GET /api/admin/holidays",
        "POST /api/admin/hours/clocks",
        "POST /api/admin/hours/preview",
    ),
    Cost(
        "POST /api/admin/hours/waits",
        LISTED,
        by="admin",
        says={"changes": [{"do": "team", "team": "media", "schedule": "always"}]},
    ),
    *_all(LISTED, "admin", "GET /api/admin/teams"),
    Cost("POST /api/admin/teams", STORED, by="admin", answer="invalid"),
    Cost("PATCH /api/admin/teams/{id}", STORED, by="admin"),
    Cost("PUT /api/admin/products", STORED, by="admin", answer="invalid"),
    Cost("PUT /api/admin/hours", STORED, by="admin"),
    Cost("PATCH /api/staff/{id}", QUICK, by="supervisor", answer="conflict"),
    Cost("POST /api/chats/{id}/reassign", CLOSED, by="supervisor", says={"team": OWN_TEAM}),
    *_all(QUICK, "agent", "GET /api/people/{id}", "GET /api/people/{id}/notes"),
    *_all(TIMELINE, "agent", "GET /api/people/{id}/timeline"),
    Cost("POST /api/people/{id}/notes", STORED, by="agent", says={"text": "Prefers mail"}),
    Cost("DELETE /api/people/{id}/notes/{note}", QUICK, by="agent", answer="not_found"),
    # The customer of the matrix is proven: tests/stories/test_requesters.py has the corrections that are stored.
    Cost("PATCH /api/people/{id}", STORED, by="agent", answer="conflict"),
    Cost("POST /api/people/{id}/merge", STORED, by="agent", answer="conflict"),
    Cost("DELETE /api/people/{id}/merge", STORED, by="agent", answer="conflict"),
    *_all(WHOLE, "supervisor", "GET /api/tickets/export"),
    *_all(WHOLE, "visitor", "GET /api/tickets/{number}"),
    *_all(REDACTED, "agent", "POST /api/tickets/{number}/redactions"),
    *_all(QUICK, "agent", "GET /api/tickets/{number}/letters", "GET /api/tickets/{number}/mails/{mail}/quoted"),
    *_all(STORED, "agent", "POST /api/tickets/{number}/letters/{letter}/send", "POST /api/tickets/{number}/transcript"),
    *_all(QUICK, "agent", "GET /api/mail/suspended", "GET /api/mail/suspended/{mail}"),
    *_all(STORED, "agent", "POST /api/mail/suspended/{mail}"),
    # With the bounce that comes before.
    *_all(MANY, "agent", "POST /api/tickets/{number}/address/try-again"),
    Cost("GET /api/follows/{kind}/{id}", QUICK, by="agent", answer="not_found"),
    *_all(STORED, "agent", "PUT /api/follows/{kind}/{id}", "DELETE /api/follows/{kind}/{id}"),
    *_all(QUICK, "nobody", "GET /api/learning", "GET /api/plans", "GET /api/sessions"),
    Cost("POST /api/sessions/{id}/registration", QUICK, by="visitor", answer="forbidden"),
    Cost("DELETE /api/sessions/{id}/registration", QUICK, by="visitor", answer="forbidden"),
    Cost("PUT /api/progress/{kind}/{id}", QUICK, by="visitor", says={"done": True}, answer="forbidden"),
    Cost(
        "PUT /api/articles/{id}/place",
        QUICK,
        by="visitor",
        says={"video": "/articles/files/x.webm", "seconds": 7, "length": 12},
        answer="forbidden",
    ),
    *_all(QUICK, "visitor", "GET /api/playlists"),
    Cost("POST /api/playlists", QUICK, by="visitor", says={"items": [4711]}, answer="invalid"),
    Cost("GET /api/playlists/{id}", QUICK, by="visitor", answer="not_found"),
    Cost("PATCH /api/playlists/{id}", QUICK, by="visitor", says={"title": NAME[:80]}, answer="not_found"),
    Cost(
        "POST /api/tickets/{number}/insertions",
        STORED,
        by="agent",
        says={"article": 4711, "how": "text"},
        answer="not_found",
    ),
    Cost(
        "POST /api/chats/{id}/insertions", STORED, by="agent", says={"article": 4711, "how": "text"}, answer="not_found"
    ),
    *_all(QUICK, "agent", "GET /api/tickets/{number}/handovers", "GET /api/tickets/{number}/training"),
    *_all(QUICK, "agent", "GET /api/tickets/{number}/merge"),
    *_all(QUICK, "agent", "GET /api/tickets/{number}/followers", "GET /api/tickets/{number}/colleagues"),
    Cost("PUT /api/tickets/{number}/followers/{staff}", QUICK, by="agent", answer="invalid"),
    Cost("DELETE /api/tickets/{number}/followers/{staff}", QUICK, by="agent"),
    Cost("GET /api/tickets/{number}/links", QUICK, by="agent"),
    Cost("POST /api/tickets/{number}/links", QUICK, by="agent", says={"url": "x" * 1_000}, answer="invalid"),
    Cost("DELETE /api/tickets/{number}/links/{link}", QUICK, by="agent", answer="not_found"),
    *_all(QUICK, "agent", "GET /api/chats/{id}/colleagues", "GET /api/inbox/unread", "GET /api/inbox/letters"),
    Cost("GET /api/inbox", LISTED, by="agent"),
    Cost("POST /api/inbox/read", QUICK, by="agent", says={"everything": True}),
    Cost("PUT /api/inbox/letters", QUICK, by="agent", says={"mentions": True, "follows": False}),
    Cost("POST /api/tickets/{number}/merge", QUICK, by="agent", says={"into": 4711}, answer="invalid"),
    Cost("DELETE /api/tickets/{number}/merge", QUICK, by="agent", answer="conflict"),
    Cost("GET /api/tickets/numbers", LISTED, by="agent"),
    Cost("POST /api/tickets/bulk", MANY, by="agent", says={"numbers": [1], "change": {"priority": "high"}}),
    *_all(QUICK, "agent", "GET /api/tickets/{number}/likely-codes", "GET /api/chats/{id}/likely-codes"),
    *_all(WHOLE, "agent", "POST /api/tickets/{number}/assist", "POST /api/chats/{id}/assist"),
    *_all(QUICK, "agent", "GET /api/views", "GET /api/views/counts"),
    Cost(
        "POST /api/views", QUICK, by="agent", says={"name": NAME[:60], "query": "", "filters": f"status=open&q={NAME}"}
    ),
    Cost("PATCH /api/views/{id}", QUICK, by="agent", says={"name": NAME[:60]}, answer="not_found"),
    Cost("DELETE /api/views/{id}", QUICK, by="agent", answer="not_found"),
    Cost("GET /api/v2/tickets", LISTED, by="supervisor", query={"page": "1"}, name="pages by number"),
    Cost("GET /api/v2/tickets", LISTED, by="supervisor", query={"page[size]": "100"}, name="pages by cursor"),
    Cost(
        "POST /api/v2/tickets",
        CLOSED,
        by="supervisor",
        says={"ticket": {"comment": {"body": EXPANDING}, "subject": SUBJECT, "tags": ["kanarie-tag"] * 20}},
    ),
    *_all(QUICK, "agent", "GET /api/v2/tickets/{number}"),
    # The change, then the reply with its letter.
    Cost(
        "PUT /api/v2/tickets/{number}",
        MANY,
        by="agent",
        says={"ticket": {"comment": {"body": EXPANDING}, "subject": SUBJECT, "status": "pending"}},
    ),
    *_all(WHOLE, "agent", "GET /api/v2/tickets/{number}/comments"),
    Cost("GET /api/v2/tickets/show_many", LISTED, by="agent", query={"ids": HUNDRED}),
    Cost(
        "PUT /api/v2/tickets/update_many",
        A_HUNDRED,
        by="agent",
        query={"ids": HUNDRED},
        says={"ticket": {"priority": "high"}},
    ),
    *_all(QUICK, "agent", "GET /api/v2/tickets/{number}/tags"),
    *(
        Cost(f"{method} /api/v2/tickets/{{number}}/tags", CLOSED, by="agent", says={"tags": ["kanarie-tag"]})
        for method in ("POST", "PUT", "DELETE")
    ),
    Cost("GET /api/v2/incremental/tickets/cursor", LISTED, by="supervisor", query={"start_time": "0"}),
    Cost("GET /api/v2/search", LISTED, by="supervisor", query={"query": f"type:ticket {SEARCH}"}),
    *_all(QUICK, "agent", "GET /api/v2/ticket_fields", "GET /api/v2/users/me", "GET /api/v2/groups"),
    *_all(QUICK, "agent", "GET /api/v2/organizations", "GET /api/v2/users/search"),
    *_all(QUICK, "agent", "POST /api/v2/users/create_or_update"),
    *_all(QUICK, "agent", "GET /api/v2/views", "GET /api/v2/views/active"),
    *_all(QUICK, "agent", "GET /api/v2/views/{id}", "GET /api/v2/views/{id}/count"),
    Cost("GET /api/v2/views/{id}/tickets", LISTED, by="agent", query={"per_page": "100"}),
    Cost("GET /api/v2/ticket_fields/{id}", QUICK, by="agent", answer="not_found"),
    Cost("GET /api/v2/users/{id}", QUICK, by="agent", answer="not_found"),
    Cost("GET /api/v2/organizations/{id}", QUICK, by="agent", answer="not_found"),
    Cost("GET /api/v2/groups/{id}", QUICK, by="agent", answer="not_found"),
    Cost("POST /api/v2/uploads", QUICK, by="agent", answer="invalid"),
    Cost("GET /api/v2/help_center/categories", QUICK, by="visitor"),
    Cost("GET /api/v2/help_center/sections", LISTED, by="visitor"),
    Cost("GET /api/v2/help_center/articles", LISTED, by="visitor"),
    Cost("GET /api/v2/help_center/user_segments", QUICK, by="visitor"),
    *(
        Cost(f"GET /api/v2/help_center/{what}", QUICK, by="visitor", answer="not_found")
        for what in (
            *(f"categories/{{id}}{part}" for part in ("", "/sections", "/articles")),
            *(f"sections/{{id}}{part}" for part in ("", "/articles")),
            *(f"articles/{{id}}{part}" for part in ("", "/translations", "/translations/missing")),
            "articles/{id}/translations/{locale}",
        )
    ),
    *(
        Cost(what.replace(" ", " /api/v2/help_center/"), QUICK, by="admin", answer="not_found")
        for what in (
            "POST categories/{id}/sections",
            "PUT sections/{id}",
            "POST sections/{id}/articles",
            "PUT articles/{id}",
            "POST articles/{id}/translations",
            "PUT articles/{id}/translations/{locale}",
        )
    ),
    *(
        Cost(f"{method} /api/v2/help_center/{content}/{{id}}/subscriptions{one}", QUICK, by="agent", answer="not_found")
        for content in ("articles", "sections")
        for method, one in (
            ("GET", ""),
            ("POST", ""),
            *((method, "/{subscription}") for method in ("GET", "PUT", "DELETE")),
        )
    ),
    *_all(LISTED, "admin", "GET /scim/v2/Users", "GET /scim/v2/Groups"),
    Cost("POST /scim/v2/Users", STORED, by="admin", says={"userName": NAME}, answer="invalid"),
    *_all(LISTED, "admin", "GET /scim/v2/Users/{id}", "GET /scim/v2/Groups/{id}"),
    Cost("PUT /scim/v2/Users/{id}", MANY, by="admin", says={"userName": "x@desk.example", "displayName": "X"}),
    Cost("PATCH /scim/v2/Users/{id}", MANY, by="admin", says={"Operations": [{"op": "add", "value": {}}]}),
    Cost("DELETE /scim/v2/Users/{id}", MANY, by="admin"),
    Cost("POST /scim/v2/Groups", QUICK, by="admin", says={"displayName": NAME}, answer="invalid"),
    Cost("PUT /scim/v2/Groups/{id}", MANY, by="admin", says={"displayName": NAME}, answer="invalid"),
    Cost("PATCH /scim/v2/Groups/{id}", MANY, by="admin", says={"Operations": [{"op": "add", "value": {}}]}),
    *_all(QUICK, "admin", "GET /scim/v2/ServiceProviderConfig", "GET /scim/v2/ResourceTypes", "GET /scim/v2/Schemas"),
    Cost("GET /scim/v2/ResourceTypes/{id}", QUICK, by="admin", answer="not_found"),
    Cost("GET /scim/v2/Schemas/{id}", QUICK, by="admin", answer="not_found"),
    *_all(QUICK, "agent", "GET /api/replies"),
    Cost(
        "POST /api/replies",
        QUICK,
        by="agent",
        says={"shortcut": "z" * 32, "name": NAME[:80], "texts": dict.fromkeys(("en", "fr", "es"), EXPANDING[:2_000])},
    ),
    Cost("POST /api/replies", QUICK, about="for everybody", by="admin"),
    Cost("PATCH /api/replies/{id}", QUICK, by="agent", says={"name": NAME[:80]}, answer="not_found"),
    Cost("DELETE /api/replies/{id}", QUICK, by="agent", answer="not_found"),
    Cost("POST /api/replies/{id}/uses", QUICK, by="agent", answer="not_found"),
    Cost("GET /api/training", QUICK, by="agent", query={"product": NAME[:200], "words": NAME[:200]}),
    *_all(STORED, "agent", "POST /api/tickets/{number}/handovers/{handover}/send"),
    *_all(STORED, "agent", "POST /api/tickets/{number}/handovers/{handover}/acknowledge"),
    *_all(STORED, "visitor", "POST /api/files"),
    *_all(QUICK, "visitor", "GET /api/files/{id}"),
    *_all(FREE, "visitor", "GET /api/wire"),
    *_all(
        FREE,
        "agent",
        "GET /api/me",
        "GET /api/hours",
        "GET /healthz",
        "GET /readyz",
        "GET /api/files/{id}/content",
    ),
    Cost("GET /api/staff", Bound(statements=5, steps=2, kib=12), by="agent"),
    Cost("GET /metrics", FREE, by="agent", answer="unauthorized"),
    Cost("GET /api/articles", LISTED, by="visitor"),
    Cost("POST /api/articles", QUICK, by="admin", answer="invalid"),
    Cost("GET /api/articles/{id}", QUICK, by="admin", answer="not_found"),
    Cost("PATCH /api/articles/{id}", QUICK, by="admin", says={"body": EXPANDING}, answer="not_found"),
    Cost("POST /api/articles/{id}/publish", QUICK, by="admin", answer="not_found"),
    Cost("GET /api/articles/{id}/versions", QUICK, by="visitor", answer="not_found"),
    Cost("POST /api/articles/{id}/feedback", QUICK, by="visitor", answer="not_found"),
    Cost("GET /api/search", LISTED, by="visitor", query={"q": "dates overlpa"}),
    *_all(STORED, "nobody", "POST /api/account", "POST /api/account/reset"),
    Cost("POST /api/account/confirm", QUICK, by="nobody", answer="not_found"),
    Cost("PATCH /api/me", QUICK, by="visitor", answer="forbidden"),
    Cost("POST /api/tickets/{number}/not-mine", QUICK, by="visitor", answer="conflict"),
    Cost("POST /api/session", QUICK, by="nobody", says={"email": "sam@desk.example", "password": PASSWORD}),
    Cost("GET /api/tickets", LISTED, by="visitor", query={"limit": "200"}, name="a page of one's own"),
    Cost("GET /api/tickets", LISTED, by="supervisor", query={"limit": "200"}, name="a page of all"),
    Cost(
        "GET /api/tickets",
        LISTED,
        by="supervisor",
        query={"limit": "200", "status": "open", "product": "Lumina", "channel": "email", "sort": "number"},
        name="filters that nothing passes",
    ),
    Cost("GET /api/tickets", LISTED, by="visitor", query={"limit": "200", "q": SEARCH}, name="a search"),
    Cost("GET /api/tickets", LISTED, by="supervisor", query={"limit": "200", "q": SEARCH}, name="a search of all"),
    Cost(
        "POST /api/tickets",
        STORED,
        says={"team": OWN_TEAM, "subject": SUBJECT, "name": NAME, "text": EXPANDING},
        name="a text that expands",
    ),
    Cost("POST /api/tickets", STORED, says={"team": OWN_TEAM, "text": MARKS}, name="a run of marks"),
    Cost(
        "PATCH /api/tickets/{number}",
        MANY,
        by="agent",
        says={
            "external_ref": SUBJECT,
            "tags": [f"tag-{n}" for n in range(20)],
            "participants": [f"one{n}@elsewhere.example" for n in range(50)],
        },
    ),
    Cost("POST /api/tickets/{number}/replies", WHOLE, says={"text": EXPANDING}, name="a text that expands"),
    Cost("POST /api/tickets/{number}/replies", WHOLE, says={"text": MARKS}, name="a run of marks"),
    Cost(
        "POST /api/wire",
        QUICK,
        about="a customer's line",
        says={"side": "customer", "frames": [{"type": "ping", "id": f"{n}"} for n in range(100)]},
    ),
)

PAGES: tuple[Cost, ...] = (
    *_all(
        PAGE,
        "agent",
        "GET /",
        "GET /sign-in",
        "GET /account",
        "GET /console",
        "GET /tickets",
        "GET /tickets/{number}",
        "GET /inbox",
        "GET /mail",
        "GET /demo",
    ),
    *_all(PAGE, "supervisor", "GET /floor", "GET /review"),
    *_all(REPORTS, "supervisor", "GET /reports"),
    *_all(LISTED, "supervisor", "GET /reports/list"),
    Cost("GET /reports/weekly/{token}", QUICK, by="nobody"),
    Cost("POST /reports/weekly/{token}", QUICK, by="nobody", answer="not_found"),
    Cost("POST /reports/weekly", QUICK, by="supervisor", says={"weekly": "on"}),
    Cost("GET /reports/agents/{id}", DAY_OF_AN_AGENT, by="supervisor"),
    Cost("GET /reports/tickets/{number}", LISTED, by="supervisor"),
    *_all(LIST_OF_PEOPLE, "admin", "GET /admin/people", "GET /admin/people/{id}"),
    *_all(LIST_OF_PEOPLE, "admin", "GET /admin/audit", "GET /admin/invite", "GET /admin/clients", "GET /admin/tokens"),
    *_all(LIST_OF_PEOPLE, "admin", "GET /admin/fields"),
    Cost("GET /admin/fields/{id}", LIST_OF_PEOPLE, by="admin", answer="not_found"),
    Cost("POST /admin/fields/{id}", LIST_OF_PEOPLE, by="admin", says={"label.en": NAME[:80]}, answer="not_found"),
    *_all(LIST_OF_PEOPLE, "admin", "GET /admin/retention"),
    *_all(LIST_OF_PEOPLE, "admin", "GET /knowledge", "GET /knowledge/new"),
    Cost("GET /knowledge/needs", PAGE, by="admin"),
    Cost("GET /knowledge/articles/{id}/links", PAGE, by="admin", answer="not_found"),
    Cost("POST /knowledge/new", LIST_OF_PEOPLE, by="admin", says={"product": "nothing", "title": NAME}, answer="422"),
    Cost("POST /knowledge/preview", PAGE, by="admin", says={"body": "| a | b |\n|---|---|\n" + "| c | d |\n" * 200}),
    Cost("GET /knowledge/exchange", PAGE, by="admin"),
    Cost("POST /knowledge/exchange", QUICK, by="admin", answer="422"),
    Cost("GET /knowledge/exchange/{archive}", PAGE, by="admin", answer="not_found"),
    Cost("POST /knowledge/exchange/{archive}", PAGE, by="admin", says={"do": "apply"}, answer="not_found"),
    Cost("GET /knowledge/articles.zip", STORED, by="admin"),
    *_all(PAGE, "admin", "GET /knowledge/sessions", "GET /knowledge/sessions/new"),
    Cost("POST /knowledge/sessions/new", PAGE, by="admin", says={"title": NAME, "zone": "UTC"}, answer="422"),
    Cost("GET /knowledge/sessions/{id}", PAGE, by="admin", answer="not_found"),
    Cost("POST /knowledge/sessions/{id}", PAGE, by="admin", says={"do": "save", "title": NAME}, answer="not_found"),
    Cost("GET /knowledge/articles/{id}", PAGE, by="admin", answer="not_found"),
    Cost("POST /knowledge/articles/{id}", PAGE, by="admin", says={"do": "save", "body": EXPANDING}, answer="not_found"),
    Cost("POST /knowledge/articles/{id}/files", QUICK, by="admin", answer="not_found"),
    Cost("GET /knowledge/articles/{id}/versions", PAGE, by="admin", answer="not_found"),
    Cost("GET /admin/clients/{id}", LIST_OF_PEOPLE, by="admin", answer="not_found"),
    Cost("POST /admin/clients/{id}", LIST_OF_PEOPLE, by="admin", says={"name": NAME}, answer="not_found"),
    *_all(QUICK, "admin", "GET /admin/systems"),
    Cost("POST /admin/systems", QUICK, by="admin", answer="422"),
    *_all(QUICK, "agent", "GET /canned-replies"),
    Cost("POST /canned-replies", QUICK, by="agent", says={"do": "add", "text.en": EXPANDING[:2_000]}, answer="422"),
    *_all(PAGE, "admin", "GET /admin/alarms"),
    Cost("POST /admin/alarms", PAGE, by="admin", says={"do": "add"}, answer="422"),
    *_all(RULES_PAGE, "admin", "GET /admin/rules"),
    Cost("POST /admin/rules", PAGE, by="admin", says={"do": "on", "id": "nobody"}, answer="not_found"),
    Cost("GET /admin/rules/{id}", RULES_PAGE, by="admin", answer="not_found"),
    Cost("POST /admin/rules/{id}", PAGE, by="admin", says={"do": "remove"}, answer="not_found"),
    *_all(PAGE, "admin", "GET /admin/service-levels"),
    Cost("POST /admin/service-levels", PAGE, by="admin", says={"do": "on", "id": "nobody"}, answer="not_found"),
    Cost("GET /admin/service-levels/{id}", PAGE, by="admin", answer="not_found"),
    Cost("POST /admin/service-levels/{id}", PAGE, by="admin", says={"do": "remove"}, answer="not_found"),
    *_all(PAGE, "admin", "GET /admin/webhooks", "GET /admin/issue-sources"),
    Cost("POST /admin/issue-sources", PAGE, by="admin", says={"kind": "jira", "url": "nowhere"}, answer="422"),
    Cost("POST /admin/webhooks", PAGE, by="admin", says={"url": "nowhere"}, answer="422"),
    Cost("GET /admin/webhooks/{id}", PAGE, by="admin", answer="not_found"),
    Cost("POST /admin/webhooks/{id}", PAGE, by="admin", says={"do": "test"}, answer="not_found"),
    Cost("POST /admin/tokens", LIST_OF_PEOPLE, by="admin", says={"days": "0"}, answer="422"),
    *_all(PAGE, "admin", "GET /admin/personal-data"),
    Cost("POST /admin/personal-data", LIST_OF_PEOPLE, by="admin", says={**STRANGER, "do": "find"}, answer="not_found"),
    Cost("POST /admin/retention", PAGE, by="admin", says={"files": "1"}, answer="422"),
    Cost("POST /admin/audit/{id}/undo", LIST_OF_PEOPLE, by="admin", answer="not_found"),
    Cost("POST /admin/invite", LIST_OF_PEOPLE, by="admin", says={"addresses": "nobody"}, answer="422"),
    Cost("GET /join", PAGE, by="nobody", answer="not_found"),
    Cost("POST /join", PAGE, by="nobody", says={"token": "x" * 43, "password": PASSWORD}, answer="not_found"),
    Cost("POST /admin/people/{id}", LIST_OF_PEOPLE, by="admin", says={"do": "check"}),
    *_all(PAGE, "admin", "GET /admin", "GET /admin/hours", "GET /admin/teams"),
    *_all(PAGE, "admin", "GET /admin/widget", "GET /admin/widget/frame"),
    Cost("POST /admin/widget", PAGE, by="admin", says={"do": "check", "brand_name": NAME[:80]}),
    Cost("POST /demo/incident", STORED, by="nobody", answer="ok"),
    Cost("GET /demo/mail", PAGE, by="nobody", answer="not_found"),
    Cost("GET /demo/mail/{name}", PAGE, by="nobody", answer="not_found"),
    Cost("GET /demo/mail/{name}/text", PAGE, by="nobody", answer="not_found"),
    Cost("GET /demo/mail/{name}/answer", PAGE, by="nobody", answer="not_found"),
    Cost("POST /demo/mail/{name}/answer", PAGE, by="nobody", says={"text": EXPANDING}, answer="not_found"),
    *_all(PAGE, "visitor", "GET /submit", "GET /learning/training", "GET /contacts"),
    Cost(
        "POST /learning/training", STORED, says={"team": OWN_TEAM, "subject": SUBJECT, "name": NAME, "text": EXPANDING}
    ),
    Cost("POST /submit", STORED, says={"team": OWN_TEAM, "subject": SUBJECT, "name": NAME, "text": EXPANDING}),
    Cost("GET /requests", WHOLE, name="all of one's own"),
    Cost("GET /requests", LISTED, query={"q": SEARCH}, name="a search"),
    *_all(WHOLE, "visitor", "GET /requests/{number}"),
    *_all(QUICK, "visitor", "GET /requests/{number}/files/{id}"),
    *_all(PAGE, "nobody", "GET /sign-up"),
    Cost("GET /auth/oidc/start", PAGE, by="nobody", answer="forbidden"),
    Cost("GET /auth/oidc/callback", PAGE, by="nobody", answer="forbidden"),
    Cost("GET /auth/oidc/staff/callback", PAGE, by="nobody", answer="forbidden"),
    Cost("GET /auth/oidc/code", PAGE, by="nobody", answer="sign_in"),
    Cost("POST /auth/oidc/code", PAGE, by="nobody", answer="forbidden"),
    Cost("POST /api/me/sign-on", STORED, by="agent", answer="conflict"),
    Cost("DELETE /api/me/sign-on", STORED, by="agent", answer="conflict"),
    Cost("GET /account/confirm", PAGE, by="nobody", answer="not_found"),
    Cost("POST /account/confirm", PAGE, by="nobody", answer="not_found"),
    Cost("GET /requests/{number}/confirm", PAGE, by="nobody", answer="not_found"),
    Cost("POST /requests/{number}/confirm", PAGE, by="nobody", answer="not_found"),
    *_all(QUICK, "nobody", "GET /sitemap.xml"),
    *_all(QUICK, "nobody", "GET /status", "GET /status.json", "GET /status.atom", "GET /maintenance.ics"),
    Cost("GET /products/{product}/{section}.atom", PAGE, by="nobody", answer="not_found"),
    Cost("GET /status/{id}/affected", PAGE, by="nobody", answer="not_found"),
    Cost("POST /status/{id}/affected", PAGE, by="nobody", answer="not_found"),
    Cost("GET /search", LISTED, by="nobody", query={"q": "dates overlpa"}),
    Cost("GET /products/{product}", PAGE, by="nobody", answer="not_found"),
    Cost("GET /articles/{address}.atom", PAGE, by="nobody", answer="not_found"),
    Cost("GET /following/feeds/{token}.atom", PAGE, by="nobody", answer="not_found"),
    Cost("GET /articles/{address}", PAGE, by="nobody", answer="not_found"),
    Cost("GET /hc/{rest:path}", PAGE, by="nobody", answer="not_found"),
    Cost("GET /articles/{address}/versions", PAGE, by="nobody", answer="not_found"),
    Cost("GET /articles/files/{file}", PAGE, by="nobody", answer="not_found"),
    Cost("POST /articles/{address}/useful", PAGE, by="nobody", answer="not_found"),
    Cost("GET /following", LISTED, by="agent"),
    Cost("POST /following", STORED, by="agent"),
    Cost("GET /following/confirm", PAGE, by="nobody", answer="not_found"),
    Cost("POST /following/confirm", PAGE, by="nobody", answer="not_found"),
    Cost("GET /unsubscribe/{token}", PAGE, by="nobody", answer="not_found"),
    Cost("POST /unsubscribe/{token}", PAGE, by="nobody", answer="not_found"),
    Cost("GET /learning", PAGE, by="nobody"),
    Cost("POST /learning/playlists", STORED, by="nobody", says={"platform": "Lumina"}, answer="422"),
    Cost("GET /learning/playlists/{id}", PAGE, by="nobody", answer="not_found"),
    Cost("POST /learning/playlists/{id}", PAGE, by="nobody", says={"do": "up:1"}, answer="not_found"),
    Cost("POST /learning/playlists/{id}/copy", PAGE, by="nobody", answer="not_found"),
    Cost("POST /learning/progress", PAGE, by="nobody", says={"item": "resource:x"}, answer="sign_in"),
    Cost("GET /learning/plans", PAGE, by="nobody"),
    Cost("GET /learning/plans/{plan}", PAGE, by="nobody", answer="not_found"),
    Cost("GET /webinars", PAGE, by="nobody"),
    Cost("GET /webinars/{session}", PAGE, by="nobody", answer="not_found"),
    Cost("GET /webinars/{session}.ics", PAGE, by="nobody", answer="not_found"),
    Cost("GET /webinars/dates/{token}.ics", PAGE, by="nobody", answer="not_found"),
    Cost("POST /webinars/register", STORED, by="nobody", says=REGISTRANT, answer="not_found"),
    Cost("POST /webinars/{session}/leave", PAGE, by="nobody", answer="not_found"),
    Cost("GET /webinars/registrations/{token}", PAGE, by="nobody", answer="not_found"),
    Cost("POST /webinars/registrations/{token}", PAGE, by="nobody", says={"do": "leave"}, answer="not_found"),
    Cost("GET /handovers/acknowledge", PAGE, by="nobody", answer="not_found"),
    Cost("POST /handovers/acknowledge", PAGE, by="nobody", answer="not_found"),
    Cost("POST /sign-up", STORED, by="nobody", says={"email": "zoe@elsewhere.example", "name": NAME}),
    Cost("POST /language", QUICK, by="nobody", says={"locale": "fr", "next": "/contacts"}),
    Cost("POST /sign-in", STORED, by="nobody", says={"email": "sam@desk.example", "password": PASSWORD}),
    Cost("POST /account", QUICK, by="visitor", answer="forbidden"),
    *_all(STORED, "visitor", "POST /requests/{number}/transcript"),
    Cost("POST /account/passkeys", QUICK, by="visitor", answer="forbidden"),
    Cost("POST /sign-in/passkey", PAGE, by="nobody", answer="401"),
    Cost("POST /requests/{number}/not-mine", QUICK, by="visitor", answer="409"),
    Cost("POST /requests/{number}", STORED, says={"text": EXPANDING}),
    *_all(
        ASSET,
        "nobody",
        "GET /.well-known/security.txt",
        "GET /robots.txt",
        "GET /offline",
        "GET /offline-worker.js",
        "GET /widget",
        "GET /widget.js",
        "GET /chat-frame.js",
        "GET /page-calls.js",
        "GET /page-attention.js",
        "GET /widget.d.ts",
        "GET /widget/codes",
        "GET /brand.css",
        "GET /brand/logo",
        "GET /static/shared",
        "GET /static/customer",
        "GET /static/console",
        "GET /static/portal",
        "GET /static/admin",
        "GET /static/reports",
        "GET /static/knowledge",
        "GET /static/packed/{build}/{file}",
    ),
)

ADDRESS = f"{'a' * 60}@{'b' * 60}.example"
_HELLO = {
    "name": "\ufdfa" * 200,
    "email": ADDRESS,
    "page": f"https://planner.example/{'%F0' * 5_000}",
    "referrer": f"https://planner.example/{'p' * 15_000}?q",
    "locale": "zz-" + "x" * 32,
    "timezone": "Z" * 64,
}

CUSTOMERS: tuple[Cost, ...] = (
    Cost("customer hello", QUICK, by="nobody", says=_HELLO),
    Cost("customer identify", STORED, by="customer"),
    Cost(
        "customer chat.start",
        STORED,
        says={"team": "media", "text": EXPANDING, "subject": SUBJECT, "name": NAME, "fields": FIELDS},
    ),
    Cost("customer chat.resume", RESUMED),
    Cost("customer message.send", STORED, says={"chat": THING, "text": EXPANDING}),
    Cost("customer chat.wait", QUICK, answer="conflict"),
    Cost("customer chat.address", STORED, says={"chat": THING, "email": ADDRESS}),
    Cost("customer chat.describe", STORED, says={"chat": THING, "fields": FIELDS}),
    Cost("customer chat.end", ENDED),
    Cost("customer chat.rate", STORED, says={"chat": THING, "score": 1, "comment": EXPANDING}),
    Cost("customer message.redact", WHOLE, says={"chat": THING, "of": EVENT, "reason": "\ufdfa" * 500}),
    Cost("customer typing", FREE, answer="heard", says={"chat": THING, "on": True, "preview": EXPANDING}),
    Cost("customer read", FREE, answer="heard"),
    Cost("customer page", FREE, answer="heard", says={"chat": THING, "page": f"https://a.example/{'%61' * 5_000}"}),
    Cost("customer ping", FREE),
    *_all(WHOLE, "visitor", "customer ticket.follow", "customer ticket.unfollow"),
    Cost("customer ticket.read", FREE, answer="quiet"),
    Cost("customer ticket.writing", FREE, answer="quiet"),
)

STAFFS: tuple[Cost, ...] = (
    *_all(WHOLE, "supervisor", "staff hello", "staff chat.watch"),
    *_all(WHOLE, "supervisor", "staff chat.take"),
    *_all(FREE, "agent", "staff ping"),
    *_all(WHOLE, "agent", "staff ticket.follow", "staff ticket.unfollow"),
    Cost("staff ticket.read", FREE, by="agent", answer="quiet"),
    Cost("staff ticket.writing", FREE, by="agent", answer="quiet"),
    *_all(WHOLE, "agent", "staff chat.resume", "staff message.redact"),
    *_all(QUICK, "supervisor", "staff chat.unwatch", "staff floor.follow"),
    Cost("staff alarm.have", QUICK, by="supervisor", answer="not_found"),
    Cost("staff alarm.mute", QUICK, by="supervisor", answer="not_found"),
    Cost("staff presence.set", STORED, by="agent", says={"status": "away", "reason": "\ufdfa" * 100}),
    Cost("staff message.send", STORED, by="agent", says={"chat": THING, "text": EXPANDING}),
    Cost("staff note.add", STORED, by="agent", says={"chat": THING, "text": EXPANDING}),
    Cost("staff typing", FREE, by="agent", answer="heard"),
    Cost("staff read", FREE, by="agent", answer="heard"),
    Cost("staff chat.accept", QUICK, by="agent", answer="conflict"),
    Cost("staff chat.decline", QUICK, by="agent", answer="conflict"),
    Cost("staff chat.pick", QUICK, by="agent", answer="conflict"),
    Cost("staff chat.transfer", STORED, by="agent", says={"chat": THING, "team": OWN_TEAM, "note": EXPANDING}),
    Cost(
        "staff chat.close",
        ENDED,
        by="agent",
        says={"chat": OWN_CHAT, "status": "fixed_pending_rca", "workaround": EXPANDING, "subject": SUBJECT},
    ),
)

COSTS = HTTP + PAGES + CUSTOMERS + STAFFS
