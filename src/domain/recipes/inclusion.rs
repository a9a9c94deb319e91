//! Inclusion and belonging.

use super::contents::{Contents, Guide, Topic};

pub(super) const CONTENTS: Contents = Contents {
    title: "Inclusion and belonging",
    about: "For leaders who want to hear how the company feels to people unlike themselves, and act on it.",
    purpose: "People who set the tone hear firsthand how the company feels from elsewhere in it, and change one thing at a time. \
        Nobody speaks for a group, and nobody has to tell what they'd rather keep.",
    topics: &[
        Topic {
            name: "Inclusion and belonging",
            from_a_junior: "Hear when my mentor feels at home here and when not, and change one thing that I can.",
            from_a_senior: "Understand what my mentee can change and what takes longer, and where to bring an idea.",
        },
        Topic {
            name: "Meetings where everyone speaks",
            from_a_junior: "Run one meeting a month in which those who are usually quiet are heard first.",
            from_a_senior: "Learn how to be heard in a room of senior people, and try it once.",
        },
        Topic {
            name: "Fair hiring and promotion",
            from_a_junior: "Learn how our hiring and promotion look from the other side, and question one habit of mine.",
            from_a_senior: "Understand how promotions are decided, in words that nobody has written down.",
        },
        Topic {
            name: "Feedback across levels",
            from_a_junior: "Get one honest sentence about how I come across at each meeting, and only say thank you.",
            from_a_senior: "Learn to say something difficult to someone senior, and have it land well.",
        },
        Topic {
            name: "Accessibility",
            from_a_junior: "Find three things that I use every day and others can't, and have one of them mended.",
            from_a_senior: "Learn how a need becomes a budget, and whom it takes.",
        },
        Topic {
            name: "Language and words",
            from_a_junior: "Notice the words of mine that shut people out, and find better ones.",
            from_a_senior: "Learn how my mentee chooses words for news that people don't like.",
        },
        Topic {
            name: "Working parents and carers",
            from_a_junior: "See a week through the eyes of someone who cares for others, and move one fixed appointment.",
            from_a_senior: "Hear how people in senior roles arrange work and care, also what they would do differently.",
        },
        Topic {
            name: "Being new or remote",
            from_a_junior: "Learn what people who are new or far away miss, and make one of those things visible.",
            from_a_senior: "Learn how to build a network from scratch, and meet two people through my mentee.",
        },
        Topic {
            name: "Cultures and countries",
            from_a_junior: "Learn how our ways of working read in another culture, and ask before I assume.",
            from_a_senior: "Hear what my mentee has learned by getting it wrong across cultures.",
        },
        Topic {
            name: "Being an ally",
            from_a_junior: "Speak up once a month where it costs me little and helps someone much.",
            from_a_senior: "Learn how senior people support others when nobody is looking, and ask for it.",
        },
    ],
    guides: &[
        Guide {
            title: "How we want to talk",
            mentor_brings: "What you're glad to talk about, and what you'd rather leave out",
            mentee_brings: "Why you're here, in your own words, and what you're unsure of",
            both_try: "Agree how either of you can say “let's stop here”, without a reason",
        },
        Guide {
            title: "A day here",
            mentor_brings: "One moment of the past weeks in which you felt at home, or didn't",
            mentee_brings: "Nothing but questions: listen twice as long as you talk",
            both_try: "Notice one such moment of someone else until you meet again",
        },
        Guide {
            title: "Who speaks in meetings",
            mentor_brings: "A meeting that works for quiet people, and why",
            mentee_brings: "Who spoke in your last three meetings, and for how long",
            both_try: "The mentee asks those first who usually speak last",
        },
        Guide {
            title: "Doors",
            mentor_brings: "A step in your career that was harder to find than to take",
            mentee_brings: "A door that someone held open for you, and how they did it",
            both_try: "The mentee opens one door for someone who hasn't asked",
        },
        Guide {
            title: "Habits and rules",
            mentor_brings: "A rule or a habit that fits some people better than others",
            mentee_brings: "How it came about, and whether it's yours to change",
            both_try: "Change it on a small scale, or find out who can",
        },
        Guide {
            title: "When it goes wrong",
            mentor_brings: "What helps you when something hurtful is said",
            mentee_brings: "A time when you said nothing, or the wrong thing",
            both_try: "Each find one sentence to say next time, and practice it aloud",
        },
        Guide {
            title: "What has changed",
            mentor_brings: "What is different since you first met, however small",
            mentee_brings: "The one thing you'll go on doing when nobody asks about it anymore",
            both_try: "Decide what you would want the next pair to know",
        },
    ],
    cycles: 7,
    rolling: false,
    round_schedule: "0 10 1-7 * Mon",
};
