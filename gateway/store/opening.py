"""Opens the store that the settings choose."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from gateway.errors import SettingsError, StoreError
from gateway.settings import Settings
from gateway.store.citizens import CitizenShelf
from gateway.store.claim_sums import ClaimSumShelf
from gateway.store.claims import ClaimShelf
from gateway.store.contract import Answer, Arrival, Kept, Store
from gateway.store.documents import DocumentShelf
from gateway.store.group_commit import GroupCommit
from gateway.store.hand import Hand
from gateway.store.invoices import InvoiceShelf
from gateway.store.messages import MessageShelf
from gateway.store.migrating import migrate
from gateway.store.postgresql import PostgresqlHand, read_url
from gateway.store.postgresql import make_engine as make_postgresql_engine
from gateway.store.region import RegionShelf
from gateway.store.releasing import ReleaseShelf
from gateway.store.samples import SampleShelf
from gateway.store.sqlite import SqliteHand, prepare_file
from gateway.store.sqlite import make_engine as make_sqlite_engine
from gateway.store.viewing import ViewShelf

DATABASE_FILE = "overgang.db"


class SqlStore(
    MessageShelf,
    ReleaseShelf,
    CitizenShelf,
    ClaimShelf,
    ClaimSumShelf,
    InvoiceShelf,
    RegionShelf,
    SampleShelf,
    ViewShelf,
    DocumentShelf,
):
    """The store on either database: a hand for the durable path, an engine for everything else."""

    def __init__(self, engine: Engine, hand: Hand, endpoints: Mapping[str, str]) -> None:
        super().__init__(engine, endpoints)
        self._writer = GroupCommit(hand)

    async def keep(self, arrival: Arrival, answer: Answer) -> Kept:
        """See `gateway.store.contract.Store.keep`."""
        return await self._writer.keep(arrival, answer)

    def close(self) -> None:
        """Finish what is under way and let go of files and connections."""
        self._writer.close()
        self._engine.dispose()


def open_store(settings: Settings, endpoints: Mapping[str, str]) -> Store:
    """Open the store, on the newest schema. endpoints: recipient of documents -> url of its FHIR endpoint.

    PostgreSQL when `database_url` is set, otherwise SQLite in `data_folder`. Raises SettingsError when the url is not
    one of PostgreSQL's, StoreError when the database cannot be opened.
    """
    engine, hand = _postgresql(settings) if settings.database_url else _sqlite(settings)
    try:
        migrate(engine)
    except StoreError:
        engine.dispose()
        raise
    return SqlStore(engine, hand, endpoints)


def _sqlite(settings: Settings) -> tuple[Engine, Hand]:
    path = settings.data_folder / DATABASE_FILE
    prepare_file(path)
    return make_sqlite_engine(path), SqliteHand(path)


def _require_utf8(engine: Engine) -> None:
    with engine.connect() as connection:
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise SettingsError(
            f"The database is encoded in {encoding}. Create it with ENCODING 'UTF8' TEMPLATE template0."
        )


def _postgresql(settings: Settings) -> tuple[Engine, Hand]:
    url = read_url(settings.database_url)
    engine = make_postgresql_engine(url)
    try:
        _require_utf8(engine)
    except SettingsError:
        engine.dispose()
        raise
    except OperationalError as error:
        where = f"{url.host or 'the local socket'}:{url.port or 5432}"
        why = " ".join(str(error.orig).split())
        raise StoreError(
            f"PostgreSQL at {where} cannot be reached. Check database_url, the password and the server: {why}"
        ) from error
    return engine, PostgresqlHand(url)
