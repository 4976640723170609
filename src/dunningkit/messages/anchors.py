"""Trust anchors: account numbers, web and e-mail addresses, and phone numbers that stand in a text.

A customer may pay to, click on or call whatever a message names, so all of these must be the creditor's own.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from dunningkit.messages.cleaning import plain_spaces, squeezed
from dunningkit.model import Creditor

BLANK = "\ue001"  # stands for a value that was taken out of a text; cleaned values never hold it

# However an account number is set: in groups, with hyphens or dots, without spaces, or run together with a word before it.
_ACCOUNT = re.compile(r"[A-Z][ ./-]{0,2}[A-Z](?:[ ./-]{0,2}[0-9]){2}(?:[ ./-]{0,2}[A-Z0-9]){11,30}")
# Its first digit with the fewest that follow. A text has far fewer digits than letters, so it is looked for from there.
_FIRST_DIGIT = re.compile(
    r"[0-9](?<![0-9].)(?:(?<=[A-Z].)|(?<=[A-Z][ ./-].)|(?<=[A-Z][ ./-]{2}.))(?=[ ./-]{0,2}[0-9](?:[ ./-]{0,2}[A-Z0-9]){11})"
)
_COUNTRY = re.compile(r"[A-Z][ ./-]{0,2}[A-Z][ ./-]{0,2}\Z")
_LONGEST_COUNTRY = 6
# Lengths by country, from the registry of ISO 13616.
_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU", 31: "MT SC", 32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_SITE = re.compile(
    r"(?:https?://|www\.)[^\s,;)]+|(?<![\w@.-])(?:[\w-]+\.)+(?:[a-z]{2,24}|[A-Z]{2,24})(?![\w-])(?:/[^\s,;)]*)?"
)
# Without one of these no word is clickable.
_LINK_HINT = re.compile(r"@|://|www\.|\.[a-zA-Z]{2}")
_WORD = re.compile(r"\S*")
# The look-behinds stand after the first sign, because a search for one of three signs is fast.
_PHONE = re.compile(r"(?:\+(?<![\w.,].)\d|\((?<![\w.,].)0\d|0(?<![\w.,].)\d)[\d ()/-]{4,}\d(?![\w])")
_FEWEST_PHONE_DIGITS = 7
_CALLING_CODES = {"FI": "358", "AX": "358", "SE": "46", "NO": "47", "DK": "45", "EE": "372", "DE": "49", "NL": "31"}


def ibans_in(text: str) -> tuple[str, ...]:
    """The account numbers in a text, without spaces: right in length, and either in check digits or set as account numbers are.

    At least half of the number is digits, which tells it from words that happen to follow a country's letters.
    """
    text = unicodedata.normalize("NFKC", text).upper()
    found = (_iban_before(text, digit.start()) for digit in _FIRST_DIGIT.finditer(text))
    return tuple(iban for iban in found if iban)


def links_in(text: str) -> tuple[str, ...]:
    """What a phone or a mail program would make clickable: addresses of sites and of mailboxes."""
    text = " ".join(_words_with(_LINK_HINT, text))  # the patterns are slow on a whole text
    emails = _EMAIL.findall(text)
    return (*emails, *_SITE.findall(_EMAIL.sub(" ", text) if emails else text))


def _words_with(hint: re.Pattern[str], text: str) -> Iterator[str]:
    end = 0
    for match in hint.finditer(text):
        place = match.start()
        if place >= end:
            before = text[end:place]
            begun = "" if before[-1:].isspace() else "".join(before.rsplit(None, 1)[-1:])
            end = _WORD.match(text, place).end()  # type: ignore[union-attr]  # the pattern matches everywhere
            yield begun + text[place:end]


def phones_in(text: str) -> tuple[str, ...]:
    """What looks like a phone number: begins with ``+`` or ``0`` and has at least seven digits."""
    found = (match.group().strip() for match in _PHONE.finditer(plain_spaces(text)))
    return tuple(phone for phone in found if sum(map(str.isdigit, phone)) >= _FEWEST_PHONE_DIGITS)


def found_in(text: str) -> bool:
    """Whether the text holds an anchor of any kind."""
    return bool(ibans_in(text) or links_in(text) or phones_in(text))


def foreign_ibans(text: str, creditor: Creditor) -> tuple[str, ...]:
    """Account numbers that are not the creditor's."""
    own = squeezed(creditor.iban)
    return tuple(iban for iban in ibans_in(text) if iban != own)


def foreign_links(text: str, creditor: Creditor) -> tuple[str, ...]:
    """Sites and mailboxes that are not the creditor's; a part of its own site is its own."""
    host = _host(creditor.website)
    email = creditor.email.strip().lower()
    return tuple(link for link in links_in(text) if not _is_own(link.lower(), host, email))


def foreign_phones(text: str, creditor: Creditor) -> tuple[str, ...]:
    """Phone numbers that are not the creditor's, compared by their digits in international form."""
    own = _international(creditor.phone, creditor.country)
    return tuple(phone for phone in phones_in(text) if _international(phone, creditor.country) != own)


def stands_in(text: str, value: str) -> bool:
    """Whether the value stands in the text by itself and not as a part of a longer word or number."""
    return bool(value) and _place(text, value, 0) >= 0


def without(text: str, values: Iterable[str]) -> str:
    """The text with the given values blanked out where they stand by themselves, the longest first."""
    in_text = sorted({value for value in values if value and value in text})
    for value in sorted(in_text, key=len, reverse=True):
        text = _blanked(text, value)
    return text


def _blanked(text: str, value: str) -> str:
    parts = text.split(value)
    begins, ends = value[0].isalnum(), value[-1].isalnum()
    for before, after in pairwise(parts):
        if not (before and after) or (begins and before[-1].isalnum()) or (ends and after[0].isalnum()):
            return _blanked_one_by_one(text, value)
    return BLANK.join(parts)  # it stands by itself everywhere


def _blanked_one_by_one(text: str, value: str) -> str:
    pieces, begun, place = [], 0, _place(text, value, 0)
    while place >= 0:
        pieces.append(text[begun:place])
        begun = place + len(value)
        place = _place(text, value, begun)
    return BLANK.join((*pieces, text[begun:])) if pieces else text


def _place(text: str, value: str, start: int) -> int:
    """Where the value next stands by itself; -1 when nowhere."""
    place = text.find(value, start)
    while place >= 0:
        end = place + len(value)
        begins = place == 0 or not text[place - 1].isalnum() or not value[0].isalnum()
        if begins and (not text[end : end + 1].isalnum() or not value[-1].isalnum()):
            break
        place = text.find(value, place + 1)
    return place


def _iban_before(text: str, digit: int) -> str | None:
    """The account number whose first digit stands at ``digit``."""
    country = _COUNTRY.search(text, max(digit - _LONGEST_COUNTRY, 0), digit)
    match = _ACCOUNT.match(text, country.start()) if country else None
    return _iban_at(text, match) if match else None


def _iban_at(text: str, match: re.Match[str]) -> str | None:
    written = match.group()
    iban = "".join(char for char in written if char.isalnum())
    length = _LENGTHS.get(iban[:2])
    if length is None or len(iban) < length:
        return None
    iban = iban[:length]
    if sum(map(str.isdigit, iban[4:])) * 2 < length - 4:
        return None
    return iban if _checks(iban) or _is_apart(text, match.start(), written, length) else None


@lru_cache(maxsize=256)  # the creditor's own stands in every text
def _checks(iban: str) -> bool:
    """Whether the check digits are right (ISO 7064, modulo 97)."""
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1


def _is_apart(text: str, start: int, written: str, length: int) -> bool:
    """Whether the first ``length`` letters and digits stand by themselves and begin as an account number is written."""
    places = [place for place, char in enumerate(written) if char.isalnum()]
    end = start + places[length - 1] + 1
    around = text[max(start - 1, 0) : start] + text[end : end + 1]
    return written[:4].isalnum() and not any(map(str.isalnum, around))


@lru_cache(maxsize=256)  # as above
def _host(address: str) -> str:
    bare = address.strip().lower().split("://")[-1].split("/")[0].split(":")[0].rstrip(".")
    return bare.removeprefix("www.")


def _is_own(link: str, host: str, email: str) -> bool:
    if "@" in link and "/" not in link:
        return link == email or (bool(host) and link.rsplit("@", 1)[1] == host)
    there = _host(link)
    return bool(host) and (there == host or there.endswith(f".{host}"))


@lru_cache(maxsize=256)  # as above
def _international(phone: str, country: str) -> str:
    digits = "".join(char for char in phone if char.isdigit())
    if phone.strip().startswith("+"):
        return digits
    if digits.startswith("00"):
        return digits[2:]
    code = _CALLING_CODES.get(country)
    return code + digits[1:] if code and digits.startswith("0") else digits
