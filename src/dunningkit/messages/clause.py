"""The contract clause that tells a consumer how payment control proceeds, made of the live policy and rule pack.

What a clause promised is kept as its *stamp*: the figures it was made of and their hash. When the policy or the law changes,
`clause_drift` says what no longer holds of the clause that customers were given.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from dunningkit.law.pack import FeeRule, LegalActor, RulePack, RuleStatus, Selector, TimeToPayRule, tier_value
from dunningkit.law.rates import penalty_rate_on
from dunningkit.law.terms import UnderLaw
from dunningkit.messages.cleaning import clean
from dunningkit.messages.formal import section_of
from dunningkit.messages.paper import paper_of
from dunningkit.messages.views import creditor_view
from dunningkit.model import ActKind, Creditor, CustomerClass, Language, Money, StepKind
from dunningkit.policy import Anchor, Boundary, Policy, Step

_STAMP = re.compile(
    r"^dunning-clause/1 (?P<language>fi|sv|en) (?P<hash>[0-9a-f]{12}) (?P<figures>\{.*\})$", re.MULTILINE
)
_HASH = re.compile(r"[0-9a-f]{12}")
#: For the tier of a fee that depends on the principal: the smallest, so that the clause never says more than is charged.
_A_CENT = 1


@dataclass(frozen=True, slots=True)
class ClauseFigures:
    """Everything that a clause says and that a change of policy or law may make untrue.

    0 and empty mean that the clause is silent about it. ``first_contact_days`` count from the due date, or from the end of its
    month; ``fee_full_days`` are the full days between the due date and a reminder that costs something; ``rate_bp`` is the
    yearly penalty rate in basis points.
    """

    currency: str
    first_contact_days: int = 0
    from_end_of_month: bool = False
    reminds_again: bool = False
    uses_history: bool = False
    formal: bool = False
    fee_minor: int = 0
    fee_full_days: int = 0
    fee_cite: str = ""
    invoice_lead_days: int = 0
    final: bool = False
    final_fee_minor: int = 0
    final_days_to_pay: int = 0
    agency: str = ""
    rate_bp: int = 0
    interest_cite: str = ""

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that change with any figure."""
        return hashlib.sha256(_canonical(self).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause in one language; ``stamp`` is the line to keep with the text that customers were given."""

    language: Language
    text: str
    figures: ClauseFigures

    @property
    def stamp(self) -> str:
        """What the clause was made of, on one line."""
        return f"dunning-clause/1 {self.language.value} {self.figures.hash} {_canonical(self.figures)}"


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that differs: a figure by its name, the ``hash``, or ``text`` with the paragraph as it was and as it is."""

    what: str
    was: str | int | bool
    now: str | int | bool


def clause_figures(
    policy: Policy, law: UnderLaw | None, creditor: Creditor, on: date, *, currency: str = "EUR"
) -> ClauseFigures:
    """What a clause for consumers would say on ``on``; ``currency`` counts only without a rule pack, which names its own.

    Raises `dunningkit.errors.RateMissing` where the clause tells of interest and the pack has no rate for that day.
    """
    steps = [step for step in policy.steps if step.anchor is not Anchor.BEFORE_DUE]
    formal = [step for step in steps if step.kind is StepKind.FORMAL]
    final = [step for step in steps if step.kind is StepKind.FINAL]
    friendly = [step for step in steps if step.kind is StepKind.FRIENDLY]
    first = friendly[0] if friendly else None
    tariff = _tariff(law, on)
    fee_minor, final_fee_minor = _fee(formal, tariff), _fee(final, tariff)
    charges = tariff if fee_minor or final_fee_minor else None
    rate_bp, interest_cite = _interest(law, on) if formal or final else (0, "")
    return ClauseFigures(
        currency=law.pack.currency if law else currency,
        first_contact_days=_first_contact_days(policy, first) if first else 0,
        from_end_of_month=first is not None and first.anchor is Anchor.END_OF_MONTH_AFTER_DUE,
        reminds_again=len(friendly) > 1,
        uses_history=any("by_history" in (step.days, step.style) for step in friendly),
        formal=bool(formal),
        fee_minor=fee_minor,
        fee_full_days=charges.since_due_days if charges else 0,
        fee_cite=section_of(charges.cite) if charges else "",
        invoice_lead_days=charges.sent_before_due_days if charges else 0,
        final=bool(final),
        final_fee_minor=final_fee_minor,
        final_days_to_pay=_days_to_pay(final, law.pack if law else None, on),
        agency=clean(creditor.agency_name) if final else "",
        rate_bp=rate_bp,
        interest_cite=interest_cite,
    )


def clause(figures: ClauseFigures, creditor: Creditor, language: Language) -> Clause:
    """Write the clause: numbered paragraphs, each only where it is true."""
    templates = paper_of(language).clause
    values = {
        "figures": figures,
        "creditor": creditor_view(creditor),
        "fee": Money(figures.fee_minor, figures.currency),
        "final_fee": Money(figures.final_fee_minor, figures.currency),
    }
    written = {name: template.render(values) for name, template in templates.items()}
    paragraphs = [" ".join(written[name] for name in names) for names in _paragraphs(figures)]
    numbered = "\n".join(f"{number}. {paragraph}" for number, paragraph in enumerate(paragraphs, 1))
    return Clause(language, f"{written['heading']}\n\n{numbered}", figures)


def clause_drift(old: str, now: Clause) -> tuple[Drift, ...]:
    """What no longer holds of a clause that customers were given; empty when all of it does.

    ``old`` is its text with or without its stamp, its stamp alone, or its hash. With a stamp the figures are compared by name;
    without one the paragraphs, in the language of ``now``; a hash alone only tells that something differs.
    """
    given = old.strip()
    if _HASH.fullmatch(given):
        return () if given == now.figures.hash else (Drift("hash", given, now.figures.hash),)
    stamp = _STAMP.search(given)
    figures = _read(stamp.group("figures")) if stamp else None
    text = _STAMP.sub("", given).strip()
    if figures is None:
        return tuple(_of_text(text, now.text))
    found = tuple(_of_figures(figures, asdict(now.figures)))
    same_language = stamp is not None and stamp.group("language") == now.language.value
    return found or (tuple(_of_text(text, now.text)) if text and same_language else ())


def _paragraphs(figures: ClauseFigures) -> Iterator[tuple[str, ...]]:
    yield ("invoice_ahead", "invoice") if figures.invoice_lead_days else ("invoice",)
    if figures.first_contact_days:
        yield ("first_month" if figures.from_end_of_month else "first_due", "first_free")
    if figures.formal:
        yield ("formal", "formal_fee" if figures.fee_minor else "formal_free")
    elif figures.reminds_again:
        yield ("again",)
    if figures.final:
        yield ("final", "final_fee" if figures.final_fee_minor else "final_free")
    if figures.agency:
        yield ("agency",)
    if figures.rate_bp:
        yield ("interest",)
    yield ("hardship",)
    yield ("dispute",)
    if figures.uses_history:
        yield ("history",)
    yield ("trust",)


def _first_contact_days(policy: Policy, step: Step) -> int:
    """By when the first contact comes, for the customer whose history lets us wait the longest."""
    days = (
        max(rule.first_contact_days for rule in policy.by_history.values()) if step.days == "by_history" else step.days
    )
    return int(days) + policy.grace_days + (1 if policy.boundary is Boundary.EXCLUSIVE else 0)


def _tariff(law: UnderLaw | None, on: date) -> FeeRule | None:
    """The rule under which a creditor's written reminder may cost a consumer something."""
    if law is None:
        return None
    rules = law.pack.in_force(FeeRule, dict.fromkeys(Selector, on), CustomerClass.CONSUMER, LegalActor.CREDITOR)
    usable = [
        rule
        for rule in rules
        if rule.act is ActKind.REMINDER
        and rule.status is not RuleStatus.DESIGN
        and not rule.actual_cost_only
        and (law.terms.fee_agreed or not rule.needs_agreement)
    ]
    return min(usable, key=_most, default=None)


def _most(rule: FeeRule) -> int:
    return tier_value(rule.tiers, _A_CENT)


def _fee(steps: list[Step], tariff: FeeRule | None) -> int:
    asked = max((step.fee_minor for step in steps), default=0)
    return min(asked, _most(tariff)) if tariff else 0


def _days_to_pay(steps: list[Step], pack: RulePack | None, on: date) -> int:
    if not steps:
        return 0
    rules = (
        pack.in_force(TimeToPayRule, dict.fromkeys(Selector, on), CustomerClass.CONSUMER, LegalActor.CREDITOR)
        if pack
        else ()
    )
    lawful = max((rule.days for rule in rules if ActKind.REMINDER in rule.acts), default=0)
    return max(lawful, min(step.time_to_pay_days for step in steps))


def _interest(law: UnderLaw | None, on: date) -> tuple[int, str]:
    if law is None or not law.terms.claim_interest:
        return 0, ""
    rate = penalty_rate_on(law.pack, on, CustomerClass.CONSUMER, on, contract_on=on)
    return (rate.rate_bp, section_of(rate.cited.cite)) if rate else (0, "")


# -- what a clause was made of -------------------------------------------------------------------------------------


def _canonical(figures: ClauseFigures) -> str:
    return json.dumps(asdict(figures), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _read(figures: str) -> Mapping[str, object] | None:
    try:
        read = json.loads(figures)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _of_figures(was: Mapping[str, object], now: Mapping[str, object]) -> Iterator[Drift]:
    for name in sorted({*was, *now}):
        before, after = was.get(name, ""), now.get(name, "")
        if before != after:
            yield Drift(name, _plain(before), _plain(after))


def _plain(value: object) -> str | int | bool:
    return value if isinstance(value, str | int) else json.dumps(value)


def _of_text(was: str, now: str) -> Iterator[Drift]:
    before, after = _said(was), _said(now)
    gone = [paragraph for paragraph in before if paragraph not in after]
    new = [paragraph for paragraph in after if paragraph not in before]
    for place in range(max(len(gone), len(new))):
        yield Drift("text", *(part[place] if place < len(part) else "" for part in (gone, new)))


def _said(text: str) -> list[str]:
    """The paragraphs without their numbers and with single spaces: how a text is set is not what it says."""
    unnumbered = (re.sub(r"^\s*\d+\.\s+", "", line) for line in text.splitlines())
    return [said for line in unnumbered if (said := " ".join(line.split()))]
