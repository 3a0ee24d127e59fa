module landbridge.invalid/conformance/go-sdk-v2

go 1.25.8

require (
	github.com/hashicorp/terraform-plugin-sdk/v2 v2.40.1
	go.mongodb.org/atlas-sdk/v20231115014 v20231115014.0.0
	golang.org/x/oauth2 v0.36.0
)

require github.com/mongodb-forks/digest v1.1.0 // indirect
