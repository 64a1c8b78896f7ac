//! Sorting and searching a folder of a million rows, as the window does it: each
//! figure is the time from the question to the first rows that answer it. The
//! listing comes from the sink in the same process. Prints one line of JSON:
//! milliseconds, and bytes of memory a key.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lectern_core::browse::{self, Column, Depth, ListingEvent, Query, Sort, ViewId};
use lectern_core::clock::Clock;
use lectern_core::connection::{
    Addressing, Connection, ConnectionDraft, ConnectionId, CredentialSource, Secrets,
};
use lectern_core::{Folders, Lectern};
use lectern_sink::{Server, varied};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

const COUNT: u32 = 1_000_000;
const ROUNDS: usize = 21;
const FIRST_ROWS: u32 = 64;
const COLUMNS: [Column; 7] = [
    Column::Name,
    Column::Size,
    Column::Modified,
    Column::Type,
    Column::SharedUntil,
    Column::StorageClass,
    Column::Folder,
];
/// Many hits, some, few, none, one letter, one digit, and what is not ASCII.
const TEXTS: [&str; 8] = ["week", "pdf", "12345", "zzzqqq", "e", "7", "été", "資料"];

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let outcome = tokio::runtime::Runtime::new()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run()));
    match outcome {
        Ok(told) => {
            let _ = writeln!(std::io::stdout(), "{told}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "lectern-rows: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Outcome<Value> {
    let server = Server::start(None)?;
    server.sink.hold(varied::objects("", COUNT));
    let folder = tempfile::tempdir()?;
    let lectern = Arc::new(Lectern::in_memory(
        Folders::below(folder.path()),
        Secrets::session_only(),
        Clock::system(),
    )?);
    let before = resident()?;
    let view = listed(&lectern, &server).await?;
    let memory = resident()?.saturating_sub(before) / u64::from(COUNT);

    let mut told = Map::new();
    told.insert("bytesAKey".into(), memory.into());
    for column in COLUMNS {
        let ask = |round: usize| {
            let descending = round.is_multiple_of(2);
            (Sort { column, descending }, Query::default())
        };
        told.insert(
            format!("sort {column:?}"),
            measured(&lectern, view, ask).await?,
        );
    }
    for fuzzy in [false, true] {
        for text in TEXTS {
            let ask = |round: usize| {
                // Another question between two of the same, so that none is answered already.
                let text = if round.is_multiple_of(2) { text } else { "" };
                let column = Column::Relevance;
                let sort = Sort {
                    column,
                    descending: false,
                };
                (
                    sort,
                    Query {
                        text: text.into(),
                        fuzzy,
                        ..Query::default()
                    },
                )
            };
            let kind = if fuzzy { "fuzzy" } else { "substring" };
            told.insert(
                format!("{kind} {text}"),
                measured(&lectern, view, ask).await?,
            );
        }
    }
    Ok(told.into())
}

/// A view of all the rows, once all have come.
async fn listed(lectern: &Arc<Lectern>, server: &Server) -> Outcome<ViewId> {
    let connection = Connection {
        id: ConnectionId::fresh(),
        draft: ConnectionDraft {
            name: "Rows".into(),
            bucket: "rows".into(),
            prefix: String::new(),
            region: Some("us-east-1".into()),
            endpoint: Some(server.http()),
            addressing: Addressing::Path,
            source: CredentialSource::Anonymous,
        },
    };
    lectern.catalog.insert_connection(&connection, 0)?;
    let (told, mut events) = mpsc::unbounded_channel();
    let report = move |event| {
        let _ = told.send(event);
    };
    let view = browse::open(lectern, &connection.id, "", Depth::Folder, report).await?;
    while let Some(event) = events.recv().await {
        match event {
            ListingEvent::Finished { .. } => return Ok(view),
            ListingEvent::Failed { error, .. } => return Err(error.into()),
            ListingEvent::Changed { .. } => {}
        }
    }
    Err("the listing did not end".into())
}

/// Median, 95th percentile and hits of the even rounds; the odd ones come between.
async fn measured(
    lectern: &Lectern,
    view: ViewId,
    ask: impl Fn(usize) -> (Sort, Query),
) -> Outcome<Value> {
    let mut times: Vec<Duration> = Vec::new();
    let mut hits = 0;
    for round in 0..ROUNDS * 2 {
        let (sort, query) = ask(round);
        let counts = round % 2 == 0;
        let begun = Instant::now();
        browse::arrange(lectern, view, sort, query)?;
        browse::rows(lectern, view, 0, FIRST_ROWS).await?;
        if counts {
            times.push(begun.elapsed());
            hits = browse::state(lectern, view).await?.count;
        }
    }
    times.sort();
    let at =
        |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    Ok(json!({ "median": at(50), "p95": at(95), "hits": hits }))
}

/// Bytes of this process in memory.
fn resident() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(kib.ok_or("no VmRSS")?.trim().parse::<u64>()? * 1024)
}
