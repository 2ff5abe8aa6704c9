from __future__ import annotations

import asyncio
import shutil
import sys
from asyncio.subprocess import PIPE

import pytest
from msgspec import json

from clock import system_clock
from identity.signed_identities import verify
from tests.running import ROOT
from tests.signing import DESK, SECRET

FOLDER = ROOT / "examples" / "signing"
USER = {"id": "u-17", "email": "ana@northlake.example", "name": "Ana Ruíz"}
PROGRAMS = {"js": "node", "py": sys.executable, "php": "php", "rb": "ruby"}
HERE = [kind for kind, program in PROGRAMS.items() if shutil.which(program)]
"""The samples whose language this machine has."""


async def signed(kind: str, *kid: str) -> str:
    words = [PROGRAMS[kind], str(FOLDER / f"identity.{kind}"), *kid]
    process = await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE)
    said, _ = await process.communicate(json.encode({"desk": DESK, "secret": SECRET, "user": USER}))
    assert process.returncode == 0
    return said.decode()


@pytest.mark.parametrize("kind", HERE)
async def test_identity_of_a_sample_is_accepted(kind: str) -> None:
    identity = verify(await signed(kind), {"": [SECRET.encode()]}, DESK, system_clock())
    assert (identity.sub, identity.email, identity.name) == ("u-17", "ana@northlake.example", "Ana Ruíz")
    assert identity.email_verified and identity.jti


@pytest.mark.parametrize("kind", HERE)
async def test_identity_of_a_sample_with_a_named_secret_is_accepted(kind: str) -> None:
    secrets = {"planner": [SECRET.encode()], "buyer": [b"the secret of another site, long enough"]}
    assert verify(await signed(kind, "planner"), secrets, DESK, system_clock()).kid == "planner"


def test_samples_are_named_in_the_documentation() -> None:
    described = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")
    for kind in PROGRAMS:
        assert (FOLDER / f"identity.{kind}").is_file() and f"identity.{kind}" in described
