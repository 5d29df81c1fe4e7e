//! Tells integers from fractions by their digits.

/// Whether a number with a fraction or an exponent is an integer, by its digits and not by
/// the double next to it: `1e-400` is none.
pub(super) fn is_whole(text: &str) -> bool {
    let text = text.trim_start_matches('-');
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = whole.bytes().chain(fraction.bytes());
    let Ok(exponent) = exponent.parse::<i64>() else {
        // An exponent of so many digits leaves only zero where it is.
        return digits.all(|digit| digit == b'0') || !exponent.starts_with('-');
    };
    let before_point = i64::try_from(whole.len()).unwrap_or(i64::MAX);
    let before_point = before_point.saturating_add(exponent);
    let before_point = usize::try_from(before_point.max(0)).unwrap_or(usize::MAX);
    digits.skip(before_point).all(|digit| digit == b'0')
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use crate::exchange::Limits;

    #[test]
    fn a_fraction_that_no_double_shows_is_no_integer() {
        let parse = |text: &str| parse(text.as_bytes(), &Limits::default());
        for text in [
            "32.0000000000000000001",
            "1e-400",
            "0.0000000000000000000000001e2",
            "-7.00000000000000000003",
        ] {
            let parsed = parse(text);
            let float = parsed.value.as_f64().unwrap();
            assert!(
                float.fract() != 0.0 && parsed.fractions.is_empty(),
                "{text}"
            );
        }
        for text in [
            "32.000000000000000000000",
            "1e3",
            "-0.0",
            "0e-400",
            "1.50e1",
            "0.001e3",
        ] {
            assert_eq!(parse(text).fractions.len(), 1, "{text}");
        }
    }
}
