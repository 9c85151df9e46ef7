//! One caller, who makes calls singly and reads the answers.

use serde_json::Value;
use ureq::Agent;
use ureq::http::HeaderValue;

use super::answer::Answer;
use super::calls::{Call, ITEM, NUMBER};
use super::server::Server;

/// Makes a call once; answers what came back, which must be 2xx.
pub(crate) fn ask(server: &Server, call: &Call) -> Result<Answer, String> {
    Caller::new(server).ask(call, 0)
}

/// A token that opens the books of a world.
pub(crate) fn token(server: &Server, world: u64) -> Result<String, String> {
    let answer = ask(server, &Call::token(world))?;
    let value: Value = serde_json::from_str(&answer.body).map_err(|it| it.to_string())?;
    let token = value["access_token"].as_str();
    token.map(str::to_owned).ok_or_else(|| format!("no access_token in {}", answer.body))
}

/// What all worlds hold, in bytes, as the control room estimates it.
pub(crate) fn stated_memory(server: &Server) -> Result<f64, String> {
    let answer = ask(server, &Call::get("/_sandbox/worlds"))?;
    let value: Value = serde_json::from_str(&answer.body).map_err(|it| it.to_string())?;
    value["memory_bytes"].as_f64().ok_or_else(|| format!("no memory_bytes in {}", answer.path))
}

/// Somebody who keeps the connection.
pub(crate) struct Caller {
    agent: Agent,
    base: String,
}

impl Caller {
    pub(crate) fn new(server: &Server) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        Self { agent, base: server.base().to_owned() }
    }

    /// Makes a call with this number.
    pub(crate) fn ask(&self, call: &Call, number: u32) -> Result<Answer, String> {
        let number = format!("{number:08}");
        let numbered = |text: &str| text.replace(NUMBER, &number).replace(ITEM, &number);
        let url = format!("{}{}", self.base, numbered(&call.path));
        let lost = |problem: ureq::Error| format!("{url}: {problem}");
        let headers = call.headers.iter().map(|(name, value)| (*name, numbered(value)));
        let answered = match &call.body {
            None => {
                let request = self.agent.get(&url);
                headers.fold(request, |it, (name, value)| it.header(name, value)).call()
            }
            Some(body) => {
                let request = self.agent.post(&url);
                headers
                    .fold(request, |it, (name, value)| it.header(name, value))
                    .send(numbered(body))
            }
        };
        let mut answered = answered.map_err(lost)?;
        // hyper writes these two itself.
        let ours = |name: &str| name != "date" && name != "content-length";
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = answered.headers().iter().filter(|(name, _)| ours(name.as_str()));
        let headers = headers.map(|(name, value)| (name.to_string(), text(value))).collect();
        let status = answered.status().as_u16();
        let body = answered.body_mut().with_config().limit(u64::MAX).read_to_string();
        let body = body.map_err(lost)?;
        if !(200..300).contains(&status) {
            return Err(format!("{url}: {status}, where 2xx is right: {body}"));
        }
        let method = if call.body.is_some() { "POST" } else { "GET" }.to_owned();
        let path = call.path.split('?').next().unwrap_or_default().to_owned();
        let json = call.body.as_ref().is_some_and(|body| !body.is_empty());
        Ok(Answer { method, path, json, status, headers, body })
    }
}
