//! What one operation takes and answers with, beyond its row in the table.

use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};

use crate::media_type::Version;
use crate::schema::{Field, For};
use crate::types::page::Page;

/// Makes the schema of an answer.
pub type Answered = fn(&mut SchemaGenerator) -> Schema;

/// What one operation takes and answers with.
#[derive(Clone, Copy)]
pub struct Shape {
    /// What it takes in the query, beside what all take.
    pub query: &'static [Param],
    /// What it takes as a body.
    pub takes: Takes,
    /// What it answers with; `None` for nothing.
    pub answers: Option<Answered>,
    /// What it answered with in versions before a date, and answers with in v1.0.
    pub older: Option<Older>,
    /// Whether it answers 204 and nothing, too.
    pub or_nothing: bool,
    /// The media type of an answer that is no JSON of the API's usual kind.
    pub plain: Option<&'static str>,
    /// Whether it is deprecated as a whole.
    pub deprecated: bool,
}

/// The answer of versions that are superseded.
#[derive(Clone, Copy)]
pub struct Older {
    /// The first version with the new answer.
    pub until: Version,
    /// The old answer.
    pub answers: Answered,
    /// The headers `Deprecation` and `Sunset`.
    pub sunset: (&'static str, &'static str),
}

/// A parameter of the query.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it may hold.
    pub holds: Holds,
    /// What it is for.
    pub about: &'static str,
}

/// What a parameter may hold.
#[derive(Debug, Clone, Copy)]
pub enum Holds {
    /// True or false; this if it is not there.
    Flag(bool),
    /// True, and it has to be there.
    True,
    /// A whole number; this if it is not there.
    Number(u32),
    /// Any text.
    Text,
    /// Any text, and it has to be there.
    SomeText,
    /// A text that matches a pattern.
    Pattern(&'static str),
    /// A moment, in ISO 8601.
    Moment,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// Several texts that match a pattern: the parameter may be there several times.
    Several(&'static str),
    /// One of these, in any case.
    AnyCase(&'static [&'static str]),
}

/// What an operation takes as a body.
#[derive(Debug, Clone, Copy)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// An object.
    One(&'static [Field], For),
    /// An array of objects.
    Many(&'static [Field]),
    /// An object, or an array of such.
    OneOrMany(&'static [Field]),
    /// An object, or nothing at all.
    Perhaps(&'static [Field]),
    /// One of several objects, told apart by `providerName`; without it, the first.
    ByProvider(&'static [(&'static str, &'static [Field])], For),
    /// One of several objects, told apart by what is changed; `providerName` may be there.
    OfProvider(&'static [(&'static str, &'static [Field])]),
    /// A form, as OAuth has them: each name with what it must hold, if that is fixed.
    Form(&'static [(&'static str, Option<&'static str>)]),
}

/// One that answers with an object, an array or a value.
pub fn says<T: JsonSchema>() -> Shape {
    Shape { answers: Some(|generator| generator.subschema_for::<T>()), ..nothing() }
}

/// One that answers with what a function describes.
pub fn says_all_of(answers: Answered) -> Shape {
    Shape { answers: Some(answers), ..nothing() }
}

/// One that answers with a page.
pub fn lists<T: JsonSchema>() -> Shape {
    says::<Page<T>>()
}

/// One that answers with nothing.
pub fn nothing() -> Shape {
    Shape {
        query: &[],
        takes: Takes::Nothing,
        answers: None,
        older: None,
        or_nothing: false,
        plain: None,
        deprecated: false,
    }
}

impl Shape {
    /// The same with parameters of its own.
    #[must_use]
    pub fn asks(self, query: &'static [Param]) -> Self {
        Self { query, ..self }
    }

    /// The same with a body of something new.
    #[must_use]
    pub fn takes(self, fields: &'static [Field]) -> Self {
        Self { takes: Takes::One(fields, For::New), ..self }
    }

    /// The same with a body that is an array.
    #[must_use]
    pub fn takes_many(self, fields: &'static [Field]) -> Self {
        Self { takes: Takes::Many(fields), ..self }
    }

    /// The same with a body of another kind.
    #[must_use]
    pub fn with(self, takes: Takes) -> Self {
        Self { takes, ..self }
    }

    /// The same with another answer in versions before a date.
    #[must_use]
    pub fn before<T: JsonSchema>(self, until: Version, sunset: (&'static str, &'static str)) -> Self {
        let answers: Answered = |generator| generator.subschema_for::<T>();
        Self { older: Some(Older { until, answers, sunset }), ..self }
    }

    /// The same, but sometimes with nothing.
    #[must_use]
    pub fn or_nothing(self) -> Self {
        Self { or_nothing: true, ..self }
    }

    /// The same, but not in the API's usual JSON.
    #[must_use]
    pub fn plainly(self, media_type: &'static str) -> Self {
        Self { plain: Some(media_type), ..self }
    }

    /// The same, but deprecated.
    #[must_use]
    pub fn deprecated(self) -> Self {
        Self { deprecated: true, ..self }
    }
}
