//! The words in which the registry declares tables and columns.

/// A table: how its rows belong to people, what erasing does to them, and when they end.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    /// A row, as the title of a section of somebody's export. Empty where no row is anybody's.
    pub title: &'static str,
    /// The rows in a few neutral words, for what is kept how long, and for an operator's preview.
    pub kind: &'static str,
    pub belongs: Belongs,
    pub erasing: Rows,
    pub ends: Ends,
    pub columns: &'static [Column],
}

/// How a row belongs to a person.
#[derive(Clone, Copy, Debug)]
pub enum Belongs {
    /// Their id is in one of these columns.
    To(&'static [&'static str]),
    /// The id of one of their pairs is in this column.
    Pair(&'static str),
    /// It is about their side (`mentor`, `mentee`) of the pair that had the month in `cycle_id`.
    Side,
    /// It went to them: their messages, their Home, questions to Slack about them. Also copies in their pairs' group messages.
    Lane,
    /// A timer that names them.
    Timer,
    /// Somewhere in a sealed text: only opening it shows who is in it.
    Sealed,
    /// It is the program's, and names people.
    Program,
    /// Nobody's.
    Nobody,
}

/// What erasing a person does to the rows that belong to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    Deleted,
    /// Deleted where this holds (`$2` is the person); the others stay until they end, for this reason.
    DeletedIf(&'static str, &'static str),
    /// They stay, without the columns that say so, for this reason.
    Stay(&'static str),
}

/// When something ends, whatever anybody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Somewhat more than this many days after it was made: `older` selects what was made before `$1`.
    Days(i32, &'static str),
    /// The same, where `$1` is a day on the calendar.
    CalendarDays(i32, &'static str),
    /// The program's retention days after the pair ended.
    WithPair,
    /// With the profile: the program's retention days after the person left.
    WithPerson,
    /// As soon as it has served, for this reason.
    Soon(&'static str),
    /// When somebody changes it, for this reason.
    WhenChanged(&'static str),
    /// Never, for this reason.
    Never(&'static str),
}

/// One column. What is not personal holds nobody's id, words or facts.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    /// The row that its text is sealed for, as SQL; none for what is not sealed.
    pub sealed_for: Option<&'static str>,
    pub personal: Option<Personal>,
}

#[derive(Clone, Copy, Debug)]
pub struct Personal {
    pub holds: Holds,
    /// Who is shown it, and what it is then called: "your role, stage and topics".
    pub seen: &'static [(Viewer, &'static str)],
    pub export: Export,
    pub erasing: Erasing,
    /// When it ends before its row does, and what it is called then.
    pub ends: Option<(Ends, &'static str)>,
    /// Why other people's rows may name somebody who was erased.
    pub mentions: Option<&'static str>,
}

/// What a personal column holds, and how the person stands to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// The id of the person whose row it is.
    Own,
    /// The id of one of the two in a pair.
    Member,
    /// The id of who wrote or did it.
    Author,
    /// The id of somebody it is about, in others' words.
    Mentioned,
    /// Words or facts about the person whose row it is.
    Facts,
}

/// Who is shown something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Only the person.
    OnlyYou,
    Partner,
    Owners,
    /// The support contact, and only what the person sends them.
    Contact,
    /// The members of the mentor circle, where there is one.
    Circle,
}

/// How the person reads it in their export.
#[derive(Clone, Copy, Debug)]
pub enum Export {
    /// Under this label.
    Shown(&'static str, As),
    /// Not, for this reason.
    Hidden(&'static str),
}

/// How a value is put in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    Text,
    /// A name of ours: `all_good` reads "all good".
    Word,
    Number,
    YesNo,
    Day,
    Moment,
    /// The partner, and the side that the reader is on.
    Pair,
    Person,
    /// The key of a question of the bank.
    Question,
    /// Why somebody was left over, as JSON.
    Binding,
    /// JSON: its fields, each under a label.
    Fields(&'static [(&'static str, &'static str)]),
    /// What this expression makes of the row (`$2` is the person), as text.
    Sql(&'static str),
    /// The same, as a day.
    SqlDay(&'static str),
    /// The state of a month as the reader may know it: not by what the other one answered.
    MonthSeen,
    /// What a round was made from: the reader's own profile in it.
    Input,
}

/// What erasing a person does to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasing {
    /// Nothing: it goes with its row.
    WithRow,
    Null,
    /// This text takes its place.
    Replaced(&'static str),
    /// This text, sealed, takes its place.
    Resealed(&'static str),
    /// This text takes its place where the condition holds.
    ReplacedIf(&'static str, &'static str),
    /// The names in it are taken out, by code of their own.
    TakenOut,
    /// It stays, for this reason.
    Stays(&'static str),
}

/// A column that holds nothing of anybody.
pub(super) const fn plain(name: &'static str) -> Column {
    Column {
        name,
        sealed_for: None,
        personal: None,
    }
}

/// A column with somebody's id.
pub(super) const fn id(name: &'static str, holds: Holds, export: Export) -> Column {
    Column {
        name,
        sealed_for: None,
        personal: Some(Personal {
            holds,
            seen: &[],
            export,
            erasing: Erasing::WithRow,
            ends: None,
            mentions: None,
        }),
    }
}

/// A column with words or facts about the person whose row it is.
pub(super) const fn facts(name: &'static str, export: Export) -> Column {
    id(name, Holds::Facts, export)
}

/// What may follow in a declaration. Nothing of it means anything for a column that is not personal.
macro_rules! then {
    ($($(#[$doc:meta])* $name:ident: $type:ty, $value:ident => $into:expr;)*) => {
        impl Column {
            $(
                $(#[$doc])*
                pub(super) const fn $name(mut self, $value: $type) -> Self {
                    if let Some(mut personal) = self.personal {
                        personal.$name = $into;
                        self.personal = Some(personal);
                    }
                    self
                }
            )*

            /// Its text is sealed for this row, as SQL.
            pub(super) const fn sealed(mut self, row: &'static str) -> Self {
                self.sealed_for = Some(row);
                self
            }
        }
    };
}

then! {
    /// Who is shown it, and under which name.
    seen: &'static [(Viewer, &'static str)], viewers => viewers;
    /// What erasing a person does to it.
    erasing: Erasing, does => does;
    /// When it ends before its row does, and what it is called then.
    ends: (Ends, &'static str), ends => Some(ends);
    /// Why other people's rows may name somebody who was erased.
    mentions: &'static str, why => Some(why);
}

impl Table {
    /// Selects the rows that belong to a person, by SQL: `$1` is the workspace, `$2` the person. None where only reading the
    /// rows shows whose they are.
    pub fn mine(&self) -> Option<String> {
        const PAIRS: &str =
            "select id from pairs where team_id = $1 and (mentor = $2 or mentee = $2)";
        Some(match self.belongs {
            Belongs::To(columns) => {
                let any: Vec<String> = columns.iter().map(|it| format!("{it} = $2")).collect();
                format!("team_id = $1 and ({})", any.join(" or "))
            }
            Belongs::Pair(column) => format!("{column} in ({PAIRS})"),
            Belongs::Side => format!(
                "exists (select 1 from cycles c join pairs p on p.id = c.pair_id where c.id = {name}.cycle_id
                     and p.team_id = $1 and $2 = case {name}.side when 'mentor' then p.mentor else p.mentee end)",
                name = self.name
            ),
            Belongs::Lane => "team_id = $1 and lane = $2".to_owned(),
            Belongs::Program => "team_id = $1 and settings like '%\"' || $2 || '\"%'".to_owned(),
            Belongs::Timer | Belongs::Sealed | Belongs::Nobody => return None,
        })
    }

    /// Selects the rows of a pair, whose id is `$1`.
    pub(super) fn of_pair(&self) -> Option<&'static str> {
        if self.name == "pairs" {
            return Some("id = $1");
        }
        if matches!(self.belongs, Belongs::Side) {
            return Some("cycle_id in (select id from cycles where pair_id = $1)");
        }
        let has_pair = self.columns.iter().any(|column| column.name == "pair_id");
        has_pair.then_some("pair_id = $1")
    }

    /// Its personal columns.
    pub fn personal(&self) -> impl Iterator<Item = (&'static Column, Personal)> {
        let columns = self.columns.iter();
        columns.filter_map(|column| column.personal.map(|personal| (column, personal)))
    }
}

impl Personal {
    /// Whether it holds a person's id, by which its rows are found.
    pub fn is_id(&self) -> bool {
        self.holds != Holds::Facts
    }
}
