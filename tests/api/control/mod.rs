//! The control room: what makes a sandbox better than the real thing (BEHAVIOUR 8). A module a
//! capability.

mod clock;
mod coverage;
mod faults;
mod gate;
mod isolation;
mod limit;
mod metrics;
mod prefer;
mod requests;
mod snapshots;
mod state;
mod stream;
mod transitions;
mod worlds;

use serde_json::{Value, json};

use crate::support::*;

impl Sandbox {
    /// A call of the control room about one world.
    pub(crate) async fn control(
        &self,
        method: &str,
        path: &str,
        world: &str,
        body: Value,
    ) -> Answer {
        let mark = if path.contains('?') { '&' } else { '?' };
        let call = self.call(method, &format!("/_sandbox/{path}{mark}world={world}"));
        if body.is_null() { call.send().await } else { call.json(&body).send().await }
    }
}

/// All that INV-0042 asks for.
pub(super) fn pay_all() -> Value {
    json!({ "customer_id": CUSTOMER, "total_amount_cents": 450_000,
        "allocations": [{ "invoice_id": INV_0042, "amount_cents": 450_000 }] })
}
