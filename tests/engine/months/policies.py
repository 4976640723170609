"""Policies as plain data, every value given, so that the model needs to know no default."""

from hypothesis import strategies as st

EVERYTHING = {"tags": [], "accounts": [], "currencies": [], "customer_classes": []}


def step(
    name: str,
    days: int | str,
    *,
    anchor: str = "after_due",
    time_to_pay: int = 10,
    sms: bool = False,
    only: str | None = None,
) -> dict:
    """One rung; the step called first goes by itself."""
    return {
        "id": name,
        "kind": "courtesy" if anchor == "before_due" else "friendly",
        "anchor": anchor,
        "days": days,
        "channels": [only] if only else ["sms", "email"] if sms else ["email", "sms"],
        "time_to_pay_days": time_to_pay,
        "approval": "automatic" if name in ("first", "a", "then") else "person",
    }


LADDERS = {
    "default": [step("first", "by_history"), step("second", 16)],
    "courtesy": [
        step("ahead", 5, anchor="before_due"),
        step("first", "by_history"),
        step("second", 12, time_to_pay=7, sms=True),
    ],
    "two_courtesies": [
        step("early", 9, anchor="before_due"),
        step("ahead", 2, anchor="before_due", sms=True),
        step("once", 3),
    ],
    "end_of_month": [
        step("month", 3, anchor="end_of_month_after_due", time_to_pay=5),
        step("month2", 12, anchor="end_of_month_after_due", time_to_pay=5),
    ],
    "after_previous": [
        step("start", 2, time_to_pay=3),
        step("then", 9, anchor="after_previous_step", time_to_pay=4),
        step("last", 4, anchor="after_previous_step", time_to_pay=8),
    ],
    "short": [step("only", 1, time_to_pay=1)],
    "long": [
        step("a", 1, time_to_pay=1),
        step("b", 4, time_to_pay=2),
        step("c", 7, time_to_pay=1, sms=True),
        step("d", 11, time_to_pay=3),
    ],
    "each_its_way": [
        step("a", 1, time_to_pay=1, only="email"),
        step("b", 4, time_to_pay=1, only="sms"),
        step("c", 7, time_to_pay=2),
    ],
}

CAPS = [
    [{"max_contacts": 1, "window_days": 3}, {"max_contacts": 4, "window_days": 30}],
    [{"max_contacts": 1, "window_days": 1}],
    [{"max_contacts": 2, "window_days": 10}],
    [],
]

COVERAGES = [
    EVERYTHING | {"tags": ["rent", "care"]},
    EVERYTHING | {"accounts": ["3010"]},
    EVERYTHING | {"currencies": ["SEK"]},
    EVERYTHING | {"customer_classes": ["other_non_consumer"]},
    EVERYTHING | {"currencies": ["EUR"], "tags": ["rent"]},
]

MOSTLY_NONE = st.sampled_from([{}, {}, {"EUR": 2_000}, {"EUR": 3_000, "SEK": 2_500}])


def policies(name: str, covers: st.SearchStrategy[dict]) -> st.SearchStrategy[dict]:
    """One policy of this name."""
    return st.fixed_dictionaries(
        {
            "name": st.just(name),
            "approved_by": st.just("Maija M."),
            "approved_on": st.just("2026-01-02"),
            "covers": covers,
            "steps": st.sampled_from(list(LADDERS.values())),
            "progress": st.sampled_from(["one_step", "one_step", "catch_up"]),
            "boundary": st.sampled_from(["inclusive", "inclusive", "exclusive"]),
            "grace_days": st.sampled_from([0, 0, 0, 4]),
            "contact_gap_days": st.sampled_from([0, 0, 0, 5]),
            "caps": st.sampled_from(CAPS),
            "grouping": st.sampled_from(
                ["per_receivable", "per_customer_and_step", "per_customer_and_kind", "per_customer_at_highest_step"]
            ),
            "minimum_open_minor": MOSTLY_NONE,
            "minimum_customer_minor": MOSTLY_NONE,
            "long_overdue_days": st.sampled_from([90, 90, 20]),
            "stale": st.just({"formal_banking_days": 1, "any_banking_days": 3}),
        }
    )


#: The special policies in the order in which they are asked, and the main one as the last.
SETS_OF_POLICIES = st.tuples(
    st.lists(st.sampled_from(COVERAGES), max_size=2, unique_by=repr),
    policies("main", st.sampled_from([EVERYTHING] * 6 + [EVERYTHING | {"currencies": ["EUR"]}])),
    policies("special", st.just(EVERYTHING)),
    policies("other", st.just(EVERYTHING)),
).map(lambda drawn: [*_covering(drawn[0], drawn[2:]), drawn[1]])


def _covering(coverages: list[dict], specials: tuple[dict, ...]) -> list[dict]:
    return [special | {"covers": covers} for covers, special in zip(coverages, specials, strict=False)]
