//! A project's maintenance window, audit log and custom names on the wire.

use api::types::upkeep::{AuditLog, MaintenanceWindow, ProtectedHours};
use api::{ErrorCode, schemas};
use model::upkeep::{Hours, Upkeep, UpkeepChange};
use serde_json::Value;

use crate::body::Fields;
use crate::error::ApiError;

/// The maintenance window.
pub fn show_window(upkeep: &Upkeep) -> MaintenanceWindow {
    MaintenanceWindow {
        auto_defer_once_enabled: upkeep.defers_once,
        day_of_week: upkeep.window.map_or(0, |window| window.day),
        hour_of_day: upkeep.window.map_or(0, |window| window.hour),
        number_of_deferrals: 0,
        protected_hours: upkeep
            .protected
            .map(|hours| ProtectedHours { end_hour_of_day: hours.until, start_hour_of_day: hours.from }),
        start_asap: false,
        time_zone_id: "Etc/UTC",
    }
}

/// What is audited.
pub fn show_audit(upkeep: &Upkeep) -> AuditLog {
    AuditLog {
        audit_authorization_success: upkeep.audit.success,
        audit_filter: upkeep.audit.filter.clone().unwrap_or_else(|| "{}".to_owned()),
        configuration_type: if upkeep.audit.filter.is_some() { "FILTER_JSON" } else { "NONE" },
        enabled: upkeep.audit.enabled,
    }
}

/// Reads the body of `PATCH …/maintenanceWindow`.
pub fn parse_window(fields: Fields) -> Result<UpkeepChange, ApiError> {
    let fields = fields.check(schemas::MAINTENANCE_WINDOW)?;
    let within = |name: &str, least: u8, most: u8, code: ErrorCode| match fields.number(name) {
        None => Ok(None),
        Some(number) => match u8::try_from(number).ok().filter(|number| (least..=most).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(ApiError::new(code, [])
                .at(name, format!("The value must be a whole number from {least} to {most}."))),
        },
    };
    Ok(UpkeepChange::Window {
        day: within("dayOfWeek", 1, 7, ErrorCode::InvalidMaintenanceDay)?,
        hour: within("hourOfDay", 0, 23, ErrorCode::InvalidMaintenanceHour)?,
        defers_once: fields.flag("autoDeferOnceEnabled"),
        protected: fields.object("protectedHours").map(parse_hours).transpose()?,
        start_now: fields.flag("startASAP").unwrap_or(false),
    })
}

/// Both hours, or neither: that takes the protection away.
fn parse_hours(hours: Fields) -> Result<Option<Hours>, ApiError> {
    let hour = |name: &str| hours.number(name).and_then(|hour| u8::try_from(hour).ok());
    match (hour("startHourOfDay"), hour("endHourOfDay")) {
        (None, None) => Ok(None),
        (Some(from), Some(until)) if from != until => Ok(Some(Hours { from, until })),
        (Some(_), Some(_)) => Err(ApiError::new(ErrorCode::InvalidAttribute, ["endHourOfDay".into()])
            .at("protectedHours.endHourOfDay", "The value must differ from startHourOfDay.")),
        (from, _) => {
            let missing = if from.is_none() { "startHourOfDay" } else { "endHourOfDay" };
            Err(ApiError::new(ErrorCode::MissingAttribute, [missing.into()])
                .at(&format!("protectedHours.{missing}"), "Say both hours, or neither."))
        }
    }
}

/// Reads the body of `PATCH …/auditLog`.
pub fn parse_audit(fields: Fields) -> Result<UpkeepChange, ApiError> {
    let fields = fields.check(schemas::AUDIT_LOG)?;
    let filter = fields.text("auditFilter").map(str::to_owned);
    let is_object =
        |text: &String| serde_json::from_str::<Value>(text).is_ok_and(|filter| filter.is_object());
    if filter.as_ref().is_some_and(|filter| !is_object(filter)) {
        return Err(ApiError::new(ErrorCode::InvalidJsonAttribute, ["auditFilter".into()])
            .at("auditFilter", "The value must be a JSON object, written as a text."));
    }
    let (enabled, success) = (fields.flag("enabled"), fields.flag("auditAuthorizationSuccess"));
    Ok(UpkeepChange::Audit { enabled, success, filter })
}
