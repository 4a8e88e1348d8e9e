"""What happens at Ether Mailer, one file for each resource: functions on a context, without HTTP and without commit."""
