//! Sockets: where the server listens, and how it stops.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs};
use std::time::Duration;

use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use tower::make::Shared;

use super::Front;
use super::line::Lines;

/// How long a client may take from one answer, or from its connecting, to the end of the next
/// request's headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long calls that are under way may take to end once the server is told to stop.
///
/// Containers are killed ten seconds after they are told to stop.
const GRACE: Duration = Duration::from_secs(8);

/// The sockets that were bound.
#[derive(Debug)]
pub struct Listening {
    listeners: Vec<TcpListener>,
    port: u16,
}

impl Listening {
    /// The port, the same on every address.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether nothing but this machine can reach the server.
    pub fn loopback_only(&self) -> bool {
        let addresses = self.listeners.iter().map(TcpListener::local_addr);
        addresses.flatten().all(|address| address.ip().is_loopback())
    }
}

/// Binds `host`, which is a name or an address; `localhost` is IPv4 and IPv6, whichever the
/// machine has. Port 0 picks a free one.
///
/// # Errors
/// Where the name is unknown or the port is taken.
pub fn bind(host: &str, port: u16) -> io::Result<Listening> {
    let addresses: Vec<IpAddr> = if host == "localhost" {
        vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
    } else {
        // An IPv6 address may come in brackets, as in a URL.
        let host = host.trim_start_matches('[').trim_end_matches(']');
        (host, port).to_socket_addrs()?.map(|address| address.ip()).collect()
    };
    // A free port of the first address may be taken on the second; then another is tried.
    let tries = if port == 0 { 16 } else { 1 };
    let mut result = Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
    for _ in 0..tries {
        result = bind_all(&addresses, port);
        if result.is_ok() {
            break;
        }
    }
    result
}

fn bind_all(addresses: &[IpAddr], port: u16) -> io::Result<Listening> {
    let mut listening = Listening { listeners: Vec::new(), port };
    let mut absent = None;
    for &address in addresses {
        match TcpListener::bind(SocketAddr::new(address, listening.port)) {
            Ok(listener) => {
                listener.set_nonblocking(true)?;
                listening.port = listener.local_addr()?.port();
                listening.listeners.push(listener);
            }
            // The machine has no such address, IPv6 for one: the others will do.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported
                ) || error.raw_os_error() == Some(97) =>
            {
                absent = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    match absent {
        Some(error) if listening.listeners.is_empty() => Err(error),
        _ => Ok(listening),
    }
}

/// Serves until `stop` is done; then takes no new connection, and ends when the calls that are
/// under way have ended.
///
/// # Errors
/// Where a socket fails.
pub async fn serve_until(
    listening: Listening,
    front: Front,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let handle = Handle::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        stop.await;
        stopping.graceful_shutdown(Some(GRACE));
    });
    let mut servers = tokio::task::JoinSet::new();
    for listener in listening.listeners {
        // While a connection may yet be one of HTTP/2 its time would not be limited.
        let server = axum_server::from_tcp(listener)?.acceptor(Lines).http1_only();
        let mut server = server.handle(handle.clone());
        server
            .http_builder()
            .http1()
            // A client may close its half once it has asked, and still wants the answer.
            .half_close(true)
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIMEOUT);
        let service = Shared::new(front.clone());
        servers.spawn(async move { server.serve(service).await });
    }
    while let Some(served) = servers.join_next().await {
        served.map_err(io::Error::other)??;
    }
    Ok(())
}
