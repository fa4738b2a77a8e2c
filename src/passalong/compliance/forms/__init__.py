"""Forms of the rules room, one file a matter."""

from passalong.compliance.forms.categories import AllowForm

__all__ = ["AllowForm"]
