"""A number from PostgreSQL: one statement in a read-only transaction, on a connection that is closed afterwards.

Works through PgBouncer in transaction mode: nothing is prepared, no startup option is sent, and what is set is set for
the transaction alone, since a server connection goes on to other clients.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

from autoscaler.outside.probes.asking import Unanswered, number, plain

if TYPE_CHECKING:
    import psycopg

Rows = AsyncGenerator[tuple[Any, ...], None]
"""What a stream is, which the library calls less than that."""

_SHARE = 0.8
"""Of the deadline, what the statement may take: the server then says so before we hang up."""
_WANTED = "it has to give one number, as select count(*) does"


async def count(url: str, query: str, seconds: float) -> int:
    """The number that `query` gives. Raises Unanswered."""
    try:
        import psycopg
    except ImportError:
        raise Unanswered("psycopg is not installed: pip install 'dyno-autoscaler[postgres]'") from None

    if not url.startswith(("postgres://", "postgresql://")):
        raise Unanswered("it holds no URL of a database; it begins with postgres://")
    try:
        connection = await psycopg.AsyncConnection.connect(
            url,
            autocommit=True,
            prepare_threshold=None,
            client_encoding="utf8",
            application_name="dyno-autoscaler probe",
        )
    except psycopg.Error as error:
        raise Unanswered(_unconnected(str(error))) from None
    try:
        return await _asked(connection, query, int(seconds * _SHARE * 1000))
    except psycopg.Error as error:
        raise Unanswered(_refused(error, seconds * _SHARE)) from None
    finally:
        await connection.close()


async def _asked(connection: "psycopg.AsyncConnection", query: str, milliseconds: int) -> int:
    await connection.execute(f"BEGIN READ ONLY; SET LOCAL statement_timeout = {milliseconds:d}".encode())
    rows = []
    # stream() sends the query by the extended protocol, in which a text is one statement: it cannot end the read-only
    # transaction and go on. Row by row, a query that gives millions of rows is cut off at the second.
    async with aclosing(cast(Rows, connection.cursor().stream(query))) as stream:
        async for row in stream:
            rows.append(row)
            if len(rows) > 1:
                raise Unanswered(f"the query gave more than one row; {_WANTED}")
    await connection.execute("ROLLBACK")
    if not rows:
        raise Unanswered(f"the query gave no row; {_WANTED}")
    if len(rows[0]) != 1:
        raise Unanswered(f"the query gave {len(rows[0])} columns; {_WANTED}")
    return number(rows[0][0], "the query")


def _unconnected(said: str) -> str:
    """Why there is no connection. The library's words are looked through and not quoted: they may show the URL."""
    known = {
        "password authentication failed": "the user or the password is refused",
        "no password supplied": "the user or the password is refused",
        "too many": "it has no connection left",
        "remaining connection slots": "it has no connection left",
        "certificate": "its certificate is not trusted",
        "starting up": "it is starting up",
    }
    return next((why for part, why in known.items() if part in said), "it cannot be connected to")


def _refused(error: "psycopg.Error", seconds: float) -> str:
    """Why the query has no answer, by SQLSTATE: the words of other classes than 42 may quote somebody's data."""
    import psycopg

    state, said = error.sqlstate or "", error.diag.message_primary or ""
    if not state:
        broken = isinstance(error, psycopg.OperationalError)
        return "the connection broke off" if broken else f"the query gives no rows; {_WANTED}"
    if state == "25006":
        return "the query writes, and a probe only reads"
    if state == "57014":
        return f"the query took longer than {seconds:g} seconds and was cancelled"
    if state == "42501":
        return f"{plain(said)}; the user needs SELECT on what the query reads"
    if state.startswith("42"):  # the names and the syntax of the query itself
        return plain(said)
    return f"the query failed ({type(error).__name__})"
