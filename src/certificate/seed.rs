//! Derives the seed of a certified run from what it is about, so that nobody tries
//! seeds until one passes.

use super::subject::Subject;
use crate::digest::Sha256;

/// The seed that follows from subjects, plan and day of issue: 48 bits, so that every
/// JSON reader holds it exactly.
pub fn seed(subjects: &[Subject], plan_digest: &str, issued_on: &str) -> u64 {
    let mut hash = Sha256::default();
    hash.update(format!("conformant-seed/1\n{plan_digest}\n{issued_on}\n"));
    for subject in subjects {
        let name = &subject.name;
        hash.update(format!("{}\n{name}\n{}\n", name.len(), subject.sha256()));
    }
    let digest = hash.finalize();
    digest[..6]
        .iter()
        .fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::{Subject, seed};

    #[test]
    fn another_subject_plan_or_day_gives_another_seed() {
        let one = [Subject::new("a", "0".repeat(64))];
        let other = [Subject::new("b", "0".repeat(64))];
        let base = seed(&one, "plan", "2026-11-24");
        assert!(base < 1 << 48);
        assert_eq!(base, seed(&one, "plan", "2026-11-24"));
        assert_ne!(base, seed(&other, "plan", "2026-11-24"));
        assert_ne!(base, seed(&one, "plam", "2026-11-24"));
        assert_ne!(base, seed(&one, "plan", "2026-11-25"));
    }
}
