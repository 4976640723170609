"""Fails when it is imported, with an exception that fails itself when somebody looks at it."""

from dunningkit_hostile import SECRET


class _NoName(type):
    @property
    def __name__(cls):
        raise SystemExit(SECRET)


class _Hides(Exception, metaclass=_NoName):
    @property
    def __class__(self):
        raise SystemExit(SECRET)

    def __str__(self):
        raise SystemExit(SECRET)


raise _Hides(SECRET)
