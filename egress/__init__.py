"""Outgoing HTTP. Every call to a URL that somebody can set goes through `Egress`."""

from egress.errors import AddressRefused, NoAnswer, NotSent
from egress.port import ANSWER_MAX, TIMEOUT_S, Answer, Egress

__all__ = ["ANSWER_MAX", "TIMEOUT_S", "AddressRefused", "Answer", "Egress", "NoAnswer", "NotSent"]
