"""Which kinds and names of groups reveal what the law protects most.

Religion, health, union, politics, ethnicity and sexuality (GDPR Art. 9 and its like elsewhere) must not enter a
practice's evidence unless the practice allows the category with a written reason.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Category(StrEnum):
    RELIGION = "religion"
    HEALTH = "health"
    UNION = "union"
    POLITICS = "politics"
    ETHNICITY = "ethnicity"
    SEXUALITY = "sexuality"


# Words of a *kind* of evidence ("church", "patient_group"): any of them refuses the kind.
_KIND_WORDS: dict[Category, str] = {
    Category.RELIGION: "religion|religious|faith|church|parish|congregation|mosque|synagogue|temple|bible|prayer|"
    "ministry|diocese|denomination|chapel|mission_trip|confession",
    Category.HEALTH: "health|medical_condition|patient|diagnosis|illness|disease|disability|therapy|clinic_visit|"
    "support_group|recovery|addiction|treatment|medication|hospital_stay|blood_type|pregnancy",
    Category.UNION: "union|trade_union|labou?r_union|works_council|shop_steward",
    Category.POLITICS: "politics|political|party|campaign_donor|campaign|voter|caucus|election|pac",
    Category.ETHNICITY: "ethnic|ethnicity|race|racial|tribe|caste|ancestry|nationality|citizenship|immigration",
    Category.SEXUALITY: "sexuality|sexual_orientation|sexual|orientation|lgbt\\w*|pride|gender_identity|dating",
}

# Names that give the same away under a harmless kind. High precision first: "Church Street" is a street.
_NAME_PATTERNS: dict[Category, str] = {
    Category.RELIGION: r"\b(?:(?:baptist|methodist|lutheran|catholic|presbyterian|episcopal|orthodox|pentecostal|"
    r"evangelical)\b|church\b(?! (?:street|st|road|rd|lane|ln|hill|avenue|ave)\b)|parish (?:council|choir|group)|"
    r"congregation|mosque|synagogue|bible (?:study|group)|prayer group|islamic|jewish|hindu temple|"
    r"buddhist|jehovah)",
    Category.HEALTH: r"\b(?:alcoholics anonymous|narcotics anonymous|al-anon|(?:cancer|diabetes|hiv|aids|addiction|"
    r"depression|grief|autism|dementia|ms|parkinson'?s)[\w ]{0,20}(?:support|self-help|patients?|survivors?)|"
    r"support group|patients? (?:group|association)|weight watchers)",
    Category.UNION: r"\b(?:trade union|labou?r union|(?:workers'?|teachers'?|nurses'?|employees'?) union|"
    r"union local|local \d+\b.*\bunion|teamsters|works council)",
    Category.POLITICS: r"\b(?:(?:democratic|republican|labou?r|conservative|green|liberal|socialist|communist|"
    r"libertarian) (?:party|club|caucus|committee)|political action committee|party committee|young (?:democrats|"
    r"republicans|conservatives))",
    Category.ETHNICITY: r"\b(?:(?:ethnic|tribal) (?:association|council)|naacp)",
    Category.SEXUALITY: r"\b(?:lgbt\w*|gay|lesbian|queer|pride (?:club|network|group)|transgender)\b",
}

_KIND_RE = {c: re.compile(rf"(?:^|_)(?:{words})(?:s|es)?(?:_|$)") for c, words in _KIND_WORDS.items()}
_NAME_RE = {c: re.compile(words, re.IGNORECASE) for c, words in _NAME_PATTERNS.items()}
# Streets, towns, homes and employers are named after churches and unions without saying anything about a person.
_NAME_BLIND_KINDS = {"street", "town", "household", "employer", "school", "vendor", "customer"}


def category_of(kind: str, name: str = "") -> Category | None:
    """The protected category that membership in a group of this kind and name would reveal, or None."""
    folded = re.sub(r"[^a-z0-9]+", "_", kind.casefold()).strip("_")
    for category, pattern in _KIND_RE.items():
        if pattern.search(folded):
            return category
    if folded in _NAME_BLIND_KINDS or not name:
        return None
    return next((category for category, pattern in _NAME_RE.items() if pattern.search(name)), None)
