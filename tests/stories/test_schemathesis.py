"""What the server serves, held by schemathesis against what it says that it serves.

schemathesis makes up requests from `/api/openapi.json`, right and wrong ones, sends them to a running desk, and
compares the answers: no fault of ours, no status, header, media type or field that is not described; what is described
as right is taken, what is described as wrong is refused; nothing is told without a proof of who asks.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.canary import Canary
from tests.running import ROOT, RunningDesk, ended, enrol, running
from tests.signing import DESK, Site

WITHIN_S = 600
PLANNER = Site("the secret of the media planner that is long enough")
FEW, MANY = 2, 100
"""Examples of each operation."""
AT_RANDOM, ALL = "fuzzing,stateful", "examples,coverage,fuzzing,stateful"
"""Phases of schemathesis. `coverage` sends every boundary value of every field: 10,000 requests, 80 s of CPU."""
TWINS = (
    "GET /api/tickets/export",
    "GET /api/tickets/numbers",
    "GET /api/reports/tickets.csv",
    "POST /api/admin/hours/clocks",
    "POST /api/admin/hours/preview",
    "POST /api/admin/hours/waits",
)
"""Calls whose fields are those of another call, read by the same code: their boundaries are not tried again."""
OTHER_METHODS = ("DELETE", "TRACE")
"""Methods that are tried where a path does not have them. All eight would be 900 requests."""
SIGNED_IN = "somebody signed in"
EVERYBODY = ("nobody", "visitor", "customer", "agent", "supervisor", SIGNED_IN)
OF_WRONG = ["400", "401", "403", "404", "405", "409", "412", "413", "414", "415", "422"]
"""Statuses that may come where something is wrong: a text that is too long is told from one that says nothing."""
OF_RIGHT = ["2xx", "302", "401", "403", "404", "409", "412", "414", "429"]
"""Statuses that may come where all is right: not theirs, not there, not now, not that version, right but too many."""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[RunningDesk]:
    """A running desk, where chats have become tickets, and one goes on."""
    async with running(tmp_path / "data", base_url=DESK, identity_secret=PLANNER.secret) as it:
        agent = await it.staff("Maya")
        customer = await it.customer(name="Ana", email="ana@northlake.example")
        for text in ("My plan does not save", "And the invoice", "One more thing"):
            chat = (await customer.command("chat.start", team="media", text=text))["chat"]
            await customer.command("chat.end", chat=chat)
        await customer.command("chat.start", team="media", text="And another")
        await agent.command("presence.set", status="available")
        yield it
        # Not judged: a refusal names the field that somebody made up, and here everybody says what is for staff to say.
        it.canary = Canary()


async def findings(desk: RunningDesk, folder: Path, schemes: dict[str, str], examples: int, *words: str) -> str:
    """What schemathesis has to say against the desk, or nothing. `schemes` is a proof by name of its scheme."""
    settings = folder / "schemathesis.toml"
    twins = () if examples == MANY else TWINS
    settings.write_text(
        'hooks = "tests.stories.schemathesis_hooks"\ncolor = false\n[output.sanitization]\nenabled = false\n'
        f"[checks.negative_data_rejection]\nexpected-statuses = {json.dumps(OF_WRONG)}\n"
        f"[checks.positive_data_acceptance]\nexpected-statuses = {json.dumps(OF_RIGHT)}\n"
        + ("" if examples == MANY else f"[phases.coverage]\nunexpected-methods = {json.dumps(OTHER_METHODS)}\n")
        + "".join(f"[auth.openapi.{name}]\n{proof}\n" for name, proof in schemes.items())
        + "".join(f'[[operations]]\ninclude-name = "{it}"\nphases.coverage.enabled = false\n' for it in twins)
    )
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings)]
    command += ["run", f"{desk.url}/api/openapi.json", "--checks", "all", "--max-examples", str(examples)]
    running = await asyncio.create_subprocess_exec(
        *command,
        "--continue-on-failure",
        *words,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(running.communicate(), WITHIN_S)
    finally:
        await ended(running)
    (folder / "said.txt").write_bytes(said)
    return "" if running.returncode == 0 else said.decode()


def bearer(scheme: str, token: str) -> dict[str, str]:
    """A token, as the proof of one scheme."""
    return {scheme: f"bearer = {json.dumps(token)}"}


async def proof_of(desk: RunningDesk, who: str) -> dict[str, str]:
    """Who asks, by scheme."""
    if who == "nobody":
        return {}
    if who == "visitor":
        return bearer("visitor", (await desk.customer()).token)
    if who == "customer":
        identity = PLANNER.sign("ana", desk.clock())
        return bearer("visitor", (await desk.customer(identity=identity)).token)
    if who == SIGNED_IN:
        return {"session": f"api_key = {json.dumps(await session_of(desk))}"}
    _, token = await enrol(desk.desk.storage, f"{who}@desk.example", who.title(), who)
    return bearer("token", token)


async def session_of(desk: RunningDesk) -> str:
    """The cookie of an agent who has signed in."""
    await enrol(desk.desk.storage, "ines@desk.example", "Ines")
    people = desk.desk.people
    hashed = await people.passwords.hashed("correct horse battery")
    await desk.desk.storage.write(lambda tx: people.identity.set_password(tx, "ines@desk.example", hashed, 0))
    said = {"email": "ines@desk.example", "password": "correct horse battery"}
    answer = await desk.http().post("/api/session", json=said)
    return answer.cookies["switchboard_session"]


@pytest.mark.parametrize(
    ("who", "examples", "phases"),
    [
        ("customer", FEW, AT_RANDOM),
        ("supervisor", FEW, ALL),
        *(pytest.param(who, MANY, ALL, marks=pytest.mark.soak) for who in EVERYBODY),
    ],
)
@pytest.mark.timeout(WITHIN_S)
async def test_served_api_matches_its_description(
    desk: RunningDesk, tmp_path: Path, who: str, examples: int, phases: str
) -> None:
    """schemathesis finds no fault. The soak asks as every caller."""
    words = ["--seed", "1", "--phases", phases]
    if who in (SIGNED_IN, "visitor", "customer"):
        # Signing out would end what they prove themselves by.
        words += ["--exclude-operation-id", "delete_session"]
    if who == SIGNED_IN:
        words += ["--header", f"Origin: {desk.origin}"]
    found = await findings(desk, tmp_path, await proof_of(desk, who), examples, *words)
    assert not found, found
