//! The expressions of the alert rules and of the dashboard, read by a parser of their language and
//! held against the page of a real server: every series that they name is there, every label is one
//! of its own, counters are asked for their rate and nothing else is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use promql_parser::label::{MatchOp, Matchers};
use promql_parser::parser::{self, AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorSelector};
use serde_json::Value;

use super::page::Page;
use super::tour::page;

/// Labels that Prometheus adds to whatever it reads.
const SCRAPED: [&str; 2] = ["job", "instance"];
/// What Prometheus itself tells.
const OF_PROMETHEUS: &str = "up";
/// Functions that take counters.
const OF_COUNTERS: [&str; 3] = ["rate", "irate", "increase"];

fn file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    fs::read_to_string(path).expect("the file is there")
}

/// An alert rule.
#[derive(Debug, Default)]
struct Rule {
    name: String,
    expr: String,
    lines: Vec<String>,
}

/// The rules. The file is written plainly, one field a line.
fn rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for line in file("deploy/prometheus/alerts.yaml").lines() {
        if let Some(name) = line.strip_prefix("      - alert: ") {
            rules.push(Rule { name: name.to_owned(), ..Rule::default() });
        } else if let (Some(rule), false) = (rules.last_mut(), line.starts_with('#')) {
            if let Some(expr) = line.strip_prefix("        expr: ") {
                expr.clone_into(&mut rule.expr);
            }
            rule.lines.push(line.trim().to_owned());
        }
    }
    rules
}

/// Everything in a dashboard under a key.
fn under<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(text) if name == key => found.push(text),
                    _ => under(value, key, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| under(item, key, found)),
        _ => {}
    }
}

fn dashboard() -> Value {
    serde_json::from_str(&file("deploy/grafana/landbridge.json")).expect("JSON")
}

/// The expressions of the dashboard, with what Grafana would put for its variables.
fn drawn(dashboard: &Value) -> Vec<String> {
    let mut exprs = Vec::new();
    under(dashboard, "expr", &mut exprs);
    let filled = |expr: &str| {
        let expr =
            expr.replace("$__rate_interval", "5m").replace("$instance", ".*").replace("$job", "landbridge");
        assert!(!expr.contains('$'), "a variable that this test does not know: {expr}");
        expr
    };
    exprs.into_iter().map(filled).collect()
}

/// What an expression is checked against, and what was found wrong with it.
struct Check<'p> {
    page: &'p Page,
    expr: &'p str,
    wrong: Vec<String>,
}

impl Check<'_> {
    fn wrong(&mut self, what: &str) {
        self.wrong.push(format!("{what}: {}", self.expr));
    }

    /// Walks an expression; answers the labels that its result may have. `function` is what it is an
    /// argument of.
    fn walk(&mut self, expr: &Expr, function: Option<&str>) -> BTreeSet<String> {
        match expr {
            Expr::Aggregate(AggregateExpr { expr, param, modifier, .. }) => {
                let labels = self.walk(expr, None);
                if let Some(param) = param {
                    self.walk(param, None);
                }
                self.modified(labels, modifier.as_ref())
            }
            Expr::Binary(BinaryExpr { lhs, rhs, modifier, .. }) => {
                let (left, right) = (self.walk(lhs, None), self.walk(rhs, None));
                let on = modifier.as_ref().and_then(|modifier| modifier.matching.as_ref());
                // Without a word about it, both sides must have the same labels to meet.
                let scalar = |expr: &Expr| matches!(expr, Expr::NumberLiteral(_));
                if on.is_none() && !scalar(lhs) && !scalar(rhs) && left != right {
                    self.wrong("the two sides have different labels");
                }
                left
            }
            Expr::Paren(paren) => self.walk(&paren.expr, function),
            Expr::Unary(unary) => self.walk(&unary.expr, None),
            Expr::Subquery(subquery) => self.walk(&subquery.expr, None),
            Expr::VectorSelector(selector) => self.selector(selector, function),
            Expr::MatrixSelector(matrix) => self.selector(&matrix.vs, function),
            Expr::Call(Call { func, args }) => {
                let mut labels = BTreeSet::new();
                for arg in &args.args {
                    labels.extend(self.walk(arg, Some(func.name)));
                }
                if func.name == "histogram_quantile" && !labels.remove("le") {
                    self.wrong("a quantile of what has no le");
                }
                labels
            }
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) => BTreeSet::new(),
            Expr::Extension(_) => {
                self.wrong("an extension");
                BTreeSet::new()
            }
        }
    }

    fn modified(&mut self, labels: BTreeSet<String>, modifier: Option<&LabelModifier>) -> BTreeSet<String> {
        let Some(modifier) = modifier else { return BTreeSet::new() };
        let named: BTreeSet<String> = modifier.labels().labels.iter().cloned().collect();
        if !named.is_subset(&labels) {
            self.wrong("it groups by a label that is not there");
        }
        match modifier {
            LabelModifier::Include(_) => named,
            LabelModifier::Exclude(_) => labels.difference(&named).cloned().collect(),
        }
    }

    fn selector(&mut self, selector: &VectorSelector, function: Option<&str>) -> BTreeSet<String> {
        let name = selector.name.as_deref().unwrap_or_default();
        let scraped = SCRAPED.map(str::to_owned);
        if name == OF_PROMETHEUS {
            return scraped.into();
        }
        let Some((family, kind)) = self.page.family(name) else {
            self.wrong(&format!("{name} is not measured"));
            return scraped.into();
        };
        let samples: Vec<_> = self.page.series(name).collect();
        if samples.is_empty() {
            self.wrong(&format!("the server showed no {name}"));
        }
        let counts = kind != "gauge";
        if counts != function.is_some_and(|function| OF_COUNTERS.contains(&function)) {
            self.wrong(&format!("{name} is a {kind}, and asked in the way of another"));
        }
        let mut labels: BTreeSet<String> = self.page.labels(family).into_iter().map(str::to_owned).collect();
        labels.extend(scraped);
        if name.ends_with("_bucket") {
            labels.insert("le".to_owned());
        }
        let Matchers { matchers, or_matchers } = &selector.matchers;
        for matcher in matchers.iter().chain(or_matchers.iter().flatten()) {
            if !labels.contains(&matcher.name) {
                self.wrong(&format!("{name} has no label {}", matcher.name));
            }
            let exact = matches!(matcher.op, MatchOp::Equal | MatchOp::NotEqual);
            let seen = samples.iter().any(|sample| sample.labels.get(&matcher.name) == Some(&matcher.value));
            if exact && !SCRAPED.contains(&matcher.name.as_str()) && !seen {
                self.wrong(&format!("{name} was never seen with {}={:?}", matcher.name, matcher.value));
            }
            // What a pattern names must be values that there are.
            if let MatchOp::Re(_) | MatchOp::NotRe(_) = matcher.op
                && matcher.value.contains('|')
            {
                for value in matcher.value.split('|') {
                    if !samples
                        .iter()
                        .any(|sample| sample.labels.get(&matcher.name).is_some_and(|seen| seen == value))
                        && !KNOWN.contains(&value)
                    {
                        self.wrong(&format!("{name} has no {} {value}", matcher.name));
                    }
                }
            }
        }
        labels
    }
}

/// States in which no peering of the tour stays long enough to be seen.
const KNOWN: [&str; 4] = ["requested", "establishing", "removing", "failed"];

fn complaints(page: &Page, expr: &str) -> Vec<String> {
    match parser::parse(expr) {
        Ok(parsed) => {
            let mut check = Check { page, expr, wrong: Vec::new() };
            check.walk(&parsed, None);
            check.wrong
        }
        Err(error) => vec![format!("{error}: {expr}")],
    }
}

#[test]
fn every_expression_asks_for_what_a_server_shows() {
    let (_tour, page) = page();
    let rules = rules();
    let exprs: Vec<String> = rules.iter().map(|rule| rule.expr.clone()).chain(drawn(&dashboard())).collect();
    assert!(exprs.len() > 50, "{} expressions", exprs.len());
    let wrong: Vec<String> = exprs.iter().flat_map(|expr| complaints(&page, expr)).collect();
    assert_eq!(wrong, Vec::<String>::new());
    // And all that is measured of the program is drawn.
    let asked = exprs.join(" ");
    let forgotten = [
        "landbridge_build_info",
        "landbridge_world_clock_offset_seconds",
        "landbridge_access_entries_expired",
    ];
    let undrawn =
        page.kinds.keys().filter(|name| !asked.contains(*name) && !forgotten.contains(&name.as_str()));
    assert_eq!(undrawn.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn a_mistake_in_an_expression_is_found() {
    let (_tour, page) = page();
    for (expr, complaint) in [
        ("rate(landbridge_request_total[5m])", "is not measured"),
        ("rate(landbridge_requests[5m])", "is not measured"),
        ("landbridge_requests_total", "is a counter"),
        ("rate(landbridge_peerings[5m])", "is a gauge"),
        ("sum by (path) (rate(landbridge_requests_total[5m]))", "groups by a label"),
        ("rate(landbridge_requests_total{state=\"active\"}[5m])", "has no label"),
        ("rate(landbridge_cloud_calls_total{outcome=\"throtled\"}[5m])", "never seen with"),
        ("histogram_quantile(0.9, sum(rate(landbridge_request_duration_seconds_bucket[5m])))", "has no le"),
        ("sum by (kind) (landbridge_queue_due) / sum(landbridge_queue_leased)", "different labels"),
        ("sum(rate(landbridge_requests_total[5m])", "5m"),
    ] {
        let found = complaints(&page, expr);
        assert!(found.iter().any(|found| found.contains(complaint)), "{expr}: {found:?}");
    }
}

#[test]
fn every_alert_says_how_bad_it_is_and_has_a_line_of_what_to_do() {
    let operations = file("docs/operations.md");
    let rows = operations.lines().filter_map(|line| line.strip_prefix("| `Landbridge"));
    let written: BTreeSet<String> =
        rows.filter_map(|row| row.split('`').next()).map(|name| format!("Landbridge{name}")).collect();
    let rules = rules();
    let alerts: BTreeSet<String> = rules.iter().map(|rule| rule.name.clone()).collect();
    assert_eq!(alerts, written, "left: the rules, right: docs/operations.md");
    assert_eq!(alerts.len(), rules.len());
    for rule in rules {
        let has = |part: &str| rule.lines.iter().any(|line| line.starts_with(part));
        let severity =
            rule.lines.iter().any(|line| line == "severity: critical" || line == "severity: warning");
        assert!(
            severity && has("for: ") && has("summary: \"") && has("runbook: docs/operations.md#alerts"),
            "{rule:?}"
        );
    }
}

#[test]
fn the_dashboard_has_no_two_panels_of_one_number_and_none_over_another() {
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().expect("panels");
    let ids: BTreeSet<_> = panels.iter().filter_map(|panel| panel["id"].as_u64()).collect();
    assert_eq!(ids.len(), panels.len());
    let mut taken = BTreeSet::new();
    for panel in panels {
        let at = |field: &str| panel["gridPos"][field].as_u64().expect("a number");
        for x in at("x")..at("x") + at("w") {
            for y in at("y")..at("y") + at("h") {
                assert!(x < 24 && taken.insert((x, y)), "{} lies over another", panel["title"]);
            }
        }
    }
}
