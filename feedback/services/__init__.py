"""What happens, one verb a file, each in one visible transaction of its caller."""
