package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// The largest body that is read; Google's own limit for such calls is of this order.
const bodyLimit = 1 << 20

// server answers as Google does, and holds what it is asked and what it says against Google's
// documents.
type server struct {
	base     string
	methods  []*method
	handlers map[string]handler
	identity *identity
	faults   *faults

	mu         sync.Mutex // guards what follows, and every handler runs under it
	cloud      *cloud
	calls      map[string]int
	violations []string
}

// handler does one method. Its answer is made JSON of; its error is a refusal or a failing of ours.
type handler struct {
	permissions []string
	do          func(*server, *call) (any, error)
}

// call is one request that the documents know.
type call struct {
	method *method
	path   map[string]string
	query  url.Values
	body   map[string]any
	raw    []byte
	who    string
}

func (c *call) project() string { return c.path["project"] }

// into reads the body into a type of ours.
func (c *call) into(target any) error { return json.Unmarshal(c.raw, target) }

// refusal is an error as Google's APIs write it.
type refusal struct {
	status     int
	reason     string
	message    string
	retryAfter string
}

func (r *refusal) Error() string { return r.message }

func refuse(status int, reason, format string, args ...any) *refusal {
	return &refusal{status: status, reason: reason, message: fmt.Sprintf(format, args...)}
}

func newServer(module, base string) (*server, error) {
	methods, err := loadMethods(module)
	if err != nil {
		return nil, err
	}
	who, err := newIdentity(base)
	if err != nil {
		return nil, err
	}
	s := &server{
		base:     base,
		methods:  methods,
		identity: who,
		faults:   newFaults(),
		cloud:    newCloud(),
		calls:    map[string]int{},
	}
	s.handlers = allHandlers()
	for id := range s.handlers {
		if !s.documented(id) {
			return nil, fmt.Errorf("the documents have no method %s", id)
		}
	}
	return s, nil
}

func (s *server) documented(id string) bool {
	for _, m := range s.methods {
		if m.ID == id {
			return true
		}
	}
	return false
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/-/"):
		s.serveHands(w, r)
	case r.URL.Path == "/token":
		s.identity.serveToken(w, r)
	default:
		s.serveMethod(w, r)
	}
}

func (s *server) serveMethod(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit))
	if err != nil {
		return
	}
	m, path := match(s.methods, r.Method, r.URL.EscapedPath())
	if m == nil {
		s.violated(w, "%s %s is no method of the documents", r.Method, r.URL.Path)
		return
	}
	s.count(m.ID)
	if m.ID == "sts.token" {
		raw = formAsJSON(r, raw)
	}
	fault := s.faults.take(m.ID)
	if fault.before(w, r) {
		return
	}
	answer, err := s.perform(m, path, r, raw, fault)
	if fault.after(r) {
		panic(http.ErrAbortHandler) // the connection breaks, the answer is lost
	}
	s.write(w, m, answer, err)
}

// perform does everything between reading a request and writing its answer.
func (s *server) perform(m *method, path map[string]string, r *http.Request, raw []byte, fault *active) (any, error) {
	c := &call{method: m, path: path, query: r.URL.Query(), raw: raw}
	if err := s.checkRequest(c); err != nil {
		return nil, err
	}
	who, err := s.identity.caller(m.ID, r)
	if err != nil {
		return nil, err
	}
	c.who = who
	if err := fault.refusal(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cloud.tick()
	h, ok := s.handlers[m.ID]
	if !ok {
		return nil, refuse(http.StatusNotImplemented, "notImplemented", "%s is not done here", m.ID)
	}
	if err := s.permit(c, h.permissions); err != nil {
		return nil, err
	}
	s.cloud.fails = fault.operation()
	defer func() { s.cloud.fails = nil }()
	return h.do(s, c)
}

// checkRequest holds a request against the document of its method.
func (s *server) checkRequest(c *call) error {
	m := c.method
	if err := m.checkParameters(c.path, c.query); err != nil {
		return s.violation("%s: %v", m.ID, err)
	}
	if id := c.query.Get("requestId"); id != "" && !uuid.MatchString(id) {
		return s.violation("%s: requestId is no UUID: %q", m.ID, id)
	}
	if m.Request == nil {
		if len(bytes.TrimSpace(c.raw)) != 0 {
			return s.violation("%s takes no body", m.ID)
		}
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(c.raw))
	decoder.UseNumber()
	if err := decoder.Decode(&c.body); err != nil {
		return s.violation("%s: the body is no object: %v", m.ID, err)
	}
	check := &checker{document: m.document, methodID: m.ID}
	if err := check.check(m.document.Schemas[m.Request.Ref], c.body, m.Request.Ref); err != nil {
		return s.violation("%s: %v", m.ID, err)
	}
	return nil
}

// write sends an answer that the document allows, or the error.
func (s *server) write(w http.ResponseWriter, m *method, answer any, err error) {
	if err != nil {
		var no *refusal
		if !errors.As(err, &no) {
			no = refuse(http.StatusInternalServerError, "backendError", "gcp-fake failed: %v", err)
			s.violation("%s: %v", m.ID, err)
		}
		writeRefusal(w, no)
		return
	}
	text, err := json.Marshal(answer)
	if err == nil {
		err = s.checkAnswer(m, text)
	}
	if err != nil {
		writeRefusal(w, s.violation("an answer of gcp-fake to %s: %v", m.ID, err))
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_, _ = w.Write(text)
}

func (s *server) checkAnswer(m *method, text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	check := &checker{document: m.document, methodID: m.ID, answer: true}
	return check.check(m.document.Schemas[m.Response.Ref], value, m.Response.Ref)
}

func writeRefusal(w http.ResponseWriter, no *refusal) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if no.retryAfter != "" {
		w.Header().Set("Retry-After", no.retryAfter)
	}
	w.WriteHeader(no.status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{
		"code":    no.status,
		"message": no.message,
		"errors":  []map[string]any{{"message": no.message, "domain": "global", "reason": no.reason}},
	}})
}

// violation records that somebody broke the document, and refuses as Google would.
func (s *server) violation(format string, args ...any) *refusal {
	no := refuse(http.StatusBadRequest, "invalid", format, args...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = append(s.violations, no.message)
	return no
}

func (s *server) violated(w http.ResponseWriter, format string, args ...any) {
	no := s.violation(format, args...)
	no.status, no.reason = http.StatusNotFound, "notFound"
	writeRefusal(w, no)
}

func (s *server) count(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[id]++
}

// permit refuses what the caller may not do in a project.
func (s *server) permit(c *call, permissions []string) error {
	if c.project() == "" {
		return nil
	}
	p, err := s.cloud.project(c.project())
	if err != nil {
		return err
	}
	for _, permission := range permissions {
		if p.denied[permission] {
			return refuse(http.StatusForbidden, "forbidden", "Required '%s' permission for '%s'", permission, c.target())
		}
	}
	return nil
}

// target names what a call is about, as Google's refusals do.
func (c *call) target() string {
	name := "projects/" + c.project()
	if region := c.path["region"]; region != "" {
		name += "/regions/" + region
	}
	for _, kind := range []string{"network", "subnetwork"} {
		if value := c.path[kind]; value != "" {
			if kind != "subnetwork" {
				name += "/global"
			}
			name += "/" + kind + "s/" + value
		}
	}
	return name
}
