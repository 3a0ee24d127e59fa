output "peering_state" {
  description = "ACTIVE when both halves stand."
  value       = google_compute_network_peering.this.state
}

output "container_network" {
  description = "The network that Landbridge made for the container."
  value = {
    project = data.mongodbatlas_network_container.this.gcp_project_id
    name    = data.mongodbatlas_network_container.this.network_name
  }
}
