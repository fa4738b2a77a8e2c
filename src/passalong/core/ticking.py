"""The scheduler's loop."""

from __future__ import annotations

import logging
import time

from django.db import DatabaseError, close_old_connections, connections

from passalong.core.schedule import enqueue_due

logger = logging.getLogger("passalong.tick")


def run(*, every: float) -> None:
    """Enqueue what is due, for ever; a database that does not answer is asked again next time."""
    while True:
        step()
        time.sleep(every)


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
