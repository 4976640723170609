"""Whether a value crosses to another process and back unchanged: as JSON, the way a host would carry it."""

from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

_AS_BASE64 = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


def crosses(value: object, kind: Any) -> bool:
    """Whether a value is equal to itself after JSON and back, read strictly as ``kind``; bytes travel as base64."""
    # A tuple around it: a dataclass would keep a configuration of its own.
    adapter: TypeAdapter[Any] = TypeAdapter(tuple[kind], config=_AS_BASE64)
    try:
        return bool(adapter.validate_json(adapter.dump_json((value,), warnings="error")) == (value,))
    except (ValidationError, ValueError, TypeError):
        return False
