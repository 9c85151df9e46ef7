"""Payment, get, list, refusals: with the client generated from /openapi/dayzero.json."""

import sys
from uuid import UUID

from dayzero import AuthenticatedClient
from dayzero.api.invoices import (
    create_invoice_payment_api_v1_invoices_invoice_id_payments_post as create_payment,
    get_invoice_api_v1_invoices_invoice_id_get as get_invoice,
    list_invoice_payments_api_v1_invoices_invoice_id_payments_get as list_payments,
)
from dayzero.models import (
    ErrorDetail,
    HTTPValidationError,
    InvoicePaymentRequest,
    InvoicePaymentResponse,
    InvoicePaymentTransactionSummary,
)

BUSINESS = "019ab37c-b051-7000-8000-000000000001"
INVOICE = UUID("019ab37c-1001-7000-8000-000000000001")
DEPOSIT = "019ab37c-7001-7000-8000-000000000001"

caller = AuthenticatedClient(
    base_url=sys.argv[1], token="dz_sandbox_default", raise_on_unexpected_status=True
)
wanted = InvoicePaymentRequest(transaction_id=DEPOSIT, amount=12_000)

made = create_payment.sync(INVOICE, client=caller, x_business_id=BUSINESS, body=wanted)
assert isinstance(made, InvoicePaymentResponse), made
assert isinstance(made.transaction, InvoicePaymentTransactionSummary), made
assert (made.amount, made.transaction.id) == (12_000, DEPOSIT), made

invoice = get_invoice.sync(INVOICE, client=caller, x_business_id=BUSINESS)
assert invoice is not None and not isinstance(invoice, ErrorDetail | HTTPValidationError), invoice
assert (invoice.status, invoice.balance_due) == ("manual_paid", 0), invoice

page = list_payments.sync(INVOICE, client=caller, x_business_id=BUSINESS)
assert page is not None and not isinstance(page, ErrorDetail | HTTPValidationError), page
assert [row.id for row in page.items] == [made.id], page

# Day Zero has no idempotency: the same call again is another payment, and the deposit is used up.
again = create_payment.sync_detailed(INVOICE, client=caller, x_business_id=BUSINESS, body=wanted)
assert again.status_code == 400 and isinstance(again.parsed, ErrorDetail), again
assert "8000" in again.parsed.detail, again

wrong = create_payment.sync_detailed(
    INVOICE,
    client=caller,
    x_business_id=BUSINESS,
    body=InvoicePaymentRequest(transaction_id=DEPOSIT, amount=0),
)
assert wrong.status_code == 422 and isinstance(wrong.parsed, HTTPValidationError), wrong
print("dayzero: the journey is through")
