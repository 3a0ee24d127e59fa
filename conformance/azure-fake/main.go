// Azure's network API, played on loopback for tests.
//
// What a request means is decided by the vendor's own generated fake server: its transports parse
// the path and decode the body as Resource Manager's schema says. What it does is decided here, by
// state that keeps Azure's rules for virtual networks and their peerings.
//
// It prints one line of JSON with its addresses, and ends when its standard input does, so that it
// never outlives whoever started it.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "the address of the API; the identity platform takes another port of the same host")
	flag.Parse()
	if err := run(*listen); err != nil {
		fmt.Fprintln(os.Stderr, "azure-fake:", err)
		os.Exit(1)
	}
}

func run(listen string) error {
	plain, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(plain.Addr().String())
	if err != nil {
		return err
	}
	identity, authority, err := newIdentity(host)
	if err != nil {
		return err
	}
	sealed, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return err
	}
	cloud := newWorld("http://"+plain.Addr().String(), identity)
	api := &http.Server{Handler: cloud, ReadHeaderTimeout: 10 * time.Second}
	tokens := &http.Server{Handler: http.HandlerFunc(cloud.token), ReadHeaderTimeout: 10 * time.Second, TLSConfig: authority.config}
	failed := make(chan error, 2)
	go func() { failed <- api.Serve(plain) }()
	go func() { failed <- tokens.ServeTLS(sealed, "", "") }()
	line, err := json.Marshal(map[string]string{
		"resourceManager": "http://" + plain.Addr().String(),
		"authority":       "https://" + sealed.Addr().String(),
		"certificate":     authority.pem,
	})
	if err != nil {
		return err
	}
	fmt.Println(string(line))
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		failed <- err
	}()
	return <-failed
}
