"""A database that came out of a backup: not to be used half full, and without what must not come back with it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.alert_tables import alert
from models.tables import fact, invite, outbox, session

HALF = sa.Table("suar_restoring", sa.MetaData(), sa.Column("began", sa.BigInteger, nullable=False))
AT = "restored.at"


def is_empty(connection: Connection) -> bool:
    """Whether nothing at all is in a database."""
    return not sa.inspect(connection).get_table_names()


def is_half(connection: Connection) -> bool:
    """Whether a restore began here and did not end."""
    return sa.inspect(connection).has_table(HALF.name)


def begin(connection: Connection, now: int) -> None:
    """Mark the database; whatever happens to this process, nothing starts on it until the mark is gone."""
    HALF.create(connection)
    connection.execute(sa.insert(HALF).values(began=now))


def finish(connection: Connection, now: int) -> None:
    """Take the mark away and note when this database came back, in seconds since 1970."""
    connection.execute(sa.delete(fact).where(fact.c.name == AT))
    connection.execute(sa.insert(fact).values(name=AT, value=str(now).encode()))
    HALF.drop(connection)


def drop_doors(connection: Connection) -> None:
    """Sessions and invitations that were ended or used after the backup was made must not open anything again."""
    connection.execute(sa.delete(session))
    connection.execute(sa.delete(invite))


def list_bulk(connection: Connection) -> int:
    """What was to go to many may have gone since: it is listed as uncertain, not sent again. Rows."""
    waiting = (outbox.c.bulk, outbox.c.state == "waiting")
    values = {"state": "uncertain", "body": None, "address": None, "holder": None, "until": None}
    rows = connection.execute(sa.update(outbox).where(*waiting).values(values)).rowcount
    begun = alert.c.state.in_(("ready", "preparing", "sending"))  # a person decides whether it goes on
    connection.execute(sa.update(alert).where(begun).values(state="paused"))
    return rows
