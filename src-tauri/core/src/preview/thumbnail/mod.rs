//! Thumbnails: small pictures of images, for the grid and the inspector. Made off the main thread, few at once, the one asked
//! for last first; kept on the disk within a limit.
//!
//! A thumbnail is asked for by the view and the name of a row, with the size and
//! the time that the row shows: so an answer is never for another row, whatever
//! became of positions meanwhile, and a file that is not what was listed gets
//! none. Not for looking at files properly: that is the rest of `preview/`.

mod artist;
mod cache;
mod draw;
mod fetch;
mod photo;
mod queue;
#[cfg(test)]
mod samples;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::browse::{self, ViewId, place};
use crate::clock::UnixMillis;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;
use crate::store::Store;

pub use artist::{DrawingProgram, draw_for_parent};
pub use draw::{Picture, PictureFormat};

use artist::Artist;
use cache::{Cache, Place};
use queue::Queue;

/// Larger files keep their icon: nobody waits for (or pays for) a hundred
/// megabytes to see a stamp.
pub const MOST_FILE_BYTES: u64 = 32 << 20;

/// All that are kept on the disk, in bytes.
const MOST_KEPT_BYTES: u64 = 128 << 20;

const AT_ONCE: usize = 2;

/// A file that does not arrive in this time keeps its icon for now.
const PATIENCE: Duration = Duration::from_secs(30);

/// Listings tell time by the second, so that a file which was just written may
/// be written again without its looking different there. Its thumbnail is not kept.
const SETTLED_AFTER_MS: i64 = 3_000;

/// Files that were found to have no thumbnail, remembered while the app runs.
const MOST_WITHOUT: usize = 10_000;

/// A row of a view.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wanted {
    pub view: ViewId,
    /// Below the view's prefix.
    pub name: String,
    /// Bytes, as listed.
    pub size: u64,
    /// As listed.
    pub modified: Option<UnixMillis>,
}

/// One state of one object.
struct Subject {
    key: String,
    size: u64,
    modified: Option<UnixMillis>,
}

pub struct Thumbnails {
    cache: Arc<Cache>,
    queue: Queue,
    artist: Artist,
    /// Requests under way, numbered, to be cancelled.
    asked: Mutex<HashMap<(ViewId, String), (u64, CancellationToken)>>,
    requests: AtomicU64,
    tidied: AtomicBool,
    without: Mutex<HashSet<Place>>,
}

impl Thumbnails {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            cache: Arc::new(Cache::new(folder, MOST_KEPT_BYTES)),
            queue: Queue::new(AT_ONCE),
            artist: Artist::default(),
            asked: Mutex::default(),
            requests: AtomicU64::new(0),
            tidied: AtomicBool::new(false),
            without: Mutex::default(),
        }
    }

    /// From now on a process of its own draws; see [`DrawingProgram`].
    pub fn draw_with(&self, program: DrawingProgram) {
        self.artist.use_program(program);
    }

    /// The connection was removed, or shows another bucket now: nothing of it stays.
    pub(crate) async fn forget(&self, connection: &ConnectionId) {
        let (cache, connection) = (Arc::clone(&self.cache), connection.clone());
        // A panic there has been logged, and leaves nothing to do here.
        let _ = tokio::task::spawn_blocking(move || cache.forget(&connection)).await;
    }
}

/// The thumbnail of a row; `None` where there is none to be had: another kind of
/// file, too large, or damaged.
///
/// # Errors
/// `Changed` when the file is not what was listed any more, `Cancelled` after
/// [`cancel`], `NotFound` for a view that was closed, and what the service says.
pub async fn thumbnail(lectern: &Arc<Lectern>, wanted: Wanted) -> Result<Option<Picture>> {
    if !may_have_one(&wanted.name, wanted.size) {
        return Ok(None);
    }
    let asked = Asked::new(&lectern.thumbnails, &wanted);
    asked
        .token
        .run_until_cancelled(make(lectern, wanted))
        .await
        .unwrap_or_else(|| Err(Error::cancelled()))
}

/// These rows are not on screen any more: what is under way for them ends.
pub fn cancel(lectern: &Lectern, view: ViewId, names: Vec<String>) {
    let asked = lock(&lectern.thumbnails.asked);
    for name in names {
        if let Some((_, token)) = asked.get(&(view, name)) {
            token.cancel();
        }
    }
}

/// Judged by the name and the size: whether it is worth asking for.
fn may_have_one(name: &str, size: u64) -> bool {
    let extension = browse::extension(name);
    let drawn = matches!(
        extension.as_str(),
        "bmp" | "gif" | "jpeg" | "jpg" | "png" | "webp"
    );
    drawn && size > 0 && size <= MOST_FILE_BYTES
}

async fn make(lectern: &Arc<Lectern>, wanted: Wanted) -> Result<Option<Picture>> {
    let (connection, prefix) = browse::place(lectern, wanted.view)?;
    let store = lectern.stores.of(lectern, &connection).await?;
    let subject = Subject {
        key: prefix + &wanted.name,
        size: wanted.size,
        modified: wanted.modified,
    };
    place::check(store.connection(), &subject.key)?;
    tidy(lectern).await?;
    let place = place_of(&store, &subject);
    if let Some(picture) = kept(lectern, &place).await? {
        return Ok(Some(picture));
    }
    let _turn = lectern.thumbnails.queue.turn().await;
    if lock(&lectern.thumbnails.without).contains(&place) {
        return Ok(None);
    }
    // Somebody else may have made it while this waited.
    if let Some(picture) = kept(lectern, &place).await? {
        return Ok(Some(picture));
    }
    let bytes = tokio::time::timeout(PATIENCE, fetch::fetch(&store, &subject))
        .await
        .map_err(|_| Error::new(Code::Timeout, "The file did not arrive in time."))??;
    let Some(picture) = lectern.thumbnails.artist.draw(bytes).await? else {
        remember_without(&lectern.thumbnails, place);
        return Ok(None);
    };
    let age = subject
        .modified
        .map_or(0, |modified| lectern.clock.now_ms() - modified);
    if age >= SETTLED_AFTER_MS {
        keep(lectern, &store, place, picture.clone()).await?;
    }
    Ok(Some(picture))
}

/// Key, size and time are what a row of a listing has; together with the rule
/// of [`SETTLED_AFTER_MS`] no change goes unseen.
fn place_of(store: &Store, subject: &Subject) -> Place {
    let connection = store.connection();
    Place::of(
        &connection.id,
        &[
            connection.endpoint.as_deref().unwrap_or_default(),
            store.bucket(),
            &subject.key,
            &subject.size.to_string(),
            &format!("{:?}", subject.modified),
        ],
    )
}

async fn kept(lectern: &Lectern, place: &Place) -> Result<Option<Picture>> {
    let (cache, place) = (Arc::clone(&lectern.thumbnails.cache), place.clone());
    on_disk(move || cache.get(&place)).await
}

/// Nothing is kept of a connection that was removed, or changed, meanwhile.
async fn keep(
    lectern: &Arc<Lectern>,
    store: &Arc<Store>,
    place: Place,
    picture: Picture,
) -> Result<()> {
    let (lectern, store) = (Arc::clone(lectern), Arc::clone(store));
    on_disk(move || {
        let made_of = store.connection();
        let still_there = || {
            lectern.catalog.connection(&made_of.id).is_ok_and(|now| {
                (&now.endpoint, &now.bucket) == (&made_of.endpoint, &made_of.bucket)
            })
        };
        let cache = &lectern.thumbnails.cache;
        cache.put(&place, &picture, still_there);
    })
    .await
}

/// Once a run: what another run left of connections that are gone.
async fn tidy(lectern: &Lectern) -> Result<()> {
    if lectern.thumbnails.tidied.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let known: Vec<ConnectionId> = lectern
        .catalog
        .connections()?
        .into_iter()
        .map(|connection| connection.id)
        .collect();
    let cache = Arc::clone(&lectern.thumbnails.cache);
    on_disk(move || cache.keep_only(&known)).await
}

async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::internal(error.to_string()))
}

fn remember_without(thumbnails: &Thumbnails, place: Place) {
    let mut without = lock(&thumbnails.without);
    if without.len() >= MOST_WITHOUT {
        without.clear();
    }
    without.insert(place);
}

/// A request under way. Where a row is asked for twice, cancelling is about the
/// later one.
struct Asked<'a> {
    thumbnails: &'a Thumbnails,
    row: (ViewId, String),
    number: u64,
    token: CancellationToken,
}

impl<'a> Asked<'a> {
    fn new(thumbnails: &'a Thumbnails, wanted: &Wanted) -> Self {
        let row = (wanted.view, wanted.name.clone());
        let number = thumbnails.requests.fetch_add(1, Ordering::Relaxed);
        let token = CancellationToken::new();
        lock(&thumbnails.asked).insert(row.clone(), (number, token.clone()));
        Self {
            thumbnails,
            row,
            number,
            token,
        }
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        let mut asked = lock(&self.thumbnails.asked);
        if asked
            .get(&self.row)
            .is_some_and(|(number, _)| *number == self.number)
        {
            asked.remove(&self.row);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
