package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// The documents that are read, by their places in the module google.golang.org/api.
var documentFiles = []string{
	"compute/v1/compute-api.json",
	"cloudresourcemanager/v3/cloudresourcemanager-api.json",
	"iamcredentials/v1/iamcredentials-api.json",
	"oauth2/v2/oauth2-api.json",
	"sts/v1/sts-api.json",
}

// document is a Google API Discovery document, as far as it is used.
type document struct {
	ServicePath string               `json:"servicePath"`
	Parameters  map[string]*schema   `json:"parameters"`
	Schemas     map[string]*schema   `json:"schemas"`
	Methods     map[string]*method   `json:"methods"`
	Resources   map[string]*resource `json:"resources"`
}

type resource struct {
	Methods   map[string]*method   `json:"methods"`
	Resources map[string]*resource `json:"resources"`
}

type method struct {
	ID         string             `json:"id"`
	HTTPMethod string             `json:"httpMethod"`
	Path       string             `json:"path"`
	Parameters map[string]*schema `json:"parameters"`
	Request    *reference         `json:"request"`
	Response   *reference         `json:"response"`

	document *document
	pattern  *regexp.Regexp
	names    []string
}

type reference struct {
	Ref string `json:"$ref"`
}

// schema is a JSON schema in the dialect of discovery documents; parameters are schemas, too.
type schema struct {
	Ref                  string             `json:"$ref"`
	Type                 string             `json:"type"`
	Format               string             `json:"format"`
	Enum                 []string           `json:"enum"`
	Pattern              string             `json:"pattern"`
	Minimum              string             `json:"minimum"`
	Maximum              string             `json:"maximum"`
	ReadOnly             bool               `json:"readOnly"`
	Required             bool               `json:"required"`
	Repeated             bool               `json:"repeated"`
	Location             string             `json:"location"`
	Items                *schema            `json:"items"`
	Properties           map[string]*schema `json:"properties"`
	AdditionalProperties *schema            `json:"additionalProperties"`
	Annotations          struct {
		Required []string `json:"required"`
	} `json:"annotations"`
}

// loadMethods reads the documents of the module in a folder.
func loadMethods(module string) ([]*method, error) {
	var methods []*method
	for _, file := range documentFiles {
		text, err := os.ReadFile(filepath.Join(module, file))
		if err != nil {
			return nil, err
		}
		doc := &document{}
		if err := json.Unmarshal(text, doc); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		found, err := doc.all(doc.Methods, doc.Resources)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		methods = append(methods, found...)
	}
	return methods, nil
}

func (d *document) all(methods map[string]*method, resources map[string]*resource) ([]*method, error) {
	var all []*method
	for _, m := range methods {
		if err := m.compile(d); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	for _, r := range resources {
		below, err := d.all(r.Methods, r.Resources)
		if err != nil {
			return nil, err
		}
		all = append(all, below...)
	}
	return all, nil
}

var pathVariable = regexp.MustCompile(`\{(\+?)(\w+)\}`)

// compile makes a pattern of a path such as `v3/{+resource}:testIamPermissions`. A name with a plus
// may hold slashes.
func (m *method) compile(d *document) error {
	m.document = d
	path := "/" + d.ServicePath + m.Path
	text, last := "^", 0
	for _, at := range pathVariable.FindAllStringSubmatchIndex(path, -1) {
		text += regexp.QuoteMeta(path[last:at[0]])
		name := path[at[4]:at[5]]
		if at[3] > at[2] {
			// What may stand there, such as ^projects/[^/]+$, tells methods of one form apart.
			text += "(" + strings.TrimSuffix(strings.TrimPrefix(m.Parameters[name].Pattern, "^"), "$") + ")"
		} else {
			text += "([^/]+)"
		}
		m.names = append(m.names, name)
		last = at[1]
	}
	pattern, err := regexp.Compile(text + regexp.QuoteMeta(path[last:]) + "$")
	m.pattern = pattern
	return err
}

// match finds the method of a request and its path parameters.
func match(methods []*method, httpMethod, path string) (*method, map[string]string) {
	for _, m := range methods {
		if m.HTTPMethod != httpMethod {
			continue
		}
		if found := m.pattern.FindStringSubmatch(path); found != nil {
			in := map[string]string{}
			for i, name := range m.names {
				value, err := url.PathUnescape(found[i+1])
				if err != nil {
					return nil, nil
				}
				in[name] = value
			}
			return m, in
		}
	}
	return nil, nil
}

// checkParameters holds path and query against the method's parameters.
func (m *method) checkParameters(path map[string]string, query url.Values) error {
	for name, p := range m.Parameters {
		values := query[name]
		if p.Location == "path" {
			values = []string{path[name]}
		}
		if p.Required && (len(values) == 0 || values[0] == "") {
			return fmt.Errorf("parameter %s is required", name)
		}
		if len(values) > 1 && !p.Repeated {
			return fmt.Errorf("parameter %s is given %d times", name, len(values))
		}
		for _, value := range values {
			if err := p.checkParameter(name, value); err != nil {
				return err
			}
		}
	}
	for name := range query {
		own, known := m.Parameters[name]
		if _, common := m.document.Parameters[name]; !common && (!known || own.Location != "query") {
			return fmt.Errorf("%s knows no parameter %q", m.ID, name)
		}
	}
	return nil
}

func (s *schema) checkParameter(name, value string) error {
	var parsed any = value
	switch s.Type {
	case "integer", "number":
		parsed = json.Number(value)
	case "boolean":
		if value != "true" && value != "false" {
			return fmt.Errorf("parameter %s is no boolean: %q", name, value)
		}
		parsed = value == "true"
	}
	return (&checker{answer: false}).check(s, parsed, name)
}

// checker holds a JSON value against a schema.
type checker struct {
	document *document
	methodID string
	answer   bool // an answer may hold what only the server sets
}

func (c *checker) check(s *schema, value any, at string) error {
	if s.Ref != "" {
		named, ok := c.document.Schemas[s.Ref]
		if !ok {
			return fmt.Errorf("%s: the document has no schema %s", at, s.Ref)
		}
		return c.check(named, value, at)
	}
	switch s.Type {
	case "object":
		return c.checkObject(s, value, at)
	case "array":
		items, ok := value.([]any)
		if !ok {
			return fmt.Errorf("%s is no array", at)
		}
		for i, item := range items {
			if err := c.check(s.Items, item, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
		return nil
	case "string":
		return checkString(s, value, at)
	case "integer", "number":
		return checkNumber(s, value, at)
	case "boolean":
		if _, ok := value.(bool); !ok {
			return fmt.Errorf("%s is no boolean", at)
		}
		return nil
	case "any":
		return nil
	}
	return fmt.Errorf("%s: a type that is not known here: %q", at, s.Type)
}

func (c *checker) checkObject(s *schema, value any, at string) error {
	object, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is no object", at)
	}
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		field, known := s.Properties[name]
		if !known {
			field = s.AdditionalProperties
		}
		if field == nil {
			return fmt.Errorf("%s has a field %q, which the document does not know", at, name)
		}
		if field.ReadOnly && !c.answer {
			return fmt.Errorf("%s.%s is set by the server alone", at, name)
		}
		if err := c.check(field, object[name], at+"."+name); err != nil {
			return err
		}
	}
	if c.answer {
		return nil
	}
	for name, field := range s.Properties {
		if contains(notReallyRequired, c.methodID+"/"+name) {
			continue
		}
		for _, id := range field.Annotations.Required {
			if _, given := object[name]; id == c.methodID && !given {
				return fmt.Errorf("%s.%s is required by %s", at, name, id)
			}
		}
	}
	return nil
}

// The document says that these are required, and no client of Google's sends them: the field has moved
// into networkPeering.
var notReallyRequired = []string{"compute.networks.addPeering/name"}

func checkString(s *schema, value any, at string) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("%s is no string", at)
	}
	if s.Enum != nil && !contains(s.Enum, text) {
		return fmt.Errorf("%s is %q, not one of %s", at, text, strings.Join(s.Enum, ", "))
	}
	if s.Pattern != "" {
		pattern, err := regexp.Compile("^(?:" + s.Pattern + ")$")
		if err != nil {
			return fmt.Errorf("%s: the document's pattern: %w", at, err)
		}
		if !pattern.MatchString(text) {
			return fmt.Errorf("%s is %q, which is not like %s", at, text, s.Pattern)
		}
	}
	if (s.Format == "uint64" || s.Format == "int64") && !digits.MatchString(text) {
		return fmt.Errorf("%s is %q, not a number in a string", at, text)
	}
	return nil
}

var digits = regexp.MustCompile(`^-?[0-9]+$`)

func checkNumber(s *schema, value any, at string) error {
	number, ok := value.(json.Number)
	if !ok {
		return fmt.Errorf("%s is no number", at)
	}
	whole, err := number.Int64()
	if s.Type == "integer" && err != nil {
		return fmt.Errorf("%s is no whole number: %s", at, number)
	}
	if s.Format == "int32" && int64(int32(whole)) != whole {
		return fmt.Errorf("%s has more than 32 bits: %s", at, number)
	}
	if strings.HasPrefix(s.Format, "uint") && whole < 0 {
		return fmt.Errorf("%s is negative: %s", at, number)
	}
	for _, bound := range []struct {
		text  string
		wrong func(int64) bool
	}{
		{s.Minimum, func(least int64) bool { return whole < least }},
		{s.Maximum, func(most int64) bool { return whole > most }},
	} {
		if limit, err := json.Number(bound.text).Int64(); bound.text != "" && err == nil && bound.wrong(limit) {
			return fmt.Errorf("%s is out of bounds: %s", at, number)
		}
	}
	return nil
}

func contains(all []string, one string) bool {
	for _, each := range all {
		if each == one {
			return true
		}
	}
	return false
}
