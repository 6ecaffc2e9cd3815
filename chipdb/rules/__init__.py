"""Rules as data: a tree of conditions, dated, with the places it holds for.

Rule: this package knows metric names, not chips; whoever has figures folds a tree over them. Every number stands in
``data/rules``.
"""
