//! People, and how an organization, a team or a project sees them.

use model::project::{Member, Membership, User};
use model::{Act, OrgId, ProjectId, Refusal, Roles, TeamId, Timestamp, UserId};

use crate::engine::{Row, Sql, Tx, Val, statements, vals};
use crate::error::Result;
use crate::{Page, Paged, Store, role_grant, team};

macro_rules! member_columns {
    () => {
        "u.id, u.username, u.first_name, u.last_name, u.country, u.created_at, \
         i.created_at, i.expires_at, i.inviter "
    };
}

// An invitation's end tells the standings apart; for those who are in, it is the end of time.
macro_rules! filter {
    () => {
        " AND u.username = coalesce($2, u.username) AND u.id = coalesce($3, u.id) \
         AND (coalesce(i.expires_at, 9223372036854775807) BETWEEN $4 AND $5 \
         OR coalesce(i.expires_at, 9223372036854775807) BETWEEN $6 AND $7) "
    };
}

macro_rules! of_org {
    () => {
        concat!(
            "FROM role_grant g JOIN person u ON u.id = g.holder \
             LEFT JOIN invitation i ON i.org_id = g.place AND i.person_id = u.id WHERE g.place = $1",
            filter!()
        )
    };
}

macro_rules! of_team {
    () => {
        concat!(
            "FROM team t JOIN team_member m ON m.team_id = t.id JOIN person u ON u.id = m.person_id \
             LEFT JOIN invitation i ON i.org_id = t.org_id AND i.person_id = u.id WHERE t.id = $1",
            filter!()
        )
    };
}

macro_rules! of_project {
    () => {
        concat!(
            "FROM project p CROSS JOIN person u \
             LEFT JOIN invitation i ON i.org_id = p.org_id AND i.person_id = u.id WHERE p.id = $1",
            filter!(),
            "AND u.id IN (SELECT g.holder FROM role_grant g WHERE g.place = $1 \
             UNION SELECT m.person_id FROM project_team t JOIN team_member m ON m.team_id = t.team_id \
             WHERE t.project_id = $8 \
             UNION SELECT g.holder FROM role_grant g WHERE g.place = $9 \
             AND (g.roles LIKE '%ORG_OWNER%' OR g.roles LIKE '%ORG_READ_ONLY%')) "
        )
    };
}

statements! {
    INSERT: "make a user" = "INSERT INTO person (id, username, first_name, last_name, country, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (username) DO NOTHING";
    GET: "read a user" = "SELECT id, username, first_name, last_name, country, created_at \
         FROM person WHERE id = $1";
    ID_BY_NAME: "look a user up" = "SELECT id FROM person WHERE username = $1";
    LIST_OF_ORG: "list users" = "SELECT ", member_columns!(), of_org!(), "ORDER BY u.id LIMIT $8 OFFSET $9";
    COUNT_OF_ORG: "count users" = "SELECT count(*) ", of_org!();
    LIST_OF_TEAM: "list users" = "SELECT ", member_columns!(), of_team!(), "ORDER BY u.id LIMIT $8 OFFSET $9";
    COUNT_OF_TEAM: "count users" = "SELECT count(*) ", of_team!();
    LIST_OF_PROJECT: "list users" = "SELECT ", member_columns!(), of_project!(),
        "ORDER BY u.id LIMIT $10 OFFSET $11";
    COUNT_OF_PROJECT: "count users" = "SELECT count(*) ", of_project!();
    PROJECT_ROLES: "read a user's projects" = "SELECT p.id, g.roles FROM role_grant g \
         JOIN project p ON p.id = g.place \
         WHERE g.holder = $1 AND p.org_id = $2 AND p.closed_at IS NULL ORDER BY p.id";
    ORG_OF_PROJECT: "read a project's organization" = "SELECT org_id FROM project \
         WHERE id = $1 AND closed_at IS NULL";
    TEAM_ROLES: "read a user's roles by team" = "SELECT t.roles FROM project_team t \
         JOIN team_member m ON m.team_id = t.team_id WHERE t.project_id = $1 AND m.person_id = $2";
}

/// Which people are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whom {
    /// Only the one of this name.
    pub username: Option<String>,
    /// Only the one of this id.
    pub id: Option<UserId>,
    /// Those who are in.
    pub active: bool,
    /// Those who may still accept.
    pub invited: bool,
    /// Those who did not accept in time.
    pub expired: bool,
    /// Now, by the world's clock: it tells the last two apart.
    pub now: Timestamp,
}

impl Whom {
    /// All who are in or may still accept.
    pub fn all(now: Timestamp) -> Self {
        Self { username: None, id: None, active: true, invited: true, expired: false, now }
    }

    /// One, whatever their standing.
    pub fn one(id: UserId, now: Timestamp) -> Self {
        Self { id: Some(id), expired: true, ..Self::all(now) }
    }

    /// Between which ends of invitations they are: two ranges, of which the second may be empty.
    fn ranges(&self) -> [(i64, i64); 2] {
        let now = self.now.micros();
        let standings = [
            (self.expired, (i64::MIN, now)),
            (self.invited, (now + 1, i64::MAX - 1)),
            (self.active, (i64::MAX, i64::MAX)),
        ];
        let mut ranges = [(1, 0), (1, 0)];
        let mut n_ranges = 0;
        for (_, (from, to)) in standings.into_iter().filter(|(asked, _)| *asked) {
            match n_ranges {
                n if n > 0 && ranges[n - 1].1 + 1 == from => ranges[n - 1].1 = to,
                n => {
                    ranges[n] = (from, to);
                    n_ranges += 1;
                }
            }
        }
        ranges
    }
}

/// Who counts as being in a project, beside those with a role of their own there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Also {
    /// Those whose team has one; its roles count for them.
    pub by_team: bool,
    /// Those who own the organization or may read all of it.
    pub by_org: bool,
}

fn read(row: &mut Row<'_>) -> Result<User> {
    Ok(User {
        id: row.of("person").id()?,
        username: row.string()?,
        first_name: row.string()?,
        last_name: row.string()?,
        country: row.string()?,
        created_at: row.time()?,
        roles: Roles::NONE,
    })
}

fn read_member(row: &mut Row<'_>) -> Result<Member> {
    let user = read(row)?;
    let membership = match (row.time_opt()?, row.time_opt()?, row.string_opt()?) {
        (Some(at), Some(expires_at), Some(by)) => Membership::Invited { at, expires_at, by },
        _ => Membership::Active,
    };
    Ok(Member { user, membership, org_roles: Roles::NONE, project_roles: Vec::new(), teams: Vec::new() })
}

/// Makes a user, unless somebody has that name; roles are granted apart. There is nothing above
/// people that could be taken: whoever makes one of the same name at the same time is waited for.
fn made(tx: &mut Tx<'_>, user: &User) -> Result<bool> {
    let User { id, username, first_name, last_name, country, created_at, roles: _ } = user;
    tx.exec(INSERT, vals![*id, username, first_name, last_name, country, *created_at]).map(|n| n > 0)
}

/// Makes a user; refuses a name that somebody has.
pub(crate) fn insert(tx: &mut Tx<'_>, user: &User) -> Result<()> {
    match made(tx, user)? {
        true => Ok(()),
        false => Err(Refusal::UserExists { name: user.username.clone() }.into()),
    }
}

/// The name of a user; refuses an id that is nobody's.
pub(crate) fn name(tx: &mut Tx<'_>, id: UserId) -> Result<String> {
    let user = tx.one(GET, vals![id], read)?.ok_or(Refusal::UserNotFound { id: id.to_string() })?;
    Ok(user.username)
}

/// The id of the one of that name.
pub(crate) fn id_by_name(tx: &mut Tx<'_>, username: &str) -> Result<Option<UserId>> {
    tx.one(ID_BY_NAME, vals![username], |row| row.of("person").id())
}

/// The id of the one of that name; if there is none, they are made, and nothing else is known of
/// them.
pub(crate) fn of_name(tx: &mut Tx<'_>, username: &str, act: &Act) -> Result<UserId> {
    if let Some(id) = id_by_name(tx, username)? {
        return Ok(id);
    }
    let id = tx.mint(act.at);
    let blank = String::new;
    let user = User {
        id,
        username: username.to_owned(),
        first_name: blank(),
        last_name: blank(),
        country: blank(),
        created_at: act.at,
        roles: Roles::NONE,
    };
    if made(tx, &user)? {
        return Ok(id);
    }
    let other = id_by_name(tx, username)?;
    Ok(other.ok_or_else(|| Refusal::UsernameNotFound { name: username.to_owned() })?)
}

/// The roles that somebody has in an organization's projects.
pub(crate) fn project_roles(tx: &mut Tx<'_>, org: OrgId, id: UserId) -> Result<Vec<(ProjectId, Roles)>> {
    tx.all(PROJECT_ROLES, vals![id, org], |row| Ok((row.of("role_grant").id()?, role_grant::read(row)?)))
}

fn complete(tx: &mut Tx<'_>, org: OrgId, member: Member) -> Result<Member> {
    let id = member.user.id;
    Ok(Member {
        org_roles: role_grant::get(tx, id.into(), org.into())?.unwrap_or(Roles::NONE),
        project_roles: project_roles(tx, org, id)?,
        teams: team::of_person(tx, org, id)?,
        ..member
    })
}

fn list(
    tx: &mut Tx<'_>,
    [list, count]: [Sql; 2],
    place: Val<'_>,
    whom: &Whom,
    more: &[Val<'_>],
    page: Page,
) -> Result<Paged<Member>> {
    let [(from, to), (from_too, to_too)] = whom.ranges();
    let mut values = vec![place, whom.username.as_deref().into(), whom.id.into()];
    values.extend_from_slice(vals![from, to, from_too, to_too]);
    values.extend_from_slice(more);
    let total = tx.count(count, &values)?;
    values.extend_from_slice(vals![page.size, page.skipped()]);
    Ok(Paged { items: tx.sound(list, &values, read_member)?, total })
}

fn list_of_org(tx: &mut Tx<'_>, org: OrgId, whom: &Whom, page: Page) -> Result<Paged<Member>> {
    let Paged { items, total } = list(tx, [LIST_OF_ORG, COUNT_OF_ORG], org.into(), whom, &[], page)?;
    let whole = |member| {
        let mut member = complete(tx, org, member)?;
        member.user.roles = member.org_roles;
        Ok(member)
    };
    Ok(Paged { items: items.into_iter().map(whole).collect::<Result<_>>()?, total })
}

/// Somebody, as their organization knows them.
pub(crate) fn get_of_org(tx: &mut Tx<'_>, org: OrgId, whom: &Whom) -> Result<Option<Member>> {
    Ok(list_of_org(tx, org, whom, Page { number: 1, size: 1 })?.items.pop())
}

fn list_of_project(
    tx: &mut Tx<'_>,
    id: ProjectId,
    whom: &Whom,
    also: Also,
    page: Page,
) -> Result<Paged<Member>> {
    let Some(org) = tx.one(ORG_OF_PROJECT, vals![id], |row| row.of("project").id::<OrgId>())? else {
        return Ok(Paged { items: Vec::new(), total: 0 });
    };
    let more = vals![also.by_team.then_some(id), also.by_org.then_some(org)];
    let Paged { items, total } = list(tx, [LIST_OF_PROJECT, COUNT_OF_PROJECT], id.into(), whom, more, page)?;
    let whole = |member| {
        let mut member = complete(tx, org, member)?;
        let own = member.project_roles.iter().find(|(project, _)| *project == id);
        member.user.roles = own.map_or(Roles::NONE, |(_, roles)| *roles);
        if also.by_team {
            for roles in tx.all(TEAM_ROLES, vals![id, member.user.id], role_grant::read)? {
                member.user.roles = member.user.roles.union(roles);
            }
        }
        Ok(member)
    };
    Ok(Paged { items: items.into_iter().map(whole).collect::<Result<_>>()?, total })
}

/// Somebody, as a project knows them who have a role of their own there.
pub(crate) fn get_of_project(tx: &mut Tx<'_>, id: ProjectId, whom: &Whom) -> Result<Option<Member>> {
    Ok(list_of_project(tx, id, whom, Also::default(), Page { number: 1, size: 1 })?.items.pop())
}

impl Store {
    /// The people of a project, with their roles there.
    pub async fn user_list_of_project(
        &self,
        project: ProjectId,
        whom: &Whom,
        also: Also,
        page: Page,
    ) -> Result<Paged<Member>> {
        let whom = whom.clone();
        self.snapshot(move |tx| list_of_project(tx, project, &whom, also, page)).await
    }

    /// The people of an organization, with their roles there.
    pub async fn user_list_of_org(&self, org: OrgId, whom: &Whom, page: Page) -> Result<Paged<Member>> {
        let whom = whom.clone();
        self.snapshot(move |tx| list_of_org(tx, org, &whom, page)).await
    }

    /// The people of a team, with their roles in its organization.
    pub async fn user_list_of_team(
        &self,
        org: OrgId,
        id: TeamId,
        whom: &Whom,
        page: Page,
    ) -> Result<Paged<Member>> {
        let whom = whom.clone();
        self.snapshot(move |tx| {
            team::get(tx, org, id)?;
            let Paged { items, total } =
                list(tx, [LIST_OF_TEAM, COUNT_OF_TEAM], id.into(), &whom, &[], page)?;
            let whole = |member| {
                let mut member = complete(tx, org, member)?;
                member.user.roles = member.org_roles;
                Ok(member)
            };
            Ok(Paged { items: items.into_iter().map(whole).collect::<Result<_>>()?, total })
        })
        .await
    }

    /// A person, without roles.
    pub async fn user_get(&self, id: UserId) -> Result<Option<User>> {
        self.read(move |tx| tx.one(GET, vals![id], read)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_choice_of_standings_is_at_most_two_ranges() {
        let now = Timestamp::from_micros(7);
        let ranges = |active, invited, expired| {
            Whom { active, invited, expired, ..Whom::all(now) }.ranges().map(|(from, to)| from..=to)
        };
        for (active, invited, expired) in [0, 1, 2, 3, 4, 5, 6, 7].map(|n| (n & 1 > 0, n & 2 > 0, n & 4 > 0))
        {
            let ranges = ranges(active, invited, expired);
            let has = |end: i64| ranges.iter().any(|range| range.contains(&end));
            assert_eq!([has(i64::MAX), has(8), has(7)], [active, invited, expired]);
        }
    }
}
