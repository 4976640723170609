"""Reasons: a code with parameters. Only ``dunningkit.wording`` makes sentences of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

ReasonValue = str | int | bool | None


class ReasonCode(StrEnum):
    """Every reason the engine gives; the comment after each lists its parameters.

    Values: days are ``int``; dates ISO text (``2026-11-25``); amounts minor units with a sibling ``currency``; moments
    ISO text with an offset.
    """

    # Why a line is ready
    FIRST_CONTACT_DUE = (
        "first_contact_due"  # days_late, first_contact_days, earlier (cancelled or ledger, if there was any)
    )
    STEP_DUE = "step_due"  # days_late, step_days, step_number

    STEP_DUE_END_OF_MONTH = (
        "step_due_end_of_month"  # days_late, step_days (after the month of the due date), step_number
    )
    STEP_DUE_AFTER_PREVIOUS = "step_due_after_previous"  # on (the previous reminder's date), step_days, step_number
    COURTESY_DUE = "courtesy_due"  # day (the due date), step_days

    # Beside it
    GRACE = "grace"  # grace_days
    CAUGHT_UP = "caught_up"  # steps_passed

    # How it will be said (beside a ready reason)
    SEGMENT = "segment"  # segment, style
    STYLE_FIXED = "style_fixed"  # style
    SCORER_FAILED = "scorer_failed"  # scorer
    CHANNEL_WISHED = "channel_wished"  # medium
    WISH_NOT_SERVED = "wish_not_served"  # medium (the wished one)
    CHANNEL_OTHER_THAN_INVOICE = "channel_other_than_invoice"  # medium, invoice_medium
    CHANNEL_ONLY = "channel_only"  # medium
    NUMBER_UNCONFIRMED = "number_unconfirmed"  # -
    AS_ITS_MESSAGE = "as_its_message"  # style, medium (of the message, which the line alone would not have)
    SEND_POSTPONED = "send_postponed"  # send_not_before (moment)
    FEE_ELSEWHERE = "fee_elsewhere"  # -
    PARTLY_PAID = "partly_paid"  # paid_minor, currency

    # A person decides first (needs you)
    LONG_OVERDUE = "long_overdue"  # days_late, limit_days, earlier (as above)
    PERSON_CALLS = "person_calls"  # segment
    NO_CHANNEL = "no_channel"  # -
    NO_CHANNEL_PLUGIN = "no_channel_plugin"  # medium
    CUSTOMER_MISSING = "customer_missing"  # customer_id
    DELIVERY_UNKNOWN = "delivery_unknown"  # medium, on (date), reminder_id
    DELIVERY_REFUSED = "delivery_refused"  # medium, on (date), detail
    TEXT_REFUSED = "text_refused"  # rule, found
    RENDER_FAILED = "render_failed"  # plugin
    IBAN_DIFFERS = "iban_differs"  # -
    CREDIT_UNAPPLIED = "credit_unapplied"  # credit_minor, linked_minor (only where there is any), currency
    SETTLED_BUT_OPEN = "settled_but_open"  # settled_on, open_minor, currency
    ROW_QUARANTINED = "row_quarantined"  # place
    LADDER_DONE = "ladder_done"  # reminders_sent
    CHANGED_SINCE_APPROVAL = "changed_since_approval"  # what
    CHANNEL_HUNG = "channel_hung"  # plugin
    CHANNEL_NOT_READY = "channel_not_ready"  # plugin, problem
    RECHECK_FAILED = "recheck_failed"  # source

    # Won't go out
    NOT_FOLLOWED = "not_followed"  # placed_by
    NOT_COVERED = "not_covered"  # -
    NOT_DUE_YET = "not_due_yet"  # day (the due date)
    STEP_NOT_REACHED = "step_not_reached"  # day (date), step (id), step_number
    TIME_TO_PAY = "time_to_pay"  # day (first day after the customer's time to pay), on (date of the reminder)
    NOT_BEFORE = "not_before"  # day
    BELOW_MINIMUM = "below_minimum"  # open_minor, minimum_minor, currency
    BELOW_CUSTOMER_MINIMUM = "below_customer_minimum"  # overdue_minor, minimum_minor, currency
    CREDIT_NOTE_COVERS = "credit_note_covers"  # credit_minor, currency
    CONTACT_CAP = "contact_cap"  # max_contacts, window_days, day (next possible)
    ANOTHER_FIRST = "another_first"  # -
    CREDITS_COVER = "credits_cover"  # credit_minor, currency
    WISH_NO_REMINDERS = "wish_no_reminders"  # -
    LEDGER_STALE = "ledger_stale"  # payments_as_of, banking_days, limit_banking_days
    IN_DELIVERY = "in_delivery"  # on (date)
    SKIPPED = "skipped"  # by, day (first day on which it comes back)
    HELD_DISPUTE = "held_dispute"  # until (date or None), placed_by
    HELD_PROMISE = "held_promise"  # as above
    HELD_PAYMENT_PLAN = "held_payment_plan"
    HELD_OPEN_REPLY = "held_open_reply"
    HELD_PROTECTED = "held_protected"
    HELD_COLLECTION = "held_collection"
    HELD_SUSPENSION_REQUEST = "held_suspension_request"
    HELD_RESTRUCTURING = "held_restructuring"
    HELD_DEBT_ADJUSTMENT = "held_debt_adjustment"
    HELD_BANKRUPTCY = "held_bankruptcy"
    HELD_MINOR = "held_minor"
    HELD_GUARDIAN = "held_guardian"
    HELD_ESTATE = "held_estate"
    HELD_HARDSHIP = "held_hardship"
    HELD_MANUAL = "held_manual"

    # What the law says; ``cite`` is the section
    LAW_ALLOWED = "law_allowed"  # fee_minor, currency, cite
    LAW_CLASS_UNKNOWN = "law_class_unknown"  # -
    LAW_FEE_NO_RULE = "law_fee_no_rule"  # act
    LAW_FEE_TOO_EARLY = "law_fee_too_early"  # day (first day on which it may cost something), cite
    LAW_FEE_INVOICE_LATE = "law_fee_invoice_late"  # least_days (between sending and due date), cite
    LAW_FEE_ACTUAL_COST = "law_fee_actual_cost"  # cite
    LAW_FEE_SHORT_EXTENSION = "law_fee_short_extension"  # extension_days, least_days, cite
    LAW_FEE_NOT_AGREED = "law_fee_not_agreed"  # cite
    LAW_FEE_FREE_FIRST = "law_fee_free_first"  # cite
    LAW_FEE_COUNT = "law_fee_count"  # max_acts, cite
    LAW_FEE_TOTAL = "law_fee_total"  # left_minor, total_minor, currency, cite
    LAW_FEE_LOWERED = "law_fee_lowered"  # asked_minor, allowed_minor, currency, cite
    LAW_FEE_SUSPENDED = "law_fee_suspended"  # since (date), cite
    LAW_FIXED_SUM_SET_OFF = "law_fixed_sum_set_off"  # fixed_minor, currency, cite
    LAW_ACT_FORBIDDEN = "law_act_forbidden"  # act, cite
    LAW_ACT_TOO_EARLY = "law_act_too_early"  # act, day, cite
    LAW_ACT_NEEDS_REMINDER = "law_act_needs_reminder"  # act, cite
    LAW_STOP = "law_stop"  # stop, since (date), cite
    LAW_DISPUTED_PART = "law_disputed_part"  # disputed_minor, currency, cite
    LAW_LAPSED = "law_lapsed"  # on (date), cite
    LAW_TIME_TO_PAY = "law_time_to_pay"  # least_days, day, cite
    LAW_OVERRIDDEN = "law_overridden"  # by, stop, cite
    LAW_INTEREST_NOT_STATED = "law_interest_not_stated"  # cite
    LAW_INTEREST_NO_START = "law_interest_no_start"  # cite (None where no rule grants interest)
    LAW_INTEREST_FROM = "law_interest_from"  # day, cite
    LAW_DUE_MOVED = "law_due_moved"  # due_on, day (the next open day), cite
    LAW_INTEREST_STOPPED = "law_interest_stopped"  # stop, since (date), cite
    LAW_INTEREST_CAPPED = "law_interest_capped"  # cite
    LAW_INTEREST_CEILING = "law_interest_ceiling"  # agreed_bp, allowed_bp, cite
    LAW_INTEREST_PROVISIONAL = "law_interest_provisional"  # day (from which the rate is not published), cite

    # Found when sending, after approval
    PAID_MEANWHILE = "paid_meanwhile"  # -
    GONE_MEANWHILE = "gone_meanwhile"  # -

    # What changed between two proposals
    NEW_OVERDUE = "new_overdue"  # due_on
    NEW_BEFORE_DUE = "new_before_due"  # due_on
    NEW_LOOKED_AT = "new_looked_at"  # day
    NEW_READ = "new_read"  # on (day of the reading)
    NEW_UNEXPLAINED = "new_unexplained"  # day (of the earlier proposal)
    LEFT_GONE = "left_gone"  # on
    LEFT_SETTLED = "left_settled"  # on (date or None)
    LEFT_NOT_DUE = "left_not_due"  # due_on, was (dates)
    LEFT_WAITING = "left_waiting"  # day (date or None)
    LEFT_UNEXPLAINED = "left_unexplained"  # -
    CHANGED_STATUS = "changed_status"  # was, now
    CHANGED_STEP = "changed_step"  # was, now (step ids)
    CHANGED_AMOUNT = "changed_amount"  # was_minor, now_minor, currency
    CHANGED_CURRENCY = "changed_currency"  # was, now
    CHANGED_DUE = "changed_due"  # was, now (dates)
    CHANGED_STYLE = "changed_style"  # was, now
    CHANGED_REASON = "changed_reason"  # was, now (codes)
    PAID_SINCE = "paid_since"  # paid_minor, currency, on
    SENT_SINCE = "sent_since"  # on, medium
    BASIS_CHANGED = "basis_changed"  # -
    CHANGED_CUSTOMER = "changed_customer"  # was, now (customer ids)
    CHANGED_UNEXPLAINED = "changed_unexplained"  # -
    PAID_BACK_SINCE = "paid_back_since"  # paid_minor, currency, on
    IN_HAND_SINCE = "in_hand_since"  # paid_minor, currency, on
    GIVEN_BACK_SINCE = "given_back_since"  # paid_minor, currency, on
    CREDIT_NOTE_SINCE = "credit_note_since"  # number, credit_minor, currency, on (day of the reading)
    CREDIT_GONE = "credit_gone"  # -
    HOLD_SINCE = "hold_since"  # kind, on, by
    RELEASED_SINCE = "released_since"  # kind, on, by
    LEDGER_HOLD_SINCE = "ledger_hold_since"  # kind, on (day of the reading)
    HOLD_OVER = "hold_over"  # until (date or None)
    ARRANGED_SINCE = "arranged_since"  # kind, on, by
    ARRANGEMENT_ENDED_SINCE = "arrangement_ended_since"  # kind, on, by
    APPROVED_SINCE = "approved_since"  # on, by
    SKIPPED_SINCE = "skipped_since"  # on, by
    UNSKIPPED_SINCE = "unskipped_since"  # on, by
    OUTCOME_SINCE = "outcome_since"  # on, outcome
    CANCELLED_SINCE = "cancelled_since"  # on, by
    RETURNED_SINCE = "returned_since"  # on
    READ_SINCE = "read_since"  # on (day of the reading)
    READABLE_SINCE = "readable_since"  # -
    CUSTOMER_READ_SINCE = "customer_read_since"  # on (day of the reading)
    OTHER_READ_SINCE = "other_read_since"  # number, on (day of the reading)
    OTHER_SENT_SINCE = "other_sent_since"  # on, medium
    ACT_SINCE = "act_since"  # kind, on
    DAY_CAME = "day_came"  # day
    DAYS_PASSED = "days_passed"  # days
    NEW_MONTH = "new_month"  # -
    TOUCHED_SINCE = "touched_since"  # -

    # Why no rule was asked about a receivable
    NOT_ASKED_GONE = "not_asked_gone"  # on
    NOT_ASKED_SETTLED = "not_asked_settled"  # on (date or None)
    NOT_ASKED_NOT_ISSUED = "not_asked_not_issued"  # day
    NOT_ASKED_CREDIT_NOTE = "not_asked_credit_note"  # -

    # Why a stored line says something else than the rules
    CAP_TAKEN = "cap_taken"  # -
    DIFFERS_RETURNED = "differs_returned"  # -
    DIFFERS_SKIPPED = "differs_skipped"  # -
    DIFFERS_MESSAGE = "differs_message"  # -
    DIFFERS_WRITING = "differs_writing"  # -
    DIFFERS_DAY = "differs_day"  # on (the proposal's day), day (asked for)
    DIFFERS_SETTINGS = "differs_settings"  # -
    DIFFERS_KNOWN = "differs_known"  # -

    # Why no proposal can be made at all
    NEVER_SYNCED = "never_synced"  # -
    SYNC_INCOMPLETE = "sync_incomplete"  # on (date), detail
    TOO_MANY_GONE = "too_many_gone"  # gone, known, limit_percent
    RUN_BACKDATED = "run_backdated"  # day (asked for), on (the day of the last run)

    # Why the score is what it is
    PAID_ON_TIME = "paid_on_time"  # on_time, known
    LATE_BEFORE = "late_before"  # late, known, typical_days_late
    LITTLE_HISTORY = "little_history"  # known, similar_late_percent
    SLOWER_LATELY = "slower_lately"  # days_slower
    OVERDUE_ELSEWHERE = "overdue_elsewhere"  # days_late
    EVIDENCE = "evidence"  # known, months
    NOT_USED = "not_used"  # -


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as data: a code and the figures that its sentence needs."""

    code: ReasonCode
    params: Mapping[str, ReasonValue] = field(default_factory=dict)

    @classmethod
    def of(cls, code: ReasonCode, **params: ReasonValue) -> "Reason":
        """Build a reason from keyword parameters, kept in a stable order."""
        return cls(code, dict(sorted(params.items())))
