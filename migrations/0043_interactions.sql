-- Interactions: what members did with what, for those who recommend.
SELECT;
