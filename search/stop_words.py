"""Words that say nothing about what is searched for."""

from __future__ import annotations

_ENGLISH = """
a an and are as at be but by can do does for from how i if in into is it its me my no not of on or our so that the
their them then there these they this to was we what when where which who why will with you your
"""
_FRENCH = """
au aux avec ce ces comment dans de des du elle en est et il je la le les leur mais mon ne nous ou par pas pour pourquoi
qu que quel quelle qui sa se ses son sont sur un une vous
"""
_SPANISH = """
al como con cual cuando del donde el ella es esta este esto las lo los mi muy nos para pero por porque que se si sin
sobre su sus una uno y yo
"""
STOP_WORDS = frozenset(f"{_ENGLISH} {_FRENCH} {_SPANISH}".split())
