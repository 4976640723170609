"""A plugin that does what no plugin may. Its tests are in tests/plugins/test_hostile_plugin.py."""

import threading

#: What it tries to leak; no log, error or screen may ever repeat it.
SECRET = "hunter2-of-Maija-Makinen"

#: Lets go of everything that hangs; the tests set it when they are done.
LET_GO = threading.Event()
