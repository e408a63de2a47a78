//! One life of the broker after the other: load, a fault, a new start, everything read and checked. Every so many lives
//! begin again on an empty directory, so that what is read stays small.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::broker::{Broker, Program};
use crate::image::{Image, Kind};
use crate::ledger::{Durability, Ledger, PARTITIONS, TOPICS};
use crate::reading::{self, Losses};
use crate::record::Dice;
use crate::writer::{self, GROUP, Life, Writer};

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The power is cut on an image of this file system; without one the process is killed.
    pub cut: Option<Kind>,
    /// How many faults.
    pub faults: u64,
    /// No fault is begun after so long.
    pub limit: Duration,
    /// Of the dice.
    pub seed: u64,
    /// The broker.
    pub program: Program,
    /// Where the image or the data lies.
    pub folder: PathBuf,
}

/// What was done, and what was found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Faults done.
    pub faults: u64,
    /// Records acknowledged.
    pub acked: u64,
    /// Commits acknowledged.
    pub commits: u64,
    /// Creations and deletions of topics acknowledged.
    pub changes: u64,
    /// What was lost, where it may be.
    pub losses: Losses,
    /// How long it took.
    pub took: Duration,
    /// The longest of the starts after a fault.
    pub slowest_start: Duration,
}

/// Faults on one directory.
const LIVES_OF_A_DIRECTORY: u64 = 20;

/// Where the broker's data lies.
enum Place {
    Image(Image),
    Folder(PathBuf),
}

impl Place {
    fn data(&self) -> PathBuf {
        match self {
            Place::Image(image) => image.mount.join("data"),
            Place::Folder(folder) => folder.join("data"),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Place::Folder(folder) = self {
            let _ = std::fs::remove_dir_all(folder.join("data"));
        }
    }
}

/// Does all of the plan, or says what went wrong in it.
pub fn run(plan: &Plan) -> Result<Figures, String> {
    let start = Instant::now();
    let mut figures = Figures::default();
    let mut dice = Dice(plan.seed);
    while figures.faults < plan.faults && start.elapsed() < plan.limit {
        one_directory(plan, &mut figures, &mut dice, start)
            .map_err(|what| format!("fault {} of seed {}: {what}", figures.faults + 1, plan.seed))?;
        figures.took = start.elapsed();
        println!("{}", shown(plan, &figures));
    }
    Ok(figures)
}

fn one_directory(plan: &Plan, figures: &mut Figures, dice: &mut Dice, start: Instant) -> Result<(), String> {
    // Goes after the broker, which is declared later.
    let mut place = match plan.cut {
        Some(kind) => Place::Image(Image::make(kind, &plan.folder)?),
        None => Place::Folder(plan.folder.clone()),
    };
    let mut broker = Broker::start(&plan.program, &place.data())?;
    prepare(&broker)?;
    let mut writers = writers(plan, dice);
    let ledger = Mutex::new(Ledger::new());
    for _ in 0..LIVES_OF_A_DIRECTORY.min(plan.faults.saturating_sub(figures.faults)) {
        if start.elapsed() > plan.limit {
            break;
        }
        let life_number = figures.faults;
        let cut_at = live(plan, &mut place, &mut broker, &mut writers, &ledger, dice, life_number)?;
        let started = Instant::now();
        broker = Broker::start(&plan.program, &place.data())?;
        figures.slowest_start = figures.slowest_start.max(started.elapsed());
        let mut known = ledger.lock().map_err(|_| "a thread panicked".to_owned())?;
        if let Some(broken) = known.broken.take() {
            return Err(broken);
        }
        let losses = reading::check(broker.address, &mut known, plan.cut.is_some(), cut_at)?;
        for (sum, loss) in figures.losses.iter_mut().zip(losses) {
            sum.add(loss);
        }
        figures.faults += 1;
    }
    let known = ledger.lock().map_err(|_| "a thread panicked".to_owned())?;
    figures.acked += known.acked;
    figures.commits += known.commits;
    figures.changes += known.changes;
    Ok(())
}

/// The topics of the load, and the group's coordinator.
fn prepare(broker: &Broker) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("preparing topics: {error}");
    let mut client =
        crate::client::Client::connect(broker.address, Duration::from_secs(30)).map_err(failed)?;
    for topic in TOPICS {
        let partitions = i32::try_from(PARTITIONS).unwrap_or(1);
        match client.create_topic(topic.name, partitions, topic.configs).map_err(failed)? {
            0 => {}
            error => return Err(format!("creating {}: error {error}", topic.name)),
        }
    }
    client.find_coordinator(GROUP).map_err(failed)?;
    let begun = Instant::now();
    while !client.topics().map_err(failed)?.iter().all(|(_, is_served)| *is_served) {
        if begun.elapsed() > Duration::from_secs(30) {
            return Err("the topics have no leaders after 30 s".to_owned());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Two for each partition: one of them idempotent.
fn writers(plan: &Plan, dice: &mut Dice) -> Vec<Writer> {
    let seed = dice.below(u64::MAX);
    let places = (0..TOPICS.len()).flat_map(|topic| (0..PARTITIONS).map(move |number| (topic, number)));
    places
        .enumerate()
        .flat_map(|(index, place)| {
            // After a power cut a broker may know less than an idempotent producer: then that one begins anew.
            let keeps = plan.cut.is_none() || TOPICS[place.0].durability == Durability::Disk;
            [false, true].map(|is_idempotent| {
                let id = u32::try_from(index * 2).unwrap_or(0) + u32::from(is_idempotent);
                Writer::new(id, place, is_idempotent, keeps && is_idempotent, seed)
            })
        })
        .collect()
}

/// Load until the fault. Returns when the fault began.
fn live(
    plan: &Plan,
    place: &mut Place,
    broker: &mut Broker,
    writers: &mut [Writer],
    ledger: &Mutex<Ledger>,
    dice: &mut Dice,
    number: u64,
) -> Result<Instant, String> {
    let is_ending = AtomicBool::new(false);
    let is_cut = plan.cut.is_some();
    let life = Life { address: broker.address, ledger, is_ending: &is_ending, is_cut };
    // Some lives are long enough for flushes by time to matter.
    let long = dice.below(8) == 0;
    let lasts = Duration::from_millis(if long { dice.within(2000..=5000) } else { dice.within(150..=1100) });
    let lingers = Duration::from_millis(if dice.below(2) == 0 { 0 } else { dice.below(150) });
    let cut_at = std::thread::scope(|scope| {
        for writer in writers {
            scope.spawn(|| writer.run(&life));
        }
        scope.spawn(|| writer::commit(&life));
        scope.spawn(|| writer::administrate(&life, number));
        std::thread::sleep(lasts);
        let has_ended = broker.has_ended();
        is_ending.store(true, Ordering::Release);
        let cut_at = Instant::now();
        let cut = match &*place {
            Place::Image(image) => image.cut(),
            Place::Folder(_) => Ok(()),
        };
        if plan.cut.is_some() {
            // Sometimes the broker lives on for a moment with a disk that takes nothing.
            std::thread::sleep(lingers);
        }
        broker.kill();
        if has_ended { Err("the broker ended by itself".to_owned()) } else { cut.map(|()| cut_at) }
    })?;
    if let Place::Image(image) = place {
        image.unmount()?;
        image.mount()?;
    }
    Ok(cut_at)
}

/// The figures in a line for a person.
pub fn shown(plan: &Plan, figures: &Figures) -> String {
    let what = plan.cut.map_or("kills".to_owned(), |kind| format!("power cuts on {}", kind.name()));
    let losses = TOPICS.iter().zip(&figures.losses).map(|(topic, loss)| {
        format!("{} {} (oldest {:.2} s)", topic.name, loss.records, loss.oldest.as_secs_f64())
    });
    format!(
        "{} {what}, {:.0} s: {} records, {} commits, {} topic changes acknowledged; records lost: {}; slowest start {:.2} s",
        figures.faults,
        figures.took.as_secs_f64(),
        figures.acked,
        figures.commits,
        figures.changes,
        losses.collect::<Vec<_>>().join(", "),
        figures.slowest_start.as_secs_f64(),
    )
}
