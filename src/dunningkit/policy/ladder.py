"""The policy model: when, in which style, through which channel, and what it may cost. TOML in, versioned value out."""

import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dunningkit.errors import SettingsError
from dunningkit.model import Customer, CustomerClass, Medium, Receivable, Segment, StepKind, Style
from dunningkit.policy.choices import Anchor, Approval, Boundary, Grouping, Progress
from dunningkit.policy.mistakes import problems_in

ByHistory = Literal["by_history"]

#: Two years: whoever waits longer asks a person anyway.
_MOST_DAYS = 732
_MOST_MINOR = 10**15

_MINIMA = ("minimum_open_minor", "minimum_customer_minor")
#: What may bear a fee goes only by what the customer can keep (513/1999 10 a § 1(1)).
_WRITTEN = frozenset({Medium.EMAIL, Medium.LETTER, Medium.EINVOICE})
_FORMAL = tuple(kind for kind in StepKind if kind.is_formal)
_ORDER = {
    kind: rank for rank, kind in enumerate((StepKind.COURTESY, StepKind.FRIENDLY, StepKind.FORMAL, StepKind.FINAL))
}
_FROM_DUE = (Anchor.AFTER_DUE, Anchor.END_OF_MONTH_AFTER_DUE)


class _Frozen(BaseModel):
    # Built when first used, so that importing the engine does not pay for it.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _require_currencies(codes: Iterable[str]) -> None:
    wrong = next((code for code in codes if re.fullmatch("[A-Z]{3}", code) is None), None)
    if wrong is not None:
        raise ValueError(f"{wrong!r} is no currency code; write it with three capital letters, such as EUR")


class HistoryRule(_Frozen):
    """How customers of one segment are met."""

    style: Style = Field(title="Style", description="How we speak to these customers.")
    first_contact_days: int = Field(
        ge=1, le=60, title="First contact", description="Calendar days after the due date on which we first write."
    )
    person_first: bool = Field(
        default=False, title="A person first", description="Ask a person to call before any message goes out."
    )
    no_fee: bool = Field(
        default=False, title="Never a fee", description="These customers are never charged for a reminder."
    )


class Step(_Frozen):
    """One rung of the ladder."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", title="Name", description="A short name, kept for good.")
    kind: StepKind = Field(
        default=StepKind.FRIENDLY,
        title="Kind",
        description="Friendly steps are free; a formal one may bear a fee, a final one is the last before a transfer.",
    )
    anchor: Anchor = Field(default=Anchor.AFTER_DUE, title="Counted from", description="What the days count from.")
    days: int | ByHistory = Field(
        default="by_history", title="Days", description="Calendar days from there, or by payment history."
    )
    style: Style | ByHistory = Field(
        default="by_history", title="Style", description="One style for everybody, or by payment history."
    )
    channels: tuple[Medium, ...] = Field(
        default=(Medium.EMAIL, Medium.SMS),
        min_length=1,
        title="Channels",
        description="Which ways may be used, the best first. The customer's wish comes before this order.",
    )
    approval: Approval = Field(
        default=Approval.PERSON, title="Approval", description="By a person each time, or by the approved policy."
    )
    fee_minor: int = Field(default=0, ge=0, title="Fee", description="What the reminder costs, in minor units.")
    time_to_pay_days: int = Field(
        default=10, ge=1, le=60, title="Time to pay", description="Days the customer has before anything more happens."
    )

    @model_validator(mode="before")
    @classmethod
    def _written_by_default(cls, values: Any) -> Any:
        # What may bear a fee goes in writing, also where nobody names the channels, and a last word leaves more time.
        if not isinstance(values, dict) or values.get("kind") not in _FORMAL:
            return values
        defaults: dict[str, Any] = {"channels": (Medium.EMAIL, Medium.LETTER)}
        if values["kind"] == StepKind.FINAL:
            defaults["time_to_pay_days"] = 14
        return {**defaults, **values}


class ContactCap(_Frozen):
    """At most ``max_contacts`` payment requests to one customer within ``window_days``, over all channels."""

    max_contacts: int = Field(ge=1, le=1000, title="At most", description="How many payment requests.")
    window_days: int = Field(ge=1, le=366, title="Within days", description="In how many calendar days.")


class Coverage(_Frozen):
    """Which receivables a policy is for. What is left empty does not matter; what is given must all fit.

    A special policy of which nothing is given is only for those that are assigned to it.
    """

    tags: tuple[str, ...] = Field(default=(), title="Tags", description="Receivables with any of these tags.")
    accounts: tuple[str, ...] = Field(
        default=(), title="Accounts", description="Of these ledger accounts or agreements."
    )
    currencies: tuple[str, ...] = Field(default=(), title="Currencies", description="In these currencies, such as SEK.")
    customer_classes: tuple[CustomerClass, ...] = Field(
        default=(), title="Customer classes", description="Of customers of these classes."
    )

    @model_validator(mode="after")
    def _names_currencies(self) -> Self:
        _require_currencies(self.currencies)
        return self

    @property
    def is_given(self) -> bool:
        """Whether it says anything at all."""
        return bool(self.tags or self.accounts or self.currencies or self.customer_classes)

    def fits(self, receivable: Receivable, customer: Customer | None) -> bool:
        """Whether the receivable is one of those; the class of a customer the ledger does not know is ``unknown``."""
        customer_class = customer.customer_class if customer else CustomerClass.UNKNOWN
        return (
            (not self.tags or not set(self.tags).isdisjoint(receivable.tags))
            and (not self.accounts or receivable.account in self.accounts)
            and (not self.currencies or receivable.open.currency in self.currencies)
            and (not self.customer_classes or customer_class in self.customer_classes)
        )


class StaleLimits(_Frozen):
    """How many banking days may pass unseen in the payment data before steps are blocked."""

    formal_banking_days: int = Field(
        default=1, ge=0, le=366, title="Formal steps", description="More than this blocks them."
    )
    any_banking_days: int = Field(
        default=3, ge=0, le=366, title="Any step", description="More than this blocks everything."
    )


class Hours(_Frozen):
    """Creditor-local hours on open days."""

    permitted_from: time = Field(default=time(8), title="Permitted from", description="Never earlier.")
    permitted_until: time = Field(default=time(20), title="Permitted until", description="Never at this time or later.")
    preferred_from: time = Field(default=time(9), title="Preferred from", description="When sending starts by choice.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.permitted_from <= self.preferred_from < self.permitted_until:
            raise ValueError("permitted_from must not be after preferred_from, nor that after permitted_until")
        return self


def _default_history() -> dict[Segment, HistoryRule]:
    understanding, neutral, determined = Style.UNDERSTANDING, Style.NEUTRAL, Style.DETERMINED
    return {
        Segment.NEW: HistoryRule(style=understanding, first_contact_days=2),
        Segment.SPOTLESS: HistoryRule(style=understanding, first_contact_days=3, no_fee=True),
        Segment.RELIABLE: HistoryRule(style=neutral, first_contact_days=2),
        Segment.MIXED: HistoryRule(style=neutral, first_contact_days=2),
        Segment.SLOW_BUT_STEADY: HistoryRule(style=neutral, first_contact_days=2),
        Segment.CHRONIC: HistoryRule(style=determined, first_contact_days=1),
        Segment.IN_TROUBLE: HistoryRule(style=understanding, first_contact_days=1, person_first=True),
    }


def _default_steps() -> tuple[Step, ...]:
    return (
        Step(id="first", days="by_history", style="by_history"),
        Step(id="second", days=16, style="by_history"),
    )


class Policy(_Frozen):
    """A creditor's ladder with its limits. The default is ours: two free, friendly contacts, in a style that fits the payer.

    A formal or final step needs a rule pack beside the policy, which says what may be charged and when: `CreditorSetup` refuses
    it without one. Whatever a policy asks for, the pack has the last word.
    """

    name: str = Field(
        default="default", min_length=1, max_length=80, title="Name", description="For people to tell apart."
    )
    approved_by: str = Field(default="", title="Approved by", description="The person who approved this policy.")
    approved_on: date | None = Field(default=None, title="Approved on", description="The day they did.")
    steps: tuple[Step, ...] = Field(
        default_factory=_default_steps, min_length=1, title="Steps", description="In order."
    )
    by_history: Mapping[Segment, HistoryRule] = Field(
        default_factory=_default_history, title="By payment history", description="One rule for each segment."
    )
    covers: Coverage = Field(
        default_factory=Coverage, title="Covers", description="Which receivables this policy is for; empty: all."
    )
    progress: Progress = Field(
        default=Progress.ONE_STEP, title="Progress", description="One step a run, or up to the highest one reached."
    )
    boundary: Boundary = Field(
        default=Boundary.INCLUSIVE, title="On the day", description="Whether a step is reached on its very day."
    )
    grace_days: int = Field(
        default=0,
        ge=0,
        le=366,
        title="Grace",
        description="Days added to every step that is counted from the due date.",
    )
    contact_gap_days: int = Field(
        default=0,
        ge=0,
        le=366,
        title="Days between contacts",
        description="At least so many days from one payment request to a customer to the next; 0 leaves it to the caps.",
    )
    caps: tuple[ContactCap, ...] = Field(
        default=(ContactCap(max_contacts=1, window_days=3), ContactCap(max_contacts=4, window_days=30)),
        title="Contact caps",
        description="How often one customer may be asked to pay.",
    )
    grouping: Grouping = Field(
        default=Grouping.PER_CUSTOMER_AND_KIND, title="Grouping", description="Which lines share a reminder."
    )
    minimum_open_minor: Mapping[str, int] = Field(
        default_factory=dict,
        title="Minimum",
        description="Smaller open amounts are left alone; per currency, minor units.",
    )
    minimum_customer_minor: Mapping[str, int] = Field(
        default_factory=dict,
        title="Minimum of a customer",
        description="Customers who owe less in all, of what is overdue, are left alone; per currency, minor units.",
    )
    long_overdue_days: int = Field(
        default=90,
        ge=1,
        le=36_600,
        title="Long overdue",
        description="Never contacted and later than this: a person decides.",
    )
    stale: StaleLimits = Field(default_factory=StaleLimits, title="Stale ledger", description="Freshness of payments.")
    hours: Hours = Field(default_factory=Hours, title="Send window", description="When messages may leave.")

    @model_validator(mode="before")
    @classmethod
    def _complete_history(cls, values: Any) -> Any:
        # A policy file names only the segments it changes; the others keep the default rule.
        if isinstance(values, dict) and isinstance(given := values.get("by_history"), Mapping):
            rules: dict[str, Any] = {segment.value: rule.model_dump() for segment, rule in _default_history().items()}
            for segment, rule in given.items():
                changes = rule.model_dump() if isinstance(rule, HistoryRule) else rule
                rules[str(segment)] = (
                    {**rules.get(str(segment), {}), **changes} if isinstance(changes, dict) else changes
                )
            return {**values, "by_history": rules}
        return values

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        repeated = [step_id for step_id, count in Counter(step.id for step in self.steps).items() if count > 1]
        if repeated:
            raise ValueError(f"two steps are named {repeated[0]!r}; each needs its own name")
        for position, step in enumerate(self.steps):
            self._check_step(step)
            self._check_kinds(self.steps[position - 1] if position else None, step)
            self._check_anchor(step, self.steps[position - 1] if position else None)
        for name in _MINIMA:
            minima: Mapping[str, int] = getattr(self, name)
            _require_currencies(minima)
            wrong = next((minor for minor in minima.values() if not 0 <= minor <= _MOST_MINOR), None)
            if wrong is not None:
                raise ValueError(f"{name}: {wrong} is no amount in minor units from 0 to {_MOST_MINOR}")
        for anchor in Anchor:
            days = [(step.id, step.days) for step in self.steps if step.anchor is anchor and isinstance(step.days, int)]
            for (earlier, before), (later, after) in pairwise(days):
                # Before the due date fewer days are later; after a previous step any number is.
                if (after >= before) if anchor is Anchor.BEFORE_DUE else (after <= before) and anchor in _FROM_DUE:
                    raise ValueError(f"step {later!r} must come later than step {earlier!r}")
        return self

    def _check_step(self, step: Step) -> None:
        if step.fee_minor and not step.kind.is_formal:
            raise ValueError(
                f"step {step.id!r}: {step.kind} steps are free; set fee_minor to 0, or make it a formal step"
            )
        if step.kind.is_formal and not _WRITTEN.issuperset(step.channels):
            raise ValueError(
                f"step {step.id!r}: {step.kind} steps go in writing that can be kept: in channels name only "
                f"{', '.join(sorted(_WRITTEN))}"
            )
        if (step.kind is StepKind.COURTESY) != (step.anchor is Anchor.BEFORE_DUE):
            raise ValueError(
                f"step {step.id!r}: courtesy steps and only they are before_due; afterwards a step is friendly"
            )
        if isinstance(step.days, int) and not 1 <= step.days <= _MOST_DAYS:
            raise ValueError(
                f"step {step.id!r}: days must be at least 1 and at most {_MOST_DAYS}; a step on the due date itself asks too "
                "early"
            )
        if step.approval is Approval.AUTOMATIC and not (self.approved_by and self.approved_on):
            raise ValueError(
                f"step {step.id!r} is approved automatically, so the policy itself needs approved_by and approved_on"
            )

    def _check_kinds(self, previous: Step | None, step: Step) -> None:
        before = _ORDER[previous.kind] if previous is not None and step.kind is not StepKind.COURTESY else 0
        if previous is not None and _ORDER[step.kind] < before:
            raise ValueError(
                f"step {step.id!r}: a {step.kind} step cannot come after a {previous.kind} one; the order is friendly, formal, "
                "final"
            )
        if step.kind.is_formal and (previous is None or previous.kind is StepKind.COURTESY):
            raise ValueError(
                f"step {step.id!r}: the first contact after the due date is friendly and free; put a friendly step before it"
            )
        if step.kind is StepKind.FINAL and previous is not None and previous.kind is StepKind.FINAL:
            raise ValueError(f"step {step.id!r}: there is one final step at most; {previous.id!r} is one already")

    def _check_anchor(self, step: Step, previous: Step | None) -> None:
        reminded = previous is not None and previous.kind is not StepKind.COURTESY
        if step.days == "by_history" and (reminded or step.anchor is not Anchor.AFTER_DUE):
            raise ValueError(
                f"step {step.id!r}: only the first step after the due date can go by history; give a number of days"
            )
        if step.kind is StepKind.COURTESY and reminded:
            raise ValueError(f"step {step.id!r}: a courtesy step comes before all others")
        if step.anchor is Anchor.AFTER_PREVIOUS_STEP and not reminded:
            raise ValueError(f"step {step.id!r}: there is no step after the due date before it to count from")

    def model_post_init(self, _context: object) -> None:
        """Seal the mappings, so that a policy really is a value."""
        object.__setattr__(self, "by_history", MappingProxyType(dict(self.by_history)))
        for name in _MINIMA:
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @property
    def version(self) -> str:
        """The policy's name and the hash of its content: any change is a new version."""
        canonical = json.dumps(self.as_data(), sort_keys=True, separators=(",", ":"))
        return f"{self.name}@{hashlib.sha256(canonical.encode()).hexdigest()[:12]}"

    def as_data(self) -> dict[str, Any]:
        """The policy as plain JSON data."""
        thawed = self.model_copy(
            update={"by_history": dict(self.by_history), **{name: dict(getattr(self, name)) for name in _MINIMA}}
        )
        return thawed.model_dump(mode="json")

    @property
    def contact_caps(self) -> tuple[ContactCap, ...]:
        """Every cap, the least number of days between two contacts among them."""
        if not self.contact_gap_days:
            return self.caps
        return (*self.caps, ContactCap(max_contacts=1, window_days=self.contact_gap_days))

    @property
    def needs_law(self) -> bool:
        """Whether a rule pack has to stand beside this policy: it has formal or final steps."""
        return any(step.kind.is_formal for step in self.steps)

    @property
    def earliest_contact_days(self) -> int:
        """The fewest days after the due date on which a step by history could be reached, grace left out."""
        return min(rule.first_contact_days for rule in self.by_history.values())

    @property
    def first_look_days(self) -> int:
        """From which day a receivable must be looked at, counted from its due date: negative where courtesy steps exist."""
        return min(
            [1, *(-step.days for step in self.steps if step.anchor is Anchor.BEFORE_DUE and step.days != "by_history")]
        )


def policy_json_schema() -> dict[str, Any]:
    """The published JSON Schema of a policy: what a host's form or an editor validates against."""
    return Policy.model_json_schema()


def load_policy(path: Path) -> Policy:
    """Read a policy from a TOML file; raises `SettingsError` that names the file, the place in it, and the remedy."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The policy file {path} cannot be read: {error.strerror}.", path=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The policy file {path} is not valid TOML: {error}.", path=str(path)) from error
    return parse_policy(data, where=str(path))


def parse_policy(data: Mapping[str, Any], *, where: str) -> Policy:
    """Make a policy of plain data; ``where`` names the source in the `SettingsError` of a mistake."""
    try:
        return Policy.model_validate(data)
    except ValidationError as error:
        raise SettingsError(f"The policy in {where} is not usable: {problems_in(error)}", where=where) from error
