package main

import (
	"fmt"
	"net/http"
)

// operation is an asynchronous change. Its effect comes when it is over, all at once.
type operation struct {
	number    int
	id        string
	name      string
	kind      string // insert, addPeering, …
	region    string
	target    string
	targetID  string
	requestID string
	user      string
	began     string
	ended     string
	overAt    int
	peers     [2]string // the two networks whose peering it changes
	effect    func() *opError
	failed    *opError
	project   *project
}

// opError is how an operation fails.
type opError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Status  int    `json:"status"`
}

// start records a change that is over some ticks from now. A request that repeats a request id gets
// the operation that the first one began.
func (s *server) start(c *call, o operation, effect func() *opError) (any, error) {
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	if s.cloud.fails != nil {
		failure := *s.cloud.fails
		effect = func() *opError { return &failure }
	}
	o.number = int(s.cloud.lastID)
	o.id = s.cloud.newID()
	o.name = fmt.Sprintf("operation-%s", o.id)
	o.requestID = c.query.Get("requestId")
	o.user = c.who
	o.began = timestamp()
	o.overAt = s.cloud.now + s.cloud.opTicks
	o.effect = effect
	o.project = p
	p.operations = append(p.operations, &o)
	if s.cloud.opTicks == 0 {
		o.finish()
	}
	return o.json(), nil
}

// repeated is the operation of an earlier request with the same id, if there is one.
func (s *server) repeated(c *call) any {
	id := c.query.Get("requestId")
	p, err := s.cloud.project(c.project())
	if id == "" || err != nil {
		return nil
	}
	for _, o := range p.operations {
		if o.requestID == id {
			return o.json()
		}
	}
	return nil
}

func (o *operation) finish() {
	o.failed = o.effect()
	o.effect = nil
	o.ended = timestamp()
}

func (o *operation) status() string {
	if o.effect != nil {
		return "RUNNING"
	}
	return "DONE"
}

func (o *operation) place() string {
	if o.region != "" {
		return "regions/" + o.region
	}
	return "global"
}

func (o *operation) json() map[string]any {
	all := map[string]any{
		"kind":          "compute#operation",
		"id":            o.id,
		"name":          o.name,
		"operationType": o.kind,
		"targetLink":    link("%s", o.target),
		"targetId":      o.targetID,
		"status":        o.status(),
		"user":          o.user,
		"progress":      map[bool]int{true: 0, false: 100}[o.effect != nil],
		"insertTime":    o.began,
		"startTime":     o.began,
		"selfLink":      link("projects/%s/%s/operations/%s", o.project.id, o.place(), o.name),
	}
	if o.region != "" {
		all["region"] = link("projects/%s/regions/%s", o.project.id, o.region)
	}
	if o.requestID != "" {
		all["clientOperationId"] = o.requestID
	}
	if o.ended != "" {
		all["endTime"] = o.ended
	}
	if o.failed != nil {
		all["httpErrorStatusCode"] = o.failed.Status
		all["httpErrorMessage"] = http.StatusText(o.failed.Status)
		all["error"] = map[string]any{"errors": []map[string]any{{"code": o.failed.Code, "message": o.failed.Message}}}
	}
	return all
}

func (o *operation) field(name string) string {
	text, _ := o.json()[name].(string)
	return text
}

func (s *server) findOperation(c *call) (*operation, error) {
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	for _, o := range p.operations {
		if o.name == c.path["operation"] && o.region == c.path["region"] {
			return o, nil
		}
	}
	return nil, refuse(http.StatusNotFound, "notFound", "The resource 'projects/%s/global/operations/%s' was not found", c.project(), c.path["operation"])
}

func getOperation(s *server, c *call) (any, error) {
	o, err := s.findOperation(c)
	if err != nil {
		return nil, err
	}
	return o.json(), nil
}

// waitOperation does not wait: as much time passes as is needed, unless operations are so slow that
// Google would answer before they are over.
func waitOperation(s *server, c *call) (any, error) {
	o, err := s.findOperation(c)
	if err != nil {
		return nil, err
	}
	if s.cloud.opTicks <= slowTicks {
		s.cloud.settle(func(other *operation) bool { return other.overAt <= o.overAt })
	}
	return o.json(), nil
}

// From so many ticks on, an operation outlasts a call to wait for it.
const slowTicks = 100

func listOperations(s *server, c *call) (any, error) {
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	var here []*operation
	for _, o := range p.operations {
		if o.region == c.path["region"] {
			here = append(here, o)
		}
	}
	kept, next, err := page(s.cloud, c, here, func(o *operation) string { return o.name }, (*operation).field)
	if err != nil {
		return nil, err
	}
	items := make([]any, len(kept))
	for i, o := range kept {
		items[i] = o.json()
	}
	return list("compute#operationList", "projects/"+p.id+"/global/operations", items, next), nil
}

// list is the frame of every list of Compute. Google leaves out what is empty.
func list(kind, at string, items []any, next string) map[string]any {
	all := map[string]any{"kind": kind, "id": at, "selfLink": link("%s", at)}
	if len(items) > 0 {
		all["items"] = items
	}
	if next != "" {
		all["nextPageToken"] = next
	}
	return all
}
