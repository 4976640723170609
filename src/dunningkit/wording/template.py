"""The little language of the catalogues' sentences.

``{name}`` stands for a parameter, ``{name|form}`` for one written in a form: ``date``, ``moment``, ``money`` (with the
parameter ``currency``), ``label:TABLE``, or the name of a counted noun (``days`` gives ``1 day`` and ``2 days``). A part in
``[[ ]]`` is left out when a parameter in it is missing, empty or ``None``. Placeholders are never inflected: the sentence is
built around them.
"""

import re
from collections.abc import Callable, Iterable

_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([\w:]+))?\}")

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

    def optional(match: re.Match[str]) -> str:
        try:
            return _filled(match.group(1), write)
        except KeyError:
            return ""

    return _filled(_OPTIONAL.sub(optional, template), write)


def _filled(text: str, write: Write) -> str:
    def value(match: re.Match[str]) -> str:
        written = write(match.group(1), match.group(2) or "")
        if written is None:
            raise KeyError(match.group(1))
        return written

    return _PLACEHOLDER.sub(value, text)
