//! Our own control API: a project's clouds, and what only they can tell of its peerings.

use api::ErrorCode;
use api::types::Nothing;
use model::binding::{self, Cloud};
use model::{ContainerId, PeeringId, PeeringSpec, Provider};
use store::Groundwork;

use crate::body;
use crate::context::Context;
use crate::convert::{cloud, peering};
use crate::error::ApiError;
use crate::outlook::{self, Obstacle, Question};
use crate::reply::Reply;
use crate::routes::peers::not_found;
use crate::story::{self, Known};

pub async fn get_clouds(cx: Context) -> Result<Reply, ApiError> {
    let bindings = cx.app.store.binding_list(cx.project_id()?).await?;
    Ok(Reply::json(&cloud::show(&bindings, &cx.app.config.accounts, cx.project()?)))
}

pub async fn bind_cloud(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(api::schemas::CLOUD)?;
    let (provider, project) = (peering::provider_of(&fields)?, cx.project()?);
    let chosen = cloud::parse(fields.required("cloud")?)?;
    binding::check_owner(&chosen, provider, &cx.app.config.accounts, project.org, project.id)?;
    cx.app.store.binding_set(project.id, provider, &chosen, &cx.act()).await?;
    let bindings = cx.app.store.binding_list(project.id).await?;
    Ok(Reply::json(&cloud::show(&bindings, &cx.app.config.accounts, project)))
}

pub async fn explain_peer(cx: Context) -> Result<Reply, ApiError> {
    explained(&cx, cx.id("peerId")?).await
}

async fn explained(cx: &Context, id: PeeringId) -> Result<Reply, ApiError> {
    let known = Known::read(&cx.app.store, cx.project_id()?, id).await?.ok_or_else(|| not_found(cx))?;
    // Whoever answers this is a server, and so the rows are worked on.
    let story = story::tell(&known.facts(&cx.app.config.accounts, true, cx.now()));
    Ok(Reply::json(&cloud::show_story(&known, story)))
}

/// What the body asks for, and what our own rules say of it.
async fn groundwork(cx: &Context) -> Result<Groundwork, ApiError> {
    let (container, spec) = asked(cx)?;
    Ok(cx.app.store.peering_survey(cx.project_id()?, container, spec, cx.now()).await?)
}

fn asked(cx: &Context) -> Result<(ContainerId, PeeringSpec), ApiError> {
    let fields = body::object(&cx.body)?;
    let provider: Provider = peering::provider_of(&fields)?;
    peering::parse_new(provider, fields)
}

pub async fn plan_peer(cx: Context) -> Result<Reply, ApiError> {
    if !cx.query.flag("dryRun", false)? {
        return Err(ApiError::new(ErrorCode::InvalidQueryParameter, ["dryRun".into()])
            .at("dryRun", "Say dryRun=true here, or ask for the peering under /api/atlas."));
    }
    let ground = groundwork(&cx).await?;
    let mut obstacles = cloud::refused(&ground);
    if let Cloud::Account(account) = &ground.cloud {
        let outlook = cx.app.outlook.as_ref();
        obstacles.extend(
            outlook::look(outlook, account, &ground.container, &ground.spec, &Question::Survey).await,
        );
        obstacles.extend(cloud::held_back(account, &cx.app.config.accounts));
    }
    Ok(Reply::json(&cloud::show_plan(&ground, obstacles)))
}

pub async fn adopt_peer(cx: Context) -> Result<Reply, ApiError> {
    let connection = cx.query.get("connectionId").ok_or_else(|| {
        ApiError::new(ErrorCode::MissingAttribute, ["connectionId".into()])
            .at("connectionId", "Name the connection that is there, as its cloud does.")
    })?;
    let ground = groundwork(&cx).await?;
    let provider = ground.spec.provider();
    let Cloud::Account(account) = &ground.cloud else {
        return Err(model::Refusal::CloudSimulated { provider }.into());
    };
    if let Some(refusal) = ground.refusals.first() {
        return Err(refusal.clone().into());
    }
    if cloud::read_only(account, &cx.app.config.accounts) {
        return Err(model::Refusal::AccountReadOnly { account: account.clone() }.into());
    }
    let question = Question::Find(connection.to_owned());
    let outlook = cx.app.outlook.as_ref();
    let found = outlook::look(outlook, account, &ground.container, &ground.spec, &question).await;
    if !found.is_empty() {
        let words: Vec<String> =
            found.iter().map(|Obstacle { what, mend, .. }| format!("{what} ({mend})")).collect();
        return Err(ApiError::new(ErrorCode::AdoptionRefused, [connection.into(), words.join("; ").into()]));
    }
    let (project, container, act) = (cx.project_id()?, ground.container.id, cx.act());
    let adopted = cx.app.store.peering_adopt(project, container, ground.spec, connection, &act).await?;
    explained(&cx, adopted.peering.id).await
}

pub async fn release_peer(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.peering_release(cx.project_id()?, cx.id("peerId")?, &cx.act()).await?;
    Ok(Reply::json(&Nothing {}))
}
