//! The HTTP server: accepts on the loopback interface, passes each request to
//! `s3s`, and ends when it is told to.

use std::convert::Infallible;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use s3s::service::S3Service;
use s3s::{Body, S3Error};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;
use uuid::Uuid;

use crate::access;

/// How long requests may still run once the server is told to end.
const GRACE: Duration = Duration::from_secs(5);
/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// How long to wait before accepting again after the system refused.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
const SERVER: HeaderValue = HeaderValue::from_static("Lectern practice store");

/// Serves until `end` is cancelled, then lets running requests end.
pub async fn run(listener: TcpListener, service: S3Service, end: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            () = end.cancelled() => break,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let service = service.clone();
        let answer = service_fn(move |request| answer(service.clone(), request));
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .serve_connection(TokioIo::new(stream), answer);
        let connection = graceful.watch(connection);
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the practice store ended early");
            }
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    connections.shutdown().await;
}

async fn answer(
    service: S3Service,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let method = request.method().clone();
    let mut response = match access::check(request.uri(), request.headers()) {
        Ok(()) => {
            // `s3s` traces whole requests, signed URLs and all: nobody is to hear that.
            let answered = service
                .call(request.map(Body::from))
                .with_subscriber(NoSubscriber::new());
            match answered.await {
                Ok(response) => response,
                Err(_) => refusal(s3s::s3_error!(
                    InternalError,
                    "The practice store could not answer"
                )),
            }
        }
        Err(error) => refusal(error),
    };
    tracing::debug!(%method, status = response.status().as_u16(), "the practice store answered");
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&Uuid::new_v4().simple().to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(hyper::header::SERVER, SERVER);
    Ok(response)
}

fn refusal(error: S3Error) -> Response<Body> {
    let status = error.status_code();
    error.to_http_response().unwrap_or_else(|_| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status.unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
        response
    })
}
