// Command gcp-fake is a Google Cloud with networks, subnetworks, firewall policies and peerings in it,
// for tests on a loopback address.
//
// What may be asked of it, and in which words, is not written here: it reads Google's own discovery
// documents, which lie in the Go module of Google's client, and holds every request and every one of
// its answers against them. See README.md.
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address to listen on")
	module := flag.String("module", "", "folder of the Go module google.golang.org/api; asked of the go command when empty")
	flag.Parse()
	if err := run(*listen, *module); err != nil {
		fmt.Fprintln(os.Stderr, "gcp-fake:", err)
		os.Exit(1)
	}
}

func run(listen, module string) error {
	if module == "" {
		found, err := moduleFolder()
		if err != nil {
			return err
		}
		module = found
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	server, err := newServer(module, "http://"+listener.Addr().String())
	if err != nil {
		return err
	}
	// Whoever started it reads this line, and knows that it is ready.
	fmt.Println("gcp-fake is at", server.base)
	return http.Serve(listener, server)
}

// moduleFolder asks the go command where Google's module is; it works in this module's folder.
func moduleFolder() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "google.golang.org/api").Output()
	if err != nil {
		return "", fmt.Errorf("where is google.golang.org/api? Run `go mod download` in conformance/gcp-fake: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}
