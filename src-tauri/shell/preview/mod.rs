//! The scheme by which the window reads what is previewed, straight from the core:
//! `lectern-preview://localhost/<id>` (on Windows `http://lectern-preview.localhost/<id>`).
//!
//! It answers for ids of open previews and for nothing else, to the app's own
//! page and to nobody else, at most [`MOST_BYTES`] at a time. What it serves has
//! the media type that the core decided on and is forbidden to do anything.

pub mod media;

use lectern_core::preview::{Asked, MOST_BYTES, Opened, PreviewId, Range, read};
use lectern_core::{Code, Error, Lectern};
use tauri::http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header,
};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};

use super::App;

pub const SCHEME: &str = "lectern-preview";

/// The app's page, as Tauri serves it.
const PAGE: &str = if cfg!(any(target_os = "windows", target_os = "android")) {
    "http://tauri.localhost"
} else {
    "tauri://localhost"
};

type Answer = Response<Vec<u8>>;

pub fn serve<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let from_main = context.webview_label() == "main";
    let app = context.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        let state = app.state::<App>();
        let answer = match state.lectern() {
            _ if !from_main || !is_from_the_page(request.headers()) => bare(StatusCode::FORBIDDEN),
            Ok(lectern) => answer(lectern, &request).await,
            Err(error) => failed(&error),
        };
        responder.respond(guarded(answer));
    });
}

/// A request that does not say where it comes from (an element's own) is the page's.
fn is_from_the_page(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN);
    origin.is_none_or(|origin| origin == PAGE)
}

async fn answer(lectern: &Lectern, request: &Request<Vec<u8>>) -> Answer {
    match *request.method() {
        Method::OPTIONS => return bare(StatusCode::NO_CONTENT),
        Method::GET | Method::HEAD => {}
        _ => return bare(StatusCode::METHOD_NOT_ALLOWED),
    }
    let id = id_of(request.uri().path());
    match lectern.previews.get(&id) {
        Ok(opened) => part(lectern, &id, &opened, request).await,
        Err(error) => failed(&error),
    }
}

async fn part(
    lectern: &Lectern,
    id: &PreviewId,
    opened: &Opened,
    request: &Request<Vec<u8>>,
) -> Answer {
    let asked = request.headers().get(header::RANGE);
    let asked = asked.and_then(|value| value.to_str().ok());
    let (status, range) = match Asked::of(asked, opened.size) {
        Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Asked::BeyondTheEnd => return beyond(opened.size),
        Asked::Everything if opened.size > MOST_BYTES => {
            return bare(StatusCode::PAYLOAD_TOO_LARGE);
        }
        Asked::Everything => {
            let length = opened.size;
            (StatusCode::OK, Range { from: 0, length })
        }
    };
    let length = range.length.min(MOST_BYTES);
    let range = Range { length, ..range };
    let body = if request.method() == Method::HEAD {
        Vec::new()
    } else {
        match read(lectern, id, range).await {
            Ok(bytes) => bytes.into(),
            Err(error) => return failed(&error),
        }
    };
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    put(&mut answer, header::CONTENT_TYPE, &opened.mime);
    if status == StatusCode::PARTIAL_CONTENT {
        put(
            &mut answer,
            header::CONTENT_RANGE,
            &content_range(range, opened.size),
        );
    }
    answer
}

/// `/<id>`, and nothing else stands for one.
fn id_of(path: &str) -> PreviewId {
    PreviewId(path.strip_prefix('/').unwrap_or(path).to_owned())
}

fn content_range(range: Range, size: u64) -> String {
    let last = range.from + range.length - 1;
    format!("bytes {}-{last}/{size}", range.from)
}

fn bare(status: StatusCode) -> Answer {
    let mut answer = Response::new(Vec::new());
    *answer.status_mut() = status;
    answer
}

fn beyond(size: u64) -> Answer {
    let mut answer = bare(StatusCode::RANGE_NOT_SATISFIABLE);
    put(
        &mut answer,
        header::CONTENT_RANGE,
        &format!("bytes */{size}"),
    );
    answer
}

/// The error itself, so that the window can say what happened.
fn failed(error: &Error) -> Answer {
    let status = match error.code {
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Changed => StatusCode::PRECONDITION_FAILED,
        _ => StatusCode::BAD_GATEWAY,
    };
    let mut answer = Response::new(serde_json::to_vec(error).unwrap_or_default());
    *answer.status_mut() = status;
    put(&mut answer, header::CONTENT_TYPE, "application/json");
    answer
}

/// Whatever happens to it, the answer is inert, is kept nowhere and is for the page alone.
fn guarded(mut answer: Answer) -> Answer {
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, PAGE),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "range"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "content-range"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (header::ACCEPT_RANGES, "bytes"),
    ] {
        put(&mut answer, name, value);
    }
    answer
}

fn put<B>(answer: &mut Response<B>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}
