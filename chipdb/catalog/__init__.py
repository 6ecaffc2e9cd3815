"""Text becomes typed chips.

What a file says is read once, here, with its line numbers; after that a chip is a set of
:class:`~chipdb.catalog.chip.Figure` objects, and no other package looks at text.
"""
