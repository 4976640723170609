"""One case as people write it in JSON: what is asked of the law, and what is wrong with a question that asks it otherwise.

Imports pydantic: it is loaded when a case is read, never with the engine.
"""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType, UnionType
from typing import Annotated, Any, get_args, get_origin

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from dunningkit.law.case import AskedAct, Case, DoneAct, Paid, Stop
from dunningkit.law.pack import LegalActor, StopKind
from dunningkit.model import ActKind, CustomerClass, Medium, Money

_MOST = 10**15
_MOST_DAYS = 3660
#: Other years are mistypings, and the calendar has no room around its ends.
_YEARS = range(1900, 2200)

#: What people call them; the names of the law and of the ledger's own fields are longer.
_CALLED: Mapping[str, str] = MappingProxyType(
    {
        "public": CustomerClass.PUBLIC_FROM_PRIVATE_PERSON.value,
        "commercial": CustomerClass.COMMERCIAL_30_2013.value,
        "commercial_30/2013": CustomerClass.COMMERCIAL_30_2013.value,
        "other": CustomerClass.OTHER_NON_CONSUMER.value,
        "collector": LegalActor.PROFESSIONAL_COLLECTOR.value,
        "intra_group": LegalActor.INTRA_GROUP_COLLECTOR.value,
        "engine": LegalActor.CREDITOR.value,
        "ledger": LegalActor.CREDITOR.value,
        "plan": ActKind.PAYMENT_PLAN.value,
        "payment_demand": ActKind.DEMAND.value,
        "suspension": StopKind.SUSPENSION_REQUEST.value,
    }
)


def _as_day(given: object) -> object:
    try:
        day = date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        raise ValueError(f'must be a day in quotation marks such as "2024-01-30", and not {given!r}')
    return day


def _as_name(given: object) -> object:
    if not isinstance(given, str):
        return given
    name = given.strip().lower().replace(" ", "_").replace("-", "_")
    return _CALLED.get(name, name)


Day = Annotated[date, BeforeValidator(_as_day), WithJsonSchema({"type": "string", "format": "date"})]
Amount = Annotated[int, Strict(), Field(ge=0, le=_MOST)]
Days = Annotated[int, Strict(), Field(ge=0, le=_MOST_DAYS)]
Flag = Annotated[bool, Strict()]
Class = Annotated[CustomerClass, BeforeValidator(_as_name)]
ActorName = Annotated[LegalActor, BeforeValidator(_as_name)]
Act = Annotated[ActKind, BeforeValidator(_as_name)]
Way = Annotated[Medium, BeforeValidator(_as_name)]
StopName = Annotated[StopKind, BeforeValidator(_as_name)]


def _called(*names: str) -> AliasChoices:
    return AliasChoices(*names)


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class PaymentGiven(_Object):
    """Money that reached the creditor for this invoice."""

    on: Day = Field(
        validation_alias=_called("on", "date", "day", "paid_on"), description="When the creditor could use it."
    )
    amount_minor: Annotated[int, Strict(), Field(ge=-_MOST, le=_MOST)] = Field(
        description="In minor units (cents for EUR); negative when it went back."
    )


class ActGiven(_Object):
    """Something that was done about this invoice already, by whomever."""

    kind: Act = Field(validation_alias=_called("kind", "act", "type"), description="What was done.")
    on: Day = Field(validation_alias=_called("on", "date", "day", "sent_on"), description="When it was sent or agreed.")
    fee_minor: Amount = Field(
        default=0, description="What it cost the customer, before a fixed sum is set off; 0: free."
    )
    actor: ActorName = Field(
        default=LegalActor.CREDITOR, validation_alias=_called("actor", "by", "by_whom"), description="Who did it."
    )
    medium: Way | None = Field(
        default=None, validation_alias=_called("medium", "channel"), description="How it was sent; null: not known."
    )
    received_by: Day | None = Field(default=None, description="The latest day on which it can have arrived.")
    pay_by: Day | None = Field(default=None, description="The day for paying that it named.")


class StopGiven(_Object):
    """Something that asks for silence."""

    kind: StopName = Field(validation_alias=_called("kind", "stop", "type"), description="What it is.")
    since: Day = Field(validation_alias=_called("since", "from", "on"), description="The first day that it holds.")
    until: Day | None = Field(
        default=None, validation_alias=_called("until", "to"), description="The last day; null: until it is taken away."
    )
    amount_minor: Annotated[int, Strict(), Field(ge=1, le=_MOST)] | None = Field(
        default=None, description="The disputed part; null: all of it."
    )
    is_groundless: Flag = Field(
        default=False,
        validation_alias=_called("is_groundless", "groundless"),
        description="Whether a person found that the dispute names no ground, or one that clearly cannot matter.",
    )

    @field_validator("until")
    @classmethod
    def _ends_after_it_began(cls, until: date | None, others: ValidationInfo) -> date | None:
        since = others.data.get("since")
        if until is not None and since is not None and until < since:
            raise ValueError(f"must be on or after the first day, {since.isoformat()}, and not {until.isoformat()}")
        return until


class Asked(_Object):
    """The act that is asked for, and its day."""

    kind: Act = Field(validation_alias=_called("kind", "act", "type"), description="What is to be done.")
    on: Day = Field(validation_alias=_called("on", "date", "day"), description="When it would be sent or agreed.")
    fee_minor: Amount | None = Field(default=None, description="The fee to claim; null or left out: the most allowed.")
    interest_minor: Amount = Field(default=0, description="The penalty interest to claim.")
    principal_minor: Amount | None = Field(
        default=None, description="What to ask for of the principal; null or left out: all that is open."
    )
    medium: Way | None = Field(
        default=Medium.LETTER,
        validation_alias=_called("medium", "channel"),
        description="How it would be sent. Left out: a letter. Null: not known, so the least over all ways.",
    )
    delivery_days: Days = Field(default=0, description="The most days that its delivery may take.")
    extension_days: Days = Field(default=0, description="For an extension: how many days are given.")
    instalments: Days = Field(default=0, description="For a payment plan: in how many parts; 0: not known.")
    pay_by: Day | None = Field(default=None, description="The day for paying that it would name.")


class Question(_Object):
    """One receivable, what happened to it, and the act that is asked for. Amounts are in minor units: 10000 is 100 euros.

    Whatever is left out is read in the customer's favour; the answer lists what it was read as under ``assumed``.
    """

    customer_class: Class = Field(
        default=CustomerClass.UNKNOWN,
        validation_alias=_called("class", "customer_class", "debtor_class"),
        description="What the law says of the customer. Left out: unknown, which gets the most protective answer of all.",
    )
    actor: ActorName = Field(default=LegalActor.CREDITOR, description="Who acts now.")
    principal_minor: Annotated[int, Strict(), Field(ge=1, le=_MOST)] = Field(
        description="The original amount of the invoice."
    )
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(default="EUR", description="ISO 4217 code.")
    issued_on: Day | None = Field(
        default=None,
        validation_alias=_called("issued_on", "issued", "issue_date", "invoice_date"),
        description="The day of the invoice. Left out: the day it was sent, else its due date.",
    )
    sent_on: Day | None = Field(
        default=None,
        validation_alias=_called("sent_on", "sent", "sent_date"),
        description="When the invoice was sent. Left out: the day of the invoice, where that is given. Null: not known.",
    )
    due_on: Day = Field(
        validation_alias=_called("due_on", "due", "due_date"), description="The due date that the invoice states."
    )
    invoice_received_on: Day | None = Field(
        default=None,
        validation_alias=_called("invoice_received_on", "received_on"),
        description="When the invoice reached the customer; null: not known.",
    )
    contract_on: Day | None = Field(
        default=None,
        validation_alias=_called("contract_on", "contract_date"),
        description="The day of the contract; null: not known.",
    )
    due_date_binds: Flag | None = Field(
        default=None,
        validation_alias=_called("due_date_binds", "binding", "due_date_binding", "is_binding"),
        description="Whether the due date was agreed or a statute sets it; null: not known, read as no.",
    )
    rate_stated: Flag | None = Field(
        default=None, description="Whether the invoice told the penalty rate; null: not known, read as no."
    )
    start_stated: Flag | None = Field(
        default=None,
        description="Whether the invoice told the day from which interest runs; null: not known, read as no.",
    )
    stated: Flag | None = Field(default=None, description="Both of the two above at once, where they are left out.")
    agreed_rate_bp: Annotated[int, Strict(), Field(ge=0, le=100_000)] | None = Field(
        default=None, description="An agreed yearly rate in hundredths of a percentage point: 1050 is 10.5 %."
    )
    fee_agreed: Flag = Field(default=False, description="Whether fees were agreed; some countries ask for that.")
    notice_needed: Flag = Field(
        default=True,
        description="False where the contract itself sets the due date and no invoice is needed to know it.",
    )
    vat_deductible: Flag = Field(default=True, description="Whether the creditor can deduct VAT.")
    fixed_sum_claimed: Flag = Field(
        default=False, description="Whether the fixed sum for late payment (40 euros) was or is claimed."
    )
    payments: tuple[PaymentGiven, ...] = Field(default=(), description="Payments so far, in any order.")
    acts: tuple[ActGiven, ...] = Field(default=(), description="Acts so far, in any order.")
    stops: tuple[StopGiven, ...] = Field(default=(), description="What asks for silence, in any order.")
    asked: Asked | None = Field(
        default=None,
        validation_alias=_called("asked", "ask", "asked_act"),
        description="The act that is asked for; left out: only interest is asked.",
    )
    as_of: Day | None = Field(
        default=None, description="The day until which interest is counted. Left out: the day of the act asked for."
    )
    provisional: Flag = Field(
        default=False, description="Go on with the last known reference rate where none is published yet, and say so."
    )
    pack: Annotated[str, Field(min_length=1)] = Field(
        default="fi", description="The rule pack: a built-in one, or the path of a pack's TOML file."
    )

    @property
    def day(self) -> date:
        """The day until which interest is counted."""
        return self.as_of or (self.asked.on if self.asked else self.due_on)

    def case(self) -> Case:
        """The receivable as the law sees it."""
        return Case(
            customer_class=self.customer_class,
            principal=Money(self.principal_minor, self.currency),
            issued_on=self.issued_on or self.sent_on or self.due_on,
            due_on=self.due_on,
            actor=self.actor,
            sent_on=self._sent_on(),
            invoice_received_on=self.invoice_received_on,
            contract_on=self.contract_on,
            due_date_binds=self.due_date_binds,
            rate_stated=self.stated if self.rate_stated is None else self.rate_stated,
            start_stated=self.stated if self.start_stated is None else self.start_stated,
            agreed_rate_bp=self.agreed_rate_bp,
            fee_agreed=self.fee_agreed,
            vat_deductible=self.vat_deductible,
            fixed_sum_claimed=self.fixed_sum_claimed,
            payments=tuple(Paid(one.on, one.amount_minor) for one in self.payments),
            acts=tuple(DoneAct(**dict(one)) for one in self.acts),
            stops=tuple(Stop(**dict(one)) for one in self.stops),
            notice_needed=self.notice_needed,
        )

    def asked_act(self) -> AskedAct | None:
        """The act that is asked for, if one is."""
        if self.asked is None:
            return None
        given = self.asked
        return AskedAct(
            given.kind,
            given.on,
            given.fee_minor,
            given.medium,
            given.delivery_days,
            given.extension_days,
            given.instalments,
        )

    def assumed(self) -> dict[str, str | None]:
        """What was left out, and what it was read as; ``None`` is "not known", read in the customer's favour."""
        case = self.case()
        read: dict[str, str | None] = {
            "class": case.customer_class.value,
            "actor": case.actor.value,
            "currency": case.principal.currency,
            "issued_on": case.issued_on.isoformat(),
            "sent_on": case.sent_on.isoformat() if case.sent_on else None,
            "due_date_binds": None,
            "rate_stated": None,
            "start_stated": None,
            "as_of": self.day.isoformat(),
        }
        given = {{"customer_class": "class"}.get(name, name) for name in self.model_fields_set}
        if "stated" in given:
            given |= {"rate_stated", "start_stated"}
        found = {name: value for name, value in read.items() if name not in given}
        if self.asked is not None and "medium" not in self.asked.model_fields_set:
            found["asked.medium"] = Medium.LETTER.value
        return found

    def _sent_on(self) -> date | None:
        # Left out, it is the day of the invoice; written as null, nobody knows it.
        return self.sent_on if "sent_on" in self.model_fields_set else self.issued_on


def read_question(data: object) -> Question:
    """The question that plain JSON data asks. Raises ``ValueError`` with a sentence for each mistake: what, and what to do."""
    try:
        question = Question.model_validate(data)
    except ValidationError as error:
        raise ValueError(_sentences(error)) from error
    if question.as_of is None and question.asked is None:
        raise ValueError("as_of: is missing; write the day until which interest is counted, or the act under asked.")
    return question


def question_json_schema() -> dict[str, Any]:
    """The published JSON Schema of a question."""
    return Question.model_json_schema()


# -- mistakes ------------------------------------------------------------------------------------------------------

_WHOLE = "must be a whole number without quotation marks; amounts are in minor units: 10000 is 100 euros"
_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "is missing; write it",
        "int_type": _WHOLE,
        "bool_type": "must be true, false or, where it may be unknown, null",
        "string_type": "must be text in quotation marks",
        "string_pattern_mismatch": "must be three capital letters, such as EUR",
        "string_too_short": "is empty; write it or leave it out",
        "greater_than_equal": "must be at least {ge}",
        "less_than_equal": "must be at most {le}",
        "enum": "must be {expected}",
        "tuple_type": "must be a list in square brackets",
        "model_type": "must be an object in braces",
    }
)


def _sentences(error: ValidationError) -> str:
    told = []
    for item in error.errors(include_url=False):
        where = ".".join(str(part) for part in item["loc"]) or "the case"
        said = _sentence(item)
        told.append(f"{where}: {said}" if said.endswith("?") else f"{where}: {said}.")
    return " ".join(dict.fromkeys(told))


def _sentence(item: Mapping[str, Any]) -> str:
    if item["type"] == "extra_forbidden":
        return _about_unknown(item["loc"])
    sentence = _SENTENCES.get(item["type"])
    if sentence is not None:
        return sentence.format_map(item.get("ctx", {}))
    return str(item["msg"]).removeprefix("Value error, ")


def _about_unknown(way: tuple[int | str, ...]) -> str:
    names = _names_in(way[:-1])
    name = str(way[-1])
    if f"{name}_minor" in names:
        return f"is no field here; amounts are in minor units: write {name}_minor, where 10000 is 100 euros"
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"is no field here; did you mean {near[0]}?" if near else f"is no field here; there are {', '.join(names)}"


def _names_in(way: tuple[int | str, ...]) -> list[str]:
    """The names of the fields that an object may have, where the way to it leads."""
    model: type[BaseModel] = Question
    for part in way:
        field = None if isinstance(part, int) else _field_called(model, part)
        if field is not None:
            model = next(one for one in _inside(field) if isinstance(one, type) and issubclass(one, BaseModel))
    return [_names_of(model, name)[0] for name in model.model_fields]


def _field_called(model: type[BaseModel], called: str) -> Any:
    return next(
        field.annotation for name, field in model.model_fields.items() if called in (name, *_names_of(model, name))
    )


def _names_of(model: type[BaseModel], name: str) -> list[str]:
    alias = model.model_fields[name].validation_alias
    return [str(one) for one in alias.choices] if isinstance(alias, AliasChoices) else [name]


def _inside(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (tuple, UnionType) else (annotation,)
