//! Load by wrk, which is not ours and costs less than any server: one thread, connections that are
//! kept.

use std::time::Duration;

use super::caller::Caller;
use super::calls::Call;
use super::server::{CLIENT_CORE, Server, pinned};

const CONNECTIONS: u8 = 16;
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/load/calls.lua");

/// Below so many calls it is made longer.
const FEW: f64 = 200.0;
const LONG: u32 = 10;

/// What a server did under load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) calls_a_second: f64,
    /// The server's time on a core for one call: not disturbed by what else the machine does.
    pub(crate) core_us: f64,
    /// How many calls that were.
    pub(crate) calls: f64,
}

/// A call as fast as it is answered for so many seconds, each with a number of its own. Every
/// answer must be 2xx.
pub(crate) fn load(server: &Server, call: &Call, seconds: u32) -> Result<Rate, String> {
    load_all(server, std::slice::from_ref(call), 1, seconds)
}

/// Several calls in turn, about so many items over and over. For no seconds each is
/// made once, without wrk, and the rate means nothing: a test asks no more than whether it works.
pub(crate) fn load_all(
    server: &Server,
    calls: &[Call],
    items: u32,
    seconds: u32,
) -> Result<Rate, String> {
    if seconds == 0 {
        let caller = Caller::new(server);
        calls.iter().try_for_each(|call| caller.ask(call, 0).map(drop))?;
        let calls = f64::from(u32::try_from(calls.len()).expect("a few"));
        return Ok(Rate { calls_a_second: f64::NAN, core_us: f64::NAN, calls });
    }
    let mut wrk = pinned(CLIENT_CORE, "wrk");
    wrk.args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{seconds}s"), "-s", SCRIPT]);
    // A search through a million records is no error, however many wait for theirs.
    wrk.args(["--timeout", "60s"]);
    wrk.args([server.base(), "--", &items.to_string()]).args(calls.iter().map(Call::text));
    let before = server.time_on_core()?;
    let output = wrk.output().map_err(|problem| {
        format!("wrk: {problem}; it makes the load: install the packages wrk and util-linux")
    })?;
    let used = server.time_on_core()?.saturating_sub(before);
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    // wrk goes on without a script that fails, with other calls than were meant.
    let rate = if complaint.is_empty() { read(&said, used) } else { None };
    // So few calls say little, and those that are not answered when it ends are not counted.
    if rate.is_some_and(|rate| rate.calls < FEW) && seconds < LONG {
        return load_all(server, calls, items, LONG);
    }
    rate.filter(|rate| rate.calls > 0.0).ok_or_else(|| {
        let paths: Vec<&str> = calls.iter().map(|call| call.path.as_str()).collect();
        format!("{}: wrk says\n{said}{complaint}", paths.join(", "))
    })
}

fn read(text: &str, used: Duration) -> Option<Rate> {
    if text.contains("Non-2xx") || text.contains("Socket errors") {
        return None;
    }
    let calls_a_second = text.lines().find_map(|line| line.strip_prefix("Requests/sec:"))?;
    let calls = text.lines().find_map(|line| line.trim().split_once(" requests in "))?.0;
    let calls: f64 = calls.parse().ok()?;
    let core_us = used.as_secs_f64() * 1e6 / calls;
    Some(Rate { calls_a_second: calls_a_second.trim().parse().ok()?, core_us, calls })
}
