//! Civil time, working hours and schedules.
