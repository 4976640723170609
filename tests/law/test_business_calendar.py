"""The Finnish calendar against known days, and the rules that any calendar must keep."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunningkit.errors import SettingsError
from dunningkit.law import BusinessCalendar, SendWindow

CALENDAR = BusinessCalendar("FI", "Europe/Helsinki")
WINDOW = SendWindow()


@pytest.mark.parametrize(
    ("day", "moved_to"),
    [
        (date(2026, 5, 1), date(2026, 5, 4)),  # May Day, a Friday
        (date(2026, 6, 19), date(2026, 6, 22)),  # Midsummer Eve
        (date(2026, 12, 24), date(2026, 12, 28)),  # Christmas Eve to the Monday after
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday over Easter Monday
        (date(2026, 11, 25), date(2026, 11, 25)),  # an ordinary Wednesday
    ],
)
def test_a_closed_day_moves_to_the_next_open_one(day: date, moved_to: date) -> None:
    assert CALENDAR.next_banking_day(day) == moved_to


@pytest.mark.parametrize(
    "holiday",
    [date(2026, 1, 1), date(2026, 1, 6), date(2026, 5, 14), date(2026, 12, 6), date(2027, 6, 25), date(2026, 12, 26)],
)
def test_public_holidays_and_eves_are_holidays(holiday: date) -> None:
    assert CALENDAR.is_holiday(holiday)


def test_friday_is_one_banking_day_before_monday() -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    assert CALENDAR.banking_days_since(friday, monday) == 1
    assert CALENDAR.banking_days_since(friday, friday) == 0


def test_counting_banking_days_does_not_leave_the_calendar() -> None:
    assert CALENDAR.banking_days_since(date.min, date.max) > 2_000_000
    assert CALENDAR.banking_days_since(date.max, date.min) == 0
    assert CALENDAR.next_banking_day(date.max) == CALENDAR.add_banking_days(date.max, 3) == date.max


def test_sending_waits_for_the_preferred_hour_of_an_open_day() -> None:
    saturday = date(2026, 11, 28)
    moment = CALENDAR.first_send_moment(saturday, WINDOW)
    assert moment.isoformat() == "2026-11-30T09:00:00+02:00"


def test_nothing_leaves_at_night_on_sundays_or_on_holidays() -> None:
    assert CALENDAR.may_send(datetime(2026, 11, 25, 7, 30, tzinfo=UTC), WINDOW)  # 09:30 in Helsinki
    assert not CALENDAR.may_send(datetime(2026, 11, 25, 5, 59, tzinfo=UTC), WINDOW)
    assert not CALENDAR.may_send(datetime(2026, 11, 25, 18, 0, tzinfo=UTC), WINDOW)  # 20:00 is too late
    assert not CALENDAR.may_send(datetime(2026, 11, 29, 10, 0, tzinfo=UTC), WINDOW)
    assert not CALENDAR.may_send(datetime(2026, 12, 24, 10, 0, tzinfo=UTC), WINDOW)


def test_unknown_places_are_refused_in_words() -> None:
    with pytest.raises(SettingsError, match="Mars/Olympus"):
        BusinessCalendar("FI", "Mars/Olympus")
    with pytest.raises(SettingsError, match="'XX'"):
        BusinessCalendar("XX").is_holiday(date(2026, 1, 1))


DAYS = st.dates(date(2010, 1, 1), date(2040, 12, 31))


@given(DAYS)
def test_the_first_send_moment_is_permitted_and_never_before_the_day(day: date) -> None:
    moment = CALENDAR.first_send_moment(day, WINDOW)
    assert moment.date() >= day
    assert CALENDAR.may_send(moment, WINDOW)
    assert moment.time() == time(9)


@given(DAYS, st.integers(0, 900))
def test_banking_days_are_counted_as_by_walking(day: date, days: int) -> None:
    walked = [day + timedelta(days=number) for number in range(1, days + 1)]
    assert CALENDAR.banking_days_since(day, day + timedelta(days=days)) == sum(map(CALENDAR.is_banking_day, walked))


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_banking_days_add_up(day: date, first: int, second: int) -> None:
    between, end = day + timedelta(days=first), day + timedelta(days=first + second)
    whole = CALENDAR.banking_days_since(day, end)
    assert whole == CALENDAR.banking_days_since(day, between) + CALENDAR.banking_days_since(between, end)


def test_the_hours_of_a_window_and_the_day_are_the_creditors() -> None:
    eight = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # 08:00 in Helsinki
    assert CALENDAR.may_send(eight, WINDOW)
    assert not CALENDAR.may_send(eight - timedelta(microseconds=1), WINDOW)
    assert CALENDAR.may_send(eight + timedelta(hours=12) - timedelta(microseconds=1), WINDOW)
    assert CALENDAR.local_date(datetime(2026, 11, 25, 21, 59, tzinfo=UTC)) == date(2026, 11, 25)
    assert CALENDAR.local_date(datetime(2026, 11, 25, 22, 0, tzinfo=UTC)) == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("earlier", "later", "banking_days"),
    [
        (date(2025, 12, 23), date(2025, 12, 24), 0),  # Christmas Eve, a Wednesday
        (date(2025, 12, 24), date(2025, 12, 29), 1),  # from a closed day
        (date(2026, 4, 2), date(2026, 4, 7), 1),  # over Easter
        (date(2026, 4, 3), date(2026, 4, 7), 1),  # from Good Friday
        (date(2026, 6, 18), date(2026, 6, 19), 0),  # Midsummer Eve on its first day
        (date(2026, 6, 18), date(2026, 6, 22), 1),
        (date(2027, 6, 24), date(2027, 6, 25), 0),  # and on its last
        (date(2027, 6, 24), date(2027, 6, 28), 1),
        (date(2026, 12, 31), date(2027, 1, 1), 0),  # New Year, a Friday
        (date(2026, 11, 23), date(2026, 11, 30), 5),
    ],
)
def test_closed_weekdays_are_not_counted_on_the_way(earlier: date, later: date, banking_days: int) -> None:
    assert CALENDAR.banking_days_since(earlier, later) == banking_days


def test_banking_days_are_added_one_by_one_over_what_is_closed() -> None:
    thursday = date(2026, 4, 2)
    assert [CALENDAR.add_banking_days(thursday, count) for count in range(3)] == [
        thursday,
        date(2026, 4, 7),
        date(2026, 4, 8),
    ]
    assert CALENDAR.add_banking_days(date(2026, 11, 25), 2) == date(2026, 11, 27)


def test_a_calendar_of_which_nothing_is_said_is_the_finnish_one() -> None:
    ours = BusinessCalendar()
    assert (ours.country, ours.zone.key) == ("FI", "Europe/Helsinki")
    assert ours.is_holiday(date(2026, 6, 19))
    assert ours.banking_days_since(date(2026, 6, 18), date(2026, 6, 22)) == 1


def test_a_place_that_is_not_known_is_named_with_what_to_write() -> None:
    with pytest.raises(SettingsError) as error:
        BusinessCalendar("FI", "Mars/Olympus")
    assert error.value.params == {"timezone": "Mars/Olympus"}
    assert str(error.value) == "The time zone 'Mars/Olympus' is not known; use an IANA name such as Europe/Helsinki."
    with pytest.raises(SettingsError) as error:
        BusinessCalendar("XX").is_holiday(date(2026, 1, 1))
    assert error.value.params == {"country": "XX"}
    assert str(error.value) == "No holiday calendar is known for country 'XX'; use an ISO 3166 code such as FI."


def test_the_finnish_eves_are_no_holidays_elsewhere() -> None:
    theirs = BusinessCalendar("US", "America/New_York")
    assert not theirs.is_holiday(date(2026, 12, 24))
    assert theirs.is_holiday(date(2026, 12, 25))
    assert theirs.is_banking_day(date(2026, 12, 24))


class _NoHolidays(set[date]):
    """A library of holidays that lists none."""

    def __init__(self, years: int = 0) -> None:
        super().__init__()


def test_the_eves_are_closed_in_finland_though_the_library_should_not_list_them() -> None:
    ours = BusinessCalendar()
    ours.__dict__["_holidays"] = _NoHolidays()
    closed = [day for day in (date(2026, 1, 1) + timedelta(days=count) for count in range(730)) if ours.is_holiday(day)]
    assert closed == [date(2026, 6, 19), date(2026, 12, 24), date(2027, 6, 25), date(2027, 12, 24)]
    for eve in closed:
        assert ours.banking_days_since(eve - timedelta(days=1), eve) == 0
        assert ours.banking_days_since(eve - timedelta(days=8), eve) == 5
    theirs = BusinessCalendar("SE", "Europe/Stockholm")
    theirs.__dict__["_holidays"] = _NoHolidays()
    assert not theirs.is_holiday(date(2026, 12, 24))
