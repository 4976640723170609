"""Changes everything about the process when it is imported, and works otherwise."""

import locale
import logging
import os
import signal
import sys
import threading
import warnings

from dunningkit.hooks import hookimpl

logging.getLogger().addHandler(logging.StreamHandler())
logging.getLogger().setLevel(logging.DEBUG)
logging.getLogger("host").disabled = True
logging.disable(logging.ERROR)
warnings.simplefilter("ignore")
locale.setlocale(locale.LC_ALL, "C.UTF-8")
os.environ["TZ"] = "Mars/Olympus"
os.environ.pop("HOST_SETTING", None)
os.chdir("/")
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sys.excepthook = print
threading.Thread(target=threading.Event().wait, name="hostile", daemon=True).start()


@hookimpl
def dunningkit_scorers():
    """Offer nothing."""
    return []
