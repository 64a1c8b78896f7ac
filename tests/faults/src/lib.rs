//! A proxy that breaks traffic on purpose, between an S3 client and a real
//! store, both on this computer. For tests; nothing that is shipped knows it.
//!
//! The client's endpoint is the proxy. Heads pass as they came, the signed
//! `Host` too, so that the store finds every signature to be right. What is to
//! go wrong is said by [`Rule`]s: on which request, how often, which [`Fault`].
//! What passed is in the [`Log`]: each request with its operation, key and part,
//! how much of it arrived, and what was done to it.
//!
//! The proxy runs on a thread of its own and ends when it is dropped.
//!
//! ```no_run
//! use lectern_faults::{Fault, FaultProxy, Operation, Rule};
//!
//! let proxy = FaultProxy::start("http://127.0.0.1:9000", 7).unwrap();
//! let slow_down = Fault::Refuse { status: 503, code: "SlowDown" };
//! let busy = proxy.add(Rule::on(Operation::UploadPart, slow_down).times(3));
//! // … an upload through proxy.endpoint() …
//! assert_eq!(busy.fired(), 3);
//! assert_eq!(proxy.settled().completed(Operation::UploadPart).len(), 5);
//! ```

mod answer;
mod body;
mod exchange;
mod head;
mod log;
mod pace;
mod proxy;
mod request;
mod rule;
#[cfg(test)]
mod tests;

pub use log::{Kill, Log, Passed};
pub use proxy::FaultProxy;
pub use request::{Operation, Request};
pub use rule::{Fault, Fired, Rule};
