//! The page on the control room: every line of it is run, and what it says is answered is answered.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;

use crate::support::*;

/// A command of the page, and what it says that it prints.
struct Step {
    command: String,
    prints: String,
}

/// The options of a server, as a chapter may start it.
#[derive(Parser)]
struct Server {
    #[command(flatten)]
    config: sandbook::Config,
}

/// The chapters of the page with their steps, in order.
fn chapters() -> Vec<(&'static str, Vec<Step>)> {
    let page = include_str!("../../docs/control-room.md");
    let chapters = page.split("\n## ").skip(1).map(|chapter| {
        let blocks = chapter.split("```console\n").skip(1);
        let lines = blocks.flat_map(|block| block.split("\n```").next().unwrap().lines());
        let mut steps: Vec<Step> = Vec::new();
        for line in lines {
            match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => {
                    steps.push(Step { command: command.to_owned(), prints: String::new() });
                }
                (None, Some(step)) => step.prints.extend([line, "\n"]),
                (None, None) => panic!("{line} answers nothing"),
            }
        }
        (chapter.lines().next().unwrap(), steps)
    });
    chapters.collect()
}

/// What each command prints, run one after the other in one shell and in a folder of its own.
fn run(sandbox: &Sandbox, folder: &Path, steps: &[&Step]) -> Vec<String> {
    const BETWEEN: char = '\u{1e}';
    let url = sandbox.url();
    let port = url.rsplit(':').next().unwrap();
    let program = env!("CARGO_BIN_EXE_sandbook");
    let ask = format!("sandbook() {{ '{program}' --host 127.0.0.1 --port {port} \"$@\"; }}\n");
    let commands = steps.iter().map(|step| format!("{}\nprintf '\\036'\n", step.command));
    let script = ask + &commands.collect::<String>().replace("http://localhost:8000", &url);
    let mut bash = Command::new("bash");
    let ran = bash.args(["-c", &script]).current_dir(folder).output().unwrap();
    assert!(ran.stderr.is_empty(), "{}", String::from_utf8_lossy(&ran.stderr));
    let out = String::from_utf8(ran.stdout).unwrap();
    let mut printed: Vec<_> = out.split(BETWEEN).map(|it| it.trim_end().to_owned()).collect();
    assert_eq!(printed.pop().as_deref(), Some(""), "it ended early: {out}");
    printed
}

/// Whether a text is as it is written, where `…` stands for anything.
fn is_as_written(text: &str, written: &str) -> bool {
    let mut parts = written.split('…');
    let Some(mut rest) = parts.next().and_then(|start| text.strip_prefix(start)) else {
        return false;
    };
    let parts: Vec<_> = parts.collect();
    let Some((end, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(end)
}

#[test]
fn every_line_of_the_page_does_what_the_page_says() {
    let chapters = chapters();
    assert!(chapters.len() > 8, "{}", chapters.len());
    let (_, preparation) = &chapters[0];
    for (name, steps) in &chapters[1..] {
        assert!(!steps.is_empty(), "{name} shows nothing");
        // A chapter may begin with a server of its own; later on the program asks that server.
        let options = steps[0].command.strip_prefix("sandbook --").map(|rest| format!("--{rest}"));
        let server =
            ["sandbook"].into_iter().chain(options.iter().flat_map(|it| it.split_whitespace()));
        let sandbox = Sandbox::with(Server::parse_from(server).config);
        let steps = &steps[usize::from(options.is_some())..];
        let all: Vec<_> = preparation.iter().chain(steps).collect();
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("page").join(name);
        let _was_not_there = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (step, printed) in all.iter().zip(run(&sandbox, &folder, &all)) {
            let written = step.prints.trim_end();
            assert!(
                is_as_written(&printed, written),
                "{name}: {}\nprints\n{printed}\nand not\n{written}",
                step.command
            );
        }
    }
}

#[test]
fn what_is_left_out_may_be_anything_and_what_is_written_must_be_there() {
    for (text, written) in
        [("abc", "abc"), ("abc", "a…c"), ("abc", "…"), ("abab", "…ab"), ("ac", "a…c")]
    {
        assert!(is_as_written(text, written), "{text} {written}");
    }
    for (text, written) in
        [("abc", "ab"), ("abc", "b…"), ("abc", "…b"), ("abc", "a…x…c"), ("aba", "ab…ba")]
    {
        assert!(!is_as_written(text, written), "{text} {written}");
    }
}
