//! Overlays on a tiny document.

use serde_json::{Value, json};

use crate::{Specs, document};

const HEAD: &str = "overlay: 1.0.0\ninfo: {title: T, version: 1.0.0}\n";

fn specs(test: &str, actions: &str) -> Specs {
    let more = "x-list: [{n: 1}, {n: 2}, {n: 3}]\nx-object: {a: {b: 1, c: [1]}, d: text}\n";
    Specs::new(test)
        .with("p/a.yaml", &document("a", more))
        .with("overlays/p.yaml", &format!("{HEAD}actions: {actions}\n"))
}

fn after(test: &str, actions: &str, pointer: &str) -> Value {
    specs(test, actions).root().pointer(pointer).cloned().unwrap_or_default()
}

#[test]
fn an_update_merges_into_an_object_and_appends_to_lists() {
    let action =
        "[{target: $.x-object, description: d, update: {a: {b: 2, c: [2], e: {}}, d: [new]}}]";
    let expected = json!({"a": {"b": 2, "c": [1, 2], "e": {}}, "d": ["new"]});
    assert_eq!(
        after("merge", &action.replace("$.x-object", "\"$['x-object']\""), "/x-object"),
        expected
    );
    let action = "[{target: \"$['x-list']\", description: d, update: {n: 4}}]";
    assert_eq!(after("append", action, "/x-list/3"), json!({"n": 4}));
}

#[test]
fn a_removal_takes_every_selected_node_and_keeps_the_order_of_the_rest() {
    let action = "[{target: \"$['x-list'][?@.n != 2]\", description: d, remove: true}]";
    assert_eq!(after("remove_items", action, "/x-list"), json!([{"n": 2}]));
    let action = "[{target: $.openapi, description: d, remove: true}]";
    let root = specs("remove_key", action).root();
    let keys: Vec<_> = root.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["info", "paths", "x-list", "x-object"]);
    let nested = "[{target: \"$['x-object'][*].b\", description: d, remove: true}, \
                   {target: \"$['x-object']..*\", description: d, remove: true}]";
    assert_eq!(after("remove_nested", nested, "/x-object"), json!({}));
}

#[test]
fn actions_work_on_what_the_ones_before_them_left() {
    let actions = "[{target: \"$['x-object'].a.c\", description: d, remove: true}, \
                    {target: \"$['x-object'].a\", description: d, update: {c: [9]}}]";
    assert_eq!(after("order", actions, "/x-object/a/c"), json!([9]));
}

#[test]
fn an_action_without_effect_is_refused_by_its_number() {
    let good = "{target: $.info, description: d, update: {title: New}}";
    for (action, problem) in [
        (
            "{target: $.nowhere, description: d, remove: true}",
            "`$.nowhere` selects nothing in the document",
        ),
        (
            "{target: $.info, description: d, update: {version: '1'}}",
            "changes nothing: the document says so already",
        ),
    ] {
        let refusal = specs("effect", &format!("[{good}, {action}]")).refusal();
        assert_eq!(refusal, format!("overlays/p.yaml#/actions/1: {problem}"));
    }
}

#[test]
fn a_malformed_action_is_refused_with_its_pointer() {
    for (action, pointer) in [
        ("{target: $.info, update: {title: x}}", "/actions/0/description"),
        ("{target: $.info, description: ' ', update: {title: x}}", "/actions/0/description"),
        ("{description: d, update: {title: x}}", "/actions/0/target"),
        ("{target: $.info, description: d}", "/actions/0"),
        ("{target: $.info, description: d, update: {title: x}, remove: true}", "/actions/0"),
        ("{target: $.info, description: d, update: {title: x}, remove: false}", "/actions/0"),
        ("{target: $.info, description: d, remove: false}", "/actions/0"),
        ("{target: $.info, description: d, copy: $.paths}", "/actions/0/copy"),
        ("{target: 'info', description: d, remove: true}", "/actions/0/target"),
        ("{target: $, description: d, remove: true}", "/actions/0"),
        ("{target: $.info, description: d, update: text}", "/actions/0/update"),
        ("{target: $.info.title, description: d, update: text}", "/actions/0/update"),
        ("{target: $, description: d, update: {info: text}}", "/actions/0/update"),
        ("{target: $, description: d, update: {x-list: {}}}", "/actions/0/update"),
        ("text", "/actions/0"),
    ] {
        let refusal = specs("malformed", &format!("[{action}]")).refusal();
        assert!(
            refusal.starts_with(&format!("overlays/p.yaml#{pointer}: ")),
            "{refusal} of {action}"
        );
    }
}

#[test]
fn a_malformed_overlay_is_refused_with_its_pointer() {
    let actions = "actions: [{target: $.info, description: d, update: {title: x}}]\n";
    for (overlay, problem) in [
        (HEAD.replace("1.0.0\ninfo", "1.1.0\ninfo") + actions, "#/overlay: must be 1.0.0"),
        (format!("{HEAD}{actions}more: 1\n"), "#/more: is unknown"),
        (format!("{HEAD}actions: []\n"), "#/actions: must be a list of actions"),
        (format!("overlay: 1.0.0\n{actions}"), "#/info: must be an object"),
        (
            format!("overlay: 1.0.0\ninfo: {{title: T}}\n{actions}"),
            "#/info/version: must be a text",
        ),
        ("[".to_owned(), ": "),
    ] {
        let refusal = specs("overlay", "").with("overlays/p.yaml", &overlay).refusal();
        assert!(
            refusal.starts_with(&format!("overlays/p.yaml{problem}")),
            "{refusal} of {overlay}"
        );
    }
}

#[test]
fn a_reference_that_the_overlay_breaks_is_the_overlays() {
    let action = "[{target: $.paths, description: d, update: {/b: {get: {responses: {'200': {$ref: '#/x'}}}}}}]";
    let refusal = specs("breaks", action).refusal();
    assert!(
        refusal.starts_with("overlays/p.yaml#/paths/~1b/get/responses/200/$ref: "),
        "{refusal}"
    );
}
