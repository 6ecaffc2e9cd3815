"""The kernel: what the rules of a day say of one item.

Read the modules in this order:

1. ``question``: date, places, role, which rules.
2. ``intervals``: unknown figures, divided at thresholds; ``item``: a chip or system under each
   interpretation.
3. ``evaluate``: a condition under one assignment, and the control list of a day.
4. ``groups`` and ``lines`` (the cells between thresholds), ``written_out`` and ``divided`` (a
   condition in parts that one group of metrics decides), ``cells`` (what a rule says in each cell,
   kept for the next chip).
5. ``verdict``: one rule over one item; ``missing``: break-evens; ``ruling``: all rules of a day.
6. ``licensing``: whether a license is required, with ``joint_rules``, ``requirement``,
   ``license_exceptions``, ``review`` and ``presumption``.
7. ``answered``, ``cautions`` and ``notes``: what goes with an answer.

``cuts`` and ``designs`` find the designs that stay outside rules. ``declared``, ``memory_facts``,
``kept``, ``labels`` and ``plane`` serve the others.

The layer imports ``rules``, ``metrics`` and ``catalog``, and nothing above itself.
"""
