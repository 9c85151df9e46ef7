"""Token, payment, get, list, replay, refusal: with the client generated from /openapi/thredfi.json."""

import base64
import sys
from uuid import UUID

from thredfi import AuthenticatedClient
from thredfi.api.authentication import get_business_token, get_partner_token
from thredfi.api.invoice_payments import (
    create_invoice_payment,
    get_invoice_payment,
    list_invoice_payments,
)
from thredfi.models import (
    BusinessToken,
    ErrorResponse,
    InvoicePaymentList,
    InvoiceRecordPaymentRequestRequest,
    PaginatedInvoicePaymentListList,
    PartnerToken,
    PartnerTokenRequest,
    PaymentAllocationItemRequest,
    PaymentCreateResponse,
)

SERVER = sys.argv[1]
PARTNER = "2b80c3cc-0c33-4a40-8777-7cc14625941a"
BUSINESS = UUID("3c90c3cc-0d44-4b50-8888-8dd25736052a")
CUSTOMER = UUID("4d90c3cc-1e55-5c61-9999-9ee36847163b")
INV_0042 = UUID("5e90c3cc-2f66-6d72-aaaa-aff47958274c")


def client(token: str, prefix: str = "Bearer") -> AuthenticatedClient:
    return AuthenticatedClient(
        base_url=SERVER, token=token, prefix=prefix, raise_on_unexpected_status=True
    )


api_key = base64.b64encode(f"{PARTNER}:sandbox-api-key".encode()).decode()
partner = get_partner_token.sync(client=client(api_key, "Basic"), body=PartnerTokenRequest())
assert isinstance(partner, PartnerToken), partner
business = get_business_token.sync(BUSINESS, client=client(partner.access_token))
assert isinstance(business, BusinessToken), business
assert business.business_id == BUSINESS
caller = client(business.access_token)

wanted = InvoiceRecordPaymentRequestRequest(
    customer_id=CUSTOMER,
    total_amount_cents=450_000,
    allocations=[PaymentAllocationItemRequest(invoice_id=INV_0042, amount_cents=450_000)],
)
made = create_invoice_payment.sync_detailed(
    BUSINESS, client=caller, body=wanted, idempotency_key="order-1"
)
assert made.status_code == 201, made
assert isinstance(made.parsed, PaymentCreateResponse), made
payment = made.parsed.payment
[applied] = payment.applied_invoices
assert (applied.status, applied.outstanding_amount_cents) == ("paid", 0), applied

got = get_invoice_payment.sync(BUSINESS, payment.id, client=caller)
assert isinstance(got, InvoicePaymentList), got
assert (got.id, got.total_amount) == (payment.id, 450_000), got

page = list_invoice_payments.sync(BUSINESS, client=caller, invoice_id=INV_0042)
assert isinstance(page, PaginatedInvoicePaymentListList), page
assert [row.id for row in page.results] == [payment.id], page

again = create_invoice_payment.sync_detailed(
    BUSINESS, client=caller, body=wanted, idempotency_key="order-1"
)
assert (again.status_code, again.content) == (200, made.content), again
assert again.headers["idempotent-replayed"] == "true", again

refused = create_invoice_payment.sync_detailed(BUSINESS, client=caller, body=wanted)
assert refused.status_code == 422, refused
assert isinstance(refused.parsed, ErrorResponse), refused
assert refused.parsed.error_code == "allocation_exceeds_outstanding", refused
print("thredfi: the journey is through")
