"""Signatures, checked by the libraries that receivers use."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from webhooks.signing import headers, secret_of

ROOT = Path(__file__).parents[2]
ONE, TWO, OTHER = (secret_of(bytes([number]) * 32) for number in (1, 2, 3))
BODY = '{"type":"enhancement.handed_over","data":{"ticket":7,"team":"été"}}'.encode()
VERIFY = """
import { Webhook } from 'standardwebhooks';
const { secret, body, headers } = JSON.parse(process.argv[1]);
console.log(JSON.stringify(new Webhook(secret).verify(body, headers)));
"""


def now_s() -> int:
    """The libraries compare with their own clock."""
    return int(datetime.now(UTC).timestamp())


def in_node(secret: str, body: bytes, signed: dict[str, str]) -> subprocess.CompletedProcess[str]:
    given = json.dumps({"secret": secret, "body": body.decode(), "headers": signed})
    words = ["node", "--input-type=module", "-e", VERIFY, given]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def test_secret_has_the_form_of_the_scheme() -> None:
    assert secret_of(b"\x00" * 32) == "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.mark.parametrize("secret", [ONE, TWO])
def test_message_is_verified_with_either_secret_during_a_rotation(secret: str) -> None:
    signed = headers("msg_1", now_s(), BODY, [ONE, TWO])
    assert Webhook(secret).verify(BODY, signed) == json.loads(BODY)


def test_message_with_another_secret_body_or_id_is_refused() -> None:
    signed = headers("msg_1", now_s(), BODY, [ONE])
    for secret, body, changed in ((OTHER, BODY, {}), (ONE, BODY + b" ", {}), (ONE, BODY, {"webhook-id": "msg_2"})):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, {**signed, **changed})


def test_signature_is_that_of_the_python_library() -> None:
    at = datetime.fromtimestamp(1_700_000_000, UTC)
    expected = Webhook(ONE).sign("msg_1", at, BODY.decode())
    assert headers("msg_1", 1_700_000_000, BODY, [ONE])["webhook-signature"] == expected


@pytest.mark.processes
def test_message_is_verified_by_the_javascript_library() -> None:
    signed = headers("msg_1", now_s(), BODY, [ONE, TWO])
    verified = in_node(TWO, BODY, signed)
    assert verified.returncode == 0, verified.stderr
    assert json.loads(verified.stdout) == json.loads(BODY)
    assert in_node(OTHER, BODY, signed).returncode != 0
