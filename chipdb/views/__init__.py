"""Everything that people or programs read: reports, JSON, charts, documents, the explorer.

Views decide how an answer looks, never what it says. ``reports`` has one module per command,
``json`` makes every JSON object, ``text`` and ``wording`` hold the sentences.
"""
