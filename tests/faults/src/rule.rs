//! What goes wrong, on which request, and how often.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::request::{Operation, Request};

/// One way for traffic to go wrong. Bytes are of the body, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request waits so long before it is passed on.
    Latency(Duration),
    /// Both directions together carry no more than this, all such requests
    /// through this proxy taken together.
    Bandwidth { bytes_a_second: u64 },
    /// The connection is reset, and the store hears of nothing.
    Unreachable,
    /// The connection is reset once so much of the request has come.
    ResetRequest { after: u64 },
    /// The connection is reset once so much of the answer has gone.
    ResetAnswer { after: u64 },
    /// Nothing more of the request is taken; after a while the connection is reset.
    StallRequest { after: u64, pause: Duration },
    /// The answer stops; after a while it goes on.
    StallAnswer { after: u64, pause: Duration },
    /// The store did what was asked, and does not say so for so long.
    Silence(Duration),
    /// The answer's connection is closed in good order, too early.
    TruncatedAnswer { after: u64 },
    /// The answer lacks its last bytes, and its head says that they never were.
    ShortAnswer { by: u64 },
    /// One bit of the request is another.
    CorruptRequest { at: u64 },
    /// One bit of the answer is another.
    CorruptAnswer { at: u64 },
    /// The proxy answers for the store, with an S3 error.
    Refuse { status: u16, code: &'static str },
    /// As a bucket of another region: `301`, with that region's name.
    Redirect { region: &'static str },
    /// Every checksum in the answer, in its head or its XML, is another.
    WrongChecksum,
    /// The store did what was asked; its answer is lost with the connection.
    LostAnswer,
    /// The request arrives twice; the client gets the answer to the second.
    Twice,
}

impl Fault {
    /// How it is called in a table.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Latency(_) => "latency",
            Self::Bandwidth { .. } => "bandwidth limit",
            Self::Unreachable => "store not reachable",
            Self::ResetRequest { .. } => "reset while sending",
            Self::ResetAnswer { .. } => "reset while receiving",
            Self::StallRequest { .. } => "stall while sending, then reset",
            Self::StallAnswer { .. } => "stall while receiving",
            Self::Silence(_) => "no answer for a while",
            Self::TruncatedAnswer { .. } => "truncated answer",
            Self::ShortAnswer { .. } => "shortened answer",
            Self::CorruptRequest { .. } => "corrupt byte sent",
            Self::CorruptAnswer { .. } => "corrupt byte received",
            Self::Refuse { status: 500, .. } => "500 InternalError",
            Self::Refuse { status: 503, .. } => "503 SlowDown",
            Self::Refuse { status: 429, .. } => "429 TooManyRequests",
            Self::Refuse {
                code: "ExpiredToken",
                ..
            } => "expired token",
            Self::Refuse { .. } => "refusal",
            Self::Redirect { .. } => "301 to another region",
            Self::WrongChecksum => "wrong checksum in the answer",
            Self::LostAnswer => "answer lost",
            Self::Twice => "request delivered twice",
        }
    }
}

type Matches = Arc<dyn Fn(&Request) -> bool + Send + Sync>;

/// A fault for the requests that match.
#[derive(Clone)]
pub struct Rule {
    fault: Fault,
    matches: Matches,
    skip: u32,
    times: u32,
    one_in: u64,
}

impl Rule {
    /// For every request of an operation, without end.
    pub fn on(operation: Operation, fault: Fault) -> Self {
        Self::matching(move |request| request.operation == operation, fault)
    }

    /// For every request that matches, without end.
    pub fn matching(
        matches: impl Fn(&Request) -> bool + Send + Sync + 'static,
        fault: Fault,
    ) -> Self {
        Self {
            fault,
            matches: Arc::new(matches),
            skip: 0,
            times: u32::MAX,
            one_in: 1,
        }
    }

    /// Only for this part.
    #[must_use]
    pub fn part(self, number: u32) -> Self {
        let matches = self.matches;
        Self {
            matches: Arc::new(move |request| request.part == Some(number) && matches(request)),
            ..self
        }
    }

    /// Not for the first so many that match.
    #[must_use]
    pub fn after(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    /// So often, and then no more.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// For one in so many, chosen by the proxy's seed.
    #[must_use]
    pub fn one_in(self, one_in: u64) -> Self {
        Self { one_in, ..self }
    }
}

/// How often a rule has struck.
#[derive(Debug, Clone, Default)]
pub struct Fired(pub(crate) Arc<AtomicU32>);

impl Fired {
    pub fn fired(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

/// The rules of a proxy, in the order in which they were added.
#[derive(Default)]
pub(crate) struct Rules {
    seed: u64,
    known: Vec<Known>,
}

struct Known {
    rule: Rule,
    seen: u64,
    fired: Fired,
}

impl Rules {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            known: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, rule: Rule) -> Fired {
        let fired = Fired::default();
        self.known.push(Known {
            rule,
            seen: 0,
            fired: fired.clone(),
        });
        fired
    }

    pub(crate) fn clear(&mut self) {
        self.known.clear();
    }

    /// What happens to a request: each rule that matches has its part.
    pub(crate) fn faults_of(&mut self, request: &Request) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (index, known) in self.known.iter_mut().enumerate() {
            if !(known.rule.matches)(request) {
                continue;
            }
            known.seen += 1;
            let chance = mix(self.seed ^ mix(((index as u64) << 32) ^ known.seen));
            let strikes = known.seen > u64::from(known.rule.skip)
                && known.fired.fired() < known.rule.times
                && chance.is_multiple_of(known.rule.one_in.max(1));
            if strikes {
                known.fired.0.fetch_add(1, Ordering::SeqCst);
                faults.push(known.rule.fault);
            }
        }
        faults
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

/// SplitMix64: the same number always gives the same, and looks like chance.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::head::Head;

    fn part(number: u32) -> Request {
        let head = format!("PUT /b/k?partNumber={number}&uploadId=u HTTP/1.1");
        Request::of(&Head::parse(head.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn a_rule_strikes_where_and_as_often_as_it_says() {
        let mut rules = Rules::new(1);
        let rule = Rule::on(Operation::UploadPart, Fault::LostAnswer);
        let fired = rules.add(rule.part(2).after(1).times(2));

        let struck: Vec<usize> = [2, 1, 2, 2, 2]
            .map(|number| rules.faults_of(&part(number)).len())
            .into();

        assert_eq!(struck, [0, 0, 1, 1, 0]);
        assert_eq!(fired.fired(), 2);
    }

    #[test]
    fn chance_is_the_same_for_the_same_seed() {
        let struck = |seed| {
            let mut rules = Rules::new(seed);
            rules.add(Rule::on(Operation::UploadPart, Fault::Twice).one_in(3));
            let struck = (0..300).map(|_| rules.faults_of(&part(1)).len());
            struck.collect::<Vec<usize>>()
        };

        assert_eq!(struck(5), struck(5));
        assert_ne!(struck(5), struck(6));
        let often: usize = struck(5).iter().sum();
        assert!((70..130).contains(&often), "{often}");
    }
}
