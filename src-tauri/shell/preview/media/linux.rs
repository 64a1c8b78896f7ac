//! The server that WebKitGTK's player reads from: on 127.0.0.1 and a free port,
//! which alone is added to the page's content security policy. It gives out
//! sound and film of open previews, by their unguessable ids, and answers
//! nothing else. It begins to listen with the app, since the policy is fixed
//! before the first page is.

use std::convert::Infallible;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::stream::{self, Stream};
use http_body_util::StreamBody;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use lectern_core::preview::{Asked, Opened, PreviewId, Range, read};
use lectern_core::{Error, Lectern};
use tauri::http::{Method, Request, Response, StatusCode, header};
use tauri::utils::config::{Csp, CspDirectiveSources};
use tauri::{AppHandle, Manager};
use tokio::sync::Semaphore;

use super::super::{content_range, id_of, put};
use crate::shell::App;

/// The player opens a few for one film when it seeks.
const MOST_CONNECTIONS: usize = 16;

/// Read ahead of the player, a connection.
const PIECE: u64 = 1024 * 1024;

type Body = UnsyncBoxBody<Bytes, Error>;

pub struct Media {
    port: u16,
    /// Until [`start`] takes it.
    listener: Mutex<Option<TcpListener>>,
}

impl Media {
    /// `None` when there is no port to be had: then nothing is played.
    pub fn listen() -> Option<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
        listener.set_nonblocking(true).ok()?;
        Some(Self {
            port: listener.local_addr().ok()?.port(),
            listener: Mutex::new(Some(listener)),
        })
    }

    fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn address(&self, id: &PreviewId) -> String {
        format!("{}/{}", self.origin(), id.0)
    }
}

/// Lets the page play from this server, and from nowhere else in the network.
pub fn allow(context: &mut tauri::Context, media: Option<&Media>) {
    let policy = &mut context.config_mut().app.security.csp;
    if let (Some(Csp::DirectiveMap(policy)), Some(media)) = (policy, media) {
        let sources = CspDirectiveSources::List(vec![media.origin()]);
        policy.insert("media-src".to_owned(), sources);
    }
}

/// Serves until the app ends.
pub fn start(app: &AppHandle) {
    let state = app.state::<App>();
    let Some(media) = &state.media else { return };
    let listener = media.listener.lock();
    let Some(listener) = listener.unwrap_or_else(PoisonError::into_inner).take() else {
        return;
    };
    let Ok(lectern) = state.lectern().cloned() else {
        return;
    };
    let host = format!("127.0.0.1:{}", media.port);
    tauri::async_runtime::spawn(accept(listener, host.into(), lectern));
}

async fn accept(listener: TcpListener, host: Arc<str>, lectern: Arc<Lectern>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    let connections = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(turn) = Arc::clone(&connections).acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            // No file to be had for it: until some are closed.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (lectern, host) = (Arc::clone(&lectern), Arc::clone(&host));
        let service = service_fn(move |request| {
            let (lectern, host) = (Arc::clone(&lectern), Arc::clone(&host));
            async move { Ok::<_, Infallible>(answer(&lectern, &host, &request)) }
        });
        tokio::spawn(async move {
            let served = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            // A player that goes away in the middle is no failure.
            let _ = served.await;
            drop(turn);
        });
    }
}

fn answer(lectern: &Arc<Lectern>, host: &str, request: &Request<Incoming>) -> Response<Body> {
    // A page of elsewhere that was made to resolve to this computer names its own host.
    let named = request.headers().get(header::HOST);
    if named.is_none_or(|named| named != host) {
        return bare(StatusCode::FORBIDDEN);
    }
    if *request.method() != Method::GET && *request.method() != Method::HEAD {
        return bare(StatusCode::METHOD_NOT_ALLOWED);
    }
    let id = id_of(request.uri().path());
    match lectern.previews.get(&id) {
        Ok(opened) if is_played(&opened.mime) => played(lectern, id, &opened, request),
        _ => bare(StatusCode::NOT_FOUND),
    }
}

fn is_played(mime: &str) -> bool {
    mime.starts_with("audio/") || mime.starts_with("video/")
}

fn played(
    lectern: &Arc<Lectern>,
    id: PreviewId,
    opened: &Opened,
    request: &Request<Incoming>,
) -> Response<Body> {
    let asked = request.headers().get(header::RANGE);
    let asked = asked.and_then(|value| value.to_str().ok());
    let (status, range) = match Asked::of(asked, opened.size) {
        Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Asked::BeyondTheEnd => return bare(StatusCode::RANGE_NOT_SATISFIABLE),
        Asked::Everything => {
            let length = opened.size;
            (StatusCode::OK, Range { from: 0, length })
        }
    };
    let body = if *request.method() == Method::HEAD {
        nothing()
    } else {
        BodyExt::boxed_unsync(StreamBody::new(pieces(Arc::clone(lectern), id, range)))
    };
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    put(&mut answer, header::CONTENT_TYPE, &opened.mime);
    put(
        &mut answer,
        header::CONTENT_LENGTH,
        &range.length.to_string(),
    );
    put(&mut answer, header::ACCEPT_RANGES, "bytes");
    put(&mut answer, header::CACHE_CONTROL, "no-store");
    put(&mut answer, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(
        &mut answer,
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; sandbox",
    );
    if status == StatusCode::PARTIAL_CONTENT {
        put(
            &mut answer,
            header::CONTENT_RANGE,
            &content_range(range, opened.size),
        );
    }
    answer
}

/// One piece at a time, as fast as the player takes them.
fn pieces(
    lectern: Arc<Lectern>,
    id: PreviewId,
    range: Range,
) -> impl Stream<Item = Result<Frame<Bytes>, Error>> + Send {
    stream::unfold((lectern, id, range), |(lectern, id, left)| async move {
        if left.length == 0 {
            return None;
        }
        let length = left.length.min(PIECE);
        let piece = Range { length, ..left };
        let answer = read(&lectern, &id, piece).await;
        let next = match &answer {
            Ok(bytes) => Range {
                from: left.from + bytes.len() as u64,
                length: left.length - bytes.len() as u64,
            },
            Err(_) => Range { length: 0, ..left },
        };
        Some((answer.map(Frame::data), (lectern, id, next)))
    })
}

fn bare(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(nothing());
    *answer.status_mut() = status;
    answer
}

fn nothing() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}
