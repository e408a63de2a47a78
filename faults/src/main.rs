//! Real faults for the real binary: power cuts on file systems of their own, and kills, under load, with every
//! acknowledgement held against what the next start reads.
//!
//! `cargo xtask power-cuts` and `cargo xtask kills` build and start it. It uses nothing of the broker but the message
//! codec and the batch builder, and knows nothing of what is inside.
#![allow(clippy::print_stdout)]

mod broker;
mod client;
mod image;
mod ledger;
mod lives;
mod reading;
mod record;
mod report;
mod turnover;
mod writer;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use self::broker::Program;
use self::image::Kind;
use self::lives::{Figures, Plan};

/// One line for a person, or nothing.
type Outcome<T = ()> = Result<T, String>;

/// What was asked for.
#[derive(Debug, Default)]
struct Flags {
    file_systems: Vec<Kind>,
    faults: Option<u64>,
    minutes: Option<u64>,
    seed: Option<u64>,
    binary: PathBuf,
    folder: PathBuf,
    report: Option<PathBuf>,
    /// Where Kafka's clients lie.
    libraries: PathBuf,
}

/// What a machine on which power cuts cannot be played answers with.
const LEFT_OUT: u8 = 77;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let outcome = parse(words).and_then(|flags| match command.as_str() {
        "power-cuts" => power_cuts(&flags),
        "kills" => kills(&flags).map(|()| true),
        "group-kills" => group_kills(&flags).map(|()| true),
        other => Err(format!("there is no command `{other}`: power-cuts, kills, group-kills")),
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(LEFT_OUT),
        Err(message) => {
            eprintln!("{command}: {message}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut words: impl Iterator<Item = String>) -> Outcome<Flags> {
    let mut flags = Flags::default();
    while let Some(flag) = words.next() {
        let value = words.next().ok_or_else(|| format!("{flag} wants a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{flag} wants a number, not `{value}`"));
        match flag.as_str() {
            "--fs" => {
                let kind = Kind::named(&value).ok_or_else(|| format!("{value} is not ext4 or xfs"))?;
                flags.file_systems.push(kind);
            }
            "--cuts" | "--kills" => flags.faults = Some(number()?),
            "--minutes" => flags.minutes = Some(number()?),
            "--seed" => flags.seed = Some(number()?),
            "--binary" => flags.binary = value.into(),
            "--folder" => flags.folder = value.into(),
            "--libraries" => flags.libraries = value.into(),
            "--report" => flags.report = Some(value.into()),
            other => return Err(format!("unknown argument `{other}`")),
        }
    }
    for (flag, path) in [("--binary", &flags.binary), ("--folder", &flags.folder)] {
        if path.as_os_str().is_empty() {
            return Err(format!("{flag} is missing"));
        }
    }
    std::fs::create_dir_all(&flags.folder)
        .map_err(|error| format!("cannot make {}: {error}", flags.folder.display()))?;
    Ok(flags)
}

impl Flags {
    fn plan(&self, name: &str, cut: Option<Kind>) -> Outcome<Plan> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        let output = self.folder.join(format!("{name}.log"));
        let _ = std::fs::remove_file(&output);
        Ok(Plan {
            cut,
            faults: self.faults.unwrap_or(20),
            limit: Duration::from_secs(60 * self.minutes.unwrap_or(60)),
            seed: self.seed.unwrap_or(now % 1_000_000),
            program: Program { binary: self.binary.clone(), output, address: broker::free_address()? },
            folder,
        })
    }
}

/// False: this machine can play them on none of the file systems asked for.
fn power_cuts(flags: &Flags) -> Outcome<bool> {
    let both = [Kind::Ext4, Kind::Xfs];
    let kinds = if flags.file_systems.is_empty() { &both[..] } else { &flags.file_systems };
    let mut has_run = false;
    for &kind in kinds {
        let plan = flags.plan(kind.name(), Some(kind))?;
        if let Some(reason) = image::refusal(kind, &plan.folder) {
            println!("left out: power cuts on {} ({reason})", kind.name());
            continue;
        }
        has_run = true;
        finish(flags, &plan, "power cuts")?;
    }
    Ok(has_run)
}

fn kills(flags: &Flags) -> Outcome {
    finish(flags, &flags.plan("kills", None)?, "kills")
}

fn group_kills(flags: &Flags) -> Outcome {
    let plan = flags.plan("group-kills", None)?;
    let figures = turnover::run(&plan, &flags.libraries)?;
    let minutes = format!("{:.1}", figures.took.as_secs_f64() / 60.0);
    let said: Vec<String> = figures.counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    println!("{} kills under groups and transactions, {minutes} min: {}", figures.kills, said.join(", "));
    let Some(page) = &flags.report else { return Ok(()) };
    let mut cells = vec![plan.seed.to_string(), figures.kills.to_string(), minutes];
    cells.extend(figures.counts.iter().map(|(_, count)| count.to_string()));
    report::add_row(page, "group kills", &cells)
}

/// Runs the plan and reports it.
fn finish(flags: &Flags, plan: &Plan, table: &str) -> Outcome {
    let figures = lives::run(plan)?;
    let Some(page) = &flags.report else { return Ok(()) };
    report::add_row(page, table, &cells(plan, &figures))
}

fn cells(plan: &Plan, figures: &Figures) -> Vec<String> {
    let mut cells = vec![
        plan.cut.map_or("as it is", Kind::name).to_owned(),
        plan.seed.to_string(),
        figures.faults.to_string(),
        format!("{:.1}", figures.took.as_secs_f64() / 60.0),
        figures.acked.to_string(),
        figures.commits.to_string(),
        figures.changes.to_string(),
    ];
    cells.extend(figures.losses.iter().map(|loss| match loss.records {
        0 => "0".to_owned(),
        records => format!("{records} ({:.2} s)", loss.oldest.as_secs_f64()),
    }));
    cells.push(format!("{:.2}", figures.slowest_start.as_secs_f64()));
    cells
}
