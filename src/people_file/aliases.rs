//! What other programs call our columns: Workday, `BambooHR`, Personio, and the list of members that Slack exports.

use super::row::Column;

/// Other headers of a column, the surest first: a later list counts only if the file has nothing of an earlier one. Case,
/// blanks and signs do not matter, and `#` is a number.
pub(super) fn of(column: Column) -> &'static [&'static [&'static str]] {
    match column {
        Column::Name => &[
            &[
                "name",
                "full name",
                "employee name",
                "employee full name",
                "worker name",
                "person",
                "person name",
                "last name first name",
                "last name first",
                "last first",
                "name last first",
                "employee name last first",
                "employee last name first name",
                "first name last name",
                "first last",
            ],
            &["worker", "employee"],
            &["display name", "legal name", "legal full name"],
        ],
        Column::FirstName => &[&["first name", "given name", "forename", "legal first name"]],
        Column::LastName => &[&["last name", "family name", "surname", "legal last name"]],
        Column::PreferredName => &[&[
            "preferred name",
            "preferred first name",
            "preferred full name",
            "nickname",
            "known as",
        ]],
        Column::Id => &[
            &[
                "id",
                "user id",
                "member id",
                "slack id",
                "slack user id",
                "slack member id",
            ],
            &[
                "employee id",
                "worker id",
                "personnel id",
                "staff id",
                "person id",
            ],
            &[
                "employee number",
                "employee no",
                "personnel number",
                "personnel no",
                "worker number",
                "staff number",
                "eeid",
            ],
        ],
        Column::Email => &[
            &[
                "email",
                "email address",
                "work email",
                "work email address",
                "primary work email",
                "primary work email address",
                "email primary work",
                "email work",
                "business email",
                "company email",
                "slack email",
            ],
            &["best email"],
        ],
        Column::Department => &[
            &["department", "department name", "dept"],
            &["division", "business unit"],
            &["supervisory organization", "team"],
            &["cost center", "cost centre"],
        ],
        Column::Site => &[
            &[
                "site",
                "location",
                "office",
                "work location",
                "office location",
                "location name",
            ],
            &["city", "work city"],
        ],
        Column::Stage => &[
            &["stage", "career stage"],
            &["job level", "management level", "career level", "seniority"],
        ],
        Column::Manager => &[&[
            "manager",
            "manager name",
            "manager full name",
            "managers name",
            "workers manager",
            "employees manager",
            "line manager",
            "line manager name",
            "direct manager",
            "people manager",
            "supervisor",
            "supervisor name",
            "supervisors name",
            "reports to",
            "reports to name",
            "reporting to",
        ]],
        Column::ManagerId => &[
            &["manager slack id", "manager user id"],
            &[
                "manager id",
                "managers id",
                "manager employee id",
                "managers employee id",
                "manager worker id",
                "workers manager id",
                "line manager id",
                "supervisor id",
                "supervisors id",
                "supervisor employee id",
                "reports to id",
                "reporting to id",
            ],
            &[
                "manager number",
                "manager employee number",
                "supervisor number",
                "supervisor employee number",
                "supervisor eid",
            ],
        ],
        Column::ManagerEmail => &[&[
            "manager email",
            "manager email address",
            "managers email",
            "manager work email",
            "manager primary work email",
            "workers manager email",
            "line manager email",
            "supervisor email",
            "supervisor email address",
            "supervisors email",
            "supervisor work email",
            "reports to email",
            "reporting to email",
        ]],
        Column::Role => &[&["role", "program role", "mentoring role"]],
        Column::Status => &[&[
            "status",
            "employment status",
            "worker status",
            "employee status",
        ]],
        Column::Share => &[&[
            "share",
            "shares",
            "can share",
            "can teach",
            "topics to share",
        ]],
        Column::Learn => &[&["learn", "learns", "wants to learn", "topics to learn"]],
        Column::Languages => &[&["languages", "language", "spoken languages"]],
        Column::Zone => &[&["zone", "time zone", "tz"]],
        Column::MentorCapacity => &[&["mentor capacity"]],
        Column::MenteeCapacity => &[&["mentee capacity"]],
        Column::RatherNot => &[&["rather not"]],
        Column::WaitingDays => &[&["waiting days"]],
    }
}

/// Words in a header that may mean a column, if the file has no surer one.
pub(super) fn hints(column: Column) -> &'static [&'static str] {
    match column {
        Column::Name => &["name"],
        Column::Email => &["email"],
        Column::Stage => &["stage", "level", "grade", "band", "seniority", "rank"],
        Column::Manager => &[
            "manager",
            "mgr",
            "supervisor",
            "reports",
            "reporting",
            "boss",
        ],
        Column::FirstName
        | Column::LastName
        | Column::PreferredName
        | Column::Id
        | Column::Department
        | Column::Site
        | Column::ManagerId
        | Column::ManagerEmail
        | Column::Role
        | Column::Status
        | Column::Share
        | Column::Learn
        | Column::Languages
        | Column::Zone
        | Column::MentorCapacity
        | Column::MenteeCapacity
        | Column::RatherNot
        | Column::WaitingDays => &[],
    }
}

/// Headers that look much like one of ours and are something else.
pub(super) const UNRELATED: [&str; 2] = ["state", "phone"];
