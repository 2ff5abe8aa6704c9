"""For whom a connection counts: for its address, or for somebody who has proven who they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.requests import HTTPConnection

from chat.wire import Wire
from clock import system_clock
from identity.actor import Actor
from server.edge.peers import ServedPeer
from tests.chat.adapters.test_socket import Line
from tests.running import running
from tests.signing import DESK, Site

SITE = Site("the secret of the media planner that is long enough", "planner")


@pytest.mark.parametrize("signed", [{}, {"email_verified": None}, {"email": None, "email_verified": None}])
async def test_signed_identity_does_not_count_for_its_address(tmp_path: Path, signed: dict[str, None]) -> None:
    """Whether or not its email address is known and verified. A visitor does count."""
    secret = f"planner:{SITE.secret}"
    async with running(tmp_path, system_clock, base_url=DESK, identity_secret=secret) as desk:
        for identity, proven in ((SITE.sign("ana", system_clock(), **signed), True), (None, False)):
            client = await desk.connect("customer")
            hello = {} if identity is None else {"identity": identity}
            token = (await client.command("hello", **hello))["token"]
            told: list[str] = []
            scope = {
                "type": "http",
                "headers": [(b"authorization", f"Bearer {token}".encode())],
                "client": ("127.0.0.1", 4000),
                "switchboard.proven": told.append,
            }
            proof = await desk.web.authentication.proof_of(HTTPConnection(scope))
            assert proof is not None and proof.actor.identified is proven
            assert told == [proof.actor.customer] * proven


@pytest.mark.parametrize(
    ("actor", "proven"),
    [
        (Actor("customer", "vic"), False),
        (Actor("customer", "vic", account="ana"), True),
        (Actor("customer", "vic", account="ana", verified=True), True),
        (None, False),
    ],
)
def test_socket_standing_depends_on_its_identified_person(actor: Actor | None, proven: bool) -> None:
    handlers: Any = None
    peer = ServedPeer(Wire("customer", frozenset()), Line(), handlers, address="192.0.2.7", actor=actor)
    assert peer.standing == ("proven" if proven else "idle")
    peer.wire.greeted = True
    assert peer.standing == ("proven" if proven else "asking")
