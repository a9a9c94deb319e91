//! The texts. Only append to a list, because positions identify the questions that people answered.

use crate::domain::named::named;

named! {
    /// The topic of a question.
    pub enum Theme {
        Learning = "learning",
        Trust = "trust",
        Transparency = "transparency",
        Challenge = "challenge",
        Culture = "culture",
        Reciprocity = "reciprocity",
    }
}

/// One side of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Mentor,
    Mentee,
}

named! {
    /// The people a question is meant for.
    pub enum Audience {
        Mentor = "mentor",
        Mentee = "mentee",
        Both = "both",
    }
}

impl Audience {
    pub fn includes(self, side: Side) -> bool {
        match self {
            Audience::Mentor => side == Side::Mentor,
            Audience::Mentee => side == Side::Mentee,
            Audience::Both => true,
        }
    }
}

/// The questions of one theme for one audience.
pub(super) fn texts(theme: Theme, audience: Audience) -> &'static [&'static str] {
    let [mentor, mentee, both] = match theme {
        Theme::Learning => &LEARNING,
        Theme::Trust => &TRUST,
        Theme::Transparency => &TRANSPARENCY,
        Theme::Challenge => &CHALLENGE,
        Theme::Culture => &CULTURE,
        Theme::Reciprocity => &RECIPROCITY,
    };
    match audience {
        Audience::Mentor => mentor,
        Audience::Mentee => mentee,
        Audience::Both => both,
    }
}

/// For mentors, for mentees, for both.
type Lists = [&'static [&'static str]; 3];

const LEARNING: Lists = [
    &[
        "What did you explain this time that you had never put into words before?",
        "Which of your examples made something click for your partner?",
        "What would you show, rather than tell, next time?",
        "What did you learn about how decisions are made here?",
    ],
    &[
        "What do you see differently since this meeting?",
        "What could you try out yourself this week, in ten minutes?",
        "Which of your questions wouldn't you have dared to ask in a larger room?",
        "What did you think you knew, and see differently now?",
    ],
    &[
        "What is the one thing from this meeting you want to remember in a year?",
        "What would you like to understand better than you do today?",
        "What surprised you?",
        "What could you put to use in the next few days?",
    ],
];

const TRUST: Lists = [
    &[
        "What made it easy, or hard, to speak as the teacher?",
        "When did you feel taken seriously?",
        "What have you held back so far that might be worth saying?",
        "What does your partner do that makes it safe to disagree?",
    ],
    &[
        "When did you listen without preparing an answer?",
        "What did you admit you don't know, and how did that feel?",
        "How did you make it easy for your partner to disagree with you?",
        "What would help your partner forget your title for an hour?",
    ],
    &[
        "What helps you speak freely with each other?",
        "Was there a moment when you felt understood?",
        "Is there anything you would rather clear up than carry along?",
        "What has your partner trusted you with, and how do you look after it?",
    ],
];

const TRANSPARENCY: Lists = [
    &[
        "What does leadership not see from where it stands?",
        "Which unwritten rule around here did you get to talk about?",
        "What did you learn about the why behind a decision?",
        "What would you tell your partner's peers if they asked you?",
    ],
    &[
        "What did you explain about a decision that usually stays behind closed doors?",
        "What did you hear that rarely reaches you?",
        "Which of your reasons turned out not to be obvious to others?",
        "What could you say more openly to your own team after this?",
    ],
    &[
        "What did you say plainly that is often said in a roundabout way?",
        "What would you like your partner to know about your work that they can't see?",
        "Where did the two of you see the same thing differently?",
        "Which open question deserves an honest answer?",
    ],
];

const CHALLENGE: Lists = [
    &[
        "Which of your partner's views did you question, and how did it go?",
        "What would you dare to say next time?",
        "Where did your partner push your own thinking?",
        "Which habit around here would you challenge if you could?",
    ],
    &[
        "Which of your habits did this meeting question?",
        "Which decision would you look at again after this conversation?",
        "When did you want to defend yourself, and what did you do instead?",
        "What would you do differently if you started here today?",
    ],
    &[
        "What did you disagree about, and what came of it?",
        "What was uncomfortable in a useful way?",
        "What is a small experiment you could both run before you meet again?",
        "What have you changed your mind about?",
    ],
];

const CULTURE: Lists = [
    &[
        "What do people at your stage talk about that others never hear?",
        "What makes someone like you stay here, or think of leaving?",
        "Which of our customs would puzzle a newcomer most?",
        "When did rank play a part in the room, and when did it not?",
    ],
    &[
        "What did you learn about what work feels like for people at your partner's stage?",
        "Which custom here serves people like you better than people like your partner?",
        "Who do you listen to too rarely?",
        "What could your team do to make new voices easier to hear?",
    ],
    &[
        "What do you two have in common that you didn't expect?",
        "Which difference between you turned out to be useful?",
        "What would make this a better place to start a career?",
        "Which word or custom did one of you have to translate for the other?",
    ],
];

const RECIPROCITY: Lists = [
    &[
        "What did you get out of this meeting for yourself?",
        "What do you want to ask of your partner that you haven't asked yet?",
        "What could your partner open a door to, just by explaining it?",
        "How do the two of you keep this from becoming one-way?",
    ],
    &[
        "What did you give back this time?",
        "What could you do for your partner that costs you little and helps them a lot?",
        "How could you thank your partner in a way that means something to them?",
        "What from your own path might be useful to your partner, mistakes included?",
    ],
    &[
        "Is the give and take between you about right?",
        "What would you thank your partner for today?",
        "What should you do more of, and less of, when you meet?",
        "Who else could benefit from what you two have found out?",
    ],
];
