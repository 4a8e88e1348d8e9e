"""What travels to and from Emma, one file for each resource. Wire spellings live here and nowhere else."""
