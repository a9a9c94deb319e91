//! The bot over HTTP against the sandbox, on a test clock: what each person sees.

mod house;
mod spine;
