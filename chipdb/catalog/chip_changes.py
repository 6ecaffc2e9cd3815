"""Changes to chips as users write them, and which of several chips each applies to.

``compute=30%`` changes every chip, ``B200:compute=30%`` the one that was named so, and
``2:compute=30%`` the second one. The part before the last colon in front of the ``=`` says which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chipdb.catalog.chip import Chip
from chipdb.errors import ParameterError
from chipdb.lazy_dataclasses import dataclass, replace

MOST_ARGUMENTS = 10
"""An error lists up to this many arguments, and counts the others."""

Amount = tuple[str, str]
"""The name of a figure, metric or knob, and what it is set to or cut by."""


@dataclass(frozen=True)
class ChipChanges:
    """Figures that are set, formats that are dropped and knobs that are turned, as written."""

    set: tuple[Amount, ...] = ()
    drop: tuple[str, ...] = ()
    derate: tuple[Amount, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any change; a chip without one stays the product that it is.

        >>> bool(ChipChanges()), bool(ChipChanges(drop=("fp8",)))
        (False, True)
        """
        return bool(self.set or self.drop or self.derate)

    def applied_to(self, chip: Chip) -> Chip:
        """The chip with figures set, then formats dropped, then knobs turned.

        >>> import chipdb
        >>> ChipChanges(derate=(("compute", "30%"),)).applied_to(chipdb.load()["H20"]).tpp
        1657.6
        """
        if not self:
            return chip
        # Most chips stay as they are, and start-up does without the modules that change them.
        from chipdb.catalog import knobs, modify

        # A throughput that was set must be derated too, and a dropped format cannot be.
        chip = modify.set_figures(chip, self.set)
        chip = modify.drop(chip, self.drop)
        return knobs.derate(chip, self.derate)

    def for_each(self, arguments: Sequence[str]) -> list[ChipChanges]:
        """The changes of each argument, without the prefixes that say which argument is meant.

        Raises :class:`~chipdb.errors.ParameterError` for a prefix that is neither an argument as
        it was written nor a position.

        >>> changes = ChipChanges(derate=(("2:compute", "30%"),))
        >>> [each.derate for each in changes.for_each(["B200", "H20"])]
        [(), (('compute', '30%'),)]
        """
        changes_of = [ChipChanges() for _ in arguments]
        if not self:
            return changes_of
        for parameter, name, amount in self._written():
            targets, bare_name = _targets(parameter, name, amount, arguments)
            for index in targets:
                changes_of[index] = changes_of[index]._with(parameter, bare_name, amount)
        return changes_of

    def refuse_for_several(self, chips: int, arguments: Sequence[str]) -> None:
        """Refuse a change that does not say which of several chips it is for.

        A comparison in which every chip is cut alike would look like one of the chips as sold.
        Raises :class:`~chipdb.errors.ParameterError`.
        """
        if chips < 2:
            return
        for parameter, name, amount in self._written():
            # With a colon it names one of the chips, which for_each then looks up.
            if ":" not in name:
                text = _as_written(name, amount)
                raise ParameterError(
                    parameter,
                    f"{text!r} must say which of the {chips} chips it changes, "
                    f"such as {arguments[0]}:{text}",
                )

    def _written(self) -> Iterator[tuple[str, str, str]]:
        """Yield each change with its parameter, its name and its amount; formats have none.

        >>> list(ChipChanges(drop=("fp8",))._written())
        [('drop', 'fp8', '')]
        """
        for name, amount in self.set:
            yield "set", name, amount
        for name in self.drop:
            yield "drop", name, ""
        for name, amount in self.derate:
            yield "derate", name, amount

    def _with(self, parameter: str, name: str, amount: str) -> ChipChanges:
        """These changes and one more, which comes after those of its kind.

        >>> ChipChanges(drop=("fp8",))._with("drop", "fp4", "").drop
        ('fp8', 'fp4')
        """
        if parameter == "set":
            return replace(self, set=(*self.set, (name, amount)))
        if parameter == "drop":
            return replace(self, drop=(*self.drop, name))
        return replace(self, derate=(*self.derate, (name, amount)))


def _targets(
    parameter: str, name: str, amount: str, arguments: Sequence[str]
) -> tuple[Sequence[int], str]:
    """The indices of the arguments that a change is for, and its name without the prefix.

    Raises :class:`~chipdb.errors.ParameterError` for a prefix that is not one of the arguments.

    >>> _targets("derate", "H20:compute", "30%", ["B200", "H20"])
    ([1], 'compute')
    """
    # The last colon, since names of chips and paths of files may have others.
    prefix, colon, bare_name = name.rpartition(":")
    if not colon:
        return range(len(arguments)), name

    indices = _indices(prefix, arguments)
    if not indices:
        text = _as_written(name, amount)
        raise ParameterError(
            parameter,
            f"{text!r}: {prefix!r} is not one of the arguments: {_numbered(arguments)}",
        )
    return indices, bare_name.strip()


def _indices(prefix: str, arguments: Sequence[str]) -> list[int]:
    """The indices of the arguments that a prefix means: by name, or by a position from 1.

    >>> _indices("2", ["B200", "H20"]), _indices("2", ["B200", "2", "H20"])
    ([1], [1])
    """
    # An argument that is written like a number is that argument, not a position.
    named = [index for index, argument in enumerate(arguments) if argument == prefix]
    # A chip that is named twice is changed twice: both columns were asked for.
    if named:
        return named
    if prefix.isdecimal() and 1 <= int(prefix) <= len(arguments):
        return [int(prefix) - 1]
    return []


def _as_written(name: str, amount: str) -> str:
    """A change as it was written; the name of a dropped format has no amount.

    >>> _as_written("compute", "30%"), _as_written("fp8", "")
    ('compute=30%', 'fp8')
    """
    if not amount:
        return name
    return f"{name}={amount}"


def _numbered(arguments: Sequence[str]) -> str:
    """The arguments with their positions.

    >>> _numbered(["B200", "H20"])
    '1 B200, 2 H20'
    """
    shown = [f"{position} {argument}" for position, argument in enumerate(arguments, 1)]
    text = ", ".join(shown[:MOST_ARGUMENTS])
    if len(shown) > MOST_ARGUMENTS:
        text += f" and {len(shown) - MOST_ARGUMENTS} more"
    return text
