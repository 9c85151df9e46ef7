//! Documented answers that no operation came to: wished by a call, or made by a fault.

use super::prefer::{Unclear, Wish};
use crate::contract::{NoSample, OperationContract};
use crate::operations::{Failure, Operation, Reply};

/// A documented answer that the operation did not come to by itself: a refusal in the provider's
/// words, anything else as the document shows it.
pub(super) fn forced(
    operation: &Operation,
    contract: &OperationContract,
    (status, example): (u16, Option<&str>),
    by: &'static str,
    request_id: &str,
) -> Result<Reply, NoSample> {
    let body = contract.sample(status, example)?;
    if status >= 400 && example.is_none() {
        return Ok((operation.refuse)(Failure::Forced { status, by }, request_id));
    }
    Ok(if body.is_null() { Reply::empty(status) } else { Reply::json(status, &body) })
}

impl Wish {
    /// The answer that is wished, if one is.
    pub(super) fn reply(
        &self,
        operation: &Operation,
        contract: &OperationContract,
        request_id: &str,
    ) -> Result<Option<Reply>, Unclear> {
        let example = self.example.as_deref();
        let code = match (self.code, example) {
            (None, None) => return Ok(None),
            (Some(code), _) => code,
            // As with Prism: the first answer that has this example.
            (None, example) => contract
                .documented()
                .find(|code| contract.sample(*code, example).is_ok())
                .unwrap_or_else(|| contract.documented().next().unwrap_or(200)),
        };
        forced(operation, contract, (code, example), self.by(), request_id)
            .map(Some)
            .map_err(|why| self.unclear(operation, contract, code, why))
    }

    fn unclear(
        &self,
        operation: &Operation,
        contract: &OperationContract,
        code: u16,
        why: NoSample,
    ) -> Unclear {
        let id = operation.id;
        let problem = match why {
            NoSample::Status { documented } => {
                let documented: Vec<_> = documented.iter().map(u16::to_string).collect();
                let asked = self.source.quoted("code", &code.to_string());
                let documented = documented.join(", ");
                format!("{asked} is not documented for {id}; these are: {documented}")
            }
            NoSample::Example { named } => {
                let named = match self.code {
                    Some(_) => named,
                    None => all_examples(contract),
                };
                let of = self.code.map_or_else(String::new, |code| format!("status {code} of "));
                let asked = self.source.quoted("example", self.example.as_deref().unwrap_or(""));
                let named = if named.is_empty() { "none".to_owned() } else { named.join(", ") };
                format!("{asked} is no example of {of}{id}; these are: {named}")
            }
            NoSample::Unmade => {
                format!("{} has no example in {id}", self.source.quoted("code", &code.to_string()))
            }
        };
        Unclear(self.source, problem)
    }
}

/// The names of all examples of all answers.
fn all_examples(contract: &OperationContract) -> Vec<String> {
    let mut all = Vec::new();
    for status in contract.documented() {
        // No example has an empty name, so this names them all.
        if let Err(NoSample::Example { named }) = contract.sample(status, Some("")) {
            all.extend(named);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};
    use serde_json::Value;

    use super::super::prefer::refuse_wish;
    use super::*;
    use crate::operations::{Provider, providers};

    fn wish(header: &'static str) -> Wish {
        let mut headers = HeaderMap::new();
        headers.append("prefer", HeaderValue::from_static(header));
        Wish::preferred(&headers).expect("it is clear").expect("it asks for something")
    }

    /// What an operation answers to a wish.
    fn answer(providers: &[Provider], id: &str, header: &'static str) -> Option<Reply> {
        let rows = |provider: &&Provider| provider.operations.iter().any(|row| row.id == id);
        let provider = providers.iter().find(rows).expect("a provider");
        let operation = provider.operations.iter().find(|row| row.id == id).expect("its row");
        let contract = provider.contract.operation(id).expect("its contract");
        match wish(header).reply(operation, contract, "mine") {
            Ok(reply) => reply,
            Err(unclear) => Some(refuse_wish(provider, operation, unclear, "mine")),
        }
    }

    fn body(reply: &Reply) -> Value {
        serde_json::from_slice(&reply.body).expect("JSON")
    }

    const PAY: &str = "create_invoice_payment";
    const LINK: &str = "create_invoice_payment_api_v1_invoices__invoice_id__payments_post";

    #[test]
    fn a_forced_refusal_is_in_the_providers_words_and_has_the_calls_id() {
        let providers = providers();
        let reply = answer(&providers, PAY, "code=409").expect("a reply");
        assert_eq!(reply.status, 409);
        assert_eq!(body(&reply)["error_code"], "conflict");
        assert_eq!(body(&reply)["request_id"], "mine");
        let reply = answer(&providers, LINK, "code=404").expect("a reply");
        assert_eq!((reply.status, body(&reply)["detail"].is_string()), (404, true));
    }

    #[test]
    fn a_forced_success_is_the_documents_example() {
        let providers = providers();
        let first = answer(&providers, PAY, "code=201").expect("a reply");
        let named = r#"example="CreatePaymentResponse(UKPub)""#;
        assert_eq!((first.status, Some(&first)), (201, answer(&providers, PAY, named).as_ref()));
        assert!(body(&first)["payment"].is_object(), "{first:?}");
    }

    #[test]
    fn a_wish_to_wait_is_no_wish_for_an_answer() {
        let providers = providers();
        assert_eq!(answer(&providers, PAY, "delay=1ms"), None);
    }

    #[test]
    fn what_is_not_documented_is_a_400_that_lists_what_is() {
        let providers = providers();
        let reply = answer(&providers, PAY, "code=418").expect("a reply");
        assert_eq!((reply.status, &body(&reply)["error_code"]), (400, &"validation_error".into()));
        let says = body(&reply)["detail"]["field_errors"]["Prefer"][0].to_string();
        assert!(says.contains("code=418") && says.contains("200, 201, 400"), "{says}");
        let reply = answer(&providers, PAY, "code=201, example=Nope").expect("a reply");
        assert!(body(&reply).to_string().contains("CreatePaymentResponse(UKPub)"), "{reply:?}");
        let reply = answer(&providers, PAY, "example=Nope").expect("a reply");
        assert!(body(&reply).to_string().contains("CreatePaymentResponse(UKPub)"), "{reply:?}");
        let reply = answer(&providers, LINK, "code=418").expect("a reply");
        let says = body(&reply)["detail"].to_string();
        assert!(reply.status == 400 && says.contains("201, 400"), "{says}");
    }

    #[test]
    fn an_operation_that_documents_no_400_is_refused_in_its_providers_words() {
        let providers = providers();
        let reply = answer(&providers, "get_business_token", "code=418").expect("a reply");
        assert_eq!((reply.status, &body(&reply)["error_code"]), (400, &"validation_error".into()));
    }
}
