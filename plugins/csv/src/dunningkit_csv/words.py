"""What columns are called in Finnish, Swedish and English ledgers, and what the words in them mean.

Compared without regard to case, spaces and signs: ``Invoice No.``, ``invoice_no`` and ``INVOICE NO`` are one word.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dunningkit.model import CustomerClass, DeliveryOutcome, Language, Medium, ReceivableKind

#: The kinds of file there are, in the settings' words.
KINDS = ("invoices", "customers", "payments")

_SIGNS = re.compile(r"[\W_]+")
#: Nothing shorter is looked for inside a longer header.
_SHORTEST_PART = 4

_CUSTOMER = {
    "customer_id": "asiakasnumero, asiakasnro, asiakasnr, asiakastunnus, asiakas id, asiakaskoodi, asno, asnro, "
    "asiakas no, asiakkaan numero, asiakkaan nro, kundnummer, kundnr, kund no, kundkod, debtor number, debtor no, "
    "kund id, customer number, customer no, customer nr, customer id, customer code, client id, client number",
    "customer_name": "nimi, asiakas, asiakkaan nimi, asiakasnimi, namn, kund, kundnamn, kundens namn, name, customer, "
    "customer name, client, client name, company, yritys, företag, bill to, billed to, bill to name, laskunsaaja, "
    "laskutettava",
    "first_name": "etunimi, förnamn, first name, given name",
    "contact_name": "yhteyshenkilö, kontaktperson, contact, contact person, contact name",
    "language": "kieli, asiakkaan kieli, språk, language, lang",
    "email": "sähköposti, sähköpostiosoite, laskutussähköposti, sähköposti laskutus, bill to email, s posti, email, "
    "e mail, email address, e post, e postadress, mail",
    "phone": "puhelin, puhelinnumero, puhelinnro, puh, puh nro, tel, tel no, phone no, telefonnr, mobilnummer, mobilnr, "
    "matkapuhelin, gsm, telefon, telefonnummer, mobil, mobiltelefon, phone, mobile, mobile phone, telephone, "
    "phone number, mobile number",
    "customer_class": "asiakastyyppi, asiakasryhmä, asiakaslaji, kundtyp, kundgrupp, customer type, customer class",
    "email_confirmed": "sähköposti vahvistettu, e post bekräftad, email confirmed",
    "phone_confirmed": "numero vahvistettu, puhelin vahvistettu, nummer bekräftat, phone confirmed, number confirmed",
    "wish_medium": "kanavatoive, toivottu kanava, önskad kanal, preferred channel, wished channel",
    "avoid": "ei näin, vältettävät kanavat, undvik, undvik kanaler, avoid, channels to avoid",
    "payday": "maksupäivätoive, toivottu maksupäivä, önskad betalningsdag, payday, preferred payday",
    "no_reminders": "ei muistutuksia, muistutuskielto, inga påminnelser, no reminders",
    "einvoice_address": "verkkolaskuosoite, e fakturaadress, einvoice address, e invoice address",
    "street": "osoite, katuosoite, lähiosoite, adress, gatuadress, address, street, street address",
    "postal_code": "postinumero, postinro, postnummer, postal code, postcode, zip, zip code",
    "city": "postitoimipaikka, kaupunki, paikkakunta, ort, postort, stad, city, town",
    "country": "maa, land, country",
}
_INVOICE = {
    "invoice_number": "laskunumero, laskun numero, laskunro, laskunr, lasku, lasku no, laskun nro, fakturanummer, "
    "fakturanr, faktura, faktura no, fakt nr, laskun no, num, doc number, invoice number, invoice no, invoice nr, "
    "invoice, inv no, document number, document no, doc no, tositenumero",
    "receivable_id": "tunnus, id, receivable id, open item id, open item, saatavan tunnus",
    "instalment_number": "erä, eränumero, maksuerä, delbetalning, rat, instalment, installment, instalment number",
    "original": "summa, laskun summa, loppusumma, laskun loppusumma, verollinen summa, verollinen loppusumma, bruttosumma, "
    "summa sis alv, yhteensä sis alv, inkl moms, belopp inkl moms, summa inkl moms, totalt inkl moms, bruttobelopp, "
    "amount incl vat, total incl vat, total incl tax, yhteensä, kokonaissumma, laskutettu, määrä, belopp, totalbelopp, "
    "totalt, fakturabelopp, amount, total, invoice amount, total amount, gross amount, original amount, invoiced",
    "open": "avoinna, avoin, avoimena, avoin määrä, laskun avoin summa, avoinna yhteensä, maksamatta oleva, öppet saldo, "
    "kvarstående, kvarstående belopp, obetalt belopp, balance due, open balance, amount outstanding, invoice amount due, "
    "remaining amount, remaining balance, avoin summa, avoin saldo, saldo, maksamatta, jäljellä, öppet, öppet belopp, "
    "återstår, restbelopp, obetalt, kvar att betala, open, open amount, outstanding, outstanding amount, balance, "
    "remaining, amount due, unpaid",
    "currency": "valuutta, valuta, currency, currency code, ccy",
    "issued_on": "laskun pvm, laskutuspvm, laskutuspäivä, laskun päivämäärä, laskupv, fakt datum, fakturadag, txn date, "
    "transaction date, laskupäivä, laskun päivä, laskun päiväys, laskupvm, päiväys, pvm, päivämäärä, fakturadatum, "
    "datum, invoice date, date, issued, issue date, issued on, document date",
    "due_on": "eräpäivä, eräpvm, eräpv, erääntyy, erääntymispäivä, erääntymispvm, laskun eräpäivä, laskun eräpvm, "
    "förf datum, förfallodat, betalas senast, förfallodag, förfallodatum, förfaller, due, due date, due on, payment due, "
    "payment due date",
    "sent_on": "lähetetty, lähetyspäivä, skickad, skickat, sent, sent date, sent on",
    "settled_on": "maksettu pvm, slutbetald, fully paid on, fully paid on date, maksettu, maksupäivä, maksupvm, "
    "suorituspäivä, suoritettu, betald, betaldatum, betald datum, betalningsdag, paid, paid on, paid date, date paid, "
    "settled, settled date, settled on",
    "kind": "laji, laskun laji, laskulaji, tyyppi, laskun tyyppi, laskutyyppi, tositelaji, tositetyyppi, typ, fakturatyp, "
    "fakturaslag, verifikationstyp, dokumenttyp, type, invoice type, kind, document type, doc type, transaction type",
    "subject": "aihe, selite, kuvaus, beskrivning, ämne, subject, description",
    "reference": "viite, viitenumero, viitenro, referens, referensnummer, ocr, ocr nummer, ocr nr, reference, "
    "reference number, payment reference, ref",
    "iban": "iban, tilinumero, kontonummer, bank account, account iban",
    "disputed": "riitautettu, riidanalainen, bestridd, tvist, disputed, dispute",
    "delivery_medium": "toimitustapa, lähetystapa, leveranssätt, delivery method, delivered by",
    "delivery_outcome": "toimitus, toimituksen tila, leverans, leveransstatus, delivery, delivery status",
    "counts_for_history": "maksuhistoriaan, betalningshistorik, counts for history",
    "history_exclusion": "miksi ei historiaan, varför inte i historiken, history exclusion",
    "credit_of": "hyvittää, hyvittää laskua, hyvitettävä lasku, hyvitettävän laskun numero, krediterar, "
    "krediterad faktura, credit of, credited invoice, credits invoice",
    "removed": "poistettu, mitätöity, borttagen, makulerad, removed, deleted, cancelled, canceled, voided",
}
_PAYMENT = {
    "payment_id": "maksutunnus, maksun tunnus, suoritusnumero, tapahtumatunnus, arkistointitunnus, betalnings id, "
    "betalningsnummer, payment id, payment number, payment no, transaction id, id, tunnus",
    "customer_id": _CUSTOMER["customer_id"],
    "receivable_id": "saatavan tunnus, receivable id, open item id",
    "invoice_number": _INVOICE["invoice_number"],
    "instalment_number": _INVOICE["instalment_number"],
    "amount": "summa, maksettu, määrä, suoritus, maksettu summa, belopp, betalt belopp, betalat belopp, amount, "
    "paid amount, payment amount, amount paid",
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
#: The setting in ``values`` that says what the words of a field mean.
SETTING_OF = {
    "language": "language",
    "kind": "kind",
    "customer_class": "customer_class",
    "wish_medium": "medium",
    "avoid": "medium",
    "delivery_medium": "medium",
    "delivery_outcome": "delivery_outcome",
}
LIST_SEPARATOR = "|"
#: Fields whose cells may hold several words.
LISTS = frozenset(["avoid"])
#: What words mean, by that setting. What a company is for the law is not told by a word such as Yritys: a person says it.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "language": {
        **dict.fromkeys(("suomi", "finska", "finnish", "fin"), "fi"),
        **dict.fromkeys(("ruotsi", "svenska", "swedish", "swe", "se"), "sv"),
        **dict.fromkeys(("englanti", "engelska", "english", "eng"), "en"),
    },
    "kind": {
        **dict.fromkeys(
            ("lasku", "myyntilasku", "faktura", "kundfaktura", "debetfaktura", "invoice", "sales invoice", "inv"),
            "invoice",
        ),
        **dict.fromkeys(
            (
                *("hyvityslasku", "hyvitys", "kreditfaktura", "kreditnota", "kredit", "credit note", "credit"),
                *("credit memo", "credit invoice", "creditnote", "credit_memo", "crn", "cn"),
            ),
            "credit_note",
        ),
    },
    "customer_class": dict.fromkeys(
        ("kuluttaja", "yksityinen", "yksityishenkilö", "konsument", "privatperson", "private person"), "consumer"
    ),
    "medium": {
        **dict.fromkeys(("sähköposti", "e-post", "epost", "e-mail"), "email"),
        **dict.fromkeys(("tekstiviesti", "textmeddelande", "text message"), "sms"),
        **dict.fromkeys(("paperi", "kirje", "posti", "brev", "post", "paper", "mail"), "letter"),
        **dict.fromkeys(("verkkolasku", "e-lasku", "e-faktura", "e-invoice"), "einvoice"),
        **dict.fromkeys(("puhelin", "puhelu", "telefon", "telephone", "call"), "phone"),
    },
    "delivery_outcome": {
        **dict.fromkeys(("toimitettu", "perillä", "levererad", "levererat", "arrived"), "delivered"),
        **dict.fromkeys(("epäonnistui", "palautunut", "misslyckades", "returned"), "failed"),
        **dict.fromkeys(("ei tiedossa", "okänd", "not known"), "unknown"),
    },
}
#: Our own words for them.
OUR_WORDS: Mapping[str, frozenset[str]] = {
    "language": frozenset(Language),
    "kind": frozenset(ReceivableKind),
    "customer_class": frozenset(CustomerClass),
    "medium": frozenset(Medium),
    "delivery_outcome": frozenset(DeliveryOutcome),
}


#: Columns that say yes of a credit note and no of an invoice, or in whose other cells a credit note may be told from one.
_CREDIT_HEADERS = (
    "hyvitys, hyvityslasku, onko hyvitys, on hyvitys, hyvitetään, kredit, kreditfaktura, kreditnota, är kredit, credit, "
    "credit note, credit memo, credit invoice, is credit, is credit note"
)
_STATE_HEADERS = (
    "tila, laskun tila, laskutila, maksutila, maksun tila, perintätila, perinnän tila, status, laskun status, maksustatus, "
    "fakturastatus, fakturans status, betalstatus, betalningsstatus, invoice status, payment status, document status, "
    "collection status, invoice state, payment state"
)
#: Words for invoices that wait for the customer's money.
STILL_OPEN = frozenset(
    [
        *("avoin", "avoinna", "auki", "maksamatta", "maksamaton", "osittain maksettu", "osin maksettu", "osamaksettu"),
        *("erääntynyt", "lähetetty", "toimitettu", "hyväksytty", "muistutettu"),
        *("öppen", "öppet", "obetald", "delbetald", "delvis betald", "förfallen", "skickad", "levererad", "bokförd"),
        *("open", "unpaid", "partially paid", "partly paid", "part paid", "overdue", "past due", "due", "outstanding"),
        *("sent", "issued", "posted", "approved", "authorised", "authorized", "delivered", "viewed"),
    ]
)
#: Words for invoices that do not, or that somebody else sees to.
NO_LONGER_OPEN = frozenset(
    [
        *(
            "maksettu",
            "suoritettu",
            "mitätöity",
            "peruttu",
            "peruutettu",
            "poistettu",
            "luonnos",
            "perinnässä",
            "perintä",
        ),
        *("hyvitetty", "luottotappio", "riitautettu", "suljettu"),
        *(
            "betald",
            "slutbetald",
            "makulerad",
            "annullerad",
            "utkast",
            "inkasso",
            "krediterad",
            "kundförlust",
            "bestridd",
        ),
        *("paid", "cancelled", "canceled", "void", "voided", "draft", "in collection", "in collections", "collection"),
        *("collections", "credited", "written off", "disputed", "deleted", "settled"),
    ]
)
_YES_AND_NO = {
    **dict.fromkeys(("true", "yes", "y", "1", "x", "kyllä", "k", "ja"), "credit_note"),
    **dict.fromkeys(("false", "no", "n", "0", "ei", "e", "nej"), "invoice"),
}

#: What says of an amount that it is not all of the invoice's: without the tax, the tax alone, or what was paid of it.
_WITHOUT_TAX = re.compile(
    r"\bveroton|\balv ?0|\b0 ?alv|\b0 ?moms|\bilman alv|\bexkl|\bexcl|\bex (?:vat|moms|tax)|\bnett?o?\b|\bsub ?total"
)
_WITH_TAX = re.compile(r"\bsis(?:ältää)? alv|\bverolli|\binkl?\b|\bincl?|\bbrutto|\bgross")
_TAX = re.compile(r"\balv\b|\bmoms|\bvat\b|\btax|\bvero|\bvero(?:n|a)\b")
_PAID = re.compile(r"\bmaksettu|\bsuoritettu|\bpaid\b|amountpaid\b|\bbetalt|\bbetald")
_AMOUNTS = frozenset(["original", "open"])


def says_paid(header: str) -> bool:
    """Whether a header of invoices says that what stands below was paid."""
    return _PAID.search(_spaced(header)) is not None


def _is_part(header: str) -> bool:
    """Whether an amount with this header is a part of the invoice's: one that may be mixed up with the whole."""
    spaced = _spaced(header)
    if _WITHOUT_TAX.search(spaced) or says_paid(header):
        return True
    return _TAX.search(spaced) is not None and not _WITH_TAX.search(spaced)


class Match(NamedTuple):
    """How surely a header names a field: 1 for the very word, less for a word inside it."""

    field: str
    certainty: float


def key(header: str) -> str:
    """The header as it is compared."""
    return _SIGNS.sub("", unicodedata.normalize("NFC", header).casefold())


def _keys(listed: str) -> frozenset[str]:
    return frozenset(key(word) for word in listed.split(","))


def names_credit(header: str) -> bool:
    """Whether a column of this name may tell credit notes from invoices with yes and no."""
    return key(header) in _CREDIT_KEYS


def names_state(header: str) -> bool:
    """Whether a column of this name says in what state an invoice is, such as paid or cancelled."""
    return key(header) in _STATE_KEYS


def is_kind(word: str) -> bool:
    """Whether it is a word for an invoice or for a credit note."""
    return word.casefold() in MEANINGS["kind"] or word.casefold() in OUR_WORDS["kind"]


def meanings(name: str, header: str) -> Mapping[str, str]:
    """What the words mean in a column with this header that holds this field."""
    known = MEANINGS[SETTING_OF[name]]
    return {**known, **_YES_AND_NO} if name == "kind" and names_credit(header) else known


def words_in(name: str, cell: str) -> list[str]:
    """The words in a cell of a field."""
    if name not in LISTS:
        return [cell]
    return [word.strip() for word in cell.split(LIST_SEPARATOR) if word.strip()]


_CREDIT_KEYS, _STATE_KEYS = _keys(_CREDIT_HEADERS), _keys(_STATE_HEADERS)


def _spaced(header: str) -> str:
    return _SIGNS.sub(" ", unicodedata.normalize("NFC", header).casefold()).strip()


def _tokens(header: str) -> frozenset[str]:
    return frozenset(_spaced(header).split())


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
#: How sure a word inside a longer header is.
INSIDE = 0.6
#: How sure the very word is where it may mean one more thing.
VAGUE = 0.95
_ALSO = 0.75
#: A business id, a project's id, a user's id: hardly ever the receivable's.
_NEVER_INSIDE = frozenset(["receivable_id", "payment_id"])
#: Headers that may mean one more thing, which then what the column holds or another header decides.
_TWO_MEANINGS = {
    **{
        (kind, word): "customer_id"
        for kind in ("invoices", "customers")
        for word in ("asiakas", "kund", "customer", "client")
    },
    ("invoices", "due"): "open",
    ("payments", "tunnus"): "receivable_id",
    ("payments", "id"): "receivable_id",
}


def matches(kind: str, header: str) -> Sequence[Match]:
    """The fields of a kind of file that a header may name, surest first."""
    exact = _EXACT[kind].get(key(header))
    other = _TWO_MEANINGS.get((kind, key(header)))
    if exact is not None and other is not None:
        return [Match(exact, VAGUE), Match(other, _ALSO)]
    if exact is not None:
        return [Match(exact, 1.0)]
    if kind == "invoices" and names_credit(header):
        return [Match("kind", 1.0)]
    tokens = _tokens(header)
    found = {
        field: len(word)
        for field, listed in _WORDS[kind].items()
        for word in sorted(listed, key=len)
        if len(word) >= _SHORTEST_PART and _tokens(word) <= tokens and field not in _NEVER_INSIDE
    }
    if _is_part(header):
        found = {field: length for field, length in found.items() if field not in _AMOUNTS}
    # The longest word inside the header says most of it.
    return [Match(field, INSIDE) for field in sorted(found, key=lambda field: -found[field])]


def is_known(header: str) -> bool:
    """Whether any kind of file has a column of exactly this name."""
    return any(key(header) in exact for exact in _EXACT.values())
