output "status" {
  description = "AVAILABLE once traffic flows."
  value       = mongodbatlas_network_peering.app.status
}

# The container's network gets its name when the first peering needs it.
data "mongodbatlas_network_container" "near" {
  depends_on = [mongodbatlas_network_peering.app]

  project_id   = mongodbatlas_project.app.id
  container_id = mongodbatlas_network_container.near.container_id
}

output "near_network" {
  description = "The virtual network that was made for the container."
  value       = data.mongodbatlas_network_container.near.vnet_name
}
