//! A meeting for people's calendars.
