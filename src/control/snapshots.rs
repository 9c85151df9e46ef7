//! The tag `Snapshots`: a world's books and clock under a name, to come back to (BEHAVIOUR 8).

use std::sync::Arc;

use super::worlds::snapshot;
use super::{Cx, Failure, Room, api, types};
use crate::state::Snapshot;

impl api::SnapshotsApi for Room {
    fn list_snapshots(
        cx: &mut Cx<'_>,
        request: api::ListSnapshotsRequest,
    ) -> Result<api::ListSnapshotsReply, Failure> {
        let kept = cx.known(request.world.as_deref())?.controls().list();
        let snapshots = kept.into_iter().map(|(name, kept)| snapshot(name, &kept)).collect();
        Ok(api::ListSnapshotsReply::Ok(types::ListSnapshotsOk { snapshots }))
    }

    fn take_snapshot(
        cx: &mut Cx<'_>,
        request: api::TakeSnapshotRequest,
    ) -> Result<api::TakeSnapshotReply, Failure> {
        let name = request.body.name;
        let plain = |sign: u8| sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'_' | b'.');
        // A path of dots alone leads elsewhere before it is sent.
        if !name.bytes().all(plain) || name.bytes().all(|sign| sign == b'.') {
            let text = "1 to 64 letters, digits, '-', '_' or '.', and not dots alone.";
            return Err(Failure::Wrong(vec![("#/name".to_owned(), text.to_owned())]));
        }
        let world = cx.world(request.world.as_deref())?;
        let moment = Arc::new(cx.store.moment(&world));
        let taken = Snapshot { at: world.clock().now(), moment };
        let full = |problem: crate::state::TooManySnapshots| Failure::Conflict(problem.to_string());
        world.controls().keep(&name, taken.clone()).map_err(full)?;
        Ok(api::TakeSnapshotReply::Created(snapshot(name, &taken)))
    }

    fn delete_snapshot(
        cx: &mut Cx<'_>,
        request: api::DeleteSnapshotRequest,
    ) -> Result<api::DeleteSnapshotReply, Failure> {
        kept(cx, request.world.as_deref(), &request.name)?;
        cx.world(request.world.as_deref())?.controls().forget(&request.name);
        Ok(api::DeleteSnapshotReply::NoContent)
    }

    fn restore_snapshot(
        cx: &mut Cx<'_>,
        request: api::RestoreSnapshotRequest,
    ) -> Result<api::RestoreSnapshotReply, Failure> {
        let kept = kept(cx, request.world.as_deref(), &request.name)?;
        let name = cx.name(request.world.as_deref())?;
        if !cx.store.restore(&name, Arc::clone(&kept.moment)) {
            return Err(super::no_world(&name));
        }
        Ok(api::RestoreSnapshotReply::Ok(snapshot(request.name, &kept)))
    }
}

/// The snapshot of a world that has this name.
///
/// # Errors
/// [`Failure::NotFound`], with the names that there are.
pub(super) fn kept(cx: &mut Cx<'_>, world: Option<&str>, name: &str) -> Result<Snapshot, Failure> {
    let world = cx.known(world)?;
    world.controls().snapshot(name).ok_or_else(|| {
        let names: Vec<_> = world.controls().list().into_iter().map(|(name, _)| name).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Failure::NotFound(format!(
            "The world {} has no snapshot {name:?}; it has {names}.",
            world.name()
        ))
    })
}
