//! What every network promises, epoll's edges above all.

use std::io::{ErrorKind, IoSlice};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use thalweg_platform::memory::{MemoryDisk, MemoryNet};
use thalweg_platform::os::{OsDisk, OsNet};
use thalweg_platform::{Disk, Listener, Net, Open, Poller, Ready, Stream};

fn on_both(test: impl Fn(&dyn Net)) {
    test(&OsNet);
    test(&MemoryNet::new());
}

const ANY_PORT: &str = "127.0.0.1:0";
/// Long enough for a loopback, short enough for a test that expects nothing.
const SOON: Duration = Duration::from_millis(50);
const LATE: Duration = Duration::from_secs(10);

struct World {
    listener: Box<dyn Listener>,
    poller: Box<dyn Poller>,
    events: Vec<Ready>,
}

impl World {
    fn new(net: &dyn Net) -> Self {
        let listener = net.listen(ANY_PORT.parse().unwrap()).unwrap();
        Self { listener, poller: net.poller().unwrap(), events: Vec::with_capacity(16) }
    }

    /// A connection: (the side that connected, the side that accepted), neither watched yet.
    fn pair(&mut self, net: &dyn Net) -> (Box<dyn Stream>, Box<dyn Stream>) {
        let near = net.connect(self.listener.local_address().unwrap()).unwrap();
        loop {
            match self.listener.accept() {
                Ok((far, _)) => return (near, far),
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn poll(&mut self, timeout: Duration) -> Vec<Ready> {
        self.poller.poll(&mut self.events, Some(timeout)).unwrap();
        self.events.clone()
    }

    /// Polls until nothing more comes.
    fn settle(&mut self) {
        while !self.poll(SOON).is_empty() {}
    }
}

fn write(stream: &mut dyn Stream, bytes: &[u8]) {
    assert_eq!(stream.write(&[IoSlice::new(bytes)], false).unwrap(), bytes.len());
}

fn kind<T>(result: std::io::Result<T>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

#[test]
fn a_listener_tells_of_a_connection_and_accepts_it_with_its_address() {
    on_both(|net| {
        let mut world = World::new(net);
        world.poller.add_listener(&mut *world.listener, 7).unwrap();
        assert_eq!(kind(world.listener.accept()), Some(ErrorKind::WouldBlock));
        assert_eq!(world.poll(Duration::ZERO), []);
        let near = net.connect(world.listener.local_address().unwrap()).unwrap();
        assert_eq!(world.poll(LATE), [Ready { token: 7, readable: true, writable: false, ended: false }]);
        let (far, peer) = world.listener.accept().unwrap();
        assert_eq!(peer, near.local_address().unwrap());
        assert_eq!(far.local_address().unwrap(), world.listener.local_address().unwrap());
        assert_eq!(kind(world.listener.accept()), Some(ErrorKind::WouldBlock));
    });
}

#[test]
fn edges_come_once_per_arrival_and_not_again_for_bytes_left_unread() {
    on_both(|net| {
        let mut world = World::new(net);
        let (mut near, mut far) = world.pair(net);
        write(&mut *near, b"early");
        std::thread::sleep(SOON);
        world.poller.add(&mut *far, 1).unwrap();
        assert_eq!(
            world.poll(LATE),
            [Ready { token: 1, readable: true, writable: true, ended: false }],
            "the present state counts as a change"
        );
        assert_eq!(world.poll(SOON), [], "nothing changed since");
        write(&mut *near, b", later");
        assert_eq!(world.poll(LATE), [Ready { token: 1, readable: true, writable: true, ended: false }]);
        let mut bytes = [0; 5];
        assert_eq!(far.read(&mut bytes).unwrap(), 5);
        assert_eq!(world.poll(SOON), [], "a partial read is no edge");
        let mut bytes = [0; 64];
        assert_eq!(far.read(&mut bytes).unwrap(), 7);
        assert_eq!(kind(far.read(&mut bytes)), Some(ErrorKind::WouldBlock));
    });
}

#[test]
fn a_full_connection_would_block_and_tells_when_there_is_room_again() {
    on_both(|net| {
        let mut world = World::new(net);
        let (mut near, mut far) = world.pair(net);
        world.poller.add(&mut *near, 3).unwrap();
        world.settle();
        let chunk = vec![5; 100_000];
        let mut sent = 0;
        loop {
            match near.write(&[IoSlice::new(&chunk)], false) {
                Ok(count) => sent += count,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::WouldBlock);
                    break;
                }
            }
        }
        assert_eq!(world.poll(SOON), []);
        let (mut bytes, mut received) = (vec![0; 1 << 20], 0);
        let mut events = Vec::new();
        while received < sent {
            match far.read(&mut bytes) {
                Ok(count) => received += count,
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            }
            events.extend(world.poll(Duration::from_millis(1)));
        }
        assert_eq!(received, sent);
        events.extend(world.poll(SOON));
        assert!(
            events.contains(&Ready { token: 3, readable: false, writable: true, ended: false }),
            "{events:?}"
        );
    });
}

#[test]
fn the_peers_end_is_an_edge_after_which_the_rest_is_read_then_nothing() {
    on_both(|net| {
        let mut world = World::new(net);
        let (mut near, mut far) = world.pair(net);
        world.poller.add(&mut *far, 1).unwrap();
        world.settle();
        write(&mut *near, b"last words");
        near.shutdown();
        let event = world.poll(LATE)[0];
        assert!(event.readable && event.ended, "the end is told with the bytes before it: {event:?}");
        let mut bytes = [0; 64];
        assert_eq!(far.read(&mut bytes).unwrap(), 10);
        assert_eq!(far.read(&mut bytes).unwrap(), 0);
        assert_eq!(far.read(&mut bytes).unwrap(), 0, "the end stays");
        assert_eq!(near.read(&mut bytes).unwrap(), 0, "one's own end too");
        assert_eq!(kind(near.write(&[IoSlice::new(b"x")], false)), Some(ErrorKind::BrokenPipe));
        world.poller.remove(&mut *far).unwrap();
    });
}

#[test]
fn a_dropped_stream_is_an_end_for_its_peer() {
    on_both(|net| {
        let mut world = World::new(net);
        let (near, mut far) = world.pair(net);
        world.poller.add(&mut *far, 1).unwrap();
        world.settle();
        drop(near);
        assert!(world.poll(LATE)[0].readable);
        assert_eq!(far.read(&mut [0; 8]).unwrap(), 0);
    });
}

#[test]
fn a_removed_stream_is_silent_and_can_move_to_another_poller() {
    on_both(|net| {
        let mut world = World::new(net);
        let (mut near, mut far) = world.pair(net);
        world.poller.add(&mut *far, 1).unwrap();
        world.settle();
        write(&mut *near, b"queued at the first");
        std::thread::sleep(SOON);
        world.poller.remove(&mut *far).unwrap();
        assert_eq!(world.poll(SOON), []);
        let mut other = net.poller().unwrap();
        other.add(&mut *far, 9).unwrap();
        let mut events = Vec::with_capacity(4);
        other.poll(&mut events, Some(LATE)).unwrap();
        assert_eq!(events, [Ready { token: 9, readable: true, writable: true, ended: false }]);
    });
}

#[test]
fn no_more_events_come_than_there_is_capacity_for_and_the_rest_come_next() {
    on_both(|net| {
        let mut world = World::new(net);
        let mut pairs: Vec<_> = (0..5).map(|_| world.pair(net)).collect();
        for (token, (near, far)) in pairs.iter_mut().enumerate() {
            write(&mut **near, b"x");
            world.poller.add(&mut **far, token).unwrap();
        }
        std::thread::sleep(SOON);
        let mut events = Vec::with_capacity(2);
        let mut tokens = Vec::new();
        for _ in 0..3 {
            world.poller.poll(&mut events, Some(LATE)).unwrap();
            assert!((1..=2).contains(&events.len()));
            tokens.extend(events.iter().map(|ready| ready.token));
        }
        tokens.sort_unstable();
        assert_eq!(tokens, [0, 1, 2, 3, 4]);
    });
}

#[test]
fn a_wake_up_ends_the_present_or_the_next_poll_once() {
    on_both(|net| {
        let mut poller = net.poller().unwrap();
        let waker = poller.waker();
        let mut events = Vec::with_capacity(4);
        waker.wake();
        waker.wake();
        poller.poll(&mut events, None).unwrap();
        assert_eq!(events, []);
        let begin = std::time::Instant::now();
        poller.poll(&mut events, Some(SOON)).unwrap();
        assert!(begin.elapsed() >= SOON / 2, "both wake-ups were spent on one poll");
        let thread = std::thread::spawn(move || {
            std::thread::sleep(SOON);
            waker.wake();
        });
        poller.poll(&mut events, None).unwrap();
        thread.join().unwrap();
    });
}

#[test]
fn wake_ups_that_race_with_falling_asleep_are_never_lost() {
    on_both(|net| {
        let mut poller = net.poller().unwrap();
        let waker = poller.waker();
        let (sender, mailbox) = std::sync::mpsc::channel();
        const LETTERS: usize = 20_000;
        let thread = std::thread::spawn(move || {
            for letter in 0..LETTERS {
                sender.send(letter).unwrap();
                waker.wake();
            }
        });
        let mut events = Vec::with_capacity(4);
        let mut received = 0;
        while received < LETTERS {
            let begin = std::time::Instant::now();
            poller.poll(&mut events, Some(LATE)).unwrap();
            assert!(begin.elapsed() < LATE, "a wake-up was lost after {received} letters");
            received += mailbox.try_iter().count();
        }
        thread.join().unwrap();
    });
}

#[test]
fn slices_and_a_file_range_arrive_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let disks: [(&dyn Net, Box<dyn Disk>, &Path); 3] = [
        (&OsNet, Box::new(OsDisk), directory.path()),
        (&OsNet, Box::new(MemoryDisk::new()), Path::new("/")),
        (&MemoryNet::new(), Box::new(MemoryDisk::new()), Path::new("/")),
    ];
    for (net, disk, root) in disks {
        let file = disk.open(&root.join("0.log"), Open::Create).unwrap();
        file.write_all_at(&mut [IoSlice::new(b"0123456789")], 0).unwrap();
        let mut world = World::new(net);
        let (mut near, mut far) = world.pair(net);
        let slices = [IoSlice::new(b"he"), IoSlice::new(b""), IoSlice::new(b"ad ")];
        assert_eq!(near.write(&slices, true).unwrap(), 5);
        assert_eq!(near.send_file(&*file, 3, 4).unwrap(), 4);
        assert_eq!(near.send_file(&*file, 8, 100).unwrap(), 2, "the file is shorter");
        assert_eq!(near.send_file(&*file, 10, 1).unwrap(), 0, "nothing is there");
        near.shutdown();
        let (mut all, mut bytes) = (Vec::new(), [0; 64]);
        loop {
            match far.read(&mut bytes) {
                Ok(0) => break,
                Ok(count) => all.extend_from_slice(&bytes[..count]),
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            }
        }
        assert_eq!(all, b"head 345689");
    }
}

#[test]
fn a_busy_address_is_named_in_the_error() {
    on_both(|net| {
        let listener = net.listen(ANY_PORT.parse().unwrap()).unwrap();
        let address: SocketAddr = listener.local_address().unwrap();
        let error = net.listen(address).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        assert!(error.to_string().contains(&address.to_string()), "{error}");
        drop(listener);
        assert!(net.listen(address).is_ok(), "free again at once");
    });
}

#[test]
fn nobody_listening_is_an_error_at_once_or_with_the_first_event() {
    on_both(|net| {
        let address = net.listen(ANY_PORT.parse().unwrap()).unwrap().local_address().unwrap();
        let refused = match net.connect(address) {
            Err(error) => error.kind(),
            Ok(mut stream) => {
                let mut poller = net.poller().unwrap();
                poller.add(&mut *stream, 1).unwrap();
                let mut events = Vec::with_capacity(4);
                poller.poll(&mut events, Some(LATE)).unwrap();
                assert!(events[0].writable);
                kind(stream.read(&mut [0; 8])).unwrap()
            }
        };
        assert_eq!(refused, ErrorKind::ConnectionRefused);
    });
}

#[test]
fn ipv6_listens_and_connects_where_the_machine_has_it() {
    on_both(|net| {
        let Ok(mut listener) = net.listen("[::1]:0".parse().unwrap()) else { return };
        let near = net.connect(listener.local_address().unwrap()).unwrap();
        std::thread::sleep(SOON);
        let (_, peer) = listener.accept().unwrap();
        assert_eq!(peer, near.local_address().unwrap());
        assert!(peer.is_ipv6());
    });
}
