-- Decisions: what members were shown, why, and what they made of it.
SELECT;
