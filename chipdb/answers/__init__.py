"""Answers: one module for each command that evaluates rules over the figures of chips.

A missing, contested or rounded figure is an interval. The interval is divided where an answer
changes, and an answer is given only if every part gives the same. Nothing here prints.
``arguments`` reads what callers pass; ``impact`` and ``survey`` are shared by several commands.
"""
