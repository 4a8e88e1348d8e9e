"""What travels to and from emfluence, one file for each resource. Wire spellings live here and nowhere else."""
