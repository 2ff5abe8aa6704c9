"""Compares a resolution code with the words of the chat. Pure.

The lists of words are short on purpose: each chat that they select wrongly costs a supervisor half a minute. The words
are English, French and Spanish, in lower case and without accents.
"""

from __future__ import annotations

import re
import unicodedata

_DEFECT = re.compile(r"\b(bugs?|defects?|hotfix|known issue|bogues?|anomalies?|defectos?|fallo del sistema)\b")
_NO_DEFECT = frozenset({"support_question", "training_suggested", "utilized_elearning", "set_up", "training_completed"})
"""Codes that exclude a defect."""
_WISH = re.compile(
    r"\b(feature requests?|enhancement requests?|demandes? d.ameliorations?|solicitud(es)? de mejoras?)\b"
)
_UNSOLVED = re.compile(
    r"\b(still (not|doesn.t|isn.t|fails?|broken|wrong)|(does|did)(n.t| not) (work|help)|not (fixed|solved|working)"
    r"|toujours pas|ne (marche|fonctionne) pas|sigue (sin|fallando)|no funciona)\b"
)
_SETTLED = frozenset({"support_question", "no_issue", "set_up", "action_needed", "code_fix", "data_fix", "technical"})
"""Codes that say that the customer's problem is gone."""
_NO_CODE = re.compile(
    r"\b((no|none of the) (resolution )?codes? (really |quite )?(fits?|match(es)?|appl(y|ies))"
    r"|no (fitting|matching|suitable) code|aucun code (ne )?(convient|correspond)"
    r"|ningun codigo (encaja|corresponde|sirve))\b"
)
CHARACTERS_MAX = 40_000
"""Maximum number of characters that are compared."""


def disagree(code: str | None, said: str, last_of_customer: str | None) -> bool:
    """True if the words contradict the code. `said` is the text of the chat, `last_of_customer` the customer's last
    message."""
    if code is None:
        return False
    text = _plain(said)
    if code in _NO_DEFECT and _DEFECT.search(text):
        return True
    if code not in ("enhancement_required", "duplicate") and _WISH.search(text):
        return True
    return code in _SETTLED and last_of_customer is not None and bool(_UNSOLVED.search(_plain(last_of_customer)))


def says_no_code_fits(notes: str) -> bool:
    """True if notes of agents say that no resolution code fits, such as `no code fits`."""
    return bool(_NO_CODE.search(_plain(notes)))


def _plain(text: str) -> str:
    """The text in lower case and without accents."""
    parts = unicodedata.normalize("NFD", text[:CHARACTERS_MAX].lower())
    return "".join(each for each in parts if not unicodedata.combining(each))
