"""What travels to and from Ether Mailer, one file for each resource. Wire spellings live here and nowhere else."""
