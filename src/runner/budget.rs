//! Defines [`Budget`]: how long a run may take, and whether it gets anywhere meanwhile.
//!
//! A target can be slow and honest, or keep a run for hours: by replies just inside their
//! deadline, by throttling, by bodies that take long to read. What tells them apart is not
//! how long a reply takes but whether the plan can be done in the time that the run has.
//! So each stretch of the run is held against what is left of the plan.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Length of a stretch, unless the deadline of an exchange asks for more.
const STRETCH: Duration = Duration::from_secs(30);
/// So many deadlines fit into a stretch at least.
const DEADLINES: u32 = 3;

/// Why a run has no time left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spent {
    /// The longest time is over.
    Time(Duration),
    /// At this pace the rest of the plan takes longer than the time that is left.
    Pace {
        /// Length of the stretch that was looked at.
        stretch: Duration,
        /// Exchanges that came to their end in it.
        done: u64,
        /// Requests of the plan that were left at its end.
        left: u64,
        /// The longest time.
        most: Duration,
    },
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(most) => write!(
                f,
                "the longest time of the run is over ({}; --max-time)",
                spoken(*most)
            ),
            Self::Pace {
                stretch,
                done,
                left,
                most,
            } => write!(
                f,
                "{done} exchanges in {} are too few for the {left} requests that were left: the run may take {} (--max-time), or send fewer (--cases N)",
                spoken(*stretch),
                spoken(*most)
            ),
        }
    }
}

/// A duration as people say it.
pub fn spoken(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds => format!("{} min", (seconds + 30) / 60),
    }
}

/// Longest time of a run where none is given; what `--rate` costs comes on top.
pub const DEFAULT_MAX_TIME: Duration = Duration::from_secs(600);

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Exchanges that came to their end.
    pub done: u64,
    /// Requests of the plan. Repeated ones may make it more.
    pub planned: u64,
    /// Since the first of them.
    pub elapsed: Duration,
}

impl Progress {
    /// How long the rest takes at the same pace; `None` where there is no pace yet.
    pub fn time_left(&self) -> Option<Duration> {
        let left = self.planned.saturating_sub(self.done);
        let each = self.elapsed.as_secs_f64() / self.done as f64;
        Duration::try_from_secs_f64(each * left as f64).ok()
    }
}

/// The time of one run. Without a longest time it never ends one.
#[derive(Debug)]
pub(super) struct Budget {
    most: Option<Duration>,
    stretch: Duration,
    pace: Mutex<Pace>,
}

#[derive(Debug)]
struct Pace {
    began: Instant,
    /// Requests of the plan, controls included.
    planned: u64,
    /// Exchanges that came to their end.
    done: u64,
    stretch_began: Instant,
    done_before: u64,
}

impl Budget {
    pub(super) fn new(most: Option<Duration>, timeout: Duration) -> Self {
        Self {
            most,
            stretch: STRETCH.max(timeout * DEADLINES),
            pace: Mutex::new(Pace::new(0)),
        }
    }

    /// Begins the time of a plan that sends so many requests.
    pub(super) fn begin(&self, planned: u64) {
        *self.pace() = Pace::new(planned);
    }

    /// Counts an exchange that came to its end, with whatever outcome.
    pub(super) fn done(&self) {
        self.pace().done += 1;
    }

    /// How far the plan has come.
    pub(super) fn progress(&self) -> Progress {
        let pace = self.pace();
        Progress {
            done: pace.done,
            planned: pace.planned,
            elapsed: pace.began.elapsed(),
        }
    }

    /// Returns once the run has no time left; never, where it has a longest time of none.
    pub(super) async fn spent(&self) -> Spent {
        let Some(most) = self.most else {
            return std::future::pending().await;
        };
        loop {
            let (end, next) = {
                let pace = self.pace();
                (pace.began + most, pace.stretch_began + self.stretch)
            };
            sleep_until(end.min(next)).await;
            if let Some(spent) = self.look(most, Instant::now()) {
                return spent;
            }
        }
    }

    /// Looks at the stretch that ends now, if one does.
    fn look(&self, most: Duration, now: Instant) -> Option<Spent> {
        let mut pace = self.pace();
        if now >= pace.began + most {
            return Some(Spent::Time(most));
        }
        let stretch = now - pace.stretch_began;
        if stretch < self.stretch {
            return None;
        }
        let done = pace.done - pace.done_before;
        // Controls that are repeated may make it more than was planned.
        let left = pace.planned.saturating_sub(pace.done).max(1);
        let needed = stretch.as_secs_f64() * left as f64 / done as f64;
        if needed > (pace.began + most - now).as_secs_f64() {
            return Some(Spent::Pace {
                stretch,
                done,
                left,
                most,
            });
        }
        pace.stretch_began = now;
        pace.done_before = pace.done;
        None
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pace {
    fn new(planned: u64) -> Self {
        let now = Instant::now();
        Self {
            began: now,
            planned,
            done: 0,
            stretch_began: now,
            done_before: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// The second at which a run of 400 requests ends, one exchange each `every`
    /// milliseconds, and why.
    fn ends(most: Duration, every: u64) -> Option<(u64, Spent)> {
        let budget = Budget::new(Some(most), Duration::from_secs(10));
        budget.begin(400);
        let began = budget.pace().began;
        (1..=900).find_map(|second| {
            let done = second * 1_000 / every;
            budget.pace().done = done;
            if done >= 400 {
                return Some((second, Spent::Time(Duration::ZERO)));
            }
            let now = began + Duration::from_secs(second);
            budget.look(most, now).map(|spent| (second, spent))
        })
    }

    #[test]
    fn a_slow_target_gets_its_time_and_a_hopeless_one_ends_soon() {
        // Two seconds each, eight at a time: 100 s. And one at a time in 20 minutes.
        let completed = |second| Some((second, Spent::Time(Duration::ZERO)));
        assert_eq!(ends(10 * MINUTE, 250), completed(100));
        assert_eq!(ends(20 * MINUTE, 2_000), completed(800));
        for every in [2_000, 9_900, 1_000_000] {
            let (second, spent) = ends(10 * MINUTE, every).unwrap();
            assert_eq!(second, 30, "{spent}");
            assert!(matches!(spent, Spent::Pace { .. }), "{spent}");
        }
        let (second, spent) = ends(Duration::from_secs(20), 250).unwrap();
        assert_eq!((second, spent), (20, Spent::Time(Duration::from_secs(20))));
    }

    #[test]
    fn a_stretch_holds_three_deadlines() {
        let patient = Budget::new(Some(60 * MINUTE), MINUTE);
        patient.begin(10);
        let began = patient.pace().began;
        assert_eq!(patient.look(60 * MINUTE, began + 2 * MINUTE), None);
        let spent = patient.look(60 * MINUTE, began + 3 * MINUTE).unwrap();
        assert!(
            spent.to_string().contains("0 exchanges in 3 min"),
            "{spent}"
        );
    }

    #[test]
    fn the_time_left_follows_the_pace() {
        let progress = |done, planned| Progress {
            done,
            planned,
            elapsed: MINUTE,
        };
        assert_eq!(progress(0, 10).time_left(), None);
        assert_eq!(progress(20, 60).time_left(), Some(2 * MINUTE));
        // Repeated requests come on top of the plan.
        assert_eq!(progress(11, 10).time_left(), Some(Duration::ZERO));
    }

    #[test]
    fn durations_are_spoken() {
        for (milliseconds, text) in [(500, "500 ms"), (90_000, "90 s"), (600_000, "10 min")] {
            assert_eq!(spoken(Duration::from_millis(milliseconds)), text);
        }
    }
}
