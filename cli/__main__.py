"""python -m cli: what `./laurel` runs."""

from cli.commands.root import app

if __name__ == "__main__":
    app(prog_name="laurel")
