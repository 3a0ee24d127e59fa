package main

import (
	"bytes"
	"net/http"
)

// Kept holds an answer back, so that it can be lost.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header { return k.header }

func (k *kept) WriteHeader(status int) { k.status = status }

func (k *kept) Write(text []byte) (int, error) { return k.body.Write(text) }

func (k *kept) send(w http.ResponseWriter) {
	for name, values := range k.header {
		w.Header()[name] = values
	}
	w.WriteHeader(k.status)
	_, _ = w.Write(k.body.Bytes())
}

// HangUp ends the connection without an answer.
func hangUp(w http.ResponseWriter) {
	if taker, ok := w.(http.Hijacker); ok {
		if connection, _, err := taker.Hijack(); err == nil {
			_ = connection.Close()
		}
	}
}
