"""For each rule a good message altered so that it breaks exactly that rule."""

from dataclasses import replace

import pytest

from dunningkit.messages import Severity, check
from dunningkit.model import BlockRef, CustomerClass, Language, Medium, Message, Money, StepKind, Style

FI, SV, EN = Language.FI, Language.SV, Language.EN


def rules_of(message: Message, draft: object) -> set[str]:
    return {finding.rule for finding in check(message, draft) if finding.is_error}


def adding(message: Message, sentence: str) -> Message:
    return replace(message, body=f"{message.body}\n\n{sentence}")


def changing(message: Message, old: str, new: str) -> Message:
    assert old in message.body
    return replace(message, body=message.body.replace(old, new))


@pytest.mark.parametrize(
    ("rule", "language", "sentence"),
    [
        ("DK-T01", FI, "Et ole vieläkään maksanut laskua."),
        ("DK-T01", FI, "Muistutuksistamme huolimatta lasku on auki."),
        ("DK-T01", SV, "Ni har fortfarande inte betalat."),
        ("DK-T01", SV, "Trots våra påminnelser är fakturan öppen."),
        ("DK-T01", EN, "You have not yet paid the invoice."),
        ("DK-T01", EN, "Your company failed to pay."),
        ("DK-T02", FI, "Velallisen tiedot on tarkistettu."),
        ("DK-T02", SV, "Till gäldenären."),
        ("DK-T02", EN, "The debtor is informed."),
        ("DK-T03", FI, "Maksa välittömästi."),
        ("DK-T03", FI, "Tämä on viimeinen varoitus."),
        ("DK-T03", SV, "Betala omedelbart."),
        ("DK-T03", EN, "Final warning: pay immediately."),
        ("DK-T04", FI, "Lasku siirtyy perintään."),
        ("DK-T04", FI, "Jos maksua ei näy tilillämme, asia etenee."),
        ("DK-T04", SV, "Ärendet går till inkasso."),
        ("DK-T04", SV, "Om betalningen inte syns går ärendet vidare."),
        ("DK-T04", EN, "We will take legal action."),
        ("DK-T04", EN, "Unless we hear from you, the matter goes on."),
        ("DK-T05", FI, "Tämä on noloa."),
        ("DK-T05", SV, "Det är pinsamt."),
        ("DK-T05", EN, "We are disappointed."),
        ("DK-T06", FI, "Samalla tarjous: uusi talvipaketti."),
        ("DK-T06", SV, "Passa på, rabatt på nästa beställning."),
        ("DK-T06", EN, "A special offer is waiting."),
        ("DK-T15", FI, "Maksa tilille FI37 1590 3000 0007 76."),
        ("DK-T15", FI, "Maksa tilille fi37-1590-3000-0007-76."),
        ("DK-T15", FI, "TilinumeroFI3715903000000776"),
        ("DK-T15", EN, "See https://example.org/pay"),
        ("DK-T15", EN, "See example.org"),
        ("DK-T15", SV, "Skriv till nagon.annan@example.org"),
        ("DK-T15", FI, "Soita 040 765 4321."),
        ("DK-T15", FI, "Soita +358 40 765 4321."),
        ("DK-T21", FI, "Muistutamme 1042:n maksusta."),
        ("DK-T21", FI, "Tervehdys Maija:lle."),
        ("DK-T21", EN, "This is Maija's invoice."),
        ("DK-T41", FI, "Muistutusmaksu on 5,00 €."),
        ("DK-T41", SV, "Avgiften är 60 kr."),
        ("DK-T41", EN, "A fee of €5 is added."),
        ("DK-T41", EN, "A fee of SEK 60 is added."),
        ("DK-T42", FI, "Kuitti on liitteenä."),
        ("DK-T42", SV, "Kvittot är bifogat."),
        ("DK-T42", EN, "The receipt is attached."),
        ("DK-T43", FI, "Hei {{ customer.first_name }}!"),
        ("DK-T43", FI, "{% if paid %}"),
    ],
)
def test_a_sentence_too_many_in_an_email(composed, rule: str, language: Language, sentence: str) -> None:
    message, draft = composed(language)
    assert rules_of(message, draft) == set()
    assert rules_of(adding(message, sentence), draft) == {rule}


@pytest.mark.parametrize(
    ("rule", "old"),
    [
        ("DK-T10", "Lähetämme mielellämme laskun kopion, kun vastaat tähän viestiin."),
        ("DK-T10", "Tästä viestistä ei tule sinulle kuluja."),
        ("DK-T10", "7.12.2026"),
        ("DK-T10", "12.11.2026"),
        ("DK-T10", "Viitenumero: 1232"),
        ("DK-T10", "09 123 4567, laskut@example.fi"),
        ("DK-T11", "Jos maksoit jo, kiitos."),
        ("DK-T12", "Tarvitset lisää aikaa."),
        ("DK-T12", "Lasku meni väärään paikkaan."),
        ("DK-T13", "Laskussa on jotain epäselvää."),
        ("DK-T14", "Onko lasku tullut perille?"),
        ("DK-T15", "Emme koskaan kysy pankkitunnuksiasi."),
        ("DK-T44", "Valitse se, mikä sopii tilanteeseesi:"),
    ],
)
def test_a_part_too_few_in_an_email(composed, rule: str, old: str) -> None:
    message, draft = composed()
    assert rules_of(changing(message, old, ""), draft) == {rule}


def test_the_missing_part_is_named(composed) -> None:
    message, draft = composed()
    (finding,) = check(changing(message, "Onko lasku tullut perille?", ""), draft)
    assert (finding.rule, finding.severity, finding.found) == ("DK-T14", Severity.ERROR, "arrival_question")


def test_another_amount_in_the_place_of_ours_is_two_errors(composed) -> None:
    message, draft = composed()
    assert rules_of(changing(message, "89,90", "98,90"), draft) == {"DK-T10", "DK-T41"}


def test_a_part_of_a_longer_number_is_not_the_invoice(composed) -> None:
    message, draft = composed()
    found = check(changing(message, "1042", "10425"), draft)
    assert [finding.found for finding in found] == ["what"]


def test_our_account_in_a_text_is_ours_however_it_is_written(composed) -> None:
    message, draft = composed()
    assert (
        rules_of(adding(message, "Tili on fi21-1234-5600-0007-85 ja sivu https://www.example.fi/laskut."), draft)
        == set()
    )
    assert rules_of(adding(message, "Soita +358 9 123 4567."), draft) == set()


def test_another_account_than_the_creditors_is_refused(composed) -> None:
    _, draft = composed()
    swapped = replace(draft, iban="FI37 1590 3000 0007 76")
    message, _ = composed()
    body = message.body.replace("FI21 1234 5600 0007 85", "FI37 1590 3000 0007 76")
    assert rules_of(replace(message, body=body), swapped) == {"DK-T15"}


def test_an_account_that_hides_in_an_invoice_number_or_subject_is_refused(composed) -> None:
    for changes in ({"invoice_number": "FI37 1590 3000 0007 76"}, {"subject": "Tili FI3715903000000776"}):
        message, draft = composed(**changes)
        assert rules_of(message, draft) == {"DK-T15"}


def test_a_wrong_total_is_refused(composed) -> None:
    message, draft = composed(count=2)
    assert rules_of(message, replace(draft, items=(draft.items[0], draft.items[0]))) >= {"DK-T41"}
    wrong = replace(draft, total=draft.total + Money(1, "EUR"))
    found = [finding.found for finding in check(message, wrong) if finding.rule == "DK-T41"]
    assert "total" in found
    foreign = replace(draft, total=Money(17981, "SEK"))
    assert "currency" in [finding.found for finding in check(message, foreign)]


def test_a_copy_that_goes_along_must_be_mentioned_and_only_then(composed) -> None:
    without, bare = composed()
    attached, with_copy = composed(copies=1)
    assert rules_of(without, with_copy) == {"DK-T42"}
    assert rules_of(attached, bare) == {"DK-T42"}
    some, draft = composed(count=3, copies=1)
    assert rules_of(changing(some, " (kopio liitteenä)", ""), draft) == {"DK-T42"}


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        (FI, "Lasku 1042: perintä"),
        (FI, "Velka laskusta 1042"),
        (SV, "Faktura 1042: skuld"),
        (SV, "Betalningsanmärkning, faktura 1042"),
        (EN, "Debt: invoice 1042"),
        (EN, "Invoice 1042 is in default"),
    ],
)
def test_a_subject_never_says_debt(composed, language: Language, subject: str) -> None:
    message, draft = composed(language)
    rules = rules_of(replace(message, subject=subject), draft)
    assert "DK-T31" in rules


def test_an_sms_preview_never_says_debt(composed) -> None:
    message, draft = composed(FI, Medium.SMS)
    body = message.body.replace("Hei Maija! ", "Hei Maija! Velka. ")
    assert rules_of(replace(message, body=body), draft) == {"DK-T31"}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (FI, "Asia koskee laskua."),
        (FI, "Maksu puuttuu."),
        (FI, "Numero 1042."),
        (FI, "Velka."),
        (SV, "Det gäller en faktura."),
        (SV, "En skuld."),
        (EN, "It is about your invoice."),
        (EN, "A payment is open."),
    ],
)
def test_an_unconfirmed_number_is_told_of_nothing(composed, language: Language, sentence: str) -> None:
    message, draft = composed(language, Medium.SMS, number_confirmed=False)
    assert rules_of(message, draft) == set()
    assert rules_of(replace(message, body=f"{message.body} {sentence}"), draft) == {"DK-T31"}


def test_an_amount_to_an_unconfirmed_number_is_refused(composed) -> None:
    message, draft = composed(FI, Medium.SMS, number_confirmed=False)
    assert rules_of(replace(message, body=f"{message.body} 89,90 €"), draft) == {"DK-T31"}


@pytest.mark.parametrize(
    "extra",
    [" www.example.fi", " laskut@example.fi", " Kiitos “paljon”", " Kiitos\u00a0paljon", " Hyvää päivänjatkoa!" * 5],
)
def test_what_an_sms_cannot_carry(composed, extra: str) -> None:
    message, draft = composed(FI, Medium.SMS, Style.NEUTRAL, first_contact=False)
    assert rules_of(message, draft) == set()
    assert "DK-T30" in rules_of(replace(message, body=message.body + extra), draft)


def test_only_our_own_words_must_be_gsm(composed, draft_of) -> None:
    creditor = replace(draft_of().creditor, name="Žale Oy")
    message, draft = composed(FI, Medium.SMS, first_contact=False, creditor=creditor, number_confirmed=False)
    assert {finding.found for finding in check(message, draft)} == {"3 parts"}


def test_blocks_must_be_approved_and_complete(composed) -> None:
    message, draft = composed()
    changed = replace(message, blocks=(*message.blocks[:-1], BlockRef(message.blocks[-1].block_id, 99)))
    assert rules_of(changed, draft) == {"DK-T44", "DK-T15"}  # the verify line is not the approved one
    assert "DK-T44" in rules_of(replace(message, blocks=()), draft)


@pytest.mark.parametrize("kind", [StepKind.FORMAL, StepKind.FINAL])
def test_a_friendly_text_does_not_pass_for_a_formal_one(composed, kind: StepKind) -> None:
    message, draft = composed()
    formal = replace(draft, kind=kind)
    assert rules_of(message, formal) == {"DK-T10", "DK-T44"}
    pressing = check(adding(message, "Maksa välittömästi."), formal)
    assert [finding.severity for finding in pressing if finding.rule == "DK-T03"] == [Severity.WARNING]


@pytest.mark.parametrize(
    "sentence",
    [
        "KIITOS",
        "Kiitos! Kiitos! Kiitos!",
        "a b c d e f g h i j k l m n o p q r s t u",
    ],
)
def test_what_is_hard_to_read_is_only_a_warning(composed, sentence: str) -> None:
    message, draft = composed()
    found = check(adding(message, sentence), draft)
    assert [(finding.rule, finding.is_error) for finding in found] == [("DK-T20", False)]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (FI, "Siitä huolimatta autamme mielellämme. Tarjoamme apua. Lasku tuli perille. Kirjaamme toiveesi heti."),
        (SV, "För säkerhets skull ringer vi. Det är ingen brådska. Har du inte fått fakturan? Vi hjälper gärna."),
        (EN, "We offer help. You do not have to pay today if that does not suit you. We promise a quick answer."),
    ],
)
def test_kind_sentences_are_no_false_alarm(composed, language: Language, sentence: str) -> None:
    message, draft = composed(language)
    assert rules_of(adding(message, sentence), draft) == set()


def test_a_creditor_that_cannot_be_reached_is_refused(composed, draft_of) -> None:
    creditor = replace(draft_of().creditor, phone="", email="")
    message, draft = composed(creditor=creditor)
    assert [finding.found for finding in check(message, draft)] == ["whom_to_ask"]
    by_sms, draft = composed(medium=Medium.SMS, creditor=replace(creditor, email="laskut@example.fi"))
    assert [finding.found for finding in check(by_sms, draft)] == ["whom_to_ask"]


def test_an_invoice_without_a_number_is_refused(composed) -> None:
    message, draft = composed(invoice_number="\u200b ")
    assert [finding.found for finding in check(message, draft)] == ["what"]


def test_found_is_one_short_line(composed) -> None:
    message, draft = composed(customer=replace(composed()[1].customer, customer_class=CustomerClass.UNKNOWN))
    (finding,) = check(adding(message, "https://example.org/" + "a" * 200 + "\u202e"), draft)
    assert len(finding.found) <= 60
    assert finding.found.isprintable()
