"""What is wrong with given settings, in plain sentences: the place, and what to write there."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

#: Sentences for the validator's kinds of mistake, filled with what it says about the limits.
_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "is missing",
        "extra_forbidden": "is no setting of this place; check its spelling",
        "int_type": "must be a whole number",
        "int_parsing": "must be a whole number",
        "int_from_float": "must be a whole number",
        "greater_than_equal": "must be at least {ge}",
        "less_than_equal": "must be at most {le}",
        "string_type": "must be text in quotation marks",
        "string_too_short": "must not be shorter than {min_length} characters",
        "string_too_long": "must not be longer than {max_length} characters",
        "string_pattern_mismatch": "has other characters than it may have ({pattern})",
        "too_short": "must name at least {min_length}",
        "enum": "must be {expected}",
        "literal_error": "must be {expected}",
        "bool_type": "must be true or false",
        "bool_parsing": "must be true or false",
        "tuple_type": "must be a list",
        "dict_type": "must be a table of names and values",
        "mapping_type": "must be a table of names and values",
        "model_type": "must be a table of settings",
        "date_type": "must be a day such as 2026-11-24",
        "date_parsing": "must be a day such as 2026-11-24",
        "date_from_datetime_parsing": "must be a day such as 2026-11-24",
        "time_type": "must be a time of day such as 09:00:00",
        "time_parsing": "must be a time of day such as 09:00:00",
    }
)
#: What stands elsewhere than people look for it first.
_ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {"special_policies": "stands beside [policy] and not in it: write [[special_policies]]"}
)


def problems_in(error: ValidationError) -> str:
    """One sentence per mistake: the place and what to write there."""
    wrong: dict[str, list[str]] = {}
    for item in error.errors(include_url=False):
        sentence = _sentence(item)
        sentences = wrong.setdefault(_place(item), [])
        if sentence not in sentences:
            sentences.append(sentence)
    # Where one of several kinds of value fits, there is a sentence about each.
    return " ".join(f"{place}: {', or '.join(sentences)}." for place, sentences in wrong.items())


def _place(item: Mapping[str, Any]) -> str:
    way = list(item["loc"])
    # The validator's own names for the kinds of value that it tried are no place in a file.
    while way and isinstance(way[-1], str) and (way[-1] in _KINDS or "[" in way[-1]):
        way.pop()
    return ".".join(str(part) for part in way) or "the whole"


_KINDS = frozenset({"int", "str", "Style", "enum"})


def _sentence(item: Mapping[str, Any]) -> str:
    kind, last = item["type"], str(item["loc"][-1]) if item["loc"] else ""
    if kind == "extra_forbidden" and last in _ELSEWHERE:
        return _ELSEWHERE[last]
    if item.get("input") == "":
        return "is empty, fill it in"
    if kind in _SENTENCES:
        return _SENTENCES[kind].format_map(item.get("ctx", {}))
    return str(item["msg"]).removeprefix("Value error, ")
