"""Domain: what the app can do for a member, one folder per capability.

Read a capability from its __init__.py: it lists what others may call. Calls go down and
events come up the order in pyproject.toml ("Calls go down, events come up").
"""

from importlib.util import find_spec
from pkgutil import iter_modules


def modules(name: str) -> list[str]:
    """Where the module of that name is, such as "models", in each capability that has one."""
    paths = [f"domain.{capability.name}.{name}" for capability in iter_modules(__path__)]
    return [path for path in paths if find_spec(path)]
