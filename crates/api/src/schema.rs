//! What a request body may hold: tables of fields, and the one check against them.
//!
//! The same tables serve the check of every request and the published schemas ([`crate::openapi`]).
//! The check finds all that is wrong; the first finding decides the error code.

use serde_json::{Map, Value};

use crate::error::{ErrorCode, FieldViolation};
use crate::pattern;

/// What a field may hold.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text that matches `pattern`; `right` says what would be right.
    Text {
        /// A regular expression with its anchors, in what all dialects share; empty for any text.
        pattern: &'static str,
        /// What would do, to end a sentence with.
        right: &'static str,
    },
    /// Text that the server looks at itself and refuses with a code of its own: any text passes
    /// here, and only the document says more.
    Later(Form),
    /// True or false.
    Bool,
    /// A whole number that the server looks at itself and refuses with a code of its own where it is
    /// outside of two bounds, both included.
    LaterInt {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A whole number between two bounds, both included.
    Int {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list of between so many items.
    List {
        /// What each item is.
        item: &'static Kind,
        /// How few.
        min: usize,
        /// How many.
        max: usize,
    },
    /// An object of its own.
    Object(&'static [Field]),
}

/// What a text must be that the server looks at itself.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// It matches a regular expression.
    Pattern(&'static str),
    /// A date with a time and an offset, in ISO 8601.
    Date,
    /// One of the names that the rules keep.
    Name(Names),
}

/// Lists of names that the rules keep and this crate does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Names {
    /// Regions of containers at Amazon.
    AwsRegion,
    /// Regions of far networks at Amazon, in both spellings.
    AwsAccepterRegion,
    /// Regions of containers at Azure.
    AzureRegion,
    /// Regions of containers at Google Cloud.
    GcpRegion,
    /// Roles in an organization.
    OrgRole,
    /// Roles in a project.
    ProjectRole,
    /// Roles in either.
    AnyRole,
    /// Where a fault can be laid out.
    FaultPoint,
    /// Codes of errors.
    ErrorCode,
}

/// Any text at all.
pub const ANY_TEXT: Kind = Kind::Text { pattern: "", right: "a text" };

/// One field of a body.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// Whether it must be there.
    pub presence: Presence,
}

/// Whether a field must, may or must not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Required,
    /// It may.
    Optional,
    /// It must not: the service alone sets it.
    ReadOnly,
    /// It may, whatever it holds, and nothing comes of it: the service alone sets it, and yet
    /// official clients always send it.
    Ignored,
}

impl Field {
    /// A field that must be there.
    pub const fn required(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, presence: Presence::Required }
    }

    /// A field that may be there.
    pub const fn optional(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, presence: Presence::Optional }
    }

    /// A field that only answers have.
    pub const fn read_only(name: &'static str) -> Self {
        Self { name, kind: ANY_TEXT, presence: Presence::ReadOnly }
    }

    /// A field that only answers have and that official clients send all the same.
    pub const fn ignored(name: &'static str) -> Self {
        Self { name, kind: ANY_TEXT, presence: Presence::Ignored }
    }
}

/// What is wrong with a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The code for it.
    pub code: ErrorCode,
    /// The code's parameters.
    pub parameters: Vec<Value>,
    /// The field, and what would be right.
    pub violation: FieldViolation,
}

impl Finding {
    /// A finding about one field.
    pub fn new(code: ErrorCode, field: &str, parameter: impl Into<Value>, description: String) -> Self {
        Self {
            code,
            parameters: vec![parameter.into()],
            violation: FieldViolation { description, field: field.to_owned() },
        }
    }
}

/// What a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Something new: what is required must be there.
    New,
    /// A change of something: whatever is left out stays as it is.
    Change,
}

/// Checks an object against a table. Null counts as absent.
pub fn check(object: &Map<String, Value>, fields: &[Field], purpose: For) -> Vec<Finding> {
    let mut findings = Vec::new();
    check_at("", object, fields, &mut findings);
    if purpose == For::Change {
        let top = |finding: &Finding| fields.iter().any(|field| field.name == finding.violation.field);
        findings.retain(|finding| finding.code != ErrorCode::MissingAttribute || !top(finding));
    }
    findings
}

fn check_at(path: &str, object: &Map<String, Value>, fields: &[Field], findings: &mut Vec<Finding>) {
    let at = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    for (name, value) in object {
        match fields.iter().find(|field| field.name == name) {
            None => {
                let names: Vec<&str> = fields
                    .iter()
                    .filter(|field| matches!(field.presence, Presence::Required | Presence::Optional))
                    .map(|field| field.name)
                    .collect();
                let description =
                    format!("There is no such attribute here. Known are: {}.", names.join(", "));
                findings.push(Finding::new(
                    ErrorCode::InvalidAttribute,
                    &at(name),
                    name.as_str(),
                    description,
                ));
            }
            Some(Field { presence: Presence::ReadOnly, .. }) if !value.is_null() => {
                let description = "The service alone sets this attribute. Leave it out.".to_owned();
                findings.push(Finding::new(
                    ErrorCode::AttributeReadOnly,
                    &at(name),
                    name.as_str(),
                    description,
                ));
            }
            Some(Field { presence: Presence::Ignored, .. }) => {}
            Some(field) if !value.is_null() => check_value(&at(name), value, &field.kind, findings),
            Some(_) => {}
        }
    }
    for field in fields.iter().filter(|field| field.presence == Presence::Required) {
        if object.get(field.name).is_none_or(Value::is_null) {
            let description = format!("The attribute is required: {}.", field.kind.right());
            findings.push(Finding::new(
                ErrorCode::MissingAttribute,
                &at(field.name),
                field.name,
                description,
            ));
        }
    }
}

/// The whole number that a value is; `5.0` is one, as JSON Schema has it.
pub fn whole(value: &Value) -> Option<i64> {
    // Beyond this, whole numbers in floating point are not exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let from_float = |number: f64| {
        let exact = number.fract() == 0.0 && number.abs() <= EXACT;
        exact.then(|| format!("{number:.0}").parse().ok())?
    };
    value.as_i64().or_else(|| value.as_f64().and_then(from_float))
}

fn check_value(path: &str, value: &Value, kind: &Kind, findings: &mut Vec<Finding>) {
    let name = path.rsplit(['.', '[']).next().filter(|name| !name.ends_with(']')).unwrap_or(path);
    let wrong_type = || {
        Finding::new(
            ErrorCode::InvalidJsonAttribute,
            path,
            name,
            format!("The value must be {}.", kind.right()),
        )
    };
    match (kind, value) {
        (Kind::Later(_), Value::String(_)) => {}
        (Kind::Text { pattern, right }, Value::String(text)) => {
            if !pattern::matches(pattern, text) {
                let description = format!("The value must be {right}.");
                findings.push(Finding::new(ErrorCode::InvalidAttribute, path, name, description));
            }
        }
        (Kind::OneOf(names), Value::String(text)) => {
            if !names.contains(&text.as_str()) {
                let description = format!("The value must be one of {}.", names.join(", "));
                findings.push(Finding::new(ErrorCode::InvalidEnumValue, path, text.as_str(), description));
            }
        }
        (Kind::LaterInt { .. }, Value::Number(_)) if whole(value).is_some() => {}
        (Kind::Int { min, max }, Value::Number(_)) => match whole(value) {
            Some(number) if (*min..=*max).contains(&number) => {}
            Some(_) => {
                let description = format!("The value must be {}.", kind.right());
                findings.push(Finding::new(ErrorCode::InvalidAttribute, path, name, description));
            }
            None => findings.push(wrong_type()),
        },
        (Kind::Bool, Value::Bool(_)) => {}
        (Kind::List { item, min, max }, Value::Array(items)) => {
            if items.len() < *min || items.len() > *max {
                let description = format!("The value must be {}.", kind.right());
                findings.push(Finding::new(ErrorCode::InvalidAttribute, path, name, description));
            }
            for (nth, value) in items.iter().enumerate().take(*max) {
                check_value(&format!("{path}[{nth}]"), value, item, findings);
            }
        }
        (Kind::Object(fields), Value::Object(object)) => check_at(path, object, fields, findings),
        (
            Kind::Text { .. }
            | Kind::Later(_)
            | Kind::OneOf(_)
            | Kind::LaterInt { .. }
            | Kind::Int { .. }
            | Kind::Bool
            | Kind::List { .. }
            | Kind::Object(_),
            _,
        ) => findings.push(wrong_type()),
    }
}

impl Kind {
    /// What would be right, to end a sentence with.
    pub fn right(&self) -> String {
        match self {
            Self::Text { right, .. } => (*right).to_owned(),
            Self::Later(_) => "a text".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::LaterInt { min, max } | Self::Int { min, max } => {
                format!("a whole number from {min} to {max}")
            }
            Self::OneOf(names) if names.len() > 8 => format!("a text such as {}", names[0]),
            Self::OneOf(names) => format!("one of {}", names.join(", ")),
            Self::List { min, max, .. } => format!("a list of {min} to {max} items"),
            Self::Object(_) => "an object".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FIELDS: &[Field] = &[
        Field::read_only("id"),
        Field::required("name", Kind::Text { pattern: "^[a-z]{0,4}$", right: "up to 4 letters" }),
        Field::optional("kind", Kind::OneOf(&["A", "B"])),
        Field::optional(
            "tags",
            Kind::List { item: &Kind::Object(&[Field::required("key", ANY_TEXT)]), min: 0, max: 2 },
        ),
        Field::optional("count", Kind::Int { min: 0, max: 9 }),
    ];

    fn found(body: Value) -> Vec<(ErrorCode, String)> {
        let object = body.as_object().expect("an object");
        check(object, FIELDS, For::New)
            .into_iter()
            .map(|finding| (finding.code, finding.violation.field))
            .collect()
    }

    #[test]
    fn a_right_body_has_no_findings() {
        assert_eq!(found(json!({"name":"x","kind":"A","tags":[{"key":"k"}],"count":3,"id":null})), []);
        assert_eq!(found(json!({"name":"x","count":3.0})), []);
    }

    #[test]
    fn a_change_may_leave_out_what_is_required_but_not_inside_of_what_it_names() {
        let change = |body: Value| check(body.as_object().expect("an object"), FIELDS, For::Change).len();
        assert_eq!(change(json!({})), 0);
        assert_eq!(change(json!({"tags": [{}]})), 1);
    }

    #[test]
    fn each_wrong_thing_has_its_own_code_and_names_its_field() {
        let one = |body| found(body).remove(0);
        assert_eq!(one(json!({"name":"x","nmae":1})), (ErrorCode::InvalidAttribute, "nmae".into()));
        assert_eq!(one(json!({"name":"x","id":"1"})), (ErrorCode::AttributeReadOnly, "id".into()));
        assert_eq!(one(json!({})), (ErrorCode::MissingAttribute, "name".into()));
        assert_eq!(one(json!({"name":null})), (ErrorCode::MissingAttribute, "name".into()));
        assert_eq!(one(json!({"name":7})), (ErrorCode::InvalidJsonAttribute, "name".into()));
        assert_eq!(one(json!({"name":"abcde"})), (ErrorCode::InvalidAttribute, "name".into()));
        assert_eq!(one(json!({"name":"x","kind":"a"})), (ErrorCode::InvalidEnumValue, "kind".into()));
        assert_eq!(one(json!({"name":"x","count":1.5})), (ErrorCode::InvalidJsonAttribute, "count".into()));
        assert_eq!(one(json!({"name":"x","count":10})), (ErrorCode::InvalidAttribute, "count".into()));
        assert_eq!(
            one(json!({"name":"x","tags":[{"key":"k"},{}]})),
            (ErrorCode::MissingAttribute, "tags[1].key".into())
        );
        assert_eq!(one(json!({"name":"x","tags":[1]})), (ErrorCode::InvalidJsonAttribute, "tags[0]".into()));
    }
}
