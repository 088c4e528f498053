"""What models write, in the form in which Discord shows it. Pure."""
