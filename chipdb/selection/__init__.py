"""Which chips meet a condition that a user writes, such as ``tpp > 4800 and kind == processor``."""
