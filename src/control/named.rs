//! What a control names of the providers' documents: a misspelt name would fit no call, and a rule
//! or an expectation that fits none lets wrong code pass.

use super::Failure;
use crate::operations::Provider;

/// A provider and an operation, as calls have them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Named {
    /// The provider's name.
    pub(super) provider: Option<String>,
    /// The operationId, without its provider.
    pub(super) operation: Option<String>,
}

impl Named {
    /// Reads both; an operation may be written `provider/operationId`. `at` is what stands before
    /// the names of the two fields.
    ///
    /// # Errors
    /// [`Failure::Wrong`] where there is no such provider, or no such operation of it.
    pub(super) fn read(
        providers: &[Provider],
        at: &str,
        provider: Option<String>,
        operation: Option<String>,
    ) -> Result<Self, Failure> {
        let wrong = |field: &str, text| Err(Failure::Wrong(vec![(format!("{at}{field}"), text)]));
        let of = |name: &str| providers.iter().any(|provider| provider.name == name);
        if let Some(name) = provider.as_deref().filter(|name| !of(name)) {
            let all: Vec<_> = providers.iter().map(|provider| provider.name).collect();
            return wrong("provider", format!("{name:?} is none of {}.", all.join(", ")));
        }
        let Some(operation) = operation else { return Ok(Self { provider, operation: None }) };
        let (prefix, id) = match operation.split_once('/') {
            Some((prefix, id)) => (Some(prefix), id),
            None => (None, operation.as_str()),
        };
        let meant = |name: &str| {
            provider.as_deref().is_none_or(|it| it == name) && prefix.is_none_or(|it| it == name)
        };
        let rows =
            || providers.iter().flat_map(|it| it.operations.iter().map(move |row| (it, row)));
        if rows().any(|(it, row)| meant(it.name) && row.id == id) {
            let provider = provider.or(prefix.map(str::to_owned));
            return Ok(Self { provider, operation: Some(id.to_owned()) });
        }
        // Of the provider that was meant, and one that goes on like it before one that looks like it.
        let nearest = rows().min_by_key(|(it, row)| {
            (!meant(it.name), !row.id.starts_with(id), strsim::levenshtein(row.id, id))
        });
        let nearest = nearest.map_or("", |(_, row)| row.id);
        wrong(
            "operation",
            format!("There is no operation {operation:?}; the nearest is {nearest}."),
        )
    }
}
