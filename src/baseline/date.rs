//! Defines dates as options, snapshots and certificates write them: `YYYY-MM-DD`, in UTC.
//! The only place that knows the calendar.

pub use chrono::NaiveDate as Date;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use std::time::SystemTime;

/// A moment as RFC 3339 writes it, in UTC, with milliseconds: `2027-02-28T09:30:00.000Z`.
///
/// A moment that no calendar reaches is the last one of it.
pub fn written(time: SystemTime) -> String {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    let moment = DateTime::from_timestamp(seconds, since.subsec_nanos());
    let moment: DateTime<Utc> = moment.unwrap_or(DateTime::<Utc>::MAX_UTC);
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Reads a moment as [`written`] writes it; `None` for every other form.
pub fn parse_time(text: &str) -> Option<SystemTime> {
    let time: SystemTime = DateTime::parse_from_rfc3339(text).ok()?.into();
    (written(time) == text).then_some(time)
}

/// This moment.
pub fn now() -> SystemTime {
    SystemTime::now()
}

/// Today, in UTC: the same on every machine.
pub fn today() -> Date {
    DateTime::<Utc>::from(SystemTime::now()).date_naive()
}

/// Reads a date; `None` for every other form of ISO 8601, and for what is none.
pub fn parse_date(text: &str) -> Option<Date> {
    text.parse::<Date>()
        .ok()
        .filter(|date| date.to_string() == text)
}

/// The day so many days later; the last day of the calendar where there is none.
pub fn days_after(date: Date, days: i64) -> Date {
    TimeDelta::try_days(days)
        .and_then(|span| date.checked_add_signed(span))
        .unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::{days_after, parse_date};

    #[test]
    fn one_form_of_a_date_is_read() {
        let day = parse_date("2027-02-28").unwrap();
        assert_eq!(days_after(day, 1).to_string(), "2027-03-01");
        for other in [
            "20270228",
            "2027-2-28",
            "2027-02-28T00:00:00",
            "2027-02-28 00:00",
            "2027-02-28[u-ca=iso8601]",
            "+002027-02-28",
            " 2027-02-28",
            "2027-02-30",
            "2027-W08-7",
            "２027-02-28",
            "",
        ] {
            assert_eq!(parse_date(other), None, "{other}");
        }
    }
}
