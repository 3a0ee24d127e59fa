# The customer's half of examples/terraform/aws: what is left of it when Landbridge's half is played
# by the SDK. The connection is accepted once there is one.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "connection_id" {
  type    = string
  default = ""
}

variable "container" {
  type    = string
  default = ""
}

provider "aws" {
  region                      = "us-east-1"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}

resource "aws_vpc" "app" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_peering_connection_accepter" "app" {
  count                     = var.connection_id == "" ? 0 : 1
  vpc_peering_connection_id = var.connection_id
  auto_accept               = true

  # At Amazon each side has tags of its own; moto shows the requester's to both.
  lifecycle {
    ignore_changes = [tags, tags_all]
  }
}

resource "aws_route" "to_near" {
  count                     = var.connection_id == "" ? 0 : 1
  route_table_id            = aws_vpc.app.main_route_table_id
  destination_cidr_block    = var.container
  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.app[0].id
}

output "vpc_id" {
  value = aws_vpc.app.id
}
