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
        "dkim=pass header.d=lake.example; x=",
        "spf=pass smtp.mailfrom=bounces@list.example",
        "spf=pass smtp.helo=northlake.example",
        "auth=pass smtp.auth=ana@northlake.example",
        "x=y (dmarc=pass (a) header.from=northlake.example)",
        "spf=pass smtp.mailfrom=ana@lake.example; dkim=pass header.i=@lake.example",
        "dkim=neutral; spf=softfail smtp.mailfrom=northlake.example",
    ],
)
def test_proof_of_something_else_is_none(results: str) -> None:
    assert verdict(f"{ID}; {results}") == "none"


MADE_UP = "dkim=pass header.d=northlake.example"


@pytest.mark.parametrize(
    "sender",
    [
        f'"x; {MADE_UP}; y"@evil.example',
        f'"x\\"; {MADE_UP}; y=\\""@evil.example',
        f'"a) ; {MADE_UP} ; ("@evil.example',
        '"ana@northlake.example"@evil.example',
    ],
)
def test_results_within_a_quoted_word_do_not_count(sender: str) -> None:
    assert verdict(f"{ID}; dmarc=none; spf=softfail smtp.mailfrom={sender}") == "none"
    assert verdict(f"{ID}; spf=pass smtp.mailfrom={sender}; dkim=none") == "none"


@pytest.mark.parametrize(
    "results",
    [
        "spf=none smtp.mailfrom==?utf-8?q?a=3B_dkim=3Dpass_header.d=3Dnorthlake.example=3B?=@evil.example",
        f'spf=none (domain of "x) ; {MADE_UP} ; ("@evil.example) smtp.mailfrom=evil.example',
        f"spf=none smtp.mailfrom=x) ; {MADE_UP} ; (y@evil.example",
        f"spf=none smtp.mailfrom=x; {MADE_UP}; y@evil.example",
        f'spf=none smtp.mailfrom="x; {MADE_UP}',
        f'spf=pass smtp.mailfrom="a"@evil.example"@northlake.example"; {MADE_UP}',
        f"{MADE_UP} (not closed",
        f"{MADE_UP} \\ x=y",
        f"{MADE_UP} header.d=evil.example",
        f"{MADE_UP} x={'y' * 5_000}",
        "x (dmarc=pass header.from=northlake.example)",
    ],
)
def test_malformed_header_of_the_server_fails(results: str) -> None:
    """The server adds its header above a forged one, so this does not count either."""
    assert verdict(f"{ID}; {results}", f"{ID}; {MADE_UP}") == "fail"


@pytest.mark.parametrize(
    "header",
    [
        f"{ID}; spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=northlake.example; dkim=pass (signature was verified)"
        " header.d=northlake.example;dmarc=pass action=none header.from=northlake.example;compauth=pass reason=100",
        f'{ID};\n\tdkim=pass header.i=@northlake.example header.s=s1 header.b="a/b=";\n\tspf=pass (x (y): domain of'
        " ana=b@list.example) smtp.mailfrom=ana=b@list.example;\n       dmarc=pass(p=NONE dis=NONE)"
        " header.from=northlake.example",
        f'"{ID}" 1; dkim/1 = pass reason="1024; key" header.d=northlake.example; spf=none smtp.mailfrom=<>;',
    ],
)
def test_headers_of_common_servers_are_read(header: str) -> None:
    assert verdict(header) == "pass"


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
