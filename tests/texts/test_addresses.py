from __future__ import annotations

from functools import partial

import pytest

from tests.called import functions_called
from texts.addresses import EMAIL_MAX, email_address, is_email, normal_email


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" ana@northlake.example ", "ana@northlake.example"),
        ("Ana.B+desk@Northlake.EXAMPLE", "Ana.B+desk@northlake.example"),
        ("o'brien@x-y.example", "o'brien@x-y.example"),
        ("user@mail.corp.local", "user@mail.corp.local"),
        ("jürgen@müller.example", "jürgen@xn--mller-kva.example"),
        ("a@xn--mller-kva.example", "a@xn--mller-kva.example"),
        ("анна@пример.рф", "анна@xn--e1afmkfd.xn--p1ai"),
        ("a@ｘ.example", "a@x.example"),
    ],
)
def test_mail_address_keeps_local_part_and_normalizes_host(typed: str, kept: str) -> None:
    assert email_address(typed) == kept
    assert normal_email(typed) == kept.lower()
    assert email_address(kept) == kept


@pytest.mark.parametrize("host", ["exаmple.com", "аррӏе.com", "micrоsoft.example"])
def test_look_alike_host_is_shown_in_ascii(host: str) -> None:
    """Cyrillic letters that look like Latin ones are valid in a host. The `xn--…` form reveals them."""
    address = email_address(f"a@{host}")
    assert address is not None and address.isascii() and "xn--" in address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nobody",
        "a@localhost",
        "a@x..example",
        "a@-x.example",
        "a@x-.example",
        "a..b@x.example",
        ".a@x.example",
        "a.@x.example",
        "a@x.example.",
        "a@x_y.example",
        "a@1.2.3.4",
        "a@[127.0.0.1]",
        "a@b@x.example",
        "a b@x.example",
        '"a b"@x.example',
        "<a@x.example>",
        "Ana <a@x.example>",
        "a@x.example\u200b",
        "a\u200bb@x.example",
        "a\u202eb@x.example",
        "a@x\u00ad.example\u2066",
        "\u0301a@x.example",
        "a\0@x.example",
        "a@x.invalid",
        "a@xn--a.example",
        "a" * 65 + "@x.example",
        f"a@{'x' * 60}.{'y' * 60}.{'z' * 60}.{'w' * 60}.{'v' * 20}.example",
        "a@" + "\u0301" * 8_000,
    ],
)
def test_invalid_address_is_refused(typed: str) -> None:
    assert email_address(typed) is None and not is_email(typed)


def test_host_too_long_in_ascii_is_refused() -> None:
    typed = f"a@{'.'.join(['ö' * 40] * 5)}.example"
    assert len(typed) < EMAIL_MAX and email_address(typed) is None


def test_too_long_address_is_refused_before_parsing() -> None:
    for address, parsed in (("a@" + "x." * 4_000 + "example", False), ("a@x.example", True)):
        found, called = functions_called(partial(email_address, address))
        assert (found is not None, "validate_email" in called) == (parsed, parsed)


@pytest.mark.parametrize(
    "typed", ["A.b+c_d@X-Y.Example", "a..b@x.example", "a@x", "a@localhost", "A@-x.example", "a@1.2"]
)
def test_plain_address_is_compared_in_the_form_that_checking_gives(typed: str) -> None:
    """The shortcut for plain addresses gives what the check gives, or the text itself if it is no address."""
    assert normal_email(typed) == (email_address(typed) or typed.strip()).lower()
