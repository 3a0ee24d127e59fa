//! Pages of lists and their links, as recorded: `self` ends in `pageNum` and `itemsPerPage`;
//! `next` and `previous` keep what the caller sent and end in `pageNum`.

use api::types::Link;
use api::types::page::Page;
use model::limits;
use serde::Serialize;
use store::Paged;

use crate::context::Context;
use crate::error::ApiError;
use crate::query::Query;
use crate::reply::Reply;

/// What page a caller asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// From 1.
    pub number: u32,
    /// Items on a page.
    pub size: u32,
    /// Whether to count all.
    pub count: bool,
}

impl Asked {
    /// Reads the paging parameters. Page 0 and below is page 1; sizes beyond the most are the most.
    pub fn of(query: &Query) -> Result<Self, ApiError> {
        let number = query.number("pageNum")?.unwrap_or(1).max(1);
        let size = match query.number("itemsPerPage")? {
            None | Some(i64::MIN..=0) => limits::PAGE_DEFAULT,
            Some(size) => u32::try_from(size).unwrap_or(u32::MAX).min(limits::PAGE_MAX),
        };
        Ok(Self {
            number: u32::try_from(number).unwrap_or(u32::MAX),
            size,
            count: query.flag("includeCount", true)?,
        })
    }

    /// The page as the store takes it.
    pub fn page(self) -> store::Page {
        store::Page { number: self.number, size: self.size }
    }

    /// The answer: `url` is where the list is, without a query.
    pub fn answer<T: Serialize>(self, url: &str, query: &Query, total: u64, results: Vec<T>) -> Page<T> {
        let mut link = format!("{url}?");
        for pair in query.without(&["pageNum", "itemsPerPage"]) {
            link.push_str(pair);
            link.push('&');
        }
        link.push_str(&format!("pageNum={}&itemsPerPage={}", self.number, self.size));
        let mut links = Vec::with_capacity(2);
        if self.number > 1 {
            links.push(Link { href: self.other(url, query, self.number - 1), rel: "previous" });
        }
        links.push(Link::to_self(link));
        if self.count && u64::from(self.number) * u64::from(self.size) < total {
            links.push(Link { href: self.other(url, query, self.number.saturating_add(1)), rel: "next" });
        }
        Page { links, results, total_count: if self.count { total } else { 0 } }
    }

    fn other(self, url: &str, query: &Query, number: u32) -> String {
        let mut link = format!("{url}?");
        let mut sized = false;
        for pair in query.without(&["pageNum"]) {
            sized |= pair.starts_with("itemsPerPage=");
            link.push_str(pair);
            link.push('&');
        }
        if !sized {
            link.push_str(&format!("itemsPerPage={}&", self.size));
        }
        link.push_str(&format!("pageNum={number}"));
        link
    }

    /// The reply with what the store paged, each shown so.
    pub fn reply<S, T: Serialize>(
        self,
        context: &Context,
        paged: Paged<S>,
        show: impl FnMut(S) -> T,
    ) -> Reply {
        let shown = paged.items.into_iter().map(show).collect();
        Reply::json(&self.answer(&context.here(), &context.query, paged.total, shown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(query: &str, total: u64) -> Vec<String> {
        let query = Query::parse(Some(query));
        let asked = Asked::of(&query).expect("readable");
        asked
            .answer::<u8>("http://h/x", &query, total, Vec::new())
            .links
            .into_iter()
            .map(|link| link.href)
            .collect()
    }

    #[test]
    fn links_are_as_recorded() {
        assert_eq!(
            links("includeCount=true&itemsPerPage=100&pageNum=1&providerName=AWS", 2),
            ["http://h/x?includeCount=true&providerName=AWS&pageNum=1&itemsPerPage=100"]
        );
        assert_eq!(links("", 0), ["http://h/x?pageNum=1&itemsPerPage=100"]);
        assert_eq!(
            links("includeCount=true&itemsPerPage=1&pageNum=1", 2)[1],
            "http://h/x?includeCount=true&itemsPerPage=1&pageNum=2"
        );
        assert_eq!(
            links("includeCount=true&name=&itemsPerPage=100&pageNum=1", 1),
            ["http://h/x?includeCount=true&name=&pageNum=1&itemsPerPage=100"]
        );
    }

    #[test]
    fn page_zero_is_page_one_and_sizes_are_bounded() {
        let asked = |query: &str| Asked::of(&Query::parse(Some(query))).expect("readable");
        assert_eq!(asked("pageNum=0"), Asked { number: 1, size: 100, count: true });
        assert_eq!(asked("itemsPerPage=2000").size, 500);
        assert_eq!(asked("itemsPerPage=0").size, 100);
    }

    #[test]
    fn without_counting_there_is_no_total_and_no_next_page() {
        let query = Query::parse(Some("includeCount=false"));
        let page = Asked::of(&query).expect("readable").answer::<u8>("u", &query, 1000, Vec::new());
        assert_eq!((page.total_count, page.links.len()), (0, 1));
    }
}
