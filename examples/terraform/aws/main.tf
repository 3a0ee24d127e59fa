# One peering connection at Amazon from nothing to routed, both sides in one configuration: the
# project, the container and the connection by Landbridge, the VPC, the acceptance and the way back
# by Amazon's own provider. README.md says how to run it.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
    mongodbatlas = {
      source  = "mongodb/mongodbatlas"
      version = "~> 2.16"
    }
  }
}

variable "org_id" {
  description = "The organization that the project is made in; MONGODB_ATLAS_ORG_ID in the file that the first start of the server writes."
  type        = string
}

variable "region" {
  description = "Where both networks are, as Amazon writes it."
  type        = string
  default     = "us-east-1"
}

variable "network" {
  description = "The addresses of your VPC."
  type        = string
  default     = "10.0.0.0/16"
}

variable "container" {
  description = "The addresses of the near network; they must not overlap with yours."
  type        = string
  default     = "192.168.208.0/21"
}

provider "aws" {
  region = var.region
}

# The base URL and the keys come from the environment.
provider "mongodbatlas" {}

data "aws_caller_identity" "me" {}

resource "aws_vpc" "app" {
  cidr_block = var.network
}

resource "mongodbatlas_project" "app" {
  name   = "terraform-aws"
  org_id = var.org_id
}

resource "mongodbatlas_network_container" "near" {
  project_id       = mongodbatlas_project.app.id
  provider_name    = "AWS"
  atlas_cidr_block = var.container
  region_name      = upper(replace(var.region, "-", "_"))
}

resource "mongodbatlas_network_peering" "app" {
  project_id             = mongodbatlas_project.app.id
  container_id           = mongodbatlas_network_container.near.container_id
  provider_name          = "AWS"
  accepter_region_name   = var.region
  aws_account_id         = data.aws_caller_identity.me.account_id
  vpc_id                 = aws_vpc.app.id
  route_table_cidr_block = aws_vpc.app.cidr_block
}

resource "aws_vpc_peering_connection_accepter" "app" {
  vpc_peering_connection_id = mongodbatlas_network_peering.app.connection_id
  auto_accept               = true

  # At Amazon each side has tags of its own; moto, which may play Amazon, shows the requester's to
  # both.
  lifecycle {
    ignore_changes = [tags, tags_all]
  }
}

# Our way to the near network. The way back is made by Landbridge.
resource "aws_route" "to_near" {
  route_table_id            = aws_vpc.app.main_route_table_id
  destination_cidr_block    = mongodbatlas_network_container.near.atlas_cidr_block
  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.app.id
}

output "connection_id" {
  value = mongodbatlas_network_peering.app.connection_id
}
