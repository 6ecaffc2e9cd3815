"""Grids of hypothetical chips: counted where the knobs fall apart into groups, enumerated block by block elsewhere.

Rule: a grid is data (``grid``). What a design is follows from its knobs alone; what the rules say of it is the net of
``answers.columns``. ``count`` never looks at a single design, ``enumerate`` at all of them, and both give the same counts.
"""
