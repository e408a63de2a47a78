//! The account for request bytes, and the buffers it pays for.
//!
//! Decides who may hold memory for a frame that is still arriving. A frame is charged for bytes that have
//! arrived, never for the length it announces: its buffer begins small and grows as it fills. So a thousand
//! peers that each announce a megabyte and send four bytes hold nothing. A buffer is taken from the pool of
//! its worker, largest last used first, so that its pages and cache lines are warm.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes held for requests by the whole process, against `queued.max.request.bytes`.
#[derive(Debug)]
pub struct MemoryAccount {
    limit: u64,
    held: AtomicU64,
}

impl MemoryAccount {
    /// An account with a limit in bytes.
    pub fn new(limit: u64) -> Arc<Self> {
        Arc::new(Self { limit, held: AtomicU64::new(0) })
    }

    /// Bytes held now.
    pub fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }

    /// The limit in bytes.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Whether nothing more should be taken in until something was given back.
    pub fn is_exhausted(&self) -> bool {
        self.held() >= self.limit
    }

    /// Charges bytes that are here already and must be kept, whatever the limit says; given back when the charge
    /// is dropped. What is over the limit then keeps new bytes out.
    pub fn charge(self: &Arc<Self>, bytes: usize) -> Charge {
        self.held.fetch_add(bytes as u64, Ordering::Relaxed);
        Charge { account: Arc::clone(self), bytes: bytes as u64 }
    }

    /// Takes `bytes` more for someone who holds `own` if they fit. Whoever is the only holder always gets more,
    /// so that a limit below the largest frame slows but never stops.
    fn take(&self, bytes: u64, own: u64) -> bool {
        let fits = |held: u64| (held == own || held + bytes <= self.limit).then_some(held + bytes);
        self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_ok()
    }

    fn give_back(&self, bytes: u64) {
        let before = self.held.fetch_sub(bytes, Ordering::Relaxed);
        debug_assert!(before >= bytes);
    }
}

/// Bytes charged until this is dropped.
#[derive(Debug)]
pub struct Charge {
    account: Arc<MemoryAccount>,
    bytes: u64,
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.account.give_back(self.bytes);
    }
}

/// The smallest pooled buffer: the first place of a frame too large for the shared scratch.
pub const SMALLEST_BUFFER: usize = 128 << 10;
/// A frame up to this size gets room for all of itself at once while the account is mostly free; a larger
/// one, or one on a loaded account, grows by steps.
const AT_ONCE: usize = 2 << 20;
/// Idle buffers that a worker keeps, in bytes.
const POOL_BYTES: usize = 24 << 20;

/// A frame on its way in. `bytes[..filled]` has arrived; the rest of `bytes` is old or zero.
#[derive(Debug)]
pub struct FrameBuffer {
    /// Storage, its whole length initialised.
    pub bytes: Vec<u8>,
    /// Bytes of the frame that have arrived.
    pub filled: usize,
    /// Length of the whole frame, its four-byte length included.
    pub total: usize,
    charged: u64,
}

impl FrameBuffer {
    /// True once the whole frame is here.
    pub fn is_complete(&self) -> bool {
        self.filled == self.total
    }
}

/// A worker's buffers for large frames.
#[derive(Debug)]
pub struct BufferPool {
    account: Arc<MemoryAccount>,
    /// Idle buffers; the one used last is taken first.
    idle: Vec<Vec<u8>>,
    idle_bytes: usize,
}

impl BufferPool {
    /// An empty pool that draws on the account.
    pub fn new(account: Arc<MemoryAccount>) -> Self {
        Self { account, idle: Vec::new(), idle_bytes: 0 }
    }

    /// Begins a frame of `total` bytes of which `arrived` are here. `None`: no memory now, try again when some
    /// was given back.
    pub fn begin(&mut self, total: usize, arrived: &[u8]) -> Option<FrameBuffer> {
        let size = self.first_size(total).max(arrived.len());
        if !self.account.take(size as u64, 0) {
            return None;
        }
        let mut bytes = self.storage(size);
        bytes[..arrived.len()].copy_from_slice(arrived);
        Some(FrameBuffer { bytes, filled: arrived.len(), total, charged: size as u64 })
    }

    /// Makes room behind what has arrived. False: no memory now.
    pub fn make_room(&mut self, frame: &mut FrameBuffer) -> bool {
        if frame.filled < frame.bytes.len() || frame.is_complete() {
            return true;
        }
        let size = (frame.filled * 4).min(frame.total);
        let more = (size - frame.filled) as u64;
        if !self.account.take(more, frame.charged) {
            return false;
        }
        frame.charged += more;
        let mut larger = self.storage(size);
        larger[..frame.filled].copy_from_slice(&frame.bytes);
        let old = std::mem::replace(&mut frame.bytes, larger);
        self.keep(old);
        true
    }

    /// Takes a frame's buffer back, and its charge.
    pub fn finish(&mut self, frame: FrameBuffer) {
        self.account.give_back(frame.charged);
        self.keep(frame.bytes);
    }

    fn first_size(&self, total: usize) -> usize {
        let roomy = self.account.held() < self.account.limit / 4;
        if total <= AT_ONCE && roomy { total } else { total.min(SMALLEST_BUFFER) }
    }

    /// Initialised storage of exactly `size` bytes, a warm one where the pool has it.
    fn storage(&mut self, size: usize) -> Vec<u8> {
        let warm = self.idle.iter().rposition(|idle| idle.capacity() >= size && idle.capacity() <= size * 4);
        let mut bytes = match warm {
            Some(index) => {
                let bytes = self.idle.remove(index);
                self.idle_bytes -= bytes.capacity();
                bytes
            }
            None => Vec::with_capacity(size),
        };
        bytes.resize(size, 0);
        bytes
    }

    fn keep(&mut self, bytes: Vec<u8>) {
        if bytes.capacity() >= SMALLEST_BUFFER && self.idle_bytes + bytes.capacity() <= POOL_BYTES {
            self.idle_bytes += bytes.capacity();
            self.idle.push(bytes);
        }
    }

    /// Lets idle memory go: called when a worker has been idle for a while.
    pub fn shrink(&mut self) {
        self.idle.clear();
        self.idle_bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_charged_for_what_arrives_once_the_account_is_no_longer_roomy() {
        let account = MemoryAccount::new(4 << 20);
        let mut pool = BufferPool::new(Arc::clone(&account));
        let first = pool.begin(1 << 20, &[1; 65_536]).expect("an empty account has room");
        assert_eq!((first.bytes.len(), account.held()), (1 << 20, 1 << 20));
        let mut second = pool.begin(1 << 20, &[2; 65_536]).expect("room");
        assert_eq!(second.bytes.len(), SMALLEST_BUFFER, "a quarter is held: by steps from now on");
        second.filled = SMALLEST_BUFFER;
        assert!(pool.make_room(&mut second));
        assert_eq!(second.bytes.len(), 4 * SMALLEST_BUFFER);
        assert_eq!(second.bytes[..3], [2, 2, 2]);
        pool.finish(first);
        pool.finish(second);
        assert_eq!(account.held(), 0);
    }

    #[test]
    fn a_charge_may_exceed_the_limit_and_keeps_others_out_until_it_is_dropped() {
        let account = MemoryAccount::new(1 << 20);
        let mut pool = BufferPool::new(Arc::clone(&account));
        let charge = account.charge(3 << 20);
        assert!(account.is_exhausted() && pool.begin(1000, &[]).is_none());
        drop(charge);
        assert!(!account.is_exhausted() && pool.begin(1000, &[]).is_some());
    }

    #[test]
    fn an_exhausted_account_refuses_and_recovers() {
        let account = MemoryAccount::new(1 << 20);
        let mut pool = BufferPool::new(Arc::clone(&account));
        let first = pool.begin(1 << 20, &[]).expect("an empty account takes any frame");
        assert!(pool.begin(1 << 20, &[]).is_none());
        pool.finish(first);
        assert!(pool.begin(1 << 20, &[]).is_some());
    }

    #[test]
    fn one_frame_larger_than_the_limit_still_passes_while_it_is_alone() {
        let account = MemoryAccount::new(100_000);
        let mut pool = BufferPool::new(Arc::clone(&account));
        let mut frame = pool.begin(5 << 20, &[7; 10]).expect("the account is empty");
        while !frame.is_complete() {
            frame.filled = frame.bytes.len();
            assert!(pool.make_room(&mut frame), "alone, it grows to its end");
        }
        assert!(pool.begin(1, &[]).is_none(), "and nobody else gets anything meanwhile");
        pool.finish(frame);
        assert_eq!(account.held(), 0);
    }
}
