//! What a recipe is made of.

/// What is in a recipe.
pub struct Contents {
    pub title: &'static str,
    /// For whom it is, in a sentence.
    pub about: &'static str,
    pub purpose: &'static str,
    pub topics: &'static [Topic],
    /// For the months from the first on; the last one is for the last month, whichever that is.
    pub guides: &'static [Guide],
    pub cycles: u8,
    /// Whether people are matched as soon as two fit, or in rounds.
    pub rolling: bool,
    pub round_schedule: &'static str,
}

/// A topic, and what somebody could want to learn about it: from a junior colleague, and from a senior one.
pub struct Topic {
    pub name: &'static str,
    /// For a mentee, whose mentor is junior.
    pub from_a_junior: &'static str,
    /// For a mentor, whose mentee is senior.
    pub from_a_senior: &'static str,
}

/// A month's guide: what each of the two brings, and what both try until they meet again.
pub struct Guide {
    pub title: &'static str,
    pub mentor_brings: &'static str,
    pub mentee_brings: &'static str,
    pub both_try: &'static str,
}

impl Guide {
    pub fn lines(&self) -> [&'static str; 3] {
        [self.mentor_brings, self.mentee_brings, self.both_try]
    }
}
