"""The little language of the catalogues' sentences.

``{name}`` stands for a parameter, ``{name|form}`` for one written in a form: ``date``, ``moment``, ``money`` (with the
parameter ``currency``), ``rate`` (of basis points), ``label:TABLE``, ``short`` (a reason's code in a few words), or the name
of a counted noun (``days`` gives ``1 day`` and ``2 days``).

``[[first||second]]`` writes the first part whose parameters all have a value, or nothing; a parameter that is absent, empty
or ``None`` has none. ``{name=value}`` writes nothing and lets its part stand for that value only.

Placeholders are never inflected: the sentence is built around them. A value is never read as a template.
"""

import re
from collections.abc import Callable, Iterable

_CHOICE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([\w:]+)|=(\w+))?\}")

#: Writes one parameter in a form; ``None`` when it has no value.
Write = Callable[[str, str], str | None]


def parameters(template: str) -> frozenset[str]:
    """The names of all parameters in a template."""
    return frozenset(match.group(1) for match in _PLACEHOLDER.finditer(template))


def forms(template: str) -> Iterable[str]:
    """The forms that a template asks for."""
    return [match.group(2) for match in _PLACEHOLDER.finditer(template) if match.group(2)]


def fill(template: str, write: Write) -> str:
    """The sentence; raises ``KeyError`` with the parameter's name when one outside of ``[[ ]]`` has no value."""
    # What a capturing pattern splits off stands at every second place.
    pieces = enumerate(_CHOICE.split(template))
    return "".join(_chosen(piece, write) if place % 2 else _filled(piece, write) for place, piece in pieces)


def _chosen(choice: str, write: Write) -> str:
    for part in choice.split("||"):
        try:
            return _filled(part, write)
        except KeyError:
            continue
    return ""


def _filled(text: str, write: Write) -> str:
    def value(match: re.Match[str]) -> str:
        name, form, only = match.groups(default="")
        written = write(name, form)
        if written is None or (only and written != only):
            raise KeyError(name)
        return "" if only else written

    return _PLACEHOLDER.sub(value, text)
