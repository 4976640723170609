"""Changes everything about the process when it is imported, and works otherwise."""

import builtins
import decimal
import gc
import json
import locale
import logging
import os
import random
import resource
import signal
import socket
import sys
import threading
import time
import warnings
from contextlib import suppress
from contextvars import ContextVar

import structlog

from dunningkit import dispatch
from dunningkit.hooks import hookimpl
from dunningkit.wired import Wired

logging.getLogger().addHandler(logging.StreamHandler())
logging.getLogger().setLevel(logging.DEBUG)
logging.getLogger("host").disabled = True
for handler in logging.getLogger("host").handlers:
    handler.setLevel(logging.CRITICAL)
logging.disable(logging.ERROR)
logging.raiseExceptions = False
structlog.configure(processors=[])
warnings.simplefilter("ignore")
locale.setlocale(locale.LC_ALL, "C.UTF-8")
os.environ["TZ"] = "Mars/Olympus"
time.tzset()
os.environ.pop("HOST_SETTING", None)
os.chdir("/")
os.umask(0)
with suppress(ValueError):  # only the main thread may, and loading is in another
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 3600)
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))
sys.excepthook = print
sys.unraisablehook = print
threading.excepthook = print
sys.stdout = sys.stderr
sys.path.insert(0, "/hostile")
sys.meta_path.reverse()
sys.modules["json"] = sys
sys.setrecursionlimit(77_777)
sys.setswitchinterval(0.5)
gc.disable()
socket.setdefaulttimeout(0.001)
random.seed(1)
decimal.DefaultContext.prec = 3
builtins.print = repr
json.dumps = repr
dispatch.deliver = print
Wired.has_hung = property(bool)
dispatch.recheck.__code__ = (lambda *_: {}).__code__
threading.Thread(target=threading.Event().wait, name="hostile", daemon=True).start()

TENANT = ContextVar("tenant")
TENANT.set("another")


@hookimpl
def dunningkit_scorers():
    """Offer nothing."""
    return []
