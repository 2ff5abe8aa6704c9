"""Variables in the texts of canned replies, such as `{{customer.first_name}}`. Pure.

The console and the ticket page fill them in when a reply is inserted (`widgets/console/static/canned-text.js`). A
variable without a value stays in the text, marked, and the text is not sent before the agent has seen that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

VARIABLES: Mapping[str, str] = {
    "customer.first_name": "First name of the customer",
    "customer.name": "Full name of the customer",
    "agent.first_name": "First name of the agent who inserts the reply",
    "agent.name": "Full name of the agent who inserts the reply",
    "team": "Team of the chat or ticket",
    "ticket.number": "Number of the ticket. A chat has none before it ends",
}
"""All variables, with their meaning."""

# As in `canned-text.js`.
_CUSTOMER = r"\{\{\s*customer\.(?:first_name|name)\s*\}\}"
_GREETINGS = (
    "hi|hi there|hello|hello there|hey|good (?:morning|afternoon|evening|day)|thanks|many thanks|thank you|"
    "bonjour|bonsoir|salut|merci|merci beaucoup|"
    "hola|buen d[ií]a|buenos d[ií]as|buenas|buenas (?:tardes|noches)|gracias|muchas gracias"
)
"""Words that greet or thank in English, French and Spanish. Others, such as `Dear`, need the name."""
_GREETED = re.compile(rf"(^|[.!?]\s)({_GREETINGS})(?:, ?| ){_CUSTOMER}(?=\s?[,.!]|\s*\Z)", re.IGNORECASE | re.MULTILINE)
_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")


def unknown_variables(text: str) -> list[str]:
    """The names between double braces that are no variables, in order, each once."""
    names = (found.strip() for found in _VARIABLE.findall(text))
    return list(dict.fromkeys(name for name in names if name not in VARIABLES))


def filled(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with these values, and the names of the variables that have none. Where it greets or thanks a
    customer without a name, the name is left out: `Hi {{customer.first_name}},` becomes `Hi,`."""
    gaps: list[str] = []
    if "customer.name" not in values:
        text = _GREETED.sub(r"\1\2", text)

    def value(found: re.Match[str]) -> str:
        name = found[1].strip()
        if name not in values:
            gaps.append(name)
        return values.get(name, found[0])

    return _VARIABLE.sub(value, text), list(dict.fromkeys(gaps))
