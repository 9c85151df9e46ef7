//! What the start says: where the server is, as whom to call it, and a line that works.

use crate::state::Fixtures;

/// The text, for a server that listens on `host` as it was told and on `port` as it was bound.
pub(crate) fn greeting(host: &str, port: u16, fixtures: &Fixtures) -> String {
    let base = format!("http://{}:{port}", name(host));
    let directory = fixtures.directory();
    let (partner, api_key, token) = directory.first();
    let business = |owner: &str| {
        let business = fixtures.first_business(owner);
        business.map_or_else(
            || "none".to_owned(),
            |business| format!("{} ({})", business.id, business.base_currency),
        )
    };
    let worlds = if directory.auto_worlds() {
        "  Any other partner UUID with this API key, and any dz_sandbox_<name>, is a world of its own.\n"
    } else {
        ""
    };
    format!(
        "\
sandbook {version} listens on {base}

  Thredfi    partner   {partner}
             API key   {api_key}
             business  {thredfi}
             document  {base}/openapi/thredfi.json
  Day Zero   token     {token}
             business  {dayzero}
             document  {base}/openapi/dayzero.json
{worlds}
  curl -X POST -u {partner}:{api_key} {base}/v1/platform/oauth2/token/
",
        version = env!("CARGO_PKG_VERSION"),
        thredfi = business(&partner.to_string()),
        dayzero = business(token),
    )
}

/// How this machine calls a host that was listened on.
fn name(host: &str) -> String {
    match host.trim_matches(['[', ']']) {
        "0.0.0.0" | "::" => "localhost".to_owned(),
        address if address.contains(':') => format!("[{address}]"),
        name => name.to_owned(),
    }
}
