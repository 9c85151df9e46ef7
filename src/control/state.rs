//! The tag `State`: a world as a folder of fixtures, and back (BEHAVIOUR 7 and 8).

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Cx, Failure, Room, api, types};
use crate::contract::pointer::below;
use crate::operations;
use crate::state::{FixtureError, Fixtures, Moment};

impl api::StateApi for Room {
    fn export_state(
        cx: &mut Cx<'_>,
        request: api::ExportStateRequest,
    ) -> Result<api::ExportStateReply, Failure> {
        let world = cx.known(request.world.as_deref())?;
        let files = cx.store.moment(&world).export(cx.store.directory());
        let value = |(name, text): (String, String)| Ok((name, serde_json::from_str(&text)?));
        let files = files.into_iter().map(value).collect::<Result<Map<_, _>, serde_json::Error>>();
        let files = files.map_err(|problem| Failure::Defect(format!("an export: {problem}")))?;
        Ok(api::ExportStateReply::Ok(types::State { files: types::Files(files) }))
    }

    fn import_state(
        cx: &mut Cx<'_>,
        request: api::ImportStateRequest,
    ) -> Result<api::ImportStateReply, Failure> {
        let moment = moment(cx, &request.body.files)?;
        let name = cx.world(request.world.as_deref())?.name().clone();
        if !cx.store.restore(&name, moment) {
            return Err(super::no_world(&name));
        }
        Ok(api::ImportStateReply::NoContent)
    }
}

/// The books and the clock that these files describe, checked whole.
///
/// # Errors
/// [`Failure::Wrong`] names the file and the place in it.
pub(super) fn moment(cx: &Cx<'_>, files: &types::Files) -> Result<Arc<Moment>, Failure> {
    let text = |(name, content): (&String, &Value)| (name.clone(), format!("{content:#}\n"));
    let files: Vec<_> = files.0.iter().map(text).collect();
    let fixtures = Fixtures::import(&files, cx.store.directory()).map_err(wrong)?;
    operations::answerable(&fixtures, cx.providers).map_err(wrong)?;
    Ok(Arc::new(Moment::of(Arc::new(fixtures))))
}

fn wrong(error: FixtureError) -> Failure {
    let FixtureError { file, place, problem } = error;
    let file = below("#/files", &file);
    let (place, problem) = match place.as_str() {
        pointer if pointer.is_empty() || pointer.starts_with('/') => (pointer, problem),
        // The line in the file as it would be written.
        line => ("", format!("{line}: {problem}")),
    };
    Failure::Wrong(vec![(format!("{file}{place}"), format!("{problem}."))])
}
