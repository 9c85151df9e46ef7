//! The journal as it is written, as server-sent events: until the client hangs up, the world goes
//! or the server stops. A listener holds no entry: it reads them where they are kept, a few at a
//! time, as fast as its client takes them.

use std::convert::Infallible;
use std::sync::Weak;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::sync::watch;

use crate::control::{Watch, event};
use crate::state::journal::{Filter, TooManyListeners};
use crate::state::{Controls, WorldName};

/// How many entries are looked at in one go.
const A_FEW: usize = 64;

/// How often a silent stream says that it is alive, so that nothing in between gives it up.
const PULSE: Duration = Duration::from_secs(15);

/// The body of an answer that is a stream; `stop` becomes true when the server stops.
///
/// # Errors
/// [`TooManyListeners`].
pub(super) fn events(asked: Watch, stop: watch::Receiver<bool>) -> Result<Body, TooManyListeners> {
    let Watch { world, mut filter } = asked;
    let (send, woken) = watch::channel(());
    let last = world.controls().journal.listen(Box::new(move || send.send(()).is_ok()))?;
    let (name, controls) = (world.name().clone(), std::sync::Arc::downgrade(world.controls()));
    // A number that there is not yet is of a journal that is gone: then everything here is new.
    let heard = match filter.since.take() {
        Some(since) => {
            if since > last {
                0
            } else {
                since
            }
        }
        None => last,
    };
    let listener = Listener { controls, name, filter, heard, woken, stop };
    Ok(Body::from_stream(forever(listener)))
}

struct Listener {
    /// Weak, so that the journal goes with its world and not with its last listener.
    controls: Weak<Controls>,
    name: WorldName,
    filter: Filter,
    /// The number of the last entry that was sent, or was not asked for.
    heard: u64,
    /// Changes with every call, and closes with the journal.
    woken: watch::Receiver<()>,
    stop: watch::Receiver<bool>,
}

/// What a listener finds in the journal.
enum Found {
    Event(Bytes),
    /// These few were not asked for.
    Others,
    Nothing,
}

fn forever(listener: Listener) -> impl Stream<Item = Result<Bytes, Infallible>> {
    // The head goes out with it, so that the client knows that it is heard.
    let greeting = Bytes::from_static(b": listening\n\n");
    let events = stream::unfold(listener, |mut listener| async move {
        let next = listener.next().await?;
        Some((Ok(next), listener))
    });
    stream::StreamExt::chain(stream::iter([Ok(greeting)]), events)
}

impl Listener {
    /// What is said next; none at the end.
    async fn next(&mut self) -> Option<Bytes> {
        while !*self.stop.borrow() {
            match self.look()? {
                Found::Event(event) => return Some(event),
                Found::Others => tokio::task::yield_now().await,
                Found::Nothing => tokio::select! {
                    woken = self.woken.changed() => woken.ok()?,
                    () = tokio::time::sleep(PULSE) => return Some(Bytes::from_static(b":\n\n")),
                    _ = self.stop.wait_for(|stopped| *stopped) => return None,
                },
            }
        }
        None
    }

    /// The next event that the journal has; none where there is no journal any more.
    fn look(&mut self) -> Option<Found> {
        let following = self.controls.upgrade()?.journal.after(self.heard, A_FEW);
        if following.lost > 0 {
            self.heard = following.gone;
            let event = format!("event: dropped\ndata: {{\"missed\":{}}}\n\n", following.lost);
            return Some(Found::Event(Bytes::from(event)));
        }
        for entry in &following.entries {
            self.heard = entry.number;
            if self.filter.passes(entry) {
                return Some(Found::Event(event(entry, &self.name)));
            }
        }
        Some(if following.entries.is_empty() { Found::Nothing } else { Found::Others })
    }
}
