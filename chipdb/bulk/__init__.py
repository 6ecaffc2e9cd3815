"""Rules over columns: one question compiled to one net of comparisons and gates, run by three small back-ends.

Rule: what a rule says is asked of the scalar code, once for each cell between limits (``cells``); everything after that is
the same table in another form. ``fast`` and ``box`` turn the table into a net, ``blocks``, ``kernels`` and ``expressions``
run a net in numpy, numba and any engine that narwhals knows. Numbers are scaled to integers of 1e-6 in float64, and a limit
on a density is a comparison of products.
"""
