-- Models: what was trained, and which of them is in use.
SELECT;
