//! References that lead nowhere, and components that nothing refers to.

use std::collections::BTreeSet;

use super::places::{Places, Spot};
use super::{Fault, Found};
use crate::contract::pointer::below;

/// The sections of components that are referred to by `$ref`.
const SECTIONS: [&str; 6] =
    ["schemas", "responses", "parameters", "examples", "requestBodies", "headers"];

pub(super) fn check(places: &Places<'_>, found: &mut Found) {
    let mut used = BTreeSet::new();
    for (pointer, target) in &places.references {
        let reference = places.root.pointer(pointer.trim_end_matches("/$ref"));
        let spot = reference.map(|value| Spot { pointer: pointer.clone(), value });
        if spot.and_then(|spot| places.resolve(spot)).is_none() {
            found.add(pointer, Fault::Dangling((*target).to_owned()));
        }
        used.insert(*target);
    }
    let document = Spot { pointer: String::new(), value: places.root };
    let Some(components) = document.get("components") else { return };
    for (_, component) in SECTIONS.iter().flat_map(|section| components.each(section)) {
        if !used.contains(format!("#{}", component.pointer).as_str()) {
            found.add(component.pointer, Fault::Unused);
        }
    }
    schemes(places, &document, &components, found);
}

/// Security schemes are referred to by their names.
fn schemes(places: &Places<'_>, document: &Spot<'_>, components: &Spot<'_>, found: &mut Found) {
    let known = components.each("securitySchemes");
    let mut used = BTreeSet::new();
    let operations = places.operations.iter().map(|operation| &operation.at);
    for spot in std::iter::once(document).chain(operations) {
        for (_, alternative) in spot.each("security") {
            for name in alternative.value.as_object().into_iter().flatten().map(|(name, _)| name) {
                if !known.iter().any(|(scheme, _)| scheme == name) {
                    found.add(below(&alternative.pointer, name), Fault::Dangling(name.clone()));
                }
                used.insert(name.clone());
            }
        }
    }
    for (_, scheme) in known.into_iter().filter(|(name, _)| !used.contains(name)) {
        found.add(scheme.pointer, Fault::Unused);
    }
}
