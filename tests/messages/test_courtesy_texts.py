"""Before the due date: what a customer reads, and that it hints at nothing late. A nudge is a service."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunningkit.messages import check
from dunningkit.messages.catalogue import Catalogue
from dunningkit.model import Language, Medium, StepKind, Style

FI, SV, EN = Language.FI, Language.SV, Language.EN
COURTESY = {"kind": StepKind.COURTESY}

FI_EMAIL = """\
Hei Maija,

laskun 1042 (Haravointi, 89,90 €) eräpäivä on 12.11.2026. Kerromme siitä jo etukäteen, jotta päivä ei tule yllätyksenä.

Onko lasku tullut sinulle perille? Varmuuden vuoksi laskun kopio on tämän viestin liitteenä.

Voit maksaa laskun alla olevilla tiedoilla viimeistään eräpäivänä. Jos maksu on jo matkalla tai ajastettu, sinun ei \
tarvitse tehdä mitään. Tästä viestistä ei tule sinulle kuluja.

Jos jokin toinen päivä sopisi sinulle paremmin, kerro meille, niin etsitään sopiva yhdessä. Jos osoitteesi on muuttunut \
tai laskussa on jotain epäselvää, vastaa tähän viestiin, niin hoidamme asian kuntoon.

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

De här fakturorna förfaller inom kort:

- Faktura 1042: Haravointi, 89,90 €, förfaller 12.11.2026 (kopia bifogad)
- Faktura 1043: Haravointi, 89,91 €, förfaller 13.11.2026

Sammanlagt 179,81 €. Vi berättar det redan nu så att dagarna inte kommer som en överraskning.

Har fakturorna kommit till rätt nätfakturaadress (003712345678)? Om en faktura behöver ett beställningsnummer eller en \
referens lägger vi gärna till det och skickar fakturan på nytt. De kopior som nämns i listan är bifogade. Kopior av de \
andra fakturorna skickar vi gärna om ni svarar på det här meddelandet.

Ni kan betala fakturorna med uppgifterna nedan, var och en senast på sin förfallodag. Om betalningen redan är på väg \
eller inlagd i nätbanken behöver ni inte göra någonting. Det här meddelandet kostar er ingenting.

Om en annan dag skulle passa er bättre, berätta det för oss så hittar vi en tillsammans. Om er adress har ändrats eller \
något är oklart, svara på det här meddelandet så ordnar vi saken.

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

Invoice 1042 instalment 2 (Haravointi, €1,234.50) is due on 12 November 2026. We thought you might like to know ahead \
of time.

Has the invoice reached you? We will gladly send you a copy if you reply to this message.

You can pay it with the details below, any time up to the due date. If the payment is already on its way or scheduled, \
there is nothing you need to do. This message costs you nothing.

If another day would suit you better, tell us and we will find one together. If your address has changed or something \
is unclear, reply to this message and we will put it right.

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


def test_a_finnish_email_to_a_consumer_with_a_copy(composed) -> None:
    message, _ = composed(copies=1, **COURTESY)
    assert message.subject == "Laskun 1042 eräpäivä on 12.11.2026"
    assert spaced(message.body) == FI_EMAIL


def test_a_swedish_email_to_a_company_about_two_invoices(composed, situations) -> None:
    company = next(draft.customer for draft in situations() if draft.to_business)
    message, _ = composed(SV, style=Style.DETERMINED, customer=company, count=2, copies=1, **COURTESY)
    assert message.subject == "Kommande förfallodagar: fakturor 1042, 1043"
    assert spaced(message.body) == SV_EMAIL


def test_an_english_email_about_an_instalment_without_a_reference(composed) -> None:
    message, _ = composed(EN, minor=123450, instalment_number=2, reference="", **COURTESY)
    assert message.subject == "Invoice 1042 (instalment 2) is due on 12 November 2026"
    assert spaced(message.body) == EN_EMAIL


@pytest.mark.parametrize(
    ("language", "options", "body"),
    [
        (
            FI,
            {},
            (
                "Hei Maija! Tiedoksi etukäteen: laskun 1042 (89,90 €) eräpäivä on 12.11.2026. Onko lasku tullut perille? "
                "Maksutiedot ovat laskussa. Tarvitsetko kopion tai toisen päivän? Soita 09 123 4567. Jos maksu on jo "
                "matkalla, kaikki on kunnossa. Terveisin Pihapalvelu Esimerkki Oy"
            ),
        ),
        (
            SV,
            {"count": 2},
            (
                "Hej Maija! 2 fakturor förfaller snart: 1042, 1043. Sammanlagt 179,81 €, förfallodagar 12.11.2026 - "
                "13.11.2026. Har de kommit fram? Betalningsuppgifterna finns på fakturorna. För en kopia eller en annan dag, "
                "ring 09 123 4567. Om betalningen redan är på väg, tack! Hälsningar Pihapalvelu Esimerkki Oy"
            ),
        ),
        (
            EN,
            {"count": 2, "due_on": date(2026, 11, 12)},
            (
                "Hi Maija! 2 invoices are due soon: 1042, 1043. Total €179.81, due on 12 November 2026. Have they reached "
                "you? Payment details are on the invoices. For a copy or another day, call 09 123 4567. If the payment is on "
                "its way, thank you! Best wishes, Pihapalvelu Esimerkki Oy"
            ),
        ),
        (
            FI,
            {"number_confirmed": False},
            (
                "Hei Maija! Meillä on sinulle pieni asiakasasia, jonka hoidamme mielellämme puhelimessa: 09 123 4567. Numero "
                "on myös sivuillamme. Soita, kun sinulle sopii. Terveisin Pihapalvelu Esimerkki Oy"
            ),
        ),
    ],
)
def test_text_messages(composed, language: Language, options: dict[str, object], body: str) -> None:
    message, draft = composed(language, Medium.SMS, **options, **COURTESY)
    assert message.body == body
    assert check(message, draft) == ()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("medium", [Medium.EMAIL, Medium.SMS])
def test_nobody_is_late_yet_so_style_and_earlier_contact_change_no_word(
    composed, language: Language, medium: Medium
) -> None:
    texts = {
        composed(language, medium, style, first_contact=first, **COURTESY)[0]
        for style in Style
        for first in (True, False)
    }
    assert len(texts) == 1


@pytest.mark.parametrize("medium", [Medium.EMAIL, Medium.SMS])
def test_the_due_date_is_the_only_day_that_is_named(composer, draft_of, medium: Medium) -> None:
    draft = draft_of(medium=medium, **COURTESY)
    assert composer.compose(draft) == composer.compose(replace(draft, pay_by=draft.pay_by + timedelta(days=14)))


def test_no_courtesy_block_asks_for_another_day_than_the_due_date() -> None:
    blocks = [block for block in Catalogue.packaged(FI).blocks if block.stage == "courtesy"]
    assert not [block.block_id for block in blocks if "pay_by" in block.text or "pay_by" in block.slots]


def test_where_to_pay_and_how_to_verify_are_the_friendly_texts_own_blocks(composed) -> None:
    friendly, _ = composed(count=2)
    courtesy, _ = composed(count=2, **COURTESY)
    shared = {ref.block_id for ref in courtesy.blocks} & {ref.block_id for ref in friendly.blocks}
    assert shared >= {"email.payment.consumer.several", "email.signoff", "email.verify.consumer"}


@pytest.mark.parametrize("language", Language)
def test_an_email_names_every_due_date_and_an_sms_the_first_and_the_last(composed, language: Language) -> None:
    year_or_day = re.compile(r"1[2-4](?:\.11\.| November )2026")
    email, _ = composed(language, count=3, **COURTESY)
    assert len(set(year_or_day.findall(email.body))) == 3
    sms, _ = composed(language, Medium.SMS, count=3, **COURTESY)
    assert [found[:2] for found in year_or_day.findall(sms.body)] == ["12", "14"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (FI, "Lasku on myöhässä."),
        (FI, "Lasku erääntyi eilen."),
        (FI, "Laskun eräpäivä oli eilen."),
        (FI, "Pieni muistutus laskusta."),
        (FI, "Lasku on vielä avoinna."),
        (FI, "Ethän unohda laskua."),
        (FI, "Jäikö lasku huomaamatta?"),
        (FI, "Maksu puuttuu."),
        (FI, "Maksua ei vielä näy meillä."),
        (SV, "Fakturan förföll i går."),
        (SV, "En liten påminnelse."),
        (SV, "Fakturan är ännu öppen."),
        (SV, "Glöm inte fakturan."),
        (SV, "Betalningen är försenad."),
        (SV, "Vi ser ännu ingen betalning."),
        (SV, "Betalningen saknas."),
        (EN, "The invoice was due yesterday."),
        (EN, "A small reminder."),
        (EN, "The invoice is still open."),
        (EN, "Do not forget the invoice."),
        (EN, "The payment is late."),
        (EN, "We cannot see the payment yet."),
        (EN, "The payment is missing."),
        (EN, "Did it slip by?"),
    ],
)
def test_a_word_that_hints_at_lateness_is_refused_before_the_due_date_only(
    composed, language: Language, sentence: str
) -> None:
    for kind, rules in ((StepKind.COURTESY, {"DK-T07"}), (StepKind.FRIENDLY, set())):
        message, draft = composed(language, kind=kind)
        added = replace(message, body=f"{message.body}\n\n{sentence}")
        assert {finding.rule for finding in check(added, draft)} == rules


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (FI, "Eräpäivä on perjantaina. Voit maksaa myöhemminkin, jos sovimme siitä. Autamme aina mielellämme."),
        (SV, "Förfallodagen är på fredag. Du kan betala senare om vi kommer överens om det."),
        (EN, "It is due on Friday. A later day is fine too. We are open until five."),
    ],
)
def test_a_kind_sentence_is_no_false_alarm(composed, language: Language, sentence: str) -> None:
    message, draft = composed(language, **COURTESY)
    assert check(replace(message, body=f"{message.body}\n\n{sentence}"), draft) == ()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("medium", [Medium.EMAIL, Medium.SMS])
def test_a_friendly_text_does_not_pass_before_the_due_date(composed, language: Language, medium: Medium) -> None:
    friendly, draft = composed(language, medium)
    found = check(friendly, replace(draft, kind=StepKind.COURTESY))
    assert {finding.rule for finding in found} >= {"DK-T44", "DK-T07"}


@pytest.mark.parametrize(
    ("rule", "old"),
    [
        ("DK-T10", "12.11.2026"),
        ("DK-T10", "89,90\u00a0€"),
        ("DK-T10", "Viitenumero: 1232"),
        ("DK-T10", "Tästä viestistä ei tule sinulle kuluja."),
        ("DK-T11", "Jos maksu on jo matkalla tai ajastettu, sinun ei tarvitse tehdä mitään."),
        ("DK-T12", "Jos jokin toinen päivä sopisi sinulle paremmin, kerro meille, niin etsitään sopiva yhdessä."),
        ("DK-T14", "Onko lasku tullut sinulle perille?"),
        ("DK-T15", "Emme koskaan kysy pankkitunnuksiasi."),
        ("DK-T44", "Voit maksaa laskun alla olevilla tiedoilla viimeistään eräpäivänä."),
    ],
)
def test_a_part_too_few(composed, rule: str, old: str) -> None:
    message, draft = composed(**COURTESY)
    assert old in message.body
    found = check(replace(message, body=message.body.replace(old, "")), draft)
    assert rule in {finding.rule for finding in found if finding.is_error}
