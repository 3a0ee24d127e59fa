package main

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// A refusal is an error as Resource Manager writes it.
type refusal struct {
	status  int
	code    string
	message string
	headers map[string]string
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

func refuse(status int, code, format string, args ...any) *refusal {
	return &refusal{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

func (r *refusal) with(header, value string) *refusal {
	if r.headers == nil {
		r.headers = map[string]string{}
	}
	r.headers[header] = value
	return r
}

func (r *refusal) body() map[string]any {
	return map[string]any{"error": map[string]any{"code": r.code, "message": r.message, "details": []any{}}}
}

func (r *refusal) write(w http.ResponseWriter) {
	for name, value := range r.headers {
		w.Header().Set(name, value)
	}
	reply(w, r.status, r.body())
}

func reply(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

func notFound(id resource) *refusal {
	if id.peering != "" {
		return refuse(http.StatusNotFound, "NotFound", "Resource %s not found.", id.peeringID())
	}
	return refuse(http.StatusNotFound, "ResourceNotFound", "The Resource 'Microsoft.Network/virtualNetworks/%s' under resource group '%s' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix", id.vnet, id.group)
}
