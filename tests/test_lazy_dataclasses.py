"""Lazy dataclasses behave as those of the standard library, which is the expected value throughout."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
import timeit
from typing import Any, ClassVar

import pytest

from chipdb import data_files, lazy_dataclasses
from chipdb.errors import ChipdbError
from chipdb.lazy_dataclasses import dataclass

FORMS: list[dict[str, bool]] = [
    {},
    {"frozen": True},
    {"frozen": True, "slots": True},
    {"frozen": True, "kw_only": True},
    {"frozen": True, "slots": True, "kw_only": True},
    {"slots": True},
    {"frozen": True, "order": True},
    {"eq": False, "repr": False},
    {"frozen": True, "eq": False, "kw_only": True},
]


def made_by(module: Any, **form: bool) -> Any:
    """A class with every kind of field, made by one of the two modules."""

    @module.dataclass(**form)
    class Part:
        of_the_class: ClassVar[int] = 1
        name: str
        count: int
        unit: str | None = None
        notes: list[str] = module.field(default_factory=list)
        hidden: int = module.field(default=3, repr=False, compare=False)
        kept: dict[str, int] = module.field(default_factory=dict, init=False, compare=False)
        fixed: int = module.field(default=7, init=False)

        def twice(self) -> int:
            return 2 * self.count

    return Part


@pytest.fixture(params=FORMS, ids=str)
def form(request: pytest.FixtureRequest) -> dict[str, bool]:
    return dict(request.param)


@pytest.fixture(params=["first objects", "later objects"])
def pair(form: dict[str, bool], request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """The lazy class and the standard one, before and after its ``__init__`` was generated."""
    lazy, standard = made_by(lazy_dataclasses, **form), made_by(dataclasses, **form)
    if request.param == "later objects":
        assert lazy.__init__
    return lazy, standard


def same(pair: tuple[Any, Any], ask: Any) -> None:
    """Assert that ``ask`` returns the same, or fails in the same way, for both classes."""

    def answer(kind: Any) -> Any:
        try:
            return ask(kind)
        except (TypeError, ValueError, AttributeError) as error:
            return type(error)

    lazy, standard = pair
    assert answer(lazy) == answer(standard)


def values(part: Any) -> list[Any]:
    names = ("name", "count", "unit", "notes", "hidden", "kept", "fixed", "of_the_class")
    return [getattr(part, name) for name in names]


def part(kind: Any, count: int = 2) -> Any:
    return kind(name="a", count=count)


def test_objects_hold_the_same_values(pair: tuple[Any, Any]) -> None:
    same(pair, lambda kind: values(part(kind)))
    same(pair, lambda kind: part(kind).twice())
    same(pair, lambda kind: values(kind("a", 2, "mm", ["x"])))
    same(pair, lambda kind: values(kind(name="a", count=2, unit="mm", notes=["x"], hidden=5)))


WRONG_CALLS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}),
    ((), {"name": "a"}),
    ((), {"name": "a", "count": 1, "fixed": 2}),
    ((), {"nom": 1}),
    (("a", 1), {"name": "b"}),
    (("a", 1), {"nom": "b"}),
    (("a", 1, None, [], 3, 4), {}),
]


@pytest.mark.parametrize(("by_position", "by_name"), WRONG_CALLS)
def test_wrong_calls_fail_in_the_same_way(
    pair: tuple[Any, Any], by_position: tuple[Any, ...], by_name: dict[str, Any]
) -> None:
    def message(kind: Any) -> str:
        with pytest.raises(TypeError) as caught:
            kind(*by_position, **by_name)
        return str(caught.value)

    same(pair, message)


def test_a_default_that_is_made_is_made_for_each_object(pair: tuple[Any, Any]) -> None:
    for kind in pair:
        first, second = part(kind), part(kind)
        first.notes.append("x")
        first.kept["x"] = 1
        assert (second.notes, second.kept) == ([], {})


def test_equality_hash_and_order_are_the_same(pair: tuple[Any, Any]) -> None:
    same(pair, lambda kind: part(kind) == part(kind))
    same(pair, lambda kind: part(kind) != part(kind, 3))
    same(pair, lambda kind: part(kind) == kind(name="a", count=2, hidden=9))
    same(pair, lambda kind: part(kind) == ("a", 2))
    same(pair, lambda kind: hash(part(kind)) is not None)
    same(pair, lambda kind: hash(kind("a", 2, None, ())) == hash(kind("a", 2, None, ())))
    same(pair, lambda kind: part(kind) < part(kind, 3))
    same(pair, lambda kind: part(kind) >= part(kind, 3))


def test_the_hash_of_values_is_the_standard_one() -> None:
    lazy, standard = (made_by(each, frozen=True) for each in (lazy_dataclasses, dataclasses))
    assert hash(lazy("a", 2, None, ())) == hash(standard("a", 2, None, ()))


def test_the_repr_is_the_same(pair: tuple[Any, Any]) -> None:
    same(pair, lambda kind: repr(part(kind)).partition(" at 0x")[0])


def test_changes_are_refused_or_allowed_in_the_same_way(pair: tuple[Any, Any]) -> None:
    def change(kind: Any) -> int:
        changed = part(kind)
        changed.count = 4
        return int(changed.count)

    def remove(kind: Any) -> bool:
        changed = part(kind)
        del changed.count
        return hasattr(changed, "count")

    same(pair, change)
    same(pair, remove)


def test_replace_works_with_both_modules(pair: tuple[Any, Any]) -> None:
    lazy, _ = pair
    for replace in (lazy_dataclasses.replace, dataclasses.replace):
        original = part(lazy)
        changed = replace(original, count=5)
        assert (changed.count, changed.name, original.count) == (5, "a", 2)
        with pytest.raises(ValueError, match="fixed"):
            replace(original, fixed=1)
        with pytest.raises(TypeError):
            replace(original, no_such_field=1)


def test_functions_of_the_standard_module_accept_it(pair: tuple[Any, Any]) -> None:
    def described(kind: Any) -> list[tuple[Any, ...]]:
        fields = dataclasses.fields(kind)
        return [(each.name, each.type, each.init, each.repr, each.kw_only) for each in fields]

    same(pair, dataclasses.is_dataclass)
    same(pair, described)
    same(pair, lambda kind: dataclasses.asdict(part(kind)))
    same(pair, lambda kind: kind.__match_args__)
    same(pair, lambda kind: str(inspect.signature(kind)).replace("<missing>", "<factory>"))
    same(pair, lambda kind: getattr(kind, "__slots__", None))
    same(pair, lambda kind: hasattr(part(kind), "__dict__"))


def test_copies_are_equal() -> None:
    for form in FORMS:
        original = part(made_by(lazy_dataclasses, **form))
        assert values(copy.copy(original)) == values(original)
        assert values(copy.deepcopy(original)) == values(original)


@dataclass(frozen=True, slots=True)
class Slotted:
    """At the top of a module, where pickle finds it."""

    first: int
    second: str = "b"


@dataclass(frozen=True)
class Plain:
    """As above, without slots."""

    first: int
    second: str = "b"


@pytest.mark.parametrize("original", [Slotted(1), Plain(1, "c")])
def test_pickled_objects_are_equal(original: object) -> None:
    assert pickle.loads(pickle.dumps(original)) == original  # noqa: S301 - our own bytes


def test_a_class_pattern_matches_by_position() -> None:
    match Slotted(1):
        case Slotted(1, second):
            assert second == "b"
        case _:
            pytest.fail("the pattern did not match")


def test_inherited_fields_come_first() -> None:
    def children(module: Any) -> Any:
        @module.dataclass(frozen=True, slots=True)
        class Base:
            one: int
            two: int = 2

        @module.dataclass(frozen=True, slots=True)
        class Child(Base):
            three: int = 3
            two: int = 22

        return Child

    lazy, standard = children(lazy_dataclasses), children(dataclasses)
    assert repr(lazy(1, three=5)) == repr(standard(1, three=5))
    assert lazy.__slots__ == standard.__slots__
    assert lazy(1) == lazy(1)
    assert lazy(1) != lazy.__base__(1)


def test_methods_of_the_class_stay() -> None:
    @dataclass(frozen=True)
    class Own:
        value: int

        def __post_init__(self) -> None:
            if self.value < 0:
                raise ChipdbError("negative")

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own)

        def __hash__(self) -> int:
            return 5

    assert (repr(Own(1)), Own(1) == Own(2), hash(Own(1))) == ("own", True, 5)
    with pytest.raises(ChipdbError, match="negative"):
        Own(-1)


def test_a_mutable_default_is_refused() -> None:
    with pytest.raises(ValueError, match="default_factory"):

        @dataclass
        class Shared:
            values: list[int] = []  # noqa: RUF012 - what is refused


def test_methods_are_generated_when_they_are_used() -> None:
    @dataclass(frozen=True)
    class Seldom:
        value: int

    assert not inspect.isfunction(vars(Seldom)["__init__"])
    assert [Seldom(value).value for value in range(100)] == list(range(100))
    assert inspect.isfunction(vars(Seldom)["__init__"])
    assert not inspect.isfunction(vars(Seldom)["__eq__"])
    assert Seldom(1) == Seldom(1)
    assert inspect.isfunction(vars(Seldom)["__eq__"])


def test_objects_are_made_as_fast(form: dict[str, bool]) -> None:
    """The kernel makes many thousands: at most 1.1 times, with room for a loaded machine."""
    lazy, standard = (made_by(each, **form) for each in (lazy_dataclasses, dataclasses))

    def seconds(kind: Any) -> float:
        return min(timeit.repeat(lambda: kind(name="a", count=2), number=2_000, repeat=9))

    assert min(seconds(lazy) / seconds(standard) for _ in range(3)) < 1.2


def test_a_plain_check_does_not_load_the_standard_module() -> None:
    catalog = data_files.compiled(data_files.CATALOG)
    rules = data_files.compiled(data_files.RULES)
    if catalog is None or rules is None:
        pytest.skip("without a compiled copy of the data, the YAML is read and its schema loaded")
    code = (
        "import sys; from chipdb.cli.fast_path import quick;"
        "quick(['check', 'b200', '--derate', 'compute=30%', '--to', 'CN']);"
        "sys.exit('dataclasses' in sys.modules or 'inspect' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert ended.returncode == 0, ended.stderr.decode()[-500:]
