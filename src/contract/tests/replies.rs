//! Replies.

use super::*;

#[test]
fn a_reply_is_held_to_the_schema_of_its_status() {
    let contract = contract();
    let operation = contract.operation("op").expect("it is in the document");
    let sound = json!({ "customer_id": CUSTOMER, "amount_cents": 1 });
    assert_eq!(operation.check_reply(201, &sound), []);
    assert_eq!(operation.check_reply(201, &json!({}))[0].problem, Problem::Missing);
    assert_eq!(operation.check_reply(204, &Value::Null), []);
    assert_eq!(operation.check_reply(204, &sound)[0].problem, Problem::Undeclared);
}

#[test]
fn a_status_that_is_not_documented_breaks_the_contract() {
    let contract = contract();
    let operation = contract.operation("op").expect("it is in the document");
    let found = operation.check_reply(418, &Value::Null);
    assert_eq!(found[0].problem, Problem::NotInEnum(vec![json!(201), json!(204)]));
    assert_eq!(found[0].input, json!(418));
}

#[test]
fn a_reply_may_quote_a_nul_character_that_a_request_may_not_have() {
    let contract = contract();
    let operation = contract.operation("op").expect("it is in the document");
    let quotes = json!({ "customer_id": CUSTOMER, "amount_cents": 1, "sent": ["a\0"] });
    assert_eq!(operation.check_reply(201, &quotes), []);
}
