//! After a fault: reads every partition from its start to its end, and holds it and the metadata against the ledger.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use thalweg_records::{BatchView, Limits, RecordIter, Scratch};

use crate::client::Client;
use crate::ledger::{Ledger, Loss, PARTITIONS, Place, TOPICS, shown};
use crate::record::{RecordId, identify};
use crate::writer::GROUP;

/// How long a partition or coordinator may take to be served after a start.
const SERVED_WITHIN: Duration = Duration::from_secs(60);

/// What was lost of each topic.
pub type Losses = [Loss; TOPICS.len()];

/// Reads all there is and checks it. `power_cut`: what is not on disk may be gone.
pub fn check(
    address: SocketAddr,
    ledger: &mut Ledger,
    power_cut: bool,
    when: Instant,
) -> Result<Losses, String> {
    let mut losses = Losses::default();
    let mut client = connect(address)?;
    for (topic, lost) in losses.iter_mut().enumerate() {
        for partition in 0..PARTITIONS {
            let place = (topic, partition);
            let found = read_whole(&mut client, place)?;
            lost.add(ledger.read(place, found, power_cut, when)?);
        }
    }
    let names: Vec<String> = topics(&mut client)?;
    let committed = committed(&mut client)?;
    ledger.metadata_read(&names, committed)?;
    Ok(losses)
}

fn connect(address: SocketAddr) -> Result<Client, String> {
    Client::connect(address, SERVED_WITHIN).map_err(|error| format!("reading: cannot connect: {error}"))
}

/// The records of a partition, one at each offset from 0 on.
fn read_whole(client: &mut Client, place: Place) -> Result<Vec<RecordId>, String> {
    let (name, topic) = (shown(place), TOPICS[place.0].name);
    let partition = i32::try_from(place.1).unwrap_or(0);
    let failed = |error: std::io::Error| format!("reading {name}: {error}");
    let end =
        retried(|| client.end(topic, partition)).map_err(|what| format!("the end of {name}: {what}"))?;
    let mut found: Vec<RecordId> = Vec::new();
    while (found.len() as i64) < end {
        let at = found.len() as i64;
        let (error, _, bytes) = client.fetch(topic, partition, at).map_err(failed)?;
        if error != 0 {
            return Err(format!("reading {name} at {at}: error {error}"));
        }
        let before = found.len();
        take(&bytes, &mut found).map_err(|what| format!("{name}@{}: {what}", found.len()))?;
        if found.len() == before {
            return Err(format!("{name}@{at}: nothing there, though it ends at {end}"));
        }
    }
    Ok(found)
}

/// Takes whole batches; what is cut off at the end is fetched again.
fn take(mut bytes: &[u8], found: &mut Vec<RecordId>) -> Result<(), String> {
    let (mut scratch, limits) = (Scratch::default(), Limits::default());
    while let Ok(batch) = BatchView::parse(bytes) {
        batch.verify_crc().map_err(|error| format!("a batch that is not whole: {error}"))?;
        let mut plain = Vec::new();
        let records =
            RecordIter::new(&batch, &limits, &mut scratch, &mut plain).map_err(|error| error.to_string())?;
        for record in records {
            let record = record.map_err(|error| error.to_string())?;
            let expected = found.len() as i64;
            // A batch in the middle of which the fetch began.
            if record.offset.0 < expected {
                continue;
            }
            if record.offset.0 != expected {
                return Err(format!("a gap: the next record is at {}", record.offset.0));
            }
            let id = record.value.and_then(identify).ok_or("bytes that no writer wrote")?;
            found.push(id);
        }
        bytes = bytes.get(batch.total_size()..).unwrap_or_default();
    }
    Ok(())
}

/// All topics, once every one is served.
fn topics(client: &mut Client) -> Result<Vec<String>, String> {
    let start = Instant::now();
    loop {
        let topics = client.topics().map_err(|error| format!("listing topics: {error}"))?;
        match topics.iter().find(|(_, is_served)| !is_served) {
            None => return Ok(topics.into_iter().map(|(name, _)| name).collect()),
            Some((name, _)) if start.elapsed() > SERVED_WITHIN => {
                return Err(format!("topic {name} is not served after {SERVED_WITHIN:?}"));
            }
            Some(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn committed(client: &mut Client) -> Result<i64, String> {
    let failed = |error: std::io::Error| format!("reading commits: {error}");
    let error = retried(|| client.find_coordinator(GROUP).map(|error| (error, 0)))?;
    debug_assert_eq!(error, 0);
    retried(|| client.committed(GROUP, TOPICS[0].name)).map_err(|what| failed(std::io::Error::other(what)))
}

/// Asks until there is no error that passes by itself: leader or coordinator not there yet.
fn retried(mut ask: impl FnMut() -> std::io::Result<(i16, i64)>) -> Result<i64, String> {
    let start = Instant::now();
    loop {
        match ask().map_err(|error| error.to_string())? {
            (0, value) => return Ok(value),
            (3 | 5 | 6 | 14..=16, _) if start.elapsed() < SERVED_WITHIN => {
                std::thread::sleep(Duration::from_millis(20));
            }
            (error, _) => return Err(format!("error {error}")),
        }
    }
}
