"""Dataclasses whose methods are generated when they are first used.

``from chipdb.lazy_dataclasses import dataclass, field, replace`` stands in for the same names of
the standard library. Type checkers see those of the standard library, and its functions
(``dataclasses.fields``, ``is_dataclass``, ``replace``, ``asdict``) accept these classes.

The standard decorator writes and compiles up to nine methods for each class when its module is
imported. A command imports a hundred classes, creates objects of half of them, and compares or
prints few. ``docs/decisions/0029`` has the measurements.

What chipdb does not use is left out: ``InitVar``, the marker ``KW_ONLY``, ``unsafe_hash``,
``weakref_slot``, and ``metadata``, ``hash`` and ``kw_only`` of a single field.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from functools import partial
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace

__all__ = ["dataclass", "field", "replace"]

_MISSING: Any = type("_Missing", (), {"__repr__": lambda _: "<missing>"})()
"""Marks a field without a default; None is a default like any other."""

_FIELDS = "__lazy_fields__"
"""The attribute of a class that holds its :class:`_Field` objects by name, inherited ones first."""

_FEW = 16
"""Objects of one class that are made without generating its ``__init__``."""

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "__eq__": operator.eq,
    "__lt__": operator.lt,
    "__le__": operator.le,
    "__gt__": operator.gt,
    "__ge__": operator.ge,
}


class _Field:
    """One field: its default, and the methods that take it into account."""

    __slots__ = ("annotation", "compare", "default", "factory", "init", "kw_only", "name", "shown")

    def __init__(
        self, *, default: Any, factory: Any, init: bool, shown: bool, compare: bool
    ) -> None:
        self.default = default
        self.factory = factory
        self.init = init
        self.shown = shown
        self.compare = compare
        # the decorator knows these three
        self.name = ""
        self.annotation: Any = None
        self.kw_only = False

    def has_default(self) -> bool:
        """Whether an object can be made without a value for the field."""
        return self.default is not _MISSING or self.factory is not _MISSING


def _field(
    *,
    default: Any = _MISSING,
    default_factory: Any = _MISSING,
    init: bool = True,
    repr: bool = True,  # noqa: A002 - the standard name
    compare: bool = True,
) -> Any:
    """Describe a field, as ``dataclasses.field`` does."""
    return _Field(default=default, factory=default_factory, init=init, shown=repr, compare=compare)


class _FirstUse:
    """A method that is generated when it is first looked up on the class or an object of it."""

    __slots__ = ("generate", "method", "name", "owner")

    def __init__(self, owner: type, name: str, generate: Callable[[type, str], Any]) -> None:
        self.owner = owner
        self.name = name
        self.generate = generate
        self.method: Any = None

    def __get__(self, instance: Any, kind: type | None = None) -> Any:
        if self.method is None:
            self.method = self.generate(self.owner, self.name)
            # The method takes the place of this object, so later calls pay nothing. A decorator
            # may have put something else there, which calls this object.
            if self.owner.__dict__.get(self.name) is self:
                setattr(self.owner, self.name, self.method)
        return self.method.__get__(instance, kind)


class _Init(_FirstUse):
    """``__init__``, which is generated only for a class that makes more than a few objects.

    The first ones are filled by a loop. Most classes of a short command make no more than these,
    and the loop takes less time for all of them than compiling one method.
    """

    __slots__ = ("by_position", "calls", "put")

    def __init__(self, owner: type, *, frozen: bool) -> None:
        super().__init__(owner, "__init__", _init_of_frozen if frozen else _init)
        self.put: Callable[[Any, str, Any], None] = object.__setattr__ if frozen else setattr
        self.by_position = _by_position(owner)
        self.calls = 0

    def __get__(self, instance: Any, kind: type | None = None) -> Any:
        self.calls += 1
        # Somebody who looks it up on the class wants to see its parameters.
        if instance is None or self.calls > _FEW:
            return super().__get__(instance, kind)
        return partial(self._fill, instance)

    def _fill(self, instance: Any, *by_position: Any, **by_name: Any) -> None:
        """Do what the generated method does."""
        values = self._values(by_position, by_name)
        if values is None:
            # The call is wrong, and the generated method says what is wrong with it.
            super().__get__(instance)(*by_position, **by_name)
            return
        for name, value in values.items():
            self.put(instance, name, value)
        if hasattr(instance, "__post_init__"):
            instance.__post_init__()

    def _values(
        self, by_position: tuple[Any, ...], by_name: dict[str, Any]
    ) -> dict[str, Any] | None:
        """The value of each field after a call of ``__init__``; None if the call is wrong."""
        fields = _fields_of(self.owner)
        values = dict(zip(self.by_position, by_position, strict=False)) | by_name
        # fewer: too many by position, or one also by name
        if len(values) < len(by_position) + len(by_name):
            return None
        for name in values:
            if name not in fields or not fields[name].init:
                return None
        if len(values) == len(fields):
            return values

        for name, field in fields.items():
            if name in values:
                continue
            if field.factory is not _MISSING:
                values[name] = field.factory()
            elif field.default is not _MISSING:
                values[name] = field.default
            elif field.init:
                return None
        return values


class _StandardFields:
    """``__dataclass_fields__``, which the functions of the standard module read."""

    def __get__(self, _instance: Any, kind: type) -> dict[str, Any]:
        standard = _standard_fields(kind)
        setattr(kind, "__dataclass_fields__", standard)  # noqa: B010 - types know no such attribute
        return standard


def _standard_fields(kind: type) -> dict[str, Any]:
    """The fields of ``kind`` as the standard module describes them."""
    # It loads ``inspect``, which takes longer than all classes of a command together.
    import dataclasses

    described = []
    for name, own in _fields_of(kind).items():
        options: dict[str, Any] = {"init": own.init, "repr": own.shown, "compare": own.compare}
        if own.default is not _MISSING:
            options["default"] = own.default
        if own.factory is not _MISSING:
            options["default_factory"] = own.factory
        described.append((name, own.annotation, dataclasses.field(kw_only=own.kw_only, **options)))
    twin: Any = dataclasses.make_dataclass("_Twin", described)
    fields: dict[str, Any] = twin.__dataclass_fields__
    return fields


def _fields_of(kind: type) -> dict[str, _Field]:
    fields: dict[str, _Field] = getattr(kind, _FIELDS)
    return fields


def _dataclass(
    kind: type | None = None,
    *,
    eq: bool = True,
    repr: bool = True,  # noqa: A002 - the standard name
    order: bool = False,
    frozen: bool = False,
    kw_only: bool = False,
    slots: bool = False,
) -> Any:
    """Make a class a dataclass; the parameters are those of ``dataclasses.dataclass``."""

    def decorate(kind: type) -> type:
        own = _own_fields(kind, kw_only=kw_only)
        fields = _inherited_fields(kind) | own
        if slots:
            kind = _with_slots(kind, own)
        setattr(kind, _FIELDS, fields)
        _add_init(kind, frozen=frozen)
        if repr:
            _add(kind, "__repr__", _FirstUse(kind, "__repr__", _repr))
        if eq:
            _add_equality(kind, frozen=frozen)
        if order:
            for name in ("__lt__", "__le__", "__gt__", "__ge__"):
                _add(kind, name, _FirstUse(kind, name, _comparison))
        if frozen:
            _add_freeze(kind)
        _add(kind, "__replace__", _replace)
        kind.__dataclass_fields__ = _StandardFields()  # type: ignore[attr-defined]
        return kind

    return decorate if kind is None else decorate(kind)


def _own_fields(kind: type, *, kw_only: bool) -> dict[str, _Field]:
    """The fields that the body of ``kind`` declares; their defaults stay as class attributes."""
    fields: dict[str, _Field] = {}
    for name, annotation in kind.__annotations__.items():
        # Annotations are text, because every module imports them from __future__.
        if str(annotation).startswith(("ClassVar", "typing.ClassVar")):
            continue
        given = kind.__dict__.get(name, _MISSING)
        declared: _Field = given if isinstance(given, _Field) else _field(default=given)
        if isinstance(declared.default, (list, dict, set)):
            raise ValueError(f"mutable default for field {name}: use default_factory")
        if declared.default is not _MISSING:
            setattr(kind, name, declared.default)
        elif given is declared:
            delattr(kind, name)
        declared.name = name
        declared.annotation = annotation
        declared.kw_only = kw_only
        fields[name] = declared
    return fields


def _inherited_fields(kind: type) -> dict[str, _Field]:
    fields: dict[str, _Field] = {}
    for base in reversed(kind.__mro__[1:]):
        fields |= base.__dict__.get(_FIELDS, {})
    return fields


def _with_slots(kind: type, own: dict[str, _Field]) -> type:
    """The class made again with slots, which cannot be added to a class that exists."""
    inherited: set[str] = set()
    for base in kind.__mro__[1:-1]:
        inherited.update(base.__dict__.get("__slots__", ()))
    namespace = dict(kind.__dict__)
    namespace["__slots__"] = tuple(name for name in own if name not in inherited)
    for name in (*own, "__dict__", "__weakref__"):
        namespace.pop(name, None)
    again = type(kind)(kind.__name__, kind.__bases__, namespace)
    again.__qualname__ = kind.__qualname__
    return again


def _add(kind: type, name: str, method: Any) -> None:
    """Add a method, unless the class defines it itself."""
    if name not in kind.__dict__:
        setattr(kind, name, method)


def _add_init(kind: type, *, frozen: bool) -> None:
    _add(kind, "__init__", _Init(kind, frozen=frozen))
    _add(kind, "__match_args__", _by_position(kind))


def _by_position(kind: type) -> tuple[str, ...]:
    """The fields that ``__init__`` takes by position."""
    fields = _fields_of(kind).values()
    return tuple(field.name for field in fields if field.init and not field.kw_only)


def _add_equality(kind: type, *, frozen: bool) -> None:
    own_hash = kind.__dict__.get("__hash__", _MISSING)
    # Python itself sets it to None in a class that defines only __eq__.
    has_own_hash = own_hash is not _MISSING and not (own_hash is None and "__eq__" in kind.__dict__)
    _add(kind, "__eq__", _FirstUse(kind, "__eq__", _comparison))
    if not has_own_hash:
        hash_method = _FirstUse(kind, "__hash__", _hash) if frozen else None
        setattr(kind, "__hash__", hash_method)  # noqa: B010 - for types, a hash is always a method


def _add_freeze(kind: type) -> None:
    _add(kind, "__setattr__", _refuse_change)
    _add(kind, "__delattr__", _refuse_change)
    # pickle and copy fill an object without __init__, so they need another way.
    if "__slots__" in kind.__dict__:
        _add(kind, "__getstate__", _state)
        _add(kind, "__setstate__", _set_state)


def _compile(kind: type, head: str, body: list[str], names: dict[str, Any]) -> Any:
    """A method from its source; ``names`` are the values that it reads besides its arguments."""
    name = head.partition("(")[0]
    outer = ", ".join(names)
    lines = "\n  ".join(body)
    source = f"def generate({outer}):\n def {head}:\n  {lines}\n return {name}"
    # The module of the class gives the annotations of the method their meaning.
    module = sys.modules.get(kind.__module__)
    scope = {} if module is None else module.__dict__
    made: dict[str, Any] = {}
    code = compile(source, f"<{kind.__qualname__}.{name}>", "exec")
    exec(code, scope, made)  # noqa: S102 - our own text
    return _named(made["generate"](**names), kind, name)


_Assignment = tuple[str, dict[str, Any]]
"""A statement that sets a field, with {} for the value, and the names that it reads."""


def _init(kind: type, _name: str) -> Any:
    return _generate_init(kind, lambda name: (f"self.{name} = {{}}", {}))


def _init_of_frozen(kind: type, _name: str) -> Any:
    """``__init__`` of a class whose ``__setattr__`` refuses."""

    def assignment(name: str) -> _Assignment:
        slot = getattr(kind, name, None)
        # Setting a slot by its descriptor is faster than by object.__setattr__.
        if isinstance(slot, MemberDescriptorType):
            return f"_slot_{name}(self, {{}})", {f"_slot_{name}": slot.__set__}
        return f"_set(self, {name!r}, {{}})", {"_set": object.__setattr__}

    return _generate_init(kind, assignment)


def _generate_init(kind: type, assignment: Callable[[str], _Assignment]) -> Any:
    """``__init__`` with one parameter for each field, which it sets by ``assignment``."""
    fields = [field for field in _fields_of(kind).values() if field.init or field.has_default()]
    body: list[str] = []
    names: dict[str, Any] = {"_MISSING": _MISSING}
    for field in fields:
        if field.has_default():
            # A default that is made for each object stays missing until there is one.
            names[f"_default_{field.name}"] = field.default
        if field.factory is not _MISSING:
            names[f"_make_{field.name}"] = field.factory
        statement, read = assignment(field.name)
        body.append(statement.format(_value(field)))
        names |= read
    if hasattr(kind, "__post_init__"):
        body.append("self.__post_init__()")
    method = _compile(kind, f"__init__({_parameters(fields)})", body or ["pass"], names)
    annotations = {field.name: field.annotation for field in fields if field.init}
    method.__annotations__ = {**annotations, "return": None}
    return method


def _value(field: _Field) -> str:
    """The source of the value that ``__init__`` gives a field."""
    if field.factory is _MISSING:
        if field.init:
            return field.name
        return f"_default_{field.name}"
    made = f"_make_{field.name}()"
    if field.init:
        return f"{made} if {field.name} is _MISSING else {field.name}"
    return made


def _parameters(fields: list[_Field]) -> str:
    """The source of the parameters of ``__init__``."""
    by_position = ["self"]
    by_keyword: list[str] = []
    for field in fields:
        if not field.init:
            continue
        parameter = field.name
        if field.has_default():
            parameter += f"=_default_{field.name}"
        if field.kw_only:
            by_keyword.append(parameter)
        else:
            by_position.append(parameter)
    if by_keyword:
        by_position.append("*")
    return ", ".join([*by_position, *by_keyword])


def _comparison(kind: type, name: str) -> Any:
    """``__eq__`` or a comparison of order: of the values, for objects of one class only."""
    compare = _COMPARISONS[name]
    values = _compared(kind)

    def comparison(self: Any, other: Any) -> Any:
        if other.__class__ is self.__class__:
            return compare(values(self), values(other))
        return NotImplemented

    return _named(comparison, kind, name)


def _hash(kind: type, name: str) -> Any:
    values = _compared(kind)

    def hash_of_values(self: Any) -> int:
        return hash(values(self))

    return _named(hash_of_values, kind, name)


def _compared(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    """What returns the values of an object that equality compares."""
    names = [field.name for field in _fields_of(kind).values() if field.compare]
    if len(names) > 1:
        # as fast as a generated tuple, and nothing has to be compiled
        return operator.attrgetter(*names)
    return lambda instance: tuple(getattr(instance, name) for name in names)


def _named(method: Any, kind: type, name: str) -> Any:
    """A method under the name by which its class has it."""
    method.__name__ = name
    method.__qualname__ = f"{kind.__qualname__}.{name}"
    method.__module__ = kind.__module__
    return method


def _repr(kind: type, name: str) -> Any:
    shown = [field.name for field in _fields_of(kind).values() if field.shown]
    values = ", ".join(f"{field}={{self.{field}!r}}" for field in shown)
    body = f"return f'{{self.__class__.__qualname__}}({values})'"
    return _compile(kind, f"{name}(self)", [body], {})


def _refuse_change(self: Any, name: str, *_value: Any) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change field {name!r} of {type(self).__qualname__}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in _fields_of(type(self))]


def _set_state(self: Any, state: list[Any]) -> None:
    for name, value in zip(_fields_of(type(self)), state, strict=True):
        object.__setattr__(self, name, value)


def _replace(instance: Any, /, **changes: Any) -> Any:
    """A copy of ``instance`` with other values of some fields, as ``dataclasses.replace``."""
    for name, field in _fields_of(type(instance)).items():
        if not field.init:
            if name in changes:
                raise ValueError(f"field {name!r} of {type(instance).__name__} cannot be set")
        elif name not in changes:
            changes[name] = getattr(instance, name)
    return type(instance)(**changes)


if not TYPE_CHECKING:
    dataclass, field, replace = _dataclass, _field, _replace
