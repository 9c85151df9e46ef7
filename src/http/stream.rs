//! The journal as it is written, as server-sent events: until the client hangs up, the world goes
//! or the server stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::sync::{mpsc, watch};

use crate::control::{Watch, event};
use crate::state::WorldName;
use crate::state::journal::Entry;

/// How many entries may wait for a slow listener beyond those that it asked for at first.
const WAITING: usize = 1024;

/// How often a silent stream says that it is alive, so that nothing in between gives it up.
const PULSE: Duration = Duration::from_secs(15);

/// The body of an answer that is a stream; `stop` becomes true when the server stops.
pub(super) fn events(asked: Watch, kept: usize, stop: watch::Receiver<bool>) -> Body {
    let (send, receive) = mpsc::channel(kept.saturating_add(WAITING));
    let missed = Arc::new(AtomicU64::new(0));
    let Watch { world, since, filter } = asked;
    let counter = Arc::clone(&missed);
    let tell = move |entry: &Arc<Entry>| {
        if !filter.passes(entry) {
            return !send.is_closed();
        }
        match send.try_send(Arc::clone(entry)) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                counter.fetch_add(1, Ordering::Relaxed);
                true
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    };
    world.controls().journal.watch(since, Box::new(tell));
    let world = world.name().clone();
    Body::from_stream(forever(Listener { receive, missed, world, stop, greeted: false }))
}

struct Listener {
    receive: mpsc::Receiver<Arc<Entry>>,
    missed: Arc<AtomicU64>,
    world: WorldName,
    stop: watch::Receiver<bool>,
    greeted: bool,
}

fn forever(listener: Listener) -> impl Stream<Item = Result<Bytes, std::convert::Infallible>> {
    stream::unfold(listener, |mut listener| async move {
        if !std::mem::replace(&mut listener.greeted, true) {
            // The head goes out with it, so that the client knows that it is heard.
            return Some((Ok(Bytes::from_static(b": listening\n\n")), listener));
        }
        let missed = listener.missed.swap(0, Ordering::Relaxed);
        if missed > 0 {
            let event = format!("event: dropped\ndata: {{\"missed\":{missed}}}\n\n");
            return Some((Ok(Bytes::from(event)), listener));
        }
        let next = tokio::select! {
            entry = listener.receive.recv() => event(&*entry?, &listener.world),
            () = tokio::time::sleep(PULSE) => Bytes::from_static(b":\n\n"),
            _ = listener.stop.wait_for(|stopped| *stopped) => return None,
        };
        Some((Ok(next), listener))
    })
}
