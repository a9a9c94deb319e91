//! A local Slack: stateful, strict, over HTTP.
