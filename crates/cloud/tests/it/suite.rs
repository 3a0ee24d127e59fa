//! What every driver has to do, as named checks over any cloud.
//!
//! A cloud brings a [`Bed`]: drivers as a new process has them, hands for the far side, faults, and
//! eyes that do not go through the driver. [`run`] runs every check on it and prints each by name;
//! one that can't apply says why not.

mod account;
mod bed;
mod crashes;
mod far;
mod faults;
mod hand;
mod marks;
mod networks;
mod removal;
mod requests;
mod routes;

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use futures::future::BoxFuture;

pub use bed::{Bed, FarAct, FarNetwork, Fault, Need, There};
pub use hand::Hand;

/// One check.
struct Check {
    name: &'static str,
    /// What the cloud must have for it.
    needs: &'static [Need],
    run: for<'a> fn(&'a dyn Bed) -> BoxFuture<'a, ()>,
}

macro_rules! checks {
    ($($module:ident :: $name:ident [$($need:ident),*]),+ $(,)?) => {
        const CHECKS: &[Check] = &[$(Check {
            name: stringify!($name),
            needs: &[$(Need::$need),*],
            run: |bed| Box::pin($module::$name(bed)),
        }),+];
    };
}

checks! {
    networks::nothing_is_there_before_it_is_asked_for [],
    networks::a_network_is_made_once_however_often_it_is_asked_for [],
    networks::a_new_process_finds_the_network_of_an_old_one [],
    networks::a_network_that_was_removed_can_be_made_anew [],
    networks::a_removal_of_a_network_may_be_repeated [],
    networks::a_network_that_somebody_took_away_is_seen_to_be_gone [LosesNetwork],

    requests::what_is_asked_for_is_seen [],
    requests::a_request_makes_one_connection_however_often_it_is_repeated [],
    requests::a_request_by_a_new_process_finds_the_connection_of_the_old_one [],
    requests::two_peerings_of_one_container_are_two_connections [],
    requests::an_outdated_connection_is_told_and_goes_before_a_new_one_comes [Incarnations],

    far::an_accepted_request_gets_to_its_end [Acceptance],
    far::a_rejected_request_is_told [Rejection],
    far::an_expired_request_is_told [Expiry],
    far::a_request_that_waits_tells_when_it_expires [Expiry],
    far::a_connection_that_the_far_side_deletes_is_told [FarDelete],
    far::a_request_to_a_network_that_is_not_there_comes_to_nothing [],
    far::a_request_to_a_network_that_overlaps_comes_to_nothing [Overlap],

    routes::routes_are_made_once_however_often_they_are_asked_for [Routes],
    routes::a_changed_block_replaces_the_routes_of_the_old_one [Routes],
    routes::a_route_that_somebody_took_away_is_seen_and_made_again [Routes],

    removal::a_complete_connection_goes_with_its_routes_and_then_its_network [],
    removal::a_removal_may_be_repeated [],
    removal::removing_what_never_was_is_no_error [],
    removal::a_request_that_waits_can_be_taken_back [Acceptance],
    removal::what_the_far_side_rejected_can_be_removed [Rejection],
    removal::what_the_far_side_deleted_can_be_removed [FarDelete],
    removal::one_peering_goes_and_its_neighbour_stays [],

    crashes::a_network_whose_answer_was_lost_is_found [LostAnswers],
    crashes::a_request_whose_answer_was_lost_is_found_and_not_doubled [LostAnswers],
    crashes::routes_whose_answer_was_lost_are_found [LostAnswers, Routes],
    crashes::a_removal_whose_answer_was_lost_is_finished [LostAnswers],
    crashes::a_removal_of_a_network_whose_answer_was_lost_is_finished [LostAnswers],

    faults::a_request_that_is_denied_says_so_and_leaves_no_trace [Denial],
    faults::a_network_that_is_denied_says_so_and_leaves_no_trace [Denial],
    faults::a_look_that_is_denied_says_so [DeniedLooks],
    faults::a_removal_that_is_denied_says_so_and_removes_nothing [Denial],
    faults::a_short_throttle_is_ridden_out [ShortThrottle],
    faults::a_long_throttle_is_told_with_a_pause [Throttle],
    faults::a_look_that_is_throttled_is_told_with_a_pause [DeniedLooks],
    faults::a_quota_of_connections_is_told_in_the_clouds_words [Quota],
    faults::a_quota_of_networks_is_told_in_the_clouds_words [NetworkQuota],
    faults::a_cloud_that_gives_no_answer_is_a_transient_failure [Slow],
    faults::a_cloud_that_fails_is_a_transient_failure [Failure],
    faults::what_is_on_a_later_page_is_found [Paging],

    marks::everything_made_carries_the_mark [Account],
    marks::another_installation_sees_none_of_it [Account],
    marks::what_a_lost_row_left_is_found_and_discarded [Account],
    marks::discarding_what_is_gone_is_no_error [Account],

    account::a_check_up_tells_who_we_are_and_what_we_may [Account],
    account::a_check_up_tells_a_right_that_is_missing [MissingRight],
    account::a_survey_of_a_clear_way_finds_nothing [Account],
    account::a_survey_tells_of_overlapping_blocks [Account],
    account::a_survey_tells_of_a_network_that_is_missing [SeesFar],
    account::a_connection_that_is_what_was_described_is_found [Foreign],
    account::a_connection_that_differs_is_told [Foreign],
    account::a_connection_that_is_not_there_is_told [Account],
    account::an_adopted_connection_is_managed_from_then_on [Foreign],
}

/// Runs every check that applies, one after the other, prints each by name, and fails if one did.
#[expect(clippy::print_stdout, reason = "which checks were run is what this test shows")]
pub async fn run(bed: &dyn Bed) {
    let mut passed = 0;
    let mut failed = Vec::new();
    let mut n_na = 0;
    for check in CHECKS {
        let lacking = check.needs.iter().find_map(|need| bed.lacks(*need));
        if let Some(reason) = lacking {
            println!("  {}  {}  n/a: {reason}", bed.name(), check.name);
            n_na += 1;
            continue;
        }
        bed.reset().await;
        let verdict = AssertUnwindSafe((check.run)(bed)).catch_unwind().await;
        println!("  {}  {}  {}", bed.name(), check.name, if verdict.is_ok() { "ok" } else { "FAILED" });
        match verdict {
            Ok(()) => passed += 1,
            Err(_) => failed.push(check.name),
        }
    }
    println!("suite of {}: {passed} checks passed, {} failed, {n_na} n/a", bed.name(), failed.len());
    assert!(failed.is_empty(), "{}: {failed:#?}", bed.name());
    assert!(passed >= 20, "{}: only {passed} checks applied", bed.name());
}
