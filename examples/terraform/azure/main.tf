# One peering connection at Azure from nothing to Connected, both sides in one configuration: the
# project, the container and the connection by Landbridge, the virtual network and the role that
# lets Landbridge peer it by Azure's own providers. README.md says how to run it.

terraform {
  required_providers {
    azuread = {
      source  = "hashicorp/azuread"
      version = "~> 3.0"
    }
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
    mongodbatlas = {
      source  = "mongodb/mongodbatlas"
      version = "~> 2.16"
    }
    time = {
      source  = "hashicorp/time"
      version = "~> 0.12"
    }
  }
}

provider "azuread" {
  tenant_id = var.tenant_id
}

provider "azurerm" {
  tenant_id       = var.tenant_id
  subscription_id = var.subscription_id
  features {}
}

# The base URL and the keys come from the environment.
provider "mongodbatlas" {}

# --- Your network, and what Landbridge may do to it ------------------------------------------

resource "azurerm_resource_group" "app" {
  name     = var.resource_group
  location = var.location
}

resource "azurerm_virtual_network" "app" {
  name                = "app"
  resource_group_name = azurerm_resource_group.app.name
  location            = azurerm_resource_group.app.location
  address_space       = [var.network]
}

# Landbridge's application, as your directory knows it once you have consented to it.
resource "azuread_service_principal" "landbridge" {
  client_id    = var.landbridge_client_id
  use_existing = true
}

resource "azurerm_role_definition" "peering" {
  name  = "Landbridge peering ${azurerm_virtual_network.app.name}"
  scope = azurerm_resource_group.app.id

  permissions {
    actions = [
      "Microsoft.Network/virtualNetworks/read",
      "Microsoft.Network/virtualNetworks/peer/action",
      "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/read",
      "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write",
      "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/delete",
      "Microsoft.Authorization/permissions/read",
    ]
  }

  assignable_scopes = [azurerm_resource_group.app.id]
}

resource "azurerm_role_assignment" "peering" {
  scope              = azurerm_virtual_network.app.id
  role_definition_id = azurerm_role_definition.peering.role_definition_resource_id
  principal_id       = azuread_service_principal.landbridge.object_id
}

# Azure takes a while until a new role counts everywhere.
resource "time_sleep" "role" {
  depends_on      = [azurerm_role_assignment.peering]
  create_duration = "120s"
}

# --- The peering -------------------------------------------------------------------------------

resource "mongodbatlas_project" "app" {
  name   = "terraform-azure"
  org_id = var.org_id
}

resource "mongodbatlas_network_container" "near" {
  project_id       = mongodbatlas_project.app.id
  provider_name    = "AZURE"
  region           = var.container_region
  atlas_cidr_block = var.container
}

resource "mongodbatlas_network_peering" "app" {
  # The role comes before the peering, and goes after it: both halves are Landbridge's to make and
  # to take down.
  depends_on = [time_sleep.role]

  project_id            = mongodbatlas_project.app.id
  container_id          = mongodbatlas_network_container.near.container_id
  provider_name         = "AZURE"
  azure_directory_id    = var.tenant_id
  azure_subscription_id = var.subscription_id
  resource_group_name   = azurerm_resource_group.app.name
  vnet_name             = azurerm_virtual_network.app.name
}
