//! Opening every partition at the start: the one place where the boot uses threads, because checking logs after a
//! crash is work for all cores and all disks at once. Partitions are independent; what one thread finds changes
//! nothing for another. Says now and then how far it is.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use thalweg_config::TopicConfig;
use thalweg_metadata::{MetadataImage, TopicImage};
use thalweg_model::Mono;

use crate::applier::Applier;
use crate::partition::Partition;

/// How often a start that takes long says so.
const PROGRESS: Duration = Duration::from_secs(2);

/// How far the opening of logs is, for whoever is asked meanwhile.
#[derive(Debug, Default)]
pub struct OpeningProgress {
    /// Logs to be opened; 0 while it is not known.
    all: AtomicUsize,
    /// Logs that were opened and checked, or given up.
    done: AtomicUsize,
}

impl OpeningProgress {
    /// So many logs are to be opened.
    pub fn begin(&self, logs: usize) {
        self.all.store(logs, Ordering::Release);
    }

    /// One more is done; how many that makes.
    pub fn note_done(&self) -> usize {
        self.done.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Logs done, and all of them; `None` before that is known.
    pub fn read(&self) -> Option<(usize, usize)> {
        let all = self.all.load(Ordering::Acquire);
        (all > 0).then(|| (self.done.load(Ordering::Relaxed).min(all), all))
    }
}

struct Job<'a> {
    topic: &'a TopicImage,
    index: usize,
    config: Arc<TopicConfig>,
    opened: OnceLock<Option<Arc<Partition>>>,
}

impl Applier {
    /// Opens everything the metadata has, on so many threads; one means the caller's.
    pub fn open_all(&self, image: &MetadataImage, threads: usize, progress: &OpeningProgress) {
        let mut jobs = Vec::new();
        for topic in image.topics.by_name.values() {
            let config = self.topic_config(image, &topic.name);
            for index in 0..topic.partitions.len() {
                let (config, opened) = (Arc::clone(&config), OnceLock::new());
                jobs.push(Job { topic, index, config, opened });
            }
        }
        let began = self.now();
        progress.begin(jobs.len());
        let (next, said) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = || {
            while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                // Nobody else sets it: each number is handed out once.
                drop(job.opened.set(self.open_job(job)));
                self.say(began, &said, progress.note_done(), jobs.len());
            }
        };
        let threads = threads.min(jobs.len());
        if threads <= 1 {
            work();
        } else {
            std::thread::scope(|scope| {
                for number in 1..threads {
                    let named = std::thread::Builder::new().name(format!("opening-{number}"));
                    // Fewer threads than wanted are a slower start, no reason to fail.
                    drop(named.spawn_scoped(scope, work));
                }
                work();
            });
        }
        let took_ms = began.until(self.now()).as_millis() as u64;
        tracing::info!(
            event = "partitions_opened",
            partitions = jobs.len(),
            threads = threads.max(1),
            took_ms
        );

        let mut opened = jobs.into_iter().map(|job| job.opened.into_inner().flatten());
        let mut topics = Vec::new();
        for topic in image.topics.by_name.values() {
            let partitions = opened.by_ref().take(topic.partitions.len()).collect();
            topics.push(self.assemble(topic, partitions, self.topic_config(image, &topic.name)));
        }
        self.publish(topics);
    }

    fn open_job(&self, job: &Job<'_>) -> Option<Arc<Partition>> {
        let registration = job.topic.partitions.get(job.index)?;
        self.open_partition(job.topic, job.index as i32, registration, &job.config)
    }

    /// One line whenever another [`PROGRESS`] has passed.
    fn say(&self, began: Mono, said: &AtomicUsize, done: usize, all: usize) {
        let passed = began.until(self.now());
        let due = (passed.as_millis() / PROGRESS.as_millis()) as usize;
        if due > said.fetch_max(due, Ordering::Relaxed) && done < all {
            let seconds = passed.as_secs();
            tracing::info!(
                event = "opening_partitions",
                done,
                all,
                seconds,
                "logs are being opened and checked"
            );
        }
    }
}
