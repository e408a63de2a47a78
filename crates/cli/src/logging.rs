//! Log lines of the broker: one line per event on standard error, with a time, a level, the event's stable name and
//! its fields.
//!
//! Decides how a line looks and when a repeated event is counted instead of written: of one name at most
//! [`SHOWN`] lines within [`WINDOW`], then one line that says how many more there were. So neither a hostile client
//! nor ten thousand recovered partitions can fill the disk with lines. Never decides what is worth a line.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, reload};

/// Lines of one event within a window.
const SHOWN: u32 = 10;
/// How long an event is counted before it may be shown again.
const WINDOW: Duration = Duration::from_secs(10);

/// Log lines from now on; `THALWEG_LOG` sets the level (`info`, `debug`, or per room as in
/// `thalweg_broker=debug`). What was counted but not told is told when the result is dropped.
pub fn start() -> Log {
    let filter = EnvFilter::try_from_env("THALWEG_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let directives = filter.to_string();
    let (filter, handle) = reload::Layer::new(filter);
    let shared = Arc::new(Shared {
        repeats: Mutex::new(Repeats::default()),
        has_held: Condvar::new(),
        is_colored: io::stderr().is_terminal(),
    });
    tracing_subscriber::registry().with(Lines { shared: Arc::clone(&shared) }.with_filter(filter)).init();
    Log { shared, directives, handle }
}

/// The log of this process.
pub struct Log {
    shared: Arc<Shared>,
    directives: String,
    handle: reload::Handle<EnvFilter, Registry>,
}

impl Log {
    /// The levels it began with.
    pub fn directives(&self) -> &str {
        &self.directives
    }

    /// Takes up other levels; what cannot be read changes nothing.
    pub fn changer(&self) -> impl Fn(&str) + Send + use<> {
        let handle = self.handle.clone();
        move |directives| {
            if let Ok(filter) = EnvFilter::try_new(directives) {
                // It fails only when the subscriber is gone, and then nothing is written anyway.
                let _ = handle.reload(filter);
            }
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let told = self.shared.repeats().tell(None);
        told.iter().for_each(|repeated| self.shared.write_repeated(repeated));
    }
}

struct Shared {
    repeats: Mutex<Repeats>,
    /// Told when an event is held back while none was.
    has_held: Condvar,
    is_colored: bool,
}

impl Shared {
    fn repeats(&self) -> MutexGuard<'_, Repeats> {
        // A table of counts is never left half changed.
        self.repeats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One line, in one write so that lines of several threads do not mix. Nobody can be told that it failed.
    fn write(&self, line: &str) {
        let _ = io::stderr().lock().write_all(line.as_bytes());
    }

    fn write_repeated(&self, repeated: &Repeated) {
        let Repeated { name, level, count } = repeated;
        let mut line = begin(self.is_colored, *level, name);
        put(&mut line, format_args!(" repeats={count} within_s={}\n", WINDOW.as_secs()));
        self.write(&line);
    }
}

/// Writes events as lines.
struct Lines {
    shared: Arc<Shared>,
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let mut name = Name(None);
        event.record(&mut name);
        let name = name.0.as_deref().unwrap_or(metadata.target());
        let level = *metadata.level();
        // Who turns on more wants all of it.
        if level <= Level::INFO {
            let mut repeats = self.shared.repeats();
            let Admitted { is_shown, told, is_first_held } = repeats.admit(name, level, Instant::now());
            let needs_teller = is_first_held && !std::mem::replace(&mut repeats.has_teller, true);
            drop(repeats);
            if let Some(repeated) = told {
                self.shared.write_repeated(&repeated);
            }
            if needs_teller {
                start_teller(&self.shared);
            } else if is_first_held {
                self.shared.has_held.notify_one();
            }
            if !is_shown {
                return;
            }
        }
        let mut fields = Fields { line: begin(self.shared.is_colored, level, name), message: None };
        event.record(&mut fields);
        let Fields { mut line, message } = fields;
        if let Some(message) = message {
            field(&mut line, "msg", &message);
        }
        line.push('\n');
        self.shared.write(&line);
    }
}

/// Tells what was held back when its window has passed, though nothing else is logged. The thread exists from the
/// first repeat on and sleeps while nothing is held.
fn start_teller(shared: &Arc<Shared>) {
    let shared = Arc::clone(shared);
    let tell = move || {
        let mut repeats = shared.repeats();
        loop {
            repeats = match repeats.next_end() {
                None => shared.has_held.wait(repeats).unwrap_or_else(PoisonError::into_inner),
                Some(end) => {
                    let rest = end.saturating_duration_since(Instant::now());
                    let waited = shared.has_held.wait_timeout(repeats, rest);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            let told = repeats.tell(Some(Instant::now()));
            drop(repeats);
            told.iter().for_each(|repeated| shared.write_repeated(repeated));
            repeats = shared.repeats();
        }
    };
    // Without the thread the count is told with the next event of that name.
    let _ = std::thread::Builder::new().name("log".into()).spawn(tell);
}

/// How often each event came.
#[derive(Default)]
struct Repeats {
    by_name: HashMap<String, Window>,
    has_teller: bool,
}

struct Window {
    began: Instant,
    shown: u32,
    held: u64,
    level: Level,
}

/// An event that was counted instead of written.
#[derive(Debug, PartialEq, Eq)]
struct Repeated {
    name: String,
    level: Level,
    count: u64,
}

#[derive(Debug, PartialEq, Eq)]
struct Admitted {
    is_shown: bool,
    /// What the window before held back.
    told: Option<Repeated>,
    /// It is the first its window holds back.
    is_first_held: bool,
}

impl Repeats {
    /// Counts an event, and decides whether it is written.
    fn admit(&mut self, name: &str, level: Level, now: Instant) -> Admitted {
        let fresh = Window { began: now, shown: 0, held: 0, level };
        if !self.by_name.contains_key(name) {
            self.by_name.insert(name.to_owned(), fresh);
        }
        let Some(window) = self.by_name.get_mut(name) else {
            return Admitted { is_shown: true, told: None, is_first_held: false };
        };
        let mut told = None;
        if now.duration_since(window.began) >= WINDOW {
            told = window.take(name);
            *window = Window { began: now, shown: 0, held: 0, level };
        }
        let is_shown = window.shown < SHOWN;
        window.shown += u32::from(is_shown);
        window.held += u64::from(!is_shown);
        Admitted { is_shown, told, is_first_held: window.held == 1 && !is_shown }
    }

    /// When the first window that holds something ends.
    fn next_end(&self) -> Option<Instant> {
        self.by_name.values().filter(|window| window.held > 0).map(|window| window.began + WINDOW).min()
    }

    /// What windows that have ended held back; of all windows without a time.
    fn tell(&mut self, now: Option<Instant>) -> Vec<Repeated> {
        let is_over = |window: &Window| now.is_none_or(|now| now.duration_since(window.began) >= WINDOW);
        let over = self.by_name.iter_mut().filter(|(_, window)| is_over(window));
        let mut told: Vec<Repeated> = over.filter_map(|(name, window)| window.take(name)).collect();
        told.sort_by(|a, b| a.name.cmp(&b.name));
        told
    }
}

impl Window {
    fn take(&mut self, name: &str) -> Option<Repeated> {
        let count = std::mem::take(&mut self.held);
        (count > 0).then(|| Repeated { name: name.to_owned(), level: self.level, count })
    }
}

/// Finds the field `event`.
struct Name(Option<String>);

impl Visit for Name {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "event" {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

/// Writes every field but the event's name; the message comes last.
struct Fields {
    line: String,
    message: Option<String>,
}

impl Visit for Fields {
    fn record_str(&mut self, named: &Field, value: &str) {
        match named.name() {
            "event" => {}
            "message" => self.message = Some(value.to_owned()),
            name => field(&mut self.line, name, value),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

fn begin(is_colored: bool, level: Level, name: &str) -> String {
    let mut line = String::with_capacity(160);
    if SystemTime.format_time(&mut Writer::new(&mut line)).is_err() {
        line.push('-');
    }
    let color = match level {
        Level::ERROR => "31",
        Level::WARN => "33",
        Level::INFO => "32",
        _ => "34",
    };
    if is_colored {
        put(&mut line, format_args!(" \x1b[{color}m{level:>5}\x1b[0m {name}"));
    } else {
        put(&mut line, format_args!(" {level:>5} {name}"));
    }
    line
}

/// ` name=value`, the value in quotes unless it is one plain word: a client's bytes never begin a line.
fn field(line: &mut String, name: &str, value: &str) {
    let is_plain =
        !value.is_empty() && value.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '='));
    if is_plain {
        put(line, format_args!(" {name}={value}"));
    } else {
        put(line, format_args!(" {name}={value:?}"));
    }
}

fn put(line: &mut String, text: fmt::Arguments<'_>) {
    // A string takes whatever it is given.
    line.write_fmt(text).unwrap_or(());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(repeats: &mut Repeats, name: &str, now: Instant) -> bool {
        let admitted = repeats.admit(name, Level::WARN, now);
        assert_eq!(admitted.told, None);
        admitted.is_shown
    }

    #[test]
    fn the_eleventh_of_a_name_is_counted_and_told_once_when_the_window_has_passed() {
        let (mut repeats, start) = (Repeats::default(), Instant::now());
        let shown = (0..1_000).filter(|_| admit(&mut repeats, "refused", start)).count();
        assert_eq!(shown, 10);
        assert!(admit(&mut repeats, "other", start), "another name is not held up");
        assert_eq!(repeats.next_end(), Some(start + WINDOW));
        assert_eq!(repeats.tell(Some(start + WINDOW / 2)), []);
        let told = Repeated { name: "refused".into(), level: Level::WARN, count: 990 };
        assert_eq!(repeats.tell(Some(start + WINDOW)), [told]);
        assert_eq!((repeats.tell(None), repeats.next_end()), (vec![], None), "once");
        assert!(admit(&mut repeats, "refused", start + WINDOW), "a new window shows again");
    }

    #[test]
    fn an_event_that_comes_back_tells_first_what_was_held_and_so_does_the_end() {
        let (mut repeats, start) = (Repeats::default(), Instant::now());
        let firsts = (0..13).filter(|_| repeats.admit("a", Level::INFO, start).is_first_held).count();
        assert_eq!(firsts, 1, "the teller is called once");
        let told = |count| Repeated { name: "a".into(), level: Level::INFO, count };
        let again = repeats.admit("a", Level::INFO, start + WINDOW);
        assert_eq!(again, Admitted { is_shown: true, told: Some(told(3)), is_first_held: false });
        (0..10).for_each(|_| drop(repeats.admit("a", Level::INFO, start + WINDOW)));
        assert_eq!(repeats.tell(None), [told(1)]);
    }

    #[test]
    fn a_value_stays_on_its_line_whatever_it_holds() {
        let mut line = String::new();
        field(&mut line, "peer", "127.0.0.1:9");
        field(&mut line, "error", "a \"b\"\nWARN forged");
        field(&mut line, "name", "");
        assert_eq!(line, " peer=127.0.0.1:9 error=\"a \\\"b\\\"\\nWARN forged\" name=\"\"");
        let begun = begin(false, Level::WARN, "x");
        assert!(begun.ends_with("Z  WARN x"), "{begun}");
    }
}
