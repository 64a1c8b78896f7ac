//! A store that costs as little as a store can: it accepts and discards what is
//! sent, serves zeros, and keeps the names of objects in memory. So the cost of
//! a client shows, and not that of the server. It checks no signature.
//!
//! Listens on the loopback interface only, prints its addresses as one line of
//! JSON, and ends with its standard input. `/-/counters`, `/-/reset`,
//! `/-/seed` and `/-/latency` are for the one who measures.

mod answers;
mod body;
mod counters;
mod listing;
mod objects;
mod parts;
mod tls;
mod xml;

use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

use answers::Sink;

/// Serve a store that keeps nothing but names
#[derive(Parser)]
struct Options {
    /// Where to write the certificate that the https address shows (PEM)
    #[arg(long)]
    certificate: PathBuf,
}

/// Bytes that hyper gathers before a body's next frame.
const READ_BUFFER: usize = 1 << 20;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "lectern-sink: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> std::io::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(serve(options))
}

async fn serve(options: &Options) -> std::io::Result<()> {
    let sink = Arc::new(Sink::default());
    objects::modified();
    let acceptor = tls::acceptor(&options.certificate)?;
    let plain = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let secure = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let ports = serde_json::json!({
        "http": format!("http://127.0.0.1:{}", plain.local_addr()?.port()),
        "https": format!("https://127.0.0.1:{}", secure.local_addr()?.port()),
    });
    writeln!(std::io::stdout(), "{ports}")?;
    std::io::stdout().flush()?;

    let mut end = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    loop {
        tokio::select! {
            ended = &mut end => {
                return ended?.map(drop);
            }
            accepted = plain.accept() => {
                let stream = counted(&sink, accepted?.0)?;
                tokio::spawn(connection(Arc::clone(&sink), stream));
            }
            accepted = secure.accept() => {
                let stream = counted(&sink, accepted?.0)?;
                let (sink, acceptor) = (Arc::clone(&sink), acceptor.clone());
                tokio::spawn(async move {
                    // A client that does not like the certificate goes away.
                    if let Ok(stream) = acceptor.accept(stream).await {
                        connection(sink, stream).await;
                    }
                });
            }
        }
    }
}

fn counted(sink: &Sink, stream: TcpStream) -> std::io::Result<TcpStream> {
    sink.counters.connection();
    stream.set_nodelay(true)?;
    Ok(stream)
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
