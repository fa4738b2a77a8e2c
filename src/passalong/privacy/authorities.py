"""Whom people in Europe can complain to: the data protection authority of each country."""

from __future__ import annotations

from django.utils.translation import gettext as _

# Members of the European Data Protection Board and the United Kingdom's Information Commissioner. In Germany the
# authority of the state is in charge of private bodies.
AUTHORITIES = {
    "AT": "Datenschutzbehörde, dsb.gv.at",
    "BE": "Gegevensbeschermingsautoriteit / Autorité de protection des données, dataprotectionauthority.be",
    "BG": "Commission for Personal Data Protection, cpdp.bg",
    "CY": "Commissioner for Personal Data Protection, dataprotection.gov.cy",
    "CZ": "Úřad pro ochranu osobních údajů, uoou.gov.cz",
    "DE": "the data protection authority of your state; bfdi.bund.de lists them",
    "DK": "Datatilsynet, datatilsynet.dk",
    "EE": "Andmekaitse Inspektsioon, aki.ee",
    "ES": "Agencia Española de Protección de Datos, aepd.es",
    "FI": "Tietosuojavaltuutetun toimisto, tietosuoja.fi",
    "FR": "Commission nationale de l'informatique et des libertés, cnil.fr",
    "GB": "Information Commissioner's Office, ico.org.uk",
    "GR": "Hellenic Data Protection Authority, dpa.gr",
    "HR": "Agencija za zaštitu osobnih podataka, azop.hr",
    "HU": "Nemzeti Adatvédelmi és Információszabadság Hatóság, naih.hu",
    "IE": "Data Protection Commission, dataprotection.ie",
    "IS": "Persónuvernd, personuvernd.is",
    "IT": "Garante per la protezione dei dati personali, garanteprivacy.it",
    "LI": "Datenschutzstelle, datenschutzstelle.li",
    "LT": "Valstybinė duomenų apsaugos inspekcija, vdai.lrv.lt",
    "LU": "Commission nationale pour la protection des données, cnpd.public.lu",
    "LV": "Datu valsts inspekcija, dvi.gov.lv",
    "MT": "Information and Data Protection Commissioner, idpc.org.mt",
    "NL": "Autoriteit Persoonsgegevens, autoriteitpersoonsgegevens.nl",
    "NO": "Datatilsynet, datatilsynet.no",
    "PL": "Urząd Ochrony Danych Osobowych, uodo.gov.pl",
    "PT": "Comissão Nacional de Proteção de Dados, cnpd.pt",
    "RO": "Autoritatea Națională de Supraveghere, dataprotection.ro",
    "SE": "Integritetsskyddsmyndigheten, imy.se",
    "SI": "Informacijski pooblaščenec, ip-rs.si",
    "SK": "Úrad na ochranu osobných údajov, dataprotection.gov.sk",
}


def authority(country: str) -> str:
    """Whom a person in this country complains to, in words that end a sentence."""
    return AUTHORITIES.get(country.upper()) or _("the data protection authority of your country")
