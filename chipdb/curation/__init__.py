"""Judging data: the files of ``data/``, and tables from third parties.

``validate``, ``audit``, ``conflicts`` and ``sources`` are commands. ``gates``, ``data_checks`` and
``data_schema`` serve ``validate``. An ``audit`` finds the chip of each row (``match``), holds the
row against it (``row_audit``) with what the catalog has (``catalog_value``), and says what a wrong
figure is (``explanations``, ``findings``). ``recognized`` keeps figures that are absurd for the
chip of a row out of the answers of ``check``.
"""
