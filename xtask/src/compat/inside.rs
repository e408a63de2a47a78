//! The part of a suite's run that happens inside its own network namespace: bring loopback up, start a broker on an
//! empty directory, run the suite's script, stop the broker, let the suite look at what the broker left on disk.
//! Reached as `xtask suite NAME BROKER` through `unshare --net`; prints nothing but what goes wrong with the broker.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::broker;
use super::suite::Suite;
use crate::{Outcome, kafka, shell};

/// Runs one suite against one broker; results land in `$WORK/results.txt`.
pub fn command(arguments: &[String]) -> Outcome {
    let [name, kind, flags @ ..] = arguments else { return Err("wants a suite and a broker".to_owned()) };
    let suite = Suite::named(name)?;
    let full = flags.iter().any(|flag| flag == "--full");
    shell::run(Command::new("ip").args(["link", "set", "lo", "up"]))?;
    // Resolvers asked with AI_ADDRCONFIG (librdkafka does) find no name at all on a machine that has only 127.0.0.1;
    // an address kept for documentation, on the same loopback, settles them.
    shell::run(Command::new("ip").args(["address", "add", "192.0.2.1/32", "dev", "lo"]))?;
    let work = suite.work();
    let data = work.join("data");
    if data.exists() {
        std::fs::remove_dir_all(&data)
            .map_err(|error| format!("cannot empty {}: {error}", data.display()))?;
    }
    let broker = broker::start(&suite, kind == "kafka", &data)?;
    let log = File::create(work.join("run.log")).map_err(|error| error.to_string())?;
    let ran = script(&suite, "run.sh", kind, full, &data, &log);
    let stopped = broker.stop();
    if suite.folder().join("after.sh").exists() {
        script(&suite, "after.sh", kind, full, &data, &log)?;
    }
    ran.and(stopped)
}

/// Runs one of the suite's scripts under its time limit. That a script ends red is no error: its results speak.
fn script(suite: &Suite, name: &str, kind: &str, full: bool, data: &Path, log: &File) -> Outcome {
    let work = suite.work();
    let clone = || log.try_clone().map_err(|error| error.to_string());
    let mut child = Command::new("bash")
        .arg(suite.folder().join(name))
        .current_dir(&work)
        .env("WORK", &work)
        .env("SUITE", suite.folder())
        .env("COMPAT", shell::fetched().join("compat"))
        .env("TESTS", work.join("wanted.txt"))
        .env("RESULTS", work.join("results.txt"))
        .env("BROKER", format!("{}:{}", suite.advertise, broker::PORT))
        .env("BROKER_KIND", kind)
        .env("DATA", data)
        .env("THALWEG", broker::binary())
        .env("KAFKA_TOOLS", kafka::folder().join("tools-libs"))
        .env("FULL", if full { "1" } else { "" })
        .stdin(Stdio::null())
        .stdout(clone()?)
        .stderr(clone()?)
        .process_group(0)
        .spawn()
        .map_err(|error| format!("cannot run {name}: {error}"))?;
    let limit = if full { Duration::from_secs(3600) } else { suite.limit };
    let ended = shell::wait_until(limit, || child.try_wait().is_ok_and(|status| status.is_some()));
    if !ended {
        // The script and all that it started share one process group.
        if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = child.wait();
    }
    Ok(())
}
