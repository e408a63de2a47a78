//! The levels of this process's log, by room: what DescribeConfigs shows of a broker's loggers and what
//! IncrementalAlterConfigs changes until the process ends.
//!
//! Keeps the table and tells whoever writes the lines; never writes one. Kafka's loggers are Java classes; ours are
//! the rooms that log, and `root` for all that have no level of their own.

use std::collections::BTreeMap;
use std::fmt;

use parking_lot::Mutex;

/// The logger that stands for all others.
pub const ROOT: &str = "root";

/// The rooms that write lines.
const ROOMS: [&str; 3] = ["thalweg", "thalweg_broker", "thalweg_console"];

/// A level, as Kafka names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// A human should look. Kafka's FATAL means no more than this here.
    Error,
    /// Something is odd.
    Warn,
    /// What happens.
    Info,
    /// More of it.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// As DescribeConfigs shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warn => "WARN",
            Self::Info => "INFO",
            Self::Debug => "DEBUG",
            Self::Trace => "TRACE",
        }
    }
}

/// A change of one logger; `None` gives it back to the root's level.
#[derive(Clone, Debug)]
pub struct LevelChange {
    /// Which.
    pub logger: String,
    /// Its level from now on.
    pub level: Option<LogLevel>,
}

/// Told of new levels as directives of the kind `info,thalweg_broker=debug`.
type Apply = Box<dyn Fn(&str) + Send>;

/// The table.
#[derive(Default)]
pub struct LogLevels(Mutex<State>);

struct State {
    root: LogLevel,
    rooms: BTreeMap<String, LogLevel>,
    apply: Option<Apply>,
}

impl Default for State {
    fn default() -> Self {
        Self { root: LogLevel::Info, rooms: BTreeMap::new(), apply: None }
    }
}

impl fmt::Debug for LogLevels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogLevels").field("directives", &self.0.lock().directives()).finish()
    }
}

impl State {
    fn directives(&self) -> String {
        let mut directives = self.root.name().to_ascii_lowercase();
        for (room, level) in &self.rooms {
            directives.push_str(&format!(",{room}={}", level.name().to_ascii_lowercase()));
        }
        directives
    }
}

impl LogLevels {
    /// Who writes the lines says what levels it began with and is told of every change.
    pub fn connect(&self, directives: &str, apply: Apply) {
        let mut state = self.0.lock();
        for directive in directives.split(',') {
            match directive.trim().split_once('=') {
                Some((room, level)) => {
                    if let Some(level) = Self::parse(level).filter(|_| ROOMS.contains(&room)) {
                        state.rooms.insert(room.to_owned(), level);
                    }
                }
                None => {
                    if let Some(level) = Self::parse(directive) {
                        state.root = level;
                    }
                }
            }
        }
        state.apply = Some(apply);
    }

    /// A level by its name, in any case.
    pub fn parse(text: &str) -> Option<LogLevel> {
        Some(match text.trim().to_ascii_uppercase().as_str() {
            "ERROR" | "FATAL" => LogLevel::Error,
            "WARN" => LogLevel::Warn,
            "INFO" => LogLevel::Info,
            "DEBUG" => LogLevel::Debug,
            "TRACE" => LogLevel::Trace,
            _ => return None,
        })
    }

    /// Whether there is such a logger.
    pub fn knows(&self, logger: &str) -> bool {
        Self::is_root(logger) || ROOMS.contains(&logger)
    }

    /// Whether the name stands for all loggers.
    pub fn is_root(logger: &str) -> bool {
        logger.eq_ignore_ascii_case(ROOT)
    }

    /// Every logger with its level.
    pub fn all(&self) -> Vec<(&'static str, LogLevel)> {
        let state = self.0.lock();
        let rooms = ROOMS.iter().map(|&room| (room, state.rooms.get(room).copied().unwrap_or(state.root)));
        [(ROOT, state.root)].into_iter().chain(rooms).collect()
    }

    /// Carries out changes whose names and levels have been checked.
    pub fn change(&self, changes: &[LevelChange]) {
        let mut state = self.0.lock();
        for LevelChange { logger, level } in changes {
            match (Self::is_root(logger), level) {
                (true, Some(level)) => state.root = *level,
                (true, None) => {}
                (false, Some(level)) => drop(state.rooms.insert(logger.clone(), *level)),
                (false, None) => drop(state.rooms.remove(logger)),
            }
        }
        let directives = state.directives();
        if let Some(apply) = &state.apply {
            apply(&directives);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_room_keeps_its_own_level_until_it_is_given_back_and_the_writer_hears_of_it() {
        let levels = LogLevels::default();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&heard);
        levels.connect(
            "warn,thalweg_broker=debug,hyper=trace",
            Box::new(move |text| ear.lock().push(text.to_owned())),
        );
        let level = |room: &str| levels.all().iter().find(|(name, _)| *name == room).map(|(_, level)| *level);
        assert_eq!((level("root"), level("thalweg")), (Some(LogLevel::Warn), Some(LogLevel::Warn)));
        assert_eq!((level("thalweg_broker"), level("hyper")), (Some(LogLevel::Debug), None));
        levels.change(&[
            LevelChange { logger: "root".into(), level: LogLevels::parse("error") },
            LevelChange { logger: "thalweg_broker".into(), level: None },
        ]);
        assert_eq!(level("thalweg_broker"), Some(LogLevel::Error));
        assert_eq!(*heard.lock(), ["error"]);
    }
}
