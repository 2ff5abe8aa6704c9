"""npm's `oidc-provider`, with people who sign in without a password."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.running import ROOT

CLIENT_ID, CLIENT_SECRET = "desk", "the-secret-of-the-desk-at-its-provider"
People = Mapping[str, Mapping[str, object]]


@contextmanager
def provider(people: People, *redirect_uris: str) -> Iterator[str]:
    """The issuer of a provider that runs until the end. `people` are claims by `sub`."""
    given = {"redirectUris": redirect_uris, "clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "people": people}
    words = ["node", "tests/identity/provider.mjs", json.dumps(given)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            # npm's provider warns on standard output that its keys are made for development.
            yield next(line.strip() for line in process.stdout if line.startswith("http://127.0.0.1:"))
        finally:
            process.kill()
