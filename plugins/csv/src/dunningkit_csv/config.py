"""The settings of the CSV ledger source: which files there are, how they are written, and what their columns mean."""

import codecs
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from dunningkit.model import CustomerClass, DeliveryOutcome, Language, Medium, ReceivableKind, Scope
from dunningkit_csv.parsing import date_parser


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _text_encoding(name: str) -> str:
    if name == "auto":
        return name
    try:
        "".encode(codecs.lookup(name).name)
    except LookupError as error:
        raise ValueError(f"{name!r} is no text encoding; write auto, or a name such as utf-8 or cp1252") from error
    return name


def _date_pattern(pattern: str) -> str:
    date_parser(pattern)  # raises ValueError with a sentence
    return pattern


def _one_folded(words: Mapping[str, Any]) -> Mapping[str, Any]:
    folded: dict[str, Any] = {}
    for word, meaning in words.items():
        if folded.setdefault(word.strip().casefold(), meaning) != meaning:
            raise ValueError(f"{word!r} stands twice with two meanings; capital letters make no difference")
    return words


#: A title has fewer lines than this; more are another kind of file.
MOST_SKIPPED_LINES = 50

Header = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Encoding = Annotated[str, AfterValidator(_text_encoding)]
DatePattern = Annotated[str, AfterValidator(_date_pattern)]
Delimiter = Annotated[
    Literal["auto", ";", ",", "tab", "|"], BeforeValidator(lambda given: "tab" if given == "\t" else given)
]


def _column(title: str, description: str) -> Any:
    return Field(default=None, title=title, description=f"Header of the column with {description}")


def _required_column(title: str, description: str) -> Any:
    return Field(title=title, description=f"Header of the column with {description}")


def is_date_field(name: str) -> bool:
    """Whether a field of ours holds a day."""
    return name.endswith("_on") or name == "not_before"


class CustomerColumns(_Settings):
    """Which columns say who the customers are and how they want to be spoken to."""

    customer_id: Header = _required_column("Customer number", "the customer's number, kept as text.")
    customer_name: Header | None = _column("Name", "the customer's name; a label, never a key.")
    first_name: Header | None = _column("First name", "the first name; never guessed from the name.")
    contact_name: Header | None = _column("Contact person", "the person to write to at a company.")
    customer_class: Header | None = _column("Customer class", "consumer or business; see values.customer_class.")
    language: Header | None = _column("Language", "the customer's language; see values.language.")
    email: Header | None = _column("E-mail", "the e-mail address.")
    email_confirmed: Header | None = _column("E-mail confirmed", "yes when the customer has confirmed the address.")
    phone: Header | None = _column("Mobile phone", "the number for text messages.")
    phone_confirmed: Header | None = _column("Phone confirmed", "yes when the number is the customer's alone.")
    wish_medium: Header | None = _column("Wished channel", "the channel the customer wishes; see values.medium.")
    avoid: Header | None = _column("Channels to avoid", "a list of channels the customer does not want.")
    no_reminders: Header | None = _column("No reminders", "yes when the customer asked for no reminders.")
    payday: Header | None = _column("Payday", "the day of month (1-31) on which paying suits the customer.")
    einvoice_address: Header | None = _column("E-invoice address", "the e-invoice address.")
    street: Header | None = _column("Street", "the street address.")
    postal_code: Header | None = _column("Postal code", "the postal code, kept as text.")
    city: Header | None = _column("City", "the city.")
    country: Header | None = _column("Country", "the country.")


class CustomersFileColumns(CustomerColumns):
    """The columns of a file of customers: without names nobody could be written to."""

    customer_name: Header = _required_column("Name", "the customer's name; a label, never a key.")


class InvoiceColumns(CustomerColumns):
    """Which columns hold the receivables, one row for each due date; customer columns may stand on the same rows."""

    receivable_id: Header | None = _column(
        "Receivable id", "the ledger's own id of the row. Without it: invoice number, and / instalment number."
    )
    invoice_number: Header = _required_column("Invoice number", "the invoice number, kept as text.")
    instalment_number: Header | None = _column("Instalment", "the instalment's number, where an invoice has several.")
    original: Header = _required_column("Amount", "what was invoiced; negative for a credit note.")
    open: Header | None = _column(
        "Open", "what is unpaid. Without it: nothing of what has a settling day, and all of the rest."
    )
    currency: Header | None = _column("Currency", "the ISO 4217 code, such as EUR.")
    issued_on: Header = _required_column("Invoice date", "the invoice's date.")
    due_on: Header = _required_column("Due date", "the due date.")
    sent_on: Header | None = _column("Sent", "the day the invoice was sent.")
    not_before: Header | None = _column("Not before", "the first day the customer may be contacted about it.")
    settled_on: Header | None = _column("Settled", "the day it was paid or credited in full.")
    kind: Header | None = _column("Kind", "invoice or credit note; see values.kind. Without it: the amount's sign.")
    subject: Header | None = _column("Subject", "what the invoice is for.")
    reference: Header | None = _column("Reference", "the payment reference, kept as text.")
    iban: Header | None = _column("IBAN", "the account to pay to.")
    account: Header | None = _column("Account", "the ledger account or agreement.")
    tags: Header | None = _column("Tags", "a list of labels.")
    disputed: Header | None = _column("Disputed", "yes when the customer objects to it.")
    counts_for_history: Header | None = _column("Counts for history", "no when a delay was not the customer's doing.")
    history_exclusion: Header | None = _column("Why not for history", "the reason for that.")
    delivery_medium: Header | None = _column("Delivered by", "how the invoice was sent; see values.medium.")
    delivery_outcome: Header | None = _column("Delivery", "whether it arrived; see values.delivery_outcome.")
    credit_of: Header | None = _column("Credit of", "the receivable id or invoice number that a credit note credits.")
    removed: Header | None = _column("Removed", "yes when the ledger has taken the receivable back; see deltas.")
    copy_available: Header | None = _column("Copy available", "yes when the ledger can hand out a copy.")
    due_date_binds: Header | None = _column("Due date binds", "yes when the due date was agreed; empty: not known.")
    rate_stated: Header | None = _column("Rate stated", "yes when the invoice states the interest rate.")
    start_stated: Header | None = _column("Start stated", "yes when the invoice states from when interest runs.")
    contract_on: Header | None = _column("Contract date", "the day the contract was made.")
    agreed_rate: Header | None = _column("Agreed rate", "the agreed penalty interest in percent a year.")


class PaymentColumns(_Settings):
    """Which columns hold the payments."""

    payment_id: Header = _required_column("Payment id", "the payment's own id.")
    customer_id: Header = _required_column("Customer number", "the number of the customer who paid.")
    receivable_id: Header | None = _column("Receivable id", "the id of what was paid; empty: not yet applied.")
    invoice_number: Header | None = _column("Invoice number", "the invoice paid, where there is no receivable id.")
    instalment_number: Header | None = _column("Instalment", "the instalment paid.")
    amount: Header = _required_column("Amount", "how much was paid; negative: money that went back.")
    paid_on: Header = _required_column("Paid on", "the day it was paid.")
    currency: Header | None = _column("Currency", "the ISO 4217 code, such as EUR.")


class FileSettings(_Settings):
    """Where a file is and how it is written."""

    path: Path = Field(title="File", description="Relative to the configuration file.")
    deltas: Header | None = Field(
        default=None,
        title="Deltas",
        description="A folder, or a pattern such as changes/*.csv: later files with only what changed, read in order of name.",
    )
    deltas_numbered: bool = Field(
        default=False,
        title="Deltas are numbered",
        description="true: the names of the deltas end in numbers without gaps, and none is read while one is missing.",
    )
    sheet: Header | None = Field(
        default=None,
        title="Sheet",
        description="Of an .xlsx workbook: the sheet's name. Left out, the first one that is not hidden.",
    )
    skip_lines: int = Field(
        default=0,
        ge=0,
        le=MOST_SKIPPED_LINES,
        title="Lines to skip",
        description="How many lines stand before the headers, such as a report's title and date.",
    )
    encoding: Encoding = Field(
        default="auto",
        title="Encoding",
        description="auto (UTF-8, UTF-16, ISO-8859-15 where its euro sign shows it, else cp1252), or a name such as latin-1.",
    )
    delimiter: Delimiter = Field(
        default="auto", title="Delimiter", description="auto, or what stands between the columns: ; , tab or |."
    )
    decimal: Literal[",", "."] = Field(
        default=",", title="Decimal sign", description="What stands before the cents in this file."
    )
    thousands: Literal[",", ".", " ", "'"] | None = Field(
        default=None,
        title="Thousands sign",
        description="What groups the thousands. Spaces and no-break spaces are always understood.",
    )
    date_format: DatePattern = Field(
        default="yyyy-mm-dd",
        title="Date format",
        description="Made of d or dd, m or mm (or mmm: Jan), yyyy or yy (20yy), and the signs between: d.m.yyyy.",
    )
    date_formats: Mapping[str, DatePattern] = Field(
        default_factory=dict,
        title="Other date formats",
        description="For columns written otherwise: our name of the field, and its format.",
    )
    #: Each kind of file has columns of its own.
    columns: _Settings

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.deltas_numbered and self.deltas is None:
            raise ValueError("deltas_numbered is set, but there are no deltas; say where they are, or take it away")
        if self.decimal == self.thousands:
            raise ValueError(f"decimal and thousands are both {self.decimal!r}; no amount could be read")
        known = {name for name in type(self.columns).model_fields if is_date_field(name)}
        if unknown := sorted(set(self.date_formats) - known):
            raise ValueError(f"date_formats names {unknown[0]!r}; the dates here are {', '.join(sorted(known))}")
        return self


class NoColumns(_Settings):
    """No column has a meaning yet."""


class UnmappedFile(FileSettings):
    """A file that is looked at before anybody has said what its columns mean."""

    columns: NoColumns = Field(default_factory=NoColumns, title="Columns", description="None yet.")


class InvoicesFile(FileSettings):
    """The file of receivables; it may hold the customers too."""

    columns: InvoiceColumns = Field(title="Columns", description="Our name of a field, and the file's header.")


class CustomersFile(FileSettings):
    """The file of customers."""

    columns: CustomersFileColumns = Field(title="Columns", description="Our name of a field, and the file's header.")


class PaymentsFile(FileSettings):
    """The file of payments."""

    columns: PaymentColumns = Field(title="Columns", description="Our name of a field, and the file's header.")


class ValueMaps(_Settings):
    """What the files' own words mean. Our words are always understood, and capital letters make no difference."""

    customer_class: Annotated[Mapping[str, CustomerClass], AfterValidator(_one_folded)] = Field(
        default_factory=dict, title="Customer classes", description="For example Kuluttaja = consumer."
    )
    language: Annotated[Mapping[str, Language], AfterValidator(_one_folded)] = Field(
        default_factory=dict, title="Languages", description="For example suomi = fi."
    )
    kind: Annotated[Mapping[str, ReceivableKind], AfterValidator(_one_folded)] = Field(
        default_factory=dict, title="Kinds", description="For example Lasku = invoice, Hyvityslasku = credit_note."
    )
    medium: Annotated[Mapping[str, Medium], AfterValidator(_one_folded)] = Field(
        default_factory=dict,
        title="Channels",
        description="For delivery, wishes and channels to avoid. For example sähköposti = email.",
    )
    delivery_outcome: Annotated[Mapping[str, DeliveryOutcome], AfterValidator(_one_folded)] = Field(
        default_factory=dict, title="Deliveries", description="For example toimitettu = delivered."
    )


class CsvConfig(_Settings):
    """Receivables from CSV files: one file for everything, or files for customers, invoices and payments."""

    invoices: InvoicesFile = Field(title="Invoices", description="One row for each due date.")
    customers: CustomersFile | None = Field(
        default=None, title="Customers", description="Leave out when the customers stand on the invoice rows."
    )
    payments: PaymentsFile | None = Field(
        default=None, title="Payments", description="What was paid and when. Leave out when there is no such file."
    )
    currency: str = Field(
        default="EUR",
        pattern="^[A-Z]{3}$",
        title="Currency",
        description="The currency of rows that do not say theirs.",
    )
    payments_as_of: date | None = Field(
        default=None,
        title="Payments known until",
        description="The day through which payments are in the files, when that is not the day of reading.",
    )
    scope: Scope = Field(
        default=Scope.SNAPSHOT,
        title="Scope",
        description="snapshot: the files hold everything, and what is not there is gone. delta: only what changed.",
    )
    list_separator: str = Field(
        default="|", min_length=1, max_length=1, title="List separator", description="Between tags and channels."
    )
    true_values: tuple[str, ...] = Field(
        default=("true", "yes", "y", "1", "x", "kyllä", "k", "ja"), title="Words for yes", description="In any case."
    )
    false_values: tuple[str, ...] = Field(
        default=("false", "no", "n", "0", "ei", "e", "nej"), title="Words for no", description="In any case."
    )
    values: ValueMaps = Field(
        default_factory=ValueMaps, title="Words", description="What the files' own words for classes and kinds mean."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if both := {word.casefold() for word in self.true_values} & {word.casefold() for word in self.false_values}:
            raise ValueError(f"{min(both)!r} means both yes and no; take it out of true_values or false_values")
        deltas = [file for file in (self.customers, self.invoices, self.payments) if file and file.deltas]
        if deltas and self.scope is Scope.DELTA:
            raise ValueError("scope is delta, but deltas need a snapshot to come after; take one of the two away")
        details = set(CustomerColumns.model_fields) - {"customer_id"}
        mapped = sorted(details & self.invoices.columns.model_dump(exclude_none=True).keys())
        if self.customers is not None and mapped:
            raise ValueError(
                f"invoices.columns names {mapped[0]!r}, but customers come from their own file; name it only there"
            )
        return self
