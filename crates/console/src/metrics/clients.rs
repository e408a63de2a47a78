//! Metrics that clients have pushed (KIP-714), the latest of each: one family, the metric's own name a label, because
//! clients choose it.

use thalweg_broker::node::Node;

use super::Level;
use super::text::{Kind, Page};

pub(super) fn write(page: &mut Page, node: &Node, level: Level) {
    let pushed = node.telemetry.pushed(node.clock.now().mono);
    page.number("thalweg_client_instances", Kind::Gauge, "Clients that push metrics.", pushed.len());
    if level < Level::Topic || pushed.is_empty() {
        return;
    }
    page.family(
        "thalweg_client_metric",
        Kind::Gauge,
        "The latest value of a metric that a client has pushed.",
    );
    for client in &pushed {
        let instance = client.instance.to_string();
        for series in &client.series {
            let labels = [
                ("metric", series.name.as_str()),
                ("client_id", &client.client_id),
                ("client_instance_id", &instance),
                ("attributes", &series.attributes),
            ];
            page.sample(&labels, series.value);
        }
    }
}
