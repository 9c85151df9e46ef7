//! The connection itself, which a fault may break: what no answer can do, as an answer is always
//! whole.

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

use super::Front;

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
        let wire = Wire { stream, line: line.clone() };
        ready(Ok((wire, front.on(line))))
    }
}

/// A connection that its line can break.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    line: Line,
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
        Pin::new(&mut self.stream).poll_read(cx, buffer)
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
