//! Defines [`Bar`]: a line on a terminal that shows how far a run has come.

use crate::runner::{Progress, spoken};
use std::io::{self, Write as _};
use std::time::Duration;

/// Columns of the bar itself.
const COLUMNS: usize = 20;
/// By then the pace is known about.
const KNOWN_AFTER: Duration = Duration::from_secs(1);

/// The line, as far as it is drawn.
#[derive(Debug, Default)]
pub(super) struct Bar {
    is_drawn: bool,
}

impl Bar {
    /// Draws it over what was drawn before.
    pub(super) fn draw(&mut self, progress: &Progress, width: usize) {
        let _ = write!(io::stderr(), "\r{}\u{1b}[K", line(progress, width));
        self.is_drawn = true;
    }

    /// Takes it away, if it is there.
    pub(super) fn erase(&mut self) {
        if std::mem::take(&mut self.is_drawn) {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

/// The line, shorter than the terminal: at its last column the cursor may be on the next one.
fn line(progress: &Progress, width: usize) -> String {
    let done = progress.done.min(progress.planned);
    let left = match progress.time_left() {
        Some(left) if progress.elapsed >= KNOWN_AFTER && done < progress.planned => {
            format!(", about {} left", spoken(left))
        }
        _ => String::new(),
    };
    let text = format!("{done} of {} requests{left}", progress.planned);
    let filled = COLUMNS * usize::try_from(done).unwrap_or(0)
        / usize::try_from(progress.planned.max(1)).unwrap_or(1);
    let bar = format!("[{:<COLUMNS$}] ", "=".repeat(filled));
    let most = width.saturating_sub(1);
    match bar.len() + text.len() <= most {
        true => format!("{bar}{text}"),
        false => text.chars().take(most).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::line;
    use crate::runner::Progress;
    use std::time::Duration;

    #[test]
    fn the_line_fits_and_says_how_far_the_run_has_come() {
        let progress = |done, seconds| Progress {
            done,
            planned: 400,
            elapsed: Duration::from_secs(seconds),
        };
        let half = line(&progress(200, 30), 80);
        assert_eq!(
            half,
            "[==========          ] 200 of 400 requests, about 30 s left"
        );
        assert_eq!(line(&progress(0, 0), 80).matches('=').count(), 0);
        // Repeated requests come on top of the plan.
        assert!(line(&progress(500, 30), 80).ends_with("400 of 400 requests"));
        for width in 1..90 {
            assert!(line(&progress(200, 30), width).len() < width);
        }
    }
}
