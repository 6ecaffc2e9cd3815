"""Grids of hypothetical designs: counted by groups of knobs, or enumerated block by block.

A grid is data: ``grid_file`` reads it and ``grid`` computes the quantities of its designs.
``count`` never looks at a single design and ``enumerate`` at all of them, with the same counts;
``front`` finds Pareto fronts. ``sweep`` chooses between them.
"""
