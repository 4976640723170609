"""What columns are called in Finnish, Swedish and English ledgers, and what the words in them mean.

Compared without regard to case, spaces and signs: ``Invoice No.``, ``invoice_no`` and ``INVOICE NO`` are one word.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

#: The kinds of file there are, in the settings' words.
KINDS = ("invoices", "customers", "payments")

_SIGNS = re.compile(r"[\W_]+")
#: Nothing shorter is looked for inside a longer header.
_SHORTEST_PART = 4

_CUSTOMER = {
    "customer_id": "asiakasnumero, asiakasnro, asiakasnr, asiakastunnus, asiakas id, asiakaskoodi, kundnummer, kundnr, "
    "kund id, customer number, customer no, customer nr, customer id, customer code, client id, client number",
    "customer_name": "nimi, asiakas, asiakkaan nimi, asiakasnimi, namn, kund, kundnamn, kundens namn, name, customer, "
    "customer name, client, client name, company, yritys, företag",
    "first_name": "etunimi, förnamn, first name, given name",
    "contact_name": "yhteyshenkilö, kontaktperson, contact, contact person, contact name",
    "language": "kieli, asiakkaan kieli, språk, language, lang",
    "email": "sähköposti, sähköpostiosoite, s posti, email, e mail, email address, e post, e postadress, mail",
    "phone": "puhelin, puhelinnumero, puh, matkapuhelin, gsm, telefon, telefonnummer, mobil, mobiltelefon, phone, mobile, "
    "mobile phone, telephone, phone number, mobile number",
    "no_reminders": "ei muistutuksia, muistutuskielto, inga påminnelser, no reminders",
    "einvoice_address": "verkkolaskuosoite, e fakturaadress, einvoice address, e invoice address",
    "street": "osoite, katuosoite, lähiosoite, adress, gatuadress, address, street, street address",
    "postal_code": "postinumero, postinro, postnummer, postal code, postcode, zip, zip code",
    "city": "postitoimipaikka, kaupunki, paikkakunta, ort, postort, stad, city, town",
    "country": "maa, land, country",
}
_INVOICE = {
    "invoice_number": "laskunumero, laskun numero, laskunro, laskunr, lasku, lasku no, laskun nro, fakturanummer, fakturanr, "
    "faktura, invoice number, invoice no, invoice nr, invoice, inv no, document number, document no, doc no, tositenumero",
    "receivable_id": "tunnus, id, receivable id, open item id, open item, saatavan tunnus",
    "instalment_number": "erä, eränumero, maksuerä, delbetalning, rat, instalment, installment, instalment number",
    "original": "summa, laskun summa, loppusumma, yhteensä, kokonaissumma, laskutettu, määrä, belopp, totalbelopp, totalt, "
    "fakturabelopp, amount, total, invoice amount, total amount, gross amount, original amount, invoiced",
    "open": "avoinna, avoin, avoin summa, avoin saldo, saldo, maksamatta, jäljellä, öppet, öppet belopp, återstår, restbelopp, "
    "obetalt, kvar att betala, open, open amount, outstanding, outstanding amount, balance, remaining, amount due, unpaid",
    "currency": "valuutta, valuta, currency, currency code, ccy",
    "issued_on": "laskupäivä, laskun päivä, laskun päiväys, laskupvm, päiväys, pvm, päivämäärä, fakturadatum, datum, "
    "invoice date, date, issued, issue date, issued on, document date",
    "due_on": "eräpäivä, eräpvm, förfallodag, förfallodatum, förfaller, due, due date, due on, payment due, payment due date",
    "sent_on": "lähetetty, lähetyspäivä, skickad, skickat, sent, sent date, sent on",
    "settled_on": "maksettu, maksupäivä, maksupvm, suorituspäivä, suoritettu, betald, betaldatum, betald datum, betalningsdag, "
    "paid, paid on, paid date, date paid, settled, settled date, settled on",
    "kind": "laji, laskun laji, tyyppi, laskun tyyppi, typ, fakturatyp, type, invoice type, kind, document type",
    "subject": "aihe, selite, kuvaus, beskrivning, ämne, subject, description",
    "reference": "viite, viitenumero, viitenro, referens, referensnummer, ocr, ocr nummer, reference, reference number, "
    "payment reference, ref",
    "iban": "iban, tilinumero, kontonummer, bank account, account iban",
    "disputed": "riitautettu, riidanalainen, bestridd, tvist, disputed, dispute",
    "credit_of": "hyvittää, hyvitettävä lasku, hyvitettävän laskun numero, krediterar, krediterad faktura, credit of, "
    "credited invoice, credits invoice",
    "removed": "poistettu, mitätöity, borttagen, makulerad, removed, deleted, cancelled, canceled, voided",
}
_PAYMENT = {
    "payment_id": "maksutunnus, maksun tunnus, suoritusnumero, tapahtumatunnus, arkistointitunnus, betalnings id, "
    "betalningsnummer, payment id, payment number, payment no, transaction id, id, tunnus",
    "customer_id": _CUSTOMER["customer_id"],
    "receivable_id": "saatavan tunnus, receivable id, open item id",
    "invoice_number": _INVOICE["invoice_number"],
    "instalment_number": _INVOICE["instalment_number"],
    "amount": "summa, maksettu, määrä, suoritus, maksettu summa, belopp, betalt belopp, betalat belopp, amount, paid amount, "
    "payment amount, amount paid",
    "paid_on": "maksupäivä, maksupvm, suorituspäivä, kirjauspäivä, arvopäivä, pvm, päivä, päivämäärä, betalningsdag, "
    "betalningsdatum, datum, payment date, paid on, paid, date, date paid, value date, booking date",
    "currency": _INVOICE["currency"],
}
#: The fields of each kind of file without which it cannot be read.
REQUIRED = {
    "invoices": ("invoice_number", "customer_id", "original", "issued_on", "due_on"),
    "customers": ("customer_id", "customer_name"),
    "payments": ("payment_id", "customer_id", "amount", "paid_on"),
}
#: What the cells of a column with few words in it may say, by the setting in ``values``.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "language": {
        **dict.fromkeys(("suomi", "finska", "finnish", "fin"), "fi"),
        **dict.fromkeys(("ruotsi", "svenska", "swedish", "swe", "se"), "sv"),
        **dict.fromkeys(("englanti", "engelska", "english", "eng"), "en"),
    },
    "kind": {
        **dict.fromkeys(("lasku", "myyntilasku", "faktura", "invoice"), "invoice"),
        **dict.fromkeys(
            ("hyvityslasku", "hyvitys", "kreditfaktura", "kreditnota", "credit note", "credit"), "credit_note"
        ),
    },
}
#: Our own words for them.
OUR_WORDS = {"language": ("fi", "sv", "en"), "kind": ("invoice", "credit_note")}


class Match(NamedTuple):
    """How surely a header names a field: 1 for the very word, less for a word inside it."""

    field: str
    certainty: float


def key(header: str) -> str:
    """The header as it is compared."""
    return _SIGNS.sub("", unicodedata.normalize("NFC", header).casefold())


def _tokens(header: str) -> frozenset[str]:
    return frozenset(_SIGNS.sub(" ", unicodedata.normalize("NFC", header).casefold()).split())


def _split(words: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {field: tuple(word.strip() for word in listed.split(",")) for field, listed in words.items()}


_WORDS = {
    "invoices": _split({**_INVOICE, **_CUSTOMER}),
    "customers": _split(_CUSTOMER),
    "payments": _split(_PAYMENT),
}
_EXACT = {
    kind: {key(word): field for field, listed in reversed(words.items()) for word in (field, *listed)}
    for kind, words in _WORDS.items()
}
_INSIDE = 0.6
#: Headers that name the customer, whether by name or by number.
_ALSO_NUMBERS = frozenset(["asiakas", "kund", "customer", "client"])
_ALSO = 0.75


def matches(kind: str, header: str) -> Sequence[Match]:
    """The fields of a kind of file that a header may name, surest first."""
    exact = _EXACT[kind].get(key(header))
    if exact == "customer_name" and key(header) in _ALSO_NUMBERS:
        return [Match(exact, 1.0), Match("customer_id", _ALSO)]
    if exact is not None:
        return [Match(exact, 1.0)]
    tokens = _tokens(header)
    found = {
        field: len(word)
        for field, listed in _WORDS[kind].items()
        for word in sorted(listed, key=len)
        if len(word) >= _SHORTEST_PART and _tokens(word) <= tokens
    }
    # The longest word inside the header says most of it.
    return [Match(field, _INSIDE) for field in sorted(found, key=lambda field: -found[field])]


def is_known(header: str) -> bool:
    """Whether any kind of file has a column of exactly this name."""
    return any(key(header) in exact for exact in _EXACT.values())
