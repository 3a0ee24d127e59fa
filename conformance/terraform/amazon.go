package story

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	region = "us-east-1"
	// The account of a caller whose key moto does not know.
	customerAccount = "123456789012"
	// The account whose role Landbridge assumes.
	nearAccount = "222222222222"
	motoVersion = "5.2.1"
)

// Amazon is a moto that the test started.
type Amazon struct{ URL string }

var running = regexp.MustCompile(`Running on (http://\S+)`)

// StartAmazon starts moto on a free port, and ends it with the test.
func StartAmazon(t *testing.T) Amazon {
	t.Helper()
	command := exec.Command("python3", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0")
	// Where ./test puts it; the machine's own serves as well.
	tools, err := filepath.Abs("../../.cache/tools/moto-" + motoVersion)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(tools); err == nil {
		command.Env = append(os.Environ(), "PYTHONPATH="+tools)
	}
	errors, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("python3 does not start: %v", err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	var said []string
	lines := bufio.NewScanner(errors)
	for lines.Scan() {
		if found := running.FindStringSubmatch(lines.Text()); found != nil {
			// Its log of requests has to go somewhere.
			go func() { _, _ = io.Copy(io.Discard, errors) }()
			return Amazon{URL: found[1]}
		}
		said = append(said, lines.Text())
	}
	t.Fatalf("moto %s does not start; get it with ./test, or: pip install 'moto[server]==%s'\n%s",
		motoVersion, motoVersion, strings.Join(said, "\n"))
	return Amazon{}
}

// Call asks moto directly, in an account, and answers its XML.
func (a Amazon) Call(t *testing.T, account, action string, parameters ...string) string {
	t.Helper()
	form := url.Values{"Action": {action}, "Version": {"2016-11-15"}}
	for at := 0; at+1 < len(parameters); at += 2 {
		form.Set(parameters[at], parameters[at+1])
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.URL, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("X-Moto-Account-Id", account)
	// moto reads service and region from it, and does not check it here.
	request.Header.Set("Authorization", fmt.Sprintf(
		"AWS4-HMAC-SHA256 Credential=test/20260101/%s/ec2/aws4_request, SignedHeaders=host, Signature=0", region))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s in %s: %s %v\n%s", action, account, response.Status, err, text)
	}
	return string(text)
}

// Left is what an account has that moto did not give it at its birth.
type Left struct {
	VPCs        []string
	Connections []string
	Routes      []string
}

// Left looks at an account.
func (a Amazon) Left(t *testing.T, account string) Left {
	t.Helper()
	var left Left
	var vpcs struct {
		Items []struct {
			ID      string `xml:"vpcId"`
			Block   string `xml:"cidrBlock"`
			Default bool   `xml:"isDefault"`
		} `xml:"vpcSet>item"`
	}
	read(t, a.Call(t, account, "DescribeVpcs"), &vpcs)
	for _, vpc := range vpcs.Items {
		if !vpc.Default {
			left.VPCs = append(left.VPCs, vpc.ID+" "+vpc.Block)
		}
	}
	var connections struct {
		Items []struct {
			ID     string `xml:"vpcPeeringConnectionId"`
			Status string `xml:"status>code"`
		} `xml:"vpcPeeringConnectionSet>item"`
	}
	read(t, a.Call(t, account, "DescribeVpcPeeringConnections"), &connections)
	for _, connection := range connections.Items {
		// EC2 shows for a while, and moto for ever, what was deleted.
		if connection.Status != "deleted" && connection.Status != "rejected" {
			left.Connections = append(left.Connections, connection.ID+" "+connection.Status)
		}
	}
	var tables struct {
		Items []struct {
			Routes []struct {
				Block      string `xml:"destinationCidrBlock"`
				Connection string `xml:"vpcPeeringConnectionId"`
			} `xml:"routeSet>item"`
		} `xml:"routeTableSet>item"`
	}
	read(t, a.Call(t, account, "DescribeRouteTables"), &tables)
	for _, table := range tables.Items {
		for _, route := range table.Routes {
			if route.Connection != "" {
				left.Routes = append(left.Routes, route.Block+" "+route.Connection)
			}
		}
	}
	return left
}

func read(t *testing.T, text string, into any) {
	t.Helper()
	if err := xml.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("moto's answer can't be read: %v\n%s", err, text)
	}
}
