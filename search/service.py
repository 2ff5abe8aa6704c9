"""Stores documents so that searches find them. Each method is part of the body of one transaction."""

from __future__ import annotations

from collections.abc import Iterable

from search import ports
from search.document import Document, Kind
from search.ports import Tx


class Index:
    """The index as the modules that publish see it."""

    def __init__(self, index: ports.Index) -> None:
        self._index = index

    def put(self, tx: Tx, document: Document) -> None:
        """Let searches find a document. It replaces the one of the same kind, source and language.

        Call it in the transaction that publishes or changes the document. Putting the same document again changes
        nothing.
        """
        self._index.put(tx, document)

    def remove(self, tx: Tx, kind: Kind, source: str) -> None:
        """Let searches no longer find this, in any language."""
        self._index.remove(tx, kind, source)

    def replace(self, tx: Tx, kind: Kind, source: str, documents: Iterable[Document]) -> None:
        """Let searches find exactly these documents of this kind and source, one for each language."""
        left = self._index.locales(tx, kind, source)
        for document in documents:
            self._index.put(tx, document)
            left.discard(document.locale)
        for locale in sorted(left):
            self._index.remove(tx, kind, source, locale)
