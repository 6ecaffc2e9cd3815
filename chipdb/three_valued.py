"""Logic with a third answer, None for "not known".

An unknown leaves the whole open only where nothing that is known settles it: "no and unknown" is
no, "yes and unknown" is unknown. Logicians know it as Kleene's.
"""

from __future__ import annotations

from collections.abc import Iterable


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Whether any answer is yes; None where none is and some are unknown.

    >>> any_of([False, None, True]), any_of([False, None]), any_of([])
    (True, None, False)
    """
    result: bool | None = False
    for answer in answers:
        if answer:
            return True
        if answer is None:
            result = None
    return result


def opposite(answer: bool | None) -> bool | None:
    """The opposite of an answer; None stays None.

    >>> opposite(True), opposite(None)
    (False, None)
    """
    if answer is None:
        return None
    return not answer


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """Whether no answer is no; None where none is and some are unknown.

    >>> all_of([True, None, False]), all_of([True, None]), all_of([])
    (False, None, True)
    """
    result: bool | None = True
    for answer in answers:
        if answer is None:
            result = None
        elif not answer:
            return False
    return result
