//! The reconciler on a real store, simulated clouds and clocks that stand still.

mod bed;
mod crash;
mod deeds;
mod failures;
mod first;
mod gate;
mod meanwhile;
mod networks;
mod nodes;
mod places;
mod promise;
mod protocol;
mod providers;
mod real;
mod runner;
mod simulation;
mod tally;
mod twice;
