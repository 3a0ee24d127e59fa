//! What a project keeps for its clusters: maintenance window, audit log, custom names.

use schemars::JsonSchema;
use serde::Serialize;

/// Whether clusters at AWS have names of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AwsCustomDns {
    /// Whether they have.
    pub enabled: bool,
}

/// What is audited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditLog {
    /// Whether successful authorizations are.
    pub audit_authorization_success: bool,
    /// Which events are, as JSON in a text.
    pub audit_filter: String,
    /// `NONE`, or `FILTER_JSON` once a filter was set.
    pub configuration_type: &'static str,
    /// Whether anything is.
    pub enabled: bool,
}

/// When maintenance may begin. A project without a window has day 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaintenanceWindow {
    /// Whether each maintenance is put off once.
    pub auto_defer_once_enabled: bool,
    /// From 1, a Sunday, to 7.
    pub day_of_week: u8,
    /// From 0 to 23.
    pub hour_of_day: u8,
    /// Always 0: nothing is ever scheduled.
    pub number_of_deferrals: u32,
    /// When maintenance does not begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected_hours: Option<ProtectedHours>,
    /// Always false: nothing is ever scheduled.
    #[serde(rename = "startASAP")]
    pub start_asap: bool,
    /// The zone of the hours.
    pub time_zone_id: &'static str,
}

/// Hours in which maintenance does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProtectedHours {
    /// The first hour after them.
    pub end_hour_of_day: u8,
    /// The first of them.
    pub start_hour_of_day: u8,
}
