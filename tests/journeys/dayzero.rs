//! Day Zero: deposits, invoices and bills.
