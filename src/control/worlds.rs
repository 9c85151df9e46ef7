//! The tag `Worlds`: which there are, making and giving up, and beginning again (BEHAVIOUR 8).

use std::sync::Arc;

use super::{Cx, Failure, Room, api, no_world, number, types};
use crate::state::{Snapshot, World};

impl api::WorldsApi for Room {
    fn get_health(
        cx: &mut Cx<'_>,
        _: api::GetHealthRequest,
    ) -> Result<api::GetHealthReply, Failure> {
        Ok(api::GetHealthReply::Ok(types::Health {
            status: types::HealthStatus::Ok,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            worlds: number(cx.store.worlds()),
        }))
    }

    fn list_worlds(
        cx: &mut Cx<'_>,
        _: api::ListWorldsRequest,
    ) -> Result<api::ListWorldsReply, Failure> {
        let worlds: Vec<_> = cx.store.list().iter().map(|it| world(it)).collect();
        Ok(api::ListWorldsReply::Ok(types::Worlds {
            limit: number(cx.store.limits().worlds),
            memory_bytes: worlds.iter().map(|world| world.memory_bytes).sum(),
            journal_bytes: number(cx.store.journal_bytes()),
            journal_limit_bytes: number(cx.store.limits().journal_bytes),
            worlds,
        }))
    }

    fn create_world(
        cx: &mut Cx<'_>,
        request: api::CreateWorldRequest,
    ) -> Result<api::CreateWorldReply, Failure> {
        let types::NewWorld { name, snapshot, files } = request.body;
        let name =
            cx.store.directory().world(&name).filter(|it| !it.is_default()).ok_or_else(|| {
                let text =
                    "1 to 64 letters, digits, '-', '_' or '.', and none that opens `default`.";
                Failure::Wrong(vec![("#/name".to_owned(), text.to_owned())])
            })?;
        let start = match (snapshot, files) {
            (None, None) => Arc::clone(cx.store.start()),
            (Some(snapshot), None) => {
                let of = snapshot.world.as_deref();
                super::snapshots::kept(cx, of, &snapshot.name)?.moment
            }
            (None, Some(files)) => super::state::moment(cx, &files)?,
            (Some(_), Some(_)) => {
                let text = "A world begins with a snapshot or with files, not with both.";
                return Err(Failure::Wrong(vec![("#/files".to_owned(), text.to_owned())]));
            }
        };
        match cx.store.create(&name, start) {
            Some(made) => Ok(api::CreateWorldReply::Created(world(&made))),
            None => Err(Failure::Conflict(format!(
                "There is a world {name} already; reset it, or delete it first."
            ))),
        }
    }

    fn get_world(
        cx: &mut Cx<'_>,
        request: api::GetWorldRequest,
    ) -> Result<api::GetWorldReply, Failure> {
        let name = cx.name(Some(&request.world))?;
        let found = cx.store.get(&name).ok_or_else(|| no_world(&name))?;
        Ok(api::GetWorldReply::Ok(world(&found)))
    }

    fn delete_world(
        cx: &mut Cx<'_>,
        request: api::DeleteWorldRequest,
    ) -> Result<api::DeleteWorldReply, Failure> {
        let name = cx.name(Some(&request.world))?;
        cx.store.delete(&name);
        Ok(api::DeleteWorldReply::NoContent)
    }

    fn reset_world(
        cx: &mut Cx<'_>,
        request: api::ResetWorldRequest,
    ) -> Result<api::ResetWorldReply, Failure> {
        let name = cx.name(request.world.as_deref())?;
        if !cx.store.admits(&name) {
            return Err(no_world(&name));
        }
        cx.store.reset(&name);
        Ok(api::ResetWorldReply::NoContent)
    }
}

fn world(world: &World) -> types::World {
    let (holds, journal) = (world.holds(), world.controls().journal.held());
    types::World {
        name: world.name().to_string(),
        now: world.clock().now(),
        frozen: world.clock().is_frozen(),
        businesses_changed: number(holds.businesses),
        changes: number(holds.changes),
        snapshots: number(world.controls().list().len()),
        faults: number(world.controls().faults.list().len()),
        requests: number(journal.kept),
        journal_bytes: number(journal.bytes),
        memory_bytes: number(holds.bytes + journal.bytes as u64),
    }
}

/// A snapshot as the document has it.
pub(super) fn snapshot(name: String, kept: &Snapshot) -> types::Snapshot {
    types::Snapshot { name, at: kept.at, changes: number(kept.moment.changes()) }
}
