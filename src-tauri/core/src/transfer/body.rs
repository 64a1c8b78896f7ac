//! A request's body that counts what leaves.
//!
//! The bytes are handed over in small frames, so that the count follows the
//! network and not the memory. When the SDK sends the body again, what was
//! counted is taken back first.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::progress::ItemProgress;

const FRAME: usize = 128 << 10;

/// A body, and how much of it is to be counted when it has arrived.
pub(super) struct Payload {
    pub(super) body: ByteStream,
    pub(super) uncounted: u64,
    pub(super) counted: Counter,
}

/// What the sendings of one body have counted.
#[derive(Clone, Default)]
pub(super) struct Counter(Arc<AtomicU64>);

impl Counter {
    /// None of it arrived.
    pub(super) fn take_back(&self, progress: &ItemProgress) {
        progress.take_back(self.0.swap(0, Ordering::Relaxed));
    }

    fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// The bytes as a body that reports to `progress` while it is sent; where the
/// signature covers them they stay in one piece, and are counted afterwards.
pub(super) fn payload(bytes: Bytes, signed: bool, progress: &ItemProgress) -> Payload {
    if signed {
        return Payload {
            uncounted: bytes.len() as u64,
            body: bytes.into(),
            counted: Counter::default(),
        };
    }
    let counter = Counter::default();
    Payload {
        body: counted(bytes, &counter, progress),
        uncounted: 0,
        counted: counter,
    }
}

fn counted(bytes: Bytes, counter: &Counter, progress: &ItemProgress) -> ByteStream {
    let progress = progress.clone();
    let counted = counter.clone();
    ByteStream::new(SdkBody::retryable(move || {
        SdkBody::from_body_1_x(Counted {
            left: bytes.clone(),
            begun: false,
            pass: None,
            counted: counted.clone(),
            progress: progress.clone(),
        })
    }))
}

type Pass = Pin<Box<dyn Future<Output = usize> + Send + Sync>>;

struct Counted {
    left: Bytes,
    begun: bool,
    /// The next frame's way past the bandwidth limit.
    pass: Option<Pass>,
    /// What this and earlier sendings of the same bytes have counted.
    counted: Counter,
    progress: ItemProgress,
}

impl Counted {
    /// How much may leave now.
    fn poll_pass(&mut self, context: &mut Context<'_>) -> Poll<usize> {
        let most = self.left.len().min(FRAME);
        if self.pass.is_none() && self.progress.rate().limit().is_none() {
            return Poll::Ready(most);
        }
        let rate = Arc::clone(self.progress.rate());
        let pass = self.pass.get_or_insert_with(|| {
            Box::pin(async move {
                let piece = rate.piece(most);
                rate.pass(piece as u64).await;
                piece
            })
        });
        let piece = ready!(pass.as_mut().poll(context));
        self.pass = None;
        Poll::Ready(piece)
    }
}

impl Body for Counted {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !self.begun {
            self.begun = true;
            self.counted.take_back(&self.progress);
        }
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        let length = ready!(self.poll_pass(context));
        let frame = self.left.split_to(length);
        self.counted.add(length as u64);
        self.progress.add(length as u64);
        Poll::Ready(Some(Ok(Frame::data(frame))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::job::{JobId, JobReporter, Tally};
    use crate::transfer::items::ItemTable;
    use crate::transfer::rate::Rate;

    fn progress() -> (Arc<ItemTable>, ItemProgress) {
        let tally = Tally::new(JobId(1), 1, 300_000);
        let reporter = Arc::new(JobReporter::new(tally));
        let items = Arc::new(ItemTable::of([("a".to_owned(), 300_000)]));
        let progress = ItemProgress::begin(&reporter, &items, 0);
        (items, progress)
    }

    #[tokio::test]
    async fn a_body_sent_again_counts_once() {
        let (items, progress) = progress();
        let again = counted(vec![7; 300_000].into(), &Counter::default(), &progress).into_inner();

        let first = ByteStream::new(again.try_clone().unwrap());
        assert_eq!(first.collect().await.unwrap().to_vec().len(), 300_000);
        assert_eq!(items.shown()[0].bytes_done, 300_000);
        let mut second = ByteStream::new(again);
        assert_eq!(second.next().await.unwrap().unwrap().len(), FRAME);

        assert_eq!(items.shown()[0].bytes_done, FRAME as u64);
    }

    #[tokio::test]
    async fn a_limited_body_waits_between_its_frames() {
        let (items, progress) = progress();
        let rate = Arc::new(Rate::default());
        rate.set(Some(8_000));
        let progress = progress.at_most(&rate);
        let began = std::time::Instant::now();

        let mut body = counted(vec![7; 2_000].into(), &Counter::default(), &progress);
        let mut frames = Vec::new();
        while let Some(frame) = body.next().await {
            frames.push(frame.unwrap().len());
        }

        assert_eq!(frames, [256, 256, 256, 256, 256, 256, 256, 208]);
        assert_eq!(items.shown()[0].bytes_done, 2_000);
        // A quarter of a second at the limit, of which 0.1 s are there at once.
        assert!(began.elapsed().as_millis() >= 150);
    }

    #[test]
    fn a_body_that_is_signed_lies_in_memory_as_a_whole() {
        let (_, progress) = progress();
        let bytes = Bytes::from_static(b"hello");

        let signed = payload(bytes.clone(), true, &progress);
        let unsigned = payload(bytes, false, &progress);

        assert_eq!(signed.body.bytes(), Some(&b"hello"[..]));
        assert_eq!((signed.uncounted, unsigned.uncounted), (5, 0));
        assert_eq!(unsigned.body.bytes(), None);
    }
}
