//! Table `courses`: pinned prefixes, in the person's order.

use rusqlite::Row;

use super::Catalog;
use crate::browse::Course;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};

const COLUMNS: &str = "id, connection_id, prefix, title";

impl Catalog {
    pub fn courses(&self) -> Result<Vec<Course>> {
        let db = self.db();
        let mut statement =
            db.prepare_cached(&format!("SELECT {COLUMNS} FROM courses ORDER BY position"))?;
        let rows = statement.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds it below the others, or gives the one of the same prefix its title.
    pub fn put_course(&self, course: &Course, at: UnixMillis) -> Result<Course> {
        Ok(self.db().query_row(
            &format!(
                "INSERT INTO courses (id, connection_id, prefix, title, position, created_at)
                 VALUES (?1, ?2, ?3, ?4,
                         (SELECT COALESCE(MAX(position), 0) + 1 FROM courses), ?5)
                 ON CONFLICT (connection_id, prefix) DO UPDATE SET title = excluded.title
                 RETURNING {COLUMNS}"
            ),
            (
                &course.id,
                &course.connection_id.0,
                &course.prefix,
                &course.title,
                at,
            ),
            read,
        )?)
    }

    /// # Errors
    /// `NotFound` when there is none of that id.
    pub fn rename_course(&self, id: &str, title: &str) -> Result<()> {
        let changed = self
            .db()
            .execute("UPDATE courses SET title = ?2 WHERE id = ?1", (id, title))?;
        if changed == 0 {
            return Err(Error::new(
                Code::NotFound,
                "This course is not pinned any more.",
            ));
        }
        Ok(())
    }

    pub fn remove_course(&self, id: &str) -> Result<()> {
        self.db()
            .execute("DELETE FROM courses WHERE id = ?1", [id])?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Course> {
    Ok(Course {
        id: row.get(0)?,
        connection_id: ConnectionId(row.get(1)?),
        prefix: row.get(2)?,
        title: row.get(3)?,
    })
}
