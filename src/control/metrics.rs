//! The tag `Metrics`: figures for Prometheus.

use super::{Cx, Failure, Room, api};

impl api::MetricsApi for Room {
    fn get_metrics(
        cx: &mut Cx<'_>,
        _: api::GetMetricsRequest,
    ) -> Result<api::GetMetricsReply, Failure> {
        Ok(api::GetMetricsReply::Ok(cx.store.metrics_text()))
    }
}
