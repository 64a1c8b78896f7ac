//! A body on its way through: paced, broken off, held up or changed.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use crate::head::Reader;
use crate::pace::Pace;

/// Bytes that are passed on at once: small enough for a pace to be even.
const CHUNK: usize = 32 << 10;

/// What happens to a body.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Journey {
    pub(crate) bytes_a_second: Option<u64>,
    /// One bit of this byte is another.
    pub(crate) corrupt: Option<u64>,
    /// It ends here.
    pub(crate) ends: Option<u64>,
    /// It waits here.
    pub(crate) pause: Option<(u64, Duration)>,
}

/// How a body arrived.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Arrived {
    Whole,
    /// As the journey said.
    BrokenOff,
    /// One of the sides went.
    SideWent,
}

impl Journey {
    /// Takes a body of `length` bytes through, or up to the end of the stream.
    /// `passed` hears of every byte that arrived.
    pub(crate) async fn take<R, W>(
        &self,
        from: &mut Reader<R>,
        to: &mut W,
        length: Option<u64>,
        pace: &Pace,
        mut passed: impl FnMut(u64),
    ) -> Arrived
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        let mut at = 0;
        loop {
            if let Some((here, pause)) = self.pause
                && here == at
            {
                tokio::time::sleep(pause).await;
            }
            if self.ends.is_some_and(|end| at >= end) {
                return Arrived::BrokenOff;
            }
            if length.is_some_and(|length| at >= length) {
                return Arrived::Whole;
            }
            let Ok(mut bytes) = from.some(self.most(at, length)).await else {
                return Arrived::SideWent;
            };
            if bytes.is_empty() {
                return match length {
                    Some(_) => Arrived::SideWent,
                    None => Arrived::Whole,
                };
            }
            if let Some(rate) = self.bytes_a_second {
                pace.carry(bytes.len(), rate).await;
            }
            self.spoil(&mut bytes, at);
            if let Err(_gone) = send(to, &bytes).await {
                return Arrived::SideWent;
            }
            at += bytes.len() as u64;
            passed(bytes.len() as u64);
        }
    }

    /// As much as there is before something is to happen.
    fn most(&self, at: u64, length: Option<u64>) -> usize {
        let pause = self.pause.map(|(here, _)| here).filter(|here| *here > at);
        let next = [length, self.ends, pause].into_iter().flatten().min();
        let left = next.map_or(u64::MAX, |next| next - at);
        usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK)
    }

    fn spoil(&self, bytes: &mut [u8], at: u64) {
        let index = self.corrupt.and_then(|spot| spot.checked_sub(at));
        let index = index.and_then(|index| usize::try_from(index).ok());
        if let Some(byte) = index.and_then(|index| bytes.get_mut(index)) {
            *byte ^= 1;
        }
    }
}

async fn send(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes).await?;
    to.flush().await
}
