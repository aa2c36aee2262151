"""Fields: how Python becomes part of the schema; its docstring is its description.

Strawberry does not read docstrings by itself. These few names do, so that what an app developer
reads in schema.graphql and what we read in the code cannot drift apart.
"""

from collections.abc import Callable
from inspect import cleandoc
from typing import Annotated, Any, TypeVar, cast, dataclass_transform

import strawberry
from strawberry.types.field import StrawberryField

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


def described(thing: object) -> str:
    """The docstring as a description; each thing must have one."""
    text = getattr(thing, "__doc__", None)
    assert text, f"{thing} needs a docstring: it is its description"
    return cleandoc(text)


@dataclass_transform(
    order_default=True, kw_only_default=True, field_specifiers=(strawberry.field, StrawberryField)
)
def output(cls: type[T]) -> type[T]:
    """An object type."""
    return strawberry.type(cls, description=described(cls))


@dataclass_transform(
    order_default=True, kw_only_default=True, field_specifiers=(strawberry.field, StrawberryField)
)
def interface(cls: type[T]) -> type[T]:
    """An interface."""
    return strawberry.interface(cls, description=described(cls))


@dataclass_transform(
    order_default=True, kw_only_default=True, field_specifiers=(strawberry.field, StrawberryField)
)
def input(cls: type[T]) -> type[T]:
    """An input object."""
    return strawberry.input(cls, description=described(cls))


def said(description: str, **options: Any) -> Any:
    """A plain field, with its description."""
    return strawberry.field(description=description, **options)


def asked(resolver: F) -> F:
    """A field that runs something."""
    return cast(F, strawberry.field(resolver, description=described(resolver)))


def mutation(resolver: F) -> F:
    """A field of Mutation."""
    return cast(F, strawberry.mutation(resolver, description=described(resolver)))


def subscription(resolver: F) -> F:
    """A field of Subscription."""
    return cast(F, strawberry.subscription(resolver, description=described(resolver)))


def argument(description: str) -> Any:
    """The description of an argument, for `Annotated`."""
    return strawberry.argument(description=description)


__all__ = [
    "Annotated",
    "argument",
    "asked",
    "described",
    "input",
    "interface",
    "mutation",
    "output",
    "said",
    "subscription",
]
