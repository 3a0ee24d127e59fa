package main

import (
	"fmt"
	"net/http"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

// How many peerings a network may have unless a test says otherwise: Google's default.
const peeringLimit = 25

// How many networks a project may have: Google's default for a new project is of this order.
const networkLimit = 50

// The most entries of one page, as the documents have it.
const pageLimit = 500

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// cloud is all that exists. Its time passes with requests: each is a tick, and an operation is over
// some ticks after it began, whether or not anybody asks for it by name.
type cloud struct {
	projects map[string]*project
	now      int
	lastID   uint64
	fails    *opError // what the next operation comes to, by a fault

	opTicks      int
	peeringLimit int
	networkLimit int
	pageLimit    int
}

type project struct {
	id          string
	networks    map[string]*network
	subnetworks map[string]*subnetwork // by region and name
	policies    map[string]*policy
	operations  []*operation
	denied      map[string]bool
}

func newCloud() *cloud {
	return &cloud{
		projects:     map[string]*project{},
		opTicks:      1,
		peeringLimit: peeringLimit,
		networkLimit: networkLimit,
		pageLimit:    pageLimit,
	}
}

func (c *cloud) addProject(id string) *project {
	if found, ok := c.projects[id]; ok {
		return found
	}
	p := &project{
		id:          id,
		networks:    map[string]*network{},
		subnetworks: map[string]*subnetwork{},
		policies:    map[string]*policy{},
		denied:      map[string]bool{},
	}
	c.projects[id] = p
	return p
}

func (c *cloud) project(id string) (*project, error) {
	if p, ok := c.projects[id]; ok {
		return p, nil
	}
	return nil, refuse(http.StatusNotFound, "notFound", "The resource 'projects/%s' was not found", id)
}

func (c *cloud) newID() string {
	c.lastID++
	return strconv.FormatUint(7_000_000_000_000_000_000+c.lastID, 10)
}

// tick lets time pass: operations that are over take effect, oldest first.
func (c *cloud) tick() {
	c.now++
	c.settle(func(o *operation) bool { return o.overAt <= c.now })
}

func (c *cloud) settle(over func(*operation) bool) {
	var due []*operation
	for _, p := range c.projects {
		for _, o := range p.operations {
			if o.effect != nil && over(o) {
				due = append(due, o)
			}
		}
	}
	sort.Slice(due, func(i, j int) bool { return due[i].number < due[j].number })
	for _, o := range due {
		o.finish()
	}
}

// busy tells whether a peering is being changed on a network.
func (c *cloud) busy(n *network) bool {
	for _, p := range c.projects {
		for _, o := range p.operations {
			if o.effect != nil && (o.peers[0] == n.key() || o.peers[1] == n.key()) {
				return true
			}
		}
	}
	return false
}

func link(format string, args ...any) string {
	return "https://www.googleapis.com/compute/v1/" + fmt.Sprintf(format, args...)
}

// relative is what a full or partial URL names within Compute: projects/p/global/networks/n.
func relative(url, project string) string {
	if at := strings.Index(url, "projects/"); at >= 0 {
		return url[at:]
	}
	return "projects/" + project + "/" + strings.TrimPrefix(url, "/")
}

func timestamp() string { return time.Now().Format("2006-01-02T15:04:05.000-07:00") }

// page sorts, filters and cuts a list as Google's list calls do.
func page[T any](c *cloud, call *call, all []T, name func(T) string, field func(T, string) string) ([]T, string, error) {
	keep, err := parseFilter(call.query.Get("filter"))
	if err != nil {
		return nil, "", err
	}
	var kept []T
	for _, item := range all {
		if keep(func(name string) string { return field(item, name) }) {
			kept = append(kept, item)
		}
	}
	sort.Slice(kept, func(i, j int) bool { return name(kept[i]) < name(kept[j]) })
	most := c.pageLimit
	if asked, err := strconv.Atoi(call.query.Get("maxResults")); err == nil && asked > 0 && asked < most {
		most = asked
	}
	first := 0
	if token := call.query.Get("pageToken"); token != "" {
		first = sort.Search(len(kept), func(i int) bool { return name(kept[i]) > token })
	}
	kept = kept[first:]
	if len(kept) <= most {
		return kept, "", nil
	}
	return kept[:most], name(kept[most-1]), nil
}

var filterTerm = regexp.MustCompile(`^\(?\s*(\w+)\s*(=|!=)\s*"([^"]*)"\s*\)?$`)

// parseFilter reads the part of the filter language that is used: terms of a field, = or !=, and a
// quoted value, each in parentheses when there are several.
func parseFilter(text string) (func(func(string) string) bool, error) {
	var terms [][]string
	for _, part := range strings.Split(strings.ReplaceAll(text, ") (", ")\x00("), "\x00") {
		if part == "" {
			continue
		}
		term := filterTerm.FindStringSubmatch(part)
		if term == nil {
			return nil, refuse(http.StatusBadRequest, "invalid", "Invalid value for field 'filter': '%s'. Invalid list filter expression.", text)
		}
		terms = append(terms, term[1:])
	}
	return func(field func(string) string) bool {
		for _, term := range terms {
			if (field(term[0]) == term[2]) != (term[1] == "=") {
				return false
			}
		}
		return true
	}, nil
}
