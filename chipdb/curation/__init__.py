"""Judging data: the files of ``data/``, and tables from third parties.

``validate``, ``audit``, ``conflicts`` and ``sources`` are commands. ``gates``, ``data_checks`` and
``data_schema`` serve ``validate``; ``match`` and ``catalog_value`` serve ``audit``.
"""
