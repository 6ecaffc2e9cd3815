"""Checks of data: the files of ``data/``, and tables from third parties.

``validate``, ``audit``, ``conflicts`` and ``sources`` are commands. ``gates``, ``data_checks`` and
``data_schema`` serve ``validate``. An ``audit`` finds the chip of each row (``match``), compares
the row with it (``row_audit``, ``catalog_value``), and explains what a wrong figure is
(``explanations``, ``findings``). ``recognized`` keeps figures that are absurd for the chip of a row
out of the answers of ``check``.
"""
