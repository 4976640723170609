"""Seeded ledgers for the benchmarks: one row a receivable, most of them settled history, and what one day brings.

Two layouts of the same ledger: ``rows`` (one file, the customers stand on the invoice rows) and ``files`` (invoices and
customers apart). The ledger is written as a Finnish system exports it: ``;`` between columns, d.m.yyyy, decimal comma.
"""

import csv
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

SEED = 20260318
#: A Wednesday; the portfolio of the month is made on an earlier day.
DAY = date(2026, 3, 18)
CREDITOR_ID = "c1"
#: What the day brings, whatever the ledger's size: receivables that are now due for a reminder, paid, or new.
DAY_DUE, DAY_PAID, DAY_NEW = 7_000, 2_000, 1_000
#: Receivables that a reminder was sent about the day before.
REMINDED = 500
#: One receivable in so many is open, and there is one customer for so many receivables.
_ONE_IN = 10
#: How often anybody forgets an invoice for a week.
_FORGETS = 0.15
_CURRENCIES = ("SEK", "USD", "NOK")
_FIRMS = ("Rakennus", "Kukkakauppa", "Huolto", "Leipomo", "Kuljetus")
_FIRST = ("Maija", "Matti", "Anna", "Kalle", "Sofia")
_LAST = ("Mallikas", "Esimerkki", "Koe", "Näyte", "Testinen")

CUSTOMER_HEADERS = {
    "customer_id": "Asiakasnumero",
    "customer_name": "Nimi",
    "customer_class": "Asiakastyyppi",
    "language": "Kieli",
    "email": "Sähköposti",
    "phone": "Matkapuhelin",
}
INVOICE_HEADERS = {
    "receivable_id": "Tunnus",
    "invoice_number": "Laskunumero",
    "issued_on": "Laskupäivä",
    "due_on": "Eräpäivä",
    "original": "Summa",
    "open": "Avoinna",
    "currency": "Valuutta",
    "settled_on": "Maksettu",
    "reference": "Viitenumero",
    "subject": "Aihe",
    "delivery_medium": "Toimitustapa",
    "delivery_outcome": "Toimitus",
    "disputed": "Riitautettu",
}


class Customer(NamedTuple):
    """A customer as the ledger writes it, and how many days after the due date they tend to pay."""

    customer_id: str
    name: str
    customer_class: str
    language: str
    email: str
    phone: str
    habit: int

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of `CUSTOMER_HEADERS`."""
        return self[:6]


class Invoice(NamedTuple):
    """A receivable before it is written out."""

    number: int
    customer: int
    issued_on: date
    due_on: date
    minor: int
    currency: str
    settled_on: date | None
    disputed: bool = False

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of `INVOICE_HEADERS`."""
        amount = _amount(self.minor)
        return (
            f"R{self.number:08d}",
            str(20_000_000 + self.number),
            _day(self.issued_on),
            _day(self.due_on),
            amount,
            "0,00" if self.settled_on else amount,
            self.currency,
            _day(self.settled_on) if self.settled_on else "",
            f"{self.number * 7 + 1000}",
            f"Työ {self.number % 97}",
            "email",
            "delivered",
            "kyllä" if self.disputed else "",
        )


def customers(rows: int) -> list[Customer]:
    """Every customer of a ledger of so many receivables, in order."""
    made = random.Random(SEED)
    return [_customer(number, made) for number in range(rows // _ONE_IN)]


def invoices(rows: int, known: list[Customer]) -> Iterator[Invoice]:
    """Every receivable as it stood the day before `DAY`, by number; raises ``ValueError`` below 100,000 rows."""
    if rows // _ONE_IN < DAY_DUE + DAY_PAID + REMINDED:
        raise ValueError("the day alone brings 9,000 open receivables, so a ledger has at least 100,000 rows")
    pick = random.Random(SEED + 1).random
    for number in range(rows):
        if number % _ONE_IN == 0:
            yield _open(number, pick)
            continue
        customer = int(pick() * len(known))
        issued_on = DAY - timedelta(days=1100 - number * 1000 // rows)
        due_on = issued_on + timedelta(days=14 if customer % 3 else 30)
        late = known[customer].habit + int(pick() * 5) - 3 + (9 if pick() < _FORGETS else 0)
        settled_on = min(due_on + timedelta(days=late), DAY - timedelta(days=2))
        yield Invoice(number, customer, issued_on, due_on, _minor(pick), _currency(pick), settled_on)


def day(rows: int, known: list[Customer]) -> Iterator[Invoice]:
    """What `DAY` brings to that ledger: receivables that are due for a reminder, paid, or new."""
    for invoice in invoices(rows, known):
        place = invoice.number // _ONE_IN
        if invoice.settled_on is None and place < DAY_DUE + DAY_PAID:
            yield invoice if place < DAY_DUE else invoice._replace(settled_on=DAY - timedelta(days=1))
    pick = random.Random(SEED + 2).random
    for number in range(rows, rows + DAY_NEW):
        customer = int(pick() * len(known))
        yield Invoice(number, customer, DAY, DAY + timedelta(days=14), _minor(pick), "EUR", None)


def write_files(folder: Path, known: list[Customer], found: Iterable[Invoice], *, customers_apart: bool) -> None:
    """Write ``invoices.csv`` and, where they stand apart, ``customers.csv`` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    headers = INVOICE_HEADERS
    if customers_apart:
        _write(folder / "customers.csv", CUSTOMER_HEADERS, (one.cells for one in known))
    else:
        headers = {**INVOICE_HEADERS, **CUSTOMER_HEADERS}
    rows = (
        (*invoice.cells, known[invoice.customer].customer_id)
        if customers_apart
        else (*invoice.cells, *known[invoice.customer].cells)
        for invoice in found
    )
    _write(folder / "invoices.csv", {**headers, "customer_id": CUSTOMER_HEADERS["customer_id"]}, rows)


def _write(path: Path, headers: Mapping[str, str], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(headers.values())
        writer.writerows(rows)


def _customer(number: int, made: random.Random) -> Customer:
    business = made.random() < 0.4
    language = "sv" if made.random() < 0.1 else "en" if made.random() < 0.05 else "fi"
    name = f"{made.choice(_FIRMS)} {number} Oy" if business else f"{made.choice(_FIRST)} {made.choice(_LAST)}"
    return Customer(
        customer_id=str(500_000 + number),
        name=name,
        customer_class="commercial_30_2013" if business else "consumer",
        language=language,
        email=f"asiakas{number}@example.com",
        phone=f"+358 40 {number:07d}",
        # Most pay about on time, some a week late, some much later.
        habit=made.choice((0, 0, 0, 1, 2, 3, 4, 6, 9, 40)),
    )


def _open(number: int, pick: Callable[[], float]) -> Invoice:
    """An open receivable: one of the day's, a reminded one, or any other, of which a fifth is disputed and overdue.

    Each is another customer's, because a second reminder to the same one would wait for another day.
    """
    place, disputed = number // _ONE_IN, False
    if place < DAY_DUE:
        due_on = DAY - timedelta(days=2)
    elif place < DAY_DUE + DAY_PAID:
        due_on = DAY + timedelta(days=5)
    elif place < DAY_DUE + DAY_PAID + REMINDED:
        due_on = DAY - timedelta(days=8)
    else:
        disputed = place % 5 == 0
        due_on = DAY + timedelta(days=-10 - place % 40 if disputed else 1 + place % 28)
    issued_on = due_on - timedelta(days=14)
    return Invoice(number, place, issued_on, due_on, _minor(pick), _currency(pick), None, disputed)


def _minor(pick: Callable[[], float]) -> int:
    return 500 + int(pick() ** 3 * 500_000)


def _currency(pick: Callable[[], float]) -> str:
    return "EUR" if pick() < 0.995 else _CURRENCIES[int(pick() * len(_CURRENCIES))]


def _amount(minor: int) -> str:
    return f"{minor // 100},{minor % 100:02d}"


def _day(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
