"""Answers: each module is a fold of rule trees over the figures of a chip.

Rule: a figure that is missing, disputed or rounded is a span, a span is cut where an answer changes, and an answer is given
only if every piece gives the same. Nothing here prints.
"""
