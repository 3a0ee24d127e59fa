//! The driver of Amazon against moto, with its checks of signatures and policies turned on.

mod accounts;
mod bed;
mod calls;
mod hands;
mod kills;
mod manners;
mod moto;
mod proxy;
mod rights;
mod statuses;
mod tree;

use crate::suite;

#[tokio::test]
async fn amazon_passes_the_suite_of_the_trait() {
    suite::run(&accounts::AwsBed::new().await).await;
}
