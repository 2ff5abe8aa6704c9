"""The served AsyncAPI document."""

from __future__ import annotations

import asyncio
import subprocess

from chat.frames.catalog import CUSTOMER_COMMANDS, DURABLE_EVENTS, EPHEMERAL_EVENTS, STAFF_COMMANDS, TICKET_EVENTS
from chat.frames.commands import ChatResume
from chat.frames.staff_commands import ChatWatch
from chat.wire import type_of
from server.edge.api.asyncapi import CLOSE_CODES
from server.edge.commands import SERVED_TO_CUSTOMERS, SERVED_TO_STAFF
from server.edge.commands.answers import ANSWERS_TO_CUSTOMERS, ANSWERS_TO_STAFF, Resumed, StaffResumed
from tests.running import ROOT
from tests.server.edge.api.conftest import Api


def read_by_the_parser(document: bytes) -> subprocess.CompletedProcess[bytes]:
    command = ["node", "tests/server/edge/api/asyncapi.js"]
    return subprocess.run(command, input=document, capture_output=True, cwd=ROOT, timeout=60, check=False)


async def test_asyncapi_parser_accepts_the_document(api: Api) -> None:
    served = (await (await api.client()).get("/api/asyncapi.json")).content
    found = await asyncio.to_thread(read_by_the_parser, served)
    assert found.returncode == 0, (found.stdout + found.stderr).decode()


async def test_document_has_every_command_and_event(api: Api) -> None:
    """Commands and their answers on the side that serves them, events on at least one side."""
    document = (await (await api.client()).get("/api/asyncapi.json")).json()
    for side, served, answers in (
        ("customer", SERVED_TO_CUSTOMERS, ANSWERS_TO_CUSTOMERS),
        ("staff", SERVED_TO_STAFF, ANSWERS_TO_STAFF),
    ):
        messages = document["channels"][side]["messages"]
        assert {name for name in messages if name.startswith("command.")} == {
            f"command.{type_of(command)}" for command in served
        }
        answered = {f"ok.{type_of(command)}" for command in served if answers[command] is not None}
        assert {name for name in messages if name.startswith("ok.")} == answered
        assert set(map(str, CLOSE_CODES)) == set(document["channels"][side]["x-close-codes"])
    events = {f"event.{event.__struct_config__.tag}" for event in (*DURABLE_EVENTS, *TICKET_EVENTS, *EPHEMERAL_EVENTS)}
    told = {name for channel in document["channels"].values() for name in channel["messages"]}
    assert {name for name in told if name.startswith("event.")} == events


def test_every_command_has_a_declared_answer() -> None:
    """The contents of its `ok`, or none."""
    assert set(ANSWERS_TO_CUSTOMERS) == set(CUSTOMER_COMMANDS)
    assert set(ANSWERS_TO_STAFF) == set(STAFF_COMMANDS)


def test_answer_to_staff_who_resume_a_chat_declares_nothing_that_only_customers_get() -> None:
    """Only customers are told that their silence will end the chat."""
    assert ANSWERS_TO_CUSTOMERS[ChatResume] is Resumed and "silent" in Resumed.__struct_fields__
    assert ANSWERS_TO_STAFF[ChatResume] is ANSWERS_TO_STAFF[ChatWatch] is StaffResumed
    assert "silent" not in StaffResumed.__struct_fields__


async def test_customer_channel_has_no_staff_events(api: Api) -> None:
    """Nor the field `about`, which is for staff."""
    document = (await (await api.client()).get("/api/asyncapi.json")).json()
    messages = document["channels"]["customer"]["messages"]
    for hidden in ("event.note", "event.presence", "event.queues", "event.alarm", "event.chat.offered"):
        assert hidden not in messages
    schemas = document["components"]["schemas"]
    for message in messages.values():
        assert "about" not in schemas[message["payload"]["$ref"].rpartition("/")[2]]["properties"]
