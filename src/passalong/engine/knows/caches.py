"""What an object counts on first use and keeps, handed on to a copy of it for which it holds as well."""

from __future__ import annotations

import functools
from typing import TypeVar

Thing = TypeVar("Thing")


def found_once(thing: object) -> list[str]:
    """Names of what an object counts on first use and keeps."""
    return [name for name, held in vars(type(thing)).items() if isinstance(held, functools.cached_property)]


def carried(old: Thing, new: Thing) -> Thing:
    """Give `new` what `old` has counted already. Only for what rests on memberships, contacts and traits alone."""
    vars(new).update({name: vars(old)[name] for name in found_once(old) if name in vars(old)})
    return new
