//! Elements to choose from: menus, lists of boxes, and overflow menus.

use super::html::Html;
use super::surface::{Place, Surface, Viewer};
use super::{list, string, text, words};
use crate::demo::timeline::start;
use serde_json::Value as Json;

/// The value, label and description of every option.
fn offered(viewer: &Viewer, element: &Json) -> Vec<(String, Html, Html)> {
    let kind = string(element, "type");
    if kind.contains("users") {
        let people = viewer.people.iter();
        return people
            .map(|user| {
                (
                    user.id.clone(),
                    Html::words(&user.real_name),
                    Html::default(),
                )
            })
            .collect();
    }
    if kind.contains("channels") || kind.contains("conversations") {
        let channels = viewer.channels.iter();
        return channels
            .map(|(id, name)| {
                (
                    id.clone(),
                    Html::words(&format!("#{name}")),
                    Html::default(),
                )
            })
            .collect();
    }
    let groups = list(element, "option_groups").iter();
    let grouped = groups.flat_map(|group| list(group, "options"));
    list(element, "options")
        .iter()
        .chain(grouped)
        .map(|option| {
            let about = &option["description"];
            let about = if about.is_object() {
                text(viewer, about)
            } else {
                Html::default()
            };
            (
                string(option, "value").to_owned(),
                text(viewer, &option["text"]),
                about,
            )
        })
        .collect()
}

/// The chosen values.
fn chosen(value: &Json) -> Vec<&str> {
    let mut chosen = Vec::new();
    for (key, value) in value.as_object().into_iter().flatten() {
        if !key.starts_with("selected_") {
            continue;
        }
        let many = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        chosen.extend(
            many.iter()
                .filter_map(|one| one.as_str().or_else(|| one["value"].as_str())),
        );
    }
    chosen
}

/// Every option with a box before it; long lists scroll.
pub fn boxes(viewer: &Viewer, name: &str, element: &Json, value: &Json, id: &str, out: &mut Html) {
    let offered = offered(viewer, element);
    let chosen = chosen(value);
    let kind = if element["type"] == "radio_buttons" {
        "radio"
    } else {
        "checkbox"
    };
    // Distinguishes "nothing ticked" from "not asked".
    out.tag("<input type=\"hidden\" value=\"\"");
    out.attribute("name", name);
    out.tag(if offered.len() > 8 {
        "><div class=\"boxes long\" tabindex=\"0\" role=\"group\" aria-label=\"Choices\">"
    } else {
        "><div class=\"boxes\">"
    });
    for (at, (option, label, about)) in offered.iter().enumerate() {
        out.tag(&format!("<label class=\"box\"><input type=\"{kind}\""));
        out.attribute(
            "id",
            &if at == 0 {
                id.to_owned()
            } else {
                format!("{id}-{at}")
            },
        );
        out.attribute("name", name);
        out.attribute("value", option);
        if chosen.contains(&option.as_str()) {
            out.tag(" checked");
        }
        out.tag("><span>");
        out.push(label);
        if !about.is_empty() {
            out.tag("<small>");
            out.push(about);
            out.tag("</small>");
        }
        out.tag("</span></label>");
    }
    out.tag("</div>");
}

pub fn menu(viewer: &Viewer, element: &Json, value: &Json, attributes: &Html, out: &mut Html) {
    let chosen = chosen(value);
    out.tag("<select");
    out.push(attributes);
    out.tag("><option value=\"\">");
    let placeholder = words(element, "placeholder");
    out.text(match placeholder.as_str() {
        "" => "Choose…",
        words => words,
    });
    out.tag("</option>");
    for (option, label, _) in offered(viewer, element) {
        out.tag("<option");
        out.attribute("value", &option);
        if chosen.contains(&option.as_str()) {
            out.tag(" selected");
        }
        out.tag(">");
        out.push(&label);
        out.tag("</option>");
    }
    out.tag("</select>");
}

/// An overflow menu, made of buttons, so that keyboard users cannot press one on the way to another.
pub fn overflow(
    viewer: &Viewer,
    surface: &Surface,
    block: &Json,
    element: &Json,
    id: &str,
) -> Html {
    let mut out = Html::default();
    out.tag("<details class=\"more\"");
    out.attribute("id", id);
    out.tag("><summary");
    let about = viewer.aloud(string(&block["text"], "text"));
    let about = start(about.trim_matches(['*', ' ']));
    out.attribute(
        "aria-label",
        format!("More: {about}").trim_end_matches([':', ' ']),
    );
    out.tag("><span aria-hidden=\"true\">⋯</span></summary><div class=\"menu\">");
    for (at, (option, label, about)) in offered(viewer, element).into_iter().enumerate() {
        out.tag("<button formaction=\"/act\"");
        if surface.place == Place::Modal {
            out.tag(" formnovalidate");
        }
        out.attribute("id", &format!("{id}-{at}"));
        out.attribute("name", &format!("pick.{}", string(element, "action_id")));
        out.attribute("value", &option);
        out.tag(">");
        out.push(&label);
        if !about.is_empty() {
            out.tag("<small>");
            out.push(&about);
            out.tag("</small>");
        }
        out.tag("</button>");
    }
    out.tag("</div></details>");
    out
}
