"""Rules as data: dated trees of conditions, with the places they apply to.

* ``conditions`` is the tree and its fold, ``rule`` one instrument, ``rulebook`` all of them.
* ``places`` holds countries, country groups and scopes; ``wording`` writes a scope in words.
* ``schema`` validates what rule files may say.
* ``allocations`` and ``worksheets`` read ``data/budgets.yaml`` and ``data/worksheets.yaml``.

This package knows metrics by name but no chips: callers that have figures fold a tree over them.
Every threshold is in ``data/rules``; none is in the code.
"""
