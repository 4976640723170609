"""How many parts an SMS takes, at the lengths where it changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunningkit.messages import sms_parts


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "GSM-7", 0, 1),
        ("ä" * 160, "GSM-7", 160, 1),
        ("ä" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 158 + "€", "GSM-7", 160, 1),
        ("a" * 159 + "€", "GSM-7", 161, 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),  # the euro sign is not split: 152, then 2 + 151, then 1
        ("a" * 151 + "€" + "a" * 153, "GSM-7", 306, 2),
        ("–" + "a" * 69, "UCS-2", 70, 1),
        ("–" + "a" * 70, "UCS-2", 71, 2),
        ("š" * 134, "UCS-2", 134, 2),
        ("š" * 135, "UCS-2", 135, 3),
        ("🙂" * 35, "UCS-2", 70, 1),
        ("🙂" * 67, "UCS-2", 134, 3),  # 33 pairs fit into 67 units
        ("\u00a0", "UCS-2", 1, 1),
    ],
)
def test_known_lengths(text: str, encoding: str, units: int, parts: int) -> None:
    counted = sms_parts(text)
    assert (counted.encoding, counted.units, counted.parts) == (encoding, units, parts)


@given(st.text(max_size=700), st.text(max_size=20))
def test_a_longer_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert sms_parts(text + more).parts >= sms_parts(text).parts


@given(st.text(alphabet="aäö€{}[~ ", max_size=700))
def test_parts_hold_what_they_count(text: str) -> None:
    counted = sms_parts(text)
    room = 160 if counted.parts == 1 else 153 * counted.parts
    assert counted.units <= room
