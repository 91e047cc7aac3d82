"""What goes over the wire: one file a noun, each field with its unit, its limits and an example."""
