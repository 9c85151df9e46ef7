//! A server that runs while it is held, and what the system says of it.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Where a server runs while it is under load. The client has the other core: so neither takes
/// time from the other, and what is measured is the server.
const SERVER_CORE: &str = "0";
pub(crate) const CLIENT_CORE: &str = "1";

/// A server that runs while it is held.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    base: String,
}

/// What a process holds of the machine's memory, in KiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// All of it.
    pub(crate) resident: f64,
    /// What it has written: the rest are pages of its file, which any process may share.
    pub(crate) own: f64,
}

impl Server {
    /// The sandbox, on a core of its own.
    pub(crate) fn sandbox(program: &str, options: &[impl AsRef<OsStr>]) -> Result<Self, String> {
        let mut command = pinned(SERVER_CORE, program);
        // A warning for every world that goes would be all that one sees of a run.
        command.args(SANDBOX).args(options).env("SANDBOOK_LOG", "error");
        Self::start(command)
    }

    /// The bare server, on the same core, with the answers of a file.
    pub(crate) fn bare(program: &Path, answers: &Path) -> Result<Self, String> {
        let mut command = pinned(SERVER_CORE, program);
        command.arg(answers);
        Self::start(command)
    }

    /// The sandbox as anybody starts it, on whatever core.
    pub(crate) fn sandbox_anywhere(program: &str) -> Result<Self, String> {
        let mut command = Command::new(program);
        command.args(SANDBOX);
        Self::start(command)
    }

    /// The bare server on whatever core.
    pub(crate) fn bare_anywhere(program: &Path, answers: &Path) -> Result<Self, String> {
        let mut command = Command::new(program);
        command.arg(answers);
        Self::start(command)
    }

    /// Both print their address once they are bound.
    fn start(mut command: Command) -> Result<Self, String> {
        let spawned = command.stdout(Stdio::piped()).spawn();
        let failed = |problem: &dyn std::fmt::Display| format!("{command:?}: {problem}");
        let mut child = spawned.map_err(|problem| failed(&problem))?;
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut server = Self { child, base: String::new() };
        let greeting = lines.next().ok_or_else(|| failed(&"it ended before it was bound"))?;
        let greeting = greeting.map_err(|problem| failed(&problem))?;
        let at = greeting.find("http://").ok_or_else(|| failed(&greeting))?;
        greeting[at..].trim_end().clone_into(&mut server.base);
        // The rest of the greeting must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(server)
    }

    /// Its base URL, without a trailing slash.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// What it holds now.
    pub(crate) fn memory(&self) -> Result<Memory, String> {
        let text = self.about("status")?;
        let of = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|it| it.trim_start_matches(':').trim().split(' ').next());
            number.and_then(|it| it.parse().ok()).ok_or_else(|| format!("no {name} in {text}"))
        };
        Ok(Memory { resident: of("VmRSS")?, own: of("RssAnon")? })
    }

    /// The time that its threads have had on a core since it started.
    pub(crate) fn time_on_core(&self) -> Result<Duration, String> {
        let tasks = format!("/proc/{}/task", self.child.id());
        let threads = fs::read_dir(&tasks).map_err(|problem| format!("{tasks}: {problem}"))?;
        let nanoseconds = threads.flatten().map(|thread| {
            let text = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
            text.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or(0)
        });
        Ok(Duration::from_nanos(nanoseconds.sum()))
    }

    fn about(&self, file: &str) -> Result<String, String> {
        let path = format!("/proc/{}/{file}", self.child.id());
        fs::read_to_string(&path).map_err(|problem| format!("{path}: {problem}"))
    }
}

/// For a server that is to be as it is by itself.
pub(crate) const NO_OPTIONS: [&str; 0] = [];

const SANDBOX: [&str; 4] = ["--host", "127.0.0.1", "--port", "0"];

/// A program on one core; on whatever core where the machine has but one.
pub(crate) fn pinned(core: &str, program: impl AsRef<OsStr>) -> Command {
    if std::thread::available_parallelism().map_or(1, usize::from) < 2 {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", core]).arg(program);
    command
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _status = self.child.wait();
    }
}
