//! Thumbnails on their way to the window, through a scheme of their own that
//! only pictures come out of. No signed URL and no remote origin is in it: the
//! core reads the file, draws, and hands over what it has drawn.
//!
//! An address is `lectern-thumbnail://localhost/<view>/<size>/<modified>/<name>`,
//! the path percent-encoded as one segment (as Tauri's `convertFileSrc` does).

use std::process::ExitCode;

use lectern_core::Code;
use lectern_core::browse::ViewId;
use lectern_core::preview::thumbnail::{self, DrawingProgram, Picture, Wanted};
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{AppHandle, Manager, UriSchemeContext, UriSchemeResponder};

use super::App;

pub(super) const SCHEME: &str = "lectern-thumbnail";

/// With this argument the app is nothing but the process that draws.
const DRAW: &str = "--draw-thumbnails";

/// Its exit code, if this is the drawing process.
pub(super) fn draw_if_asked() -> Option<ExitCode> {
    (std::env::args().nth(1)? == DRAW).then(thumbnail::draw_for_parent)
}

/// The app itself, started again; `None` where the system does not say where it lies.
pub(super) fn drawing_program() -> Option<DrawingProgram> {
    // The running program, even when an update has put another in its place.
    let path = if cfg!(target_os = "linux") {
        "/proc/self/exe".into()
    } else {
        std::env::current_exe().ok()?
    };
    Some(DrawingProgram {
        path,
        arguments: vec![DRAW.to_owned()],
    })
}

pub(super) fn answer(
    context: UriSchemeContext<'_, tauri::Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let Some(wanted) = wanted(request.uri().path()) else {
        responder.respond(refusal(StatusCode::BAD_REQUEST));
        return;
    };
    let app = context.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        responder.respond(response(&app, wanted).await);
    });
}

async fn response(app: &AppHandle, wanted: Wanted) -> Response<Vec<u8>> {
    let made = match app.state::<App>().lectern() {
        Ok(lectern) => thumbnail::thumbnail(lectern, wanted).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(Some(picture)) => shown(picture),
        Ok(None) => refusal(StatusCode::NOT_FOUND),
        Err(error) => refusal(match error.code {
            Code::Cancelled => StatusCode::REQUEST_TIMEOUT,
            Code::Changed | Code::NotFound => StatusCode::CONFLICT,
            Code::InvalidInput => StatusCode::BAD_REQUEST,
            _ => StatusCode::BAD_GATEWAY,
        }),
    }
}

fn wanted(path: &str) -> Option<Wanted> {
    let path = percent_encoding::percent_decode_str(path.strip_prefix('/')?)
        .decode_utf8()
        .ok()?;
    let mut parts = path.splitn(4, '/');
    let view = ViewId(parts.next()?.parse().ok()?);
    let size = parts.next()?.parse().ok()?;
    let modified = match parts.next()? {
        "" => None,
        ms => Some(ms.parse().ok()?),
    };
    Some(Wanted {
        view,
        name: parts.next()?.to_owned(),
        size,
        modified,
    })
}

fn shown(picture: Picture) -> Response<Vec<u8>> {
    with_head(StatusCode::OK, picture.format.content_type(), picture.bytes)
}

fn refusal(status: StatusCode) -> Response<Vec<u8>> {
    // A picture that cannot be read: the window shows the icon.
    with_head(status, "image/png", Vec::new())
}

fn with_head(status: StatusCode, content_type: &str, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let head = response.headers_mut();
    if let Ok(value) = header::HeaderValue::from_str(content_type) {
        head.insert(header::CONTENT_TYPE, value);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // The core's cache is emptied with its connection; the web view's own would not be.
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
    ];
    for (name, value) in fixed {
        head.insert(name, header::HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_address_names_a_row_by_what_it_shows() {
        let wanted = wanted("/7%2F120%2F1700000000000%2Fa%2Fb%20%C3%BC%3F.png").unwrap();

        assert_eq!(wanted.view, ViewId(7));
        assert_eq!(wanted.size, 120);
        assert_eq!(wanted.modified, Some(1_700_000_000_000));
        assert_eq!(wanted.name, "a/b ü?.png");
    }

    #[test]
    fn a_row_without_a_time_has_an_address_too() {
        assert_eq!(wanted("/7%2F1%2F%2Fa.png").unwrap().modified, None);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for odd in [
            "",
            "/",
            "/x",
            "/7%2F1",
            "/7%2Fmuch%2F%2Fa",
            "/7/1/-/a",
            "/7%2F1%2F%2F%FF",
        ] {
            assert!(wanted(odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn only_pictures_come_out() {
        for response in [
            refusal(StatusCode::NOT_FOUND),
            refusal(StatusCode::BAD_GATEWAY),
        ] {
            assert!(
                response.headers()[header::CONTENT_TYPE]
                    .to_str()
                    .unwrap()
                    .starts_with("image/")
            );
            assert_eq!(
                response.headers()[header::X_CONTENT_TYPE_OPTIONS],
                "nosniff"
            );
            assert!(response.body().is_empty());
        }
    }
}
