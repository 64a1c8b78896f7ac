//! Looking at one object without downloading it: what it is, and its bytes in
//! pieces.
//!
//! [`open`] reads the first bytes of an object, decides from them what can be
//! shown, and holds the object under an unguessable id until [`close`]. The id
//! stands for this one object in this one state: every piece is read with the
//! ETag that was seen first, so that a preview never mixes two versions. What
//! is shown is decided by the contents; the name only chooses among readings of
//! text. Nothing is ever run or unpacked, and no answer is larger than
//! [`MOST_BYTES`].

mod archive;
mod kind;
mod magic;
mod markdown;
mod model;
mod opened;
mod range;
mod read;
mod text;
pub mod thumbnail;

use crate::browse;
use crate::connection::ConnectionId;
use crate::error::Result;
use crate::lectern::Lectern;

pub use archive::listing;
pub use markdown::{MOST_MARKDOWN, markdown};
pub use model::{
    Align, ArchiveEntry, ArchiveFormat, ArchiveListing, Block, Encoding, Preview, PreviewId,
    Reading, Showing, TextRun, WhyNot,
};
pub use opened::{Opened, Previews};
pub use range::{Asked, Range};
pub use read::{MOST_BYTES, read};

/// Looks at an object and holds it for reading.
///
/// # Errors
/// `NotFound`, `NotAllowedToRead`, `Archived` (it must be restored first),
/// `InvalidInput` for a key outside the connection's prefix, …
pub async fn open(lectern: &Lectern, connection: &ConnectionId, key: &str) -> Result<Preview> {
    let store = lectern.stores.of(lectern, connection).await?;
    browse::place::check(store.connection(), key)?;
    let first = read::first(&store, key).await?;
    let name = browse::place::last_segment(key);
    let content = kind::of(&first.bytes, first.size, name);
    let mime = content.mime().to_owned();
    let id = lectern.previews.hold(Opened {
        connection: connection.clone(),
        key: key.to_owned(),
        etag: first.etag,
        size: first.size,
        mime,
        archive: match content {
            Showing::Archive { format } => Some(format),
            _ => None,
        },
    });
    Ok(Preview {
        id,
        name: name.to_owned(),
        file_type: browse::file_type::of_name(name),
        extension: browse::file_type::extension(name),
        disguised: kind::is_disguised(&content, name),
        size: first.size,
        modified_at: first.modified_at,
        content,
    })
}

/// The id stands for nothing any more.
pub fn close(lectern: &Lectern, id: &PreviewId) {
    lectern.previews.forget(id);
}
