//! Boot: from configuration to a set of roles that serve, and the clean end.
//!
//! Decides the order: listeners are bound and directories locked first, so that a mistake costs nothing; then
//! the metadata is read, the partitions opened, the broker unfenced, and only then connections are accepted.
//! Makes no threads: see [`crate::threads`], or a test that calls the turns itself.

use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use thalweg_config::{
    BrokerConfig, Effective, Listener as ListenerConfig, Problem, Settings, check_exposure,
};
use thalweg_controller::ApiError;
use thalweg_metadata::Endpoint;
use thalweg_model::Now;
use thalweg_platform::{Clock, Disk, Listener, Net, Poller, Random};
use thalweg_wire::ErrorCode;

use crate::admission::{Admission, ConnectionLimits};
use crate::applier::Applier;
use crate::audit::{Audit, AuditRole};
use crate::authorizer::{AclFollower, Authorizer};
use crate::compute::Compute;
use crate::controller::{self, ControllerError, ControllerHandle, ControllerHost, ControllerOptions, Reply};
use crate::coordinators::{CoordinatorConfig, Coordinators, GroupConfigFollower};
use crate::disk::{
    Cleaner, DirectoryError, DiskRole, Intervals, Janitor, LogDirectories, ReadMessage, ReadRole,
    Surroundings, SyncRole,
};
use crate::dynamic_config::DynamicConfig;
use crate::fetch_session::FetchSessions;
use crate::log_levels::LogLevels;
use crate::login::Logins;
use crate::login::follower::LoginFollower;
use crate::login::gate::Gate;
use crate::login::jwks::KeyFetcher;
use crate::mailbox::{Sender, mailbox};
use crate::memory::MemoryAccount;
use crate::metrics::Metrics;
use crate::node::{Advertised, FEATURES, Limits, Node};
use crate::opening::OpeningProgress;
use crate::quotas::{QuotaFollower, Quotas};
use crate::telemetry::Telemetry;
use crate::tokens::Tokens;
use crate::topics::Topics;
use crate::worker::{Worker, WorkerId, WorkerMessage};

/// The machine a broker runs on.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Files.
    pub disk: Arc<dyn Disk>,
    /// Sockets.
    pub net: Arc<dyn Net>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Data workers when `thalweg.workers` does not say.
    pub cores: usize,
    /// Memory of the machine in bytes, for the bounds that follow from it.
    pub memory_bytes: u64,
    /// Told how far the start is.
    pub opening: Arc<OpeningProgress>,
}

/// Why a broker does not start; each in one sentence with what to do.
#[derive(Debug)]
pub enum BootError {
    /// Configuration that does not fit together.
    Config(String),
    /// A listener cannot be bound.
    Listen {
        /// Its name.
        listener: String,
        /// Where.
        address: String,
        /// Why.
        error: io::Error,
    },
    /// A log directory cannot be used.
    Directory(DirectoryError),
    /// The metadata cannot be used.
    Controller(ControllerError),
    /// The broker could not be registered or unfenced.
    Register(ApiError),
    /// A thread or poller could not be made.
    System(io::Error),
}

impl fmt::Display for BootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(why) => f.write_str(why),
            Self::Listen { listener, address, error } if error.kind() == io::ErrorKind::AddrInUse => write!(
                f,
                "listener {listener} cannot use {address}: the address is in use, perhaps by another broker; stop it \
                 or choose another port (--listen HOST:PORT)"
            ),
            Self::Listen { listener, address, error } => {
                write!(f, "listener {listener} cannot use {address}: {error}")
            }
            Self::Directory(error) => error.fmt(f),
            Self::Controller(error) => error.fmt(f),
            Self::Register(error) => write!(f, "the broker could not be registered: {error}"),
            Self::System(error) => write!(f, "the system refused a thread or a poller: {error}"),
        }
    }
}

impl std::error::Error for BootError {}

impl From<Problem> for BootError {
    fn from(problem: Problem) -> Self {
        Self::Config(problem.to_string())
    }
}

impl From<DirectoryError> for BootError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<ControllerError> for BootError {
    fn from(error: ControllerError) -> Self {
        Self::Controller(error)
    }
}

/// All roles of one broker, ready to have their turns called.
#[derive(Debug)]
pub struct Broker {
    /// What they share.
    pub node: Arc<Node>,
    /// The controller, and what its thread sleeps in.
    pub controller: (ControllerHost, Box<dyn Poller>),
    /// Where connections log in.
    pub gate: Gate,
    /// The data workers; the first accepts.
    pub workers: Vec<Worker>,
    /// One per log directory.
    pub disks: Vec<(DiskRole, Box<dyn Poller>)>,
    /// One per log directory.
    pub syncs: Vec<(SyncRole, Box<dyn Poller>)>,
    /// The group coordinators.
    pub coordinators: (Coordinators, Box<dyn Poller>),
    /// What takes long to compute.
    pub compute: (Compute, Box<dyn Poller>),
    /// The read pool.
    pub readers: Vec<(ReadRole, Box<dyn Poller>)>,
    /// Write and sync what the coordinators have decided, where acknowledged means on disk.
    pub committers: Vec<(ReadRole, Box<dyn Poller>)>,
    /// Deletes what has expired.
    pub janitor: (Janitor, Box<dyn Poller>),
    /// Compact.
    pub cleaners: Vec<(Cleaner, Box<dyn Poller>)>,
    /// Fetches keys of bearer tokens, where a server has them. Only a thread of its own gives it turns: it waits for
    /// another host.
    pub jwks: Option<(KeyFetcher, Box<dyn Poller>)>,
    /// Writes the audit log, where there is one.
    pub audit: Option<(AuditRole, Box<dyn Poller>)>,
    /// The log directories.
    pub directories: Arc<LogDirectories>,
    /// Mailboxes of the workers.
    pub worker_mailboxes: Vec<Sender<WorkerMessage>>,
    /// Where each listener is bound.
    pub bound: Vec<(String, SocketAddr)>,
    /// True when the last stop was clean.
    pub was_clean: bool,
}

/// Readers in the pool.
const READERS: usize = 4;
/// Committers in their pool: so many syncs are on their way at once. File systems with a journal write one commit for
/// all of them.
const COMMITTERS: usize = 4;
/// Threads that open logs, at most.
const MOST_OPENING: usize = 64;
/// Share of the machine's memory that requests may hold when `queued.max.request.bytes` does not say.
const REQUEST_MEMORY_SHARE: u64 = 8;
/// The least and the most that share may be.
const REQUEST_MEMORY: std::ops::RangeInclusive<u64> = (64 << 20)..=(1 << 30);

impl Broker {
    /// Opens everything and registers the broker. Connections wait in the listeners' backlogs until the workers
    /// get their turns.
    pub fn assemble(environment: &Environment, settings: Settings) -> Result<Self, BootError> {
        let now = environment.clock.now();
        let settings = Arc::new(settings);
        let effective = Effective::of_settings(&settings);
        let config = Arc::new(BrokerConfig::resolve(&effective)?);
        let authorizer = Authorizer::resolve(&settings).map_err(BootError::Config)?;
        check_exposure(&config.listeners, authorizer.is_some(), config.own.insecure)
            .map_err(BootError::Config)?;

        let logins = Logins::resolve(&config, &*environment.random, &environment.disk, now.mono)
            .map_err(BootError::Config)?;

        let mut bound = Vec::new();
        let mut sockets = Vec::new();
        for listener in &config.listeners {
            let socket = bind(&*environment.net, listener)?;
            let address = socket.local_address().map_err(BootError::System)?;
            bound.push((listener.name.clone(), address));
            sockets.push(socket);
        }
        let advertised = advertised(&config, &bound);

        let poller = || environment.net.poller().map_err(BootError::System);
        let locked = LogDirectories::lock(Arc::clone(&environment.disk), &config)?;
        let was_clean = locked.was_clean();
        let controller_poller = poller()?;
        let options = ControllerOptions {
            features: FEATURES.to_vec(),
            start: Arc::clone(&settings),
            controller_endpoint: controller_endpoint(&config, &bound),
            endpoints: endpoints(&config, &advertised),
            previous_broker_epoch: locked.previous_broker_epoch(),
            wake: controller_poller.waker(),
        };
        let mut host = controller::open_or_format(
            Arc::clone(&environment.disk),
            Arc::clone(&environment.random),
            &config,
            options,
            now,
        )?;

        let audit_poller = poller()?;
        let opened = Audit::open(&config, &environment.disk, &environment.clock, audit_poller.waker());
        let (audit, audit_role) = opened.map_err(BootError::Config)?.unzip();

        let workers = config.own.workers.and_then(|count| usize::try_from(count).ok());
        let worker_count = workers.unwrap_or(environment.cores).max(1);
        let mut worker_ends = Vec::new();
        for _ in 0..worker_count {
            let poller = poller()?;
            let (sender, receiver) = mailbox(poller.waker());
            worker_ends.push((poller, sender, receiver));
        }
        let worker_mailboxes: Vec<_> = worker_ends.iter().map(|(_, sender, _)| sender.clone()).collect();

        let mut disk_ends = Vec::new();
        for _ in &config.log_dirs {
            let (disk_poller, sync_poller) = (poller()?, poller()?);
            let (disk, disk_receiver) = mailbox(disk_poller.waker());
            let (sync, sync_receiver) = mailbox(sync_poller.waker());
            disk_ends.push(((disk, sync), (disk_poller, disk_receiver), (sync_poller, sync_receiver)));
        }
        let janitor_poller = poller()?;
        let disk_mailboxes = disk_ends.iter().map(|(senders, _, _)| senders.clone()).collect();
        let directories = locked.open(host.directories(), disk_mailboxes, janitor_poller.waker())?;

        let (read_pool, readers) = pool(READERS, poller)?;
        let (commit_pool, committers) = pool(COMMITTERS, poller)?;

        let coordinator_poller = poller()?;
        let (coordinators, coordinator_mailbox) = mailbox(coordinator_poller.waker());
        let compute_poller = poller()?;
        let (jobs, compute_mailbox) = mailbox(compute_poller.waker());

        let gate_poller = poller()?;
        let (gate, gate_mailbox) = mailbox(gate_poller.waker());

        let topics = Arc::new(Topics::default());
        let image = host.handle().image();
        let dynamic = Arc::new(DynamicConfig::new(Arc::clone(&settings), Arc::clone(&config), &image));
        let admission = Arc::new(admission(&dynamic.now()));
        directories.set_producer_expiration(&dynamic.now());
        directories.set_cordoned(&dynamic.now());
        let applier = Applier::new(
            Arc::clone(&dynamic),
            Arc::clone(&admission),
            Arc::clone(&topics),
            Arc::clone(&directories),
            Arc::clone(&environment.clock),
        );
        applier.open_all(
            &host.handle().image(),
            opening_threads(&dynamic.now(), environment.cores),
            &environment.opening,
        );
        let image = host.handle().image();
        directories.sweep(
            |there| {
                let topic = image.topics.by_name.get(&*there.topic);
                let index = usize::try_from(there.partition.0).ok();
                topic.zip(index).is_some_and(|(topic, index)| index < topic.partitions.len())
            },
            || environment.random.uuid(),
        );
        host.add_listener(Box::new(applier));
        let logins = Arc::new(logins);
        let follower = LoginFollower::new(
            Arc::clone(&logins),
            Arc::clone(&dynamic),
            config.listeners.clone(),
            Arc::clone(&environment.clock),
        );
        follower.follow();
        host.add_listener(Box::new(follower));
        let quotas = Arc::new(Quotas::new(&Effective::of_settings(&settings)));
        quotas.update(&host.handle().image());
        host.add_listener(Box::new(QuotaFollower(Arc::clone(&quotas))));
        if let Some(authorizer) = &authorizer {
            authorizer.update(&host.handle().image());
            host.add_listener(Box::new(AclFollower(Arc::clone(authorizer))));
        }

        let memory_limit =
            config.network.queued_max_request_bytes.and_then(|bytes| u64::try_from(bytes).ok());
        let memory_limit = memory_limit.unwrap_or_else(|| {
            (environment.memory_bytes / REQUEST_MEMORY_SHARE)
                .clamp(*REQUEST_MEMORY.start(), *REQUEST_MEMORY.end())
        });
        let group_configs =
            GroupConfigFollower { dynamic: Arc::clone(&dynamic), coordinators: coordinators.clone() };
        group_configs.tell(&host.handle().image());
        host.add_listener(Box::new(group_configs));

        let node = Arc::new(Node {
            cluster_id: Arc::from(host.cluster_id()),
            advertised,
            limits: Limits {
                frame_bytes: usize::try_from(config.network.socket_request_max_bytes).unwrap_or(0),
            },
            controller: host.handle(),
            topics,
            authorizer,
            audit,
            logins,
            gate,
            quotas,
            tokens: Tokens::resolve(&settings),
            producer_ids: Default::default(),
            sessions: FetchSessions::new(
                usize::try_from(config.fetch.max_incremental_fetch_session_cache_slots).unwrap_or(0),
            ),
            memory: MemoryAccount::new(memory_limit),
            admission,
            metrics: Metrics::new(worker_count),
            directories: Arc::clone(&directories),
            read_pool,
            compute: jobs.clone(),
            coordinators,
            clock: Arc::clone(&environment.clock),
            random: Arc::clone(&environment.random),
            disk: Arc::clone(&environment.disk),
            settings,
            dynamic,
            telemetry: Telemetry::default(),
            log_levels: LogLevels::default(),
            config: Arc::clone(&config),
        });

        let mut roles = Vec::new();
        for (place, (poller, _, receiver)) in worker_ends.into_iter().enumerate() {
            let (id, node, peers) = (WorkerId(place), Arc::clone(&node), worker_mailboxes.clone());
            roles.push(Worker::new(id, node, poller, receiver, peers, now));
        }
        for (index, socket) in sockets.into_iter().enumerate() {
            roles[0].accept_from(socket, index).map_err(BootError::System)?;
        }
        let intervals = intervals(&config);
        let (mut disks, mut syncs) = (Vec::new(), Vec::new());
        for (place, (_, (disk_poller, disk), (sync_poller, sync))) in disk_ends.into_iter().enumerate() {
            let clock = || Arc::clone(&environment.clock);
            let disk = DiskRole::new(Arc::clone(&directories), disk, worker_mailboxes.clone(), clock());
            disks.push((disk, disk_poller));
            let (directories, workers) = (Arc::clone(&directories), worker_mailboxes.clone());
            syncs.push((SyncRole::new(place, directories, sync, workers, clock(), intervals), sync_poller));
        }
        let around = Surroundings {
            topics: Arc::clone(&node.topics),
            directories: Arc::clone(&directories),
            controller: node.controller.clone(),
            dynamic: Arc::clone(&node.dynamic),
            random: Arc::clone(&node.random),
        };
        let janitor = Janitor::new(around, &config, now);
        let seed = (environment.random.next_u64(), environment.random.next_u64());
        let mut cleaners = Vec::new();
        for cleaner in Cleaner::make(&node.topics, &directories, &node.dynamic, seed, now) {
            cleaners.push((cleaner, poller()?));
        }
        let coordinator_config =
            CoordinatorConfig::resolve(&Effective::of_settings(&node.settings), config.own.coordinator_flush);
        let coordinators = Coordinators::new(
            Arc::clone(&node),
            coordinator_mailbox,
            worker_mailboxes.clone(),
            (jobs, commit_pool),
            coordinator_config,
        );
        let jwks = match KeyFetcher::new(Arc::clone(&node)) {
            Some(fetcher) => {
                let poller = poller()?;
                fetcher.connect(&poller.waker());
                Some((fetcher, poller))
            }
            None => None,
        };
        let gate = Gate::new(Arc::clone(&node), gate_poller, gate_mailbox, worker_mailboxes.clone());
        let mut broker = Self {
            node,
            gate,
            coordinators: (coordinators, coordinator_poller),
            compute: (Compute::new(compute_mailbox), compute_poller),
            controller: (host, controller_poller),
            workers: roles,
            disks,
            syncs,
            readers,
            committers,
            janitor: (janitor, janitor_poller),
            cleaners,
            jwks,
            audit: audit_role.map(|role| (role, audit_poller)),
            directories,
            worker_mailboxes,
            bound,
            was_clean,
        };
        broker.register(environment.clock.now())?;
        Ok(broker)
    }

    /// Unfences the broker: it is elected wherever it may lead.
    fn register(&mut self, now: Now) -> Result<(), BootError> {
        ask_controller(&mut self.controller.0, now, |handle, reply| handle.broker_ready(reply))
            .map_err(BootError::Register)
    }
}

/// Roles that take what waits for a disk from one mailbox.
type Pool = (Sender<ReadMessage>, Vec<(ReadRole, Box<dyn Poller>)>);

fn pool(size: usize, poller: impl Fn() -> Result<Box<dyn Poller>, BootError>) -> Result<Pool, BootError> {
    let pollers = (0..size).map(|_| poller()).collect::<Result<Vec<_>, _>>()?;
    let wakes = pollers.iter().map(|poller| poller.waker()).collect();
    let (sender, receiver) = mailbox(Arc::new(crate::disk::WakeAll(wakes)));
    let receiver = Arc::new(receiver);
    let role = |poller| (ReadRole::new(Arc::clone(&receiver)), poller);
    Ok((sender, pollers.into_iter().map(role).collect()))
}

/// Asks the controller something outside its thread and gives it the turn in which to answer.
pub(crate) fn ask_controller(
    host: &mut ControllerHost,
    now: Now,
    ask: impl FnOnce(&ControllerHandle, Reply<Result<(), ApiError>>),
) -> Result<(), ApiError> {
    let (sender, receiver) = std::sync::mpsc::channel();
    // Nobody hears the answer if the turn below fails to give one.
    ask(&host.handle(), Box::new(move |result| drop(sender.send(result))));
    host.turn(now);
    receiver.try_recv().unwrap_or_else(|_| Err(ApiError::bare(ErrorCode::UnknownServerError)))
}

fn bind(net: &dyn Net, listener: &ListenerConfig) -> Result<Box<dyn Listener>, BootError> {
    let host = listener.host.as_deref().unwrap_or("::");
    let address =
        format!("{}:{}", if host.contains(':') { format!("[{host}]") } else { host.into() }, listener.port);
    let failed =
        |error| BootError::Listen { listener: listener.name.clone(), address: address.clone(), error };
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for resolved in (host, listener.port).to_socket_addrs().map_err(failed)? {
        match net.listen(resolved) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    // Every address of a machine without IPv6.
    if listener.host.is_none()
        && let Ok(socket) = net.listen(SocketAddr::from(([0, 0, 0, 0], listener.port)))
    {
        return Ok(socket);
    }
    Err(failed(last))
}

fn advertised(config: &BrokerConfig, bound: &[(String, SocketAddr)]) -> Vec<Advertised> {
    let of = |(name, address): &(String, SocketAddr)| {
        let told = config.advertised_listeners.iter().find(|listener| listener.name == *name);
        Advertised {
            listener: name.clone(),
            host: told.and_then(|listener| listener.host.clone()),
            port: told.map(|listener| listener.port).filter(|&port| port != 0).unwrap_or(address.port()),
        }
    };
    bound.iter().map(of).collect()
}

/// What other nodes would be told: an address that depends on the client is written as this machine's loopback,
/// which is all a single node needs.
fn endpoints(config: &BrokerConfig, advertised: &[Advertised]) -> Vec<Endpoint> {
    let of = |(told, listener): (&Advertised, &ListenerConfig)| Endpoint {
        name: told.listener.clone(),
        host: told.host.clone().unwrap_or_else(|| "localhost".into()),
        port: told.port,
        security_protocol: listener.protocol.code(),
    };
    advertised.iter().zip(&config.listeners).map(of).collect()
}

/// The controller's listener as a Kafka that opens this directory would read it from the voters record.
fn controller_endpoint(config: &BrokerConfig, bound: &[(String, SocketAddr)]) -> (String, String, u16) {
    match config.controller_listeners.first() {
        Some(listener) => {
            let host = listener.host.clone().unwrap_or_else(|| "localhost".into());
            (listener.name.clone(), host, listener.port)
        }
        None => {
            let port = bound.first().map_or(9092, |(_, address)| address.port());
            ("CONTROLLER".into(), "localhost".into(), port.wrapping_add(1))
        }
    }
}

fn admission(config: &BrokerConfig) -> Admission {
    let admission = Admission::default();
    admission.set_limits(connection_limits(config));
    admission
}

/// What the configuration says of connections, names resolved to addresses.
pub(crate) fn connection_limits(config: &BrokerConfig) -> ConnectionLimits {
    let limit = |count: i32| usize::try_from(count).unwrap_or(0);
    let overrides = config.network.max_connections_per_ip_overrides.iter().flat_map(|(host, count)| {
        let addresses =
            (host.as_str(), 0).to_socket_addrs().map(Iterator::collect::<Vec<_>>).unwrap_or_default();
        addresses.into_iter().map(|address: SocketAddr| (address.ip(), limit(*count)))
    });
    ConnectionLimits {
        total: limit(config.network.max_connections),
        address: limit(config.network.max_connections_per_ip),
        overrides: overrides.collect(),
    }
}

/// Threads that open logs: `num.recovery.threads.per.data.dir` for each directory; none but this one where there is
/// only one core to share.
fn opening_threads(config: &BrokerConfig, cores: usize) -> usize {
    let each = usize::try_from(config.log.num_recovery_threads_per_data_dir).unwrap_or(1).max(1);
    if cores > 1 { each.saturating_mul(config.log_dirs.len()).min(MOST_OPENING) } else { 1 }
}

fn intervals(config: &BrokerConfig) -> Intervals {
    let ms = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or(0).max(1));
    Intervals {
        recovery_point_checkpoint: ms(config.log.log_flush_offset_checkpoint_interval_ms.into()),
        high_watermark_checkpoint: ms(config.fetch.replica_high_watermark_checkpoint_interval_ms),
        producer_expiration_check: ms(config.producers.producer_id_expiration_check_interval_ms.into()),
    }
}
