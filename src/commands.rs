//! What the program does beside serving: it asks a running server, for scripts, containers and CI,
//! or looks into its own documents.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Subcommand, ValueEnum};
use sandbook::Config;
use serde_json::{Map, Value, json};

use crate::documents;

/// What the program can be told to do instead of serving.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Ask a running server whether it is well: status 0 if so. For a container's HEALTHCHECK.
    Health,
    /// Say how much of the APIs the calls so far have exercised: one line, or a report for CI.
    Coverage {
        /// Status 1 where less than this was exercised, in percent.
        #[arg(long, value_name = "PERCENT", value_parser = percent)]
        min: Option<f64>,
        /// One world; all worlds when left out.
        #[arg(long)]
        world: Option<String>,
        /// One provider: thredfi or dayzero.
        #[arg(long, value_parser = documents::provider)]
        provider: Option<String>,
        /// Leave out the operations that were never called.
        #[arg(long)]
        called: bool,
        /// What to write.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        /// Write it to this file, and the line to standard output.
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Write a world as a fixtures folder, which --fixtures and import load back.
    Export {
        /// The folder; it is made where it is missing, and must be empty.
        folder: PathBuf,
        /// The world; `default` when left out.
        #[arg(long)]
        world: Option<String>,
    },
    /// Give a world the books of a fixtures folder.
    Import {
        /// The folder.
        folder: PathBuf,
        /// The world; `default` when left out.
        #[arg(long)]
        world: Option<String>,
    },
    /// Print an OpenAPI document that the program carries: thredfi, dayzero or sandbox.
    Document {
        /// Which one.
        #[arg(value_name = "PROVIDER", value_parser = documents::name)]
        name: String,
        /// As the provider's files say it, without our corrections.
        #[arg(long)]
        as_published: bool,
    },
    /// Say what is wrong with the documents themselves, before and after our corrections: status 1
    /// where something is that is neither mended nor kept for a reason.
    Lint {
        /// Which ones; all when left out.
        #[arg(value_name = "PROVIDER", value_parser = documents::name)]
        names: Vec<String>,
        /// Judge the documents without our corrections alone.
        #[arg(long)]
        as_published: bool,
        /// What to write.
        #[arg(long, value_enum, default_value_t = documents::Format::Text)]
        format: documents::Format,
    },
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One line.
    Text,
    /// Everything, for programs.
    Json,
    /// A page that needs nothing else.
    Html,
    /// A test case for each operation.
    Junit,
}

/// Why a command did not do what it was told.
pub(crate) struct Refused {
    /// What it has to say for standard output all the same.
    pub(crate) said: String,
    /// The line that says why.
    pub(crate) problem: String,
}

impl From<String> for Refused {
    fn from(problem: String) -> Self {
        Self { said: String::new(), problem }
    }
}

/// Does what was told, and answers what there is to say for standard output.
pub(crate) fn run(command: &Command, config: &Config) -> Result<String, Refused> {
    // A server that is not well may not answer at all.
    let patience = if matches!(command, Command::Health) { 3 } else { 60 };
    let server = Server::of(config, Duration::from_secs(patience));
    match command {
        Command::Health => {
            server.get("health", &[])?;
            Ok(String::new())
        }
        Command::Coverage { min, world, provider, called, format, output } => {
            let mut query = pairs([("world", world), ("provider", provider)]);
            if *called {
                query.push(("called", "true"));
            }
            let report: Value = json_of(&server.get("coverage", &query)?)?;
            let written = match format {
                Format::Text => format!("{}\n", report["summary"].as_str().unwrap_or_default()),
                Format::Json => format!("{report:#}\n"),
                Format::Html => server.get("coverage.html", &query)?,
                Format::Junit => server.get("coverage.xml", &query)?,
            };
            let said = match output {
                None => written,
                Some(file) => {
                    fs::write(file, written).map_err(|problem| unwritable(file, &problem))?;
                    format!("{}\n", report["summary"].as_str().unwrap_or_default())
                }
            };
            enough(&report, *min, said)
        }
        Command::Export { folder, world } => {
            let state: Value = json_of(&server.get("state", &pairs([("world", world)]))?)?;
            let files = state["files"].as_object().cloned().unwrap_or_default();
            let count = write_folder(folder, &files)?;
            Ok(format!("{count} files in {}\n", folder.display()))
        }
        Command::Import { folder, world } => {
            let files = json!({ "files": read_folder(folder)? });
            server.put("state", &pairs([("world", world)]), &files)?;
            Ok(String::new())
        }
        Command::Document { name, as_published } => documents::document(name, *as_published),
        Command::Lint { names, as_published, format } => {
            documents::examine(names, *as_published, *format)
        }
    }
}

/// What is said of a report, where as much was exercised as was asked for.
fn enough(report: &Value, min: Option<f64>, said: String) -> Result<String, Refused> {
    let percent = report["total"]["percent"].as_f64().unwrap_or_default();
    if min.is_some_and(|min| min > 0.0) && report["total"]["total"] == 0 {
        let problem = "there is nothing to cover: no operation was called".to_owned();
        return Err(Refused { said, problem });
    }
    match min.filter(|min| percent < *min) {
        None => Ok(said),
        Some(min) => {
            let problem = format!("coverage is {percent:.1} %, and --min asks for {min} %");
            Err(Refused { said, problem })
        }
    }
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "a share in percent, from 0 to 100".to_owned())
}

fn pairs<'a, const N: usize>(
    named: [(&'static str, &'a Option<String>); N],
) -> Vec<(&'static str, &'a str)> {
    let set = |(name, value): (&'static str, &'a Option<String>)| Some((name, value.as_deref()?));
    named.into_iter().filter_map(set).collect()
}

/// The files of an export, each pretty, under a folder that holds nothing else: a stale book would
/// be loaded with them.
fn write_folder(folder: &Path, files: &Map<String, Value>) -> Result<usize, String> {
    let empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if !empty {
        return Err(format!("{} is not empty: name a new folder", folder.display()));
    }
    for (name, content) in files {
        let plain = name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
        if !plain {
            return Err(format!("the server names a file {name:?}, which is none in a folder"));
        }
        let file = folder.join(name);
        let above = file.parent().unwrap_or(folder);
        fs::create_dir_all(above).map_err(|problem| unwritable(above, &problem))?;
        let text = format!("{content:#}\n");
        fs::write(&file, text).map_err(|problem| unwritable(&file, &problem))?;
    }
    Ok(files.len())
}

fn read_folder(folder: &Path) -> Result<Map<String, Value>, String> {
    let mut files = Map::new();
    let books = folder.join("books");
    let mut paths: Vec<_> = ["partners.json", "world.json"].map(|it| folder.join(it)).into();
    let entries = fs::read_dir(&books).map_err(|problem| unreadable(&books, &problem))?;
    for entry in entries {
        paths.push(entry.map_err(|problem| unreadable(&books, &problem))?.path());
    }
    paths.sort();
    for path in paths {
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        if !is_json || (path.ends_with("world.json") && !path.exists()) {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|problem| unreadable(&path, &problem))?;
        let content = serde_json::from_str(&text)
            .map_err(|problem| format!("{}: {problem}", path.display()))?;
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        files.insert(name, content);
    }
    Ok(files)
}

fn unreadable(path: &Path, problem: &std::io::Error) -> String {
    format!("{}: cannot be read: {problem}", path.display())
}

fn unwritable(path: &Path, problem: &std::io::Error) -> String {
    format!("{}: cannot be written: {problem}", path.display())
}

fn json_of(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|problem| format!("the server answered no JSON: {problem}"))
}

/// A server that runs somewhere, as its options name it.
struct Server {
    agent: ureq::Agent,
    at: String,
    token: Option<String>,
}

impl Server {
    fn of(config: &Config, patience: Duration) -> Self {
        let host = match config.host.as_str() {
            "0.0.0.0" => "127.0.0.1",
            "::" | "[::]" => "[::1]",
            other => other,
        };
        // An IPv6 address stands in brackets in a URL.
        let bare = host.contains(':') && !host.starts_with('[');
        let host = if bare { format!("[{host}]") } else { host.to_owned() };
        let settings = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(patience))
            .build();
        let at = format!("{host}:{}", config.port);
        Self { agent: settings.into(), at, token: config.control_token.clone() }
    }

    fn get(&self, what: &str, query: &[(&str, &str)]) -> Result<String, String> {
        let request = self.agent.get(self.url(what)).query_pairs(query.iter().copied());
        self.answer(match self.bearer() {
            Some(bearer) => request.header("authorization", bearer).call(),
            None => request.call(),
        })
    }

    fn put(&self, what: &str, query: &[(&str, &str)], body: &Value) -> Result<String, String> {
        let request = self.agent.put(self.url(what)).query_pairs(query.iter().copied());
        let request = request.header("content-type", "application/json");
        self.answer(match self.bearer() {
            Some(bearer) => request.header("authorization", bearer).send(body.to_string()),
            None => request.send(body.to_string()),
        })
    }

    fn url(&self, what: &str) -> String {
        format!("http://{}/_sandbox/{what}", self.at)
    }

    fn bearer(&self) -> Option<String> {
        self.token.as_ref().map(|token| format!("Bearer {token}"))
    }

    /// The body of an answer that is one, or what the server says is wrong.
    fn answer(
        &self,
        answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<String, String> {
        let lost = |problem: ureq::Error| format!("{}: {problem}", self.at);
        let mut answer = answered.map_err(lost)?;
        let status = answer.status();
        let body = answer.body_mut().with_config().limit(u64::MAX).read_to_string();
        let body = body.map_err(lost)?;
        if status.is_success() {
            return Ok(body);
        }
        let problem: Value = serde_json::from_str(&body).unwrap_or_default();
        let detail = problem["detail"].as_str().unwrap_or(&body).to_owned();
        Err(format!("{}: {}: {detail}", self.at, status.as_u16()))
    }
}
