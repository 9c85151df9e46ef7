//! A coverage report as people and their tools read it: one line, a page, `JUnit` XML. Each is a
//! function of the report and of nothing else.

mod answers;
mod html;
mod junit;
mod text;

use html::html;
use junit::junit;
use text::text;

/// Text that may stand in an element or in a quoted attribute, of HTML and of XML. What XML cannot
/// hold at all becomes the sign for that.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' | '\r' => safe.push(character),
            '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => safe.push(char::REPLACEMENT_CHARACTER),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests;
