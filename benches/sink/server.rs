//! The sink on the loopback interface, on free ports, for as long as its
//! [`Server`] lives.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use crate::answers::Sink;
use crate::objects::began;
use crate::tls;

/// Bytes that hyper gathers before a body's next frame.
const READ_BUFFER: usize = 1 << 20;

/// Serves on threads of its own, and ends when it is dropped.
pub struct Server {
    pub sink: Arc<Sink>,
    plain: SocketAddr,
    secure: Option<SocketAddr>,
    /// `None` only while it ends.
    runtime: Option<Runtime>,
}

impl Server {
    /// With a path for it, also over https: the certificate that is shown is
    /// written there (PEM).
    ///
    /// # Errors
    /// When there is no port to be had, or the certificate cannot be written.
    pub fn start(certificate: Option<&Path>) -> io::Result<Self> {
        let runtime = Runtime::new()?;
        let sink = Arc::new(Sink::default());
        began();
        let (listener, plain) = listen(&runtime)?;
        runtime.spawn(serve(Arc::clone(&sink), listener, None));
        let mut secure = None;
        if let Some(certificate) = certificate {
            let acceptor = tls::acceptor(certificate)?;
            let (listener, address) = listen(&runtime)?;
            runtime.spawn(serve(Arc::clone(&sink), listener, Some(acceptor)));
            secure = Some(address);
        }
        Ok(Self {
            sink,
            plain,
            secure,
            runtime: Some(runtime),
        })
    }

    /// Its address as an endpoint.
    pub fn http(&self) -> String {
        format!("http://{}", self.plain)
    }

    pub fn https(&self) -> Option<String> {
        self.secure.map(|address| format!("https://{address}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waiting for its threads is not allowed where a test runs async.
            runtime.shutdown_background();
        }
    }
}

fn listen(runtime: &Runtime) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let _inside = runtime.enter();
    Ok((TcpListener::from_std(listener)?, address))
}

async fn serve(sink: Arc<Sink>, listener: TcpListener, acceptor: Option<TlsAcceptor>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (sink, acceptor) = (Arc::clone(&sink), acceptor.clone());
        sink.counters.connection();
        tokio::spawn(async move {
            if stream.set_nodelay(true).is_err() {
                return;
            }
            match acceptor {
                None => connection(sink, stream).await,
                Some(acceptor) => encrypted(sink, stream, &acceptor).await,
            }
        });
    }
}

async fn encrypted(sink: Arc<Sink>, stream: TcpStream, acceptor: &TlsAcceptor) {
    // A client that does not like the certificate goes away.
    if let Ok(stream) = acceptor.accept(stream).await {
        connection(sink, stream).await;
    }
}

async fn connection(sink: Arc<Sink>, stream: impl AsyncRead + AsyncWrite + Unpin) {
    let service = service_fn(|request| {
        let sink = Arc::clone(&sink);
        async move { Ok::<_, Infallible>(sink.answer(request).await) }
    });
    let served = http1::Builder::new()
        .max_buf_size(READ_BUFFER)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    // Clients go away when they like; that is not the sink's to complain of.
    drop(served);
}
