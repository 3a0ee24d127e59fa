package story

import (
	"bytes"
	"io"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func bytesReader(text []byte) io.Reader { return bytes.NewReader(text) }

// SDK is the customer with Amazon's own SDK.
type SDK struct {
	ec2          *ec2.Client
	vpc, table   string
	connectionID string
	block        string
}

func newSDKCustomer(amazon Amazon) *SDK {
	return &SDK{ec2: ec2.New(ec2.Options{
		Region:       region,
		BaseEndpoint: aws.String(amazon.URL),
		Credentials:  credentials.NewStaticCredentialsProvider("customer", "customer", ""),
	})}
}

// Name says which tool it is.
func (*SDK) Name() string { return "the AWS SDK for Go" }

// MakeVPC makes the network and answers its id.
func (c *SDK) MakeVPC(t *testing.T) string {
	t.Helper()
	made, err := c.ec2.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: aws.String(customerBlock)})
	if err != nil {
		t.Fatal(err)
	}
	c.vpc = *made.Vpc.VpcId
	tables, err := c.ec2.DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{
		Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: []string{c.vpc}}},
	})
	if err != nil || len(tables.RouteTables) != 1 {
		t.Fatalf("the route table of %s: %v %v", c.vpc, tables, err)
	}
	c.table = *tables.RouteTables[0].RouteTableId
	return c.vpc
}

// Accept accepts the connection and routes the container's block through it.
func (c *SDK) Accept(t *testing.T, connectionID, containerBlock string) {
	t.Helper()
	c.connectionID, c.block = connectionID, containerBlock
	if _, err := c.ec2.AcceptVpcPeeringConnection(t.Context(), &ec2.AcceptVpcPeeringConnectionInput{
		VpcPeeringConnectionId: &connectionID,
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ec2.CreateRoute(t.Context(), &ec2.CreateRouteInput{
		RouteTableId: &c.table, DestinationCidrBlock: &containerBlock, VpcPeeringConnectionId: &connectionID,
	}); err != nil {
		t.Fatal(err)
	}
}

// Differs tells whether the connection is not active any more.
func (c *SDK) Differs(t *testing.T) bool {
	t.Helper()
	shown, err := c.ec2.DescribeVpcPeeringConnections(t.Context(), &ec2.DescribeVpcPeeringConnectionsInput{
		VpcPeeringConnectionIds: []string{c.connectionID},
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(shown.VpcPeeringConnections) != 1 ||
		shown.VpcPeeringConnections[0].Status.Code != types.VpcPeeringConnectionStateReasonCodeActive
}

// Destroy takes down what it made.
func (c *SDK) Destroy(t *testing.T) {
	t.Helper()
	if _, err := c.ec2.DeleteRoute(t.Context(), &ec2.DeleteRouteInput{
		RouteTableId: &c.table, DestinationCidrBlock: &c.block,
	}); err != nil {
		t.Error(err)
	}
	if _, err := c.ec2.DeleteVpc(t.Context(), &ec2.DeleteVpcInput{VpcId: &c.vpc}); err != nil {
		t.Error(err)
	}
}
