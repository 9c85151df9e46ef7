//! Where a document and the service disagree: statuses that are answered and not documented,
//! credentials that are documented and not taken.

use std::collections::BTreeMap;

use super::places::{Places, Spot};
use super::{Fault, Found, Served};

pub(super) fn check(places: &Places<'_>, served: &BTreeMap<&str, Served>, found: &mut Found) {
    let mut refused = BTreeMap::<&str, usize>::new();
    for operation in &places.operations {
        let Some(served) = served.get(operation.at.text("operationId")) else { continue };
        undocumented(&operation.at, served, found);
        let named = |scheme: &str| {
            let alternatives = operation.at.each("security");
            alternatives.iter().any(|(_, it)| it.value.get(scheme).is_some())
        };
        for scheme in served.refuses.iter().filter(|scheme| named(scheme)) {
            *refused.entry(scheme).or_default() += 1;
        }
    }
    for (scheme, operations) in refused {
        found.add(format!("/components/securitySchemes/{scheme}"), Fault::Refused(operations));
    }
}

fn undocumented(operation: &Spot<'_>, served: &Served, found: &mut Found) {
    let documented: Vec<_> =
        operation.each("responses").into_iter().map(|(status, _)| status).collect();
    let has = |status: u16| {
        let class = format!("{}XX", status / 100);
        let says = |it: &String| *it == status.to_string() || *it == class || it == "default";
        documented.iter().any(says)
    };
    let missing: Vec<_> =
        served.answers.iter().filter(|answer| !has(answer.status)).copied().collect();
    if !missing.is_empty() {
        found.add(format!("{}/responses", operation.pointer), Fault::Undocumented(missing));
    }
}
