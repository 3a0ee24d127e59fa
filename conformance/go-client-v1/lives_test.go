package conformance

import "testing"

func TestAnAWSPeeringIsCreatedAcceptedAndRemovedInV1UnderADigestKey(t *testing.T) {
	t.Parallel()
	LiveAPeeringsLife(t, DigestCaller(t), AWS)
}

func TestAnAWSPeeringIsCreatedAcceptedAndRemovedInV1UnderAServiceAccountToken(t *testing.T) {
	t.Parallel()
	LiveAPeeringsLife(t, TokenCaller(t), AWS)
}

func TestAnAzurePeeringIsCreatedAndRemovedInV1UnderADigestKey(t *testing.T) {
	t.Parallel()
	LiveAPeeringsLife(t, DigestCaller(t), Azure)
}

func TestAnAzurePeeringIsCreatedAndRemovedInV1UnderAServiceAccountToken(t *testing.T) {
	t.Parallel()
	LiveAPeeringsLife(t, TokenCaller(t), Azure)
}

func TestAGCPPeeringIsCreatedAcceptedAndRemovedInV1UnderADigestKey(t *testing.T) {
	t.Parallel()
	LiveAPeeringsLife(t, DigestCaller(t), GCP)
}

func TestAGCPPeeringIsCreatedAcceptedAndRemovedInV1UnderAServiceAccountToken(t *testing.T) {
	t.Parallel()
	LiveAPeeringsLife(t, TokenCaller(t), GCP)
}
