# A network of one's own at Google Cloud, and its peering with a container of Landbridge, whole: the
# customer's half is made here, Landbridge makes its own.

terraform {
  required_version = ">= 1.5"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.0"
    }
    mongodbatlas = {
      source  = "mongodb/mongodbatlas"
      version = "~> 1.40"
    }
  }
}

provider "google" {
  project = var.google_project
  region  = var.google_region
}

# Keys and address come from MONGODB_ATLAS_PUBLIC_KEY, MONGODB_ATLAS_PRIVATE_KEY and
# MONGODB_ATLAS_BASE_URL: the file bootstrap.env of the server's data folder has all three.
provider "mongodbatlas" {}

resource "google_compute_network" "app" {
  name                    = "app"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "app" {
  name          = "app"
  network       = google_compute_network.app.id
  region        = var.google_region
  ip_cidr_range = var.app_cidr
}

resource "mongodbatlas_project" "this" {
  name   = var.project_name
  org_id = var.org_id
}

# All of Google Cloud's regions; its block is at least a /18.
resource "mongodbatlas_network_container" "this" {
  project_id       = mongodbatlas_project.this.id
  provider_name    = "GCP"
  atlas_cidr_block = var.container_cidr
}

# Done when Landbridge has made its half and waits for ours: only then the container's network has a
# name.
resource "mongodbatlas_network_peering" "this" {
  project_id     = mongodbatlas_project.this.id
  container_id   = mongodbatlas_network_container.this.container_id
  provider_name  = "GCP"
  gcp_project_id = var.google_project
  network_name   = google_compute_network.app.name
  # Google refuses to connect networks whose subnetworks overlap; let ours be there when it looks.
  depends_on = [google_compute_subnetwork.app]
}

# The name of the container's network, read again now that it has one.
data "mongodbatlas_network_container" "this" {
  project_id   = mongodbatlas_project.this.id
  container_id = mongodbatlas_network_container.this.container_id
  depends_on   = [mongodbatlas_network_peering.this]
}

# Our half. With it both are active, and Google exchanges the routes of the subnetworks.
resource "google_compute_network_peering" "this" {
  name    = "landbridge"
  network = google_compute_network.app.self_link
  peer_network = format(
    "https://www.googleapis.com/compute/v1/projects/%s/global/networks/%s",
    data.mongodbatlas_network_container.this.gcp_project_id,
    data.mongodbatlas_network_container.this.network_name,
  )
}
