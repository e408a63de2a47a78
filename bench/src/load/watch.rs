//! Readers beside the writers: one connection per partition that asks for what is new and waits for it, so that a
//! batch's time from when it was due until a consumer has it can be told. Only for brokers: the reference loops
//! have nobody who waits.

use std::collections::VecDeque;

use super::connection::Connection;
use super::engine::Plan;
use super::kafka;
use super::shape::{Shape, Work};
use crate::Outcome;

/// The readers of a run, and what they wait for.
#[derive(Debug)]
pub struct Watch {
    pub shape: Shape,
    /// Per partition, when each batch on its way was due, oldest first.
    due: Vec<VecDeque<u64>>,
}

/// What one answer may hold.
const FETCH_BYTES: u32 = 4 << 20;

impl Watch {
    /// One reader per partition, each at its partition's end.
    pub fn open(plan: &Plan) -> Outcome<(Self, Vec<Connection>)> {
        let topic = plan.topic.as_deref().ok_or("the reference loops have no readers that wait")?;
        let Work::Produce { records, record_bytes, .. } = plan.work else {
            return Err("readers wait for what is produced".to_owned());
        };
        if plan.connections != plan.partitions as usize {
            // With two writers on a partition nobody could tell whose batch came first.
            return Err("with readers there is one writer per partition".to_owned());
        }
        let shape = Shape::kafka(&Work::Fetch { bytes: FETCH_BYTES, records, record_bytes }, topic)?;
        let readers = (0..plan.partitions)
            .map(|partition| {
                let mut reader = Connection::open(plan.address, &shape, partition)?;
                reader.offset = kafka::end_offset(plan.address, topic, partition)?;
                Ok(reader)
            })
            .collect::<Outcome<Vec<_>>>()?;
        let due = vec![VecDeque::new(); plan.partitions as usize];
        Ok((Self { shape, due }, readers))
    }

    /// A writer has begun a batch.
    pub fn begun(&mut self, partition: usize, due: u64) {
        self.due[partition].push_back(due);
    }

    /// A reader has got so many bytes of batches: hands over when each of them was due and moves the reader on.
    pub fn arrived(&mut self, reader: &mut Connection, data: usize, mut each: impl FnMut(u64)) {
        for _ in 0..data / self.shape.batch_bytes {
            if let Some(due) = self.due[reader.partition()].pop_front() {
                each(due);
                reader.offset += u64::from(self.shape.records);
            }
        }
    }
}
