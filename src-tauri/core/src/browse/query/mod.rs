//! What a view is asked to show of its rows.

pub(super) mod fold;
mod fuzzy;
mod highlight;
mod rank;
mod search;
mod substring;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::FileType;
use super::table::{RowId, Table};

pub(super) use highlight::Highlighter;
pub(super) use search::{Search, Stop};

/// Everything that is asked for must hold; the default asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Query {
    /// Looked for in names (and in paths, where a view looks through everything),
    /// whatever the case and the accents.
    pub text: String,
    /// The letters of the text may stand apart.
    pub fuzzy: bool,
    /// Files of one of these types; empty for any.
    pub types: Vec<FileType>,
    /// Bytes.
    pub size: Span,
    /// When last modified, in milliseconds since 1970 UTC.
    pub modified: Span,
    /// Files of one of these storage classes; empty for any.
    pub storage_classes: Vec<String>,
    /// Files with a good link, or files without one.
    pub shared: Option<bool>,
}

/// From and to are included; `None` is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Span {
    pub from: Option<u64>,
    pub to: Option<u64>,
}

impl Query {
    /// A text to look for, and nothing else.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    pub fn is_everything(&self) -> bool {
        self.text.is_empty() && !self.asks_for_properties()
    }

    /// Whether anything besides the text is asked for: only files have that.
    fn asks_for_properties(&self) -> bool {
        !self.types.is_empty()
            || self.size != Span::default()
            || self.modified != Span::default()
            || !self.storage_classes.is_empty()
            || self.shared.is_some()
    }

    /// Whether whatever `narrower` asks for, this asks for as well: then its rows are among
    /// those of this one. That a letter was added at the end is seen, not every such case.
    fn is_widening_of(&self, narrower: &Self) -> bool {
        let longer = if self.fuzzy {
            fold::fold(&narrower.text).starts_with(&fold::fold(&self.text))
        } else {
            fold::fold(&narrower.text).contains(&fold::fold(&self.text))
        };
        longer
            && self.fuzzy == narrower.fuzzy
            && (!self.asks_for_properties()
                || Self {
                    text: String::new(),
                    ..self.clone()
                } == Self {
                    text: String::new(),
                    ..narrower.clone()
                })
    }

    /// Whether a row has the properties asked for, whatever its name.
    pub(super) fn fits(&self, table: &Table, id: RowId) -> bool {
        if !self.asks_for_properties() {
            return true;
        }
        !table.is_folder(id)
            && (self.types.is_empty() || self.types.contains(&table.file_type(id)))
            && self.size.holds(Some(table.size(id)))
            && self
                .modified
                .holds(table.modified(id).and_then(|at| u64::try_from(at).ok()))
            && (self.storage_classes.is_empty()
                || table
                    .storage_class(id)
                    .is_some_and(|class| self.storage_classes.iter().any(|wanted| wanted == class)))
            && self
                .shared
                .is_none_or(|shared| shared == table.shared_until(id).is_some())
    }
}

impl Span {
    fn holds(self, value: Option<u64>) -> bool {
        if self == Self::default() {
            return true;
        }
        value.is_some_and(|value| {
            self.from.is_none_or(|from| from <= value) && self.to.is_none_or(|to| value <= to)
        })
    }
}
