"""Tables, migrations and one module per aggregate. SQLAlchemy Core; SQLite by default, PostgreSQL by URL.

``Store`` opens the transactions; the modules beside it (``ledger``, ``proposals``, ``deliveries`` and so on) hold
functions that take the open `Db` and never begin, commit or close anything themselves.
"""

from dunningkit.store.database import Db, Store
from dunningkit.store.schema import Tables

__all__ = ["Db", "Store", "Tables"]
