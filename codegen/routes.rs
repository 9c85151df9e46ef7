//! Paths that a router cannot hold. The server's router would panic on them at start; here they
//! stop the build.

use std::collections::BTreeMap;

use super::{
    Fault,
    model::{Operation, Place},
    names::below,
};

/// Checks every path by itself, and all of them against each other.
///
/// # Errors
/// The first path that the router would refuse, or whose parameters are not those that its
/// operation declares.
pub(super) fn check(operations: &[Operation]) -> Result<(), Fault> {
    // What comes before a parameter, with the names of earlier ones left out, to the first name
    // seen there.
    let mut seen: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    for operation in operations {
        let pointer = below("/paths", &operation.path);
        if !operation.path.starts_with('/') {
            return Err(Fault::new(pointer, "a path starts with a slash"));
        }
        let mut shape = String::new();
        let mut names = Vec::new();
        for segment in operation.path.split('/').skip(1) {
            shape.push('/');
            let Some(name) = parameter(segment).map_err(|problem| Fault::new(&pointer, problem))?
            else {
                shape.push_str(segment);
                continue;
            };
            shape.push_str("{}");
            names.push(name);
            let (other, path) = seen.entry(shape.clone()).or_insert((name, &operation.path));
            if *other != name {
                return Err(Fault::new(
                    &pointer,
                    format!(
                        "route conflict with {path}: {{{name}}} stands where that has {{{other}}}"
                    ),
                ));
            }
        }
        declared(operation, &names)?;
    }
    Ok(())
}

/// The parameter that a segment consists of, if it is one.
fn parameter(segment: &str) -> Result<Option<&str>, String> {
    if !segment.contains(['{', '}']) {
        return Ok(None);
    }
    segment
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .filter(|name| !name.is_empty() && !name.contains(['{', '}', '*']))
        .map(Some)
        .ok_or_else(|| {
            format!(
                "only one parameter is allowed per path segment, and nothing beside it: `{segment}`"
            )
        })
}

fn declared(operation: &Operation, names: &[&str]) -> Result<(), Fault> {
    let mut wanted = names.to_vec();
    wanted.sort_unstable();
    let mut given: Vec<&str> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.place == Place::Path)
        .map(|parameter| parameter.name.as_str())
        .collect();
    given.sort_unstable();
    if wanted == given {
        return Ok(());
    }
    Err(Fault::new(
        &operation.pointer,
        format!("the path has the parameters {wanted:?}, the operation declares {given:?}"),
    ))
}
