from __future__ import annotations

import ast

from tests.rules.house import modules

QUICK = {
    "server.edge.api.bans": "bans are 1,000 at most",
    "server.edge.api.customer_notes": "at most 100 notes about one customer",
    "server.edge.api.inbox": "one row of a person, and their unread entries, at most 100",
    "server.edge.api.learning": "the learning center of a desk: some hundred rows, at most 500 sessions",
    "server.edge.api.people": "one customer, with at most 50 merged entries",
    "server.edge.api.staff": "as many rows as there are staff",
    "server.edge.api.ticket_followers": "as many rows as there are staff",
    "server.edge.api.training": "the learning center of a desk, and one row of a ticket",
    "server.edge.api.tickets": "a ticket by its number, a request by its key: neither with its story",
}
"""Modules of HTTP handlers that ask `storage.read` itself, and why what they ask is quick. What costs more, the more
there is or the more is asked, is read by `HeavyReads` (docs/storage.md, Kinds of queries)."""


def test_only_quick_handlers_bypass_heavy_reads() -> None:
    """Fails for a module missing from `QUICK`, and for an entry that is no longer needed."""
    reading = {
        module.name
        for module in modules()
        if module.name.startswith("server.edge.api.")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "read" and _is_storage(node.value)
    }
    assert reading == set(QUICK)


def _is_storage(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr.lstrip("_") == "storage") or (
        isinstance(node, ast.Name) and node.id == "storage"
    )
