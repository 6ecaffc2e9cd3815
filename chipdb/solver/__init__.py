"""The kernel: what the rules of a day say of one item.

Read the modules in this order: ``question`` (date, places, role, which rules), ``intervals``
(unknowns divided at thresholds), ``item`` (a chip or system under each interpretation),
``evaluate`` (a condition under one assignment), ``verdict`` (one rule over one item), ``missing``
(break-evens), ``ruling`` (all rules of a day for one item), ``licensing`` (requirements,
exceptions, review policy). ``declared``, ``plane``, ``labels`` and ``memory_facts`` serve them.

The layer imports ``rules``, ``metrics`` and ``catalog``, and nothing above itself.
"""
