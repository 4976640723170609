"""Whose names and which secrets must not be found where others read: in logs, on screens, in errors."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel, SecretBytes, SecretStr

from dunningkit.model import Customer

#: Shorter texts stand everywhere.
_SHORTEST = 3


def persons_in(customers: Iterable[Customer]) -> frozenset[str]:
    """Names, addresses and numbers of customers."""
    texts: set[str] = set()
    for one in customers:
        texts.update((one.name, one.first_name, one.contact_name, one.postal_address.street))
        texts.update(point.address for point in one.contact_points)
    return frozenset(text for text in texts if len(text) >= _SHORTEST)


def secrets_in(settings: object) -> frozenset[str]:
    """The secrets in a plugin's settings, however deep they stand."""
    if isinstance(settings, SecretStr):
        return frozenset({settings.get_secret_value()} - {""})
    if isinstance(settings, SecretBytes):
        return frozenset({settings.get_secret_value().decode(errors="replace")} - {""})
    inner: Iterable[Any] = ()
    if isinstance(settings, BaseModel):
        inner = (getattr(settings, name) for name in type(settings).model_fields)
    elif isinstance(settings, Mapping):
        inner = settings.values()
    elif isinstance(settings, list | tuple | set | frozenset):
        inner = settings
    return frozenset[str]().union(*map(secrets_in, inner))


def found_in(text: str, wanted: Iterable[str]) -> str:
    """The first of the wanted texts that stands in ``text`` as a word of its own; empty when none does."""
    return next((one for one in sorted(wanted) if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)), "")


def texts_in(value: object) -> Iterator[str]:
    """Every text in a value of the contract, however deep; what a copy of an invoice holds is its own matter."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from texts_in(getattr(value, one.name))
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for item in value:
            yield from texts_in(item)


def record_text(record: logging.LogRecord) -> str:
    """All that a log record carries: its message, its arguments, what a structured logger bound to it, its error."""
    return f"{record.getMessage()} {vars(record)!r}"


def logging_state() -> dict[str, object]:
    """How the process logs: what a host has set up, and what a plugin leaves alone."""
    manager = logging.root.manager
    loggers = {name: one for name, one in manager.loggerDict.items() if isinstance(one, logging.Logger)}
    state: dict[str, object] = {
        "logging.disable": manager.disable,
        "logging.setLoggerClass": logging.getLoggerClass(),
        "logging.setLogRecordFactory": logging.getLogRecordFactory(),
    }
    for name, one in {"root": logging.root, **loggers}.items():
        handlers = [handler for handler in one.handlers if not _is_harmless(handler)]
        told = (one.level, one.propagate, one.disabled, handlers)
        if name == "root" or told != (logging.NOTSET, True, False, []):
            state[f"the logger {name!r}"] = told
    return state


def _is_harmless(handler: logging.Handler) -> bool:
    """What a library adds to be silent, and what pytest adds around each test."""
    return isinstance(handler, logging.NullHandler) or type(handler).__module__.startswith("_pytest")
