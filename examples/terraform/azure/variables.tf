variable "org_id" {
  description = "The organization that the project is made in; MONGODB_ATLAS_ORG_ID in the file that the first start of the server writes."
  type        = string
}

variable "tenant_id" {
  description = "Your directory."
  type        = string
}

variable "subscription_id" {
  description = "The subscription that your network is in."
  type        = string
}

variable "landbridge_client_id" {
  description = "The id of the application as which Landbridge speaks to Azure; `landbridge doctor` shows it."
  type        = string
}

variable "resource_group" {
  description = "The resource group of your network, in lower case, as the service's clients write it."
  type        = string
  default     = "app"

  validation {
    condition     = var.resource_group == lower(var.resource_group)
    error_message = "The resource group has to be in lower case, else every plan would change it."
  }
}

variable "location" {
  description = "Where your network is, as Azure writes it."
  type        = string
  default     = "eastus2"
}

variable "network" {
  description = "The addresses of your network."
  type        = string
  default     = "10.0.0.0/16"
}

variable "container_region" {
  description = "Where the near network is, as the service writes it. It may be another region than yours."
  type        = string
  default     = "US_EAST_2"
}

variable "container" {
  description = "The addresses of the near network; they must not overlap with yours, nor with those of networks that yours is peered with."
  type        = string
  default     = "192.168.208.0/21"
}
