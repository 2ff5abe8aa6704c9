from __future__ import annotations

import pytest

from mail.incoming.authentication import authentication_of
from mail.incoming.parsing import Envelope, parse

ID = "mx.support.example"


def verdict(*headers: str, sender: str = "ana@northlake.example", id_: str | None = ID) -> str:
    lines = [f"Authentication-Results: {header}" for header in headers]
    raw = "\n".join([*lines, f"From: {sender}", "", "Hi"]).encode()
    return authentication_of(parse(raw, Envelope("", "")), id_).verdict


@pytest.mark.parametrize(
    "results",
    [
        "dmarc=pass header.from=northlake.example",
        "dkim=fail header.d=x.example; spf=fail; dmarc=pass (p=REJECT) header.from=Northlake.example",
        "dkim=pass header.d=northlake.example header.s=s1",
        "dkim=pass (2048-bit key) header.i=@northlake.example; spf=none",
        'spf=pass smtp.mailfrom="ana@northlake.example"',
        "dmarc=none header.from=northlake.example; dkim=pass header.d=northlake.example",
    ],
)
def test_proven_sender_passes(results: str) -> None:
    assert verdict(f"{ID}; {results}") == "pass"


@pytest.mark.parametrize(
    "results",
    [
        "dmarc=fail header.from=northlake.example; dkim=pass header.d=northlake.example",
        "spf=fail smtp.mailfrom=northlake.example",
        "dkim=fail header.d=northlake.example",
        "dkim=permerror; dmarc=permerror",
    ],
)
def test_failed_check_fails(results: str) -> None:
    assert verdict(f"{ID}; {results}") == "fail"


@pytest.mark.parametrize(
    "results",
    [
        "none",
        "",
        "dmarc=pass header.from=other.example",
        "dmarc=pass",
        "dkim=pass header.d=other.example",
        "dkim=pass header.d=example",
        "dkim=pass header.d=lake.example",
        "spf=pass smtp.mailfrom=bounces@list.example",
        "spf=pass smtp.helo=northlake.example",
        "auth=pass smtp.auth=ana@northlake.example",
        "x (dmarc=pass header.from=northlake.example)",
        "dkim=neutral; spf=softfail smtp.mailfrom=northlake.example",
    ],
)
def test_proof_of_something_else_is_none(results: str) -> None:
    assert verdict(f"{ID}; {results}") == "none"


def test_only_the_topmost_header_of_the_configured_server_counts() -> None:
    forged = f"{ID}; dmarc=pass header.from=northlake.example"
    assert verdict(f"{ID}; spf=softfail", forged) == "none"
    assert verdict("mx.elsewhere.example; dmarc=pass header.from=northlake.example") == "none"
    assert verdict("mx.elsewhere.example; dmarc=fail", forged) == "pass"
    assert verdict(f"{ID} 1; dmarc=pass header.from=northlake.example") == "pass"


def test_nothing_is_trusted_without_a_configured_server() -> None:
    assert verdict(f"{ID}; dmarc=pass header.from=northlake.example", id_=None) == "none"


def test_mail_without_one_sender_proves_nothing() -> None:
    assert verdict(f"{ID}; dmarc=pass header.from=northlake.example", sender="a@x.example, b@x.example") == "none"
