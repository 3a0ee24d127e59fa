-- What a running server shows of itself: the trace that an intent belongs to until it is met (a W3C
-- traceparent), and what makes counting peerings by state a walk along an index.

ALTER TABLE peering ADD COLUMN trace TEXT;
ALTER TABLE container ADD COLUMN trace TEXT;

CREATE INDEX peering_by_state ON peering (provider, state, state_since);
CREATE INDEX peering_stuck ON peering (provider) WHERE stuck IS NOT NULL;
