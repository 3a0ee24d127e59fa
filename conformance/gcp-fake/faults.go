package main

import (
	"net/http"
	"sync"
	"time"
)

// fault is one thing that goes wrong, laid out by a test for a method.
type fault struct {
	// Method is the id of a method of the documents; empty for any.
	Method string `json:"method"`
	// Skip calls go well before it.
	Skip int `json:"skip"`
	// Times that it happens; 0 is once.
	Times int `json:"times"`
	// Kind is one of those below.
	Kind string `json:"kind"`
	// RetryAfter is the header of a refusal, in seconds.
	RetryAfter string `json:"retryAfter"`
	// Operation is how the operation fails, for the kind "operation".
	Operation *opError `json:"operation"`
}

// The kinds: what a client sees, and whether the call has its effect.
const (
	kindUnsent    = "unsent"    // the connection breaks before anything happens
	kindLost      = "lost"      // it has its effect, and the connection breaks
	kindHeld      = "held"      // nothing happens until the client goes away, and nothing after
	kindHeldAfter = "heldAfter" // it has its effect, and no answer until the client goes away
	kindThrottled = "throttled" // 429
	kindRate      = "rate"      // 403 rateLimitExceeded, the older form
	kindBroken    = "broken"    // 503
	kindDenied    = "denied"    // 403 forbidden
	kindQuota     = "quota"     // 403 quotaExceeded
	kindOperation = "operation" // the call is taken, and its operation fails
)

// The longest that a call is held for a client that does not go away.
const heldFor = 30 * time.Second

type faults struct {
	mu   sync.Mutex
	all  []*fault
	held chan string
}

func newFaults() *faults { return &faults{held: make(chan string, 64)} }

func (f *faults) add(one *fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if one.Times == 0 {
		one.Times = 1
	}
	f.all = append(f.all, one)
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = nil
}

// take finds what goes wrong with a call of a method; nil when nothing does.
func (f *faults) take(method string) *active {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.all {
		if one.Times == 0 || (one.Method != "" && one.Method != method) {
			continue
		}
		if one.Skip > 0 {
			one.Skip--
			continue
		}
		one.Times--
		return &active{fault: *one, method: method, held: f.held}
	}
	return &active{}
}

// active is a fault that happens to one call; with no kind, none does.
type active struct {
	fault
	method string
	held   chan string
}

// before breaks or holds a call that is to have no effect.
func (a *active) before(w http.ResponseWriter, r *http.Request) bool {
	switch a.Kind {
	case kindUnsent:
		panic(http.ErrAbortHandler)
	case kindHeld:
		a.hold(r)
		return true
	}
	return false
}

// after tells that the answer is to be lost, once the client has gone if it is to be held.
func (a *active) after(r *http.Request) bool {
	if a.Kind == kindHeldAfter {
		a.hold(r)
	}
	return a.Kind == kindLost || a.Kind == kindHeldAfter
}

func (a *active) hold(r *http.Request) {
	select {
	case a.held <- a.method:
	default: // nobody counts them
	}
	select {
	case <-r.Context().Done():
	case <-time.After(heldFor):
	}
}

func (a *active) refusal() error {
	var no *refusal
	switch a.Kind {
	case kindThrottled:
		no = refuse(http.StatusTooManyRequests, "rateLimitExceeded", "Rate Limit Exceeded")
	case kindRate:
		no = refuse(http.StatusForbidden, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com'.")
	case kindBroken:
		no = refuse(http.StatusServiceUnavailable, "backendError", "The service is currently unavailable.")
	case kindDenied:
		no = refuse(http.StatusForbidden, "forbidden", "Required permission for %s is missing", a.method)
	case kindQuota:
		no = refuse(http.StatusForbidden, "quotaExceeded", "Quota 'NETWORKS' exceeded.  Limit: 5.0 globally.")
	default:
		return nil
	}
	no.retryAfter = a.RetryAfter
	return no
}

func (a *active) operation() *opError {
	if a.Kind == kindOperation {
		return a.Operation
	}
	return nil
}
