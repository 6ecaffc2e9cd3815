"""The site: a page and a JSON file for each chip and rule, an index with search, the explorer.

``chip_page``, ``rule_pages`` of the views, and ``index_page`` make Markdown; ``layout`` turns it
into HTML; ``build`` writes the files. The site needs no server, no network and no other file.
"""
