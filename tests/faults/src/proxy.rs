//! The proxy itself: a thread that accepts on the loopback interface and hands
//! each connection to [`exchange`](crate::exchange).

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use crate::exchange;
use crate::log::{Log, Passed};
use crate::pace::Pace;
use crate::request::Request;
use crate::rule::{Fault, Fired, Rule, Rules};

const SETTLES_WITHIN: Duration = Duration::from_secs(30);

/// A proxy on a free port of 127.0.0.1 that runs until it is dropped.
pub struct FaultProxy {
    endpoint: String,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

/// What all connections have in common.
pub(crate) struct Shared {
    upstream: Mutex<SocketAddr>,
    rules: Mutex<Rules>,
    log: Mutex<Log>,
    pub(crate) pace: Pace,
    pub(crate) carried: AtomicU64,
}

impl FaultProxy {
    /// Between whoever asks at [`endpoint`](Self::endpoint) and the store at
    /// `upstream` (`http://ADDRESS:PORT`). The seed decides all chance.
    ///
    /// # Errors
    /// When `upstream` is no such address, or this computer gives no port.
    pub fn start(upstream: &str, seed: u64) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            upstream: Mutex::new(address(upstream)?),
            rules: Mutex::new(Rules::new(seed)),
            log: Mutex::default(),
            pace: Pace::default(),
            carried: AtomicU64::new(0),
        });
        let accepting = Arc::clone(&shared);
        runtime.spawn(async move {
            let Ok(listener) = TcpListener::from_std(listener) else {
                return;
            };
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&accepting);
                tokio::spawn(async move { exchange::serve(stream, &shared).await });
            }
        });
        Ok(Self {
            endpoint,
            shared,
            runtime: Some(runtime),
        })
    }

    /// `http://127.0.0.1:PORT`, to be used with path-style addressing.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Another store from now on, such as one that was started anew.
    ///
    /// # Errors
    /// When it is no `http://ADDRESS:PORT`.
    pub fn lead_to(&self, upstream: &str) -> io::Result<()> {
        *lock(&self.shared.upstream) = address(upstream)?;
        Ok(())
    }

    /// Adds a rule; how often it strikes can be asked of what is given back.
    pub fn add(&self, rule: Rule) -> Fired {
        lock(&self.shared.rules).add(rule)
    }

    /// Everything passes unharmed from now on.
    pub fn clear(&self) {
        lock(&self.shared.rules).clear();
    }

    /// Bytes of bodies that were passed on so far, in both directions.
    pub fn carried(&self) -> u64 {
        self.shared.carried.load(Ordering::Relaxed)
    }

    /// What passed so far.
    pub fn log(&self) -> Log {
        lock(&self.shared.log).clone()
    }

    /// What passed, once nothing is under way: a client may have its answer a
    /// moment before the proxy has made a note of that. Blocks; what still is
    /// under way after half a minute is in the log as that.
    pub fn settled(&self) -> Log {
        let limit = Instant::now() + SETTLES_WITHIN;
        loop {
            let log = self.log();
            if log.passed.iter().all(|passed| passed.ended.is_some()) || Instant::now() > limit {
                return log;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        // Also within another runtime, where waiting is not allowed.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Shared {
    pub(crate) fn upstream(&self) -> SocketAddr {
        *lock(&self.upstream)
    }

    pub(crate) fn faults_of(&self, request: &Request) -> Vec<Fault> {
        lock(&self.rules).faults_of(request)
    }

    /// Its place in the log.
    pub(crate) fn begin(&self, request: &Request, faults: &[Fault]) -> usize {
        let mut log = lock(&self.log);
        log.passed.push(Passed {
            request: request.clone(),
            began: Instant::now(),
            ended: None,
            delivered: 0,
            status: None,
            received: 0,
            answered: false,
            refused_here: false,
            faults: faults.iter().map(Fault::name).collect(),
        });
        log.passed.len() - 1
    }

    /// So many bytes more of a body were passed on.
    pub(crate) fn carry(&self, index: usize, bytes: u64, count: impl FnOnce(&mut Passed)) {
        self.carried.fetch_add(bytes, Ordering::Relaxed);
        self.note(index, count);
    }

    pub(crate) fn note(&self, index: usize, note: impl FnOnce(&mut Passed)) {
        if let Some(passed) = lock(&self.log).passed.get_mut(index) {
            note(passed);
        }
    }
}

fn address(url: &str) -> io::Result<SocketAddr> {
    let address = url.strip_prefix("http://").unwrap_or(url);
    address
        .trim_end_matches('/')
        .parse()
        .map_err(|error| io::Error::other(format!("{url}: {error}")))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
