"""The form of a rule pack's file: what each kind of rule may say there, and what is wrong with one that says it otherwise.

The fields are those of the values in `dunningkit.law.pack`, so that a rule is described once. Imports pydantic: it is loaded
when a pack is, never with the engine.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints, ValidationError, create_model

from dunningkit.law.kinds import RULES, RuleKind
from dunningkit.law.pack import Rule, Tier

_MOST = 10**15
_ID = r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$"
_NOT_EMPTY = StringConstraints(min_length=1, strip_whitespace=True)
Text = Annotated[str, Strict(), _NOT_EMPTY]
Day = Annotated[date, Strict()]


class _Table(BaseModel):
    # Built when first used: a pack has fifteen kinds of rule.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Head(_Table):
    """What the pack says of itself."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")] = Field(description="A short name.")
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = Field(description="ISO 3166 code.")
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(
        description="ISO 4217 code. Every amount of the file is in its minor units."
    )
    title: Text = Field(description="One line for people.")
    unverified: tuple[Text, ...] = Field(default=(), description="In words, what nobody has checked.")


class RateFile(_Table):
    """Where a table of rates is: a CSV file with the columns valid_from, valid_to, rate_bp, status and cite."""

    file: Text = Field(description="The file's path, seen from the pack's file.")


class Whole(_Table):
    """A pack's file as far as it is checked at once; its rules are checked one by one."""

    pack: Head
    rates: dict[str, RateFile] = Field(default_factory=dict)
    rule: Annotated[tuple[dict[str, Any], ...], Field(min_length=1)]


class TierTable(_Table):
    """A value for principals up to ``up_to_minor``, included. The last tier leaves it out: it is for all above."""

    up_to_minor: Annotated[int, Strict(), Field(ge=0, le=_MOST)] | None = None
    value: Annotated[int, Strict(), Field(ge=0, le=_MOST)]


#: What every rule may say in a file, beside the fields of its kind.
_SHARED: Mapping[str, Any] = MappingProxyType(
    {
        "id": (Annotated[str, StringConstraints(pattern=_ID)], ...),
        "status": (None, ...),
        "selector": (None, ...),
        "valid_from": (None, ...),
        "valid_to": (None, None),
        "classes": (None, frozenset()),
        "actors": (None, frozenset()),
        "cite": (Text, ""),
        "note": (Text, ""),
        "beside": (Annotated[frozenset[Text], Field(min_length=1)], frozenset()),
    }
)

#: What a kind of rule may leave out although its value has no default: a fee at actual cost has no tiers, and nothing may
#: interrupt a limitation.
_LEFT_OUT: Mapping[tuple[str, str], object] = MappingProxyType(
    {("fee", "tiers"): (), ("limitation", "interrupted_by"): frozenset()}
)

_ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "kind": "What sort of rule this is.",
        "id": "A name of its own, kept for good: answers refer to it.",
        "status": "confirmed: the source was read. derived: it follows from confirmed ones. design: ours, may only protect.",
        "selector": "Which day decides whether this version holds.",
        "valid_from": "The first day on which it holds.",
        "valid_to": "The last day on which it holds; left out: it still does.",
        "classes": "The customers it is for; left out: every class.",
        "actors": "Who may use it; left out: everybody. The engine is always the creditor.",
        "cite": "The section it rests on.",
        "note": "What a reader must know beside it.",
        "beside": "Ids of rules of the same kind that hold at the same time on purpose; the note says why.",
        "act": "The act it is about.",
        "acts": "The acts it is about.",
        "tiers": "Values by principal, in rising order; the last one is open.",
        "media": "The ways by which the act must have gone; left out: any.",
        "actual_cost_only": "Grants no fixed sum, only the average cost of that way.",
        "repeat_permille": "What a repeated act may cost, in thousandths of the whole.",
        "sent_before_due_days": "The invoice must have been sent so many days before its due date.",
        "since_due_days": "So many full days must lie between the due date and the act.",
        "since_act_days": "So many full days must lie between any act of since_acts and this one.",
        "since_acts": "The acts that since_act_days counts from.",
        "extension_days": "The extension must be at least so long.",
        "needs_agreement": "The fee must have been agreed.",
        "needs_free_first": "A free reminder must have come before.",
        "few_instalments": "A plan of up to so many parts costs what few_instalments_minor says.",
        "few_instalments_minor": "What a plan of few parts costs.",
        "per_instalment_from": "From this part of a plan on, each adds per_instalment_minor.",
        "per_instalment_minor": "What each such part adds.",
        "vat_may_be_added": "Value added tax may come on top where the creditor cannot deduct it.",
        "if_act": "The rule holds only where such an act was done or is asked for.",
        "counts_from": "Acts before this day are left out.",
        "amount_minor": "The sum.",
        "after_due_days": "So many full days must lie between the due date and the act.",
        "after_act_days": "So many full days must lie between the latest act of after_acts and this one.",
        "after_acts": "The acts that after_act_days counts from.",
        "needs_one": "One of after_acts must have been done.",
        "days": "The least number of days that the act gives, from its latest possible receipt.",
        "table": "The name of the table under [rates].",
        "margin_bp": "What is added to the reference rate, in hundredths of a percentage point.",
        "is_ceiling": "No agreement may go above the sum.",
        "unbound_days": "Where no due date binds, so many days pass from sending before interest runs.",
        "needs_statement": "An invoice that did not state rate and start accrues nothing.",
        "order": "What a payment is taken for, first to last.",
        "stop": "What asks for silence.",
        "effect": "What stays possible.",
        "interest_stops": "Interest stops as well.",
        "may_be_overridden": "A person with a name and a reason may go on all the same.",
        "years": "After how many years it lapses.",
        "interrupted_by": "The acts that start the time anew, given proof that they were sent.",
        "final_years": "So many years after the due date it lapses whatever happened; 0: never.",
        "from_next_year": "The time runs from the first day of the next year.",
    }
)


def _in_file(hint: Any) -> Any:
    """The annotation under which a value of this type is read from a file: exact, and never empty."""
    plain: Mapping[Any, Any] = {
        int: Annotated[int, Strict(), Field(ge=0, le=_MOST)],
        bool: Annotated[bool, Strict()],
        date: Day,
        str: Text,
        Tier: TierTable,
    }
    if hint in plain:
        return plain[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return Union[tuple(None if one is NoneType else _in_file(one) for one in arguments)]  # noqa: UP007  # made at run time
    if origin is frozenset:
        return Annotated[frozenset[_in_file(arguments[0])], Field(min_length=1)]  # type: ignore[misc]  # made at run time
    if origin is tuple:
        return Annotated[tuple[_in_file(arguments[0]), ...], Field(min_length=1)]  # type: ignore[misc]  # made at run time
    return hint


def _model_of(kind: RuleKind, made: type[Rule]) -> type[_Table]:
    hints = get_type_hints(made)
    told: dict[str, Any] = {"kind": (Literal[kind.value], Field(description=_ABOUT["kind"]))}
    for each in fields(made):
        own = _LEFT_OUT.get((kind, each.name), ... if each.default is MISSING else each.default)
        annotation, default = _SHARED.get(each.name, (None, own))
        told[each.name] = (annotation or _in_file(hints[each.name]), Field(default, description=_ABOUT[each.name]))
    told["beside"] = (_SHARED["beside"][0], Field(frozenset(), description=_ABOUT["beside"]))
    about = (made.__doc__ or "").strip().split("\n\n")[0]
    return create_model(f"{kind.title().replace('_', '')}Table", __base__=_Table, __doc__=about, **told)


@cache
def _models() -> Mapping[str, type[_Table]]:
    """The form of each kind of rule, by the name that the kind has in a file."""
    return {kind.value: _model_of(kind, made) for kind, made in RULES.items()}


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as its file has it: the value, and the ids of the rules that it stands beside on purpose."""

    rule: Rule
    beside: frozenset[str]


def read_whole(data: Mapping[str, Any]) -> Whole:
    """The head of a file, its tables of rates and its rules, unread. Raises ``ValueError`` with a sentence a mistake."""
    try:
        return Whole.model_validate(data)
    except ValidationError as error:
        raise ValueError(_sentences(error, "")) from error


def read_rule(given: Mapping[str, Any], number: int) -> Written:
    """One rule of a file. Raises ``ValueError`` with a sentence for each mistake: the rule, the field, what to write."""
    name = given.get("id")
    where = f"rule {name!r}" if isinstance(name, str) and name else f"rule number {number}"
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in _models():
        raise ValueError(f"{where}, kind: {kind!r} is no kind of rule; write one of {', '.join(RuleKind)}.")
    try:
        table = _models()[kind].model_validate(given)
    except ValidationError as error:
        raise ValueError(_sentences(error, f"{where}, ")) from error
    made, told = RULES[RuleKind(kind)], dict(table)
    if "tiers" in told:
        told["tiers"] = tuple(Tier(tier.up_to_minor, tier.value) for tier in told["tiers"])
    return Written(made(**{each.name: told[each.name] for each in fields(made)}), told["beside"])


def pack_json_schema() -> dict[str, Any]:
    """The JSON Schema of a pack's file."""
    one: Any = Annotated[Union[tuple(_models().values())], Field(discriminator="kind")]  # noqa: UP007  # made at run time
    whole = create_model(
        "RulePackFile",
        __base__=_Table,
        __doc__="One country's law as dated rules with citations. Amounts in minor units, rates in basis points.",
        pack=(Head, Field(description="What the pack says of itself.")),
        rates=(dict[str, RateFile], Field(default_factory=dict, description="Tables of rates by name.")),
        rule=(tuple[one, ...], Field(min_length=1, description="The rules.")),
    )
    return whole.model_json_schema()


# -- mistakes ------------------------------------------------------------------------------------------------------

_DAY = "must be a day without quotation marks, such as 2022-05-01"
_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "is missing; write it",
        "extra_forbidden": "is no field here; check its spelling, or take it away",
        "int_type": "must be a whole number without quotation marks",
        "bool_type": "must be true or false, without quotation marks",
        "date_type": _DAY,
        "date_from_datetime_inexact": _DAY,
        "string_type": "must be text in quotation marks",
        "string_too_short": "is empty; write it or leave it out",
        "string_pattern_mismatch": "has other characters than it may have ({pattern})",
        "too_short": "is empty; name at least one, or leave it out",
        "greater_than_equal": "must be at least {ge}",
        "less_than_equal": "must be at most {le}",
        "enum": "must be {expected}",
        "tuple_type": "must be a list in square brackets",
        "frozen_set_type": "must be a list in square brackets",
        "dict_type": "must be a table",
        "model_type": "must be a table of its own",
    }
)


def _sentences(error: ValidationError, where: str) -> str:
    told = []
    for item in error.errors(include_url=False):
        # The validator's own names for the kinds of value that it tried are no place in a file.
        way = [str(part) for part in item["loc"] if not (isinstance(part, str) and "[" in part)]
        sentence = _SENTENCES.get(item["type"])
        said = sentence.format_map(item.get("ctx", {})) if sentence else item["msg"]
        told.append(f"{where}{'.'.join(way) or 'the whole'}: {said}.")
    return " ".join(dict.fromkeys(told))
