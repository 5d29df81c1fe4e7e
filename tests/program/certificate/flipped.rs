//! A certificate and its record with one bit changed: always refused.

use super::fixture::{full, own, public, today};
use crate::support::full_depth;
use conformant::certificate::{Evidence, Refusal, Rejection, check, open, rejudge, verify};

fn each_byte(step: usize) {
    let bytes = full().resigned(|_| {});
    assert!(open(&bytes, Some(&public()), false).is_ok());
    // Behind the last byte but one stands the line feed.
    for at in (0..bytes.len() - 1).step_by(step) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        let opened = open(&flipped, Some(&public()), false);
        assert!(opened.is_err(), "byte {at} of {}", bytes.len());
    }
}

#[test]
fn bytes_of_a_whole_certificate_are_flipped() {
    each_byte(23);
}

#[test]
#[ignore = "takes long without optimisation"]
fn every_byte_of_a_whole_certificate_is_flipped() {
    each_byte(1);
}

#[test]
fn every_byte_of_a_record_is_flipped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.ndjson");
    let whole = std::fs::read_to_string(&full().record).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let small = format!("{}\n{}\n{}\n", lines[0], lines[1], lines[lines.len() - 1]);
    std::fs::write(&path, &small).unwrap();
    let mut statement = full().statement.clone();
    statement.predicate.conformant.evidence = Evidence::file(&path).unwrap();
    let own = own();
    let (sent, _) = check(&full().statement, &own, today()).unwrap();
    let step = if full_depth() { 1 } else { 5 };
    for at in (0..small.len()).step_by(step) {
        let mut flipped = small.clone().into_bytes();
        flipped[at] ^= 1 << (at % 8);
        std::fs::write(&path, &flipped).unwrap();
        let rejection = rejudge(&statement, &sent, &path).unwrap_err();
        assert!(
            matches!(
                rejection,
                Rejection::Refused(Refusal::RecordOther(_) | Refusal::RecordCut)
            ),
            "byte {at}: {rejection}"
        );
    }
}

#[test]
fn bytes_of_the_real_record_are_flipped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flipped.ndjson");
    let whole = std::fs::read(&full().record).unwrap();
    let certificate = full().resigned(|_| {});
    let verify = || {
        let record = Some(path.as_path());
        verify(&certificate, own(), Some(&public()), false, today(), record)
    };
    std::fs::write(&path, &whole).unwrap();
    assert!(verify().is_ok());
    for at in (0..whole.len()).step_by(whole.len() / 12) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        std::fs::write(&path, &flipped).unwrap();
        let rejection = verify().unwrap_err().to_string();
        // A footer that is none any more.
        let end = &whole[..whole.len() - 1];
        let footer = end.iter().rposition(|byte| *byte == b'\n').unwrap();
        let is_cut = at > footer && rejection.contains("cut off");
        assert!(
            rejection.contains("SHA-256") || is_cut,
            "byte {at}: {rejection}"
        );
    }
}
