"""The two parties: the creditor, whose voice we borrow, and the customer, who owes."""

from dataclasses import dataclass, field
from enum import StrEnum


class Language(StrEnum):
    """The languages dunningkit speaks; Finnish is the default and the others are its equals."""

    FI = "fi"
    SV = "sv"
    EN = "en"


class Medium(StrEnum):
    """How a message travels; which plugin carries it is the creditor's choice."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    EINVOICE = "einvoice"
    PHONE = "phone"


class CustomerClass(StrEnum):
    """What the law says of the customer (513/1999 3, 3 a, 10 e §; 30/2013 1 §). ``unknown`` gets the best protection."""

    CONSUMER = "consumer"
    PUBLIC_FROM_PRIVATE_PERSON = "public_from_private_person"
    DIRECTLY_ENFORCEABLE = "directly_enforceable"
    COMMERCIAL_30_2013 = "commercial_30_2013"
    OTHER_NON_CONSUMER = "other_non_consumer"
    UNKNOWN = "unknown"

    @property
    def is_business(self) -> bool:
        """Whether we speak to an organisation (te/ni) and not to a person (sinä/du)."""
        return self in (CustomerClass.COMMERCIAL_30_2013, CustomerClass.OTHER_NON_CONSUMER)


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """One way to reach a customer: a medium and an address in it.

    ``confirmed`` means that the customer has said the address is theirs alone; an amount goes by SMS only to such a number.
    """

    medium: Medium
    address: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the customer asked for; it overrides any strategy.

    ``medium`` is the wished channel, ``avoid`` the ones they do not want, ``no_reminders`` asks for silence altogether,
    ``payday`` is the day of month (1-31) on which paying suits them.
    """

    medium: Medium | None = None
    avoid: tuple[Medium, ...] = ()
    no_reminders: bool = False
    payday: int | None = None


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A postal address as it stands on the envelope."""

    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who owes or has owed. ``customer_id`` is the ledger's number kept as text; names are labels, never keys."""

    customer_id: str
    name: str
    first_name: str = ""
    customer_class: CustomerClass = CustomerClass.UNKNOWN
    language: Language | None = None
    contact_points: tuple[ContactPoint, ...] = ()
    wishes: Wishes = field(default_factory=Wishes)
    einvoice_address: str = ""
    postal_address: PostalAddress = field(default_factory=PostalAddress)
    contact_name: str = ""

    def points(self, medium: Medium) -> tuple[ContactPoint, ...]:
        """The customer's addresses in one medium, confirmed ones first, otherwise in the ledger's order."""
        found = [point for point in self.contact_points if point.medium == medium]
        return tuple(sorted(found, key=lambda point: not point.confirmed))


@dataclass(frozen=True, slots=True)
class Creditor:
    """Whose receivables these are. Its phone, e-mail, website and IBAN are the *trust anchors* of every message.

    ``timezone`` is an IANA name; ``country`` an ISO 3166-1 alpha-2 code that selects the holiday calendar.
    ``agent_name`` signs the messages. ``postal_address`` (on one line), ``business_id`` and ``opening_hours`` stand in formal
    texts; ``agency_name`` is the collection agency that a final notice names, where there is one.
    """

    creditor_id: str
    name: str
    phone: str
    email: str
    website: str
    iban: str
    agent_name: str = ""
    business_id: str = ""
    postal_address: str = ""
    opening_hours: str = ""
    agency_name: str = ""
    bic: str = ""
    language: Language = Language.FI
    timezone: str = "Europe/Helsinki"
    country: str = "FI"
