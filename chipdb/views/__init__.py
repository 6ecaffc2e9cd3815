"""What people look at: tables, texts, records.

Rule: everything here turns an answer into text or plain values; it decides nothing, and only the command line prints.
"""
