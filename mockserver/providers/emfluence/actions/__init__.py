"""What happens at emfluence, one file for each resource: functions on a context, without HTTP and without commit."""
