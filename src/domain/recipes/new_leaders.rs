//! New leaders.

use super::contents::{Contents, Guide, Topic};

pub(super) const CONTENTS: Contents = Contents {
    title: "New leaders",
    about: "For people who have recently begun to lead, with mentors who know what it's like to be led.",
    purpose: "People who have just begun to lead hear from someone earlier in their career what good leadership feels like on the \
        other side. In return, those colleagues learn what they'll need when their turn comes.",
    topics: &[
        Topic {
            name: "The first hundred days",
            from_a_junior: "Hear what a team needs from someone new in the first months, and check whether mine gets it.",
            from_a_senior: "See what beginning to lead is really like, and decide whether I want it.",
        },
        Topic {
            name: "Listening and one-on-ones",
            from_a_junior: "Make my one-on-ones worth their time: learn what people hope to be asked, and ask it.",
            from_a_senior: "Learn how to use a one-on-one well from the other chair.",
        },
        Topic {
            name: "Feedback",
            from_a_junior: "Learn which feedback helped my mentor and which didn't, and give one piece a week.",
            from_a_senior: "Learn to ask for feedback so that people tell the truth.",
        },
        Topic {
            name: "Delegating",
            from_a_junior: "Hand over one thing a month that I'd rather keep, and learn how that feels to the other person.",
            from_a_senior: "Learn how to take on something larger, and what to settle before I say yes.",
        },
        Topic {
            name: "Motivation and energy",
            from_a_junior: "Learn what makes a good week for people early in their careers, and what spoils one.",
            from_a_senior: "Hear how my mentee keeps going in difficult weeks, without the polish.",
        },
        Topic {
            name: "Decisions and explaining them",
            from_a_junior: "Explain one decision a month to my mentor first, and mend whatever they don't follow.",
            from_a_senior: "Understand what is weighed before a decision, and what never gets said.",
        },
        Topic {
            name: "Difficult conversations",
            from_a_junior: "Prepare one conversation that I've put off, with someone who knows the other side of it.",
            from_a_senior: "Learn how to raise something difficult early, and practice it once.",
        },
        Topic {
            name: "New tools and ways of working",
            from_a_junior: "Learn the tools my team lives in well enough to stop being the one who slows it down.",
            from_a_senior: "Learn how a new way of working is brought into a team that hasn't asked for it.",
        },
        Topic {
            name: "What younger staff see",
            from_a_junior: "Hear each month one thing that everyone on the floor knows and nobody tells leaders.",
            from_a_senior: "Learn how leaders find out what's going on, and how to help mine with it.",
        },
        Topic {
            name: "Careers and growth",
            from_a_junior: "Learn what people early in their careers want from the next two years, and ask my own team.",
            from_a_senior: "Plan my next step with someone who has just taken theirs.",
        },
    ],
    guides: &[
        Guide {
            title: "What good leading felt like",
            mentor_brings: "The best thing that someone who led you ever did, and what it changed",
            mentee_brings: "What you promised yourself to do differently when you began to lead",
            both_try: "The mentee does that one thing until you meet again",
        },
        Guide {
            title: "One-on-ones",
            mentor_brings: "The question you wish you were asked",
            mentee_brings: "How your last three one-on-ones began, and who talked more",
            both_try: "Begin each one-on-one with that question for a month",
        },
        Guide {
            title: "Feedback that helps",
            mentor_brings: "A sentence that made you better, and one that only hurt",
            mentee_brings: "Feedback you owe someone, without the name",
            both_try: "Say it aloud to each other first, then to the person",
        },
        Guide {
            title: "Letting go",
            mentor_brings: "Something you'd love to take on if someone let you",
            mentee_brings: "Three things that only you do, and whether that has to be so",
            both_try: "The mentee hands over one of them, with the reasons and without the how",
        },
        Guide {
            title: "Saying why",
            mentor_brings: "A decision that reached you without its reasons",
            mentee_brings: "A decision you'll announce soon, as far as you may tell",
            both_try: "Explain it in five sentences, and let the mentor ask until it's clear",
        },
        Guide {
            title: "Looking back",
            mentor_brings: "What your mentee does today that you'd have wanted from someone who led you",
            mentee_brings: "What you'd do again in your first months, and what you wouldn't",
            both_try: "Write one line each to yourselves, to be read in a year",
        },
    ],
    cycles: 6,
    rolling: true,
    round_schedule: "0 0 10 * * Mon",
};
