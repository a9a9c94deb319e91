//! Executive digital fluency.

use super::contents::{Contents, Guide, Topic};

pub(super) const CONTENTS: Contents = Contents {
    title: "Executive digital fluency",
    about: "For executives who decide about technology and want to have used it themselves.",
    purpose: "People who decide about technology try it themselves, with a colleague who uses it every day. In return, those \
        colleagues see how decisions about it are made.",
    topics: &[
        Topic {
            name: "AI assistants at work",
            from_a_junior: "Do one task of my own each week with an AI assistant, and know when I can't trust it.",
            from_a_senior: "Understand what the company fears and hopes from AI, and how it decides what to allow.",
        },
        Topic {
            name: "Data and dashboards",
            from_a_junior: "Answer one question a month from the data myself, instead of asking someone for a slide.",
            from_a_senior: "See which figures are looked at when a decision is made, and which ones never are.",
        },
        Topic {
            name: "Automation",
            from_a_junior: "Find one chore in my week that a simple automation takes over, and build it together.",
            from_a_senior: "Learn how time and money for improvements are found, and make the case for one.",
        },
        Topic {
            name: "Working in chat and shared documents",
            from_a_junior: "Work a whole week in the open, in channels and shared documents, and drop one meeting for it.",
            from_a_senior: "Learn what someone who is short of time needs to read, and write it that way.",
        },
        Topic {
            name: "How software is made",
            from_a_junior: "Follow one change from the idea to the people who use it, and sit beside those who make it.",
            from_a_senior: "Understand how priorities are set across teams, and what makes one win over another.",
        },
        Topic {
            name: "Digital customers",
            from_a_junior: "Be our own customer once a month, on my phone, and note where I would have given up.",
            from_a_senior: "Hear how the company hears its customers, and bring one thing there that it has missed.",
        },
        Topic {
            name: "Security and privacy",
            from_a_junior: "Know the three habits that keep me and my people safe online, and have all three.",
            from_a_senior: "Learn how risks are weighed, with one example in which the answer was not clear.",
        },
        Topic {
            name: "Social media",
            from_a_junior: "Write one post a month in my own voice, and learn what people make of it.",
            from_a_senior: "Learn how the company decides what it says in public, and what it leaves unsaid.",
        },
        Topic {
            name: "New technology",
            from_a_junior: "Try one new tool before each meeting, so that I know it from more than a presentation.",
            from_a_senior: "Learn how to tell a passing fashion from a bet worth making, from bets that failed, too.",
        },
        Topic {
            name: "How decisions are made",
            from_a_junior: "Hear how our decisions arrive where the work is done, and explain one of them better.",
            from_a_senior: "Follow one real decision from the first question to the day it was announced.",
        },
    ],
    guides: &[
        Guide {
            title: "Start with a real chore",
            mentor_brings: "The tool you'd miss most, in two minutes, on your own screen",
            mentee_brings: "One chore of the past week that took longer than it should",
            both_try: "Do that chore together with the tool, the mentee's hands on the keyboard",
        },
        Guide {
            title: "An assistant that makes mistakes",
            mentor_brings: "One answer of an AI assistant that was wrong, and how you noticed",
            mentee_brings: "A text you have to write anyway; leave out whatever is confidential",
            both_try: "Draft it with an assistant, then check every claim in it",
        },
        Guide {
            title: "A question to the data",
            mentor_brings: "Where the figures for one everyday question really are",
            mentee_brings: "A figure you're shown every month, and what you decide by it",
            both_try: "Answer one question from the data without asking anyone",
        },
        Guide {
            title: "As a customer sees us",
            mentor_brings: "Two products outside our field that are a joy to use",
            mentee_brings: "Something of ours that you've never used yourself",
            both_try: "Use it from start to end on a phone, and write down where you stopped",
        },
        Guide {
            title: "Working in the open",
            mentor_brings: "How your team decides something without a meeting",
            mentee_brings: "A meeting of yours that could be a page",
            both_try: "Replace that meeting once, and ask people how it was",
        },
        Guide {
            title: "What gets in the way",
            mentor_brings: "The rule or the approval that costs you most time",
            mentee_brings: "Why it's there, as far as you know, and who could change it",
            both_try: "Take one small obstacle away until you meet again",
        },
        Guide {
            title: "Passing it on",
            mentor_brings: "What your mentee does today that they didn't do when you first met",
            mentee_brings: "One habit you'll keep, and someone you'll show it to",
            both_try: "Tell one colleague each what you took from these months",
        },
    ],
    cycles: 6,
    rolling: false,
    round_schedule: "0 10 1-7 * Mon",
};
