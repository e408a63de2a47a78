//! A mailbox: how one role hands work to another. Unbounded in itself; what is put in is bounded by what
//! asked for it (a response slot, a partition, a segment). Never a lock held across a call.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use thalweg_platform::Wake;

/// The receiving end's state, shared by all senders.
#[derive(Debug)]
struct Shared<T> {
    queue: Mutex<VecDeque<T>>,
    /// The receiver is gone: what is sent is dropped.
    is_closed: AtomicBool,
    wake: Arc<dyn Wake>,
}

/// Puts messages in. Cloned freely.
#[derive(Debug)]
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T> Sender<T> {
    /// Puts a message in and wakes the role if its mailbox was empty: while it is not, a wake is under way.
    pub fn send(&self, message: T) {
        let was_empty = {
            let mut queue = self.shared.queue.lock();
            if self.shared.is_closed.load(Ordering::Relaxed) {
                drop(queue);
                // What a message owes is settled by its end, which may send in turn.
                return drop(message);
            }
            let was_empty = queue.is_empty();
            queue.push_back(message);
            was_empty
        };
        if was_empty {
            self.shared.wake.wake();
        }
    }
}

/// Takes messages out; held by one role.
#[derive(Debug)]
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Receiver<T> {
    /// Swaps everything that has arrived into `into`, which must be empty: the two deques take turns, so
    /// neither is reallocated.
    pub fn drain(&self, into: &mut VecDeque<T>) {
        debug_assert!(into.is_empty());
        std::mem::swap(&mut *self.shared.queue.lock(), into);
    }

    /// Takes the oldest message.
    pub fn take(&self) -> Option<T> {
        self.shared.queue.lock().pop_front()
    }

    /// True when nothing waits.
    pub fn is_empty(&self) -> bool {
        self.shared.queue.lock().is_empty()
    }

    /// Another sending end.
    pub fn sender(&self) -> Sender<T> {
        Sender { shared: Arc::clone(&self.shared) }
    }
}

impl<T> Drop for Receiver<T> {
    /// A message may hold what holds this mailbox: nobody will take it any more, so it ends here.
    fn drop(&mut self) {
        let left = {
            let mut queue = self.shared.queue.lock();
            self.shared.is_closed.store(true, Ordering::Relaxed);
            std::mem::take(&mut *queue)
        };
        drop(left);
    }
}

/// A mailbox whose receiver sleeps in something that `wake` ends.
pub fn mailbox<T>(wake: Arc<dyn Wake>) -> (Sender<T>, Receiver<T>) {
    let shared =
        Arc::new(Shared { queue: Mutex::new(VecDeque::new()), is_closed: AtomicBool::new(false), wake });
    (Sender { shared: Arc::clone(&shared) }, Receiver { shared })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Debug, Default)]
    struct Counting(AtomicUsize);

    impl Wake for Counting {
        fn wake(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn messages_keep_their_order_and_only_the_first_wakes() {
        let wake = Arc::new(Counting::default());
        let (sender, receiver) = mailbox::<u32>(Arc::clone(&wake) as Arc<dyn Wake>);
        sender.send(1);
        sender.send(2);
        let mut taken = VecDeque::new();
        receiver.drain(&mut taken);
        assert_eq!(taken, [1, 2]);
        assert_eq!(wake.0.load(Ordering::Relaxed), 1);
        sender.send(3);
        assert_eq!(wake.0.load(Ordering::Relaxed), 2, "an emptied mailbox wakes again");
        assert!(!receiver.is_empty());
    }
}
