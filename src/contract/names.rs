//! The names of a form's fields, as steps: `a[0][b]`, `a[0].b`, `a[0]b`, `a.b`, `a[]`.
//!
//! Knows nothing of schemas or values.

use std::collections::HashMap;

/// More steps than any document nests: beyond, a name is an attack on the stack.
const MOST_STEPS: usize = 16;

/// One pair of a form.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    /// `[]` is the empty step.
    pub(super) steps: Vec<&'a str>,
    pub(super) text: &'a str,
}

/// The steps of `name`, or none where they are too many. A name that is
/// `literal`, or of no known form, is one step.
pub(super) fn steps(name: &str, literal: bool) -> Option<Vec<&str>> {
    let whole = vec![name];
    if literal {
        return Some(whole);
    }
    let head = first(name);
    let mut steps = vec![head];
    let mut rest = &name[head.len()..];
    while !rest.is_empty() {
        let step = if let Some(inner) = rest.strip_prefix('[') {
            let Some((step, after)) = inner.split_once(']') else { return Some(whole) };
            rest = after;
            step
        } else {
            // Django writes a field of an element right behind the bracket.
            let inner = rest.strip_prefix('.').unwrap_or(rest);
            let step = first(inner);
            if step.is_empty() {
                return Some(whole);
            }
            rest = &inner[step.len()..];
            step
        };
        if steps.len() == MOST_STEPS {
            return None;
        }
        steps.push(step);
    }
    if head.is_empty() { Some(whole) } else { Some(steps) }
}

/// The first step of `name`.
pub(super) fn first(name: &str) -> &str {
    name.find(['[', '.']).map_or(name, |end| &name[..end])
}

/// The index that `step` is, if it is one.
pub(super) fn index(step: &str) -> Option<u64> {
    step.bytes().all(|byte| byte.is_ascii_digit()).then(|| step.parse().ok()).flatten()
}

/// Whether all entries go on with an index or with `[]`.
pub(super) fn are_indexes(entries: &[&Entry<'_>], depth: usize) -> bool {
    entries.iter().all(|entry| {
        entry.steps.get(depth).is_some_and(|step| step.is_empty() || index(step).is_some())
    })
}

/// The entries that go on, by their next step, in the order of appearance.
pub(super) fn groups<'e, 'a>(
    entries: &[&'e Entry<'a>],
    depth: usize,
) -> Vec<(&'a str, Vec<&'e Entry<'a>>)> {
    let mut groups = Vec::<(&str, Vec<&Entry<'_>>)>::new();
    let mut places = HashMap::new();
    for entry in entries {
        if let Some(step) = entry.steps.get(depth) {
            let place = *places.entry(*step).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((_, group)) => group.push(entry),
                None => groups.push((step, vec![entry])),
            }
        }
    }
    groups
}

/// The last text, where no entry goes on.
pub(super) fn only_text<'a>(entries: &[&Entry<'a>], depth: usize) -> Option<&'a str> {
    let ends = entries.iter().all(|entry| entry.steps.len() == depth);
    entries.last().filter(|_| ends).map(|entry| entry.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_dots_mix() {
        for name in ["a[0][b]", "a[0].b", "a[0]b", "a.0.b", "a.0[b]"] {
            assert_eq!(steps(name, false), Some(vec!["a", "0", "b"]), "{name}");
        }
        assert_eq!(steps("a[]", false), Some(vec!["a", ""]));
        assert_eq!(steps("a[b.c]", false), Some(vec!["a", "b.c"]));
    }

    #[test]
    fn a_name_of_no_known_form_is_one_step() {
        for name in ["", "[", "]", ".", "[0]", ".a", "a.", "a..b", "a[", "a[0", "é[ü"] {
            assert_eq!(steps(name, false), Some(vec![name]), "{name}");
        }
        assert_eq!(steps("a.b", true), Some(vec!["a.b"]));
    }

    #[test]
    fn a_name_has_at_most_sixteen_steps() {
        assert!(steps(&format!("a{}", "[0]".repeat(15)), false).is_some());
        assert!(steps(&format!("a{}", ".b".repeat(16)), false).is_none());
        assert!(steps(&format!("a{}", "[]".repeat(300_000)), false).is_none());
    }

    #[test]
    fn an_index_is_decimal_digits() {
        assert_eq!(index("18446744073709551615"), Some(u64::MAX));
        for bad in ["", "+1", "-1", "1 ", "x", "18446744073709551616"] {
            assert_eq!(index(bad), None, "{bad}");
        }
    }
}
