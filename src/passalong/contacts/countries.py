"""A country as people write it, in two letters where that is clear."""

from __future__ import annotations

from passalong.contacts.keys import fold

# Letters, then names as files have them: English, the country's own, and its neighbours'.
_NAMES = """
AT austria|osterreich|autriche|austria republic|oesterreich
AU australia|australien
BE belgium|belgie|belgique|belgien
BG bulgaria|bulgarien
BR brazil|brasil|brasilien
CA canada|kanada
CH switzerland|schweiz|suisse|svizzera|swiss
CN china
CY cyprus|zypern|kypros
CZ czechia|czech republic|tschechien|cesko|ceska republika
DE germany|deutschland|allemagne|alemania|germania|federal republic of germany
DK denmark|danmark|danemark
EE estonia|estland|eesti
ES spain|espana|spanien|espagne
FI finland|suomi|finnland
FR france|frankreich|francia
GB united kingdom|uk|great britain|england|scotland|wales|northern ireland|grossbritannien|vereinigtes konigreich|royaume uni|britain
GR greece|griechenland|hellas|ellada|el
HR croatia|kroatien|hrvatska
HU hungary|ungarn|magyarorszag
IE ireland|irland|eire|republic of ireland|irlande
IN india|indien
IS iceland|island
IT italy|italia|italien|italie
JP japan
LI liechtenstein
LT lithuania|litauen|lietuva
LU luxembourg|luxemburg
LV latvia|lettland|latvija
MT malta
MX mexico|mexiko
NL netherlands|the netherlands|holland|nederland|niederlande|pays bas
NO norway|norge|norwegen
NZ new zealand|neuseeland
PL poland|polska|polen|pologne
PT portugal
RO romania|rumanien
SE sweden|sverige|schweden|suede
SG singapore|singapur
SI slovenia|slowenien|slovenija
SK slovakia|slowakei|slovensko
US united states|united states of america|usa|u s a|u s|america|vereinigte staaten|etats unis|estados unidos
ZA south africa|sudafrika
"""  # noqa: E501 - one country a line reads best
_LETTERS = {
    name: letters for letters, names in (line.split(" ", 1) for line in _NAMES.split("\n") if line)
    for name in names.split("|")
}  # fmt: skip


def letters_of(text: str) -> str:
    """“Germany”, “Deutschland” and “de” are DE; empty where the country cannot be told for certain."""
    import phonenumbers

    said = text.strip()
    if said.upper() in phonenumbers.SUPPORTED_REGIONS and len(said) == 2:
        return said.upper()
    return _LETTERS.get(fold(said), "")
