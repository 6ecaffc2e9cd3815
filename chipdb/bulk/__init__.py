"""The rules over many rows: frames, tables larger than memory, and grids of hypothetical designs.

The solver answers one chip in about a millisecond. Here a question is compiled once, and a row then
costs nanoseconds:

1. Thresholds divide each metric into intervals. A rule gives the same finding everywhere in one
cell of intervals and facts, so the solver answers once for each cell: the **lookup table**
(``lookup_table``). 2. The table becomes a **circuit** of comparisons and gates (``circuit``).
``circuit_known`` builds the one for figures that are known or missing, ``circuit_ranges`` the one
for figures between bounds. ``program`` combines the rules of a question. 3. ``columns`` finds out
what the columns of a frame state, and ``inputs`` turns them into what circuits read. 4. A
**runner** evaluates a circuit: ``blocks`` with NumPy, ``kernels`` with Numba, ``expressions`` with
any engine that Narwhals supports. ``arrays`` chooses between the first two and sends each row to
the circuit that can answer it. 5. ``frames`` (``check_frame``), ``parquet`` (``check BIG.parquet
-o``) and ``sweep`` are what users call.

Figures are decimals of six places. They are compared as integers of 1e-6 in float64, and a density
as a quotient of two of them that lies on the right side of every threshold. So no row near a
threshold is answered wrongly by rounding.

A rule with one threshold, from condition to answers:

>>> from fractions import Fraction
>>> import numpy
>>> from chipdb.bulk.blocks import BlockRunner
>>> from chipdb.bulk.circuit import SCALE, Circuit
>>> from chipdb.bulk.circuit_known import StatedColumns, known_findings
>>> from chipdb.bulk.lookup_table import build_lookup_table, rule_of_condition
>>> from chipdb.rules.conditions import Atom
>>> from chipdb.solver.evaluate import ControlList
>>> condition = Atom("tpp", "ge", Fraction(1000), "TPP of 1,000 or more")
>>> rule = rule_of_condition(condition)
>>> table = build_lookup_table(rule, ControlList(()), {}, [])
>>> table.axes[0].intervals  # below the threshold, and from it on
2
>>> [finding.status for finding in table.findings], table.bits.tolist()
(['not-met', 'met'], [1, 2])
>>> circuit = Circuit()
>>> nodes = known_findings(table, circuit, StatedColumns(frozenset({"tpp"})))
>>> tpp = numpy.array([999.0, 1000.0, -1.0])  # the last row has none
>>> rows = {"column": tpp * SCALE, "known": tpp >= 0}
>>> runner = BlockRunner(circuit, list(nodes.values()))
>>> def fill_input(kind, name, into):
...     into[:] = rows[kind]
>>> flags = runner.run(fill_input, 3, runner.workspace(3))
>>> {finding.status: flags[node].tolist() for finding, node in nodes.items()}
{'met': [False, True, False], 'undetermined': [False, False, True]}
"""
