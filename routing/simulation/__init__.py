"""A day on a virtual clock: made-up customers, agents and shifts, under the rules that serve real ones.

`day` is what a day is like, `customers` draws who comes, `run` lets it pass, `figures` says what came of it.
"""
