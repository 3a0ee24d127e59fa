//! XML as a tree, for what looks at the cloud without the driver.

use std::fmt::Write;

use quick_xml::Reader;
use quick_xml::events::Event;

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    pub name: String,
    pub text: String,
    pub children: Vec<Node>,
}

impl Node {
    /// The root of a text.
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().expect("well-formed XML") {
                Event::Start(start) => {
                    let name = start.local_name().as_ref().to_owned();
                    open.push(Self { name, ..Self::default() });
                }
                Event::Empty(empty) => {
                    let name = empty.local_name().as_ref().to_owned();
                    open.last_mut().expect("a root").children.push(Self { name, ..Self::default() });
                }
                Event::End(_) => {
                    let closed = open.pop().expect("balanced");
                    open.last_mut().expect("a root").children.push(closed);
                }
                Event::Text(text) => {
                    open.last_mut().expect("a root").text.push_str(text.trim());
                }
                Event::GeneralRef(reference) => {
                    let text = match &*reference {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        _ => "",
                    };
                    open.last_mut().expect("a root").text.push_str(text);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let root = open.pop().expect("a root");
        root.children.into_iter().next().unwrap_or_default()
    }

    /// A child of that name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The same, to be changed.
    pub fn child_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.children.iter_mut().find(|child| child.name == name)
    }

    /// The text at a path of names, empty if there is none.
    pub fn at(&self, path: &[&str]) -> &str {
        let mut node = self;
        for name in path {
            match node.child(name) {
                Some(child) => node = child,
                None => return "",
            }
        }
        &node.text
    }

    /// The items of a list.
    pub fn items(&self, list: &str) -> Vec<&Self> {
        self.child(list).map(|list| list.children.iter().collect()).unwrap_or_default()
    }

    /// The first element of a name, however deep.
    pub fn deep(&self, name: &str) -> Option<&Self> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.deep(name))
    }

    /// Sets the text of a child, made if it is missing.
    pub fn set(&mut self, name: &str, text: &str) {
        match self.child_mut(name) {
            Some(child) => text.clone_into(&mut child.text),
            None => self.children.push(Self { name: name.into(), text: text.into(), children: Vec::new() }),
        }
    }

    /// As text again.
    pub fn write(&self) -> String {
        let mut text = String::new();
        self.write_to(&mut text);
        text
    }

    fn write_to(&self, out: &mut String) {
        let escaped = self.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        write!(out, "<{}>{escaped}", self.name).expect("a string takes text");
        for child in &self.children {
            child.write_to(out);
        }
        write!(out, "</{}>", self.name).expect("a string takes text");
    }
}
