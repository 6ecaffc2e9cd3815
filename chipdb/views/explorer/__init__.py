"""The explorer: one self-contained page that answers offline, from the same trees and the same spans as the library.

Rule: Python writes data, the page computes. What is from data enters the page as text, never as markup.
"""
