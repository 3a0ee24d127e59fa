//! Writes families of metrics: plain counters in, the format's words out.

use std::fmt;

use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use telemetry::Histogram;

/// Microseconds in a second.
const MICROS: f64 = 1e6;

/// What the values of a histogram are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Durations, kept in microseconds, shown in seconds.
    Seconds,
    /// Numbers.
    Numbers,
}

/// A writer of families. Each has its name, its help, the names of its labels, and for each series
/// their values and its own.
pub(super) struct Families<'e>(pub(super) DescriptorEncoder<'e>);

fn labelled<'s, const N: usize>(
    names: [&'static str; N],
    values: [&'s str; N],
) -> Vec<(&'static str, &'s str)> {
    names.into_iter().zip(values).collect()
}

impl Families<'_> {
    fn each<'s, const N: usize, T>(
        &mut self,
        (name, help, kind): (&str, &str, MetricType),
        labels: [&'static str; N],
        series: impl IntoIterator<Item = ([&'s str; N], T)>,
        mut write: impl FnMut(MetricEncoder<'_>, T) -> fmt::Result,
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, kind)?;
        for (values, value) in series {
            write(metric.encode_family(&labelled(labels, values))?, value)?;
        }
        Ok(())
    }

    /// Counters; `_total` is added to their name.
    pub(super) fn counters<'s, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        labels: [&'static str; N],
        series: impl IntoIterator<Item = ([&'s str; N], u64)>,
    ) -> fmt::Result {
        self.each((name, help, MetricType::Counter), labels, series, |mut metric, value| {
            metric.encode_counter::<NoLabelSet, u64, f64>(&value, None)
        })
    }

    /// A counter.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.counters(name, help, [], [([], value)])
    }

    /// A counter of seconds.
    pub(super) fn seconds(&mut self, name: &str, help: &str, value: Option<f64>) -> fmt::Result {
        let series = value.map(|value| ([], value));
        self.each((name, help, MetricType::Counter), [], series, |mut metric, value| {
            metric.encode_counter::<NoLabelSet, f64, f64>(&value, None)
        })
    }

    /// Gauges.
    pub(super) fn gauges<'s, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        labels: [&'static str; N],
        series: impl IntoIterator<Item = ([&'s str; N], f64)>,
    ) -> fmt::Result {
        self.each((name, help, MetricType::Gauge), labels, series, |mut metric, value| {
            metric.encode_gauge(&value)
        })
    }

    /// A gauge, if it is known.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: Option<f64>) -> fmt::Result {
        self.gauges(name, help, [], value.map(|value| ([], value)))
    }

    /// Histograms.
    pub(super) fn histograms<'s, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        of: Of,
        labels: [&'static str; N],
        series: impl IntoIterator<Item = ([&'s str; N], &'s Histogram)>,
    ) -> fmt::Result {
        let scale = if of == Of::Seconds { MICROS } else { 1.0 };
        self.each((name, help, MetricType::Histogram), labels, series, |mut metric, histogram| {
            let buckets: Vec<(f64, u64)> = histogram
                .counts()
                .map(|(bound, count)| (bound.map_or(f64::INFINITY, |bound| number(bound) / scale), count))
                .collect();
            // Counted from what is written, so that the two agree whatever is added meanwhile.
            let count = buckets.iter().map(|(_, count)| count).sum();
            let sum = number(histogram.sum()) / scale;
            metric.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
        })
    }
}

/// A count as the format has it.
#[expect(clippy::cast_precision_loss, reason = "the format has no other numbers")]
pub(super) fn number(count: u64) -> f64 {
    count as f64
}
