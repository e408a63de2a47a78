//! Small helpers around paths and child processes, shared by all commands. Holds no knowledge of any of them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::Outcome;

/// The repository's root folder.
pub fn root() -> PathBuf {
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&manifest).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Where fetched programs and test data live: always `<repo>/target`, whatever `CARGO_TARGET_DIR` says, so that
/// several build folders share one copy.
pub fn fetched() -> PathBuf {
    root().join("target")
}

/// Runs `cargo` with these arguments in the repository's root, its output going where ours goes.
pub fn cargo(arguments: &[&str]) -> Outcome {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(Command::new(program).args(arguments).current_dir(root()))
}

/// Runs a command to its end, its output going where ours goes.
pub fn run(command: &mut Command) -> Outcome {
    let shown = describe(command);
    let status = command.status().map_err(|error| format!("cannot run `{shown}`: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` ended with {status}")) }
}

/// Runs a command to its end and hands back what it printed on stdout; stderr goes where ours goes.
pub fn output(command: &mut Command) -> Result<String, String> {
    let shown = describe(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot run `{shown}`: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{shown}` ended with {}", output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program of this name is on the path and starts.
pub fn has_program(name: &str) -> bool {
    let flag = if name == "go" || name == "ip" { "help" } else { "--version" };
    Command::new(name)
        .arg(flag)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success() || status.code() == Some(1))
}

/// The command as a person would type it, shortened.
pub fn describe(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect();
    let line = words.join(" ");
    if line.chars().count() > 160 { line.chars().take(157).chain("...".chars()).collect() } else { line }
}

/// Polls `ready` every 20 ms until it holds or the time is over.
pub fn wait_until(limit: Duration, mut ready: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if ready() {
            return true;
        }
        if start.elapsed() > limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Writes a file, making its folder first.
pub fn write(path: &Path, text: &str) -> Outcome {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// This program's own file, as it was when it started: a build under way may replace the file, after which the
/// system only knows it as deleted, while the name leads to its successor.
pub fn own_program() -> Result<PathBuf, String> {
    static OWN: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    OWN.get_or_init(|| std::env::current_exe().map_err(|error| format!("cannot find this program: {error}")))
        .clone()
}
