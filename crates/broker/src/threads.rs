//! Threads: loops around turns, and nothing else. What a role does is in the role; here is only who sleeps
//! where, under what name and priority, and how it all ends.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use thalweg_model::{Mono, Now};
use thalweg_platform::{Clock, Poller, Wake};

use crate::audit::AuditRole;
use crate::boot::Broker;
use crate::controller::ControllerHost;
use crate::disk::{DiskRole, LogDirectories, SyncRole};
use crate::login::gate::{Gate, GateMessage};
use crate::mailbox::Sender;
use crate::node::Node;
use crate::worker::{Worker, WorkerMessage};

/// A role's thread, which hands back what it was given when it ends, and what ends its sleep.
type Service<T> = (JoinHandle<T>, Arc<dyn Wake>);

/// A broker whose roles run on threads.
#[derive(Debug)]
pub struct Running {
    /// What the roles share.
    pub node: Arc<Node>,
    directories: Arc<LogDirectories>,
    workers: Vec<JoinHandle<()>>,
    worker_mailboxes: Vec<Sender<WorkerMessage>>,
    controller: Service<ControllerHost>,
    disks: Vec<Service<DiskRole>>,
    syncs: Vec<Service<SyncRole>>,
    others: Vec<Service<()>>,
    audit: Option<Service<AuditRole>>,
    is_stopping: Arc<AtomicBool>,
}

/// How long connections may take to be answered at a clean stop.
const DRAIN: Duration = Duration::from_secs(5);
/// The janitor gives way, but keeps a quarter of a core that workers would fill: deleting must not fall behind writing
/// for good, and costs less than a fifth of it.
const JANITOR_NICE: i32 = 5;
/// The cleaners give way to everybody.
const CLEANER_NICE: i32 = 10;
/// Handshakes cost much processor time, and those who ask for them are not inside yet.
const GATE_NICE: i32 = 5;

impl Broker {
    /// Puts every role on its thread. `set_nice` lowers the priority of the thread that calls it.
    pub fn start(self, set_nice: fn(i32)) -> io::Result<Running> {
        let Self {
            node,
            gate,
            controller,
            workers,
            disks,
            syncs,
            coordinators,
            compute,
            readers,
            committers,
            janitor,
            cleaners,
            jwks,
            audit,
            directories,
            worker_mailboxes,
            ..
        } = self;
        let is_stopping = Arc::new(AtomicBool::new(false));
        let clock = &node.clock;
        let spawned = workers.into_iter().enumerate().map(|(place, worker)| {
            let clock = Arc::clone(clock);
            spawn(format!("worker-{place}"), move || run_worker(worker, &*clock))
        });
        let workers = spawned.collect::<io::Result<Vec<_>>>()?;

        let (host, poller) = controller;
        let turn = |host: &mut ControllerHost, now| host.turn(now);
        let controller = serve("controller".into(), host, poller, clock, &is_stopping, turn)?;
        let mut disk_services = Vec::new();
        for (place, (disk, poller)) in disks.into_iter().enumerate() {
            let turn = |disk: &mut DiskRole, now| disk.turn(now);
            disk_services.push(serve(format!("disk-{place}"), disk, poller, clock, &is_stopping, turn)?);
        }
        let mut sync_services = Vec::new();
        for (place, (sync, poller)) in syncs.into_iter().enumerate() {
            let turn = |sync: &mut SyncRole, now| sync.turn(now);
            sync_services.push(serve(format!("sync-{place}"), sync, poller, clock, &is_stopping, turn)?);
        }
        let (mut coordinators, poller) = coordinators;
        let turn = move |(): &mut (), now| coordinators.turn(now);
        let mut others = vec![serve("coordinator".into(), (), poller, clock, &is_stopping, turn)?];
        let (mut compute, poller) = compute;
        let turn = move |(): &mut (), _| compute.turn();
        others.push(serve("compute".into(), (), poller, clock, &is_stopping, turn)?);
        let named = |name: &'static str| move |(place, role)| (format!("{name}-{place}"), role);
        let pools = readers.into_iter().enumerate().map(named("reader"));
        let pools = pools.chain(committers.into_iter().enumerate().map(named("committer")));
        for (name, (mut reader, poller)) in pools {
            let turn = move |(): &mut (), _| {
                while reader.turn() {}
                Mono(u64::MAX)
            };
            others.push(serve(name, (), poller, clock, &is_stopping, turn)?);
        }
        others.push(open_gate(gate, clock, &is_stopping, set_nice)?);
        let (mut janitor, poller) = janitor;
        let mut is_nice = false;
        let turn = move |(): &mut (), now| {
            if !std::mem::replace(&mut is_nice, true) {
                set_nice(JANITOR_NICE);
            }
            janitor.turn(now)
        };
        others.push(serve("janitor".into(), (), poller, clock, &is_stopping, turn)?);
        for (place, (mut cleaner, poller)) in cleaners.into_iter().enumerate() {
            let mut is_nice = false;
            let turn = move |(): &mut (), now| {
                if !std::mem::replace(&mut is_nice, true) {
                    set_nice(CLEANER_NICE);
                }
                cleaner.turn(now)
            };
            others.push(serve(format!("cleaner-{place}"), (), poller, clock, &is_stopping, turn)?);
        }
        if let Some((mut jwks, poller)) = jwks {
            let turn = move |(): &mut (), now| jwks.turn(now);
            others.push(serve("jwks".into(), (), poller, clock, &is_stopping, turn)?);
        }
        let turn = |role: &mut AuditRole, now| role.turn(now);
        let audit =
            audit.map(|(role, poller)| serve("audit".into(), role, poller, clock, &is_stopping, turn));
        let (disks, syncs, audit) = (disk_services, sync_services, audit.transpose()?);
        Ok(Running {
            node,
            directories,
            workers,
            worker_mailboxes,
            controller,
            disks,
            syncs,
            others,
            audit,
            is_stopping,
        })
    }
}

impl Broker {
    /// The clean end of a broker whose turns somebody else calls: gives up leadership, closes every log. Connections
    /// must have been drained. True when the next start will find a clean directory.
    pub fn stop(self, now: Now) -> bool {
        let Self { controller: (mut host, _), workers, disks, syncs, directories, audit, .. } = self;
        drop(workers);
        if let Some((audit, _)) = audit {
            audit.close(now);
        }
        let disks = disks.into_iter().map(|(disk, _)| Some(disk)).collect();
        let syncs = syncs.into_iter().map(|(sync, _)| Some(sync)).collect();
        close(&mut host, disks, syncs, &directories, now)
    }
}

impl Running {
    /// The clean end: answers what is owed, gives up leadership, closes every log. True when the next start will
    /// find a clean directory.
    pub fn stop(self) -> bool {
        let Self {
            node,
            directories,
            workers,
            worker_mailboxes,
            controller,
            disks,
            syncs,
            others,
            audit,
            is_stopping,
        } = self;
        for mailbox in &worker_mailboxes {
            mailbox.send(WorkerMessage::Drain);
        }
        node.gate.send(GateMessage::Drain);
        let deadline = node.clock.now().mono.after(DRAIN);
        while node.admission.total() > 0 && node.clock.now().mono < deadline {
            std::thread::sleep(Duration::from_millis(2));
        }
        for mailbox in &worker_mailboxes {
            mailbox.send(WorkerMessage::Stop);
        }
        let mut is_whole = true;
        for worker in workers {
            is_whole &= worker.join().is_ok();
        }
        is_stopping.store(true, Ordering::Release);
        let mut host = end(controller);
        let disks: Vec<Option<DiskRole>> = disks.into_iter().map(end).collect();
        let syncs: Vec<Option<SyncRole>> = syncs.into_iter().map(end).collect();
        for other in others {
            is_whole &= end(other).is_some();
        }
        // Last of those that work: what the others have decided is in it.
        if let Some(audit) = audit {
            match end(audit) {
                Some(audit) => audit.close(node.clock.now()),
                None => is_whole = false,
            }
        }
        let Some(host) = &mut host else { return false };
        is_whole && close(host, disks, syncs, &directories, node.clock.now())
    }
}

/// Gives up leadership, closes the logs and marks the directories clean.
fn close(
    host: &mut ControllerHost,
    disks: Vec<Option<DiskRole>>,
    syncs: Vec<Option<SyncRole>>,
    directories: &LogDirectories,
    now: Now,
) -> bool {
    let asked = crate::boot::ask_controller(host, now, |handle, reply| handle.shut_down(reply));
    if let Err(error) = asked {
        tracing::error!(event = "controlled_shutdown_failed", %error, "the next start will be as after a crash");
        return false;
    }
    let epoch = host.broker_epoch();
    let mut is_clean = true;
    for (place, (disk, sync)) in disks.into_iter().zip(syncs).enumerate() {
        let (Some(mut disk), Some(mut sync)) = (disk, sync) else { return false };
        disk.turn(now);
        sync.turn(now);
        is_clean &= sync.close_clean() && directories.mark_clean(place, epoch);
    }
    is_clean
}

fn run_worker(mut worker: Worker, clock: &dyn Clock) {
    let mut now = clock.now();
    while !worker.is_stopped() {
        if let Err(error) = worker.wait(now, None) {
            // Without readiness there is nothing a worker can do: better to stop than to spin.
            tracing::error!(event = "worker_failed", %error, "the system refused to wait for sockets");
            return;
        }
        now = worker.turn(clock.now());
    }
}

/// Runs the gate, which sleeps in its sockets.
fn open_gate(
    mut gate: Gate,
    clock: &Arc<dyn Clock>,
    is_stopping: &Arc<AtomicBool>,
    set_nice: fn(i32),
) -> io::Result<Service<()>> {
    let wake = gate.waker();
    let (clock, is_stopping) = (Arc::clone(clock), Arc::clone(is_stopping));
    let thread = spawn("gate".into(), move || {
        set_nice(GATE_NICE);
        while !is_stopping.load(Ordering::Acquire) {
            if let Err(error) = gate.wait(clock.now(), None) {
                tracing::error!(event = "role_failed", %error, "the system refused to wait");
                return;
            }
            gate.turn(clock.now());
        }
    })?;
    Ok((thread, wake))
}

/// Runs a role on a thread: a turn, then sleep until its mailbox wakes it or the turn's deadline comes.
fn serve<T: Send + 'static>(
    name: String,
    mut role: T,
    mut poller: Box<dyn Poller>,
    clock: &Arc<dyn Clock>,
    is_stopping: &Arc<AtomicBool>,
    mut turn: impl FnMut(&mut T, Now) -> Mono + Send + 'static,
) -> io::Result<Service<T>> {
    let wake = poller.waker();
    let (clock, is_stopping) = (Arc::clone(clock), Arc::clone(is_stopping));
    let thread = spawn(name, move || {
        let mut events = Vec::with_capacity(1);
        while !is_stopping.load(Ordering::Acquire) {
            let due = turn(&mut role, clock.now());
            let sleep = (due.0 < u64::MAX).then(|| clock.now().mono.until(due));
            if let Err(error) = poller.poll(&mut events, sleep) {
                tracing::error!(event = "role_failed", %error, "the system refused to wait");
                break;
            }
        }
        role
    })?;
    Ok((thread, wake))
}

/// Ends a service and takes its role back; `None` if its thread had died.
fn end<T>((thread, wake): Service<T>) -> Option<T> {
    wake.wake();
    thread.join().ok()
}

fn spawn<T: Send + 'static>(
    name: String,
    run: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    std::thread::Builder::new().name(name).spawn(run)
}
