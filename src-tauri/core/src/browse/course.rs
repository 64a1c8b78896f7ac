//! Courses: prefixes that are pinned, with a title.

use super::{Course, place};
use crate::connection::ConnectionId;
use crate::error::{Error, Result};
use crate::lectern::Lectern;

pub fn courses(lectern: &Lectern) -> Result<Vec<Course>> {
    lectern.catalog.courses()
}

/// Pins a prefix as a course; an empty title takes the folder's name. A prefix
/// that is pinned already keeps its place and takes the new title.
///
/// # Errors
/// `InvalidInput` for a prefix outside the connection's.
pub fn pin(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    title: &str,
) -> Result<Course> {
    let known = lectern.catalog.connection(connection)?;
    let prefix = place::folder(&known, prefix)?;
    let title = match (title.trim(), place::last_segment(&prefix)) {
        ("", "") => known.name.as_str(),
        ("", folder) => folder,
        (title, _) => title,
    };
    let course = Course {
        id: uuid::Uuid::new_v4().to_string(),
        connection_id: connection.clone(),
        prefix: prefix.clone(),
        title: title.to_owned(),
    };
    lectern.catalog.put_course(&course, lectern.clock.now_ms())
}

/// # Errors
/// `InvalidInput` for an empty title, `NotFound` when the course is gone.
pub fn rename_course(lectern: &Lectern, id: &str, title: &str) -> Result<()> {
    let title = title.trim();
    if title.is_empty() {
        return Err(Error::invalid("title", "A course needs a title."));
    }
    lectern.catalog.rename_course(id, title)
}

/// Unpins; the files stay as they are.
pub fn unpin(lectern: &Lectern, id: &str) -> Result<()> {
    lectern.catalog.remove_course(id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::*;
    use crate::catalog::testing::connection;
    use crate::clock::Clock;
    use crate::connection::Secrets;
    use crate::error::Code;
    use crate::lectern::Folders;

    fn lectern() -> (Lectern, ConnectionId) {
        let lectern = Lectern::in_memory(
            Folders::below(Path::new("unused")),
            Secrets::session_only(),
            Clock::standing_at(1),
        )
        .unwrap();
        let id = connection(&lectern.catalog);
        (lectern, id)
    }

    #[test]
    fn a_course_without_a_title_takes_its_folders_name() {
        let (lectern, id) = lectern();

        let course = pin(&lectern, &id, "2026/Biology/", " ").unwrap();
        let whole_bucket = pin(&lectern, &id, "", "").unwrap();

        assert_eq!(course.title, "Biology");
        assert_eq!(whole_bucket.title, "Materials");
        assert_eq!(courses(&lectern).unwrap(), [course, whole_bucket]);
    }

    #[test]
    fn pinning_a_prefix_again_keeps_one_course_with_the_new_title() {
        let (lectern, id) = lectern();
        let first = pin(&lectern, &id, "bio/", "Biology").unwrap();
        pin(&lectern, &id, "chem/", "").unwrap();

        let again = pin(&lectern, &id, "bio", "Biology I").unwrap();

        assert_eq!(again.id, first.id);
        let titles: Vec<_> = courses(&lectern)
            .unwrap()
            .into_iter()
            .map(|c| c.title)
            .collect();
        assert_eq!(titles, ["Biology I", "chem"]);
    }

    #[test]
    fn a_course_is_renamed_and_unpinned() {
        let (lectern, id) = lectern();
        let course = pin(&lectern, &id, "bio/", "").unwrap();

        rename_course(&lectern, &course.id, " Botany ").unwrap();
        assert_eq!(courses(&lectern).unwrap()[0].title, "Botany");
        let empty = rename_course(&lectern, &course.id, " ").unwrap_err();
        assert_eq!(empty.code, Code::InvalidInput);

        unpin(&lectern, &course.id).unwrap();
        assert!(courses(&lectern).unwrap().is_empty());
        let gone = rename_course(&lectern, &course.id, "x").unwrap_err();
        assert_eq!(gone.code, Code::NotFound);
    }
}
