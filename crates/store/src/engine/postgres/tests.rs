//! The server's engine itself: the schema, the statements on it, and how it fails.


use super::super::{MODULES, Sql, vals};
use super::*;
use model::Refusal;

const PUT: Sql = Sql { doing: "put", text: "INSERT INTO revoked_token (jti, expires_at) VALUES ($1, $2)" };
const GOT: Sql = Sql { doing: "get", text: "SELECT expires_at FROM revoked_token WHERE jti = $1" };

/// An engine on a database of its own.
struct Home {
    url: String,
    wake: Arc<Wake>,
    engine: Engine,
}

async fn open(url: &str) -> Result<(Arc<Wake>, Engine)> {
    let wake = Arc::new(Wake::default());
    let engine =
        Engine::open(&Address::parse(url)?, Arc::new(IdMint::new([7; 5], 1)), Arc::clone(&wake)).await?;
    Ok((wake, engine))
}

impl Home {
    async fn new() -> Self {
        Self::at(testpg::empty()).await
    }

    async fn at(url: String) -> Self {
        let (wake, engine) = open(&url).await.expect("opens");
        Self { url, wake, engine }
    }

    async fn put(&self, jti: &'static str) -> Result<()> {
        self.engine.write(move |tx| tx.exec(PUT, vals![jti, 1_i64]).map(|_| ())).await
    }

    async fn has(&self, jti: &'static str) -> bool {
        self.engine.read(move |tx| tx.any(GOT, vals![jti])).await.expect("reads")
    }
}

#[tokio::test]
async fn every_statement_prepares() {
    let home = Home::new().await;
    let prepared = pool::once(&home.engine.kit.dialer, |session| {
        Ok(MODULES.concat().into_iter().filter_map(|sql| session.check(sql).err()).collect::<Vec<_>>())
    });
    assert_eq!(prepared.await.expect("connects"), Vec::<String>::new());
}
