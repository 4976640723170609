"""The formal reminder and the final notice: every duty of 513/1999 5 a § in every language, and nothing that is not so."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_percent
from hypothesis import given, settings
from hypothesis import strategies as st

from dunningkit.errors import SettingsError
from dunningkit.law.answers import Cited, Segment
from dunningkit.law.pack import RuleStatus
from dunningkit.messages import (
    Claimed,
    Composer,
    Draft,
    Formal,
    InterestRate,
    PastStep,
    check,
    interest_cite_of,
    rates_of,
)
from dunningkit.messages.catalogue import Catalogue
from dunningkit.messages.compose import Voice
from dunningkit.messages.formats import formats_of
from dunningkit.messages.slots import wording
from dunningkit.model import (
    Customer,
    CustomerClass,
    Language,
    Medium,
    Message,
    Money,
    PostalAddress,
    StepKind,
    Style,
)

FI, SV, EN = Language.FI, Language.SV, Language.EN
FORMAL, FINAL = StepKind.FORMAL, StepKind.FINAL
COMPOSER = Composer()
EVERY_LANGUAGE = pytest.mark.parametrize("language", list(Language))
BOTH_KINDS = pytest.mark.parametrize("kind", [FORMAL, FINAL])

AGENCY = "Perintätoimisto Esimerkki Oy"
HOUSE = {
    "business_id": "0123456-7",
    "postal_address": "Esimerkkikatu 1, 00100 Helsinki",
    "opening_hours": "ma-pe 08.00-16.00",
    "agency_name": AGENCY,
}
MAIJA = Customer(
    "1",
    "Maija Mäkinen",
    first_name="Maija",
    customer_class=CustomerClass.CONSUMER,
    postal_address=PostalAddress("Koivukuja 1", "00100", "Helsinki"),
)
COMPANY = Customer("2", "Esimerkkitukku Oy", customer_class=CustomerClass.COMMERCIAL_30_2013)
CLAIMED = Claimed(
    invoiced_on=date(2026, 10, 27),
    interest_minor=61,
    rates=(InterestRate(date(2026, 11, 13), date(2026, 12, 8), 950),),
    interest_cite="633/1982 4 §",
    fee_minor=500,
    fee_max_minor=500,
    fee_cite="513/1999 10 a §",
)
TOLD = Formal(
    written_on=date(2026, 12, 8),
    payments_as_of=date(2026, 12, 7),
    history=(PastStep(date(2026, 11, 14), Medium.EMAIL), PastStep(date(2026, 11, 28), Medium.SMS)),
    next_step_on=date(2027, 1, 4),
    transfer_on=date(2027, 1, 11),
    agency_fee_max_minor=1400,
)


@pytest.fixture
def formal_draft(draft_of):
    """Makes a formal draft, its total the sum of what is claimed."""

    def make(
        language: Language = FI,
        medium: Medium = Medium.LETTER,
        kind: StepKind = FORMAL,
        *,
        customer: Customer = MAIJA,
        claimed: Claimed = CLAIMED,
        formal: Formal = TOLD,
        house: dict[str, str] = HOUSE,
        count: int = 1,
        must_say_free: bool = False,
        **options: object,
    ) -> Draft:
        draft = draft_of(language, medium, kind=kind, customer=customer, count=count, **options)
        items = tuple(replace(item, claimed=claimed) for item in draft.items)
        return replace(
            draft,
            creditor=replace(draft.creditor, **house),
            items=items,
            total=Money(sum(item.total_minor for item in items), "EUR"),
            pay_by=date(2026, 12, 31),
            formal=formal,
            must_say_free=must_say_free,
        )

    return make


def text_of(draft: Draft) -> str:
    return COMPOSER.compose(draft).body.replace("\u00a0", " ")


def written(draft: Draft) -> tuple[Message, set[str]]:
    """The message, and the rules it breaks."""
    message = COMPOSER.compose(draft)
    return message, {finding.rule for finding in check(message, draft)}


def every_formal_situation(formal_draft) -> Iterator[Draft]:
    """One draft for each situation that a formal text is approved for."""
    nothing = Claimed(invoiced_on=CLAIMED.invoiced_on)
    interest_only = replace(CLAIMED, fee_minor=0, fee_max_minor=None, fee_cite="")
    fee_only = replace(nothing, fee_minor=500, fee_max_minor=500, earlier_fees_minor=500)
    bare = Formal(TOLD.written_on, TOLD.payments_as_of)
    classes = [replace(MAIJA, customer_class=one) for one in CustomerClass if not one.is_business] + [
        COMPANY,
        replace(COMPANY, customer_class=CustomerClass.OTHER_NON_CONSUMER),
    ]
    sides = itertools.product(
        Language,
        (Medium.LETTER, Medium.EMAIL),
        (FORMAL, FINAL),
        classes,
        (1, 3),
        (nothing, interest_only, fee_only, CLAIMED),
    )
    for language, medium, kind, customer, count, claimed in sides:
        for formal, agency in itertools.product((TOLD, bare), (AGENCY, "")):
            yield formal_draft(
                language,
                medium,
                kind,
                customer=customer,
                claimed=claimed,
                formal=formal,
                house={**HOUSE, "agency_name": agency},
                count=count,
            )


def test_no_formal_text_has_a_finding(formal_draft) -> None:
    for draft in every_formal_situation(formal_draft):
        message = COMPOSER.compose(draft)
        assert check(message, draft) == (), (draft, message.body)
        assert "\n\n\n" not in message.body
        assert "None" not in message.body


@EVERY_LANGUAGE
@BOTH_KINDS
@pytest.mark.parametrize("customer", [MAIJA, COMPANY], ids=["consumer", "business"])
@pytest.mark.parametrize("copies", [0, 1, 3])
def test_copies_that_go_along_with_an_email_are_told(formal_draft, language, kind, customer, copies: int) -> None:
    assert written(formal_draft(language, Medium.EMAIL, kind, customer=customer, count=3, copies=copies))[1] == set()


FORMAL_LETTER = """\
Maksumuistutus 8.12.2026
Pihapalvelu Esimerkki Oy, Y-tunnus 0123456-7, Esimerkkikatu 1, 00100 Helsinki
Maija Mäkinen, Koivukuja 1, 00100 Helsinki

Hei Maija Mäkinen,

emme ole vielä saaneet maksua alla olevasta laskusta. Olemme olleet sinuun yhteydessä: 14.11.2026 (sähköposti), \
28.11.2026 (tekstiviesti).

Maksathan sen viimeistään 31.12.2026. Jos jokin asia estää maksamisen, soita tai kirjoita meille. Etsimme mielellämme \
ratkaisun kanssasi.

Lasku: 1042, laskupäivä 27.10.2026
Mistä lasku on: Haravointi
Eräpäivä: 12.11.2026
Avoin pääoma: 89,90 €
Viivästyskorko 9,5 % vuodessa ajalta 13.11.2026 - 8.12.2026 (633/1982 4 §): 0,61 €
Muistutuskulu: 5,00 €
Maksettavaa yhteensä: 95,51 €

Näin maksat
Saaja: Pihapalvelu Esimerkki Oy
Tilinumero: FI21 1234 5600 0007 85
Viitenumero: 1232
Summa: 95,51 €

Jos maksoit jo
Kiitos! Voit jättää tämän muistutuksen huomiotta. Olemme ottaneet huomioon maksut, jotka näkyivät tilillämme 7.12.2026.

Jos olet eri mieltä
Voit esittää huomautuksia meille, mielellään viimeistään 31.12.2026. Lähetä ne osoitteeseen laskut@example.fi tai \
Esimerkkikatu 1, 00100 Helsinki. Kerro lyhyesti, mitä pitäisi korjata. Emme jatka muistuttamista sinä aikana, kun \
selvitämme asiaa. Riidattoman osan voit maksaa normaalisti.

Jos et pysty maksamaan kaikkea kerralla
Ota yhteyttä. Voimme siirtää maksupäivää tai jakaa summan osiin. Maksutonta neuvontaa saat myös talous- ja \
velkaneuvonnasta sekä Takuusäätiön Velkalinjalta.

Kulut
Muistutuskulu tulee tämän muistutuksen lähettämisestä, ja se on näkyvissä yllä. Laki sallii tästä muistutuksesta laskua \
kohti enintään 5,00 € (513/1999 10 a §). Viivästyskorkoa kertyy maksupäivään asti.

Miten asia etenee
Tästä muistutuksesta ei tule maksuhäiriömerkintää. Jos maksu tai yhteydenotto puuttuu vielä 4.1.2027, voimme lähettää \
maksuvaatimuksen. Siinä kerrotaan, mitä sen jälkeen tapahtuu.

Oikeutesi
- Voit pyytää kirjallisesti, vaikka sähköpostilla, että vapaaehtoinen perintä lopetetaan. Silloin asia voi siirtyä \
tuomioistuimeen, mistä voi tulla lisää kuluja.
- Saat meiltä pyynnöstä maksutta erittelyn siitä, mistä summa koostuu.

Lähetämme mielellämme laskun kopion, jos pyydät sitä.

Terveisin
Liisa Esimerkki, Pihapalvelu Esimerkki Oy
09 123 4567, laskut@example.fi, ma-pe 08.00-16.00

Haluatko varmistaa, että tämä on meiltä? Yhteystietomme ovat myös alkuperäisessä laskussa ja sivuillamme \
www.example.fi. Emme koskaan kysy pankkitunnuksiasi."""

FINAL_EMAIL = """\
Payment demand, 8 December 2026
Pihapalvelu Esimerkki Oy, Business ID 0123456-7, Esimerkkikatu 1, 00100 Helsinki

Hello,

The invoices below are still open. We would like to settle this directly with you before we pass it on. We have been in \
touch with you: 14 November 2026 (e-mail), 28 November 2026 (text message).

Please pay the invoices or contact us by 31 December 2026. One call is enough: we can agree on more time or on paying in \
parts.

- Invoice 1042, invoice date 27 October 2026: Haravointi
  Due date: 12 November 2026
  Open principal: €89.90
  Late payment interest 9.5% a year for 13 November 2026 - 8 December 2026 (633/1982 4 §): €0.61
  Earlier reminder fees: €5.00
  Reminder fee: €0.00
  Total: €95.51
- Invoice 1043, invoice date 27 October 2026: Haravointi
  Due date: 13 November 2026
  Open principal: €89.91
  Late payment interest 9.5% a year for 13 November 2026 - 8 December 2026 (633/1982 4 §): €0.61
  Earlier reminder fees: €5.00
  Reminder fee: €0.00
  Total: €95.52

Total to pay: €191.03

How to pay
Payee: Pihapalvelu Esimerkki Oy
Account: FI21 1234 5600 0007 85
Please pay each invoice separately:
- Invoice 1042: reference 1232, €95.51
- Invoice 1043: reference 1232, €95.52

If you have already paid
Thank you! You can ignore this demand. We have taken into account payments that were on our account on 7 December 2026.

What happens if we do not hear from you
We may pass the matter to the collection agency Perintätoimisto Esimerkki Oy on 11 January 2027 at the earliest. The \
agency will send its own payment demand. It can cost you at most €14.00. This demand does not lead to a payment default \
entry.

If you disagree
You can object, if possible by 31 December 2026. Send your objections to laskut@example.fi or Esimerkkikatu 1, 00100 \
Helsinki. Say in a few words what should be corrected. We will not go on reminding you while we look into it. You can pay \
the undisputed part as usual.

If it is hard to pay it all in one go
Please contact us. We can move the payment date or split the sum.

Costs
This demand costs you nothing. Interest grows until the day of payment.

Your rights
- On request you get a free breakdown of what the sum consists of.

We will gladly send you copies if you reply to this message.

Kind regards,
Liisa Esimerkki, Pihapalvelu Esimerkki Oy
09 123 4567, laskut@example.fi, ma-pe 08.00-16.00

Want to be sure this is from us? Our contact details are also on the original invoice and on our website www.example.fi. \
We never ask for your bank codes."""


def test_a_finnish_letter_to_a_consumer(formal_draft) -> None:
    message = COMPOSER.compose(formal_draft())
    assert message.subject == ""
    assert text_of(formal_draft()) == FORMAL_LETTER


def test_an_english_final_notice_to_a_company_by_email(formal_draft) -> None:
    claimed = replace(CLAIMED, fee_minor=0, fee_max_minor=None, earlier_fees_minor=500)
    draft = formal_draft(EN, Medium.EMAIL, FINAL, customer=COMPANY, claimed=claimed, count=2)
    assert COMPOSER.compose(draft).subject == "Can we settle this directly? Open invoices: 1042, 1043"
    assert text_of(draft) == FINAL_EMAIL


#: What 513/1999 5 a § asks a demand to tell a consumer, and what care adds, as each language says it.
DUTIES = {
    "creditor's business id": ("Y-tunnus 0123456-7", "FO-nummer 0123456-7", "Business ID 0123456-7"),
    "creditor's address": ("Esimerkkikatu 1, 00100 Helsinki",) * 3,
    "basis: the invoice": ("Lasku: 1042", "Faktura: 1042", "Invoice: 1042"),
    "basis: what it is for": (
        "Mistä lasku on: Haravointi",
        "Vad fakturan gäller: Haravointi",
        "What it is for: Haravointi",
    ),
    "due date": ("Eräpäivä: 12.11.2026", "Förfallodag: 12.11.2026", "Due date: 12 November 2026"),
    "principal": ("Avoin pääoma: 89,90 €", "Obetalt kapital: 89,90 €", "Open principal: €89.90"),
    "interest": ("(633/1982 4 §): 0,61 €", "(633/1982 4 §): 0,61 €", "(633/1982 4 §): €0.61"),
    "interest's rate": ("9,5 % vuodessa", "9,5 % per år", "9.5% a year"),
    "costs": ("Muistutuskulu: 5,00 €", "Påminnelseavgift: 5,00 €", "Reminder fee: €5.00"),
    "what the law allows": (
        "enintään 5,00 € (513/1999 10 a §)",
        "högst 5,00 € per faktura (513/1999 10 a §)",
        "at most €5.00 for each invoice (513/1999 10 a §)",
    ),
    "total": ("Maksettavaa yhteensä: 95,51 €", "Att betala sammanlagt: 95,51 €", "Total to pay: €95.51"),
    "whom to pay": ("Saaja: Pihapalvelu", "Mottagare: Pihapalvelu", "Payee: Pihapalvelu"),
    "where to pay": ("Tilinumero: FI21", "Kontonummer: FI21", "Account: FI21"),
    "reference": ("Viitenumero: 1232", "Referensnummer: 1232", "Reference: 1232"),
    "when to pay": ("viimeistään 31.12.2026", "senast 31.12.2026", "by 31 December 2026"),
    "right to object": ("Voit esittää huomautuksia", "Du kan komma med anmärkningar", "You can object"),
    "to whom to object": ("laskut@example.fi tai", "laskut@example.fi eller", "laskut@example.fi or"),
    "4 c § right": (
        "pyytää kirjallisesti, vaikka sähköpostilla, että vapaaehtoinen perintä lopetetaan",
        "skriftligt, till exempel per e-post, begära att den frivilliga indrivningen avslutas",
        "ask in writing, for example by e-mail, for voluntary collection to end",
    ),
    "its effect": ("siirtyä tuomioistuimeen", "gå till domstol", "go to court"),
    "breakdown": ("maksutta erittelyn", "gratis en specifikation", "free breakdown"),
    "earlier steps": ("14.11.2026 (sähköposti)", "14.11.2026 (e-post)", "14 November 2026 (e-mail)"),
    "payments as of": ("tilillämme 7.12.2026", "vårt konto 7.12.2026", "our account on 7 December 2026"),
    "free advice": ("Takuusäätiön Velkalinjalta", "Garantistiftelsens skuldlinje", "Guarantee Foundation's debt line"),
    "no default entry": (
        "ei tule maksuhäiriömerkintää",
        "inte till någon anteckning om betalningsstörning",
        "does not lead to a payment default entry",
    ),
    "already paid": ("Jos maksoit jo", "Om du redan har betalat", "If you have already paid"),
    "help": ("jakaa summan osiin", "dela upp beloppet", "split the sum"),
}


@EVERY_LANGUAGE
@BOTH_KINDS
@pytest.mark.parametrize("medium", [Medium.LETTER, Medium.EMAIL])
@pytest.mark.parametrize("duty", DUTIES)
def test_each_duty_is_fulfilled(formal_draft, language: Language, medium: Medium, kind: StepKind, duty: str) -> None:
    said = DUTIES[duty][list(Language).index(language)]
    assert said in text_of(formal_draft(language, medium, kind))


@EVERY_LANGUAGE
@BOTH_KINDS
def test_a_part_that_is_lost_is_missed(formal_draft, language: Language, kind: StepKind) -> None:
    draft = formal_draft(language, Medium.EMAIL, kind)
    message = COMPOSER.compose(draft)
    packaged = Catalogue.packaged(language)
    texts = {block.ref: block for block in packaged.blocks}
    for ref in message.blocks:
        if not wording(texts[ref]) and not texts[ref].slots:
            continue  # a greeting: a short word and a name
        blocks = tuple(replace(one, text="") if one.ref == ref else one for one in packaged.blocks)
        voice = Voice(language)
        voice.catalogue = Catalogue.of(language, blocks, packaged.words)
        composer = Composer()
        composer._voices[language] = voice
        emptied = composer.compose(draft)
        assert any(finding.is_error for finding in check(emptied, draft)), ref.block_id


@BOTH_KINDS
@pytest.mark.parametrize("setting", ["postal_address", "business_id"])
def test_a_setting_that_a_formal_text_needs_is_named(formal_draft, kind: StepKind, setting: str) -> None:
    with pytest.raises(SettingsError, match=f"needs the creditor's {setting}: set it under \\[creditor\\]") as raised:
        COMPOSER.compose(formal_draft(kind=kind, house={**HOUSE, setting: " "}))
    assert raised.value.params["where"] == f"[creditor] {setting}"


def test_a_formal_text_without_its_facts_is_a_mistake_of_the_caller(formal_draft) -> None:
    with pytest.raises(ValueError, match=r"give Draft\.formal"):
        COMPOSER.compose(replace(formal_draft(), formal=None))


@EVERY_LANGUAGE
@BOTH_KINDS
def test_what_costs_nothing_says_so_and_nothing_else(formal_draft, language: Language, kind: StepKind) -> None:
    free = {FI: "ei tule sinulle kuluja", SV: "kostar dig ingenting", EN: "costs you nothing"}[language]
    charged = {FI: "Muistutuskulu tulee", SV: "Påminnelseavgiften kommer", EN: "The reminder fee is for"}[language]
    without_fee = text_of(formal_draft(language, kind=kind, claimed=replace(CLAIMED, fee_minor=0)))
    with_fee = text_of(formal_draft(language, kind=kind))
    assert free in without_fee
    assert charged not in without_fee
    assert charged in with_fee
    assert free not in with_fee


@EVERY_LANGUAGE
@BOTH_KINDS
@pytest.mark.parametrize("customer", [MAIJA, COMPANY], ids=["consumer", "business"])
def test_who_asked_for_a_suspension_is_told_that_it_is_free(formal_draft, language, kind, customer) -> None:
    said = {FI: "yhteydenotto on", SV: "den här kontakten gratis", EN: "this contact is free of charge"}[language]
    claimed = replace(CLAIMED, fee_minor=0, fee_max_minor=None)
    free = formal_draft(language, kind=kind, customer=customer, claimed=claimed, must_say_free=True)
    assert said in text_of(free)
    assert written(free)[1] == set()
    assert said not in text_of(formal_draft(language, kind=kind, customer=customer))
    assert (
        "DK-T41" in written(formal_draft(language, kind=kind, customer=customer, must_say_free=True))[1]
    )  # with a fee


@EVERY_LANGUAGE
def test_a_friendly_text_message_says_that_it_is_free_where_it_has_to(composed, language: Language) -> None:
    said = {FI: "Tämä viesti on maksuton.", SV: "Det här meddelandet är gratis.", EN: "This message is free of charge."}
    for style, first_contact in itertools.product(Style, (True, False)):
        _, plain = composed(language, Medium.SMS, style, first_contact=first_contact)
        message, found = written(replace(plain, must_say_free=True))
        assert said[language] in message.body
        assert found == set()
        assert "DK-T10" in {
            finding.rule for finding in check(COMPOSER.compose(plain), replace(plain, must_say_free=True))
        }


@EVERY_LANGUAGE
def test_no_agency_is_spoken_of_where_the_settings_name_none(formal_draft, language: Language) -> None:
    words = {FI: "erintätoimisto", SV: "ndrivningsbyrå", EN: "agency"}[language]
    named = formal_draft(language, kind=FINAL)
    assert words in text_of(named)
    assert AGENCY in text_of(named)
    for draft in (
        formal_draft(language, kind=FORMAL),
        formal_draft(language, kind=FINAL, house={**HOUSE, "agency_name": ""}),
        formal_draft(language, kind=FINAL, formal=replace(TOLD, transfer_on=None)),
    ):
        assert words not in text_of(draft)
        assert AGENCY not in text_of(draft)


def test_a_business_is_not_told_a_consumers_right_nor_where_persons_get_advice(formal_draft) -> None:
    text = text_of(formal_draft(customer=COMPANY))
    assert "vapaaehtoinen perintä" not in text
    assert "Takuusäätiö" not in text
    assert "sinu" not in text


def test_what_is_directly_enforceable_can_be_appealed_and_deferred(formal_draft) -> None:
    text = text_of(formal_draft(customer=replace(MAIJA, customer_class=CustomerClass.DIRECTLY_ENFORCEABLE)))
    assert "Ohje muutoksenhausta on laskussa tai päätöksessä. Voit myös pyytää meiltä lykkäystä maksamiseen." in text
    assert "vapaaehtoinen perintä" not in text


def test_interest_of_two_half_years_is_told_with_both_rates(formal_draft) -> None:
    rates = (
        InterestRate(date(2026, 11, 13), date(2026, 12, 31), 950),
        InterestRate(date(2027, 1, 1), date(2027, 1, 8), 1000),
    )
    text = text_of(formal_draft(claimed=replace(CLAIMED, rates=rates)))
    assert (
        "Viivästyskorko 9,5 % vuodessa ajalta 13.11.2026 - 31.12.2026 ja 10 % vuodessa ajalta 1.1.2027 - 8.1.2027 "
        "(633/1982 4 §): 0,61 €"
    ) in text


def test_without_interest_the_text_says_that_none_is_asked_for(formal_draft) -> None:
    text = text_of(formal_draft(claimed=Claimed()))
    assert "Viivästyskorko: 0,00 €" in text
    assert "Viivästyskorkoa emme nyt vaadi." in text


@BOTH_KINDS
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (FI, "Lasku siirtyy perintään."),
        (FI, "Saat maksuhäiriömerkinnän."),
        (SV, "Saken går till indrivning."),
        (EN, "We will go to court."),
    ],
)
def test_a_threat_beside_the_approved_words_is_refused(formal_draft, kind, language: Language, sentence: str) -> None:
    draft = formal_draft(language, kind=kind)
    message = COMPOSER.compose(draft)
    threatening = replace(message, body=f"{message.body}\n\n{sentence}")
    assert {finding.rule for finding in check(threatening, draft)} == {"DK-T04"}


@pytest.mark.parametrize(
    ("found", "change"),
    [
        ("total", lambda draft: replace(draft, total=Money(draft.total.amount_minor + 1, "EUR"))),
        ("fee", lambda draft: _claiming(draft, replace(CLAIMED, fee_minor=501))),
        ("less than nothing", lambda draft: _claiming(draft, replace(CLAIMED, interest_minor=-1))),
        ("interest without a rate", lambda draft: _claiming(draft, replace(CLAIMED, rates=()))),
    ],
)
def test_figures_that_do_not_add_up_are_refused(formal_draft, found: str, change) -> None:
    draft = change(formal_draft())
    assert ("DK-T41", found) in {(one.rule, one.found) for one in check(COMPOSER.compose(draft), draft)}


def _claiming(draft: Draft, claimed: Claimed) -> Draft:
    items = tuple(replace(item, claimed=claimed) for item in draft.items)
    return replace(draft, items=items, total=Money(sum(item.total_minor for item in items), "EUR"))


@pytest.mark.parametrize(
    "house",
    [
        {**HOUSE, "agency_name": "perinta.example Oy"},
        {**HOUSE, "business_id": "0912345-6", "opening_hours": "0800 - 1600"},
        {**HOUSE, "postal_address": "PL 0123 4567, 00101 Helsinki"},
    ],
)
def test_what_the_settings_say_is_no_foreign_anchor(formal_draft, house: dict[str, str]) -> None:
    assert written(formal_draft(kind=FINAL, house=house))[1] == set()


def test_a_foreign_account_in_a_formal_text_is_refused(formal_draft) -> None:
    draft = formal_draft()
    message = COMPOSER.compose(draft)
    foreign = replace(message, body=message.body + "\nFI37 1590 3000 0007 76, 040 123 4567, www.example.org")
    assert [one.found for one in check(foreign, draft) if one.rule == "DK-T15"] == [
        "FI3715903000000776",
        "www.example.org",
        "040 123 4567",
    ]


MINOR = st.integers(0, 10**9)
HOW_TO_PAY = {FI: "Näin maksat", SV: "Så här betalar du", EN: "How to pay"}


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(Language),
    st.sampled_from([FORMAL, FINAL]),
    st.lists(st.tuples(st.integers(1, 10**9), MINOR, MINOR, MINOR), min_size=1, max_size=4),
)
def test_the_total_that_is_read_is_the_sum_of_what_is_read(draft_of, language, kind, figures) -> None:
    base = draft_of(language, Medium.LETTER, kind=kind, count=len(figures))
    items = tuple(
        replace(
            item,
            open=Money(minor, "EUR"),
            claimed=replace(
                CLAIMED, interest_minor=interest, fee_minor=fee, fee_max_minor=fee, earlier_fees_minor=earlier
            ),
        )
        for item, (minor, interest, fee, earlier) in zip(base.items, figures, strict=True)
    )
    total = Money(sum(map(sum, figures)), "EUR")
    draft = replace(base, creditor=replace(base.creditor, **HOUSE), items=items, total=total, formal=TOLD)
    message, found = written(draft)
    assert found == set()
    *read, grand = amounts_at_line_ends(message.body.split(HOW_TO_PAY[language])[0])
    subtotals = []
    for _, _, _, earlier in figures:
        lines = 4 if earlier else 3
        subtotals.append(sum(read[:lines]))
        if len(figures) > 1:
            assert read[lines] == subtotals[-1]
        read = read[lines + 1 :]
    assert sum(subtotals) == grand == total.amount_minor


def amounts_at_line_ends(text: str) -> list[int]:
    ends = (line.rsplit(": ", 1)[-1] for line in text.splitlines() if ": " in line)
    return [int(re.sub(r"\D", "", end)) for end in ends if "€" in end]


def test_what_is_claimed_never_enters_another_kind_of_text(draft_of) -> None:
    for language, medium, kind in itertools.product(
        Language, (Medium.EMAIL, Medium.SMS), (StepKind.COURTESY, StepKind.FRIENDLY)
    ):
        plain = draft_of(language, medium, kind=kind, count=2)
        claiming = replace(plain, items=tuple(replace(item, claimed=CLAIMED) for item in plain.items), formal=TOLD)
        assert COMPOSER.compose(claiming) == COMPOSER.compose(plain)
        assert check(COMPOSER.compose(claiming), claiming) == ()


@EVERY_LANGUAGE
@given(rate_bp=st.integers(0, 20_000))
def test_rates_are_written_as_babel_does(language: Language, rate_bp: int) -> None:
    babel = format_percent(Decimal(rate_bp) / 10_000, locale=language.value, decimal_quantization=False)
    assert formats_of(language).rate(rate_bp) == babel


def test_the_rates_of_segments_are_told_without_seams() -> None:
    cited = Cited("fi.interest", "633/1982 4 § 1 mom., 2 § 2 mom. (340/2002); SDK 1/2024", RuleStatus.CONFIRMED)
    segments = [
        Segment(first, last, (last - first).days + 1, rate_bp, 100_000, Fraction(1), cited)
        for first, last, rate_bp in (
            (date(2026, 11, 13), date(2026, 11, 20), 950),
            (date(2026, 11, 21), date(2026, 12, 31), 950),  # the principal was less, the rate the same
            (date(2027, 1, 1), date(2027, 1, 8), 1000),
            (date(2027, 1, 10), date(2027, 1, 12), 1000),  # a day between did not accrue
        )
    ]
    assert rates_of(segments) == (
        InterestRate(date(2026, 11, 13), date(2026, 12, 31), 950),
        InterestRate(date(2027, 1, 1), date(2027, 1, 8), 1000),
        InterestRate(date(2027, 1, 10), date(2027, 1, 12), 1000),
    )
    assert interest_cite_of(segments) == "633/1982 4 §"


def test_a_long_citation_is_told_as_its_first_section(formal_draft) -> None:
    long = "513/1999 10 a § 1 mom. 1 k., 10 b § 1-2 mom. (31/2013, 299/2022); KKV/378/14.08.01.05/2022"
    draft = formal_draft(claimed=replace(CLAIMED, fee_cite=long, interest_cite="633/1982 4 § 1 mom.; SDK 1/2024"))
    assert "enintään 5,00 € (513/1999 10 a §)." in text_of(draft)
    assert "(633/1982 4 §): 0,61 €" in text_of(draft)
    assert written(draft)[1] == set()
