"""Make the example ledger: three CSV files of a garden company that does not exist.

    python examples/ledger/generate.py [FOLDER] [--as-of 2026-11-24] [--seed 20261124]

The files look like a Finnish accounting program's Excel export (UTF-8 with BOM, semicolons, decimal commas, d.m.yyyy).
Nobody in them is real: see README.md beside this file. The same seed and day give the same bytes on every machine, because
everything random comes from ``Random.random()`` alone, whose stream Python keeps.
"""

import argparse
import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

AS_OF = date(2026, 11, 24)
SEED = 20261124
DAYS_OF_HISTORY = 730
IBAN = "FI21 1234 5600 0007 85"  # the IBAN of every Finnish textbook; no account behind it

T = TypeVar("T")


# -- chance --------------------------------------------------------------------------------------------------------


class Dice:
    """Random choices made of ``Random.random()`` only."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def chance(self, probability: float) -> bool:
        """Throw a biased coin."""
        return self._random() < probability

    def between(self, lowest: int, highest: int) -> int:
        """Draw a whole number, both ends included."""
        return lowest + int(self._random() * (highest - lowest + 1))

    def pick(self, options: Sequence[T]) -> T:
        """Draw one of several."""
        return options[int(self._random() * len(options))]

    def mostly_low(self, lowest: int, highest: int) -> int:
        """Draw a whole number that is more often near the lower end, as invoice amounts are."""
        share = self._random()
        return lowest + int(share * share * share * (highest - lowest + 1))


# -- how customers pay ---------------------------------------------------------------------------------------------


class Habit(NamedTuple):
    """One way of paying: what share comes on time, and how many days late the rest is."""

    customers: int
    on_time: float
    early: tuple[int, int]
    late: tuple[int, int]


HABITS = {
    "spotless": Habit(92, 1.0, (-9, 0), (0, 0)),
    "reliable": Habit(74, 0.86, (-6, 0), (1, 7)),
    "mixed": Habit(46, 0.62, (-4, 0), (2, 26)),
    "slow": Habit(28, 0.0, (0, 0), (8, 12)),
    "chronic": Habit(20, 0.12, (-2, 0), (16, 75)),
    "trouble": Habit(8, 0.8, (-4, 0), (1, 12)),
    "new": Habit(32, 0.9, (-5, 0), (1, 5)),
}

#: A customer in trouble paid until about this long ago, and little since.
TROUBLE_BEGAN_DAYS_AGO = 105

#: For each habit: invoices that are unpaid today, by how many days ago they fell due. Each goes to another customer.
UNPAID_NOW = {
    "spotless": (1, 2, 3, 4, 5, 6, 7, 9, 12, 15, 21, 33),
    "reliable": (1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 18, 24),
    "mixed": (1, 2, 3, 4, 5, 7, 8, 9, 11, 16, 26, 38),
    "slow": (1, 2, 3, 5, 6, 7, 9, 10),
    "chronic": (1, 3, 4, 8, 17, 29, 44, 61, 95, 184),
    "new": (1, 2, 3, 5, 6, 8, 12, 19, 27),
}

#: What is special about those invoices, in turn. "plain" is the most usual case here as anywhere.
SITUATIONS = (
    "plain",
    "disputed",
    "partly paid",
    "plain",
    "invoice not delivered",
    "no address",
    "wishes e-mail",
    "plain",
    "no sms",
    "credit covers part",
    "wishes sms",
    "plain",
    "no reminders",
    "only an unconfirmed number",
    "credit covers all",
    "plain",
    "money not applied",
    "in instalments",
    "wishes a call",
)


# -- who they are --------------------------------------------------------------------------------------------------

FIRST_NAMES = {
    "fi": "Aino Eero Helmi Ilmari Johanna Kaisa Kalle Kerttu Lauri Liisa Maija Mikko Outi Pekka Päivi Sanna Seppo Väinö",
    "sv": "Anders Birgitta Camilla Erik Fredrika Göran Ingrid Johan Kristina Lars Märta Oskar",
    "en": "Alice Brian Carol David Emma Frank Grace Henry",
}
SURNAMES = {
    "fi": "Aalto Hakala Harju Heikkilä Järvinen Kallio Koski Laine Lehto Mäkelä Niemi Pöyry Rinne Salmi Virtanen Ylönen",
    "sv": "Björkman Dahl Eklund Forsman Grönroos Holm Lindqvist Nyström Sjöberg Åberg",
    "en": "Baker Carter Fisher Hill Mason Porter Taylor Young",
}
COMPANY_NAMES = {
    "fi": ("Kuvitelma", "Esimerkkilä", "Malliranta", "Satumetsä", "Tarulinna", "Keksintö", "Olematon", "Haavelaakso"),
    "sv": ("Exempelvik", "Sagobacka", "Påhittet", "Drömdal"),
    "en": ("Imaginary", "Makebelieve", "Sampleton"),
}
COMPANY_TRADES = {
    "fi": ("Kiinteistöt", "Isännöinti", "Kahvila", "Hoivakoti", "Päiväkoti", "Autotalo", "Hotelli", "Puutarhamyymälä"),
    "sv": ("Fastigheter", "Café", "Daghem", "Bilservice"),
    "en": ("Hotels", "Properties", "Coffee"),
}
STREETS = ("Esimerkkitie", "Mallikuja", "Satupolku", "Keksitynkatu", "Haavetie", "Kuvitelmankaari")
TOWNS = (("00001", "ESIMERKKILÄ"), ("00002", "MALLIKYLÄ"), ("00003", "SATULAAKSO"))
#: Reserved for examples by RFC 2606: no message can ever arrive anywhere.
MAIL_DOMAINS = ("example.com", "example.org", "example.net")
PLAIN_LETTERS = str.maketrans("äöåÄÖÅé", "aoaAOAe")

SERVICES = {
    "winter": (("Lumityöt", 60), ("Hiekoitus", 40), ("Kattolumien pudotus", 180), ("Talvipuiden karsinta", 150)),
    "spring": (("Kevätkunnostus", 120), ("Hiekanpoisto", 70), ("Pensasaidan leikkaus", 90), ("Nurmikon perustus", 300)),
    "summer": (("Nurmikonleikkuu", 35), ("Kastelu ja kitkentä", 45), ("Pensasaidan leikkaus", 90), ("Laatoitus", 400)),
    "autumn": (("Haravointi", 60), ("Puunkaato", 200), ("Syysistutukset", 80), ("Sadevesikourujen puhdistus", 70)),
}
SEASONS = ("winter",) * 2 + ("spring",) * 3 + ("summer",) * 3 + ("autumn",) * 3 + ("winter",)


@dataclass(slots=True)
class Customer:
    """One customer as the accounting program knows it."""

    number: str
    habit: str
    company: bool
    language: str
    name: str
    first_name: str = ""
    contact_name: str = ""
    business_id: str = ""
    email: str = ""
    phone: str = ""
    phone_confirmed: bool = False
    street: str = ""
    postal_code: str = ""
    town: str = ""
    einvoice_address: str = ""
    wished_channel: str = ""
    avoided_channel: str = ""
    no_reminders: bool = False
    payday: int | None = None
    contract: bool = False
    customer_for_days: int = DAYS_OF_HISTORY


@dataclass(slots=True)
class Receivable:
    """One due date of one invoice, or a credit note. Amounts in cents."""

    customer: Customer
    issued_on: date
    due_on: date
    cents: int
    subject: str
    sort_key: tuple[int, int, int]
    instalment: int | None = None
    kind: str = "Lasku"
    credits: "Receivable | None" = None
    delivery: str = ""
    delivered: str = "toimitettu"
    disputed: bool = False
    not_in_history: str = ""
    number: int = 0
    payments: list["Payment"] = field(default_factory=list)

    @property
    def id(self) -> str:
        """What identifies the row: the invoice number, with the instalment where there are several."""
        return f"{self.number}/{self.instalment}" if self.instalment else str(self.number)

    @property
    def open_cents(self) -> int:
        """What is left when the payments are taken off."""
        return self.cents - sum(payment.cents for payment in self.payments)

    @property
    def settled_on(self) -> date | None:
        """The day of the payment that left nothing open."""
        return max(payment.on for payment in self.payments) if self.payments and not self.open_cents else None

    def pay(self, on: date, cents: int | None = None, how: str = "tilisiirto") -> "Payment":
        """Book a payment; without an amount all that is open."""
        payment = Payment(self.customer, on, self.open_cents if cents is None else cents, how, self)
        self.payments.append(payment)
        return payment


@dataclass(slots=True)
class Payment:
    """Money that came in, or a credit note used against an invoice; without a receivable nobody knows yet what for."""

    customer: Customer
    on: date
    cents: int
    how: str
    receivable: Receivable | None


def make_customers(dice: Dice) -> list[Customer]:
    """Draw all customers, the habits well mixed over the customer numbers."""
    habits = [name for name, habit in HABITS.items() for _ in range(habit.customers)]
    for place in range(len(habits) - 1, 0, -1):
        other = dice.between(0, place)
        habits[place], habits[other] = habits[other], habits[place]
    return [_make_customer(dice, 1001 + index, habit) for index, habit in enumerate(habits)]


def _make_customer(dice: Dice, number: int, habit: str) -> Customer:
    company = dice.chance(0.27)
    language = dice.pick(("fi",) * 20 + ("sv",) * 3 + ("en",) * 2)
    first = dice.pick(FIRST_NAMES[language].split())
    last = dice.pick(SURNAMES[language].split())
    postal_code, town = dice.pick(TOWNS)
    customer = Customer(str(number), habit, company, language, f"{first} {last}", first_name=first)
    customer.street = f"{dice.pick(STREETS)} {dice.between(1, 98)}"
    customer.postal_code, customer.town = postal_code, town
    if company:
        ending = {"fi": "Oy", "sv": "Ab", "en": "Ltd"}[language]
        customer.contact_name, customer.first_name = customer.name, ""
        customer.name = f"{dice.pick(COMPANY_NAMES[language])} {dice.pick(COMPANY_TRADES[language])} {ending}"
        customer.business_id = wrong_business_id(dice.between(1_000_000, 9_999_999))
        customer.contract = dice.chance(0.6)
        if dice.chance(0.6):
            customer.einvoice_address = f"TE0037ESIMERKKI{number}"
    _give_addresses(dice, customer, f"{first}.{last}.{number}".translate(PLAIN_LETTERS).lower())
    _give_wishes(dice, customer)
    customer.customer_for_days = (
        dice.between(20, 150) if habit == "new" else min(DAYS_OF_HISTORY, dice.between(360, 1300))
    )
    return customer


def _give_addresses(dice: Dice, customer: Customer, mailbox: str) -> None:
    if dice.chance(0.84):
        customer.email = f"{mailbox}@{dice.pick(MAIL_DOMAINS)}"
    if dice.chance(0.78):
        # One made-up series, written in the two ways people write numbers.
        last_three = f"{int(customer.number) % 1000:03d}"
        customer.phone = f"+358 457 555 0{last_three}" if dice.chance(0.4) else f"0457 555 0{last_three}"
        customer.phone_confirmed = dice.chance(0.6)


def _give_wishes(dice: Dice, customer: Customer) -> None:
    if dice.chance(0.06):
        customer.wished_channel = dice.pick(("sähköposti", "tekstiviesti", "puhelin"))
    elif dice.chance(0.03):
        customer.avoided_channel = "tekstiviesti"
    if dice.chance(0.01):
        customer.no_reminders = True
    if not customer.company and dice.chance(0.04):
        customer.payday = dice.pick((1, 5, 15, 28))


def wrong_business_id(digits: int) -> str:
    """A business id whose check digit is wrong on purpose, so that it cannot be anybody's."""
    remainder = sum(int(digit) * weight for digit, weight in zip(str(digits), (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    right = 0 if remainder == 0 else 11 - remainder
    return f"{digits}-{(right + 1) % 10}"


# -- what they were invoiced ---------------------------------------------------------------------------------------


class Ledger:
    """Everything that has happened up to and including ``as_of``."""

    def __init__(self, dice: Dice, as_of: date) -> None:
        self.dice = dice
        self.as_of = as_of
        self.customers = make_customers(dice)
        self.receivables: list[Receivable] = []
        self.payments: list[Payment] = []

    def invoice(
        self, customer: Customer, issued_on: date, *, terms: int | None = None, cents: int | None = None, parts: int = 1
    ) -> list[Receivable]:
        """Bill one piece of work, in one or more parts a month apart."""
        dice = self.dice
        service, least = dice.pick(SERVICES[SEASONS[issued_on.month - 1]])
        if cents is None:
            most = 8_000 if customer.company else 1_500
            cents = dice.mostly_low(max(25, least) * 100, most * 100)
        if terms is None:
            terms = dice.pick((14, 14, 21, 30)) if customer.company else dice.pick((14, 14, 14, 14, 30))
        if customer.contract:
            service = f"Pihanhoitosopimus, {issued_on.month}/{issued_on.year}"
        delivery = "verkkolasku" if customer.einvoice_address else "sähköposti" if customer.email else "paperi"
        if delivery == "sähköposti" and dice.chance(0.15):
            delivery = "paperi"
        delivered = "epäonnistui" if dice.chance(0.012) else "toimitettu" if dice.chance(0.95) else ""
        key = (issued_on.toordinal(), int(customer.number), len(self.receivables))
        share = cents // parts
        made = []
        for part in range(1, parts + 1):
            made.append(
                Receivable(
                    customer=customer,
                    issued_on=issued_on,
                    due_on=issued_on + timedelta(days=terms + 30 * (part - 1)),
                    cents=share if part < parts else cents - share * (parts - 1),
                    subject=service,
                    sort_key=key,
                    instalment=part if parts > 1 else None,
                    delivery=delivery,
                    delivered=delivered,
                )
            )
        self.receivables += made
        return made

    def bill_the_past(self) -> None:
        """Invoice every customer's ordinary work and let them pay it as they do."""
        for customer in self.customers:
            for issued_on in self._billing_days(customer):
                costs_much = not customer.contract and self.dice.chance(0.06)
                parts = self.dice.pick((2, 3)) if costs_much else 1
                cents = self.dice.between(40_000, 150_000) if costs_much else None
                for receivable in self.invoice(customer, issued_on, cents=cents, parts=parts):
                    self._settle(receivable)

    def _billing_days(self, customer: Customer) -> list[date]:
        dice = self.dice
        first = self.as_of - timedelta(days=customer.customer_for_days)
        days: list[date] = []
        if customer.contract:
            day = first.replace(day=28)
            while day < self.as_of:
                days.append(_weekday_before(day))
                day = (day + timedelta(days=10)).replace(day=28)
        else:
            most = 1 if customer.habit == "new" else customer.customer_for_days // (85 if customer.company else 110)
            for _ in range(max(1, most + dice.between(-1, 1))):
                days.append(_weekday_before(first + timedelta(days=dice.between(0, customer.customer_for_days - 1))))
        return sorted(day for day in days if self.as_of - timedelta(days=DAYS_OF_HISTORY) <= day < self.as_of)

    def _settle(self, receivable: Receivable) -> None:
        """Pay as the customer's habit says, as far as that day has come."""
        dice = self.dice
        habit = HABITS[receivable.customer.habit]
        in_trouble = receivable.customer.habit == "trouble"
        if in_trouble and receivable.due_on > self.as_of - timedelta(days=TROUBLE_BEGAN_DAYS_AGO):
            if dice.chance(0.3):
                self._pay(receivable, receivable.due_on + timedelta(days=9), receivable.cents // 4)
            return
        late = dice.between(*habit.early) if dice.chance(habit.on_time) else dice.between(*habit.late)
        paid_on = max(_banking_day(receivable.due_on + timedelta(days=late), earlier=late <= 0), receivable.issued_on)
        if dice.chance(0.04):
            first_part = receivable.cents * dice.between(3, 7) // 10
            self._pay(receivable, _banking_day(paid_on - timedelta(days=3), earlier=True), first_part)
        self._pay(receivable, paid_on)

    def _pay(self, receivable: Receivable, on: date, cents: int | None = None) -> None:
        on = max(on, receivable.issued_on)
        if on <= self.as_of:
            self.payments.append(receivable.pay(on, cents))

    # -- what stands out ---------------------------------------------------------------------------------------------

    def leave_unpaid(self) -> None:
        """Add the invoices that are unpaid today, each with its situation."""
        turn = 0
        for habit, days in UNPAID_NOW.items():
            those = [customer for customer in self.customers if customer.habit == habit]
            for customer, days_late in zip(those, days, strict=False):
                self._leave_unpaid(customer, days_late, SITUATIONS[turn % len(SITUATIONS)])
                turn += 1

    def _leave_unpaid(self, customer: Customer, days_late: int, situation: str) -> None:
        dice = self.dice
        due_on = self.as_of - timedelta(days=days_late)
        terms = 14
        issued_on = _weekday_before(due_on - timedelta(days=terms))
        terms = (due_on - issued_on).days
        _change_customer(customer, situation)
        parts = 3 if situation == "in instalments" else 1
        cents = dice.between(60_000, 150_000) if parts > 1 else None
        receivable = self.invoice(customer, issued_on, terms=terms, cents=cents, parts=parts)[0]
        receivable.delivered = "epäonnistui" if situation == "invoice not delivered" else "toimitettu"
        receivable.disputed = situation == "disputed"
        if situation == "partly paid":
            self._pay(receivable, _weekday_before(due_on), receivable.cents * 2 // 5)
        elif situation == "credit covers part":
            self._open_credit(customer, receivable.cents // 3)
        elif situation == "credit covers all":
            owed = sum(r.open_cents for r in self.receivables if r.customer is customer and r.due_on < self.as_of)
            self._open_credit(customer, owed + 500)
        elif situation == "money not applied":
            on = _weekday_before(self.as_of - timedelta(days=1))
            self.payments.append(Payment(customer, on, receivable.cents // 2, "tilisiirto", None))

    def _open_credit(self, customer: Customer, cents: int) -> None:
        """Write a credit note that belongs to no invoice and has not been used."""
        issued_on = _weekday_before(self.as_of - timedelta(days=self.dice.between(2, 20)))
        self._credit_note(customer, issued_on, cents, "Hyvitys")

    def _credit_note(self, customer: Customer, issued_on: date, cents: int, subject: str) -> Receivable:
        key = (issued_on.toordinal(), int(customer.number), len(self.receivables))
        note = Receivable(customer, issued_on, issued_on, -cents, subject, key, kind="Hyvityslasku")
        note.delivery, note.delivered = "sähköposti" if customer.email else "paperi", "toimitettu"
        self.receivables.append(note)
        return note

    def write_credit_notes(self, used: int, unused: int) -> None:
        """Credit some paid invoices afterwards in part, a few in full, and leave some credits lying about."""
        settled = [r for r in self.receivables if r.settled_on and len(r.payments) == 1 and r.due_on > r.issued_on]
        for turn in range(used):
            receivable = settled.pop(self.dice.between(0, len(settled) - 1))
            (payment,) = receivable.payments
            whole = turn % 6 == 0
            credited = receivable.cents if whole else receivable.cents * self.dice.between(1, 4) // 10
            # The customer pays what the credit note leaves, never before it was written.
            issued_on = min(_weekday_before(receivable.issued_on + timedelta(days=6)), payment.on)
            note = self._credit_note(receivable.customer, issued_on, credited, f"Hyvitys: {receivable.subject}")
            note.credits = receivable
            receivable.payments.clear()
            if whole:
                self.payments.remove(payment)
                receivable.not_in_history = "laskutettu virheellisesti"
            else:
                payment.cents -= credited
                receivable.payments.append(payment)
            self.payments.append(receivable.pay(issued_on, credited, "hyvitys"))
            self.payments.append(note.pay(issued_on, how="hyvitys"))
        others = [customer for customer in self.customers if customer.habit in ("spotless", "reliable")]
        for _ in range(unused):
            self._open_credit(self.dice.pick(others), self.dice.between(1_000, 9_000))

    def dispute_a_few_more(self) -> None:
        """Let some customers object to an invoice that is not due yet."""
        coming = [r for r in self.receivables if r.due_on >= self.as_of and r.open_cents > 0]
        for receivable in coming[:: max(1, len(coming) // 4)][:4]:
            receivable.disputed = True

    def number_invoices(self) -> None:
        """Give invoice numbers in the order of issue; the parts of an invoice share theirs."""
        self.receivables.sort(key=lambda r: (r.sort_key, r.instalment or 0))
        number, previous = 250_000, None
        for receivable in self.receivables:
            if receivable.sort_key != previous:
                number += 1
                previous = receivable.sort_key
            receivable.number = number
        self.payments.sort(key=lambda p: (p.on, p.customer.number, p.receivable.id if p.receivable else ""))


def _change_customer(customer: Customer, situation: str) -> None:
    """Make the customer fit the situation of the unpaid invoice; they are easy to reach unless it says otherwise."""
    number = int(customer.number)
    customer.email = customer.email or f"asiakas.{number}@example.com"
    customer.phone = customer.phone or f"0457 555 0{number % 1000:03d}"
    customer.wished_channel = customer.avoided_channel = ""
    customer.no_reminders = situation == "no reminders"
    if situation == "no address":
        customer.email = customer.phone = ""
        customer.phone_confirmed = False
    elif situation == "only an unconfirmed number":
        customer.email = ""
        customer.phone_confirmed = False
    elif situation == "no sms":
        customer.avoided_channel = "tekstiviesti"
    elif situation.startswith("wishes"):
        customer.phone_confirmed = True
        wished = {"wishes e-mail": "sähköposti", "wishes sms": "tekstiviesti", "wishes a call": "puhelin"}
        customer.wished_channel = wished[situation]


def _weekday_before(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _banking_day(day: date, *, earlier: bool) -> date:
    return (
        _weekday_before(day) if earlier else day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
    )


# -- the files -----------------------------------------------------------------------------------------------------

CUSTOMER_HEADERS = (
    "Asiakasnumero",
    "Nimi",
    "Etunimi",
    "Yhteyshenkilö",
    "Asiakastyyppi",
    "Y-tunnus",
    "Kieli",
    "Sähköposti",
    "Matkapuhelin",
    "Numero vahvistettu",
    "Katuosoite",
    "Postinumero",
    "Postitoimipaikka",
    "Maa",
    "Verkkolaskuosoite",
    "Kanavatoive",
    "Ei näin",
    "Ei muistutuksia",
    "Maksupäivätoive",
)
INVOICE_HEADERS = (
    "Tunnus",
    "Laskunumero",
    "Erä",
    "Asiakasnumero",
    "Laji",
    "Hyvittää laskua",
    "Laskupäivä",
    "Eräpäivä",
    "Summa",
    "Avoinna",
    "Valuutta",
    "Maksettu",
    "Viitenumero",
    "IBAN",
    "Aihe",
    "Toimitustapa",
    "Toimitus",
    "Riitautettu",
    "Maksuhistoriaan",
    "Miksi ei historiaan",
)
PAYMENT_HEADERS = ("Maksutunnus", "Asiakasnumero", "Tunnus", "Laskunumero", "Erä", "Summa", "Maksupäivä", "Tapa")


def reference_number(base: int) -> str:
    """Append the check digit of a Finnish reference: weights 7, 3, 1 from the right, up to the next ten."""
    total = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(str(base))))
    return f"{base}{-total % 10}"


def _day(day: date | None) -> str:
    return f"{day.day}.{day.month}.{day.year}" if day else ""


def _amount(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"


def _yes(value: bool) -> str:  # noqa: FBT001
    return "kyllä" if value else "ei"


def _customer_row(customer: Customer) -> tuple[str, ...]:
    return (
        customer.number,
        customer.name,
        customer.first_name,
        customer.contact_name,
        "Yritys" if customer.company else "Kuluttaja",
        customer.business_id,
        customer.language,
        customer.email,
        customer.phone,
        _yes(customer.phone_confirmed) if customer.phone else "",
        customer.street,
        customer.postal_code,
        customer.town,
        "FI",
        customer.einvoice_address,
        customer.wished_channel,
        customer.avoided_channel,
        _yes(customer.no_reminders),
        str(customer.payday or ""),
    )


def _invoice_row(receivable: Receivable) -> tuple[str, ...]:
    is_invoice = receivable.kind == "Lasku"
    return (
        receivable.id,
        str(receivable.number),
        str(receivable.instalment or ""),
        receivable.customer.number,
        receivable.kind,
        str(receivable.credits.number) if receivable.credits else "",
        _day(receivable.issued_on),
        _day(receivable.due_on),
        _amount(receivable.cents),
        _amount(receivable.open_cents),
        "EUR",
        _day(receivable.settled_on),
        reference_number(receivable.number * 10 + (receivable.instalment or 0)) if is_invoice else "",
        IBAN if is_invoice else "",
        receivable.subject,
        receivable.delivery,
        receivable.delivered,
        _yes(receivable.disputed),
        _yes(not receivable.not_in_history),
        receivable.not_in_history,
    )


def _payment_row(number: int, payment: Payment) -> tuple[str, ...]:
    receivable = payment.receivable
    return (
        f"M{number:05d}",
        payment.customer.number,
        receivable.id if receivable else "",
        str(receivable.number) if receivable else "",
        str(receivable.instalment or "") if receivable else "",
        _amount(payment.cents),
        _day(payment.on),
        payment.how,
    )


def broken_rows(rows: Sequence[tuple[str, ...]], as_of: date) -> list[tuple[str, ...]]:
    """Four rows as every real ledger has them: an impossible date, a word for a sum, an id used twice, a lost customer."""
    sound = next(row for row in reversed(rows) if row[4] == "Lasku" and row[9] != "0,00" and not row[2])
    issued, due = _day(as_of - timedelta(days=40)), _day(as_of - timedelta(days=26))
    at = {header: place for place, header in enumerate(INVOICE_HEADERS)}

    def variant(number: int, **changes: str) -> tuple[str, ...]:
        row = list(sound)
        row[at["Tunnus"]] = row[at["Laskunumero"]] = str(number)
        row[at["Viitenumero"]] = reference_number(number * 10)
        row[at["Laskupäivä"]], row[at["Eräpäivä"]] = issued, due
        row[at["Summa"]] = row[at["Avoinna"]] = "84,00"
        row[at["Riitautettu"]] = "ei"
        for header, value in changes.items():
            row[at[header]] = value
        return tuple(row)

    twice = next(row for row in rows if row[4] == "Lasku" and row[9] == "0,00")
    return [
        variant(990_001, Laskupäivä=f"17.2.{as_of.year}", Eräpäivä=f"31.2.{as_of.year}"),
        variant(990_002, Summa="sata euroa"),
        (*twice[: at["Summa"]], "1,00", *twice[at["Summa"] + 1 :]),
        variant(990_003, Asiakasnumero="9999"),
    ]


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a file as Excel exports it in Finland."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(headers)
        writer.writerows(rows)


def generate(folder: Path, as_of: date = AS_OF, seed: int = SEED) -> None:
    """Write customers.csv, invoices.csv and payments.csv to ``folder``."""
    ledger = Ledger(Dice(seed), as_of)
    ledger.bill_the_past()
    ledger.leave_unpaid()
    ledger.write_credit_notes(used=30, unused=8)
    ledger.dispute_a_few_more()
    ledger.number_invoices()
    invoices = [_invoice_row(receivable) for receivable in ledger.receivables]
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "customers.csv", CUSTOMER_HEADERS, map(_customer_row, ledger.customers))
    write_csv(folder / "invoices.csv", INVOICE_HEADERS, invoices + broken_rows(invoices, as_of))
    payments = (_payment_row(number, payment) for number, payment in enumerate(ledger.payments, start=1))
    write_csv(folder / "payments.csv", PAYMENT_HEADERS, payments)
    print(
        f"{folder}: {len(ledger.customers)} customers, {len(invoices)} receivables and {len(ledger.payments)} payments "
        f"as of {as_of}, and 4 invoice rows that need a person's eye."
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Write the example ledger of Pihapalvelu Esimerkki Oy.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent / "build")
    parser.add_argument("--as-of", type=date.fromisoformat, default=AS_OF, metavar="YYYY-MM-DD")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    generate(arguments.folder, arguments.as_of, arguments.seed)


if __name__ == "__main__":
    main()
