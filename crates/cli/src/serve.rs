//! `thalweg serve`: puts the written forms of the configuration together, says what is wrong with them, and
//! hands the result to the broker. The only file of the command line that knows the broker.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use thalweg_broker::boot::{Broker, Environment};
use thalweg_broker::opening::OpeningProgress;
use thalweg_config::{Effective, Loaded, Settings, Sources, check_admin_exposure, load};
use thalweg_console::{Console, ProcessReadings};
use thalweg_platform::os::{OsClock, OsDisk, OsNet, OsRandom, process};

use crate::args::ServeArgs;
use crate::failure::{Failure, Outcome};
use crate::logging;
use crate::output::{hint, print_text};
use crate::start_screen::StartScreen;

/// Runs a broker until it is told to stop.
pub fn run(args: &ServeArgs) -> Outcome {
    let began = Instant::now();
    let loaded = read_configuration(args)?;
    for note in &loaded.notes {
        hint(&format!("{}: {note}", if note.kind.is_warning() { "warning" } else { "note" }));
    }
    start(loaded, began)
}

/// Flag > environment > file > default; every problem at once.
pub fn read_configuration(args: &ServeArgs) -> Outcome<Loaded> {
    let file = match &args.config {
        None => None,
        Some(path) => Some((path.display().to_string(), read(path)?)),
    };
    let environment: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let mut flags = args.flags();
    if let Some(admin) = &args.admin {
        // In front: -X wins.
        flags.insert(0, format!("{ADMIN}={admin}"));
    }
    let sources = Sources {
        file: file.as_ref().map(|(name, text)| (name.as_str(), text.as_str())),
        environment: &environment,
        flags: &flags,
    };
    load(sources).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure { exit: crate::failure::Exit::Usage, message: lines.join("; ") }
    })
}

fn read(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::failed(format!("Reading {} failed: {error}. Check the name and its rights.", path.display()))
    })
}

/// Opens everything, serves, and stops on the first SIGTERM or SIGINT; a second one stops at once.
fn start(loaded: Loaded, began: Instant) -> Outcome {
    let log = logging::start();
    let failed = |error: &dyn std::fmt::Display| Failure::failed(format!("Cannot serve: {error}."));
    let mut signals = Signals::new([SIGTERM, SIGINT]).map_err(|error| failed(&error))?;
    if let Err(error) = process::raise_fd_limit() {
        hint(&format!("warning: the limit of open files cannot be raised: {error}"));
    }
    let opening = Arc::default();
    let console = open_console(&loaded.settings, &opening)?;
    let admin = console.as_ref().map(|console| console.address().to_string());
    let environment = Environment {
        disk: Arc::new(OsDisk),
        net: Arc::new(OsNet),
        clock: Arc::new(OsClock::new()),
        random: Arc::new(OsRandom),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        memory_bytes: process::total_memory(),
        opening: Arc::clone(&opening),
    };
    let broker = Broker::assemble(&environment, loaded.settings).map_err(|error| failed(&error))?;
    let listen = broker.bound.first().map(|(_, address)| address.to_string()).unwrap_or_default();
    let node = Arc::clone(&broker.node);
    node.log_levels.connect(log.directives(), Box::new(log.changer()));
    let running = broker.start(lower_priority).map_err(|error| failed(&error))?;
    let screen = StartScreen {
        listen: &listen,
        admin: admin.as_deref(),
        data: Path::new(node.config.log_dirs.first().map_or("", String::as_str)),
        cluster_id: &node.cluster_id,
        version: env!("CARGO_PKG_VERSION"),
        took_ms: began.elapsed().as_millis(),
    };
    print_text(&screen.render())?;
    if let Some(console) = &console {
        console.serve(node);
    }

    signals.forever().next();
    if let Some(console) = &console {
        console.begin_stop();
    }
    hint("Stopping: answering what is owed and closing the logs; this takes at most a few seconds.");
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            hint("Stopped at once; the next start checks the logs.");
            std::process::exit(1);
        }
    });
    let is_clean = running.stop();
    drop((console, log));
    if is_clean {
        hint("Stopped.");
        Ok(())
    } else {
        Err(Failure::failed("The stop was not clean; the next start checks the logs."))
    }
}

fn lower_priority(nice: i32) {
    // Without the right to do so the janitor runs like everybody else.
    let _ = process::set_thread_nice(nice);
}

/// Where health and metrics are served.
const ADMIN: &str = "thalweg.admin.listener";
/// Who may do what, if anybody asks.
const AUTHORIZER: &str = "authorizer.class.name";
/// Listening beyond this machine without an authorizer is meant.
const INSECURE: &str = "thalweg.insecure";

/// Opens the admin listener before anything else, so that a probe sees a node that is starting. A busy port that
/// nobody asked for costs a warning: several brokers on one machine are nothing unusual. One that was asked for is
/// an error, as somebody relies on it.
fn open_console(settings: &Settings, opening: &Arc<OpeningProgress>) -> Outcome<Option<Console>> {
    let effective = Effective::of_settings(settings);
    let Some(address) = effective.text(ADMIN).filter(|address| address != "off") else { return Ok(None) };
    let failed = |error: &dyn std::fmt::Display| Failure::failed(format!("Cannot serve: {error}."));
    let has_authorizer = effective.text(AUTHORIZER).is_some_and(|class| !class.is_empty());
    let is_insecure = effective.boolean(INSECURE);
    check_admin_exposure(&address, has_authorizer, is_insecure).map_err(|why| failed(&why))?;
    let process = ProcessReadings {
        cpu_time: process::cpu_time,
        resident_bytes: process::resident_bytes,
        open_descriptors: process::open_descriptors,
        page_cache: process::page_cache,
        version: env!("CARGO_PKG_VERSION"),
    };
    match Console::start(&address, process, Arc::clone(opening)) {
        Ok(console) => Ok(Some(console)),
        Err(error) if error.is_busy() && !effective.is_set(ADMIN) => {
            hint(&format!("warning: {error}; going on without metrics and health"));
            Ok(None)
        }
        Err(error) => Err(failed(&error)),
    }
}
