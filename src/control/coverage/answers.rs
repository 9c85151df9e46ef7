//! The tag `Coverage`: the report as JSON, as a page, as `JUnit` XML and as a line (BEHAVIOUR 8).

use serde_json::{Value, json};

use crate::control::{Cx, Failure, Room, api, types};
use crate::state::coverage::Report;

impl api::CoverageApi for Room {
    fn get_coverage(
        cx: &mut Cx<'_>,
        request: api::GetCoverageRequest,
    ) -> Result<api::GetCoverageReply, Failure> {
        let (world, report) =
            report(cx, request.world.as_deref(), request.provider.as_deref(), request.called)?;
        let defect = |problem| Failure::Defect(format!("a report does not fit: {problem}"));
        let mut shown = serde_json::to_value(&report).map_err(defect)?;
        if let Value::Object(shown) = &mut shown {
            shown.insert("summary".to_owned(), json!(super::text(&report).trim_end()));
            shown.extend(world.map(|world| ("world".to_owned(), json!(world))));
        }
        let shown = serde_json::from_value::<types::Coverage>(shown).map_err(defect)?;
        Ok(api::GetCoverageReply::Ok(shown))
    }

    fn get_coverage_html(
        cx: &mut Cx<'_>,
        request: api::GetCoverageHtmlRequest,
    ) -> Result<api::GetCoverageHtmlReply, Failure> {
        let (_, report) =
            report(cx, request.world.as_deref(), request.provider.as_deref(), request.called)?;
        Ok(api::GetCoverageHtmlReply::Ok(super::html(&report)))
    }

    fn get_coverage_xml(
        cx: &mut Cx<'_>,
        request: api::GetCoverageXmlRequest,
    ) -> Result<api::GetCoverageXmlReply, Failure> {
        let (_, report) =
            report(cx, request.world.as_deref(), request.provider.as_deref(), request.called)?;
        Ok(api::GetCoverageXmlReply::Ok(super::junit(&report)))
    }

    fn get_coverage_txt(
        cx: &mut Cx<'_>,
        request: api::GetCoverageTxtRequest,
    ) -> Result<api::GetCoverageTxtReply, Failure> {
        let (_, report) =
            report(cx, request.world.as_deref(), request.provider.as_deref(), request.called)?;
        Ok(api::GetCoverageTxtReply::Ok(super::text(&report)))
    }

    fn clear_coverage(
        cx: &mut Cx<'_>,
        request: api::ClearCoverageRequest,
    ) -> Result<api::ClearCoverageReply, Failure> {
        match request.world {
            Some(world) => cx.world(Some(&world))?.controls().coverage.clear(),
            None => cx.store.clear_coverage(),
        }
        Ok(api::ClearCoverageReply::NoContent)
    }
}

/// The report of one world or of all, with the name of the one.
fn report(
    cx: &mut Cx<'_>,
    world: Option<&str>,
    provider: Option<&str>,
    called: Option<bool>,
) -> Result<(Option<String>, Report), Failure> {
    if let Some(asked) = provider
        && !cx.providers.iter().any(|provider| provider.name == asked)
    {
        let known: Vec<_> = cx.providers.iter().map(|provider| provider.name).collect();
        let text = format!("{asked:?} is none of {}.", known.join(", "));
        return Err(Failure::Wrong(vec![("provider".to_owned(), text)]));
    }
    let (name, report) = match world {
        Some(world) => {
            let world = cx.known(Some(world))?;
            let report = world.controls().coverage.report(cx.store.universe());
            (Some(world.name().to_string()), report)
        }
        None => (None, cx.store.coverage()),
    };
    let called = called.unwrap_or(false);
    let report = report.only(|operation| {
        provider.is_none_or(|provider| operation.provider == provider)
            && (!called || operation.calls > 0)
    });
    Ok((name, report))
}
