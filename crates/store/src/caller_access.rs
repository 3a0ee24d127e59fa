//! The addresses from which a key or a service account may be used, and what came through each.

use ipnet::IpNet;
use model::event::EventKind;
use model::key::{KeyAccessEntry, Principal};
use model::limits::KEY_ACCESS_ENTRIES;
use model::{Act, OrgId, Refusal, Timestamp};

use crate::engine::{Row, Tx, Val, statements};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::role_grant::holder;
use crate::{Page, Paged, Store, account, caller, key};

macro_rules! columns {
    () => {
        "net, created_at, n_uses, used_at, used_from FROM caller_access "
    };
}

statements! {
    NETS: "read a caller's access list" = "SELECT net FROM caller_access WHERE holder = $1";
    LIST: "list a caller's access list" = "SELECT ", columns!(), "WHERE holder = $1 \
         ORDER BY created_at, net LIMIT $2 OFFSET $3";
    COUNT: "count a caller's access list" = "SELECT count(*) FROM caller_access WHERE holder = $1";
    GET: "read an entry of a caller's access list" = "SELECT ", columns!(), "WHERE holder = $1 AND net = $2";
    ADD: "add to a caller's access list" = "INSERT INTO caller_access (holder, net, created_at) \
         VALUES ($1, $2, $3) ON CONFLICT (holder, net) DO NOTHING";
    DELETE: "delete from a caller's access list" = "DELETE FROM caller_access WHERE holder = $1 AND net = $2";
    DROP_ALL: "drop a caller's access list" = "DELETE FROM caller_access WHERE holder = $1";
    USE: "count what came through an access list" = "UPDATE caller_access SET n_uses = n_uses + $1, \
         used_at = $2, used_from = $3 WHERE holder = $4 AND net = $5";
}

/// Calls that came through one entry of an access list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessUse {
    /// Whose list it is.
    pub caller: Principal,
    /// The entry.
    pub net: IpNet,
    /// How many calls.
    pub n_calls: u32,
    /// When the last of them came, by the world's clock.
    pub at: Timestamp,
    /// From where.
    pub from: String,
}

fn read_net(row: &mut Row<'_>) -> Result<IpNet> {
    row.of("caller_access").parse(|text| text.parse().ok())
}

fn read(row: &mut Row<'_>) -> Result<KeyAccessEntry> {
    let (net, created_at, count) = (read_net(row)?, row.time()?, row.int()?);
    Ok(KeyAccessEntry { net, created_at, count, last_used: row.time_opt()?.zip(row.string_opt()?) })
}

/// The addresses of a caller. None may be left out: a shorter list could mean "from anywhere".
pub(crate) fn nets(tx: &mut Tx<'_>, holder: Val<'_>) -> Result<Vec<IpNet>> {
    tx.all(NETS, &[holder], read_net)
}

/// Drops a caller's list.
pub(crate) fn drop_all(tx: &mut Tx<'_>, holder: Val<'_>) -> Result<()> {
    tx.exec(DROP_ALL, &[holder]).map(|_| ())
}

/// What is said when a caller's list changes.
struct Words {
    added: EventKind,
    deleted: EventKind,
    full: Refusal,
    not_found: fn(String) -> Refusal,
}

/// Takes a caller of an organization.
fn take(tx: &mut Tx<'_>, org: OrgId, of: &Principal) -> Result<Words> {
    match of {
        Principal::Key(id) => {
            key::take(tx, org, *id)?;
            Ok(Words {
                added: EventKind::ApiKeyAccessListEntryAdded,
                deleted: EventKind::ApiKeyAccessListEntryDeleted,
                full: Refusal::TooManyKeyAccessEntries { max: KEY_ACCESS_ENTRIES },
                not_found: |entry| Refusal::KeyAccessEntryNotFound { entry },
            })
        }
        Principal::ServiceAccount(client_id) => {
            account::take(tx, org, client_id)?;
            Ok(Words {
                added: EventKind::ServiceAccountAccessListEntryAdded,
                deleted: EventKind::ServiceAccountAccessListEntryDeleted,
                full: Refusal::TooManyAccountAccessEntries { max: KEY_ACCESS_ENTRIES },
                not_found: |entry| Refusal::AccountAccessEntryNotFound { entry },
            })
        }
    }
}

fn add(tx: &mut Tx<'_>, org: OrgId, of: &Principal, nets: &[IpNet], act: &Act) -> Result<()> {
    let words = take(tx, org, of)?;
    tx.callers_changed();
    for net in nets {
        let entry = net.to_string();
        if tx.exec(ADD, &[holder(of), Val::from(&entry), act.at.into()])? == 0 {
            return Err(Refusal::AccessEntryListed { entry }.into());
        }
        event::write(tx, Scope::of_org(org), words.added, act, &entry)?;
    }
    if tx.count(COUNT, &[holder(of)])? > u64::from(KEY_ACCESS_ENTRIES) {
        return Err(words.full.into());
    }
    Ok(())
}

fn delete(tx: &mut Tx<'_>, org: OrgId, of: &Principal, net: IpNet, act: &Act) -> Result<()> {
    let words = take(tx, org, of)?;
    tx.callers_changed();
    let entry = net.to_string();
    if tx.exec(DELETE, &[holder(of), Val::from(&entry)])? == 0 {
        return Err((words.not_found)(entry).into());
    }
    event::write(tx, Scope::of_org(org), words.deleted, act, &entry)
}

fn in_use(tx: &mut Tx<'_>, of: &AccessUse) -> Result<()> {
    let AccessUse { caller, net, n_calls, at, from } = of;
    let net = net.to_string();
    let [n_calls, at, from, net] = [(*n_calls).into(), (*at).into(), Val::from(from), Val::from(&net)];
    tx.exec(USE, &[n_calls, at, from, holder(caller), net]).map(|_| ())
}

impl Store {
    /// The access list of a caller of an organization.
    pub async fn caller_access_list(
        &self,
        org: OrgId,
        of: &Principal,
        page: Page,
    ) -> Result<Paged<KeyAccessEntry>> {
        let of = of.clone();
        self.snapshot(move |tx| {
            if caller::org_of(tx, &of)? != Some(org) {
                return Ok(Paged { items: Vec::new(), total: 0 });
            }
            let total = tx.count(COUNT, &[holder(&of)])?;
            let [size, skipped] = [page.size.into(), page.skipped().into()];
            Ok(Paged { items: tx.sound(LIST, &[holder(&of), size, skipped], read)?, total })
        })
        .await
    }

    /// Adds addresses, all or none; one that is listed is refused.
    pub async fn caller_access_add(
        &self,
        org: OrgId,
        of: &Principal,
        nets: &[IpNet],
        act: &Act,
    ) -> Result<()> {
        let (of, nets, act) = (of.clone(), nets.to_vec(), act.clone());
        self.write(move |tx| add(tx, org, &of, &nets, &act)).await
    }

    /// One entry.
    pub async fn caller_access_get(
        &self,
        org: OrgId,
        of: &Principal,
        net: IpNet,
    ) -> Result<Option<KeyAccessEntry>> {
        let of = of.clone();
        self.snapshot(move |tx| {
            if caller::org_of(tx, &of)? != Some(org) {
                return Ok(None);
            }
            tx.one(GET, &[holder(&of), Val::from(&net.to_string())], read)
        })
        .await
    }

    /// Deletes an entry.
    pub async fn caller_access_delete(
        &self,
        org: OrgId,
        of: &Principal,
        net: IpNet,
        act: &Act,
    ) -> Result<()> {
        let (of, act) = (of.clone(), act.clone());
        self.write(move |tx| delete(tx, org, &of, net, &act)).await
    }

    /// Adds what came through entries since it was last added. Entries that are gone are left out.
    pub async fn caller_access_uses(&self, mut uses: Vec<AccessUse>) -> Result<()> {
        // Two that count at once take the rows in the same order.
        uses.sort_by(|one, other| (&one.caller, one.net).cmp(&(&other.caller, other.net)));
        self.write(move |tx| uses.iter().try_for_each(|of| in_use(tx, of))).await
    }
}
