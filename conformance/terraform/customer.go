// Package story plays both sides of one peering at Amazon: Landbridge's half by
// the official SDK, the customer's half by Amazon's own Terraform provider where
// it can be had, by Amazon's SDK where not. Amazon is played by moto.
package story

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// The customer's network.
const customerBlock = "10.0.0.0/16"

// Customer is whoever owns the far network.
type Customer interface {
	// Name says which tool it is.
	Name() string
	// MakeVPC makes the network and answers its id.
	MakeVPC(t *testing.T) string
	// Accept accepts the connection and routes the container's block through it.
	Accept(t *testing.T, connectionID, containerBlock string)
	// Differs tells whether the tool sees something other than what it made.
	Differs(t *testing.T) bool
	// Destroy takes down what it made.
	Destroy(t *testing.T)
}

// NewCustomer is Terraform with Amazon's provider where `terraform init` finds
// both, in LANDBRIDGE_TERRAFORM_PLUGINS if that is set; else Amazon's SDK.
func NewCustomer(t *testing.T, amazon Amazon) Customer {
	t.Helper()
	folder := t.TempDir()
	source, err := os.ReadFile("customer/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), source, 0o600); err != nil {
		t.Fatal(err)
	}
	terraform := &Terraform{folder: folder, amazon: amazon}
	arguments := []string{"init", "-no-color", "-input=false"}
	if plugins := os.Getenv("LANDBRIDGE_TERRAFORM_PLUGINS"); plugins != "" {
		arguments = append(arguments, "-plugin-dir="+plugins)
	}
	output, err := terraform.run(t.Context(), arguments...)
	if err == nil {
		return terraform
	}
	t.Logf("no Terraform with Amazon's provider, so Amazon's SDK plays the customer: %v\n%s", err, output)
	return newSDKCustomer(amazon)
}

// Terraform is the customer with Amazon's own provider.
type Terraform struct {
	folder string
	amazon Amazon
	// What the configuration is told.
	variables []string
}

// Name says which tool it is.
func (*Terraform) Name() string { return "terraform with hashicorp/aws" }

func (c *Terraform) run(ctx context.Context, arguments ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "terraform", arguments...)
	command.Dir = c.folder
	command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+c.amazon.URL, "AWS_ACCESS_KEY_ID=customer",
		"AWS_SECRET_ACCESS_KEY=customer", "AWS_EC2_METADATA_DISABLED=true", "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	return command.CombinedOutput()
}

func (c *Terraform) must(t *testing.T, arguments ...string) []byte {
	t.Helper()
	arguments = append(arguments, c.variables...)
	output, err := c.run(t.Context(), arguments...)
	if err != nil {
		t.Fatalf("terraform %v: %v\n%s", arguments, err, output)
	}
	return output
}

// MakeVPC makes the network and answers its id.
func (c *Terraform) MakeVPC(t *testing.T) string {
	t.Helper()
	c.must(t, "apply", "-no-color", "-input=false", "-auto-approve")
	output, err := c.run(t.Context(), "output", "-json")
	if err != nil {
		t.Fatalf("terraform output: %v\n%s", err, output)
	}
	// A configuration file of Terraform's that is named and missing is told on
	// the same stream, before the object.
	for len(output) > 0 && output[0] != '{' {
		output = output[1:]
	}
	var outputs map[string]struct{ Value string }
	if err := json.NewDecoder(bytesReader(output)).Decode(&outputs); err != nil {
		t.Fatalf("terraform output: %v\n%s", err, output)
	}
	return outputs["vpc_id"].Value
}

// Accept accepts the connection and routes the container's block through it.
func (c *Terraform) Accept(t *testing.T, connectionID, containerBlock string) {
	t.Helper()
	c.variables = []string{"-var=connection_id=" + connectionID, "-var=container=" + containerBlock}
	c.must(t, "apply", "-no-color", "-input=false", "-auto-approve")
}

// Differs tells whether a plan is not empty: exit code 2 says so, 0 says no.
func (c *Terraform) Differs(t *testing.T) bool {
	t.Helper()
	arguments := append([]string{"plan", "-no-color", "-input=false", "-detailed-exitcode"}, c.variables...)
	output, err := c.run(t.Context(), arguments...)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 2 {
		t.Logf("terraform plan:\n%s", output)
		return true
	}
	if err != nil {
		t.Fatalf("terraform plan: %v\n%s", err, output)
	}
	return false
}

// Destroy takes down what it made.
func (c *Terraform) Destroy(t *testing.T) {
	t.Helper()
	c.must(t, "destroy", "-no-color", "-input=false", "-auto-approve")
}
