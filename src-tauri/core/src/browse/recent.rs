//! Folders that were opened lately, for the way back to them.

use serde::Serialize;
use specta::Type;

use super::looks::folder;
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::Result;
use crate::lectern::Lectern;

/// Folders that are remembered.
const MOST: u32 = 40;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecentPlace {
    pub connection_id: ConnectionId,
    pub prefix: String,
    pub visited_at: UnixMillis,
}

/// The folders visited last, newest first, at most forty.
pub fn recent(lectern: &Lectern) -> Result<Vec<RecentPlace>> {
    lectern.catalog.recent()
}

/// Remembers that a folder was opened.
///
/// # Errors
/// `InvalidInput` for a prefix outside the connection's.
pub fn visited(lectern: &Lectern, connection: &ConnectionId, prefix: &str) -> Result<()> {
    let prefix = folder(lectern, connection, prefix)?;
    let now = lectern.clock.now_ms();
    lectern.catalog.put_recent(connection, &prefix, now, MOST)
}

/// Takes one off the list, or all.
pub fn forget_recent(lectern: &Lectern, place: Option<(&ConnectionId, &str)>) -> Result<()> {
    match place {
        Some((connection, prefix)) => lectern.catalog.remove_recent(connection, prefix),
        None => lectern.catalog.remove_all_recent(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::*;
    use crate::catalog::testing::connection;
    use crate::clock::Clock;
    use crate::connection::Secrets;
    use crate::lectern::Folders;

    fn prefixes(lectern: &Lectern) -> Vec<String> {
        let places = recent(lectern).unwrap();
        places.into_iter().map(|place| place.prefix).collect()
    }

    #[test]
    fn the_folders_visited_last_come_first_and_are_bounded() {
        let clock = Clock::standing_at(0);
        let folders = Folders::below(Path::new("unused"));
        let lectern = Lectern::in_memory(folders, Secrets::session_only(), clock.clone()).unwrap();
        let id = connection(&lectern.catalog);
        for (at, name) in (0..50).zip(0..) {
            clock.set(at);
            visited(&lectern, &id, &format!("{name}/")).unwrap();
        }
        clock.set(60);
        visited(&lectern, &id, "20").unwrap();

        let places = prefixes(&lectern);

        assert_eq!(places.len(), 40);
        assert_eq!(places[..2], ["20/", "49/"]);
        assert_eq!(places.last().unwrap(), "10/");

        forget_recent(&lectern, Some((&id, "49/"))).unwrap();
        assert_eq!(prefixes(&lectern)[..2], ["20/", "48/"]);
        forget_recent(&lectern, None).unwrap();
        assert!(prefixes(&lectern).is_empty());
    }
}
