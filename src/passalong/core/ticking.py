"""The scheduler's loop."""

from __future__ import annotations

import logging
import time

from django.db import DatabaseError, close_old_connections, connections
from django.utils.module_loading import import_string

from passalong.core.schedule import OFTEN, Often, enqueue_due

logger = logging.getLogger("passalong.tick")


def run(*, every: float) -> None:
    """Enqueue what is due, and do what is done often, for ever; what failed is tried again next time."""
    look = 0.0
    due = dict.fromkeys(OFTEN, 0.0)
    while True:
        if time.monotonic() >= look:
            step()
            look = time.monotonic() + every
        for one in OFTEN:
            if time.monotonic() >= due[one]:
                do(one)
                due[one] = time.monotonic() + one.every
        time.sleep(max(0.05, min(look, *due.values()) - time.monotonic()))


def step() -> bool:
    """One look at the clock; whether the database answered."""
    try:
        for name in enqueue_due():
            logger.info("Due by the clock: %s", name)
    except DatabaseError as error:
        logger.warning("The database did not answer (%s). What is due now is done later.", error)
        connections.close_all()
        return False
    close_old_connections()
    return True


def do(one: Often) -> bool:
    """One turn of what is done often; whether it went well. Nothing that goes wrong in it ends the scheduler."""
    try:
        import_string(one.call)()
    except DatabaseError as error:
        logger.warning("The database did not answer (%s). Next turn of: %s", error, one.name)
        connections.close_all()
        return False
    except Exception:
        logger.exception("This went wrong and is tried again: %s", one.name)
        return False
    close_old_connections()
    return True
