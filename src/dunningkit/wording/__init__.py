"""Words: the only place that makes sentences of reasons, in Finnish, Swedish and English.

The catalogues are data (``fi.toml``, ``sv.toml``, ``en.toml``) with the same keys in each language; Babel's locale data is
loaded when the first amount or date is written.
"""

from dunningkit.wording.sentences import Wording

__all__ = ["Wording"]
