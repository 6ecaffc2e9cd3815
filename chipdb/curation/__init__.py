"""Judging data: the catalog itself, and tables that others made.

Each module is one command (``validate``, ``audit``, ``conflicts``, ``sources``); ``gates`` and ``match`` serve them.
"""
