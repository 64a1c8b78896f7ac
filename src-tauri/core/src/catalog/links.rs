//! Table `links`: the ledger. What is needed to sign again, never a URL.

use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row};

use super::Catalog;
use crate::browse::Depth;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::link::{Disposition, LimitedBy, Link};

const COLUMNS: &str = "id, connection_id, bucket, key, file_name, made_by, made_at, \
                       requested_seconds, ends_at, limited_by, disposition, note";

impl Catalog {
    pub fn insert_link(&self, link: &Link) -> Result<()> {
        self.db()
            .prepare_cached(&format!(
                "INSERT INTO links ({COLUMNS})
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
            ))?
            .execute((
                &link.id,
                &link.connection_id.0,
                &link.bucket,
                &link.key,
                &link.file_name,
                &link.made_by,
                link.made_at,
                link.requested_seconds,
                link.ends_at,
                limit_name(link.limited_by),
                disposition_name(link.disposition),
                &link.note,
            ))?;
        Ok(())
    }

    /// The ledger, newest first.
    pub fn links(&self, now: UnixMillis) -> Result<Vec<Link>> {
        let db = self.db();
        let mut statement = db.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM links ORDER BY made_at DESC, rowid DESC"
        ))?;
        let rows = statement.query_map([], |row| read(row, now))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// # Errors
    /// `NotFound` when there is none of that id.
    pub fn link(&self, id: &str, now: UnixMillis) -> Result<Link> {
        let link = self
            .db()
            .query_row(
                &format!("SELECT {COLUMNS} FROM links WHERE id = ?1"),
                [id],
                |row| read(row, now),
            )
            .optional()?;
        link.ok_or_else(|| {
            Error::new(Code::NotFound, "This link is not in the ledger any more.").about(id)
        })
    }

    /// When the links of one object that are good now end, soonest first.
    pub fn good_links(
        &self,
        connection: &ConnectionId,
        bucket: &str,
        key: &str,
        now: UnixMillis,
    ) -> Result<Vec<UnixMillis>> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT ends_at FROM links
             WHERE connection_id = ?1 AND bucket = ?2 AND key = ?3 AND ends_at > ?4
             ORDER BY ends_at",
        )?;
        let rows = statement.query_map((&connection.0, bucket, key, now), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The links to one object that are good now, soonest to end first.
    pub fn links_to(
        &self,
        connection: &ConnectionId,
        bucket: &str,
        key: &str,
        now: UnixMillis,
    ) -> Result<Vec<Link>> {
        let db = self.db();
        let mut statement = db.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM links
             WHERE connection_id = ?1 AND bucket = ?2 AND key = ?3 AND ends_at > ?4
             ORDER BY ends_at, rowid"
        ))?;
        let rows = statement.query_map((&connection.0, bucket, key, now), |row| read(row, now))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The files below a prefix (with [`Depth::Folder`]: straight below) that have good
    /// links: the key without the prefix, and the last end.
    pub fn shared_below(
        &self,
        connection: &ConnectionId,
        bucket: &str,
        prefix: &str,
        depth: Depth,
        now: UnixMillis,
    ) -> Result<Vec<(String, UnixMillis)>> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT substr(key, length(?3) + 1) AS name, MAX(ends_at) FROM links
             WHERE connection_id = ?1 AND bucket = ?2
               AND key > ?3 AND key < ?3 || char(1114111)
               AND (?5 OR instr(substr(key, length(?3) + 1), '/') = 0)
               AND ends_at > ?4
             GROUP BY key",
        )?;
        let rows = statement.query_map(
            (&connection.0, bucket, prefix, now, depth == Depth::All),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn read(row: &Row<'_>, now: UnixMillis) -> rusqlite::Result<Link> {
    let ends_at: UnixMillis = row.get(8)?;
    Ok(Link {
        id: row.get(0)?,
        connection_id: ConnectionId(row.get(1)?),
        bucket: row.get(2)?,
        key: row.get(3)?,
        file_name: row.get(4)?,
        made_by: row.get(5)?,
        made_at: row.get(6)?,
        requested_seconds: row.get(7)?,
        ends_at,
        limited_by: named(row, 9, limit_of)?,
        disposition: named(row, 10, disposition_of)?,
        note: row.get(11)?,
        ended: ends_at <= now,
    })
}

fn limit_name(limit: LimitedBy) -> &'static str {
    match limit {
        LimitedBy::Request => "request",
        LimitedBy::SevenDays => "sevenDays",
        LimitedBy::Credentials => "credentials",
    }
}

fn limit_of(name: &str) -> Option<LimitedBy> {
    [
        LimitedBy::Request,
        LimitedBy::SevenDays,
        LimitedBy::Credentials,
    ]
    .into_iter()
    .find(|limit| limit_name(*limit) == name)
}

fn disposition_name(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::View => "view",
        Disposition::Download => "download",
    }
}

fn disposition_of(name: &str) -> Option<Disposition> {
    [Disposition::View, Disposition::Download]
        .into_iter()
        .find(|disposition| disposition_name(*disposition) == name)
}

fn named<T>(row: &Row<'_>, column: usize, of: fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let name: String = row.get(column)?;
    of(&name).ok_or_else(|| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            Type::Text,
            format!("unknown value {name}").into(),
        )
    })
}

#[cfg(test)]
#[path = "links_tests.rs"]
mod tests;
