//! Memory for parts on their way out, used again and again: new memory costs a
//! page fault every four kilobytes, which is more than reading the part does.
//! How much there is at once is bounded by [`Limits`](super::limits::Limits).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::error::Result;

/// Less is not worth keeping: the allocator has it at hand.
const KEPT_FROM: usize = 256 << 10;

#[derive(Default)]
pub(super) struct Buffers {
    idle: Mutex<Vec<Box<[u8]>>>,
}

/// A buffer in use; it goes back when the last of its bytes are sent.
struct Lent {
    buffer: Box<[u8]>,
    length: usize,
    home: Arc<Buffers>,
}

impl Buffers {
    /// So many bytes, written by `fill`; before that they hold what was.
    ///
    /// # Errors
    /// Those of `fill`.
    pub(super) fn filled<T>(
        self: &Arc<Self>,
        length: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<T>,
    ) -> Result<(Bytes, T)> {
        if length < KEPT_FROM {
            let mut bytes = vec![0; length];
            let filled = fill(&mut bytes)?;
            return Ok((bytes.into(), filled));
        }
        let mut lent = Lent {
            buffer: self.take(length),
            length,
            home: Arc::clone(self),
        };
        let filled = fill(&mut lent.buffer[..length])?;
        Ok((Bytes::from_owner(lent), filled))
    }

    /// Gives the memory back to the system: nothing is under way.
    pub(super) fn clear(&self) {
        self.idle().clear();
    }

    fn take(&self, length: usize) -> Box<[u8]> {
        let mut idle = self.idle();
        match idle.iter().position(|buffer| buffer.len() >= length) {
            Some(at) => idle.swap_remove(at),
            None => {
                // One that is too small makes room for one that is not.
                idle.pop();
                vec![0; length].into()
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Box<[u8]>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        self.home.idle().push(buffer);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::error::Error;

    fn filled(buffers: &Arc<Buffers>, length: usize, with: u8) -> Bytes {
        let fill = |bytes: &mut [u8]| {
            bytes.fill(with);
            Ok(())
        };
        buffers.filled(length, fill).unwrap().0
    }

    #[test]
    fn a_buffer_is_used_again_when_all_of_it_is_sent() {
        let buffers = Arc::new(Buffers::default());
        let first = filled(&buffers, KEPT_FROM, 1);
        let address = first.as_ptr();
        let rest = first.slice(7..);
        drop(first);
        assert_ne!(filled(&buffers, KEPT_FROM, 2).as_ptr(), address);
        assert!(rest.iter().all(|byte| *byte == 1));

        drop(rest);
        buffers.idle().retain(|buffer| buffer.as_ptr() == address);
        assert_eq!(filled(&buffers, KEPT_FROM, 3).as_ptr(), address);
    }

    #[test]
    fn a_buffer_that_could_not_be_filled_goes_back() {
        let buffers = Arc::new(Buffers::default());
        let failed = buffers.filled(KEPT_FROM, |_| Err::<(), _>(Error::cancelled()));

        assert!(failed.is_err());
        assert_eq!(buffers.idle().len(), 1);
    }

    #[test]
    fn a_shorter_part_has_its_own_length_in_a_longer_buffer() {
        let buffers = Arc::new(Buffers::default());
        drop(filled(&buffers, 2 * KEPT_FROM, 1));

        let short = filled(&buffers, KEPT_FROM + 1, 2);

        assert_eq!(short.len(), KEPT_FROM + 1);
        assert!(short.iter().all(|byte| *byte == 2));
        assert!(buffers.idle().is_empty());
    }

    #[test]
    fn nothing_is_kept_when_nothing_is_under_way() {
        let buffers = Arc::new(Buffers::default());
        drop(filled(&buffers, KEPT_FROM, 1));
        drop(filled(&buffers, 10, 1));
        assert_eq!(buffers.idle().len(), 1);

        buffers.clear();
        assert!(buffers.idle().is_empty());
    }
}
