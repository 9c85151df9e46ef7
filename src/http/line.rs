//! The connection itself, which a fault may break: what no answer can do, as an answer is always
//! whole. And which ends where it does not say in time that it speaks HTTP/1.

use std::future::{Ready, ready};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::Front;
use super::listen::HEADER_TIMEOUT;

/// What a connection begins with that is one of HTTP/2.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A call's hold on the connection that it came by.
#[derive(Debug, Clone)]
pub(super) struct Line {
    broken: Arc<AtomicBool>,
    peer: Option<IpAddr>,
}

impl Line {
    /// Nothing more is written: the client's end is reset at the next byte.
    pub(super) fn reset(&self) {
        self.broken.store(true, Ordering::Release);
    }

    /// Whether the client is on this machine.
    pub(super) fn is_local(&self) -> bool {
        self.peer.is_some_and(|peer| peer.to_canonical().is_loopback())
    }
}

/// Gives each connection a [`Line`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines;

impl Accept<TcpStream, Front> for Lines {
    type Stream = Wire;
    type Service = Front;
    type Future = Ready<io::Result<(Wire, Front)>>;

    fn accept(&self, stream: TcpStream, front: Front) -> Self::Future {
        let peer = stream.peer_addr().ok().map(|address| address.ip());
        let line = Line { broken: Arc::default(), peer };
        let opening = Opening { said: 0, late: Box::pin(sleep(HEADER_TIMEOUT)) };
        let wire = Wire { stream, line: line.clone(), opening: Some(opening) };
        ready(Ok((wire, front.on(line))))
    }
}

/// A connection that its line can break.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    line: Line,
    /// Until it is known that it speaks HTTP/1.
    opening: Option<Opening>,
}

/// A connection that may yet turn out to be one of HTTP/2, which nobody speaks here. The library
/// limits its time only once that is decided, and whoever says nothing would keep it for ever.
#[derive(Debug)]
struct Opening {
    /// How many bytes of the preface it has said.
    said: usize,
    late: Pin<Box<Sleep>>,
}

impl Opening {
    /// Whether it is still open what the connection is, these bytes later; an error where it is
    /// decided against it.
    fn goes_on(
        &mut self,
        cx: &mut Context<'_>,
        read: &Poll<io::Result<()>>,
        bytes: &[u8],
    ) -> io::Result<bool> {
        if read.is_pending() {
            let late = self.late.as_mut().poll(cx).is_ready();
            return if late { Err(io::ErrorKind::TimedOut.into()) } else { Ok(true) };
        }
        let rest = &PREFACE[self.said..];
        if bytes.starts_with(rest) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        self.said += bytes.len();
        Ok(!bytes.is_empty() && rest.starts_with(bytes))
    }
}

impl Wire {
    fn holds(&self) -> io::Result<()> {
        if !self.line.broken.load(Ordering::Acquire) {
            return Ok(());
        }
        // Without lingering the close that follows is a reset, and not an end.
        let _closed_already = self.stream.set_zero_linger();
        Err(io::ErrorKind::ConnectionReset.into())
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if let Some(opening) = &mut self.opening
            && !opening.goes_on(cx, &read, &buffer.filled()[before..])?
        {
            self.opening = None;
        }
        read
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.holds()?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.holds()?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// What becomes of a connection that says these pieces; `None` is silence.
    async fn said(pieces: &[Option<&[u8]>], time: Duration) -> Vec<io::Result<bool>> {
        let mut opening = Opening { said: 0, late: Box::pin(sleep(time)) };
        tokio::time::sleep(Duration::from_millis(2)).await;
        let each = pieces.iter().map(|piece| {
            let read = if piece.is_some() { Poll::Ready(Ok(())) } else { Poll::Pending };
            let mut cx = Context::from_waker(std::task::Waker::noop());
            opening.goes_on(&mut cx, &read, piece.unwrap_or_default())
        });
        each.collect()
    }

    #[tokio::test]
    async fn a_connection_is_known_by_its_first_bytes_and_has_its_time_for_them() {
        let long = Duration::from_hours(1);
        for (pieces, open) in [
            (vec![Some(&b"GET / HTTP/1.1"[..])], vec![true, false]),
            (vec![Some(b"P"), None, Some(b"OST /")], vec![true, true, true, false]),
            (vec![Some(b"PRI * HTTP/1")], vec![true, false]),
            (vec![Some(b"")], vec![true, false]),
        ] {
            let pieces: Vec<_> = std::iter::once(None).chain(pieces).collect();
            let found: Vec<_> =
                said(&pieces, long).await.into_iter().map(|it| it.expect("open or not")).collect();
            assert_eq!(found, open, "{pieces:?}");
        }
        let whole = said(&[Some(&PREFACE[..5]), Some(&PREFACE[5..])], long).await;
        let refused = whole[1].as_ref().expect_err("nobody speaks it");
        assert_eq!(refused.kind(), io::ErrorKind::Unsupported);
        let silent = said(&[Some(b"PRI"), None], Duration::from_millis(1)).await;
        assert_eq!(silent[1].as_ref().expect_err("late").kind(), io::ErrorKind::TimedOut);
    }
}
