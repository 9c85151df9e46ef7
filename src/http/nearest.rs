//! The operation whose path is closest to one that nobody has: most such paths are misspelt.

/// `POST /v1/…` of the closest of these operations, each its method and path, of equals the one
/// with this method; empty where there is none at all.
pub(super) fn operation(
    rows: impl Iterator<Item = (&'static str, &'static str)>,
    method: &str,
    asked: &str,
) -> String {
    let nearest = rows.min_by_key(|(of, path)| (distance(path, asked), *of != method));
    nearest.map_or_else(String::new, |(method, path)| format!("{method} {path}"))
}

/// How far a path is from a template: the edits of each segment, a whole segment for one too many
/// or too few. A parameter is close to anything. Bounded, because anybody may ask anything.
fn distance(template: &str, asked: &str) -> usize {
    const MISSING: usize = 12;
    let template: Vec<_> = segments(template).collect();
    let asked: Vec<_> = segments(asked).take(32).map(short).collect();
    // Edits between the two lists of segments, row by row.
    let mut row: Vec<usize> = (0..=asked.len()).map(|column| column * MISSING).collect();
    for part in &template {
        let mut diagonal = row[0];
        row[0] += MISSING;
        for (column, asked) in asked.iter().enumerate() {
            let replaced = diagonal + segment(part, asked).min(MISSING);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + MISSING).min(row[column] + MISSING);
        }
    }
    row[asked.len()]
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

fn segment(part: &str, asked: &str) -> usize {
    if part.starts_with('{') {
        // A word where an id should be is likelier another operation's.
        return usize::from(!asked.bytes().any(|byte| byte.is_ascii_digit()));
    }
    2 * strsim::levenshtein(part, asked)
}

fn short(segment: &str) -> &str {
    let end = segment.char_indices().nth(64).map_or(segment.len(), |(index, _)| index);
    &segment[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_path_is_closest_to_what_was_meant() {
        let list = "/v1/platform/businesses/{business_id}/invoices/payments/";
        let get = "/v1/platform/businesses/{business_id}/invoices/payments/{payment_id}/";
        let bills = "/v1/platform/businesses/{business_id}/bills/payments/";
        let closest = |asked: &str| {
            [list, get, bills].into_iter().min_by_key(|template| distance(template, asked))
        };
        assert_eq!(closest("/v1/platform/businesses/3c90/invoice/payments"), Some(list));
        assert_eq!(closest("/v1/platform/business/3c90/bill/payment/"), Some(bills));
        assert_eq!(closest("/v1/platform/businesses/3c90/invoices/payment/7a80"), Some(get));
        assert!(closest(&"/a".repeat(100_000)).is_some());
    }
}
