//! The bodies of answers: a text, or zeros without end but for their length.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use crate::answers::Sink;

const FRAME: usize = 256 << 10;
static ZEROS: [u8; FRAME] = [0; FRAME];

pub enum Answer {
    Text(Option<Bytes>),
    /// Counted as they leave.
    Zeros(u64, Arc<Sink>),
}

impl Answer {
    pub fn empty() -> Self {
        Self::Text(None)
    }
}

impl From<String> for Answer {
    fn from(text: String) -> Self {
        Self::Text(Some(text.into()))
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let frame = match self.get_mut() {
            Self::Text(text) => text.take(),
            Self::Zeros(0, _) => None,
            Self::Zeros(left, sink) => {
                let length = usize::try_from(*left).map_or(FRAME, |left| left.min(FRAME));
                *left -= length as u64;
                sink.counters.goes_out(length as u64);
                Some(Bytes::from_static(&ZEROS[..length]))
            }
        };
        Poll::Ready(frame.map(|frame| Ok(Frame::data(frame))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Text(None) | Self::Zeros(0, _))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Text(text) => text.as_ref().map_or(0, |text| text.len() as u64),
            Self::Zeros(left, _) => *left,
        })
    }
}

/// CRC64NVME of so many zeros, in base64 as S3 spells it: by doubling, since
/// the checksum of two pieces follows from those of each.
pub fn checksum_of_zeros(length: u64) -> String {
    use crc_fast::{CrcAlgorithm::Crc64Nvme, checksum, checksum_combine};
    let mut whole = checksum(Crc64Nvme, b"");
    let mut piece = checksum(Crc64Nvme, &[0]);
    for bit in 0..u64::BITS {
        let piece_length = 1 << bit;
        if piece_length > length {
            break;
        }
        if length & piece_length != 0 {
            whole = checksum_combine(Crc64Nvme, whole, piece, piece_length);
        }
        piece = checksum_combine(Crc64Nvme, piece, piece, piece_length);
    }
    STANDARD.encode(whole.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_summed_as_if_they_were_read() {
        for length in [0_usize, 1, 4_096, 1_000_003] {
            let read = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, &vec![0; length]);
            assert_eq!(
                checksum_of_zeros(length as u64),
                STANDARD.encode(read.to_be_bytes())
            );
        }
    }
}
