"""From reasons, errors, enums, amounts and days to what an accountant reads."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from dunningkit.model import Language, Money, Reason
from dunningkit.wording.catalogue import catalogue_of
from dunningkit.wording.template import fill

if TYPE_CHECKING:
    from babel import Locale

_CAMEL = re.compile(r"(?<!^)(?=[A-Z])")

#: A parameter that is not there (``KeyError``), or is not what its form needs (the others).
_CANNOT_FILL = (KeyError, ValueError, OverflowError)


class Wording:
    """Writes everything that a person reads, in one language. Keeps nothing but the language's data."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._catalogue = catalogue_of(language)

    def reason(self, reason: Reason) -> str:
        """The reason as a sentence.

        A reason this version has no sentence for, or too few parameters to fill it, is shown as its code and parameters: it
        comes from a newer version's store or API, and a person must still be able to see it.
        """
        template = self._catalogue.reasons.get(reason.code)
        if template is not None:
            try:
                return self._fill(template, reason.params)
            except _CANNOT_FILL:
                pass
        figures = ", ".join(f"{name}: {value}" for name, value in reason.params.items() if value is not None)
        return f"{reason.code} ({figures})" if figures else str(reason.code)

    def short(self, code: str) -> str:
        """The reason with this code in a few words; the code itself when this version has none for it."""
        return self._catalogue.short.get(code, code)

    def error(self, code: str, params: Mapping[str, object]) -> str | None:
        """What a `dunningkit.errors.DunningkitError` with this code and these parameters means, and what to do.

        ``None`` when this version has no sentence for it. ``str(error)`` stays the most exact: it is English, and names the
        place. A host shows this sentence first and that one beside it.
        """
        template = self._catalogue.errors.get(code) or self._catalogue.reasons.get(code)
        try:
            return None if template is None else self._fill(template, params)
        except _CANNOT_FILL:
            return None

    def rule(self, name: str, facts: Mapping[str, object]) -> str:
        """What a rule of the decision asks, with the figures it looked at; its name when there is no sentence for it."""
        template = self._catalogue.rules.get(name)
        try:
            return name if template is None else self._fill(template, facts)
        except _CANNOT_FILL:
            return name

    def label(self, member: StrEnum) -> str:
        """What a choice is called: the medium, the style, the status of a line."""
        table = self._catalogue.labels.get(_CAMEL.sub("_", type(member).__name__).lower(), {})
        return table.get(member.value, member.value)

    def word(self, key: str, **params: object) -> str:
        """A word or sentence of the screen; raises ``KeyError`` for a key or parameter that is not there."""
        return self._fill(self._catalogue.words[key], params)

    def money(self, amount: Money) -> str:
        """The amount as the language writes it, with no-break spaces: ``1 234,50 €`` or ``€1,234.50``."""
        from babel.numbers import format_currency  # noqa: PLC0415  # locale data is loaded when first needed

        return format_currency(amount.as_decimal(), amount.currency, locale=self._locale, decimal_quantization=False)

    def rate(self, rate_bp: int) -> str:
        """A yearly rate of basis points: ``10,5 %`` with a no-break space, or ``10.5%``."""
        from babel.numbers import format_percent  # noqa: PLC0415  # locale data is loaded when first needed

        return format_percent(Decimal(rate_bp) / 10_000, locale=self._locale, decimal_quantization=False)

    def date(self, day: date) -> str:
        """The day: ``24.11.2026``, or ``24 November 2026`` in English."""
        from babel.dates import format_date  # noqa: PLC0415  # locale data is loaded when first needed

        return format_date(day, format="d MMMM y" if self.language is Language.EN else "d.M.y", locale=self._locale)

    def moment(self, moment: datetime) -> str:
        """The day and the time of day, as in the moment's own time zone."""
        return f"{self.date(moment.date())} {moment:%H:%M}"

    @cached_property
    def _locale(self) -> "Locale":
        from babel import Locale  # noqa: PLC0415  # locale data is loaded when first needed

        return Locale.parse(self.language.value)

    def _fill(self, template: str, params: Mapping[str, object]) -> str:
        def write(name: str, form: str) -> str | None:
            value = params.get(name)
            return None if value is None or value == "" else self._written(value, form, params)

        return fill(template, write)

    def _written(self, value: object, form: str, params: Mapping[str, object]) -> str:
        match form.partition(":"):
            case ("", _, _):
                return str(value)
            case ("date", _, _):
                written = self.date(value if isinstance(value, date) else date.fromisoformat(str(value)))
            case ("moment", _, _):
                written = self.moment(value if isinstance(value, datetime) else datetime.fromisoformat(str(value)))
            case ("money", _, _):
                written = self.money(Money(int(str(value)), str(params["currency"])))
            case ("rate", _, _):
                written = self.rate(int(str(value)))
            case ("short", _, _):
                written = self.short(str(value))
            case ("label", _, table):
                written = self._catalogue.labels[table].get(str(value), str(value))
            case (noun, _, _):
                # A wait of 1.5 seconds is told as 2: whoever comes back then is not too early.
                written = self._counted(math.ceil(value) if isinstance(value, float) else int(str(value)), noun)
        return written

    def _counted(self, number: int, noun: str) -> str:
        # All three languages have the same two forms for whole numbers: one, and all others.
        forms = self._catalogue.counted[noun]
        return f"{number} {forms['one' if number == 1 else 'other']}"
