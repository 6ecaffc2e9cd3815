"""Hostile input of every kind, made by hypothesis: see ``attacks`` for what is asked of chipdb."""
