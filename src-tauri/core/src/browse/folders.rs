//! The names of the folders in a folder, for menus and fields that offer them:
//! a few, quickly, and no files.

use serde::Serialize;
use specta::Type;

use super::name_order::NameOrder;
use super::pages::{Depth, Pages};
use super::place;
use crate::connection::ConnectionId;
use crate::error::Result;
use crate::lectern::Lectern;

/// Names that are offered.
const MOST: usize = 200;
/// Pages that are looked through for them: between folders there may be many files.
const MOST_PAGES: usize = 10;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderNames {
    /// In natural order.
    pub names: Vec<String>,
    /// There are, or may be, others.
    pub more: bool,
}

/// The first two hundred folders in `prefix` (empty for the connection's root)
/// whose name begins with `begins`.
///
/// # Errors
/// `InvalidInput` for a prefix outside the connection's, `NotAllowedToList`, …
pub async fn folders(
    lectern: &Lectern,
    connection: &ConnectionId,
    prefix: &str,
    begins: &str,
) -> Result<FolderNames> {
    let store = lectern.stores.of(lectern, connection).await?;
    let known = store.connection().clone();
    let prefix = place::folder(&known, prefix)?;
    let begins = begins.split('/').next().unwrap_or_default();
    let mut pages = Pages::of(store, format!("{prefix}{begins}"), Depth::Folder);
    let mut names = Vec::new();
    for _ in 0..MOST_PAGES {
        let Some(page) = pages.next().await? else {
            break;
        };
        let folders = page.folders.iter();
        names.extend(
            folders
                .filter(|folder| !place::is_ours(&known, folder))
                .filter_map(|folder| folder.strip_prefix(&prefix)?.strip_suffix('/'))
                .map(str::to_owned),
        );
        if names.len() > MOST {
            break;
        }
    }
    let more = names.len() > MOST || !pages.is_done();
    names.truncate(MOST);
    let language = lectern.catalog.settings()?.language;
    let order = NameOrder::of_language(language.or_else(sys_locale::get_locale).as_deref(), false);
    names.sort_by(|a, b| order.compare(a, b));
    Ok(FolderNames { names, more })
}
