"""doctor on mail that goes out: does it leave, and does anything wait that should have gone?"""

from __future__ import annotations

from typing import Literal

State = Literal["ok", "warning", "broken"]


def look() -> tuple[State, str]:
    """State and one sentence: where messages go, whether the way out is open, what is stuck."""
    from django.conf import settings
    from django.db import connection

    from passalong.mail import transport
    from passalong.mail.models import Message
    from passalong.mail.selectors import outbox
    from passalong.mail.services import dkim_sign

    has_table = Message._meta.db_table in connection.introspection.table_names()
    late = outbox.stuck() if has_table else 0
    waits = f" Messages that should have gone more than an hour ago: {late:,}." if late else ""
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        kept = f"No mail server is named (EMAIL_URL): messages are kept in {settings.EMAIL_FILE_PATH}."
        return "warning", kept + waits
    way = transport.make()
    try:
        way.open()
    except transport.NotNow as shut:
        return "broken", f"{shut.reason}.{waits}"
    finally:
        way.close()
    if trouble := dkim_sign.trouble():
        return "broken", trouble + waits
    sender = settings.DEFAULT_FROM_EMAIL
    if sender.endswith("@localhost"):
        return "warning", f"MAIL_FROM is still {sender}: no receiver takes that.{waits}"
    is_server = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
    where = f"{settings.EMAIL_HOST} answers" if is_server else "Mail goes by a provider"
    return ("warning" if late else "ok"), f"{where}; messages come from {sender}.{waits}"
