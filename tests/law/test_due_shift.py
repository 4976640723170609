"""The days to which a due date moves, against a calendar computed from the statute's own words (622/1947 5 § 2)."""

from datetime import date, timedelta

import pytest

from dunningkit.law import BusinessCalendar

CALENDAR = BusinessCalendar("FI", "Europe/Helsinki")
ONE = timedelta(days=1)


def easter(year: int) -> date:
    """The Gregorian computus by Meeus, Jones and Butcher."""
    century, rest = divmod(year, 100)
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def first(weekday: int, since: date) -> date:
    return next(day for days in range(7) if (day := since + days * ONE).weekday() == weekday)


def closed_days(year: int) -> set[date]:
    """Church holidays, Independence Day, May Day, Christmas Eve and Midsummer Eve; Saturdays and Sundays come by themselves."""
    sunday, midsummer = easter(year), first(5, date(year, 6, 20))
    fixed = {date(year, *day) for day in ((1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26))}
    moving = {sunday - 2 * ONE, sunday, sunday + ONE, sunday + 39 * ONE, sunday + 49 * ONE}
    return fixed | moving | {midsummer - ONE, midsummer, first(5, date(year, 10, 31))}


def test_the_computed_easter_is_the_known_one() -> None:
    known = [date(2002, 3, 31), date(2008, 3, 23), date(2011, 4, 24), date(2026, 4, 5), date(2038, 4, 25)]
    assert [easter(day.year) for day in known] == known


@pytest.mark.parametrize("year", range(2002, 2061))
def test_every_day_of_a_year_moves_as_the_statute_says(year: int) -> None:
    closed = closed_days(year) | closed_days(year + 1)
    day = date(year, 1, 1)
    while day.year == year:
        moved = day
        while moved.weekday() in (5, 6) or moved in closed:
            moved += ONE
        assert CALENDAR.next_banking_day(day) == moved
        day += ONE


@pytest.mark.parametrize(
    ("due_on", "moved_to"),
    [
        ("2026-05-01", "2026-05-04"),
        ("2026-06-19", "2026-06-22"),
        ("2026-12-24", "2026-12-28"),
        ("2026-04-03", "2026-04-07"),
    ],
)
def test_f5_due_dates_move(due_on: str, moved_to: str) -> None:
    assert CALENDAR.next_banking_day(date.fromisoformat(due_on)) == date.fromisoformat(moved_to)
