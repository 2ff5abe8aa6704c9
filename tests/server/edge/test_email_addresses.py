"""Email addresses that people enter."""

from __future__ import annotations

import pytest

from refusals import Refused
from server.edge.email_addresses import checked_email


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        (" d@northlake.example ", "d@northlake.example"),
        ("a.b+c@x.yz", "a.b+c@x.yz"),
    ],
)
def test_valid_email_address_is_trimmed(text: str | None, address: str | None) -> None:
    """An empty one becomes None."""
    assert checked_email(text) == address


@pytest.mark.parametrize(
    "text", ["nobody", "@x.yz", "a@b", "a b@x.yz", "a@x..", "<a@x.yz>", "a@x.yz, b@x.yz", "a@@x.yz"]
)
def test_invalid_email_address_is_refused(text: str) -> None:
    """The refusal contains the field and the value."""
    with pytest.raises(Refused) as refusal:
        checked_email(text)
    assert refusal.value.fields is not None
    assert repr(text) in refusal.value.fields["email"]
