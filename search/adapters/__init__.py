"""The index and the vocabulary in the database, and the copy of the vocabulary in memory."""
