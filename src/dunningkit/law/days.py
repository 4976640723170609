"""Weekdays, holidays, banking days and the hours in which a message may reach somebody.

Finnish law sets no hours for reminders; the window is our own, kind default (Monday-Friday 08-20, preferably 09-11, never on
a holiday). The days on which a payment moves to the next weekday are those of the Promissory Notes Act 622/1947 5 § 2:
Sundays and church holidays, Independence Day, May Day, Christmas Eve, Midsummer Eve and Saturdays.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dunningkit.errors import SettingsError
from dunningkit.model import days_from

if TYPE_CHECKING:
    from holidays import HolidayBase

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_DAYS_KEPT = 1024
_YEARS_KEPT = 64


class Window(Protocol):
    """Anything that names the four hours of a send window."""

    @property
    def permitted_from(self) -> time:
        """The earliest time of day."""

    @property
    def permitted_until(self) -> time:
        """The first time of day that is too late."""

    @property
    def preferred_from(self) -> time:
        """When sending starts by choice."""


@dataclass(frozen=True, slots=True)
class SendWindow:
    """Creditor-local hours: never outside ``permitted``, by choice from ``preferred_from`` on."""

    permitted_from: time = time(8)
    permitted_until: time = time(20)
    preferred_from: time = time(9)


class BusinessCalendar:
    """The calendar of one country in one time zone. Holds only what it computed itself; safe to keep per creditor.

    Raises `SettingsError` for a country or time zone that nobody knows.
    """

    def __init__(self, country: str = "FI", timezone: str = "Europe/Helsinki") -> None:
        self.country = country
        # A day is looked up for every reminder, and a whole run asks about a handful of days.
        self._is_closed = lru_cache(maxsize=_DAYS_KEPT)(self._is_holiday)
        self._closed_weekdays = lru_cache(maxsize=_YEARS_KEPT)(self._find_closed_weekdays)
        try:
            self.zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise SettingsError(
                f"The time zone {timezone!r} is not known; use an IANA name such as Europe/Helsinki.", timezone=timezone
            ) from error

    @cached_property
    def _holidays(self) -> "HolidayBase":
        # Imported on first use: the library is large and importing the engine must stay cheap.
        import holidays  # noqa: PLC0415

        try:
            return holidays.country_holidays(self.country)
        except NotImplementedError as error:
            raise SettingsError(
                f"No holiday calendar is known for country {self.country!r}; use an ISO 3166 code such as FI.",
                country=self.country,
            ) from error

    def is_holiday(self, day: date) -> bool:
        """Whether ``day`` is a public holiday, or in Finland an eve on which banks and offices are closed."""
        return self._is_closed(day)

    def _is_holiday(self, day: date) -> bool:
        if day in self._holidays:
            return True
        return self.country == "FI" and (_is_christmas_eve(day) or _is_midsummer_eve(day))

    def is_banking_day(self, day: date) -> bool:
        """Whether payments move on ``day``: Monday to Friday and no holiday."""
        return day.weekday() < _SATURDAY and not self.is_holiday(day)

    def next_banking_day(self, day: date) -> date:
        """``day`` itself when payments move on it, else the next day on which they do."""
        while day < date.max and not self.is_banking_day(day):
            day += _ONE_DAY
        return day

    def add_banking_days(self, day: date, banking_days: int) -> date:
        """The day that lies ``banking_days`` banking days after ``day``; zero gives ``day`` unchanged."""
        for _ in range(banking_days):
            day = self.next_banking_day(days_from(day, 1))
        return day

    def banking_days_since(self, earlier: date, later: date) -> int:
        """How many banking days ago ``earlier`` was on ``later``: Friday is one banking day before Monday."""
        if earlier >= later:
            return 0
        weeks, rest = divmod((later - earlier).days, 7)
        weekdays = 5 * weeks + sum((earlier.weekday() + day) % 7 < _SATURDAY for day in range(1, rest + 1))
        years = range(earlier.year, later.year + 1)
        return weekdays - sum(earlier < day <= later for year in years for day in self._closed_weekdays(year))

    def _find_closed_weekdays(self, year: int) -> tuple[date, ...]:
        # Every eve on which Finland is closed is among these days, and every holiday among the year's own.
        eves = (date(year, 12, 24), *(date(year, 6, day) for day in range(19, 26)))
        asked = {*type(self._holidays)(years=year), *eves}
        return tuple(sorted(day for day in asked if day.weekday() < _SATURDAY and self._is_holiday(day)))

    def first_send_moment(self, day: date, window: Window) -> datetime:
        """The first preferred moment on or after ``day``: a closed day postpones sending, never readiness."""
        open_day = self.next_banking_day(day)
        return datetime.combine(open_day, window.preferred_from, tzinfo=self.zone)

    def may_send(self, moment: datetime, window: Window) -> bool:
        """Whether a message may leave at ``moment`` (aware): an open day, within the permitted hours, creditor-local."""
        local = moment.astimezone(self.zone)
        within = window.permitted_from <= local.time() < window.permitted_until
        return within and self.is_banking_day(local.date())

    def local_date(self, moment: datetime) -> date:
        """The creditor-local day of an aware moment."""
        return moment.astimezone(self.zone).date()


def _is_christmas_eve(day: date) -> bool:
    return (day.month, day.day) == (12, 24)


def _is_midsummer_eve(day: date) -> bool:
    # Midsummer Day is the Saturday between 20 and 26 June; its eve is the Friday before.
    return day.month == 6 and 19 <= day.day <= 25 and day.weekday() == _SATURDAY - 1  # noqa: PLR2004  # the statute's own dates
