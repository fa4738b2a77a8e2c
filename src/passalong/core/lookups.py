"""Rows that pages name by a public id: what a read does not find in this practice is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404

Asked = ParamSpec("Asked")
Found = TypeVar("Found")


def or_404(read: Callable[Asked, Found], *args: Asked.args, **kwargs: Asked.kwargs) -> Found:
    """What this read finds, or the page that says there is none."""
    try:
        return read(*args, **kwargs)
    except ObjectDoesNotExist:
        raise Http404 from None
