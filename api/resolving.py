"""Resolving: the short way to the value of a field that needs no more than that.

Strawberry wraps every field in the same layers, for arguments, extensions and permissions, also
one that is an attribute or asks for none of them. On a page of small fields those layers cost
more than the fields, so they are left out where they do nothing.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeAlias, cast

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema
from strawberry import Info
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

Resolve: TypeAlias = Callable[[Any, Any], Any]
# The parameters of a method that the layers would only pass on.
ASKED_OF_ITSELF = ({"self"}, {"self", "info"})


def shorten(schema: GraphQLSchema) -> GraphQLSchema:
    """The same schema, its answers too, with a short way wherever there is one."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for field in kind.fields.values():
                field.resolve = _short(field) or field.resolve
    return schema


def _short(field: GraphQLField) -> Resolve | None:
    """None where the layers do something, and for fields that are not Strawberry's."""
    known = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(known, StrawberryField) or known.is_subscription or known.extensions:
        return None
    resolver = known.base_resolver
    if resolver is None:
        return _attribute(known.python_name)
    if field.args or set(resolver.signature.parameters) not in ASKED_OF_ITSELF:
        return None
    return _called(known, resolver)


def _attribute(name: str) -> Resolve:
    read = attrgetter(name)
    return lambda source, _: read(source)


def _called(field: StrawberryField, resolver: StrawberryResolver[Any]) -> Resolve:
    function = cast(Callable[..., Any], resolver.wrapped_func)
    if resolver.info_parameter is None:
        return lambda source, _: function(source)
    return lambda source, info: function(source, info=Info(info, field))
