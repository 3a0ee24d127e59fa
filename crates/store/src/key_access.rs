//! The addresses from which an API key may be used.

use ipnet::IpNet;
use model::event::EventKind;
use model::key::KeyAccessEntry;
use model::limits::KEY_ACCESS_ENTRIES;
use model::{Act, KeyId, OrgId, Refusal};

use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::{Page, Paged, Store, key};

statements! {
    NETS: "read a key's access list" = "SELECT net FROM api_key_access WHERE key_id = $1";
    LIST: "list a key's access list" = "SELECT a.net, a.created_at FROM api_key_access a \
         JOIN api_key k ON k.id = a.key_id WHERE k.org_id = $1 AND a.key_id = $2 \
         ORDER BY a.created_at, a.net LIMIT $3 OFFSET $4";
    COUNT: "count a key's access list" = "SELECT count(*) FROM api_key_access a \
         JOIN api_key k ON k.id = a.key_id WHERE k.org_id = $1 AND a.key_id = $2";
    GET: "read an entry of a key's access list" = "SELECT a.net, a.created_at FROM api_key_access a \
         JOIN api_key k ON k.id = a.key_id WHERE k.org_id = $1 AND a.key_id = $2 AND a.net = $3";
    ADD: "add to a key's access list" = "INSERT INTO api_key_access (key_id, net, created_at) \
         VALUES ($1, $2, $3) ON CONFLICT (key_id, net) DO NOTHING";
    DELETE: "delete from a key's access list" = "DELETE FROM api_key_access WHERE key_id = $1 AND net = $2";
    DROP_ALL: "drop a key's access list" = "DELETE FROM api_key_access WHERE key_id = $1";
}

fn read_net(row: &mut Row<'_>) -> Result<IpNet> {
    row.of("api_key_access").parse(|text| text.parse().ok())
}

fn read(row: &mut Row<'_>) -> Result<KeyAccessEntry> {
    // Uses are not counted yet: no request writes a row.
    Ok(KeyAccessEntry { net: read_net(row)?, created_at: row.time()?, count: 0, last_used: None })
}

/// The addresses of a key. None may be left out: a shorter list could mean "from anywhere".
pub(crate) fn nets(tx: &mut Tx<'_>, key: KeyId) -> Result<Vec<IpNet>> {
    tx.all(NETS, vals![key], read_net)
}

/// Drops a key's list.
pub(crate) fn drop_all(tx: &mut Tx<'_>, key: KeyId) -> Result<()> {
    tx.exec(DROP_ALL, vals![key]).map(|_| ())
}

fn add(tx: &mut Tx<'_>, org: OrgId, id: KeyId, nets: &[IpNet], act: &Act) -> Result<()> {
    key::take(tx, org, id)?;
    tx.callers_changed();
    for net in nets {
        let net = net.to_string();
        if tx.exec(ADD, vals![id, &net, act.at])? > 0 {
            event::write(tx, Scope::of_org(org), EventKind::ApiKeyAccessListEntryAdded, act, &net)?;
        }
    }
    if tx.count(COUNT, vals![org, id])? > u64::from(KEY_ACCESS_ENTRIES) {
        return Err(Refusal::TooManyKeyAccessEntries { max: KEY_ACCESS_ENTRIES }.into());
    }
    Ok(())
}

fn delete(tx: &mut Tx<'_>, org: OrgId, id: KeyId, net: IpNet, act: &Act) -> Result<()> {
    key::take(tx, org, id)?;
    tx.callers_changed();
    let entry = net.to_string();
    if tx.exec(DELETE, vals![id, &entry])? == 0 {
        return Err(Refusal::KeyAccessEntryNotFound { entry }.into());
    }
    event::write(tx, Scope::of_org(org), EventKind::ApiKeyAccessListEntryDeleted, act, &entry)
}

impl Store {
    /// A key's access list.
    pub async fn key_access_list(&self, org: OrgId, key: KeyId, page: Page) -> Result<Paged<KeyAccessEntry>> {
        self.snapshot(move |tx| {
            let total = tx.count(COUNT, vals![org, key])?;
            let items = tx.sound(LIST, vals![org, key, page.size, page.skipped()], read)?;
            Ok(Paged { items, total })
        })
        .await
    }

    /// Adds addresses; those that are listed stay as they are.
    pub async fn key_access_add(&self, org: OrgId, key: KeyId, nets: &[IpNet], act: &Act) -> Result<()> {
        let (nets, act) = (nets.to_vec(), act.clone());
        self.write(move |tx| add(tx, org, key, &nets, &act)).await
    }

    /// One entry.
    pub async fn key_access_get(&self, org: OrgId, key: KeyId, net: IpNet) -> Result<Option<KeyAccessEntry>> {
        self.read(move |tx| tx.one(GET, vals![org, key, &net.to_string()], read)).await
    }

    /// Deletes an entry.
    pub async fn key_access_delete(&self, org: OrgId, key: KeyId, net: IpNet, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| delete(tx, org, key, net, &act)).await
    }
}
