"""The command that tells the whole story of one invoice."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer

from dunningkit.cli.arranging import arrangement_line
from dunningkit.cli.options import opened, parse_day
from dunningkit.cli.printing import plain, print_json, print_line, print_under
from dunningkit.cli.summary import invoice_name, line_as_json
from dunningkit.engine import Explanation, Story
from dunningkit.model import Reason
from dunningkit.wording import Wording


def explain(
    ctx: typer.Context,
    invoice: Annotated[str, typer.Argument(help="An invoice number, or a receivable's id.")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="The day to look at; today when left out.")] = None,
) -> None:
    """Tell all about an invoice: the ledger, the customer, the reminders, every rule that was asked, and what is next."""
    here = opened(ctx)
    day = parse_day(as_of, "--as-of", here.today())
    explanation, wording = here.engine().explain(here.creditor_id, invoice, day), here.wording()
    if here.common.json:
        print_json(_as_json(explanation, wording))
        return
    for story in explanation.stories:
        _print_story(story, explanation, wording)
    if explanation.unreadable:
        sentences = [wording.word("unreadable_line", **asdict(row)) for row in explanation.unreadable]
        _print_part(wording.word("not_readable"), sentences)


def _print_story(story: Story, explanation: Explanation, wording: Wording) -> None:
    name = story.customer.name if story.customer else story.receivable.customer_id
    head = wording.word("story_head", invoice=invoice_name(story.receivable, wording), as_of=explanation.as_of)
    print_line((head, "bold"), f"  {name}")
    parts: list[tuple[str, Callable[[Story, Explanation, Wording], Iterator[str]]]] = [
        (wording.word("in_the_ledger"), _of_the_ledger),
        (wording.word("the_customer"), _of_the_customer),
        (wording.word("the_messages"), _of_the_reminders),
        (wording.word("the_rules"), _of_the_rules),
        (wording.word("the_answer"), _of_the_answer),
    ]
    for heading, tell in parts:
        _print_part(heading, list(tell(story, explanation, wording)))
    if story.stored_on is None:
        print_under(wording.word("proposal_none"), indent=0)
    else:
        _print_part(wording.word("in_the_proposal", on=story.stored_on), list(_of_the_proposal(story, wording)))
    _print_part(wording.word("what_is_next"), list(_of_what_is_next(story, explanation, wording)))
    print_line("")


def _print_part(heading: str, sentences: list[str]) -> None:
    if not sentences:
        return
    print_line((heading, "bold"))
    for sentence in sentences:
        # What happened to a reminder stands further in than the reminder.
        print_under(sentence.lstrip(), indent=2 + 2 * (len(sentence) - len(sentence.lstrip())))


def _of_the_ledger(story: Story, explanation: Explanation, wording: Wording) -> Iterator[str]:
    receivable = story.receivable
    amounts = {"original_minor": receivable.original.amount_minor, "open_minor": receivable.open.amount_minor}
    yield wording.word(
        "ledger_line",
        issued_on=receivable.issued_on,
        due_on=receivable.due_on,
        currency=receivable.open.currency,
        **amounts,
    )
    if story.then.open != receivable.open:
        amount = {"open_minor": story.then.open.amount_minor, "currency": story.then.open.currency}
        yield wording.word("ledger_line_then", as_of=explanation.as_of, **amount)
    if story.gone_on is not None:
        yield wording.word("gone_line", on=story.gone_on)
    for payment in story.payments:
        amount = {"paid_minor": abs(payment.amount.amount_minor), "currency": payment.amount.currency}
        if payment.amount.amount_minor < 0:
            yield wording.word("payment_back_line", on=payment.paid_on, **amount)
        else:
            yield wording.word("payment_line", on=payment.paid_on, **amount)
    for note in story.credits:
        amount = {"open_minor": -note.open.amount_minor, "currency": note.open.currency}
        mine = "yes" if note.credit_of == receivable.receivable_id else None
        yield wording.word("credit_line", invoice=note.invoice_number, mine=mine, **amount)
    for act in story.acts:
        yield wording.word("act_line", on=act.on, kind=act.kind.value, medium=act.medium.value if act.medium else None)
    for hold in story.holds:
        yield wording.word("hold_line", **asdict(hold))
    for arrangement in story.arrangements:
        yield arrangement_line(arrangement, wording)


def _of_the_customer(story: Story, _explanation: Explanation, wording: Wording) -> Iterator[str]:
    if story.score is None:
        yield wording.word("no_score")
        return
    yield f"{wording.word('payment_history')}: {wording.label(story.score.segment)}."
    for reason in story.score.reasons:
        yield wording.reason(reason)


def _of_the_reminders(story: Story, _explanation: Explanation, wording: Wording) -> Iterator[str]:
    if not story.reminders:
        yield wording.word("no_messages")
    for told in story.reminders:
        yield wording.word(
            "message_line",
            reminder_id=told.reminder_id[:8],
            on=told.proposed_on,
            step=told.step_id,
            medium=told.medium.value,
            address=told.address,
            state=told.state.value,
        )
        for event in told.events:
            yield " " + wording.word("event_line", at=event.at, action=event.action, by=event.actor.shown)


def _of_the_rules(story: Story, _explanation: Explanation, wording: Wording) -> Iterator[str]:
    for number, asked in enumerate(story.rules, 1):
        decided = f" {wording.word('rule_decided')}" if asked.decided else ""
        yield f"{number}. {wording.rule(asked.rule, asked.facts)}{decided}"


def _of_the_answer(story: Story, _explanation: Explanation, wording: Wording) -> Iterator[str]:
    if story.not_asked is not None:
        yield wording.reason(story.not_asked)
    if story.verdict is not None:
        verdict = story.verdict
        yield wording.word(
            "answer_line", status=verdict.status.value, policy=verdict.policy_name or None, step=verdict.step_id or None
        )
        yield from map(wording.reason, verdict.reasons)


def _of_the_proposal(story: Story, wording: Wording) -> Iterator[str]:
    if story.stored is None:
        return
    if not story.differs:
        yield wording.word("proposal_same")
        return
    yield f"{wording.label(story.stored.status)}, {wording.money(story.stored.open)}."
    yield from map(wording.reason, (*story.stored.reasons, *story.why_differs))


def _of_what_is_next(story: Story, explanation: Explanation, wording: Wording) -> Iterator[str]:
    if story.verdict is None:
        return
    verdict, on = story.verdict, story.looked_at_on
    if verdict.next_step_id and not verdict.step_id:
        yield wording.word("next_step", step=verdict.next_step_id, day=verdict.next_step_on)
    if on is None:
        yield wording.word("no_next_look")
    elif on > explanation.as_of:
        yield wording.word("next_look", day=on)
    else:
        yield wording.word("next_run")


def _as_json(explanation: Explanation, wording: Wording) -> dict[str, Any]:
    told = plain(explanation)
    for data, story in zip(told["stories"], explanation.stories, strict=True):
        for asked, rule in zip(data["rules"], story.rules, strict=True):
            asked["text"] = wording.rule(rule.rule, rule.facts)
        if story.verdict is not None:
            data["verdict"]["reasons"] = [_reason_as_json(reason, wording) for reason in story.verdict.reasons]
        if story.not_asked is not None:
            data["not_asked"] = _reason_as_json(story.not_asked, wording)
        if story.stored is not None:
            data["stored"] = line_as_json(story.stored, wording)
    return told


def _reason_as_json(reason: Reason, wording: Wording) -> dict[str, Any]:
    return {"code": reason.code.value, "params": dict(reason.params), "text": wording.reason(reason)}
