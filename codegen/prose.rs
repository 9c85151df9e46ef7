//! Text of the document made fit for doc comments. Words only: nothing here knows Rust or specs.

/// `text` without anything that Markdown takes for code: rustdoc would compile an indented or
/// fenced block as a test of ours. Brackets and angles outside of backticks are escaped, because
/// they would be links and tags.
pub(super) fn plain(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.starts_with("```") && !line.starts_with("~~~"))
        .map(|line| escape(&line))
        .collect();
    lines.join("\n").trim().to_owned()
}

fn escape(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    let mut code = false;
    for character in line.chars() {
        match character {
            '`' => code = !code,
            '[' | ']' | '<' | '>' if !code => escaped.push('\\'),
            _ => {}
        }
        escaped.push(character);
    }
    escaped
}
