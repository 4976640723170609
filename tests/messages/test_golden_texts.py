"""What a customer reads, one sample of each language and medium, as it stands."""

from dunningkit.model import Language, Medium, Style

FI_EMAIL = """\
Hei Maija,

meillä näkyy vielä avoimena lasku 1042: Haravointi, 89,90 €. Sen eräpäivä oli 12.11.2026.

Onko lasku tullut perille? Välillä osoite on vanhentunut tai lasku on mennyt väärään paikkaan. \
Varmuuden vuoksi laskun kopio on tämän viestin liitteenä.

Valitse se, mikä sopii tilanteeseesi:

- Lasku on kunnossa. Maksa se alla olevilla tiedoilla, mieluiten viimeistään 7.12.2026. Tästä viestistä ei tule sinulle \
kuluja.
- Lasku meni väärään paikkaan. Kerro uusi osoite tai toivomasi laskutustapa. Lähetämme laskun uudelleen ja korjaamme \
tiedot.
- Laskussa on jotain epäselvää. Vastaa tähän viestiin ja kerro, mistä on kyse. Emme muistuta sinua sinä aikana, kun \
selvitämme asiaa.
- Tarvitset lisää aikaa. Ehdota päivää, joka sinulle sopii, niin sovitaan siitä.

Jos maksoit jo, kiitos. Silloin sinun ei tarvitse tehdä mitään.

Maksutiedot
Saaja: Pihapalvelu Esimerkki Oy
Tilinumero: FI21 1234 5600 0007 85
Viitenumero: 1232
Summa: 89,90 €

Terveisin
Liisa Esimerkki
Pihapalvelu Esimerkki Oy
09 123 4567, laskut@example.fi

Haluatko varmistaa, että viesti on meiltä? Soita numeroon, joka on laskussa tai sivuillamme www.example.fi. Emme \
koskaan kysy pankkitunnuksiasi."""

SV_EMAIL = """\
Hej!

De här fakturorna är ännu öppna hos oss:

- Faktura 1042: Haravointi, 89,90 €, förföll 12.11.2026 (kopia bifogad)
- Faktura 1043: Haravointi, 89,91 €, förföll 13.11.2026

Sammanlagt 179,81 €.

Kunde ni kontrollera att fakturorna har kommit till rätt nätfakturaadress (003712345678)? Om en faktura behöver ett \
beställningsnummer eller en referens lägger vi till det och skickar fakturan på nytt. De kopior som nämns i listan är \
bifogade. Kopior av de andra fakturorna skickar vi gärna om ni svarar på det här meddelandet.

Välj det som passar er:

- Fakturorna stämmer. Vi ber er betala dem med uppgifterna nedan senast 7.12.2026. Det här meddelandet kostar er \
ingenting.
- Fakturan gick till fel ställe. Berätta er nya adress eller hur ni vill ha era fakturor. Vi skickar fakturan på nytt och \
rättar uppgifterna.
- Något är oklart. Svara på det här meddelandet och berätta vad det gäller. Vi påminner er inte medan vi reder ut saken.
- Ni behöver mera tid. Föreslå en dag som passar er, så kommer vi överens om den.

Om betalningen redan är på väg, tack. Då behöver ni inte göra någonting.

Betalningsuppgifter
Mottagare: Pihapalvelu Esimerkki Oy
Kontonummer: FI21 1234 5600 0007 85
Betala varje faktura för sig:
- Faktura 1042: referensnummer 1232, 89,90 €
- Faktura 1043: referensnummer 1232, 89,91 €

Vänliga hälsningar
Liisa Esimerkki
Pihapalvelu Esimerkki Oy
09 123 4567, laskut@example.fi

Vill ni försäkra er om att meddelandet kommer från oss? Ring numret på fakturan eller på vår webbplats www.example.fi. \
Vi frågar aldrig efter era bankkoder."""

EN_EMAIL = """\
Hi Maija,

On our side, invoice 1042 (instalment 2) is still open: Haravointi, €1,234.50. It was due on 12 November 2026.

We will gladly send you a copy if you reply to this message.

Choose what fits your situation:

- The invoice is fine. Please pay it with the details below by 7 December 2026. This message costs you nothing.
- The invoice went to the wrong place. Tell us your new address or how you would like to get your invoices. We will send \
it again and correct our records.
- Something is unclear. Reply and tell us what it is. We will not remind you while we look into it.
- You need more time. Suggest a day that suits you and we will agree on it.

If you have already paid, thank you. You do not need to do anything.

Payment details
Payee: Pihapalvelu Esimerkki Oy
Account: FI21 1234 5600 0007 85
Message: invoice 1042 (instalment 2)
Amount: €1,234.50

Best wishes,
Liisa Esimerkki
Pihapalvelu Esimerkki Oy
09 123 4567, laskut@example.fi

Want to be sure this is from us? Call the number on the invoice or on our website www.example.fi. We never ask for your \
bank codes."""


def spaced(text: str) -> str:
    """The text with ordinary spaces where an amount has no-break ones."""
    return text.replace("\u00a0", " ")


def test_a_finnish_first_email_to_a_consumer(composed) -> None:
    message, _ = composed(copies=1)
    assert message.subject == "Tuliko lasku 1042 perille?"
    assert spaced(message.body) == FI_EMAIL


def test_a_swedish_email_to_a_company_about_two_invoices(composed, situations) -> None:
    company = next(draft.customer for draft in situations() if draft.to_business)
    message, _ = composed(Language.SV, style=Style.DETERMINED, customer=company, count=2, copies=1)
    assert message.subject == "Kom fakturorna fram? 1042, 1043"
    assert spaced(message.body) == SV_EMAIL


def test_an_english_second_email_about_an_instalment_without_a_reference(composed) -> None:
    message, _ = composed(
        Language.EN, style=Style.DETERMINED, first_contact=False, minor=123450, instalment_number=2, reference=""
    )
    assert message.subject == "Invoice 1042 (instalment 2) is still open"
    assert spaced(message.body) == EN_EMAIL


def test_a_finnish_sms(composed) -> None:
    message, _ = composed(Language.FI, Medium.SMS, Style.UNDERSTANDING)
    assert message.body == (
        "Hei Maija! Lasku 1042 (89,90 €) erääntyi 12.11.2026, eikä maksua vielä näy meillä. Jäikö lasku huomaamatta, vai "
        "eikö se tullut perille? Autamme mielellämme, vaikka kopiolla tai lisäajalla: 09 123 4567. Jos maksoit jo, kaikki "
        "on kunnossa. Terveisin Pihapalvelu Esimerkki Oy"
    )


def test_a_swedish_sms_with_a_day(composed) -> None:
    message, _ = composed(Language.SV, Medium.SMS, Style.DETERMINED, first_contact=False)
    assert message.body == (
        "Hej Maija! Faktura 1042 (89,90 €) förföll 12.11.2026. Vi ber dig betala den senast 7.12.2026. Behöver du en kopia "
        "eller en annan dag, ring 09 123 4567 så hittar vi ett sätt som passar dig. Om du redan har betalat, tack! "
        "Hälsningar Pihapalvelu Esimerkki Oy"
    )


def test_an_english_sms_to_a_number_that_nobody_confirmed(composed) -> None:
    message, _ = composed(Language.EN, Medium.SMS, number_confirmed=False)
    assert message.body == (
        "Hi Maija! We have a small customer matter for you and are glad to settle it by phone: 09 123 4567. The number is "
        "also on our website. There is no hurry. Best wishes, Pihapalvelu Esimerkki Oy"
    )
