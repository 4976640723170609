"""Writing the reminders of a proposal: composed, checked and rendered, or given back with the reason."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dunningkit import dispatch
from dunningkit.engine.approved import facts_of
from dunningkit.engine.setup import CreditorSetup
from dunningkit.errors import PluginError, PluginHung
from dunningkit.messages import Composer, Draft, DraftItem, check, language_for
from dunningkit.messages.formal import Claimed, Formal, PastStep, rates_of
from dunningkit.model import (
    Creditor,
    Customer,
    Document,
    Medium,
    Money,
    OutgoingReminder,
    Reason,
    ReasonCode,
    Receivable,
    Reminder,
    ReminderItem,
    Rendered,
    Sender,
    StepKind,
    days_from,
)
from dunningkit.policy import Claims, Day, Decision, Group, Situation
from dunningkit.wired import WiredChannel


@dataclass(frozen=True, slots=True)
class Written:
    """A reminder with the bytes that will leave."""

    reminder: Reminder
    rendered: Rendered


def write(
    setup: CreditorSetup,
    composer: Composer,
    group: Group,
    customer: Customer,
    day: Day,
    came_back: Mapping[str, int],
) -> Written | Reason:
    """Write one group's reminder, or say why a person must look first.

    ``came_back`` says for each idempotency key how many reminders with it returned after an approval: the next one is another
    reminder, which can be approved anew.
    """
    creditor, channel, as_of = setup.creditor, setup.channels[group.to.medium], day.as_of
    copies = _copies(setup, group)
    try:
        delivery_days = dispatch.max_delivery_days(channel)
    except PluginError as error:
        return _why_not(channel, error)
    send_not_before = setup.calendar.first_send_moment(as_of, group.policy.hours)
    pay_by = _pay_by(setup, group, send_not_before.date(), delivery_days)
    draft = _draft(creditor, customer, group, copies, pay_by, day)
    message = composer.compose(draft)
    wrong = [finding for finding in check(message, draft) if finding.is_error]
    if wrong:
        return Reason.of(ReasonCode.TEXT_REFUSED, rule=wrong[0].rule, found=wrong[0].found)
    outgoing = OutgoingReminder(
        key=_key(creditor.creditor_id, group),
        sender=Sender(creditor.creditor_id, creditor.name, creditor.email, creditor.phone),
        recipient_name=customer.name,
        to=group.to,
        message=message,
        attachments=tuple(copies.values()),
    )
    try:
        rendered = dispatch.render(channel, outgoing)
    except PluginError as error:
        return _why_not(channel, error)
    content_hash = hashlib.sha256(rendered.content).hexdigest()
    facts = facts_of(customer, group.members)
    again = str(came_back.get(outgoing.key, 0))
    reminder = Reminder(
        reminder_id=_short_hash(outgoing.key, content_hash, facts, setup.basis, as_of.isoformat(), again),
        key=outgoing.key,
        customer_id=customer.customer_id,
        customer_name=customer.name,
        kind=group.kind,
        style=group.style,
        to=group.to,
        plugin=channel.name,
        items=tuple(_item(situation, decision) for situation, decision in group.members),
        total=draft.total,
        message=message,
        content_hash=content_hash,
        facts_hash=facts,
        preview=rendered.preview,
        send_not_before=send_not_before,
        pay_by=pay_by,
        reasons=_distinct(decision.reasons[0] for _, decision in group.members),
        questions=tuple(sorted({code for _, decision in group.members for code in decision.questions})),
        policy_name=group.policy.name,
    )
    return Written(reminder, rendered)


def _why_not(channel: WiredChannel, error: PluginError) -> Reason:
    code = ReasonCode.CHANNEL_HUNG if isinstance(error, PluginHung) else ReasonCode.RENDER_FAILED
    return Reason.of(code, plugin=channel.name)


def _pay_by(setup: CreditorSetup, group: Group, leaves_on: date, delivery_days: int) -> date:
    """The day that the text asks for; a courtesy message gives no new one, but names the earliest due date."""
    if group.kind is StepKind.COURTESY:
        return min(situation.receivable.due_on for situation, _ in group.members)
    given = days_from(leaves_on, group.step.time_to_pay_days + delivery_days)
    # The law's own least time counts from the latest day on which the message can arrive. What is approved in the evening may
    # leave on the next banking day, and has to give that time still.
    spare_days = (setup.calendar.next_banking_day(days_from(leaves_on, 1)) - leaves_on).days
    lawful = (days_from(one.claims.pay_by, spare_days) for _, one in group.members if one.claims.pay_by)
    return setup.calendar.next_banking_day(max((given, *lawful)))


def _draft(
    creditor: Creditor, customer: Customer, group: Group, copies: Mapping[str, Document], pay_by: date, day: Day
) -> Draft:
    is_formal = group.kind.is_formal
    return Draft(
        creditor=creditor,
        customer=customer,
        language=language_for(customer, creditor),
        medium=group.to.medium,
        style=group.style,
        kind=group.kind,
        first_contact=all(step.courtesy for situation, _ in group.members for step in situation.sent),
        items=tuple(
            DraftItem(
                invoice_number=receivable.invoice_number,
                instalment_number=receivable.instalment_number,
                subject=receivable.subject,
                open=receivable.open,
                due_on=receivable.due_on,
                reference=receivable.reference,
                copy_attached=receivable.receivable_id in copies,
                claimed=_claimed(receivable, decision.claims) if is_formal else Claimed(),
            )
            for receivable, decision in ((situation.receivable, decision) for situation, decision in group.members)
        ),
        total=_total(group, is_formal=is_formal),
        pay_by=pay_by,
        number_confirmed=group.to.confirmed,
        iban=creditor.iban,
        formal=_formal(creditor, group, pay_by, day) if is_formal else None,
        must_say_free=any(decision.claims.must_say_free for _, decision in group.members),
    )


def _total(group: Group, *, is_formal: bool) -> Money:
    """What the message asks for in all."""
    asked = sum(
        situation.receivable.open.amount_minor + (decision.claims.total_minor if is_formal else 0)
        for situation, decision in group.members
    )
    return Money(asked, group.currency)


def _claimed(receivable: Receivable, claims: Claims) -> Claimed:
    owed = claims.interest
    return Claimed(
        invoiced_on=receivable.issued_on,
        interest_minor=claims.interest_minor,
        rates=rates_of(owed.segments) if owed else (),
        interest_cite="; ".join(dict.fromkeys(one.cited.cite for one in owed.segments)) if owed else "",
        fee_minor=claims.fee_minor,
        fee_max_minor=claims.most_fee_minor or None,
        fee_cite=claims.fee_cite,
        earlier_fees_minor=claims.earlier_fees_minor,
    )


def _formal(creditor: Creditor, group: Group, pay_by: date, day: Day) -> Formal:
    is_final = group.kind is StepKind.FINAL
    said = sorted({one for _, decision in group.members for one in decision.claims.said})
    agency = [decision.claims.agency_fee_minor for _, decision in group.members]
    afterwards = days_from(pay_by, 1)
    final_follows = any(step.kind is StepKind.FINAL for step in group.policy.steps)
    return Formal(
        written_on=day.as_of,
        payments_as_of=day.payments_as_of,
        history=tuple(PastStep(on, medium) for on, medium in said),
        next_step_on=afterwards if final_follows and not is_final else None,
        transfer_on=afterwards if is_final and creditor.agency_name else None,
        agency_fee_max_minor=None if None in agency else sum(one for one in agency if one is not None),
    )


def _item(situation: Situation, decision: Decision) -> ReminderItem:
    receivable = situation.receivable
    return ReminderItem(
        receivable_id=receivable.receivable_id,
        invoice_number=receivable.invoice_number,
        instalment_number=receivable.instalment_number,
        open=receivable.open,
        due_on=receivable.due_on,
        step_id=decision.step.id if decision.step else "",
        fee_minor=decision.claims.fee_minor,
        interest_minor=decision.claims.interest_minor,
        earlier_fees_minor=decision.claims.earlier_fees_minor,
    )


def _distinct(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    found: list[Reason] = []
    for reason in reasons:
        if reason not in found:
            found.append(reason)
    return tuple(found)


def _copies(setup: CreditorSetup, group: Group) -> dict[str, Document]:
    if group.to.medium is not Medium.EMAIL:
        return {}
    wanted = [s.receivable.receivable_id for s, _ in group.members if s.receivable.copy_available]
    try:
        return dispatch.documents(setup.source, wanted)
    except PluginError:
        return {}  # the text then offers a copy instead of claiming that one is attached


def _key(creditor_id: str, group: Group) -> str:
    """The idempotency key: what is said to whom by which way - no day, no attempt number, no machine.

    What was sent and cancelled is no longer said, so saying it again is another message; and a courtesy message is another one
    than a reminder whose step has its name.
    """
    courtesy = [group.kind.value] if group.kind is StepKind.COURTESY else []
    items = sorted(
        f"{s.receivable.receivable_id}:{d.step.id if d.step else ''}" + (f":{s.cancelled}" if s.cancelled else "")
        for s, d in group.members
    )
    return _short_hash(
        creditor_id, group.customer_id, group.to.medium.value, group.to.address, *courtesy, *items, length=40
    )


def _short_hash(*parts: str, length: int = 20) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:length]
