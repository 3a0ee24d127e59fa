//! A look ahead into a real account, through a port.
//!
//! No handler changes a cloud. A plan and the checks before an adoption have to look at one all the
//! same, so they ask through this port, which only looks; what is behind it knows the clouds, and
//! nothing here does.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use model::{AccountName, Container, PeeringSpec};

/// How long a look may take.
const LOOK: Duration = Duration::from_secs(20);

/// One thing in a peering's way, as a cloud shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What it is about, in a word: `overlap`, `quota`, `permission`, `region`, `missing`, `differs`,
    /// `rule`, or `unknown` for what could not be found out.
    pub kind: &'static str,
    /// What it is.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// What would stand in the way of such a peering.
    Survey,
    /// Whether an existing connection is such a peering.
    Find(String),
}

/// Who looks. The answer is what is in the way, or why nobody could look.
pub trait Outlook: Send + Sync {
    /// Looks into an account.
    fn look<'a>(
        &'a self,
        account: &'a AccountName,
        container: &'a Container,
        spec: &'a PeeringSpec,
        question: &'a Question,
    ) -> BoxFuture<'a, Result<Vec<Obstacle>, String>>;
}

/// Looks, within a bound. What could not be found out is in the way, too.
pub async fn look(
    outlook: Option<&Arc<dyn Outlook>>,
    account: &AccountName,
    container: &Container,
    spec: &PeeringSpec,
    question: &Question,
) -> Vec<Obstacle> {
    let answer = match outlook {
        None => Err(account.not_configured()),
        Some(outlook) => {
            let look = outlook.look(account, container, spec, question);
            tokio::time::timeout(LOOK, look).await.unwrap_or_else(|_| {
                Err(format!("the cloud did not answer within {} seconds", LOOK.as_secs()))
            })
        }
    };
    answer.unwrap_or_else(|what| {
        let mend = "`landbridge doctor` tells whether the account can be used".to_owned();
        vec![Obstacle { kind: "unknown", what, mend }]
    })
}
