variable "google_project" {
  description = "The Google Cloud project of the app's network."
  type        = string
}

variable "google_region" {
  description = "Where the app's subnetwork is."
  type        = string
  default     = "us-central1"
}

variable "app_cidr" {
  description = "The app's addresses. They must not overlap with the container's."
  type        = string
  default     = "10.20.0.0/20"
}

variable "org_id" {
  description = "The organization at Landbridge: MONGODB_ATLAS_ORG_ID of bootstrap.env."
  type        = string
}

variable "project_name" {
  description = "A name for the project at Landbridge."
  type        = string
  default     = "peering-with-google"
}

variable "container_cidr" {
  description = "What the container reserves: private, /18 or larger."
  type        = string
  default     = "10.8.0.0/18"
}
