//! Slack's limits on buttons, menus and fields: <https://docs.slack.dev/reference/block-kit/block-elements>.

use super::Surface;
use super::check::{Check, Markup, Within};
use serde_json::{Map, Value as Json};

type Fields = Map<String, Json>;

/// The fields that an element type allows.
struct Rule {
    required: &'static [&'static str],
    optional: &'static [&'static str],
    within: &'static [Within],
}

use Within::{Actions, Context, Input, Section};

const ANYWHERE: &[Within] = &[Section, Actions, Input];
/// Multi-selects are not for action rows.
const NOT_ACTIONS: &[Within] = &[Section, Input];

fn rule(kind: &str) -> Option<Rule> {
    let (required, optional, within): (&[&str], &[&str], &[Within]) = match kind {
        "button" => (
            &["text"],
            &["url", "value", "style", "confirm", "accessibility_label"],
            &[Section, Actions],
        ),
        "image" => (
            &["alt_text"],
            &["image_url", "slack_file"],
            &[Section, Context],
        ),
        "overflow" => (&["options"], &["confirm"], &[Section, Actions]),
        "checkboxes" => (
            &["options"],
            &["initial_options", "confirm", "focus_on_load"],
            ANYWHERE,
        ),
        "radio_buttons" => (
            &["options"],
            &["initial_option", "confirm", "focus_on_load"],
            ANYWHERE,
        ),
        "static_select" => (
            &[],
            &[
                "options",
                "option_groups",
                "initial_option",
                "confirm",
                "focus_on_load",
                "placeholder",
            ],
            ANYWHERE,
        ),
        "external_select" => (
            &[],
            &[
                "initial_option",
                "min_query_length",
                "confirm",
                "focus_on_load",
                "placeholder",
            ],
            ANYWHERE,
        ),
        "users_select" => (
            &[],
            &["initial_user", "confirm", "focus_on_load", "placeholder"],
            ANYWHERE,
        ),
        "conversations_select" => (
            &[],
            &[
                "initial_conversation",
                "default_to_current_conversation",
                "response_url_enabled",
                "filter",
                "confirm",
                "focus_on_load",
                "placeholder",
            ],
            ANYWHERE,
        ),
        "channels_select" => (
            &[],
            &[
                "initial_channel",
                "response_url_enabled",
                "confirm",
                "focus_on_load",
                "placeholder",
            ],
            ANYWHERE,
        ),
        "multi_static_select" => (
            &[],
            &[
                "options",
                "option_groups",
                "initial_options",
                "max_selected_items",
                "confirm",
                "focus_on_load",
                "placeholder",
            ],
            NOT_ACTIONS,
        ),
        "multi_external_select" => (
            &[],
            &[
                "initial_options",
                "min_query_length",
                "max_selected_items",
                "confirm",
                "focus_on_load",
                "placeholder",
            ],
            NOT_ACTIONS,
        ),
        "multi_users_select" => (
            &[],
            &[
                "initial_users",
                "max_selected_items",
                "confirm",
                "focus_on_load",
                "placeholder",
            ],
            NOT_ACTIONS,
        ),
        "multi_conversations_select" => (
            &[],
            &[
                "initial_conversations",
                "default_to_current_conversation",
                "filter",
                "max_selected_items",
                "confirm",
                "focus_on_load",
                "placeholder",
            ],
            NOT_ACTIONS,
        ),
        "multi_channels_select" => (
            &[],
            &[
                "initial_channels",
                "max_selected_items",
                "confirm",
                "focus_on_load",
                "placeholder",
            ],
            NOT_ACTIONS,
        ),
        "datepicker" => (
            &[],
            &["initial_date", "confirm", "focus_on_load", "placeholder"],
            ANYWHERE,
        ),
        "timepicker" => (
            &[],
            &[
                "initial_time",
                "timezone",
                "confirm",
                "focus_on_load",
                "placeholder",
            ],
            ANYWHERE,
        ),
        "datetimepicker" => (
            &[],
            &["initial_date_time", "confirm", "focus_on_load"],
            &[Actions, Input],
        ),
        "plain_text_input" => (
            &[],
            &[
                "initial_value",
                "multiline",
                "min_length",
                "max_length",
                "dispatch_action_config",
                "focus_on_load",
                "placeholder",
            ],
            &[Input],
        ),
        "email_text_input" | "url_text_input" | "rich_text_input" => (
            &[],
            &[
                "initial_value",
                "dispatch_action_config",
                "focus_on_load",
                "placeholder",
            ],
            &[Input],
        ),
        "number_input" => (
            &["is_decimal_allowed"],
            &[
                "initial_value",
                "min_value",
                "max_value",
                "dispatch_action_config",
                "focus_on_load",
                "placeholder",
            ],
            &[Input],
        ),
        "file_input" => (&[], &["filetypes", "max_files"], &[Input]),
        _ => return None,
    };
    Some(Rule {
        required,
        optional,
        within,
    })
}

impl Check<'_> {
    pub(super) fn element(&mut self, element: &Json, at: &str, within: Within) {
        let kind = super::string(element, "type");
        let Some(rule) = rule(kind).filter(|rule| rule.within.contains(&within)) else {
            self.wrong(at, format_args!("unsupported type: {kind}"));
            return;
        };
        if kind == "file_input" && self.surface != Surface::Modal {
            self.wrong(at, format_args!("unsupported type: {kind}"));
        }
        let mut optional = rule.optional.to_vec();
        if kind != "image" {
            optional.push("action_id");
        }
        let Some(map) = self.object(element, at, rule.required, &optional) else {
            return;
        };
        self.action_id(map, at);
        self.text(map, at, "placeholder", 150, Markup::Plain);
        self.focus(map, at);
        if let Some(confirm) = map.get("confirm") {
            self.confirm(confirm, &format!("{at}/confirm"));
        }
        match kind {
            "button" => self.button(map, at),
            "image" => self.image(map, at),
            "overflow" => self.all_options(map, at, 5, Markup::Plain, true),
            "checkboxes" | "radio_buttons" => self.all_options(map, at, 10, Markup::Any, false),
            "static_select" | "multi_static_select" => self.menu(map, at),
            "plain_text_input" => self.text_input(map, at),
            "number_input" => {
                self.flag(map, at, "is_decimal_allowed");
                for key in ["initial_value", "min_value", "max_value"] {
                    self.number(map, at, key);
                }
            }
            "datepicker" => self.civil::<jiff::civil::Date>(map, at, "initial_date", 10),
            "timepicker" => self.civil::<jiff::civil::Time>(map, at, "initial_time", 5),
            _ => {}
        }
        if map
            .get("max_selected_items")
            .is_some_and(|most| most.as_u64().is_none_or(|n| n < 1))
        {
            self.wrong(at, "max_selected_items must be at least 1");
        }
    }

    fn button(&mut self, map: &Fields, at: &str) {
        self.text(map, at, "text", 75, Markup::Plain);
        self.string(map, at, "url", 1, 3000);
        self.string(map, at, "value", 0, 2000);
        self.string(map, at, "accessibility_label", 1, 75);
        self.style(map, at);
    }

    fn style(&mut self, map: &Fields, at: &str) {
        if let Some(style) = map.get("style")
            && !matches!(style.as_str(), Some("primary" | "danger"))
        {
            self.wrong(
                &format!("{at}/style"),
                format_args!("unsupported style: {style}"),
            );
        }
    }

    fn confirm(&mut self, confirm: &Json, at: &str) {
        let required = ["title", "text", "confirm", "deny"];
        let Some(map) = self.object(confirm, at, &required, &["style"]) else {
            return;
        };
        self.text(map, at, "title", 100, Markup::Plain);
        self.text(map, at, "text", 300, Markup::Any);
        self.text(map, at, "confirm", 30, Markup::Plain);
        self.text(map, at, "deny", 30, Markup::Plain);
        self.style(map, at);
    }

    fn menu(&mut self, map: &Fields, at: &str) {
        if map.contains_key("options") == map.contains_key("option_groups") {
            self.wrong(at, "needs either options or option_groups");
        }
        for (index, group) in self
            .list(map, at, "option_groups", 1, 100)
            .iter()
            .enumerate()
        {
            let at = format!("{at}/option_groups/{index}");
            let Some(group) = self.object(group, &at, &["label", "options"], &[]) else {
                continue;
            };
            self.text(group, &at, "label", 75, Markup::Plain);
            self.all_options(group, &at, 100, Markup::Plain, false);
        }
        self.all_options(map, at, 100, Markup::Plain, false);
    }

    /// The options, and that what is chosen at first is among them.
    fn all_options(&mut self, map: &Fields, at: &str, most: usize, markup: Markup, url: bool) {
        for (index, option) in self.list(map, at, "options", 1, most).iter().enumerate() {
            let at = format!("{at}/options/{index}");
            let optional: &[&str] = if url {
                &["description", "url"]
            } else {
                &["description"]
            };
            let Some(option) = self.object(option, &at, &["text", "value"], optional) else {
                continue;
            };
            self.text(option, &at, "text", 75, markup);
            self.string(option, &at, "value", 1, 150);
            self.text(option, &at, "description", 75, markup);
            self.string(option, &at, "url", 1, 3000);
        }
        let whole = Json::Object(map.clone());
        let known = super::options(&whole);
        let several = self.list(map, at, "initial_options", 1, most);
        for initial in map.get("initial_option").into_iter().chain(several) {
            if !known.contains(&initial) {
                self.wrong(at, "initial option is not among the options");
            }
        }
    }

    fn text_input(&mut self, map: &Fields, at: &str) {
        let bound = |key: &str| map.get(key).map(|value| value.as_u64().unwrap_or(u64::MAX));
        let least = bound("min_length");
        let most = bound("max_length");
        if least.is_some_and(|n| n > 3000) {
            self.wrong(at, "min_length must be 0 to 3000");
        }
        if most.is_some_and(|n| !(1..=3000).contains(&n)) {
            self.wrong(at, "max_length must be 1 to 3000");
        }
        if least.unwrap_or(0) > most.unwrap_or(3000) {
            self.wrong(at, "min_length is more than max_length");
        }
        let most = usize::try_from(most.unwrap_or(3000)).unwrap_or(3000);
        self.string(map, at, "initial_value", 0, most.min(3000));
        self.flag(map, at, "multiline");
    }

    fn number(&mut self, map: &Fields, at: &str, key: &str) {
        if let Some(value) = map.get(key)
            && value.as_str().is_none_or(|n| n.parse::<f64>().is_err())
        {
            self.wrong(
                &format!("{at}/{key}"),
                "must provide a number written as a string",
            );
        }
    }

    fn civil<T: std::str::FromStr>(&mut self, map: &Fields, at: &str, key: &str, length: usize) {
        if let Some(value) = map.get(key) {
            let right = value
                .as_str()
                .is_some_and(|text| text.len() == length && text.parse::<T>().is_ok());
            if !right {
                self.wrong(&format!("{at}/{key}"), "invalid date or time");
            }
        }
    }
}
