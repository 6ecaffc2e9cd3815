"""The report of each command: one module makes the tables, the text and the notes of one answer.

Tables for people have display values ("4,992", "30 %"); the flat table for CSV has plain ones.
"""
