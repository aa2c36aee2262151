"""Web pages: for now the demonstration, a phone and a watch of a demo member in the browser."""
