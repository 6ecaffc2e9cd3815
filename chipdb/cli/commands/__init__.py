"""One file per command: its options, and the library functions that answer it.

Each module has a function with the name of the command, whose docstring is the help, and an
``EXAMPLE``. The function returns a :class:`~chipdb.views.report.Report`, and the parser adds the
options ``--format`` and ``-o`` that say how to write it; or it returns None and has written a file
of its own.
"""
