//! What must hold of the strict JSON reader for any bytes.

use conformant::exchange::Limits;
use conformant::judge::json::parse;
use serde_json::Value;

/// Rules of what `serde_json` smooths over or bounds otherwise: a text that breaks one
/// of these alone may be accepted by it.
const SMOOTHED: [&str; 4] = [
    "json-duplicate-key",
    "json-depth",
    "json-size",
    "json-number-size",
];

/// Reads `text` with both readers and compares what they say.
///
/// # Panics
/// Where the strict reader accepts what `serde_json` refuses, or sees another value, or
/// where it finds fault with a text that `serde_json` accepts, by a rule that is not
/// meant for that.
pub fn holds(text: &[u8]) {
    let strict = parse(text, &Limits::default());
    let lenient = serde_json::from_slice::<Value>(text);
    if strict.findings.is_empty() {
        assert!(strict.is_readable, "neither a value nor a finding");
        match &lenient {
            Ok(value) => assert!(
                same(&strict.value, value),
                "{:?} is not {value:?}",
                strict.value
            ),
            Err(error) => panic!("accepted, but serde_json says: {error}"),
        }
    } else if lenient.is_ok() {
        let wrong = strict
            .findings
            .iter()
            .find(|finding| !SMOOTHED.contains(&finding.rule.code));
        assert!(wrong.is_none(), "serde_json accepts it: {wrong:?}");
    }
    // What is shown of a body must be short and harmless, whatever its keys are.
    for finding in &strict.findings {
        assert!(
            finding.pointer.len() < 128 * 300,
            "{}",
            finding.pointer.len()
        );
    }
}

/// Equal, floats to the last place: `serde_json` does not round correctly without its
/// feature for that, and this reader keeps integers below i64 below it.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|((key, one), (name, other))| key == name && same(one, other))
        }
        // `-0` is an integer here, and the float -0.0 there.
        (Value::Number(one), Value::Number(other)) if other.is_f64() => {
            let (one, other) = (one.as_f64(), other.as_f64());
            one.zip(other).is_some_and(|(one, other)| {
                one == other || one.next_up() == other || one.next_down() == other
            })
        }
        _ => one == other,
    }
}
