//! HTTP: the listener, its thread, and which path leads where.
//!
//! Decides how many may ask at once and how long they may take, so that strangers cost neither memory nor the
//! operators' own probes for long. Never looks at a role.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use thalweg_broker::node::Node;
use thalweg_broker::opening::OpeningProgress;
use tokio::sync::{Semaphore, oneshot};

use crate::groups::Groups;
use crate::health::{self, Verdict};
use crate::metrics::{self, Level};
use crate::stage::{ProcessReadings, State};

/// Connections at once; the next one waits in the backlog.
const CONNECTIONS: usize = 16;
/// How long a connection may be quiet, or take to send its request's head: longer than between two scrapes.
const QUIET: Duration = Duration::from_secs(75);
/// How long a connection may last; a scraper then opens another.
const LIFETIME: Duration = Duration::from_secs(600);
/// How long an answer may take to be read once the connection has lasted too long.
const LAST_ANSWER: Duration = Duration::from_secs(10);
/// After the system refused a connection.
const PAUSE: Duration = Duration::from_millis(200);

/// Why there is no admin listener.
#[derive(Debug)]
pub struct ListenError {
    /// Where it was to be.
    pub address: String,
    /// Why it is not.
    pub error: io::Error,
}

impl ListenError {
    /// Whether somebody else has the address.
    pub fn is_busy(&self) -> bool {
        self.error.kind() == io::ErrorKind::AddrInUse
    }
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, error } = self;
        if self.is_busy() {
            write!(
                f,
                "the admin listener cannot use {address}: the address is in use, perhaps by another broker; choose \
                 another (--admin HOST:PORT) or none (--admin off)"
            )
        } else {
            write!(f, "the admin listener cannot use {address}: {error} (--admin HOST:PORT or --admin off)")
        }
    }
}

impl std::error::Error for ListenError {}

/// The admin listener on its thread. Dropped, it stops.
#[derive(Debug)]
pub struct Console {
    state: Arc<State>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Console {
    /// Listens on `HOST:PORT` (`:PORT` is every address) and answers from a thread of its own. Until
    /// [`Console::serve`] the broker counts as starting, as far as `opening` says.
    pub fn start(
        address: &str,
        process: ProcessReadings,
        opening: Arc<OpeningProgress>,
    ) -> Result<Self, ListenError> {
        let failed = |error| ListenError { address: address.to_owned(), error };
        let listener = bind(address).map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(failed)?;
        let state = Arc::new(State::new(process, opening));
        let (stop, stopped) = oneshot::channel();
        let routes = routes(Arc::clone(&state));
        let run = move || runtime.block_on(answer_all(listener, routes, stopped));
        let thread = std::thread::Builder::new().name("console".into()).spawn(run).map_err(failed)?;
        Ok(Self { state, address: bound, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The broker serves.
    pub fn serve(&self, node: Arc<Node>) {
        self.state.serve(node);
    }

    /// The broker has been told to stop: it is no longer ready, and goes on being live.
    pub fn begin_stop(&self) {
        self.state.stop();
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Fails only if the thread has ended already.
            let _ = stop.send(());
        }
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!(event = "console_failed", "the admin thread has died");
        }
    }
}

fn bind(address: &str) -> io::Result<TcpListener> {
    match address.strip_prefix(':').map(str::parse::<u16>) {
        // A machine without IPv6 still has every address.
        Some(Ok(port)) => TcpListener::bind(("::", port)).or_else(|error| match error.kind() {
            io::ErrorKind::AddrInUse => Err(error),
            _ => TcpListener::bind(("0.0.0.0", port)),
        }),
        _ => TcpListener::bind(address.to_socket_addrs()?.collect::<Vec<_>>().as_slice()),
    }
}

fn routes(state: Arc<State>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route(
            "/health/live",
            get(|Shared(state): Shared<Arc<State>>| async move { told(health::live(&state)) }),
        )
        .route(
            "/health/ready",
            get(|Shared(state): Shared<Arc<State>>| async move { told(health::ready(&state)) }),
        )
        .route(
            "/health/safe-to-stop",
            get(|Shared(state): Shared<Arc<State>>| async move { told(health::safe_to_stop(&state)) }),
        )
        .route("/", get(async || text(StatusCode::OK, PATHS.to_owned())))
        .with_state(state)
}

const PATHS: &str = "\
/metrics                  Prometheus text; ?level=cluster, ?level=topic (as without) or ?level=partition
/health/live              200 while the process works
/health/ready             200 while clients may be sent here
/health/safe-to-stop      200 while a stop leaves every replicated partition enough in-sync replicas
";

async fn metrics(Shared(state): Shared<Arc<State>>, request: Request) -> Response {
    match Level::of_query(request.uri().query()) {
        Ok(level) => {
            if let Some(node) = state.stage().node().filter(|_| level > Level::Cluster) {
                Groups::refresh(&state.groups, node).await;
            }
            let mut response = text(StatusCode::OK, metrics::page(&state, level));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROMETHEUS));
            response
        }
        Err(why) => text(StatusCode::BAD_REQUEST, format!("{why}\n")),
    }
}

const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

fn told(Verdict { is_good, line }: Verdict) -> Response {
    text(if is_good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, line + "\n")
}

fn text(status: StatusCode, body: String) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], body).into_response()
}

async fn answer_all(listener: TcpListener, routes: Router, mut stopped: oneshot::Receiver<()>) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(event = "console_failed", %error, "the system refused to watch the admin listener");
            return;
        }
    };
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut accept = std::pin::pin!(async {
        loop {
            // Never closed, so always given in the end.
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, _)) => {
                    let routes = routes.clone();
                    tokio::spawn(async move {
                        answer(stream, routes).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(event = "console_accept_failed", %error, "will try again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    });
    // Whichever ends first ends both; connections go with the runtime.
    std::future::poll_fn(|context| {
        let is_stopped = std::pin::Pin::new(&mut stopped).poll(context).is_ready();
        if is_stopped { std::task::Poll::Ready(()) } else { accept.as_mut().poll(context) }
    })
    .await;
}

async fn answer(stream: tokio::net::TcpStream, routes: Router) {
    let mut connection = std::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(QUIET)
            .max_buf_size(16 << 10)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes))
    );
    let outcome = match tokio::time::timeout(LIFETIME, connection.as_mut()).await {
        Ok(outcome) => outcome,
        Err(_) => {
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(LAST_ANSWER, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(event = "console_connection_ended", %error);
    }
}
