"""People who asked to be forgotten stay forgotten: an old list or mailbox does not bring them back."""

from __future__ import annotations

from collections.abc import Iterable

from passalong.accounts.models import Practice
from passalong.contacts.keys import email_key, phone_key
from passalong.contacts.models import ContactPoint
from passalong.core.erasing import forgotten_keys
from passalong.core.keyed import keyed_hash


class Forgotten:
    """Knows them by the keyed hash of a mail address or phone number; a bare name tells nobody apart.

    Whoever is on file again with the very address came back of their own accord, and counts like anybody.
    """

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self._keys = forgotten_keys(practice.pk)
        self._known: dict[str, bool] = {}

    def names(self, emails: Iterable[str], phones: Iterable[tuple[str, str]] = ()) -> bool:
        """Whether one of these is theirs. phones: as written, and in E.164 where that is known."""
        if not self._keys:
            return False
        country = self.practice.country
        normalised = {email_key(email) for email in emails}
        normalised |= {e164 or phone_key(raw, country) for raw, e164 in phones}
        return any(self._is_theirs(one) for one in normalised - {""})

    def _is_theirs(self, key: str) -> bool:
        if key not in self._known:
            is_theirs = keyed_hash(self.practice.pk, key) in self._keys
            self._known[key] = is_theirs and not self._is_on_file(key)
        return self._known[key]

    def _is_on_file(self, key: str) -> bool:
        return ContactPoint.objects.filter(practice=self.practice, key=key).exists()
