//! The SQLite file behind the journal: its tables, and connections to it.
//!
//! It is a view of the run folders: deleted, it is made anew from them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};

use super::ServerError;
use super::gate::Gate;
use crate::event::Seq;

/// Grows with every change of the tables below. An index of another number is made anew
/// from the run folders, which is all the migration that a view needs.
const FORMAT: i64 = 7;

const TABLES: &str = "
    -- One row: where this index began to count, and a number that is not below that of any event that was erased.
    CREATE TABLE latest (first INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT;

    CREATE TABLE runs (
        run         INTEGER PRIMARY KEY AUTOINCREMENT,  -- what the other tables call it
        run_id      TEXT NOT NULL UNIQUE,
        shown       INTEGER NOT NULL,       -- 0 until a run that was found over is read whole
        first       INTEGER NOT NULL,       -- all of its events have numbers from here
        last        INTEGER NOT NULL,       --   to here
        manifest    TEXT NOT NULL,          -- JSON of run.json
        state       TEXT NOT NULL,          -- JSON of the reducer's state
        ended       TEXT,                   -- JSON of exit.json
        damage      TEXT,                   -- what is wrong with the folder
        log_offset  INTEGER NOT NULL DEFAULT 0,     -- bytes of output.log that are in here
        memory      TEXT NOT NULL DEFAULT '{}',     -- JSON of the follower's memory at log_offset
        -- For lists, from manifest and state.
        name        TEXT NOT NULL,
        trainer     TEXT NOT NULL,
        data_source TEXT,
        tags        TEXT NOT NULL,
        notes       TEXT NOT NULL,
        status      TEXT NOT NULL,
        started_at  TEXT NOT NULL,
        ended_at    TEXT,
        epoch       INTEGER,
        generator_loss      REAL,
        discriminator_loss  REAL
    ) STRICT;

    -- Events of the channels training and progress; those of logs are lines. Neither is found by its run but from
    -- that one's first number to its last: each further index would cost every line one page more to write.
    CREATE TABLE events (
        seq         INTEGER PRIMARY KEY,
        run         INTEGER NOT NULL,
        channel     INTEGER NOT NULL,
        payload     TEXT NOT NULL           -- JSON of the event
    ) STRICT;

    CREATE TABLE lines (
        seq         INTEGER PRIMARY KEY,
        run         INTEGER NOT NULL,
        line        INTEGER NOT NULL,
        time        INTEGER NOT NULL,       -- microseconds since 1970
        stream      INTEGER NOT NULL,
        level       INTEGER NOT NULL,
        covered     INTEGER NOT NULL,       -- whether a later line was drawn over it
        message     TEXT NOT NULL,
        replaces    INTEGER,
        colours     TEXT                    -- JSON, where there are any
    ) STRICT;
    CREATE INDEX lines_by_number ON lines (run, line, covered, level);

    CREATE TABLE metrics (
        metric      INTEGER PRIMARY KEY,
        run         INTEGER NOT NULL,
        name        TEXT NOT NULL,
        source      TEXT,                   -- JSON: how it was first found
        lowest      REAL,                   -- of its finite values
        highest     REAL,
        UNIQUE (run, name)
    ) STRICT;
    -- SQLite has no NaN: a value that is NULL is one.
    CREATE TABLE points (
        metric      INTEGER NOT NULL,
        seq         INTEGER NOT NULL,
        x           REAL NOT NULL,
        epoch       INTEGER,
        step        INTEGER,
        time        INTEGER NOT NULL,       -- microseconds since 1970
        value       REAL,
        PRIMARY KEY (metric, seq)
    ) STRICT, WITHOUT ROWID;
";

/// Statements that the writing connection keeps prepared: all that it ever uses.
const STATEMENTS: usize = 48;

/// Bytes that SQLite's log of writes may have before those who read have to wait for once.
const LOG_MOST: u64 = 64 << 20;

/// The index file: one connection writes, as many as needed read.
pub struct Index {
    path: PathBuf,
    readers: Mutex<Vec<Connection>>,
    /// Who reads is behind it.
    gate: Gate,
}

impl Index {
    /// Opens the index at `path`, makes it where it is missing or of another format, and
    /// gives the connection that writes.
    pub fn open(path: &Path) -> Result<(Self, Connection), ServerError> {
        let usable = connect(path).and_then(|writer| Ok(is_current(&writer)?.then_some(writer)));
        let writer = match usable {
            Ok(Some(writer)) => writer,
            Ok(None) => make(path)?,
            Err(error) if is_damaged(&error) => {
                tracing::warn!(%error, "the index of runs is damaged; it is made anew from the run folders");
                make(path)?
            }
            Err(error) => return Err(error.into()),
        };
        let index = Self {
            path: path.to_owned(),
            readers: Mutex::default(),
            gate: Gate::default(),
        };
        Ok((index, writer))
    }

    /// Reads in one transaction: all that `read` sees is of one moment.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, ServerError>,
    ) -> Result<T, ServerError> {
        let _inside = self.gate.enter();
        let idle = self
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(&self.path, flags)?;
                connection.busy_timeout(std::time::Duration::from_secs(5))?;
                connection.pragma_update(None, "query_only", true)?;
                connection
            }
        };
        let moment = connection.transaction()?;
        let answer = read(&moment);
        drop(moment);
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        // As many as a handful of busy calls need; the rest close.
        if readers.len() < 8 {
            readers.push(connection);
        }
        answer
    }
}

impl Index {
    /// Gives back the room that the log of writes takes, where it has grown large. It begins anew by itself when nobody reads in
    /// it; of many who read for long somebody always does, and so they wait for once.
    pub fn relieve(&self) -> Result<(), ServerError> {
        self.relieve_from(LOG_MOST)
    }

    fn relieve_from(&self, most: u64) -> Result<(), ServerError> {
        let length = std::fs::metadata(beside(&self.path, "-wal")).map_or(0, |log| log.len());
        if length <= most {
            return Ok(());
        }
        let connection = Connection::open(&self.path)?;
        // It waits for a commit, and no longer: meanwhile nothing is written.
        connection.busy_timeout(std::time::Duration::from_millis(200))?;
        self.gate
            .alone(|| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))?;
        Ok(())
    }
}

/// The file that SQLite keeps beside the one at `path`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit survives the death of this process at once, that of the machine soon: what
    // is missing then is read again from the log, whose offset is in the same commit.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // Kilobytes: the pages of the largest transaction, which would otherwise be written twice.
    connection.pragma_update(None, "cache_size", -12_288)?;
    // The journal does it, after it has published what it committed.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    Ok(connection)
}

/// The number of the last event; it never goes back, even where events are deleted.
pub fn latest(index: &Connection) -> Result<Seq, ServerError> {
    let mut found = index.prepare_cached(
        "SELECT MAX(seq, COALESCE((SELECT MAX(seq) FROM lines), 0), COALESCE((SELECT MAX(seq) FROM events), 0))
         FROM latest",
    )?;
    Ok(found.query_row([], |row| row.get(0))?)
}

/// Moves what was committed from the log of writes into the file itself, as far as nobody still reads it there, and
/// notes that `latest` is the number of the last event.
pub fn settle(writer: &Connection, latest: Seq) -> rusqlite::Result<()> {
    writer
        .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?
        .query_row([], |_| Ok(()))?;
    // Whoever writes first after that begins the log anew, and waits until its head is on the disk: better this
    // note than a line.
    writer
        .prepare_cached("UPDATE latest SET seq = ?1")?
        .execute([latest])
        .map(drop)
}

/// Whether the file is an index with the tables above.
fn is_current(writer: &Connection) -> rusqlite::Result<bool> {
    let format: i64 = writer.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if format != FORMAT {
        return Ok(false);
    }
    // Read, since damage shows where it is looked at.
    writer.query_row(
        "SELECT seq, (SELECT COUNT(*) FROM runs) FROM latest",
        [],
        |_| Ok(true),
    )
}

fn is_damaged(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(
        error.sqlite_error_code(),
        Some(DatabaseCorrupt | NotADatabase)
    )
}

/// Makes an empty index in the place of what is there.
fn make(path: &Path) -> Result<Connection, ServerError> {
    for ending in ["", "-wal", "-shm"] {
        remove(&beside(path, ending))?;
    }
    let mut writer = connect(path)?;
    let making = writer.transaction()?;
    making.execute_batch(TABLES)?;
    // Microseconds since 1970: no index has so many events as it has microseconds, so that a
    // number of an earlier one is always below, and known to be none of this one.
    let first = super::time::to_number(&super::time::now());
    making.execute("INSERT INTO latest VALUES (?1, ?1)", [first])?;
    making.pragma_update(None, "user_version", FORMAT)?;
    making.commit()?;
    Ok(writer)
}

fn remove(path: &Path) -> Result<(), ServerError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ServerError::disk("cannot remove", path, &error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    #[test]
    fn the_log_of_writes_is_emptied_though_somebody_always_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index.sqlite");
        let (index, writer) = Index::open(&path).unwrap();
        let length = || std::fs::metadata(beside(&path, "-wal")).unwrap().len();
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !over.load(Ordering::SeqCst) {
                        let read = index.read(|index| {
                            let seen = latest(index)?;
                            std::thread::sleep(Duration::from_millis(20));
                            Ok(seen == latest(index)?)
                        });
                        assert!(read.unwrap(), "what is read is of one moment");
                    }
                });
            }
            let mut write = 0;
            for _ in 0..20_000 {
                if length() >= 1 << 20 {
                    break;
                }
                write += 1;
                settle(&writer, write).unwrap();
            }
            let untouched = index.relieve_from(length()).map(|()| length());
            let emptied = index.relieve_from(0).map(|()| length());
            over.store(true, Ordering::SeqCst);
            assert!(untouched.unwrap() >= 1 << 20, "it is not large");
            assert_eq!(emptied.unwrap(), 0);
            settle(&writer, write + 1).unwrap();
            assert_eq!(index.read(latest).unwrap(), write + 1);
        });
    }
}
