"""Simulates a day on a virtual clock: invented customers and shifts under the real routing rules.

`day` describes a day, `customers` draws its customers, `run` simulates it, `figures` evaluates the result.
"""
