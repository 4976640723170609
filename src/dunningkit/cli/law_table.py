"""The command that prints a country's law: every rule with its section, and what nobody has verified."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Annotated, Any

import typer

from dunningkit.cli.law_words import actors, subject, validity, values
from dunningkit.cli.options import Common, parse_day
from dunningkit.cli.printing import print_json, print_line, print_under
from dunningkit.engine.config import language_of
from dunningkit.law.kinds import RULES, RuleKind
from dunningkit.law.loading import load_pack
from dunningkit.law.pack import RatePeriod, Rule, RulePack, RuleStatus
from dunningkit.model import Language
from dunningkit.wording import Wording

_NOT_CONFIRMED = {RuleStatus.CONFIRMED: "", RuleStatus.DERIVED: "! ", RuleStatus.DESIGN: "!! "}
_STYLES = {RuleStatus.CONFIRMED: "", RuleStatus.DERIVED: "yellow", RuleStatus.DESIGN: "bold yellow"}


def table(
    ctx: typer.Context,
    pack: Annotated[str, typer.Option("--pack", help="A built-in pack, or the path of a pack's TOML file.")] = "fi",
    on: Annotated[
        str | None, typer.Option("--on", help="Only what holds on this day; everything when left out.")
    ] = None,
) -> None:
    """Print the rules of a country's law with their sections, and what nobody has verified."""
    common: Common = ctx.obj
    loaded = load_pack(pack)
    if on is not None:
        loaded = _on_day(loaded, parse_day(on, "--on", date.min))
    wording = Wording(common.language or language_of(common.config) or Language.EN)
    if common.json:
        print_json(_as_json(loaded, wording))
        return
    _print_head(loaded, wording)
    for kind in RuleKind:
        _print_kind(kind, loaded, wording)
    for name, periods in loaded.rates:
        _print_rates(name, periods, wording)
    print_line((wording.word("law_unverified"), "bold"))
    for sentence in loaded.unverified:
        print_under(f"- {sentence}", indent=2)
    print_line("")
    print_under(wording.word("law_lawyer"), indent=0, style="bold")


def _on_day(pack: RulePack, day: date) -> RulePack:
    """The pack with only the versions and rates of one day."""

    def holds(one: Rule | RatePeriod) -> bool:
        return one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)

    rates = tuple((name, tuple(filter(holds, periods))) for name, periods in pack.rates)
    return replace(pack, rules=tuple(filter(holds, pack.rules)), rates=rates)


def _print_head(pack: RulePack, wording: Wording) -> None:
    counted = Counter(rule.status for rule in pack.rules)
    figures = {status.value: counted[status] for status in RuleStatus}
    print_under(pack.title, indent=0, style="bold")
    print_under(wording.word("law_counted", currency=pack.currency, rules=len(pack.rules), **figures), indent=0)
    print_line("")


def _print_kind(kind: RuleKind, pack: RulePack, wording: Wording) -> None:
    rules = pack.of_kind(RULES[kind])
    if not rules:
        return
    print_line((wording.label(kind), "bold underline"))
    print_line("")
    for rule in rules:
        _print_rule(rule, pack.currency, wording)


def _print_rule(rule: Rule, currency: str, wording: Wording) -> None:
    mark, style = _NOT_CONFIRMED[rule.status], _STYLES[rule.status]
    print_under(f"{mark}{subject(rule, wording)}", indent=2, style=style or "bold")
    for sentence in values(rule, wording, currency):
        print_under(sentence)
    if rule.actors:
        print_under(wording.word("law_actors", actors=actors(rule, wording)))
    print_under(validity(rule, wording))
    print_under(f"{mark}{': '.join(filter(None, [wording.label(rule.status), rule.cite]))}", style=style)
    if rule.note:
        print_under(rule.note)
    print_under(rule.id, style="dim")
    print_line("")


def _print_rates(name: str, periods: Sequence[RatePeriod], wording: Wording) -> None:
    print_line((wording.word("law_rates", table=name), "bold underline"))
    print_line("")
    for period in periods:
        mark, style = _NOT_CONFIRMED[period.status], _STYLES[period.status]
        days = f"{period.valid_from} – {period.valid_to}"
        print_under(f"{days}  {wording.rate(period.rate_bp):>6}  {mark}{period.cite}", indent=2, style=style)
    print_line("")


# -- as JSON -------------------------------------------------------------------------------------------------------


def _as_json(pack: RulePack, wording: Wording) -> dict[str, Any]:
    kinds = {made: kind for kind, made in RULES.items()}
    return {
        "pack": pack.pack_id,
        "country": pack.country,
        "currency": pack.currency,
        "title": pack.title,
        "rules": [{"kind": kinds[type(rule)].value, **_plain(asdict(rule))} for rule in pack.rules],
        "rates": {name: [_plain(asdict(period)) for period in periods] for name, periods in pack.rates},
        "unverified": list(pack.unverified),
        "review": wording.word("law_lawyer"),
    }


def _plain(value: Any) -> Any:
    """Dates as text, sets as sorted lists."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
