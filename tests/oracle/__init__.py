"""A second implementation of the rules, written from their text, to hold every answer against.

``paragraphs`` has the rules, one function for each printed paragraph, ``notes`` the technical notes
by which a chip is counted, ``places`` the destinations, and ``unknowns`` what follows where a figure
is missing or contested. None of these modules imports chipdb; the tests and ``asked`` do.
"""
