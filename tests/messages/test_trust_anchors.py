"""Account numbers, links and phone numbers in a text, ours and others'."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunningkit.messages import anchors

FOREIGN = "FI3715903000000776"


@pytest.mark.parametrize(
    "text",
    [
        "FI37 1590 3000 0007 76",
        "fi37 1590 3000 0007 76",
        "FI37-1590-3000-0007-76",
        "FI 37 15903000 000776",
        "FI37.1590.3000.0007.76",
        "tili:FI3715903000000776.",
        "TilinumeroFI3715903000000776kiitos",
        "FI37\u00a01590\u00a03000\u00a00007\u00a076",
        "FI37159030000007 76",
        "FI37 1590 3000 0007 76 EUR 89,90",
    ],
)
def test_an_account_number_is_found_however_it_is_set(text: str) -> None:
    assert anchors.ibans_in(text) == (FOREIGN,)


def test_a_mistyped_account_number_is_still_one() -> None:
    assert anchors.ibans_in("Tili FI37 1590 3000 0007 77.") == ("FI3715903000000777",)


def test_accounts_of_other_countries() -> None:
    assert anchors.ibans_in("GB29 NWBK 6016 1331 9268 19") == ("GB29NWBK60161331926819",)
    assert anchors.ibans_in("SE45 5000 0000 0583 9825 7466") == ("SE4550000000058398257466",)
    assert anchors.ibans_in("NO93 8601 1117 947") == ("NO9386011117947",)


@pytest.mark.parametrize(
    "text",
    [
        "RF18 5390 0754 7034",
        "LA2026000123",
        "SI202600012345",
        "INV-2026-0000-1234-56",
        "FI12345678",
        "003712345678",
        "osa F I 37 1590 3000 0007 77",
        "AFI37 1590 3000 0007 77",
        "by 12 November 2026. This message costs you nothing at all",
        "Lasku 1042, viite 0012 3456 7890 1234 5",
    ],
)
def test_what_is_no_account_number(text: str) -> None:
    assert anchors.ibans_in(text) == ()


@given(st.lists(st.sampled_from(["", " ", "-", ".", "\u00a0", "  "]), min_size=17, max_size=17))
def test_separators_never_hide_an_account_number(separators: list[str]) -> None:
    written = "".join(char + between for char, between in zip(FOREIGN, [*separators, ""], strict=True))
    assert anchors.ibans_in(f"Tili {written}, kiitos") == (FOREIGN,)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("katso www.example.org/maksa?x=1, kiitos", ("www.example.org/maksa?x=1",)),
        ("https://example.org", ("https://example.org",)),
        ("maksu.example.org", ("maksu.example.org",)),
        ("EXAMPLE.ORG", ("EXAMPLE.ORG",)),
        ("kirjoita maija@example.org.", ("maija@example.org",)),
        ("Työ valmis.Kiitos", ()),
        ("12.11.2026 klo 9.30", ()),
        ("Oy J.Virtanen", ()),
    ],
)
def test_what_can_be_clicked(text: str, links: tuple[str, ...]) -> None:
    assert anchors.links_in(text) == links


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("soita 040 123 4567", ("040 123 4567",)),
        ("+358 40 123 4567", ("+358 40 123 4567",)),
        ("(09) 123 4567", ("(09) 123 4567",)),
        ("1042, 2026-11-12, 89,90", ()),
        ("0,50", ()),
        ("01234", ()),
    ],
)
def test_what_can_be_called(text: str, phones: tuple[str, ...]) -> None:
    assert anchors.phones_in(text) == phones


def test_the_creditors_own_anchors_are_not_foreign(draft_of) -> None:
    creditor = draft_of().creditor
    text = (
        "FI21 1234 5600 0007 85, fi21-1234-5600-0007-85, www.example.fi, https://example.fi/laskut, kauppa.example.fi, "
        "laskut@example.fi, info@example.fi, 09 123 4567, +358 9 123 4567, 00358 9 1234567"
    )
    assert anchors.foreign_ibans(text, creditor) == ()
    assert anchors.foreign_links(text, creditor) == ()
    assert anchors.foreign_phones(text, creditor) == ()


def test_what_only_resembles_them_is_foreign(draft_of) -> None:
    creditor = replace(draft_of().creditor, website="https://www.example.fi/")
    assert anchors.foreign_links("example.fi.example.org", creditor) == ("example.fi.example.org",)
    assert anchors.foreign_links("myexample.fi", creditor) == ("myexample.fi",)
    assert anchors.foreign_links("laskut@example.org", creditor) == ("laskut@example.org",)
    assert anchors.foreign_links("https://example.fi@example.org/", creditor) != ()
    assert anchors.foreign_phones("09 123 4568", creditor) == ("09 123 4568",)
    assert anchors.foreign_phones("+46 9 123 4567", creditor) == ("+46 9 123 4567",)


def test_values_are_blanked_only_where_they_stand_by_themselves() -> None:
    assert anchors.without("Lasku 1042 ja 10421", ("1042",)) == f"Lasku {anchors.BLANK} ja 10421"
    assert anchors.without("Maksa a", ("a", "")) == f"Maksa {anchors.BLANK}"
    assert anchors.without("Oy Esimerkki Oy Ab", ("Esimerkki Oy", "Oy")) == f"{anchors.BLANK} {anchors.BLANK} Ab"


@pytest.mark.parametrize(
    ("value", "stands"), [("1042", True), ("042", False), ("", False), ("ja", True), ("(x)", True)]
)
def test_a_value_stands_in_a_text_only_whole(value: str, stands: bool) -> None:
    assert anchors.stands_in("1042 ja a(x)b", value) is stands
