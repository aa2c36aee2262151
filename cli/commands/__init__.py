"""The commands of `./laurel`, one module a group; `root` holds them all."""
