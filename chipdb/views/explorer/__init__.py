"""The explorer: one self-contained page that answers offline, by the same rules as the library.

Python writes the data and the page computes the answers. Its scripts mirror the solver file by
file, so a change of one has its place in the other. Text from data enters the page as text, never
as markup.
"""
