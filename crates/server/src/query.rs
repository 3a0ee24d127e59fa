//! The query string: read leniently, echoed faithfully.

use api::ErrorCode;
use percent_encoding::percent_decode_str;

use crate::error::ApiError;

/// The parameters as sent, in order.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pairs: Vec<Pair>,
}

#[derive(Debug, Clone)]
struct Pair {
    raw: String,
    name: String,
    value: String,
}

impl Query {
    /// Reads a query string. Unknown parameters and empty values are kept for links and otherwise
    /// ignored.
    pub fn parse(raw: Option<&str>) -> Self {
        let decode =
            |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pairs = raw
            .unwrap_or_default()
            .split('&')
            .filter(|raw| !raw.is_empty())
            .map(|raw| {
                let (name, value) = raw.split_once('=').unwrap_or((raw, ""));
                Pair { raw: raw.to_owned(), name: decode(name), value: decode(value) }
            })
            .collect();
        Self { pairs }
    }

    /// The first non-empty value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|pair| pair.name == name && !pair.value.is_empty())
            .map(|pair| pair.value.as_str())
    }

    /// The non-empty values of a parameter that may be given several times, or several in one with
    /// commas between.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.pairs.iter().filter(move |pair| pair.name == name);
        named.flat_map(|pair| pair.value.split(',')).filter(|value| !value.is_empty())
    }

    /// A flag; absent is `default`.
    pub fn flag(&self, name: &'static str, default: bool) -> Result<bool, ApiError> {
        match self.get(name) {
            None => Ok(default),
            Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(invalid(name, "true or false")),
        }
    }

    /// A whole number.
    pub fn number(&self, name: &'static str) -> Result<Option<i64>, ApiError> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match value.parse::<i128>() {
                // Numbers beyond any page are beyond every page alike.
                Ok(number) => {
                    Ok(Some(i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })))
                }
                Err(_) => Err(invalid(name, "a whole number")),
            },
        }
    }

    /// The parameters as sent, but without some.
    pub fn without<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(|pair| !names.contains(&pair.name.as_str())).map(|pair| pair.raw.as_str())
    }
}

/// The error for a parameter that can't be read.
pub fn invalid(name: &'static str, right: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidQueryParameter, [name.into()])
        .at(name, format!("The query parameter must be {right}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_and_empty_parameters_are_kept_for_links_and_ignored_otherwise() {
        let query = Query::parse(Some("includeCount=true&name=&x=%41&pageNum=0"));
        assert_eq!(query.get("name"), None);
        assert_eq!(query.get("x"), Some("A"));
        let rest: Vec<&str> = query.without(&["pageNum"]).collect();
        assert_eq!(rest, ["includeCount=true", "name=", "x=%41"]);
    }

    #[test]
    fn flags_and_numbers_that_are_none_are_refused_by_name() {
        let query = Query::parse(Some("pretty=maybe&pageNum=x&itemsPerPage=99999999999999999999999"));
        assert_eq!(query.flag("pretty", false).expect_err("no flag").code, ErrorCode::InvalidQueryParameter);
        assert_eq!(query.number("pageNum").expect_err("no number").code, ErrorCode::InvalidQueryParameter);
        assert_eq!(query.number("itemsPerPage"), Ok(Some(i64::MAX)));
    }
}
