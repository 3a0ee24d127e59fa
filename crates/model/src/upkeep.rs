//! What a project keeps for its clusters: when they may be maintained, what they audit, how they are
//! reached. There are no clusters here, so nothing acts on it; the rules of its changes hold all the
//! same.

use crate::event::EventKind;
use crate::refusal::Refusal;

/// When maintenance may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// From 1, a Sunday, to 7.
    pub day: u8,
    /// From 0 to 23.
    pub hour: u8,
}

/// Hours of a day in which maintenance does not begin, each from 0 to 23.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// The first.
    pub from: u8,
    /// The first that is not among them any more.
    pub until: u8,
}

/// What is to be audited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// Whether anything is.
    pub enabled: bool,
    /// Whether successful authorizations are.
    pub success: bool,
    /// Which events are, as JSON, once somebody said so.
    pub filter: Option<String>,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Upkeep {
    /// Whether clusters at AWS have names of their own.
    pub custom_dns: bool,
    /// What is to be audited.
    pub audit: Audit,
    /// The maintenance window, if one was chosen.
    pub window: Option<Window>,
    /// Whether each maintenance is put off once by itself.
    pub defers_once: bool,
    /// When maintenance does not begin.
    pub protected: Option<Hours>,
}

/// A change of it; `None` leaves a thing as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpkeepChange {
    /// Whether clusters at AWS have names of their own.
    CustomDns(bool),
    /// What is to be audited.
    Audit {
        /// Whether anything is.
        enabled: Option<bool>,
        /// Whether successful authorizations are.
        success: Option<bool>,
        /// Which events are.
        filter: Option<String>,
    },
    /// The maintenance window; the first one needs a day.
    Window {
        /// Another day.
        day: Option<u8>,
        /// Another hour.
        hour: Option<u8>,
        /// Whether each maintenance is put off once.
        defers_once: Option<bool>,
        /// Other hours in which it does not begin, or none.
        protected: Option<Option<Hours>>,
        /// Whether what is scheduled is to begin at once.
        start_now: bool,
    },
    /// Puts each maintenance off once from now on, or no longer.
    ToggleDefer,
    /// Puts off what is scheduled.
    Defer,
    /// No window any more.
    Reset,
}

impl Upkeep {
    /// As a change would leave it, or why it can't be. Nothing is ever scheduled: there are no
    /// clusters to maintain.
    pub fn change(&self, change: &UpkeepChange) -> Result<Self, Refusal> {
        let mut changed = self.clone();
        match change {
            UpkeepChange::CustomDns(on) => changed.custom_dns = *on,
            UpkeepChange::Audit { enabled, success, filter } => {
                changed.audit.enabled = enabled.unwrap_or(self.audit.enabled);
                changed.audit.success = success.unwrap_or(self.audit.success);
                changed.audit.filter = filter.clone().or(changed.audit.filter);
            }
            UpkeepChange::Window { start_now: true, day: None, .. } => return Err(self.nothing_scheduled()),
            UpkeepChange::Window { day, hour, defers_once, protected, start_now } => {
                let window = match (self.window, day) {
                    (None, None) => return Err(Refusal::WindowNeedsDay),
                    (None, Some(day)) => Window { day: *day, hour: hour.unwrap_or(0) },
                    (Some(window), _) => {
                        Window { day: day.unwrap_or(window.day), hour: hour.unwrap_or(window.hour) }
                    }
                };
                changed.window = Some(window);
                changed.defers_once = defers_once.unwrap_or(self.defers_once);
                changed.protected = protected.unwrap_or(self.protected);
                if *start_now {
                    return Err(changed.nothing_scheduled());
                }
            }
            UpkeepChange::ToggleDefer => match self.window {
                Some(_) => changed.defers_once = !self.defers_once,
                None => return Err(Refusal::NoMaintenanceWindow),
            },
            UpkeepChange::Defer => return Err(self.nothing_scheduled()),
            UpkeepChange::Reset => {
                (changed.window, changed.protected, changed.defers_once) = (None, None, false);
            }
        }
        Ok(changed)
    }

    fn nothing_scheduled(&self) -> Refusal {
        match self.window {
            Some(_) => Refusal::NoMaintenanceScheduled,
            None => Refusal::NoMaintenanceWindow,
        }
    }

    /// What is told of a change to `after`.
    pub fn events(&self, after: &Self) -> Vec<EventKind> {
        let mut events = Vec::new();
        if self.audit != after.audit {
            events.push(EventKind::AuditLogConfigurationUpdated);
        }
        match (self.window, after.window) {
            (None, Some(_)) => events.push(EventKind::MaintenanceWindowAdded),
            (Some(_), None) => events.push(EventKind::MaintenanceWindowRemoved),
            (before, now) if before != now => events.push(EventKind::MaintenanceWindowModified),
            (_, _) => {}
        }
        match (self.protected, after.protected) {
            (None, Some(_)) => events.push(EventKind::ProtectedHoursCreated),
            (Some(_), None) => events.push(EventKind::ProtectedHoursRemoved),
            (before, now) if before != now => events.push(EventKind::ProtectedHoursModified),
            (_, _) => {}
        }
        match (self.defers_once, after.defers_once) {
            (false, true) => events.push(EventKind::MaintenanceAutoDeferEnabled),
            (true, false) => events.push(EventKind::MaintenanceAutoDeferDisabled),
            (true, true) | (false, false) => {}
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRIDAY: UpkeepChange = UpkeepChange::Window {
        day: Some(6),
        hour: None,
        defers_once: None,
        protected: Some(Some(Hours { from: 9, until: 17 })),
        start_now: false,
    };

    #[test]
    fn a_first_window_needs_a_day_and_a_later_change_names_what_it_changes() {
        let hour = |hour, start_now| UpkeepChange::Window {
            day: None,
            hour: Some(hour),
            defers_once: Some(true),
            protected: None,
            start_now,
        };
        let none = Upkeep::default();
        assert_eq!(none.change(&hour(3, false)), Err(Refusal::WindowNeedsDay));
        let friday = none.change(&FRIDAY).expect("it has a day");
        assert_eq!(friday.window, Some(Window { day: 6, hour: 0 }));
        assert_eq!(
            none.events(&friday),
            [EventKind::MaintenanceWindowAdded, EventKind::ProtectedHoursCreated]
        );
        let later = friday.change(&hour(3, false)).expect("the day stays");
        assert_eq!((later.window, later.protected), (Some(Window { day: 6, hour: 3 }), friday.protected));
        assert_eq!(
            friday.events(&later),
            [EventKind::MaintenanceWindowModified, EventKind::MaintenanceAutoDeferEnabled]
        );
        assert_eq!(friday.change(&FRIDAY), Ok(friday.clone()));
        assert_eq!(friday.events(&friday), []);
        let reset = later.change(&UpkeepChange::Reset).expect("it can always be");
        assert_eq!(reset, none);
        assert_eq!(
            later.events(&reset),
            [
                EventKind::MaintenanceWindowRemoved,
                EventKind::ProtectedHoursRemoved,
                EventKind::MaintenanceAutoDeferDisabled
            ]
        );
        assert_eq!(friday.change(&hour(3, true)), Err(Refusal::NoMaintenanceScheduled));
        assert_eq!(none.change(&hour(3, true)), Err(Refusal::NoMaintenanceWindow));
    }

    #[test]
    fn nothing_can_be_put_off_or_begun_since_nothing_is_scheduled() {
        let none = Upkeep::default();
        let friday = none.change(&FRIDAY).expect("it has a day");
        for change in [UpkeepChange::Defer, UpkeepChange::ToggleDefer] {
            assert_eq!(none.change(&change), Err(Refusal::NoMaintenanceWindow), "{change:?}");
        }
        assert_eq!(friday.change(&UpkeepChange::Defer), Err(Refusal::NoMaintenanceScheduled));
        let on = friday.change(&UpkeepChange::ToggleDefer).expect("there is a window");
        assert!(on.defers_once);
        assert_eq!(on.change(&UpkeepChange::ToggleDefer), Ok(friday));
    }
}
