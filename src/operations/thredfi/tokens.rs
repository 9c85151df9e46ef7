//! The tag `Authentication`: tokens for partners and for one business (BEHAVIOUR 2).

use uuid::Uuid;

use super::{Thredfi, api, types};
use crate::operations::{Cx, Failure, Unauthenticated};
use crate::state::{Claims, Lifetime};

impl api::AuthenticationApi for Thredfi {
    fn get_partner_token(
        cx: &mut Cx<'_>,
        request: api::GetPartnerTokenRequest,
    ) -> Result<api::GetPartnerTokenReply, Failure> {
        let partner = partner(cx)?;
        let claimed = request.body.and_then(|body| body.client_id);
        if claimed.is_some_and(|client_id| client_id != partner) {
            return Err(Failure::Unauthenticated(Unauthenticated::BadCredentials));
        }
        let claims = Claims { sub: partner, partner_id: Some(partner), business_id: None };
        Ok(api::GetPartnerTokenReply::Ok(types::PartnerToken {
            access_token: mint(cx, claims)?,
            token_type: types::PartnerTokenTokenType::Bearer,
            expires_in: Lifetime::SECONDS,
        }))
    }

    fn get_business_token(
        cx: &mut Cx<'_>,
        request: api::GetBusinessTokenRequest,
    ) -> Result<api::GetBusinessTokenReply, Failure> {
        let (partner, business_id) = (partner(cx)?, request.business_id);
        let claims =
            Claims { sub: partner, partner_id: Some(partner), business_id: Some(business_id) };
        Ok(api::GetBusinessTokenReply::Ok(types::BusinessToken {
            access_token: mint(cx, claims)?,
            token_type: types::BusinessTokenTokenType::Bearer,
            expires_in: Lifetime::SECONDS,
            scope: types::BusinessTokenScope::BusinessAccess,
            business_id,
        }))
    }
}

fn partner(cx: &Cx<'_>) -> Result<Uuid, Failure> {
    Uuid::parse_str(&cx.caller.name)
        .map_err(|_| Failure::Defect("a caller of Thredfi is no partner".to_owned()))
}

fn mint(cx: &Cx<'_>, claims: Claims) -> Result<String, Failure> {
    cx.tokens.mint(claims, cx.now()).map_err(Failure::Defect)
}
