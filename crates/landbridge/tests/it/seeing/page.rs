//! The page of metrics, read as its readers do.

use std::collections::{BTreeMap, BTreeSet};

use crate::bed::Server;

/// A series.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub name: String,
    pub labels: BTreeMap<String, String>,
    pub value: f64,
}

/// All of it.
#[derive(Debug, Default)]
pub struct Page {
    /// The type of each family, by its name.
    pub kinds: BTreeMap<String, String>,
    pub samples: Vec<Sample>,
}

/// Where a server listens.
pub fn base(server: &Server) -> String {
    let at = server.greeting().split("http://").nth(1).expect("a base URL");
    format!("http://{}", at.split(['/', ' ', '\n']).next().expect("an address"))
}

/// Asks for a path; answers status, content type and body.
pub fn get(url: &str) -> (u16, String, String) {
    let agent =
        ureq::Agent::new_with_config(ureq::config::Config::builder().http_status_as_error(false).build());
    let mut response = agent.get(url).call().expect("an answer");
    let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let body = response.body_mut().read_to_string().expect("a text");
    (response.status().as_u16(), content_type, body)
}

impl Page {
    /// The page of a server.
    pub fn of(server: &Server) -> Self {
        Self::at(&base(server))
    }

    /// The page at an address.
    pub fn at(base: &str) -> Self {
        let (status, content_type, body) = get(&format!("{base}/metrics"));
        assert_eq!(status, 200, "{body}");
        assert_eq!(content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
        Self::parse(&body)
    }

    fn parse(text: &str) -> Self {
        assert!(text.ends_with("# EOF\n"), "it is not whole: {text}");
        let mut page = Self::default();
        for line in text.lines() {
            match line.split_once(' ').expect("no line is a single word") {
                ("#", rest) => {
                    if let Some((name, kind)) =
                        rest.strip_prefix("TYPE ").and_then(|rest| rest.split_once(' '))
                    {
                        let before = page.kinds.insert(name.to_owned(), kind.to_owned());
                        assert_eq!(before, None, "{name} is there twice");
                    }
                }
                _ => page.samples.push(sample(line)),
            }
        }
        page
    }

    /// The family that a series belongs to, and its type.
    pub fn family(&self, series: &str) -> Option<(&str, &str)> {
        let endings =
            [("_total", "counter"), ("_bucket", "histogram"), ("_sum", "histogram"), ("_count", "histogram")];
        let ended = endings.iter().find_map(|(ending, kind)| {
            let (name, found) = self.kinds.get_key_value(series.strip_suffix(ending)?)?;
            (found == kind).then_some((name.as_str(), found.as_str()))
        });
        let whole = || {
            let (name, kind) = self.kinds.get_key_value(series)?;
            (kind == "gauge").then_some((name.as_str(), kind.as_str()))
        };
        ended.or_else(whole)
    }

    /// The samples of a series.
    pub fn series<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p Sample> {
        self.samples.iter().filter(move |sample| sample.name == name)
    }

    /// What all samples with that name and these labels come to.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let fits = |sample: &&Sample| {
            labels.iter().all(|(label, value)| sample.labels.get(*label).is_some_and(|found| found == value))
        };
        self.series(name).filter(fits).map(|sample| sample.value).sum()
    }

    /// The labels of a family's samples, without those that the format itself adds.
    pub fn labels(&self, family: &str) -> BTreeSet<&str> {
        let of_family = self
            .samples
            .iter()
            .filter(|sample| self.family(&sample.name).is_some_and(|(name, _)| name == family));
        of_family
            .flat_map(|sample| sample.labels.keys())
            .map(String::as_str)
            .filter(|label| *label != "le")
            .collect()
    }
}

/// A line with a value. No value of a label has a brace, a comma or a quote in it.
fn sample(line: &str) -> Sample {
    let (series, value) = line.rsplit_once(' ').expect("a value");
    let value = value.parse().expect("a number");
    let Some((name, labels)) = series.strip_suffix('}').and_then(|series| series.split_once('{')) else {
        return Sample { name: series.to_owned(), labels: BTreeMap::new(), value };
    };
    let label = |label: &str| {
        let (name, value) = label.split_once('=').expect("a value");
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).expect("quotes");
        (name.to_owned(), value.to_owned())
    };
    Sample { name: name.to_owned(), labels: labels.split(',').map(label).collect(), value }
}
