//! Names, places and topics that made-up companies are put together from.

/// The counts of given and family names share no divisor, so that taking both in turn repeats late.
pub const GIVEN: [&str; 67] = [
    "Ana", "Noor", "Kwame", "Mei", "Søren", "Priya", "Diego", "Aiko", "Fatima", "Lukas", "Zoë",
    "Tariq", "Ingrid", "Mateo", "Chiara", "Yusuf", "Hana", "Oluwaseun", "Elif", "Jakub", "Marisol",
    "Thandi", "Björn", "Leila", "Rafael", "Sunita", "Ewan", "Nadia", "Tomás", "Wei", "Amara",
    "Viktor", "Camille", "Daniyar", "Greta", "Ibrahim", "Jun", "Katarzyna", "Liam", "Manon",
    "Nikhil", "Oksana", "Pedro", "Qiang", "Rosa", "Stefan", "Tuuli", "Umar", "Valentina", "Wanjiru",
    "Xenia", "Yara", "Zsófia", "Arjun", "Beatriz", "Cem", "Dorothea", "Esteban", "Freya", "Gabriel",
    "Hugo", "Isla", "Joon-ho", "Klara", "Luca", "Miriam", "Néstor",
];

pub const FAMILY: [&str; 71] = [
    "Lima", "Haddad", "Mensah", "Chen", "Lindqvist", "Raman", "Fuentes", "Tanaka", "Rahman", "Weber",
    "O'Neill", "Okafor", "Kaya", "Novák", "Rossi", "Dube", "Larsen", "Moreau", "Silva", "Iyer",
    "Campbell", "Petrov", "García", "Wang", "Diallo", "Kowalska", "Dubois", "Nurlan", "Schneider",
    "Osman", "Sato", "Wiśniewski", "Murphy", "Laurent", "Patel", "Shevchenko", "Almeida", "Zhang",
    "Jiménez", "Fischer", "Virtanen", "Siddiqui", "Romano", "Kamau", "Papadaki", "Nasser", "Nagy",
    "Mehta", "Castro", "Demir", "Baumann", "Ortega", "Hansen", "Costa", "Martin", "MacLeod", "Park",
    "Dvořák", "Bianchi", "Stern", "Núñez", "Abebe", "Becker", "Cooper", "Eriksen", "Ferrari", "Gupta",
    "Horvat", "Jansen", "Kim", "Vega",
];

/// Site, zone, language spoken there beside English, how many of a hundred work there.
pub const SITES: [(&str, &str, &str, u32); 9] = [
    ("Berlin", "Europe/Berlin", "German", 36),
    ("New York", "America/New_York", "Spanish", 26),
    ("London", "Europe/London", "French", 22),
    ("Bengaluru", "Asia/Kolkata", "Hindi", 6),
    ("São Paulo", "America/Sao_Paulo", "Portuguese", 4),
    ("Tokyo", "Asia/Tokyo", "Japanese", 2),
    ("San Francisco", "America/Los_Angeles", "Chinese", 2),
    ("Kathmandu", "Asia/Kathmandu", "Hindi", 1),
    ("Sydney", "Australia/Sydney", "Chinese", 1),
];

/// Most junior first, as the program's own list, and how many of a hundred of those who take part are there.
pub const STAGES: [(&str, u32); 7] = [
    ("Early career", 24),
    ("Experienced", 19),
    ("Senior", 9),
    ("Lead or manager", 15),
    ("Director", 17),
    ("Vice president", 12),
    ("Executive", 4),
];

/// What people early in their careers tend to know.
pub const FRESH: [&str; 8] = [
    "AI tools",
    "Automation and scripting",
    "Data literacy",
    "Design and user experience",
    "New technology",
    "Remote and hybrid work",
    "Social media",
    "What younger staff see",
];

/// What people who decide tend to know.
pub const SEASONED: [&str; 7] = [
    "Careers and growth",
    "Customer view",
    "How decisions are made",
    "Leadership",
    "Public speaking",
    "Strategy",
    "Sustainability",
];

/// Topics in people's own words.
pub const OWN_FRESH: [&str; 4] = ["short video", "prompt writing", "Rust", "community building"];
pub const OWN_SEASONED: [&str; 4] =
    ["board papers", "negotiating & contracts", "hiring", "a budget, read properly"];

pub const DEPARTMENTS: [&str; 11] = [
    "Customer support",
    "Data",
    "Design",
    "Engineering",
    "Finance",
    "Legal",
    "Marketing",
    "Operations",
    "People",
    "Product",
    "Sales",
];

pub const LANGUAGES: [&str; 9] = [
    "English",
    "Chinese",
    "French",
    "German",
    "Hindi",
    "Italian",
    "Japanese",
    "Portuguese",
    "Spanish",
];

pub const HOPES: [&str; 4] = [
    "An honest conversation a month, and one thing I would not have tried alone.",
    "To see past my own corridor.",
    "Someone who tells me when I am wrong <kindly> & early.",
    "Less theory, more screen.",
];

pub const THOUGHTS: [&str; 6] = [
    "We took one thing apart that I had stopped questioning. I will try it with my own team this week.",
    "It was easier to say “I don't know” than I thought.",
    "We talked more than we showed. Next time the other way round.",
    "That decisions are slower for reasons I had not seen, some of them good.",
    "One small habit: ask before explaining.",
    "<!channel> is not something I would say aloud, but the candor was new & good.",
];

pub const GOAL: &str = "And one thing each time that surprises us both.";
