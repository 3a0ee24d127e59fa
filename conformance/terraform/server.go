package story

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait for the server itself.
const patience = 60 * time.Second

// Server is a Landbridge that the test started, with one account at Amazon.
type Server struct {
	program, folder string
}

// StartServer starts the program that LANDBRIDGE names, and exports what its
// first start wrote.
func StartServer(t *testing.T, amazon Amazon) Server {
	t.Helper()
	program := os.Getenv("LANDBRIDGE")
	if program == "" {
		t.Fatal("LANDBRIDGE is not set: it names the program to test, such as target/release/landbridge")
	}
	program, err := filepath.Abs(program)
	if err != nil {
		t.Fatal(err)
	}
	server := Server{program: program, folder: t.TempDir()}
	server.write(t, "credentials", "[landbridge]\naws_access_key_id = AKIAAAAAAAAAAAAAAAAA\naws_secret_access_key = landbridge\n")
	server.write(t, "landbridge.toml", fmt.Sprintf(`[accounts.near]
provider = "aws"
endpoint = %q
region = %q
regions = [%q]
profile = "landbridge"
credentials_file = %q
role_arn = "arn:aws:iam::%s:role/landbridge"
external_id = "landbridge"
new_projects = ["*"]
poll_seconds = 1
`, amazon.URL, region, region, filepath.Join(server.folder, "credentials"), nearAccount))
	command := exec.Command(program, "serve", "--config", "landbridge.toml", "--listen", "127.0.0.1:0",
		"--data", "data", "--latency", "instant")
	command.Dir = server.folder
	var log bytes.Buffer
	command.Stdout, command.Stderr = &log, &log
	if err := command.Start(); err != nil {
		t.Fatalf("LANDBRIDGE does not start: %v", err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		if err := command.Wait(); err != nil {
			t.Errorf("the server did not end well: %v", err)
		}
		if t.Failed() {
			t.Logf("the server's log:\n%s", log.String())
		}
	})
	end := time.Now().Add(patience)
	for !server.ready(t) {
		if time.Now().After(end) {
			t.Fatalf("the server does not become ready within %s", patience)
		}
		time.Sleep(100 * time.Millisecond)
	}
	return server
}

func (s Server) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ready exports the bootstrap files, and asks the server.
func (s Server) ready(t *testing.T) bool {
	t.Helper()
	for _, name := range []string{"bootstrap.env", "bootstrap-oauth.env"} {
		text, err := os.ReadFile(filepath.Join(s.folder, "data", name))
		if err != nil {
			return false
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		for lines.Scan() {
			export, found := strings.CutPrefix(lines.Text(), "export ")
			if name, value, pair := strings.Cut(export, "="); found && pair {
				t.Setenv(name, strings.Trim(value, `'"`))
			}
		}
	}
	response, err := http.Get(os.Getenv("MONGODB_ATLAS_BASE_URL") + "readyz")
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// Command runs one of the program's own commands beside the server.
func (s Server) Command(t *testing.T, arguments ...string) string {
	t.Helper()
	arguments = append([]string{"--config", "landbridge.toml", "--data", "data"}, arguments...)
	command := exec.CommandContext(t.Context(), s.program, arguments...)
	command.Dir = s.folder
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("landbridge %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return string(output)
}
