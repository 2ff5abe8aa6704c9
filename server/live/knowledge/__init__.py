"""Articles and the search: the work of authors, what readers get, and what agents insert."""
