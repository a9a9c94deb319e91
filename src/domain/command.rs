//! The slash command's words.
