//! How a person looks at a folder: list or grid, which columns and how wide,
//! in which order. Kept for each folder; what the window sends is brought into
//! bounds before it is.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Column, Sort, place};
use crate::connection::ConnectionId;
use crate::error::Result;
use crate::lectern::Lectern;
use crate::name;

/// Pixels that a column may be wide.
const WIDTHS: std::ops::RangeInclusive<u16> = 48..=800;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Look {
    pub layout: Layout,
    /// `None`: as the window does without a choice.
    pub sort: Option<Sort>,
    /// The columns shown beside the name; `None`: as the window does without a choice.
    pub columns: Option<Vec<Column>>,
    /// Widths that were chosen, in pixels, also of columns that are not shown now.
    pub widths: Vec<ColumnWidth>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Layout {
    #[default]
    List,
    Grid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ColumnWidth {
    pub column: Column,
    pub width: u16,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            layout: Layout::List,
            sort: None,
            columns: None,
            widths: Vec::new(),
        }
    }
}

impl Look {
    /// Each column once, the name not among them (it is always shown), widths in bounds.
    fn in_bounds(mut self) -> Self {
        if let Some(columns) = &mut self.columns {
            let mut seen = Vec::new();
            columns.retain(|column| *column != Column::Name && is_first(&mut seen, *column));
        }
        let mut seen = Vec::new();
        self.widths.retain(|kept| is_first(&mut seen, kept.column));
        for kept in &mut self.widths {
            kept.width = kept.width.clamp(*WIDTHS.start(), *WIDTHS.end());
        }
        self
    }
}

fn is_first(seen: &mut Vec<Column>, column: Column) -> bool {
    let first = !seen.contains(&column);
    if first {
        seen.push(column);
    }
    first
}

/// How a folder is looked at; `None` where nothing was chosen.
///
/// # Errors
/// `InvalidInput` for a prefix outside the connection's.
pub fn look(lectern: &Lectern, connection: &ConnectionId, prefix: &str) -> Result<Option<Look>> {
    let prefix = folder(lectern, connection, prefix)?;
    Ok(lectern
        .catalog
        .look(connection, &prefix)?
        .map(Look::in_bounds))
}

/// Keeps how a folder is looked at; `None` goes back to how it is without a choice.
///
/// # Errors
/// `InvalidInput` for a prefix outside the connection's.
pub fn keep_look(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    look: Option<Look>,
) -> Result<()> {
    let prefix = folder(lectern, connection, prefix)?;
    match look
        .map(Look::in_bounds)
        .filter(|look| *look != Look::default())
    {
        Some(look) => lectern
            .catalog
            .put_look(connection, &prefix, &look, lectern.clock.now_ms()),
        None => lectern.catalog.remove_look(connection, &prefix),
    }
}

/// A prefix of the connection that a key can have.
pub(super) fn folder(lectern: &Lectern, connection: &ConnectionId, prefix: &str) -> Result<String> {
    let known = lectern.catalog.connection(connection)?;
    let prefix = place::folder(&known, prefix)?;
    if prefix.len() > name::MAX_KEY_BYTES {
        name::check_key(&prefix)?;
    }
    Ok(prefix)
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
        let folders = Folders::below(Path::new("unused"));
        let clock = Clock::standing_at(1);
        let lectern = Lectern::in_memory(folders, Secrets::session_only(), clock).unwrap();
        let id = connection(&lectern.catalog);
        (lectern, id)
    }

    #[test]
    fn each_folder_keeps_its_own_look() {
        let (lectern, id) = lectern();
        let chosen = Look {
            layout: Layout::Grid,
            sort: Some(Sort {
                column: Column::Size,
                descending: true,
            }),
            columns: Some(vec![Column::Size]),
            widths: Vec::new(),
        };

        keep_look(&lectern, &id, "w/", Some(chosen.clone())).unwrap();

        assert_eq!(look(&lectern, &id, "w").unwrap(), Some(chosen));
        assert_eq!(look(&lectern, &id, "").unwrap(), None);
    }

    #[test]
    fn going_back_to_no_choice_leaves_nothing_behind() {
        let (lectern, id) = lectern();
        let chosen = Look {
            layout: Layout::Grid,
            ..Look::default()
        };
        for none in [None, Some(Look::default())] {
            keep_look(&lectern, &id, "w/", Some(chosen.clone())).unwrap();

            keep_look(&lectern, &id, "w/", none).unwrap();

            assert_eq!(lectern.catalog.look(&id, "w/").unwrap(), None);
        }
    }

    #[test]
    fn what_is_kept_is_in_bounds() {
        let (lectern, id) = lectern();
        let width = |column, width| ColumnWidth { column, width };
        let sent = Look {
            columns: Some(vec![Column::Size, Column::Name, Column::Size]),
            widths: vec![
                width(Column::Size, 0),
                width(Column::Type, u16::MAX),
                width(Column::Size, 99),
            ],
            ..Look::default()
        };

        keep_look(&lectern, &id, "w/", Some(sent)).unwrap();

        let kept = lectern.catalog.look(&id, "w/").unwrap().unwrap();
        assert_eq!(kept.columns, Some(vec![Column::Size]));
        assert_eq!(
            kept.widths,
            [width(Column::Size, 48), width(Column::Type, 800)]
        );
    }

    #[test]
    fn a_prefix_that_no_key_can_have_is_refused() {
        let (lectern, id) = lectern();

        let long = "x".repeat(2_000);
        assert!(keep_look(&lectern, &id, &long, Some(Look::default())).is_err());
        let bin = look(&lectern, &id, ".lectern-bin/x/").unwrap_err();
        assert_eq!(bin.code, Code::InvalidInput);
    }
}
