//! What a project keeps for its clusters, and what official clients send that nobody needs.

use serde_json::{Value, json};
use testkit::TestApp;

#[tokio::test]
async fn a_maintenance_window_lives_the_providers_life() {
    let app = TestApp::start().await;
    let window = app.group("/maintenanceWindow");
    let none = json!({"autoDeferOnceEnabled": false, "dayOfWeek": 0, "hourOfDay": 0, "numberOfDeferrals": 0,
        "startASAP": false, "timeZoneId": "Etc/UTC"});
    assert_eq!(app.get(&window).await.expect(200), none);
    let body =
        json!({"dayOfWeek": 7, "hourOfDay": 3, "protectedHours": {"startHourOfDay": 9, "endHourOfDay": 17}});
    assert_eq!(app.patch(&window, body).await.expect(200), json!({}));
    assert_eq!(app.post(&format!("{window}/autoDefer"), json!({})).await.expect(200), json!({}));
    let set = app.get(&window).await.expect(200);
    assert_eq!((&set["dayOfWeek"], &set["hourOfDay"]), (&json!(7), &json!(3)));
    assert_eq!(set["protectedHours"], json!({"endHourOfDay": 17, "startHourOfDay": 9}));
    assert_eq!(set["autoDeferOnceEnabled"], true);
    // What was read can be sent back.
    app.patch(&window, set.clone()).await.expect(200);
    assert_eq!(app.get(&window).await.expect(200), set);
    app.patch(&window, json!({"dayOfWeek": 4, "protectedHours": {}})).await.expect(200);
    let changed = app.get(&window).await.expect(200);
    assert_eq!((&changed["dayOfWeek"], &changed["hourOfDay"]), (&json!(4), &json!(3)));
    assert!(changed.get("protectedHours").is_none());
    let v1 = format!("/api/atlas/v1.0/groups/{}/maintenanceWindow", app.project);
    assert_eq!(app.get(&v1).await.expect(200), changed);
    assert_eq!(app.delete(&window).await.status, 204);
    assert_eq!(app.get(&window).await.expect(200), none);
}

#[tokio::test]
async fn a_maintenance_that_is_not_scheduled_can_be_neither_begun_nor_put_off() {
    let app = TestApp::start().await;
    let window = app.group("/maintenanceWindow");
    let (undefined, unscheduled) =
        ("ATLAS_MAINTENANCE_WINDOW_NOT_DEFINED", "ATLAS_MAINTENANCE_NOT_SCHEDULED");
    let code = |answer: testkit::Answer| answer.refusal().1;
    assert_eq!(code(app.patch(&window, json!({"startASAP": true})).await), undefined);
    for rest in ["/defer", "/autoDefer"] {
        assert_eq!(code(app.post(&format!("{window}{rest}"), json!({})).await), undefined);
    }
    app.patch(&window, json!({"dayOfWeek": 1, "startASAP": false})).await.expect(200);
    assert_eq!(code(app.patch(&window, json!({"startASAP": true})).await), unscheduled);
    assert_eq!(code(app.post(&format!("{window}/defer"), json!({})).await), unscheduled);
}

#[tokio::test]
async fn each_wrong_window_is_refused_by_its_field_and_changes_nothing() {
    let app = TestApp::start().await;
    let window = app.group("/maintenanceWindow");
    for (body, code, field) in [
        (json!({"hourOfDay": 3}), "MISSING_ATTRIBUTE", "dayOfWeek"),
        (json!({"dayOfWeek": 0}), "ATLAS_INVALID_MAINTENANCE_WINDOW_DAY_OF_WEEK", "dayOfWeek"),
        (json!({"dayOfWeek": 8}), "ATLAS_INVALID_MAINTENANCE_WINDOW_DAY_OF_WEEK", "dayOfWeek"),
        (
            json!({"dayOfWeek": 1, "hourOfDay": 24}),
            "ATLAS_INVALID_MAINTENANCE_WINDOW_HOUR_OF_DAY",
            "hourOfDay",
        ),
        (
            json!({"dayOfWeek": 1, "hourOfDay": -1}),
            "ATLAS_INVALID_MAINTENANCE_WINDOW_HOUR_OF_DAY",
            "hourOfDay",
        ),
        (json!({"dayOfWeek": "1"}), "INVALID_JSON_ATTRIBUTE", "dayOfWeek"),
        (
            json!({"dayOfWeek": 1, "protectedHours": {"startHourOfDay": 1}}),
            "MISSING_ATTRIBUTE",
            "protectedHours.endHourOfDay",
        ),
        (
            json!({"dayOfWeek": 1, "protectedHours": {"startHourOfDay": 1, "endHourOfDay": 1}}),
            "INVALID_ATTRIBUTE",
            "protectedHours.endHourOfDay",
        ),
        (
            json!({"dayOfWeek": 1, "protectedHours": {"startHourOfDay": 1, "endHourOfDay": 24}}),
            "INVALID_ATTRIBUTE",
            "protectedHours.endHourOfDay",
        ),
    ] {
        let refusal = app.patch(&window, body.clone()).await.refusal();
        assert_eq!(refusal, (400, code.into(), Some(field.into())), "{body}");
    }
    assert_eq!(app.get(&window).await.expect(200)["dayOfWeek"], 0);
}

#[tokio::test]
async fn an_audit_log_is_kept_as_it_was_written() {
    let app = TestApp::start().await;
    let log = app.group("/auditLog");
    let none = json!({"auditAuthorizationSuccess": false, "auditFilter": "{}", "configurationType": "NONE",
        "enabled": false});
    assert_eq!(app.get(&log).await.expect(200), none);
    let filter = "{\n \"atype\": \"authenticate\" }";
    let body = json!({"auditFilter": filter, "enabled": true, "auditAuthorizationSuccess": true});
    let set = app.patch(&log, body).await.expect(200);
    assert_eq!(
        set,
        json!({"auditAuthorizationSuccess": true, "auditFilter": filter, "configurationType": "FILTER_JSON",
            "enabled": true})
    );
    assert_eq!(app.patch(&log, set.clone()).await.expect(200), set, "what was read can be sent back");
    assert_eq!(app.patch(&log, json!({"enabled": false})).await.expect(200)["auditFilter"], filter);
    for filter in ["", "{", "[]", "7"] {
        let refusal = app.patch(&log, json!({ "auditFilter": filter })).await.refusal();
        assert_eq!(refusal, (400, "INVALID_JSON_ATTRIBUTE".into(), Some("auditFilter".into())), "{filter}");
    }
}

#[tokio::test]
async fn custom_names_are_off_until_they_are_turned_on() {
    let app = TestApp::start().await;
    let dns = app.group("/awsCustomDNS");
    assert_eq!(app.get(&dns).await.expect(200), json!({"enabled": false}));
    assert_eq!(app.patch(&dns, json!({"enabled": true})).await.expect(200), json!({"enabled": true}));
    assert_eq!(app.get(&dns).await.expect(200), json!({"enabled": true}));
    assert_eq!(app.patch(&dns, json!({})).await.refusal().1, "MISSING_ATTRIBUTE");
    // It goes with its project.
    assert_eq!(app.delete(&app.group("")).await.status, 202);
}

#[tokio::test]
async fn what_clients_tell_of_themselves_is_taken_and_forgotten() {
    let app = TestApp::start().await;
    let events = json!([{"timestamp": "2026-08-10T03:08:14Z", "source": "atlascli", "properties": {}}]);
    app.post("/api/private/v1.0/telemetry/events", events.clone()).await.expect(200);
    let mut request = app.request("POST", "/api/private/unauth/telemetry/events", Some(events));
    request.headers_mut().remove("authorization");
    assert_eq!(app.send(request).await.expect(200), Value::Object(serde_json::Map::new()));
}
