//! Civil time, working hours and schedules.

pub fn at_local(civil: jiff::civil::DateTime, zone: &jiff::tz::TimeZone) -> jiff::Timestamp {
    zone.to_ambiguous_zoned(civil).compatible().map(|z| z.timestamp()).unwrap_or_default()
}
