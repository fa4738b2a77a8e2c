"""What holds for any row before it is saved."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from passalong.core.errors import Refused


def check_row(row: models.Model, *, exclude: Collection[str] = ()) -> None:
    """Raise Refused with the first thing that is wrong with a row, before it is saved."""
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(" ".join(messages), field=None if field == NON_FIELD_ERRORS else field) from error
