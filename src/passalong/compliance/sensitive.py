"""Which kinds and names of groups reveal what the law protects most.

Religion, health, union, politics, ethnicity and sexuality (GDPR Art. 9 and its like elsewhere) must not enter a
practice's evidence unless the practice allows the category with a written reason.

Texts are folded before they are compared: no accents, no capitals, no punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

NOTE = "note"  # the kind as which a free note about somebody is asked about


class EvidenceSource(StrEnum):
    """Evidence nobody entered as a fact: that people wrote to each other, or met."""

    MAIL = "mail"
    CALENDAR = "calendar"


# Who writes to an attorney, who meets a doctor: that alone is a secret. Values of accounts.Profession.
SILENT = frozenset({"attorney", "accountant", "doctor", "dentist"})


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
    "ministry|diocese|denomination|chapel|mission_trip|confession|kirche|konfession",
    Category.HEALTH: "health|medical_condition|patient|diagnosis|illness|disease|disability|therapy|clinic_visit|"
    "support_group|self_help|selbsthilfe|recovery|addiction|treatment|medication|hospital_stay|blood_type|pregnancy|"
    "rehab|krankheit",
    Category.UNION: "union|trade_union|labou?r_union|works_council|shop_steward|gewerkschaft|betriebsrat",
    Category.POLITICS: "politics|political|party|parties|partei|campaign_donor|campaign|voter|caucus|election|pac",
    Category.ETHNICITY: "ethnic|ethnicity|racial|tribe|caste|ancestry|nationality|citizenship|immigration",
    Category.SEXUALITY: "sexuality|sexual_orientation|sexual|lgbt\\w*|pride|gender_identity|dating",
}
# Kinds that are refused as they stand, but not as part of another: a road race is no race.
_WHOLE_KINDS = {
    "race": Category.ETHNICITY,
    "races": Category.ETHNICITY,
    "race_ethnicity": Category.ETHNICITY,
    "orientation": Category.SEXUALITY,
}
# Harmless kinds that hold such a word.
_HARMLESS_KIND = re.compile(
    r"(?:^|_)(?:(?:credit|students?|rugby|customs)_union|health_club|"
    r"(?:birthday|dinner|garden|holiday|wedding|office|block|summer|launch|cocktail)_part(?:y|ies)|"
    r"(?:marketing|ad|advertising|capital)_campaign)s?(?=_|$)"
)

_PLACE = r"(?:street|st|road|rd|lane|ln|hill|avenue|ave|square|row|walk|drive|court|farm|and dwight|and co|shoes)"
_HOUSE = (
    r"(?:(?:memorial|general|childrens|regional|day|high|middle|prep|preparatory|primary|elementary|girls|boys) )*"
    r"(?:hospitals?|health\w*|medical|schools?|high|university|college|academy|clinic|museum|press|bank|"
    r"banking|finance)\b"
)
_FAITH = (
    r"(?:jewish|judische[rn]?|islamic|islamische[rn]?|muslim|hindu|buddhist|sikh|"
    r"(?<!young mens )(?<!young womens )christian)"
)
_BODY = (
    r"(?:association|society|cent(?:er|re)|leagues?|fellowship|community|federation|council|congress|alliance|network|"
    r"students?|youth|women\w*|men|mens|brotherhood|sisterhood|mission\w*|ministr\w+|union|group|circle|temple|choir|"
    r"congregation|verein\w*|gemeinde|lawyers|professionals|business\w*)"
)
_ILLNESS = (
    r"(?:cancer|krebs|diabetes|diabetiker|hiv|(?<!hearing )aids|addiction|depression|grief|autism|dementia|"
    r"alzheimers?|"
    r"multiple sclerosis|parkinsons?|epilepsy|lupus|crohns?|arthritis|bipolar|schizophrenia|adhd|"
    r"eating disorders?|mental (?:health|illness)|kidney|leuka?emia|lymphoma|cystic fibrosis|rheuma)"
)
# A union's local bears a number; so does a kitchen on the corner, unless those who work there are meant.
_TABLE = (
    r"(?: (?:kitchen|restaurant|cafe|coffee|bar|grill|bistro|brewery|brewing|taproom|tavern|pub|pizz\w+|bakery|diner|"
    r"deli|eatery|market)\b(?!.*\b(?:workers?|employees?|staff|unions?|cooks|servers)\b))"
)
_PARTY = r"(?:spd|cdu|csu|fdp|afd|grunen?|linken?|labour)"
_BRANCH = r"(?:ortsverein|ortsverband|kreisverband|stadtverband|landesverband|fraktion|partei|party)"

_PEOPLE = (
    r"(?:turkish|kurdish|armenian|polish|nigerian|ghanaian|somali|indian|pakistani|bangladeshi|chinese|korean|"
    r"vietnamese|filipino|japanese|iranian|persian|arab|lebanese|syrian|greek|italian|irish|russian|ukrainian|serbian|"
    r"croatian|albanian|romanian|portuguese|mexican|cuban|haitian|jamaican|caribbean|african|ethiopian|eritrean|tamil|"
    r"punjabi|bengali|turkische[rn]?|polnische[rn]?|kurdische[rn]?|griechische[rn]?)"
)
# What follows a word of illness where somebody makes a living of it.
_TRADE = (
    r"(?:dogs?|compan\w+|devices?|equipment|software|makers?|cent(?:er|re)s?|management|administration|design|finance|"
    r"sales|supplies|robot\w*|practice)\b"
)

# Names that give the same away under a harmless kind.
_NAME_PATTERNS: dict[Category, str] = {
    Category.RELIGION: rf"{_FAITH} (?:\w+ )?{_BODY}\b|(?:jewish|islamic)\b(?! {_HOUSE})|knights of columbus|opus dei|"
    r"jehovahs?|latter day saints|chabad|hadassah|bnai brith|hillel (?:house|foundation)|bible (?:study|group|circle)|"
    r"bibelkreis|prayer (?:group|circle|breakfast)|(?:st|saint|holy|our lady)(?: \w+){1,3} parish\b|"
    r"parish (?:council|choir|group)|temple (?:beth|bnai|israel|emanu\w*|sinai|shalom|sholom|adath|isaiah|ohabei)\b|"
    r"zentralrat der (?:juden|muslime)|kirchen(?:gemeinde|chor|vorstand|kreis)|pfarr(?:gemeinde|gemeinderat|"
    r"gruppe|ei)\b|"
    r"(?:evangelisch|katholisch)\w* (?:\w+ )?(?:gemeinde|jugend|frauen\w*|verein\w*|kirch\w*|verband\w*)|freikirch\w*|"
    r"kolping\w*|cvjm\b|ahmadiyya|jamaat|kingdom hall|(?:bar|bat) mitzvah|ladies of charity",
    Category.HEALTH: rf"(?:alcoholics|narcotics|gamblers|overeaters|cocaine) anonymous|anonyme alkoholiker|al anon\b|"
    rf"ms (?:patients?|self help|support group)\b|"
    r"stroke (?:support|survivors?|association|patients?)\b|"
    rf"{_ILLNESS} (?:\w+ ){{0,3}}(?:support|self help|patients?|survivors?)\b|selbsthilfe\w*|self help group|"
    r"support group|"
    r"sober (?:runners|riders|living|mums|moms|dads|club)\b|"
    r"patients? (?:group|association|council)|weight watchers|rehab\b|rehabilitation (?:group|patients?)",
    Category.UNION: r"(?:trade|labou?r) unions?\b|(?:workers?|teachers?|nurses?|employees?|musicians?|actors?|"
    r"writers?|"
    r"drivers?|miners?|firefighters?|journalists?|postal|police|railway\w*|transport) union\b|"
    rf"union local\b|local (?:no |nr )?\d+\b(?!{_TABLE})|teamsters|"
    r"works council|betriebsrat|\w*gewerkschaft\w*|ver di\b|ig metall|"
    r"ig bce|united (?:auto|steel|mine|food|farm) ?workers|steelworkers|communications? workers|"
    r"employees international union|national education association|(?:seiu|afl cio|ibew|uaw|afscme|ufcw|unite here|"
    r"unite the union)\b|dgb\b|cfdt\b|^(?:unison|gmb|cgt|tuc)$|(?:unison|gmb|cgt) (?:union|branch)\b|"
    r"federation of teachers|brotherhood of (?:electrical|locomotive|carpenters)\b|shop stewards?",
    Category.POLITICS: r"(?:democratic|democrats?|republicans?|labou?r|conservatives?|socialist|communist|libertarian|"
    r"tory|unionist) (?:(?:state|county|national|central|town|city) )?(?:party|clubs?|caucus|committee|women|womens|"
    r"men|mens|federation|association|league)\b|(?:green|liberal) (?:party|caucus)\b|liberal (?:club|democrats)\b|"
    r"junge union\b|jusos?\b|junge liberale|grune jugend|linksjugend|young (?:greens|labou?r|tories)\b|"
    r"political action committee|party committee|(?:young|college) (?:democrats|republicans|conservatives|liberals|"
    rf"socialists)|{_PARTY} {_BRANCH}\b|{_BRANCH} (?:der )?{_PARTY}\b|democrats\b|die grunen|bundnis 90|"
    r"democratic socialists|committee to elect|"
    r"for (?:congress|senate|governor)\b|federalist society",
    Category.ETHNICITY: rf"{_PEOPLE} (?:american )?(?:community|heritage|cultur\w+|diaspora|descent|ancestry)\b|"
    r"diaspora (?:network|association|group|club)|sons of (?:italy|norway)|hibernians\b|sinti\b|landsmannschaft|"
    r"(?:ethnic|tribal) (?:association|council)|naacp\b|league of united latin|"
    r"(?:african american|hispanic|latin[oax]|asian american|native american|indigenous|kurdish|roma) "
    rf"(?:chamber|bar|caucus|{_BODY})\b|"
    r"black (?:caucus|chamber|lawyers|professionals|students?|business|women\w*|men)\b",
    Category.SEXUALITY: r"lesben\b|schwul\w*|^out in (?:finance|tech|law|business|insurance)\b|lgbt\w*|"
    r"lesbians?\b|queer\b|transgender\b|pflag\b|gay (?:mens?|pride|straight|rights|and|"
    r"alliance|network|chorus|lawyers|professionals|club|group|fathers|parents)\b|"
    r"pride (?:club|network|group|alliance|march|parade)\b",
}
# Streets, towns, schools and employers bear these words without saying anything about a person.
_AMBIGUOUS: dict[Category, str] = {
    # Who works for the society against an illness need not have it; who belongs to it may.
    Category.HEALTH: rf"{_ILLNESS} (?:\w+ ){{0,3}}(?:society|association|fellowship|league|alliance|hilfe|"
    r"gesellschaft)\b|ms (?:society|association|fellowship|gesellschaft)\b|krebshilfe",
    Category.RELIGION: rf"(?:baptists?|methodists?|lutherans?|catholics?|presbyterians?|episcopal|anglican|"
    rf"pentecostal|"
    rf"evangelical|mennonite|adventist|mormons?|quakers?|unitarian)\b(?! {_HOUSE})|"
    r"orthodox (?:church|christian|jewish|parish|congregation|community|youth|union|cathedral)|"
    rf"(?<!falls )church\b(?! {_PLACE}\b)|congregation\b|mosque|masjid|gurdwara|synagogue|"
    r"(?:hindu|buddhist|sikh|mormon) temple|(?:kirche|moschee|synagoge|eglise|paroisse|iglesia|parroquia)\b",
    Category.SEXUALITY: r"gay\b",
}
# A free text on a person's life tells more than a group's name.
_LIFE_PATTERNS: dict[Category, str] = {
    Category.RELIGION: r"(?:goes to|went to|attends|after) (?:sunday |midnight )?mass\b|(?:keeps|"
    r"eats) (?:kosher|halal)|"
    r"ramadan|ordained|sabbath|shabbat|kingdom hall|church ?goer|converted to|baptised|baptized|baptism|(?:bar|"
    r"bat) mitzvah|first communion|religious|rabbi|"
    r"(?:muslim|islam|jewish|judaism|hindu|buddhist|sikh|christian faith|atheist)\b",
    Category.HEALTH: rf"diagnos\w+|{_ILLNESS}\b|rehab\w*\b(?! (?:of|project))|(?:has|with|got) a pacemaker|"
    r"on dialysis|lost (?:his|her|their) (?:hearing|sight|eyesight)|(?:aa|na) meetings?\b|stopped drinking|"
    r"a stroke\b(?! of)|(?:has|have|with|"
    r"got) ms\b(?! \w)|pregnan\w+|schwanger\w*|expecting (?:(?:a|their|her|his) )?(?:first |second |third )?(?:baby|"
    r"child|twins|son|daughter)\b|"
    rf"miscarriage|ivf\b|chemo\w*|surgery\b(?! {_TRADE})|operation on|operated on|hospitali[sz]ed|"
    rf"in hospital\b(?! {_TRADE})|"
    r"heart attack|tumou?r|illness|(?:seriously|terminally|mentally|chronically|fell|is|was) ill\b|sick leave|"
    rf"burn ?out|sober|in recovery|therapy\b(?! {_TRADE})|disab(?:led|ility)|wheelchair|krank\w*|overdose|alcoholi\w+",
    Category.UNION: r"(?:joined|left|leads|elected by) (?:the|a|his|her|their) union|"
    r"union (?:rep\w*|member\w*|steward)|on strike",
    Category.POLITICS: r"votes? (?:labou?r|conservative|tory|green|republican|democrat\w*|lib dem)\b|"
    r"(?:local|county|town) (?:conservatives|labou?r|republicans|tories)\b|campaigned for the|vot(?:es|ed) for|"
    r"(?:joined|left) the (?:democrats|republicans|greens|tories|party)|"
    r"(?:democrat|republican)s?\b|(?:runs?|running|ran|stood|standing) for (?:office|mayor|parliament|council)",
    Category.ETHNICITY: r"asylum|immigration status|(?:as|is|was|were|became) (?:a )?refugees?\b|"
    r"refugee (?:status|from|camp)|naturali[sz]ed|citizenship|deport\w+|green card",
    Category.SEXUALITY: r"(?:came|coming|comes|come) out(?! (?:of|on|with|in|ahead|first|second|third|top|well|"
    r"to (?!his|her|their|me|us|family|parents|friends))\b)|"
    r"her wife\b|his husband\b|same sex|bisexual|homosexual|gender transition|transsexual|(?:his|"
    r"her) (?:sexual\w*|orientation)",
}
# A credit union is a bank.
_CREDIT_UNION = re.compile(r"\bcredit unions?\b")


def _compiled(patterns: dict[Category, str]) -> dict[Category, re.Pattern[str]]:
    return {category: re.compile(rf"\b(?:{words})") for category, words in patterns.items()}


_KIND_RE = {c: re.compile(rf"(?:^|_)(?:{words})(?:s|es)?(?:_|$)") for c, words in _KIND_WORDS.items()}
_NAME_RE, _AMBIGUOUS_RE, _LIFE_RE = _compiled(_NAME_PATTERNS), _compiled(_AMBIGUOUS), _compiled(_LIFE_PATTERNS)
_NAMED_AFTER_KINDS = {"street", "town", "employer", "firm", "school", "household"}
_LIFE_KINDS = {"life_event", NOTE}


def folded(text: str) -> str:
    """The text without accents, capitals and punctuation, its words one space apart."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign) and sign not in "'’‘`´")
    return " ".join(re.sub(r"[\W_]+", " ", plain.replace("&", " and ")).split())


def categories_of(kind: str, name: str = "") -> list[Category]:
    """The protected categories that evidence of this kind and name would reveal, in the order of Category.

    Of the kinds "life_event" and "note", `name` is a free text.
    """
    kind_key, text = folded(kind).replace(" ", "_"), folded(name)
    found = _of_kind(kind_key)
    if text:
        named = {category for category, pattern in _asked_of(kind_key) if pattern.search(text)}
        found |= named - ({Category.UNION} if _CREDIT_UNION.search(text) else set())
    return [category for category in Category if category in found]


def _asked_of(kind_key: str) -> list[tuple[Category, re.Pattern[str]]]:
    """The patterns a text of this kind is held against."""
    patterns = [_NAME_RE]
    patterns += [] if kind_key in _NAMED_AFTER_KINDS else [_AMBIGUOUS_RE]
    patterns += [_LIFE_RE] if kind_key in _LIFE_KINDS else []
    return [pair for one in patterns for pair in one.items()]


def words_of(kind: str, name: str, category: Category) -> str:
    """The words in a free text that give a category away, as folded; empty where the kind itself does."""
    text = folded(name)
    matches = (pattern.search(text) for one, pattern in _asked_of(folded(kind).replace(" ", "_")) if one is category)
    return next((match[0].strip() for match in matches if match), "")


def _of_kind(key: str) -> set[Category]:
    left = _HARMLESS_KIND.sub("_", key)
    found = {category for category, pattern in _KIND_RE.items() if pattern.search(left)}
    return found | ({_WHOLE_KINDS[key]} if key in _WHOLE_KINDS else set())


def category_of(kind: str, name: str = "") -> Category | None:
    """The first of the protected categories, or None."""
    return next(iter(categories_of(kind, name)), None)
