from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache

import pytest
from msgspec import Struct, structs

from chat.frames.catalog import CUSTOMER_COMMANDS, DURABLE_EVENTS, EPHEMERAL_EVENTS, STAFF_COMMANDS, TICKET_EVENTS
from chat.frames.commands import Command
from chat.frames.customer_commands import CustomerHello
from chat.frames.durable import Durable
from chat.frames.ephemeral import Ephemeral, Limits, QueueState
from chat.frames.people import About, Customer, File, Sender
from chat.frames.staff_commands import StaffHello
from chat.frames.ticket_events import TicketEvent
from chat.wire import type_of
from routing.views import StaffTeam, TeamHours
from server.edge.api import OPERATIONS
from server.edge.api.asyncapi import CLOSE_CODES
from server.edge.api.registry import ANYONE, Multipart, Operation
from server.edge.commands import SERVED_TO_CUSTOMERS, SERVED_TO_STAFF
from server.edge.commands.answers import ANSWERS_TO_CUSTOMERS, ANSWERS_TO_STAFF, Answers, Stored
from server.edge.problems import STATUS_OF
from tests.rules.house import modules
from tests.running import ROOT
from ticketing.codes import CHANNELS
from ticketing.views import TicketView

Row = list[str]
Names = dict[str, bool]
"""Names, and which may be left out."""

ID = {"type", "id"}
PLACE = {"chat", "seq", "prev", "at", "from", "id"}
STORED = {field.name for field in structs.fields(Stored)}


@cache
def page() -> str:
    return (ROOT / "docs" / "protocol.md").read_text()


def section(title: str) -> str:
    found = re.search(rf"^#+ {re.escape(title)}$\n(.*?)(?=^#|\Z)", page(), re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/protocol.md has no section {title!r}"
    return found[1]


def rows(text: str) -> list[Row]:
    lines = text.splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for number, line in enumerate(lines)
        if line.startswith("| ") and not lines[min(number + 1, len(lines) - 1)].startswith("|---")
    ]


def names_in(cell: str) -> Names:
    """The names in backticks in a cell: `name`, `name?`, `name: shape`. True if optional."""
    return {name: bool(left_out) for name, left_out in re.findall(r"`([\w-]+(?:\[\w+\])?)(\??)(?:: [^`]*)?`", cell)}


def without_remarks(cell: str) -> str:
    """A cell without the text in brackets."""
    return re.sub(r"\([^)]*\)", "", cell)


def fields_of(cls: type[Struct], besides: Iterable[str] = ()) -> Names:
    """The wire names of a struct's fields. True if optional."""
    return {
        field.encode_name: not field.required for field in structs.fields(cls) if field.encode_name not in set(besides)
    }


def commands_in(title: str) -> dict[str, Row]:
    return {row[0].replace("● ", "").strip("`"): row for row in rows(section(title))}


SIDES: list[tuple[str, str, type[Command], frozenset[type[Command]], Answers]] = [
    ("Commands of customers", "customer", CustomerHello, SERVED_TO_CUSTOMERS, ANSWERS_TO_CUSTOMERS),
    ("Commands of staff", "staff", StaffHello, SERVED_TO_STAFF, ANSWERS_TO_STAFF),
]


@pytest.mark.parametrize(("title", "side", "hello", "served", "answers"), SIDES)
def test_page_documents_every_served_command(
    title: str, side: str, hello: type[Command], served: frozenset[type[Command]], answers: Answers
) -> None:
    """Its fields, the contents of its `ok`, and ● if it is durable."""
    told = commands_in(title)
    assert set(told) == {type_of(command) for command in served}
    told["hello"] = next(row for row in rows(section("hello")) if row[0] == side)
    for command in served:
        name, fields, ok = told[type_of(command)]
        assert name.startswith("●") == command.durable, name
        assert names_in(without_remarks(fields)) == fields_of(command, ID), name
        answer = answers[command]
        if answer is None:
            assert ok.startswith("Not answered"), name
            continue
        known = names_in(ok.partition(". ")[0]) if command is not hello else names_in(ok)
        expected = fields_of(answer, STORED if issubclass(answer, Stored) else ())
        assert known == expected, name


@cache
def said() -> frozenset[str]:
    """The names that the program uses anywhere, but where events are defined and described."""
    described = ("chat.frames.", "server.edge.api.asyncapi")
    trees = (module.tree for module in modules() if not module.name.startswith(described))
    return frozenset(node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name))


def tags(events: Iterable[type[Durable | TicketEvent | Ephemeral]], *, made: bool) -> set[str]:
    return {str(event.__struct_config__.tag) for event in events if (event.__name__ in said()) is made}


@pytest.mark.parametrize(
    ("title", "events", "besides"),
    [
        ("Durable events", DURABLE_EVENTS, {"at", "from"}),
        ("News", EPHEMERAL_EVENTS, set[str]()),
        ("Events of tickets", TICKET_EVENTS, {"ticket", "seq", "prev", "at", "from"}),
    ],
)
def test_page_documents_every_event(
    title: str, events: tuple[type[Durable | TicketEvent | Ephemeral], ...], besides: set[str]
) -> None:
    """All fields of each event that the server sends."""
    told = {row[0].partition("`")[2].partition("`")[0]: row for row in rows(section(title))}
    # Events of tickets are stored as they are in `ticketing.events`.
    assert set(told) == tags(events, made=events is not TICKET_EVENTS)
    for event in events:
        if (name := str(event.__struct_config__.tag)) in told:
            assert names_in(told[name][1]).keys() == fields_of(event, besides).keys(), name


def test_every_defined_command_and_event_is_in_use() -> None:
    """The server handles every command, and the program creates every event."""
    assert set(CUSTOMER_COMMANDS) == SERVED_TO_CUSTOMERS
    assert set(STAFF_COMMANDS) == SERVED_TO_STAFF
    assert tags((*DURABLE_EVENTS, *EPHEMERAL_EVENTS), made=False) == set()


@pytest.mark.parametrize(
    ("shape", "cls", "besides"),
    [
        ("sender", Sender, ()),
        ("file", File, ()),
        ("about", About, ()),
        ("customer", Customer, ()),
        ("team", TeamHours, ()),
        ("team, to staff", StaffTeam, tuple(fields_of(TeamHours))),
        ("queue", QueueState, ()),
        ("limits", Limits, ()),
    ],
)
def test_documented_shape_has_all_fields(shape: str, cls: type[Struct], besides: tuple[str, ...]) -> None:
    cell = next(row[1] for row in rows(section("Shapes")) if row[0] == shape)
    assert names_in(without_remarks(cell)) == fields_of(cls, besides)


def test_page_lists_every_error_code_with_its_status() -> None:
    told = {row[0].strip("`"): int(row[1]) for row in rows(section("Errors"))}
    assert told == STATUS_OF


def test_page_lists_every_close_code() -> None:
    """Sorted, with application codes (4000 and up) first."""
    assert [int(row[0]) for row in rows(section("Close codes"))] == sorted(
        CLOSE_CODES, key=lambda code: (code < 4000, code)
    )


# -- HTTP -----------------------------------------------------------------------------------


def calls() -> dict[str, Row]:
    found = rows(page()[page().index("\n## HTTP\n") : page().index("\n## Not served yet\n")])
    return {row[0].strip("`"): row for row in found if re.match(r"`[A-Z]+ /", row[0])}


def filters() -> list[str]:
    return [name for row in rows(section("Filters")) for name in re.findall(r"`(\w+)`", row[0])]


def taken_by(operation: Operation) -> Names:
    """Parameters, fields of the body, and headers that a call keeps to."""
    taken = {parameter.name: True for parameter in operation.in_query}
    if isinstance(operation.body, Multipart):
        taken[operation.body.file] = False
    elif isinstance(operation.body, type) and issubclass(operation.body, Struct):
        taken |= fields_of(operation.body)
    headers = {"Idempotency-Key": operation.idempotency_key, "If-Match": operation.if_match}
    headers |= {parameter.name: True for parameter in operation.in_header}
    return taken | {name: True for name, kept_to in headers.items() if kept_to}


def test_page_documents_every_http_call_and_no_other() -> None:
    assert set(calls()) == {f"{operation.method} {operation.path}" for operation in OPERATIONS}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}")
def test_documented_http_call_matches_its_operation(operation: Operation) -> None:
    """Its callers, its parameters and fields, and its statuses below 400."""
    _, who, takes, gives = calls()[f"{operation.method} {operation.path}"]
    kinds = r"visitor|customer|agent|supervisor|author|admin|auditor|operator"
    callers = set(re.findall(kinds, who.partition(";")[0]))
    assert callers == (set() if operation.callers == ANYONE else set(operation.callers))
    assert who.startswith("anyone") is (operation.callers == ANYONE)
    named = names_in(without_remarks(takes))
    if "[filters]" in takes:
        named |= dict.fromkeys(filters(), True)
    assert named == taken_by(operation)
    statuses = {int(status) for status in re.findall(r"\b[23]\d\d\b", gives)}
    assert statuses == {answer.status for answer in operation.answers}


def test_page_lists_the_ticket_channels() -> None:
    """Under the names that the filter accepts, in the same order."""
    (named,) = re.findall(r"channels are ((?:`\w+`(?:, )?)+)", page())
    assert re.findall(r"`(\w+)`", named) == list(CHANNELS)


def test_page_documents_all_ticket_fields() -> None:
    told = [name for row in rows(section("A ticket")) for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(told) == sorted(fields_of(TicketView))
