//! Who is paired with whom, and why.
