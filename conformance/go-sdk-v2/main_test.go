package conformance

import (
	"io"
	"log"
	"os"
	"testing"
)

// The state-change loop writes a line for each look into the standard log, which
// the provider filters too.
func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}
