"""Which column holds what: header words in several languages, then what the cells look like.

The result is a list of fields, one for each column ("" where the column is not read). Several columns may hold the same
field; shown as a mapping they are numbered: email, email_2.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from passalong.exchange.readers import names, values
from passalong.exchange.readers.records import Refused

# field -> header words after folding: lower case, no accents, only letters and digits
WORDS: dict[str, str] = {
    "name": "name|full name|fullname|display name|displayname|contact name|person|member|member name"
    "|attendee|participant|official full|client name|nom complet|nom et prenom|vollstandiger name"
    "|ansprechpartner|kontakt|nombre completo|nome completo|naam|navn|namn|nimi|teilnehmer|mitglied|who",
    "given_name": "first name|firstname|first|given name|givenname|forename|given|prenom|vorname|nombre"
    "|nome|voornaam|fornavn|fornamn|etunimi|fname|imie|primer nombre|christian name",
    "family_name": "last name|lastname|last|family name|familyname|surname|family|nom|nom de famille"
    "|nachname|familienname|zuname|apellido|apellidos|cognome|achternaam|etternavn|efternavn|efternamn"
    "|sukunimi|lname|nazwisko",
    "middle_name": "middle name|middlename|middle|additional name|second name|mittelname|deuxieme prenom"
    "|mi|middle initial",
    "prefix": "prefix|name prefix|salutation|anrede|civilite|honorific|titel|tratamiento|courtesy title",
    "suffix": "suffix|name suffix|credentials|designation|designations|namenszusatz",
    "nickname": "nickname|nick|rufname|surnom|known as|preferred name|apodo",
    "email": "email|e mail|mail|email address|e mail address|mail address|emailaddress|courriel"
    "|adresse email|adresse mail|adresse e mail|e mail adresse|email adresse|mailadresse|correo"
    "|correo electronico|posta elettronica|epost|e post|sahkoposti|mel|adres e mail|e mail value"
    "|email 1 value|e mail id|email id",
    "phone": "phone|telephone|tel|phone number|telephone number|mobile|mobile phone|cell|cell phone"
    "|cellphone|mobile number|primary phone|telefon|telefonnummer|handy|mobil|mobiltelefon|telefono|movil"
    "|portable|telephone portable|gsm|telefoon|puhelin|tel nr|festnetz|direct|direct line|direct phone"
    "|landline|cellulare|numero de telephone|phone no|voice",
    "organization": "organization|organisation|company|company name|business|business name|employer|firm"
    "|firm name|org|organization name|organisation name|institution|firma|unternehmen|arbeitgeber|empresa"
    "|entreprise|societe|azienda|societa|bedrijf|organisatie|yritys|company or organization"
    "|associated company|primary company|workplace|foretag|affiliation|compania|organizacion|verein"
    "|prospect organization",
    "department": "department|organization department|dept|division|abteilung|service|departement|departamento|reparto",
    "title": "job title|jobtitle|position|organization title|occupation|profession|title|function|funktion"
    "|beruf|poste|fonction|cargo|puesto|stelle|berufsbezeichnung|functie|job",
    "role": "role|rolle|rol|ruolo|board role|committee role|office held|member type|responsibility",
    "url": "url|website|web site|web page|webpage|homepage|home page|linkedin|linkedin url"
    "|linkedin profile|profile url|profile|web|site web|webseite|internet|sitio web|person linkedin url"
    "|website url|www",
    "street": "street|street address|address|address 1|address1|address line 1|strasse|str|adresse"
    "|anschrift|rue|direccion|indirizzo|straat|via|calle|street 1|mailing address|home address"
    "|business address|work address",
    "formatted": "formatted address|full address|vollstandige adresse",
    "city": "city|town|ort|stadt|wohnort|ville|ciudad|citta|plaats|stad|by|localidad|suburb|municipality"
    "|location|commune",
    "region": "state|region|province|county|state region|state province|bundesland|kanton|canton|provincia"
    "|departement|state territory|st|land region",
    "postcode": "postcode|postal code|zip|zip code|zipcode|plz|postleitzahl|code postal|codigo postal|cap"
    "|postnummer|postnr|post code|pin code",
    "country": "country|country region|land|pays|pais|paese|nation|staat|maa",
    "birth_date": "birth date|birthdate|birthday|date of birth|dob|geburtsdatum|geburtstag"
    "|date de naissance|naissance|fecha de nacimiento|data di nascita|geboortedatum|born",
    "birth_year": "birth year",
    "birth_month": "birth month",
    "birth_day": "birth day",
    "connected_on": "connected on|connection date|verbunden am",
    "start": "start|start date|started on|from date|member since|since|joined|join date|date joined"
    "|mitglied seit|seit|eintritt|depuis|membre depuis|date of election|joined on|desde|beginn|begin"
    "|term start|started",
    "end": "end|end date|finished on|left|left on|until|bis|austritt|jusqu a|hasta"
    "|date ceased to be a member|term end|ende",
    "notes": "notes|note|comment|comments|notizen|bemerkung|bemerkungen|remarques|notas|additional info"
    "|remarks|description",
    "labels": "labels|label|categories|category|tags|tag|group membership|groups|group|kategorien"
    "|kategorie|gruppe|gruppen|segment|segments",
    "reason": "",  # read where a list says so: wish lists, or a mapping
    "review_on": "",
    "uid": "record id|recordid|contact id|person id|uid|member id|member no|member number|mitgliedsnummer",
    "tax_only": "tax only|tax work only|known from tax work only|nur steuermandat",
    "spouse": "spouse|spouse name|partner|husband|wife|ehepartner|conjoint|partner name",
    "child": "children|child|kinder|enfants",
    "manager": "manager|manager s name|manager name|managers name",
    "assistant": "assistant|assistant s name|assistant name|assistants name",
    "referred_by": "referred by|referrer|referral source|empfohlen von|introduced by|recommande par",
}
FIELDS = tuple(WORDS)
LOOKUP = {word: field for field, words in WORDS.items() for word in words.split("|") if word}
SYNONYMS = {
    "full_name": "name", "emails": "email", "phones": "phone", "urls": "url",
    "record_id": "uid", "company": "organization", "state": "region", "relations": "referred_by",
}  # fmt: skip
QUALIFIERS = values.words(
    "home work business private personal office main primary secondary other contact default preferred your current "
    "privat geschaeftlich prive pro 1 2 3 4 5"
)
NOT_READ = re.compile(r"\b(?:fax|pager|telex|assistant s phone|yomi|phonetic)\b")
# Numbers of identity and tax are never read, shown or mapped.
SECRET = re.compile(
    r"\b(?:government id|govt id|ssn|social security|tax id|tax number|taxpayer|tin|passport|national id"
    r"|identity number|national insurance|nino|driver s? ?licen[cs]e|steuernummer|steuer id|sozialversicherung\w*"
    r"|ahv|cpr|personnummer|fodselsnummer|codice fiscale|dni|nif|bsn|numero de securite sociale"
    r"|organizational id number)\b"
)
NAMING = ("name", "given_name", "family_name", "organization")
IDENTIFYING = (*NAMING, "email")
FOLDED = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l"})


def fold(header: str) -> str:
    """Return a header in the form it is compared in."""
    text = unicodedata.normalize("NFKD", header[:200].casefold().translate(FOLDED))
    text = "".join(character for character in text if not unicodedata.combining(character))
    return " ".join(re.sub(r"[^\w]|_", " ", text).split())


def signature(columns: Sequence[str]) -> str:
    """Return a short stable key of a header, by which a chosen mapping is remembered; order of columns counts not."""
    return hashlib.sha256("\n".join(sorted(fold(column) for column in columns)).encode()).hexdigest()[:32]


def is_secret(header: str) -> bool:
    """Say whether a column holds numbers of identity or tax."""
    return bool(SECRET.search(fold(header)))


def field_of(header: str, extra: Mapping[str, str] | None = None) -> str:
    """Return the field a header stands for, the empty string where none is known."""
    folded = fold(header)
    if extra and folded in extra:
        return extra[folded]
    if not folded or NOT_READ.search(folded) or SECRET.search(folded):
        return ""
    if folded in LOOKUP:
        return LOOKUP[folded]
    rest = " ".join(word for word in folded.split() if word not in QUALIFIERS)
    return LOOKUP.get(rest, "")


def guess(columns: Sequence[str], sample: Sequence[Sequence[str]], extra: Mapping[str, str] | None = None) -> list[str]:
    """Guess the field of every column, by its header first and by its cells where that leaves room."""
    fields = [field_of(column, extra) for column in columns]
    _tell_titles_apart(fields, columns, sample)
    _tell_names_apart(fields)
    if "email" not in fields:
        _find_by_content(fields, sample, "email", lambda cell: bool(values.email(cell)))
    return fields


def _column(sample: Sequence[Sequence[str]], index: int) -> list[str]:
    return [row[index] for row in sample if index < len(row) and row[index]]


def _tell_titles_apart(fields: list[str], columns: Sequence[str], sample: Sequence[Sequence[str]]) -> None:
    """A column called Title holds jobs in some files and Mr. or Dr. in others."""
    plain = [index for index, column in enumerate(columns) if fields[index] == "title" and fold(column) == "title"]
    for index in plain:
        cells = _column(sample, index)
        if fields.count("title") > len(plain) or (cells and 2 * sum(map(names.is_prefix, cells)) > len(cells)):
            fields[index] = "prefix"


def _tell_names_apart(fields: list[str]) -> None:
    """French "Nom" beside "Prénom" is the family name; alone it is the whole name."""
    if "family_name" in fields and "given_name" not in fields and "name" not in fields:
        fields[fields.index("family_name")] = "name"


def _find_by_content(
    fields: list[str], sample: Sequence[Sequence[str]], field: str, fits: Callable[[str], bool]
) -> None:
    for index, known in enumerate(fields):
        cells = _column(sample, index)
        if not known and cells and 2 * sum(map(fits, cells)) > len(cells):
            fields[index] = field
            return


def as_mapping(columns: Sequence[str], fields: Sequence[str]) -> dict[str, str]:
    """Return the fields as a mapping from field to column, with repeated fields numbered."""
    mapping: dict[str, str] = {}
    count: dict[str, int] = {}
    for column, field in zip(columns, fields, strict=True):
        if field:
            count[field] = count.get(field, 0) + 1
            mapping[field if count[field] == 1 else f"{field}_{count[field]}"] = column
    return mapping


def apply(columns: Sequence[str], fields: list[str], mapping: Mapping[str, str]) -> list[str]:
    """Put a given mapping over the guess: a field named there is read from that column only; an empty column clears it.

    Refuses a field or a column that does not exist.
    """
    result = list(fields)
    wanted = [(canonical(field), column) for field, column in mapping.items()]
    for field, _ in wanted:
        result = ["" if known == field else known for known in result]
    for field, column in wanted:
        if column:
            result[_index(columns, column)] = field
    return result


def canonical(field: str) -> str:
    """Return the field a mapping means. Refuses an unknown one."""
    base = re.sub(r"_\d+$", "", field.strip().lower().replace("-", "_").replace(" ", "_"))
    base = SYNONYMS.get(base, base)
    if base not in WORDS:
        raise Refused(f"There is no field {field.strip()[:60]!r} to map to; the fields are {', '.join(FIELDS)}.")
    return base


def _index(columns: Sequence[str], wanted: str) -> int:
    for form in (str.strip, fold):
        found = [index for index, column in enumerate(columns) if form(column) == form(wanted)]
        if found and is_secret(columns[found[0]]):
            raise Refused(f"The column {wanted.strip()[:60]!r} holds numbers of identity, which are never read.")
        if found:
            return found[0]
    shown = ", ".join(column for column in columns[:30] if column)
    raise Refused(f"There is no column {wanted.strip()[:60]!r} in the file; its columns are {shown}.")
