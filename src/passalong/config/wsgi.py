"""The web server's door."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passalong.config.settings")


def _application() -> object:
    """Django behind the door; made once Django is set up, which the door's imports need."""
    inner = get_wsgi_application()
    from passalong.portal.door import Door

    return Door(inner)


application = _application()

# A page makes many short-lived rows; Python's default would look through the whole heap every few requests, which
# costs up to 100 ms beside a large practice's scorer. What stands at start is never garbage; look seldom at the rest.
gc.freeze()
gc.set_threshold(50_000, 20, 50)
