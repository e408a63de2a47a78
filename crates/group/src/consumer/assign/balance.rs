//! Who gives and who gets next, among the subscribers of one topic, so that their loads come together.
//!
//! Members stand sorted by load. Those with the least form a range at the low end that fills level by level, those
//! with the most one at the high end that empties level by level; each level is walked through once before the
//! range widens. This order is what makes results equal Kafka's, not only as good.

/// Loads of one topic's subscribers while partitions move among them.
#[derive(Debug)]
pub(super) struct Balancer {
    /// Members by load, lightest first. Those that have nothing to give are swapped behind `most_end`.
    sorted: Vec<usize>,
    /// Load of each of `sorted` when the balancing began, in the original order of `sorted`.
    least_end: usize,
    least_level: i64,
    next_least: usize,
    most_start: usize,
    most_end: usize,
    most_level: i64,
    /// Position behind the next to give.
    next_most: usize,
}

impl Balancer {
    /// Begins with these members, of which there is at least one.
    pub fn new(members: &[usize], loads: &[i64]) -> Self {
        let load = |member: &usize| loads.get(*member).copied().unwrap_or(0);
        let mut sorted = members.to_vec();
        sorted.sort_by_key(|member| (load(member), *member));
        let least = sorted.first().map_or(0, load);
        let most = sorted.last().map_or(0, load);
        let count = sorted.len();
        Self {
            sorted,
            least_end: 0,
            least_level: least - 1,
            next_least: 0,
            most_start: count,
            most_end: count,
            most_level: most + 1,
            next_most: count,
        }
    }

    /// By how much the loads differ at the beginning.
    pub fn imbalance(&self) -> i64 {
        (self.most_level - 1) - (self.least_level + 1)
    }

    /// Who gets the next partition. The caller gives it to them.
    pub fn next_least(&mut self, loads: &[i64]) -> Option<usize> {
        if self.next_least >= self.least_end {
            self.least_level += 1;
            while self.load_at(self.least_end, loads) == Some(self.least_level) {
                self.least_end += 1;
            }
            self.next_least = 0;
        }
        let member = self.sorted.get(self.next_least).copied();
        self.next_least += 1;
        member
    }

    /// Who gives the next partition away; nobody: none has any to give.
    pub fn next_most(&mut self, loads: &[i64]) -> Option<usize> {
        if self.next_most <= self.most_start {
            let below = self.most_start.checked_sub(1).and_then(|at| self.load_at(at, loads));
            match below {
                // All of the range have been found to have nothing: the next lighter ones are asked.
                Some(load) if self.most_end <= self.most_start => self.most_level = load,
                _ => self.most_level -= 1,
            }
            while let Some(at) = self.most_start.checked_sub(1)
                && self.load_at(at, loads) == Some(self.most_level)
            {
                self.most_start = at;
            }
            self.next_most = self.most_end;
        }
        self.next_most = self.next_most.checked_sub(1)?;
        self.sorted.get(self.next_most).copied()
    }

    /// The member that [`Balancer::next_most`] named last has nothing to give.
    pub fn exclude_most(&mut self) {
        if let Some(last) = self.most_end.checked_sub(1)
            && self.next_most <= last
            && last < self.sorted.len()
        {
            self.sorted.swap(self.next_most, last);
            self.most_end = last;
        }
    }

    /// Moving more would not bring the loads closer.
    pub fn is_balanced(&self) -> bool {
        self.most_level - self.least_level <= 1
    }

    fn load_at(&self, at: usize, loads: &[i64]) -> Option<i64> {
        self.sorted.get(at).and_then(|member| loads.get(*member)).copied()
    }
}
